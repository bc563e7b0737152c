// "Neues Anliegen": to whom, what about, the words and the files; and what it means, before it is sent.

import { own } from '../../core/tasks.js';
import { Dialog } from '../../ui/dialog.js';
import { fileSize } from '../../ui/format.js';
import { html, useRef, useState } from '../../ui/html.js';
import { icon } from '../../ui/icons.js';
import { hasText, language, lines, t } from '../../ui/text.js';
import { equal } from '../../crypto/primitives.js';
import { AttachButton, FileSheet, dropHandlers } from '../live/view-attach.js';
import { FieldError, Heading, Problem, TextField, useFocusOnError } from '../accounts/view-parts.js';
import { MAX_SUBJECT_CHARS, MAX_TEXT_CHARS } from './note.js';
import { BeforeSending, Recipients, goesTo, nameIn } from './view-recipient.js';
import { RestartNotice } from './view-restart.js';
import { levelWords } from './words.js';

/** @typedef {import('./enquiries.js').Enquiries} Enquiries */
/** @typedef {import('./enquiry.js').Enquiry} Enquiry */
/** @typedef {import('./view.js').EnquiryConfig} EnquiryConfig */

const WRITING = { spellcheck: true, autocapitalize: 'sentences', autocorrect: true };

/** @param {{ enquiry: Enquiry, topics: readonly string[] }} props @returns {any} */
function Topics({ enquiry, topics }) {
  const { topic } = enquiry.typed.value;
  const choices = [...topics.map((word) => ({ value: word, word })), { value: '', word: t('enquiries.topic_none') }];
  return html`<fieldset class="choice-group" aria-describedby="topic-hint">
    <legend class="choice-group__legend">${t('enquiries.topic')}</legend>
    <p class="field__hint" id="topic-hint">${levelWords('topic_hint')}</p>
    <div class="choice-group__options">
      ${choices.map(({ value, word }) => html`<label class="choice choice--pill" key=${value}>
        <input class="choice__input" type="radio" name="topic" checked=${topic === value} disabled=${enquiry.isFixed}
          onChange=${() => enquiry.type({ topic: value })} />${word}</label>`)}
    </div>
  </fieldset>`;
}

/** What one may ask oneself, for whoever does not know how to begin. @returns {any} */
function Prompts() {
  return html`<div class="enquiry-prompts" id="text-prompts"><p>${t('enquiries.prompts_title')}</p>
    <ul>${lines('enquiries.prompts').map((question) => html`<li key=${question}>${question}</li>`)}</ul></div>`;
}

/** @param {{ enquiry: Enquiry, error: string }} props @returns {any} */
function Words({ enquiry, error }) {
  const field = useRef(/** @type {HTMLTextAreaElement | null} */ (null));
  useFocusOnError(field, error);
  return html`<div class="field">
    <label class="field__label" for="enquiry-text">${t('enquiries.text')}</label>
    <${Prompts} />
    <textarea class="field__input enquiry-text" id="enquiry-text" rows="9" ref=${field} value=${enquiry.typed.value.text} autocomplete="off"
      readonly=${enquiry.isFixed} aria-invalid=${error === '' ? undefined : 'true'} aria-describedby="text-prompts enquiry-text-error"
      onInput=${(/** @type {any} */ event) => enquiry.type({ text: event.currentTarget.value })}></textarea>
    <${FieldError} id="enquiry-text-error" words=${error} />
  </div>`;
}

/** @param {{ enquiry: Enquiry, onFile: (file: File) => void }} props @returns {any} */
function Files({ enquiry, onFile }) {
  const files = enquiry.files.value;
  const remove = (/** @type {number} */ at) => () => { enquiry.files.value = files.filter((_, n) => n !== at); };
  return html`<div class="field enquiry-files">
    ${files.length > 0 && html`<ul class="enquiry-files__list" aria-label=${t('enquiries.files')}>${files.map(({ name, raw }, n) => html`<li class="attachment" key=${`${n} ${name}`}>
      ${icon('file', 'attachment__icon')}<span class="attachment__name">${name}</span><span class="attachment__size">${fileSize(raw.length, language())}</span>
      <button type="button" class="icon-button" aria-label=${t('enquiries.file_remove', { name })} onClick=${remove(n)}>${icon('close')}</button></li>`)}</ul>
      <p class="field__hint">${t('enquiries.files_hint')}</p>`}
    ${!enquiry.isFixed && html`<div class="enquiry-files__add"><${AttachButton} onFile=${onFile} /><span aria-hidden="true">${t('chat.attach')}</span></div>`}
  </div>`;
}

/** @param {{ onCancel: () => void, onDiscard: () => void }} props @returns {any} */
function DiscardDialog({ onCancel, onDiscard }) {
  return html`<${Dialog} id="discard" title=${t('enquiries.discard_title')} exit onCancel=${onCancel}>
    <p class="dialog__text">${t('enquiries.discard_text')}</p>
    <div class="dialog__actions">
      <button type="button" class="button" data-first onClick=${onCancel}>${t('enquiries.cancel')}</button>
      <button type="button" class="button button--danger" onClick=${onDiscard}>${t('enquiries.discard')}</button>
    </div>
  <//>`;
}

/** Where only somebody else can get it: begun anew, with every word. @param {Enquiry} enquiry */
function needsOther(enquiry) {
  return enquiry.problem.value === 'addressee_gone' || (enquiry.problem.value === 'no_place' && enquiry.isFixed);
}

/** Why it did not go, and what can be done. @param {{ enquiries: Enquiries, enquiry: Enquiry }} props @returns {any} */
function NotSent({ enquiries, enquiry }) {
  const problem = enquiry.problem.value;
  const team = enquiries.team.value;
  const to = problem === 'no_place' ? goesTo(enquiry, team) : undefined;
  const name = to === undefined ? '' : nameIn(to, team);
  const key = `enquiries.problem_${problem}`;
  return html`<${Problem} words=${problem === '' ? '' : t('enquiries.problem_title')}>
    <p>${problem !== '' && t(hasText(key) ? key : 'enquiries.problem_other')}</p>
    ${needsOther(enquiry) && html`<button type="button" class="button button--primary"
      onClick=${() => own('beginning anew', enquiries.beginAnew(enquiry, to))}>${name === '' ? t('enquiries.anew') : t('enquiries.anew_person', { name })}</button>`}<//>`;
}

/** What is wrong with a field, in words. @param {string} missing @param {Enquiry} enquiry */
function fieldWords(missing, enquiry) {
  const n = [...enquiry.typed.value.subject].length;
  return t(`enquiries.${missing}`, { max: missing === 'subject_too_long' ? MAX_SUBJECT_CHARS : MAX_TEXT_CHARS, n });
}

/** @param {{ enquiries: Enquiries, enquiry: Enquiry, config: EnquiryConfig, nowMs: number }} props @returns {any} */
export function Form({ enquiries, enquiry, config, nowMs }) {
  const [missing, setMissing] = useState('');
  const [file, setFile] = useState(/** @type {File | null} */ (null));
  const [discards, setDiscards] = useState(false);
  const [busy, team] = [enquiry.isBusy.value, enquiries.team.value];
  const to = goesTo(enquiry, team);
  const isForAll = to.length === 0;
  const send = (/** @type {Event} */ event) => {
    event.preventDefault();
    if (busy) return;
    setMissing(enquiry.missing);
    if (enquiry.missing !== '') return;
    // As it was said, right above the button.
    if (!enquiry.isFixed && !equal(to, enquiry.typed.value.addressee)) enquiry.type({ addressee: to });
    own('sending an enquiry', enquiries.send(enquiry));
  };
  const discard = () => {
    own('discarding', enquiry.discard());
    config.onHome('');
  };
  const wordsOf = (/** @type {string} */ field) => (missing.startsWith(field) && missing === enquiry.missing ? fieldWords(missing, enquiry) : '');
  // What the sheet of a chat needs of one.
  const basket = { sendFile: (/** @type {Uint8Array} */ raw, /** @type {string} */ name) => { enquiry.files.value = [...enquiry.files.value, { raw, name }]; } };
  return html`<form class="stage__card enquiry-form" onSubmit=${send} novalidate ...${enquiry.isFixed ? {} : dropHandlers(setFile)}>
    <div><${Heading}>${t('enquiries.new_title')}<//><p class="muted">${t('enquiries.new_intro')}</p></div>
    <${Recipients} enquiry=${enquiry} team=${team} onEnd=${() => own('ending a relation', enquiries.endRegular())} />
    ${config.topics.length > 0 && html`<${Topics} enquiry=${enquiry} topics=${config.topics} />`}
    <${TextField} id="enquiry-subject" label=${t('enquiries.subject')} hint=${levelWords(isForAll ? 'subject_hint_team' : 'subject_hint')}
      value=${enquiry.typed.value.subject} error=${wordsOf('subject')} onInput=${(/** @type {string} */ subject) => enquiry.type({ subject })}
      more=${{ ...WRITING, readonly: enquiry.isFixed }} />
    <${Words} enquiry=${enquiry} error=${wordsOf('text')} />
    <${Files} enquiry=${enquiry} onFile=${setFile} />
    <${RestartNotice} alarm=${enquiries.restart} />
    <${BeforeSending} enquiry=${enquiry} team=${team} config=${config} nowMs=${nowMs} />
    <${NotSent} enquiries=${enquiries} enquiry=${enquiry} />
    <div class="stage__actions">
      ${!needsOther(enquiry) && html`<button type="submit" class="button button--primary" aria-disabled=${busy ? 'true' : undefined}>
        ${icon('send')}${t(busy ? 'enquiries.sending' : enquiry.problem.value === '' ? 'enquiries.send' : 'enquiries.send_again')}</button>`}
      ${enquiry.isFixed
        ? html`<button type="button" class="button" onClick=${() => own('beginning anew', enquiries.beginAnew(enquiry, enquiry.typed.value.addressee))}>${t('enquiries.edit')}</button>`
        : html`<button type="button" class="button" onClick=${() => config.onHome('draft_kept')}>${t('enquiries.keep')}</button>`}
      <button type="button" class="button button--quiet" onClick=${() => (enquiry.typed.value.text === '' ? discard() : setDiscards(true))}>${t('enquiries.discard')}</button>
    </div>
    <p class="visually-hidden" role="status">${busy ? t('enquiries.sending') : ''}</p>
    ${discards && html`<${DiscardDialog} onCancel=${() => setDiscards(false)} onDiscard=${discard} />`}
    ${file !== null && html`<${FileSheet} chat=${basket} file=${file} role="seeker" onClose=${() => setFile(null)}
      words=${{ title: t('enquiries.attach_title'), send: t('enquiries.attach') }} />`}
  </form>`;
}
