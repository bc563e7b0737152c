// Coming in with the sheet: its code, a new passphrase, a new sheet.

import { own } from '../../core/tasks.js';
import { html } from '../../ui/html.js';
import { t } from '../../ui/text.js';
import { shownName } from '../../core/pseudonym.js';
import { Heading, Problem, Step, Submit, problemWords } from './view-parts.js';
import { PhraseField } from './view-phrase.js';
import { CodeField, SheetStep, codeError } from './view-sheet.js';

/** @typedef {import('./model.js').AccessModel} AccessModel */
/** @typedef {import('./recover.js').RecoverModel} RecoverModel */

const STEPS = 3;

/** @param {{ recover: RecoverModel, isLost: boolean, onCancel: () => void }} props @returns {any} */
function CodeStep({ recover, isLost, onCancel }) {
  const busy = recover.busy.value;
  const problem = busy ? '' : recover.problem.value;
  const open = (/** @type {Event} */ event) => {
    event.preventDefault();
    own('opening with a sheet', recover.takeCode());
  };
  return html`<form class="access__form" onSubmit=${open} novalidate>
    <div><${Step} n=${1} all=${STEPS} /><${Heading}>${t('access.recover_title')}<//></div>
    <p>${t('access.recover_intro')}</p>
    <${CodeField} value=${recover.typed.value} error=${codeError(recover.codeProblem.value, recover.missing.value)}
      onInput=${(/** @type {string} */ typed) => recover.type(typed)} />
    <${Problem} words=${problem === '' ? '' : problemWords(problem)} />
    <div class="stage__actions">
      <${Submit} busy=${busy} isLost=${isLost}>${t('access.recover_open')}<//>
      <button type="button" class="button button--quiet" onClick=${onCancel}>${t('access.back')}</button>
    </div>
  </form>`;
}

/** @param {{ recover: RecoverModel, isLost: boolean, onCancel: () => void }} props @returns {any} */
function PhraseStep({ recover, isLost, onCancel }) {
  const busy = recover.busy.value;
  const problem = busy ? '' : recover.problem.value;
  const save = (/** @type {Event} */ event) => {
    event.preventDefault();
    own('making both doors anew', recover.takePhrase());
  };
  return html`<form class="access__form" onSubmit=${save} novalidate>
    <div><${Step} n=${2} all=${STEPS} /><${Heading}>${t('access.recover_phrase_title')}<//></div>
    <p>${t('access.recover_phrase_intro', { name: shownName(recover.pseudonym.value) })}</p>
    <${PhraseField} model=${recover.phrase.value} name=${shownName(recover.pseudonym.value)} />
    <${Problem} words=${problem === '' ? '' : problemWords(problem)} />
    <div class="stage__actions">
      <${Submit} busy=${busy} isLost=${isLost}>${t('access.phrase_submit_renew')}<//>
      <button type="button" class="button button--quiet" onClick=${onCancel}>${t('access.cancel')}</button>
    </div>
  </form>`;
}

/** @param {{ model: AccessModel, recover: RecoverModel }} props @returns {any} */
export function Recover({ model, recover }) {
  const isLost = model.connection.value === 'lost';
  const cancel = () => own('giving the way by sheet up', model.cancelRecover());
  const sheet = recover.sheet.value;
  if (recover.step.value === 'code') return html`<${CodeStep} key="code" recover=${recover} isLost=${isLost} onCancel=${cancel} />`;
  if (sheet === null) return html`<${PhraseStep} key="passphrase" recover=${recover} isLost=${isLost} onCancel=${cancel} />`;
  return html`<${SheetStep} key="sheet" sheet=${sheet} done=${t('access.sheet_done_renew')} step=${html`<${Step} n=${STEPS} all=${STEPS} />`}
    onDone=${(/** @type {boolean} */ isNoted) => own('noting the sheet', model.finishSheet(isNoted))} />`;
}
