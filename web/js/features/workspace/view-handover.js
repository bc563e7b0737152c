// Handing an own written conversation over: to whom, with or without what was written, and how it stands.

import { Dialog } from '../../ui/dialog.js';
import { focusOn } from '../../ui/focus.js';
import { html, useState } from '../../ui/html.js';
import { icon } from '../../ui/icons.js';
import { textIn } from '../../ui/person.js';
import { language, t } from '../../ui/text.js';

/** @typedef {import('./casethread.js').CaseThread} CaseThread */
/** @typedef {import('./model.js').WorkModel} WorkModel */
/** @typedef {import('./place.js').Colleague} Colleague */
/** @typedef {import('./view-desk.js').Desk} Desk */
/** @typedef {import('./view-desk.js').WorkCase} WorkCase */

/** @param {{ colleagues: readonly Colleague[], chosen: Colleague | null, onChoose: (one: Colleague) => void, problem: string }} props @returns {any} */
function Whom({ colleagues, chosen, onChoose, problem }) {
  return html`<fieldset class="choice-group" aria-describedby="whom-problem">
    <legend class="choice-group__legend">${t('workspace.hand_over_whom')}</legend>
    ${colleagues.length === 0 && html`<p>${t('workspace.hand_over_nobody')}</p>`}
    ${colleagues.map((one, at) => html`<div key=${one.name}><label class="choice"><input class="choice__input" type="radio" name="whom"
        checked=${one === chosen} aria-describedby=${`whom-${at}`} onChange=${() => onChoose(one)} /><span>${one.name}</span></label>
      <p class="choice__about" id=${`whom-${at}`}>${textIn(one.texts, language()).words}</p></div>`)}
    <div class="field__alert" role="alert" id="whom-problem">${problem !== '' && html`<p class="field__error">${icon('alert')}<span>${problem}</span></p>`}</div>
  </fieldset>`;
}

/** @param {{ thread: CaseThread, withHistory: boolean, onChoose: (is: boolean) => void }} props @returns {any} */
function History({ thread, withHistory, onChoose }) {
  const choice = (/** @type {boolean} */ is, /** @type {string} */ code) => html`<div><label class="choice"><input class="choice__input" type="radio" name="history"
      checked=${withHistory === is} disabled=${is && !thread.canGrant} aria-describedby=${`history-${code}`} onChange=${() => onChoose(is)} /><span>${t(`workspace.hand_over_${code}`)}</span></label>
    <p class="choice__about" id=${`history-${code}`}>${t(is && !thread.canGrant ? 'workspace.hand_over_no_grant' : `workspace.hand_over_${code}_hint`)}</p></div>`;
  return html`<fieldset class="choice-group"><legend class="choice-group__legend">${t('workspace.hand_over_reads')}</legend>
    ${choice(true, 'with')}${choice(false, 'without')}</fieldset>`;
}

/** @param {{ model: WorkModel, item: WorkCase, thread: CaseThread, onDone: () => void }} props @returns {any} */
function HandOverDialog({ model, item, thread, onDone }) {
  const [colleagues] = useState(() => (model.written.handOvers?.colleaguesFor(item.id) ?? []).filter(({ name }) => name !== ''));
  const [chosen, setChosen] = useState(/** @type {Colleague | null} */ (null));
  const [withHistory, setHistory] = useState(thread.canGrant);
  const [problem, setProblem] = useState('');
  const ask = (/** @type {Event} */ event) => {
    event.preventDefault();
    if (chosen === null) {
      setProblem(t('workspace.hand_over_choose'));
      return;
    }
    model.written.handOvers?.ask(item.id, chosen.certificate.hash, withHistory);
    onDone();
  };
  const steps = ['ask', 'both', 'out'].map((step) => t(`workspace.hand_over_step_${step}`, { name: thread.peerName.value }));
  return html`<${Dialog} id="hand-over" title=${t('workspace.hand_over_title')} onCancel=${onDone} wide>
    <form class="dialog__form" onSubmit=${ask} novalidate>
      <${Whom} colleagues=${colleagues} chosen=${chosen} onChoose=${setChosen} problem=${chosen === null ? problem : ''} />
      ${colleagues.length > 0 && html`<${History} thread=${thread} withHistory=${withHistory} onChoose=${setHistory} />
        <section class="hand-over__next" aria-labelledby="hand-over-next"><h3 class="detail__label" id="hand-over-next">${t('workspace.hand_over_next')}</h3>
          <ol>${steps.map((words) => html`<li key=${words}>${words}</li>`)}</ol></section>`}
      <div class="dialog__actions">
        <button type="button" class="button" onClick=${onDone}>${t('common.cancel')}</button>
        ${colleagues.length > 0 && html`<button type="submit" class="button button--primary">${t('workspace.hand_over_ask')}</button>`}
      </div>
    </form>
  <//>`;
}

/** The way to it, while nothing of the kind is going on. @param {{ model: WorkModel, item: WorkCase, thread: CaseThread }} props @returns {any} */
export function HandOverButton({ model, item, thread }) {
  const [open, setOpen] = useState(false);
  const isFree = thread.closed.value === null && thread.handing.value === null && thread.predecessor.value === null;
  if (!isFree) return null;
  return html`<button type="button" class="button button--small" aria-haspopup="dialog" onClick=${() => setOpen(true)}>${icon('handover')}${t('workspace.hand_over')}</button>
    ${open && html`<${HandOverDialog} model=${model} item=${item} thread=${thread} onDone=${() => setOpen(false)} />`}`;
}

/** How it stands; the line is there before, so that it is spoken. @param {{ model: WorkModel, item: WorkCase, thread: CaseThread }} props @returns {any} */
export function Handing({ model, item, thread }) {
  const handing = thread.handing.value;
  const code = handing?.stage === 'agreed' && model.written.handOvers?.hasFailed(item.id) ? 'failed' : handing?.stage ?? '';
  const takeBack = () => {
    focusOn('#message-field');
    model.written.handOvers?.takeBack(item.id);
  };
  return html`<div role="status">${handing !== null && html`<div class="case__bar case__bar--handing">${icon('handover')}
    <span>${t(`workspace.handing_${code}`, { seeker: thread.peerName.value, name: handing.name })}</span>
    <button type="button" class="button button--small" onClick=${takeBack}>${t('workspace.handing_take_back')}</button></div>`}</div>`;
}

/** It is a colleague's now: what was typed and not sent is still there. @param {{ model: WorkModel, desk: Desk, item: WorkCase, thread: CaseThread, back: any }} props @returns {any} */
export function HandedAway({ model, desk, item, thread, back }) {
  const to = thread.handedTo.value;
  const unsent = thread.unsentText();
  const dismiss = () => {
    model.written.dismiss(item.id);
    desk.back();
  };
  return html`<section class="chat case" aria-labelledby="handed-title">
    <div class="chat__head">${back}<div class="chat__who"><div class="chat__names"><h2 class="chat__name" id="handed-title" tabindex="-1" data-heading>${thread.peerName.value}</h2></div></div></div>
    <div class="workspace__scroll"><div class="detail"><div class="detail__done">${icon('handover', 'detail__done-icon')}
      <h3>${to === '' ? t('workspace.handed_gone') : t('workspace.handed_to', { name: to })}</h3>
      <p role="status">${to === '' ? t('workspace.handed_gone_text') : t('workspace.handed_to_text', { name: to })}</p>
      ${unsent !== '' && html`<h3 class="detail__label">${t('workspace.handed_unsent')}</h3><p class="unsent" tabindex="0">${unsent}</p>`}
      <button type="button" class="button" onClick=${dismiss}>${t('workspace.handed_dismiss')}</button></div></div></div>
  </section>`;
}
