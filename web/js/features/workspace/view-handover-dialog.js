// Handing an own conversation over: to whom, with or without what was written; and what stays where it was handed over.
// Fetched when somebody wants to, or has.

import { Dialog } from '../../ui/dialog.js';
import { keepFocus } from '../../ui/focus.js';
import { html, useEffect, useLayoutEffect, useState } from '../../ui/html.js';
import { icon } from '../../ui/icons.js';
import { textIn } from '../../ui/person.js';
import { language, t } from '../../ui/text.js';

/** @typedef {import('./handovers.js').HandOvers} HandOvers */
/** @typedef {import('./place.js').Colleague} Colleague */
/** @typedef {import('./view-desk.js').Desk} Desk */
/** @typedef {import('./shared.js').SharedThread} SharedThread */
/**
 * `handOvers`: where it is done; null when nobody is signed in. `id` of the conversation. `isLive`: somebody waits at this
 * moment. `isDeputy`: a colleague is to stand in for a time. `isNoted`: there is something that does not go along.
 * @typedef {{ handOvers: HandOvers | null, id: string, thread: SharedThread, isLive?: boolean, isDeputy?: boolean, isNoted?: boolean }} OwnProps
 */

/**
 * Who could go on now; null while that is asked.
 * @param {HandOvers | null} handOvers
 * @param {string} id
 */
function useColleagues(handOvers, id) {
  const [found, setFound] = useState(/** @type {readonly Colleague[] | null} */ (null));
  useEffect(() => {
    let isShown = true;
    const show = (/** @type {readonly Colleague[]} */ all) => { if (isShown) setFound(all.filter(({ name }) => name !== '')); };
    (handOvers?.colleaguesFor(id) ?? Promise.resolve([])).then(show, () => show([]));
    return () => { isShown = false; };
  }, []);
  return found;
}

/**
 * Before a deputy goes: it takes the seeker's yes to have one again.
 * @param {{ thread: SharedThread, name: string, onEnd: () => void, onDone: () => void }} props `name` of the deputy; '' where that is me
 * @returns {any}
 */
export function EndDeputy({ thread, name, onEnd, onDone }) {
  const by = { name, seeker: thread.peerName.value };
  return html`<${Dialog} id="deputy-end" title=${t('workspace.deputy_end_title')} onCancel=${onDone}>
    <p class="dialog__text">${t(name === '' ? 'workspace.deputy_end_me' : 'workspace.deputy_end_other', by)} ${t('workspace.deputy_end_again', by)}</p>
    <div class="dialog__actions"><button type="button" class="button" data-first onClick=${onDone}>${t('common.cancel')}</button>
      <button type="button" class="button button--primary" onClick=${onEnd}>${t('workspace.deputy_end')}</button></div><//>`;
}

/** @param {boolean} isLive */
const nobodyWords = (isLive) => t(isLive ? 'workspace.hand_over_nobody_live' : 'workspace.hand_over_nobody');

/** @param {{ colleagues: readonly Colleague[] | null, isLive: boolean, legend: string, chosen: Colleague | null, onChoose: (one: Colleague) => void, problem: string }} props @returns {any} */
function Whom({ colleagues, isLive, legend, chosen, onChoose, problem }) {
  return html`<fieldset class="choice-group" aria-describedby="whom-problem">
    <legend class="choice-group__legend">${legend}</legend>
    <div role="status">${colleagues === null && html`<p>${t('workspace.hand_over_looking')}</p>`}
      ${colleagues?.length === 0 && html`<p>${nobodyWords(isLive)}</p>`}</div>
    ${colleagues?.map((one, at) => html`<div key=${one.name}><label class="choice"><input class="choice__input" type="radio" name="whom"
        checked=${one === chosen} aria-describedby=${`whom-${at}`} onChange=${() => onChoose(one)} /><span>${one.name}</span></label>
      <p class="choice__about" id=${`whom-${at}`}>${textIn(one.texts, language()).words}</p></div>`)}
    <div class="field__alert" role="alert" id="whom-problem">${problem !== '' && html`<p class="field__error">${icon('alert')}<span>${problem}</span></p>`}</div>
  </fieldset>`;
}

/** @param {{ thread: SharedThread, withHistory: boolean, onChoose: (is: boolean) => void }} props @returns {any} */
function History({ thread, withHistory, onChoose }) {
  const choice = (/** @type {boolean} */ is, /** @type {string} */ code) => html`<div><label class="choice"><input class="choice__input" type="radio" name="history"
      checked=${withHistory === is} disabled=${is && !thread.canGrant} aria-describedby=${`history-${code}`} onChange=${() => onChoose(is)} /><span>${t(`workspace.hand_over_${code}`)}</span></label>
    <p class="choice__about" id=${`history-${code}`}>${t(is && !thread.canGrant ? 'workspace.hand_over_no_grant' : `workspace.hand_over_${code}_hint`)}</p></div>`;
  return html`<fieldset class="choice-group"><legend class="choice-group__legend">${t('workspace.hand_over_reads')}</legend>
    ${choice(true, 'with')}${choice(false, 'without')}</fieldset>`;
}

/** @param {OwnProps & { onDone: () => void }} props @returns {any} */
export function HandOverDialog({ handOvers, id, thread, isLive = false, isDeputy = false, isNoted = false, onDone }) {
  const colleagues = useColleagues(handOvers, id);
  const [chosen, setChosen] = useState(/** @type {Colleague | null} */ (null));
  const [withHistory, setHistory] = useState(thread.canGrant);
  const [problem, setProblem] = useState('');
  const isSomebody = colleagues !== null && colleagues.length > 0;
  const ask = (/** @type {Event} */ event) => {
    event.preventDefault();
    if (chosen === null) {
      setProblem(t(isDeputy ? 'workspace.deputy_choose' : 'workspace.hand_over_choose'));
      return;
    }
    handOvers?.ask(id, chosen.certificate.hash, withHistory, isDeputy);
    onDone();
  };
  const codes = isDeputy ? ['hand_over_step_ask', 'deputy_step_both', 'deputy_step_end'] : ['hand_over_step_ask', 'hand_over_step_both', thread.isAlong.value ? 'hand_over_step_along' : 'hand_over_step_out'];
  if (isNoted) codes.push('hand_over_step_noted');
  const steps = codes.map((code) => t(`workspace.${code}`, { name: thread.peerName.value }));
  const legend = t(isDeputy ? 'workspace.deputy_whom' : 'workspace.hand_over_whom');
  return html`<${Dialog} id="hand-over" title=${t(isDeputy ? 'workspace.deputy_title' : 'workspace.hand_over_title')} onCancel=${onDone} wide>
    <form class="dialog__form" onSubmit=${ask} novalidate>
      <${Whom} colleagues=${colleagues} isLive=${isLive} legend=${legend} chosen=${chosen} onChoose=${setChosen} problem=${chosen === null ? problem : ''} />
      ${isSomebody && html`${!thread.isAlong.value && html`<${History} thread=${thread} withHistory=${withHistory} onChoose=${setHistory} />`}
        <section class="hand-over__next" aria-labelledby="hand-over-next"><h3 class="detail__label" id="hand-over-next">${t('workspace.hand_over_next')}</h3>
          <ol>${steps.map((words) => html`<li key=${words}>${words}</li>`)}</ol></section>`}
      <div class="dialog__actions">
        <button type="button" class="button" onClick=${onDone}>${t('common.cancel')}</button>
        ${isSomebody && html`<button type="submit" class="button button--primary">${t('workspace.hand_over_ask')}</button>`}
      </div>
    </form>
  <//>`;
}

/** What has become of it: title and text. @param {SharedThread} thread @param {string} taker who of the team has it now, by the list; '' for nobody @returns {[string, string]} */
function fateOf(thread, taker) {
  const to = thread.handedTo.value;
  if (to === '' && taker !== '') return [t('workspace.handed_taken', { name: taker }), t('workspace.handed_along_text')];
  if (thread.isAlong.value && !thread.isDeputy && to !== '') return [t('workspace.handed_to', { name: to }), t('workspace.handed_along_text')];
  if (thread.isDeputy) return [t('workspace.deputy_over'), t('workspace.deputy_over_text')];
  return to === '' ? [t('workspace.handed_gone'), t('workspace.handed_gone_text')] : [t('workspace.handed_to', { name: to }), t('workspace.handed_to_text', { name: to })];
}

/** It is a colleague's now: what was typed and not sent is still there. @param {{ desk: Desk, thread: SharedThread, back: any, onDismiss: () => void, taker?: string }} props @returns {any} */
export function HandedAway({ desk, thread, back, onDismiss, taker = '' }) {
  const [title, text] = fateOf(thread, taker);
  // What stood here while this was fetched has gone.
  useLayoutEffect(() => keepFocus('.chat .chat__name'), []);
  const unsent = thread.unsentText();
  const dismiss = () => {
    onDismiss();
    desk.back();
  };
  return html`<section class="chat case" aria-labelledby="handed-title">
    <div class="chat__head">${back}<div class="chat__who"><div class="chat__names"><h2 class="chat__name" id="handed-title" tabindex="-1" data-heading>${thread.peerName.value}</h2></div></div></div>
    <div class="workspace__scroll"><div class="detail"><div class="detail__done">${icon('handover', 'detail__done-icon')}
      <h3>${title}</h3>
      <p role="status">${text}</p>
      ${unsent !== '' && html`<h3 class="detail__label">${t('workspace.handed_unsent')}</h3><p class="unsent" tabindex="0">${unsent}</p>`}
      <button type="button" class="button" onClick=${dismiss}>${t('workspace.handed_dismiss')}</button></div></div></div>
  </section>`;
}
