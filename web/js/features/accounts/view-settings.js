// The access itself: change the passphrase, a new sheet, what the server holds, delete.

import { own } from '../../core/tasks.js';
import { html, useRef, useState } from '../../ui/html.js';
import { addIcons, icon } from '../../ui/icons.js';
import { t } from '../../ui/text.js';
import { shownName } from '../../core/pseudonym.js';
import { DeleteDialog } from './view-delete.js';
import { Done, Heading, KnownPassphrase, Problem, Submit, WhoseName, problemWords } from './view-parts.js';
import { PhraseField } from './view-phrase.js';
import { SheetStep } from './view-sheet.js';
import { StockPanel } from './view-stock.js';

addIcons({ trash: ['M5 7h14', 'M9.5 7V4.5h5V7', 'm7 7 .8 13h8.4L17 7'] });

/** @typedef {import('./model.js').AccessModel} AccessModel */
/** @typedef {import('./settings.js').SettingsModel} SettingsModel */
/** @typedef {import('./settings.js').Panel} Panel */

/** @param {{ settings: SettingsModel, panel: Panel, name: string, words: string, symbol: string }} props @returns {any} */
function Way({ settings, panel, name, words, symbol }) {
  return html`<li><button type="button" class="talk" data-panel=${panel} onClick=${() => own('settings', settings.open(panel))}>
    <span class="talk__icon">${icon(symbol)}</span>
    <span class="talk__words"><span class="talk__name">${name}</span><span class="talk__next">${words}</span></span>
  </button></li>`;
}

/** @param {{ model: AccessModel, settings: SettingsModel }} props @returns {any} */
function Ways({ model, settings }) {
  const sheetText = t(settings.isSheetNoted ? 'access.settings_sheet_text' : 'access.settings_sheet_text_none');
  return html`<div><${Heading}>${t('access.settings_title')}<//></div>
    <${Done} words=${settings.done.value === '' ? '' : t(`access.${settings.done.value}`)} />
    <ul class="talks">
      <${Way} settings=${settings} panel="change" symbol="key" name=${t('access.settings_change')} words=${t('access.settings_change_text')} />
      <${Way} settings=${settings} panel="newSheet" symbol="file" name=${t('access.settings_sheet')} words=${sheetText} />
      <${Way} settings=${settings} panel="stock" symbol="search" name=${t('access.settings_stock')} words=${t('access.settings_stock_text')} />
      <${Way} settings=${settings} panel="delete" symbol="trash" name=${t('access.settings_delete')} words=${t('access.settings_delete_text')} />
    </ul>
    <div class="stage__actions"><button type="button" class="button" onClick=${() => model.toHome()}>${icon('back')}${t('access.past_back')}</button></div>`;
}

/**
 * A form that needs the present passphrase.
 * @param {{ model: AccessModel, settings: SettingsModel, title: string, intro: string, submit: string, label: string,
 *   onPhrase: (phrase: string) => Promise<void>, children?: any }} props
 * @returns {any}
 */
function WithPassphrase({ model, settings, title, intro, submit, label, onPhrase, children }) {
  const field = useRef(/** @type {HTMLInputElement | null} */ (null));
  const [isMissing, setMissing] = useState(false);
  const busy = settings.busy.value;
  const problem = busy ? '' : settings.problem.value;
  const isWrong = problem === 'wrong_passphrase';
  const send = (/** @type {Event} */ event) => {
    event.preventDefault();
    const phrase = field.current?.value ?? '';
    setMissing(phrase === '');
    if (phrase !== '' && !busy) own('changing the access', onPhrase(phrase));
  };
  const error = isMissing ? t('access.missing_passphrase') : isWrong ? problemWords(problem) : '';
  return html`<form class="access__form" onSubmit=${send} novalidate>
    <${Heading}>${title}<//>
    <p>${intro}</p>
    <${WhoseName} name=${shownName(settings.pseudonym)} />
    <${KnownPassphrase} id="present-passphrase" label=${label} field=${field} error=${error} />
    ${children}
    <${Problem} words=${problem === '' || isWrong ? '' : problemWords(problem)} />
    <div class="stage__actions">
      <${Submit} busy=${busy} isLost=${model.connection.value === 'lost'}>${submit}<//>
      <button type="button" class="button button--quiet" onClick=${() => settings.close()}>${t('access.cancel')}</button>
    </div>
  </form>`;
}

/** @param {{ model: AccessModel, settings: SettingsModel }} props @returns {any} */
function Change({ model, settings }) {
  const phrase = settings.phrase.value;
  return html`<${WithPassphrase} model=${model} settings=${settings} title=${t('access.change_title')} intro=${t('access.settings_change_text')}
    submit=${t('access.change_submit')} label=${t('access.change_old')} onPhrase=${(/** @type {string} */ old) => settings.changePassphrase(old)}>
    ${phrase !== null && html`<div class="access__form"><h2>${t('access.recover_phrase_title')}</h2><${PhraseField} model=${phrase} name=${shownName(settings.pseudonym)} /></div>`}<//>`;
}

/** @param {{ model: AccessModel, settings: SettingsModel }} props @returns {any} */
function NewSheet({ model, settings }) {
  return html`<${WithPassphrase} model=${model} settings=${settings} title=${t('access.new_sheet_title')} intro=${t('access.new_sheet_intro')}
    submit=${t('access.new_sheet_submit')} label=${t('access.passphrase')} onPhrase=${(/** @type {string} */ phrase) => settings.makeSheet(phrase)} />`;
}

/** @param {{ model: AccessModel, settings: SettingsModel, hours: number }} props @returns {any} */
export function Settings({ model, settings, hours }) {
  const panel = settings.panel.value;
  const sheet = settings.sheet.value;
  const common = { model, settings };
  if (panel === 'sheet' && sheet !== null) {
    return html`<${SheetStep} key="sheet" sheet=${sheet} done=${t('access.sheet_done_new')}
      onDone=${(/** @type {boolean} */ isNoted) => own('noting the sheet', settings.noteSheet(isNoted))} />`;
  }
  if (panel === 'change') return html`<${Change} key="change" ...${common} />`;
  if (panel === 'newSheet') return html`<${NewSheet} key="newSheet" ...${common} />`;
  if (panel === 'stock') return html`<${StockPanel} key="stock" ...${common} hours=${hours} />`;
  return html`<${Ways} key="ways" ...${common} />
    ${panel === 'delete' && html`<${DeleteDialog} ...${common} hours=${hours} />`}`;
}
