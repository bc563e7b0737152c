// A conversation that a counsellor begins with somebody who has no access yet: the way to it, the words to pass on, and
// the yes once somebody has come. Fetched with the first look at the own conversations.

import { own } from '../../core/tasks.js';
import { Dialog } from '../../ui/dialog.js';
import { keepFocus } from '../../ui/focus.js';
import { timeOfDay } from '../../ui/format.js';
import { html, useEffect, useLayoutEffect, useRef, useState } from '../../ui/html.js';
import { addIcons, icon } from '../../ui/icons.js';
import { language, t } from '../../ui/text.js';
import { MAX_NICKNAME_CHARS } from './note.js';
import { Copied, NotDone, untilWords } from './view-newaccess.js';

/** @typedef {import('./model.js').WorkModel} WorkModel */
/** @typedef {import('./newaccess.js').Shown} Shown */
/** @typedef {import('./newconversation.js').NewConversation} NewConversation */
/** @typedef {import('./newconversations.js').NewConversations} All */
/** @typedef {import('./view-desk.js').Desk} Desk */
/** @typedef {{ one: NewConversation, onClose: () => void }} Props */

addIcons({ plus: ['M12 5v14', 'M5 12h14'] });

const STEPS = ['step_give', 'step_made', 'step_check'];
const WAYS = ['give_phone', 'give_link', 'give_never'];
const OPENER = 'begin-conversation';

/** The own name for it, else the one that was suggested. @param {NewConversation} one */
function nameOf({ nickname, suggested }) {
  return nickname || suggested.value || t('begin.somebody');
}

/** @param {{ portals: All['portals'], chosen: number, onChoose: (at: number) => void }} props @returns {any} */
function Portal({ portals, chosen, onChoose }) {
  if (portals.length < 2) return null;
  return html`<fieldset class="choice-group"><legend class="choice-group__legend">${t('begin.portal')}</legend>
    <div class="choice-group__options">${portals.map(({ name }, at) => html`<label class="choice choice--pill" key=${name}>
      <input class="choice__input" type="radio" name="portal" checked=${chosen === at} onChange=${() => onChoose(at)} />${name}</label>`)}</div></fieldset>`;
}

/** Before anything is drawn. @param {{ all: All, onBegun: (one: NewConversation) => void, onClose: () => void }} props @returns {any} */
function Before({ all, onBegun, onClose }) {
  const field = useRef(/** @type {HTMLInputElement | null} */ (null));
  const [portal, setPortal] = useState(0);
  const [tooLong, setTooLong] = useState(0);
  const [portals] = useState(all.portals);
  const busy = all.isBusy.value;
  const begin = async (/** @type {Event} */ event) => {
    event.preventDefault();
    const nickname = field.current?.value.trim() ?? '';
    const n = [...nickname].length;
    setTooLong(n > MAX_NICKNAME_CHARS ? n : 0);
    if (n > MAX_NICKNAME_CHARS) field.current?.focus();
    const begun = n > MAX_NICKNAME_CHARS ? null : await all.begin(portals[portal].portal16, nickname);
    if (begun !== null) onBegun(begun);
  };
  return html`<form class="dialog__form" onSubmit=${begin} novalidate>
    <p class="dialog__text">${t('begin.text')}</p>
    <ol class="newaccess__steps">${STEPS.map((step) => html`<li key=${step}>${t(`begin.${step}`)}</li>`)}</ol>
    <p class="dialog__text"><strong>${t('begin.readers')}</strong></p>
    <${Portal} portals=${portals} chosen=${portal} onChoose=${setPortal} />
    <div class="field"><label class="field__label" for="begin-nickname">${t('begin.nickname')}</label>
      <p class="field__hint" id="begin-nickname-hint">${t('workspace.nickname_hint')}</p>
      <input class="field__input" id="begin-nickname" ref=${field} autocomplete="off" aria-invalid=${tooLong > 0 ? 'true' : undefined}
        aria-describedby="begin-nickname-hint begin-nickname-problem" />
      <div role="alert" id="begin-nickname-problem">${tooLong > 0 && html`<p class="field__error">${icon('alert')}<span>${t('workspace.nickname_long', { most: MAX_NICKNAME_CHARS, n: tooLong })}</span></p>`}</div></div>
    <${NotDone} access=${all} />
    <div class="dialog__actions">
      <button type="button" class="button" onClick=${onClose}>${t('common.cancel')}</button>
      <button type="submit" class="button button--primary" aria-disabled=${busy || portals.length === 0 ? 'true' : undefined}>${t(busy ? 'common.moment' : 'workspace.new_access_invite')}</button>
    </div>
  </form>`;
}

/** @param {Props & { shown: Shown }} props @returns {any} */
function ToPassOn({ one, shown, onClose }) {
  return html`<p class="dialog__text" role="status">${t('workspace.new_access_shown', untilWords(shown.untilMs))}</p>
    <${Copied} label=${t('workspace.new_access_words')} value=${shown.words} isCode />
    <${Copied} label=${t('workspace.new_access_link')} value=${shown.link} />
    ${one.suggested.value !== '' && html`<p class="dialog__text">${t('begin.suggested', { name: one.suggested.value })}</p>`}
    <h3 class="newaccess__title">${t('workspace.new_access_give_title')}</h3>
    <ul class="newaccess__ways">${WAYS.map((way) => html`<li key=${way}>${t(`begin.${way}`)}</li>`)}</ul>
    <${NotDone} access=${one} />
    <div class="dialog__actions">
      <button type="button" class="button" aria-disabled=${one.isBusy.value ? 'true' : undefined} onClick=${() => own('taking an invitation back', one.withdraw())}>${t('workspace.new_access_withdraw')}</button>
      <button type="button" class="button button--primary" onClick=${onClose}>${t('workspace.new_access_given')}</button></div>`;
}

/** Somebody has answered: is it whom I have invited? @param {Props & { desk: Desk }} props @returns {any} */
function Answered({ one, desk, onClose }) {
  const busy = one.isBusy.value ? 'true' : undefined;
  const confirm = async () => {
    await one.confirm();
    if (one.stage.value !== 'none') return;
    onClose();
    desk.openChat(one.id);
  };
  return html`<p class="dialog__text" role="status">${t('begin.answered')}</p>
    <p class="dialog__text">${t('begin.answered_ask')}</p>
    <p class="dialog__text"><strong>${t('begin.answered_then')}</strong></p>
    <${NotDone} access=${one} />
    <div class="dialog__actions">
      <button type="button" class="button" aria-disabled=${busy} onClick=${() => own('refusing a newcomer', one.withdraw())}>${t('workspace.new_access_other')}</button>
      <button type="button" class="button button--primary" aria-disabled=${busy} onClick=${() => own('beginning a conversation', confirm())}>${t(busy ? 'common.moment' : 'begin.confirm')}</button></div>`;
}

/** It has run out, or what lies there is nobody's who knows the words. @param {Props & { words: string }} props @returns {any} */
function Ended({ one, words }) {
  return html`<p class="dialog__text">${words}</p><${NotDone} access=${one} />
    <div class="dialog__actions"><button type="button" class="button button--primary" data-first onClick=${() => own('clearing an invitation', one.withdraw())}>${t('workspace.new_access_clear')}</button></div>`;
}

/** @param {Props & { desk: Desk }} props @returns {any} */
function Inside({ one, desk, onClose }) {
  const [stage, shown] = [one.stage.value, one.shown.value];
  if (stage === 'answered') return html`<${Answered} one=${one} desk=${desk} onClose=${onClose} />`;
  if (stage === 'forged') return html`<${Ended} one=${one} words=${t('workspace.new_access_forged')} onClose=${onClose} />`;
  if (stage === 'open' && shown !== null) return html`<${ToPassOn} one=${one} shown=${shown} onClose=${onClose} />`;
  return html`<${Ended} one=${one} words=${t('begin.over')} onClose=${onClose} />`;
}

/** One that waits. @param {Props & { desk: Desk }} props @returns {any} */
function OneDialog({ one, desk, onClose }) {
  const isSettled = one.stage.value === 'none';
  useLayoutEffect(() => { if (isSettled) onClose(); }, [isSettled]);
  if (isSettled) return null;
  const title = one.stage.value === 'answered' ? t('begin.answered_title') : t('begin.title_of', { name: nameOf(one) });
  return html`<${Dialog} id="begin-one" title=${title} onCancel=${onClose} wide><${Inside} one=${one} desk=${desk} onClose=${onClose} /><//>`;
}

/** "Mi., 18:00 Uhr": it is two days at most. @param {number} atMs */
function shortUntil(atMs) {
  return { day: new Intl.DateTimeFormat(language(), { weekday: 'short' }).format(atMs), time: timeOfDay(atMs, language()) };
}

/** @param {{ one: NewConversation, onOpen: () => void }} props @returns {any} */
function Row({ one, onOpen }) {
  const [stage, shown] = [one.stage.value, one.shown.value];
  const line = stage === 'open' && shown !== null ? t('begin.row_open', shortUntil(shown.untilMs)) : t(`begin.row_${stage}`);
  return html`<li><button type="button" class="row row--chat" aria-haspopup="dialog" onClick=${onOpen}>
    <span class="avatar" aria-hidden="true">${icon('key')}</span>
    <span class="row__name">${nameOf(one)}</span>
    <span class="row__line">${line}</span>
    <span class="row__state"><span class=${stage === 'answered' ? 'badge badge--success' : stage === 'open' ? 'badge' : 'badge badge--warn'}>${t(`begin.badge_${stage}`)}</span></span>
  </button></li>`;
}

/** @param {{ all: All, desk: Desk }} props @returns {any} */
function List({ all, desk }) {
  /** What the dialog shows: a new one, or one that waits. */
  const [open, setOpen] = useState(/** @type {'new' | NewConversation | null} */ (null));
  const waiting = all.all.value;
  const close = () => setOpen(null);
  // The row that opened the dialog has gone.
  useLayoutEffect(() => { if (open === null) keepFocus(`#${OPENER}`); }, [open, waiting.length]);
  return html`<div class="begin"><button type="button" class="button button--small" id=${OPENER} aria-haspopup="dialog" onClick=${() => setOpen('new')}>${icon('plus')}${t('begin.open')}</button>
    ${waiting.length > 0 && html`<ul class="rows" aria-label=${t('begin.waiting')}>${waiting.map((one) => html`<${Row} key=${one.id} one=${one} onOpen=${() => setOpen(one)} />`)}</ul>`}
    ${open === 'new' && html`<${Dialog} id="begin" title=${t('begin.title')} onCancel=${close} wide><${Before} all=${all} onBegun=${setOpen} onClose=${close} /><//>`}
    ${open !== null && open !== 'new' && html`<${OneDialog} key=${open.id} one=${open} desk=${desk} onClose=${close} />`}
  </div>`;
}

/**
 * Above the own conversations: the way to a new one, and those that wait for somebody.
 * @param {{ model: WorkModel, desk: Desk }} props
 * @returns {any}
 */
export function NewConversations({ model, desk }) {
  const [all, setAll] = useState(/** @type {All | null} */ (null));
  useEffect(() => {
    let isShown = true;
    own('conversations that wait', Promise.resolve(model.written.newConversations()).then((found) => {
      if (isShown) setAll(found);
      return found?.load();
    }));
    return () => { isShown = false; };
  }, []);
  return all && html`<${List} all=${all} desk=${desk} />`;
}
