// A question that two people agree on for the day when passphrase and sheet are both lost: what it is for, and the form.

import { Dialog } from '../../ui/dialog.js';
import { html, useRef, useState } from '../../ui/html.js';
import { t } from '../../ui/text.js';
import { FieldError, useFocusOnError } from '../accounts/view-parts.js';

/** @typedef {import('./thread.js').WrittenThread} WrittenThread */

/** As the content AgreedQuestion allows. */
const MAX_CHARS = 200;

/** @param {string} typed @param {string} missing the key of its sentence */
function faultOf(typed, missing) {
  const n = [...typed].length;
  if (n === 0) return t(missing);
  return n > MAX_CHARS ? t('enquiries.question_too_long', { max: MAX_CHARS, n }) : '';
}

/** @param {{ id: string, label: string, hint: string, value: string, error: string }} props what stands in the field is the field's own @returns {any} */
function Field({ id, label, hint, value, error }) {
  const field = useRef(/** @type {HTMLInputElement | null} */ (null));
  useFocusOnError(field, error);
  return html`<div class="field">
    <label class="field__label" for=${id}>${label}</label>
    <p class="field__hint" id=${`${id}-hint`}>${hint}</p>
    <input class="field__input" id=${id} name=${id} ref=${field} defaultValue=${value} autocomplete="off" aria-invalid=${error === '' ? undefined : 'true'}
      aria-describedby=${`${id}-hint ${id}-error`} />
    <${FieldError} id=${`${id}-error`} words=${error} />
  </div>`;
}

/** @param {{ thread: WrittenThread, onClose: () => void }} props @returns {any} */
function QuestionDialog({ thread, onClose }) {
  const [faults, setFaults] = useState({ question: '', answer: '' });
  const name = thread.peerName.value;
  const agreed = thread.learned.agreed.value;
  const save = (/** @type {Event} */ event) => {
    event.preventDefault();
    const form = new FormData(/** @type {HTMLFormElement} */ (event.currentTarget));
    const typed = (/** @type {string} */ field) => String(form.get(field) ?? '').normalize('NFC').trim();
    const [question, answer] = [typed('agreed-question'), typed('agreed-answer')];
    const found = { question: faultOf(question, 'enquiries.question_missing'), answer: faultOf(answer, 'enquiries.question_answer_missing') };
    setFaults(found.question === '' ? found : { ...found, answer: '' });
    if (found.question !== '' || found.answer !== '') return;
    thread.agree(question, answer);
    onClose();
  };
  const remove = () => {
    thread.agree('', '');
    onClose();
  };
  return html`<${Dialog} id="agree-question" title=${t('enquiries.question_title')} exit wide onCancel=${onClose}>
    <p class="dialog__text">${t('enquiries.question_text', { name })}</p>
    <form class="dialog__form" onSubmit=${save} novalidate>
      <${Field} id="agreed-question" label=${t('enquiries.question')} hint=${t('enquiries.question_hint')} value=${agreed?.question ?? ''} error=${faults.question} />
      <${Field} id="agreed-answer" label=${t('enquiries.question_answer')} hint=${t('enquiries.question_answer_hint', { name })} value=${agreed?.answer ?? ''} error=${faults.answer} />
      <p class="dialog__text"><strong>${t('enquiries.question_rule')}</strong></p>
      <div class="dialog__actions">
        <button type="button" class="button" onClick=${onClose}>${t('enquiries.cancel')}</button>
        ${agreed !== null && html`<button type="button" class="button button--quiet" onClick=${remove}>${t('enquiries.question_remove')}</button>`}
        <button type="submit" class="button button--primary">${t('enquiries.question_save')}</button>
      </div>
    </form>
  <//>`;
}

/**
 * What is agreed, and the way to it; only with a person, for a team agrees on nothing.
 * @param {{ thread: WrittenThread }} props
 * @returns {any}
 */
export function AgreedQuestion({ thread }) {
  const [opens, setOpens] = useState(false);
  const agreed = thread.learned.agreed.value;
  const person = thread.readers.value.find(({ isTeam }) => !isTeam);
  if (person === undefined || thread.closed.value !== null) return null;
  return html`<details class="fold">
      <summary class="fold__summary">${t('enquiries.question_title')}</summary>
      <div class="fold__body">
        <p>${agreed === null ? t('enquiries.question_text', { name: thread.peerName.value }) : t('enquiries.question_agreed', { question: agreed.question })}</p>
        <p><button type="button" class="button button--small" aria-haspopup="dialog" onClick=${() => setOpens(true)}>
          ${t(agreed === null ? 'enquiries.question_agree' : 'enquiries.question_change')}</button></p>
      </div>
    </details>
    ${opens && html`<${QuestionDialog} thread=${thread} onClose=${() => setOpens(false)} />`}`;
}
