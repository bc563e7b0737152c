// "Kontakt für die Leitung": what it is for and who reads it, the two fields, and the way to delete it. Fetched when
// somebody opens it.

import { own } from '../../core/tasks.js';
import { html, useEffect, useRef, useState } from '../../ui/html.js';
import { addIcons, icon } from '../../ui/icons.js';
import { language, t } from '../../ui/text.js';
import { FieldError, useFocusOnError } from '../accounts/view-parts.js';
import { dateOf } from '../accounts/dates.js';
import { isThere } from './leavingcontact.js';
import { RestartNotice } from './view-restart.js';
import { teamNames } from './words.js';

/** @typedef {import('./contactroom.js').ContactRoom} ContactRoom */
/** @typedef {import('./enquiry.js').Enquiry} Enquiry */

addIcons({ silent: ['M6 9a6 6 0 0 1 9.5-4.9M18 9c0 5 2 6 2 7H8', 'M4 16c.6-.7 1.6-2 1.9-4.5', 'M10.5 19.5a1.7 1.7 0 0 0 3 0', 'm4 4 16 16'] });

/** @param {{ room: ContactRoom }} props @returns {any} */
function Before({ room }) {
  const names = teamNames(room.readers.value ?? []);
  return html`<p>${t('contact.text')}</p>
    <ul class="enquiry-before__list">
      <li>${icon('eyes')}<span>${names === '' ? t('contact.reads_unnamed') : t('contact.reads', { names })}</span></li>
      <li>${icon('shield')}<span>${t('contact.hidden')}</span></li>
      <li>${icon('clock')}<span>${t('contact.until')}</span></li>
      <li>${icon('silent')}<span>${t('contact.silent')}</span></li>
    </ul>`;
}

/** What is left, by whom, and what speaks against it. @param {{ room: ContactRoom }} props @returns {any} */
function Left({ room }) {
  const { left, isKept, isCurrent, isAnothers } = room.state.value;
  if (isAnothers) return html`<p>${t('contact.anothers')}</p>`;
  if (!isThere(left)) return null;
  const isChanged = room.problem.value === 'changed';
  return html`<p>${t(isKept ? 'contact.left' : 'contact.not_there', { date: dateOf(left.atMs, language()) })}</p>
    ${isChanged && html`<dl class="pairs">${left.email !== '' && html`<dt>${t('contact.email')}</dt><dd>${left.email}</dd>`}
      ${left.phone !== '' && html`<dt>${t('contact.phone')}</dt><dd>${left.phone}</dd>`}</dl>`}
    ${isKept && !isCurrent && html`<p>${t('contact.former_key')}</p>`}`;
}

/**
 * @param {{ room: ContactRoom, field: 'email' | 'phone', type: string }} props
 * @returns {any}
 */
function Field({ room, field, type }) {
  const element = useRef(/** @type {HTMLInputElement | null} */ (null));
  const fault = room.problem.value === field ? t(`contact.${field}_fault`) : '';
  useFocusOnError(element, fault);
  const id = `contact-${field}`;
  return html`<div class="field">
    <label class="field__label" for=${id}>${t(`contact.${field}`)}</label>
    <input class="field__input" id=${id} ref=${element} type="text" inputmode=${type} value=${room.typed.value[field]} autocomplete="off"
      autocapitalize="none" spellcheck=${false} aria-invalid=${fault === '' ? undefined : 'true'} aria-describedby=${`${id}-error`}
      onInput=${(/** @type {any} */ event) => room.type({ [field]: event.currentTarget.value })} />
    <${FieldError} id=${`${id}-error`} words=${fault} />
  </div>`;
}

/** @param {{ room: ContactRoom }} props @returns {any} */
function Form({ room }) {
  const problem = room.problem.value;
  const said = room.said.value;
  const isBusy = room.isBusy.value ? 'true' : undefined;
  const { left, isAnothers } = room.state.value;
  const isFieldFault = problem === 'email' || problem === 'phone';
  const save = (/** @type {Event} */ event) => {
    event.preventDefault();
    own('contact data', room.save());
  };
  return html`<form class="stack" onSubmit=${save} novalidate>
    <${Field} room=${room} field="email" type="email" />
    <${Field} room=${room} field="phone" type="tel" />
    <p class="field__hint">${t('contact.think')}</p>
    <div class="field__alert" role="alert">${problem !== '' && !isFieldFault && html`<p class="field__error">${icon('alert')}<span>${t(`contact.problem_${problem}`)}</span></p>`}</div>
    <div role="status">${said !== '' && html`<p class="enquiry-contact__said">${icon('check')}<span>${t(`contact.${said}`)}</span></p>`}</div>
    <div class="card__actions">
      <button type="submit" class="button button--primary" aria-disabled=${isBusy}>${t(isThere(left) ? 'contact.change' : 'contact.save')}</button>
      ${(isThere(left) || isAnothers) && html`<button type="button" class="button button--quiet" aria-disabled=${isBusy}
        onClick=${() => own('contact data', room.remove())}>${t('contact.remove')}</button>`}
    </div>
  </form>`;
}

/** @param {{ enquiry: Enquiry }} props @returns {any} */
export function Contact({ enquiry }) {
  const [room, setRoom] = useState(/** @type {ContactRoom | null} */ (null));
  useEffect(() => {
    own('contact data', enquiry.contactRoom().then(async (made) => {
      await made.begin();
      setRoom(made);
    }));
  }, []);
  if (room === null) return html`<p role="status">${t('common.moment')}</p>`;
  const isUnread = room.readers.value === null;
  const isRestarted = room.alarm.statement.value !== null;
  if (isUnread) {
    return html`<p role="status">${t('contact.problem_unreachable')}</p>
      <p><button type="button" class="button button--small" onClick=${() => own('contact data', room.begin())}>${t('common.try_again')}</button></p>`;
  }
  return html`<${Before} room=${room} /><${Left} room=${room} />
    ${isRestarted && html`<${RestartNotice} alarm=${room.alarm} />`}
    ${!isRestarted && html`<${Form} room=${room} />`}`;
}
