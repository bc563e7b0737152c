// Taking something over from the first request: chosen, shown as it will stand, and asked about before anything is kept.

import { own } from '../../core/tasks.js';
import { html, useLayoutEffect, useState } from '../../ui/html.js';
import { icon } from '../../ui/icons.js';
import { t } from '../../ui/text.js';
import { MAX_PEOPLE } from './particulars.js';
import { FIELDS, LONG_FIELDS, NOTHING_NOTED, aboutBy, joined, tooLong } from './particularsform.js';

/** @typedef {import('./particularsform.js').About} About */
/** @typedef {import('./particularsform.js').Field} Field */
/** @typedef {import('./particulars.js').Particulars} Particulars */
/** @typedef {import('./particulars.js').Outcome} Outcome */
/** @typedef {Readonly<{ topic: string, subject: string, text: string }>} Enquiry */

/** @param {Field} field */
export const wordOf = (field) => t(`particulars.${field}`);

/** In words, why it was not saved; '' for nothing. @param {Outcome} outcome @param {About} about */
export function problemWords(outcome, about) {
  if (outcome === 'tooLong') return tooLong(about).map(({ field, most, n }) => t('particulars.too_long', { field: wordOf(field), most, n })).join(' ');
  return { done: '', full: t('particulars.full', { most: MAX_PEOPLE }), failed: t('particulars.failed') }[outcome];
}

/** The line is there before, so that it is spoken. @param {{ words: string }} props @returns {any} */
export function Problem({ words }) {
  return html`<div class="field__alert" role="alert">${words !== '' && html`<p class="field__error">${icon('alert')}<span>${words}</span></p>`}</div>`;
}

/** @param {{ words: string, value: string, field: Field, checked: boolean, onChange: () => void }} props @returns {any} */
function Whole({ words, value, field, checked, onChange }) {
  return value !== '' && html`<label class="choice"><input class="choice__input" type="checkbox" checked=${checked} onChange=${onChange} />
    <span><strong>${words}:</strong> ${value} <span class="muted">${t('particulars.goes_to', { field: wordOf(field) })}</span></span></label>`;
}

/** Something of it is marked by mouse, finger or keyboard. @param {{ text: string, passage: string, onMark: (passage: string) => void, into: Field, onInto: (field: Field) => void }} props @returns {any} */
function Passage({ text, passage, onMark, into, onInto }) {
  const mark = (/** @type {any} */ { currentTarget: { selectionStart, selectionEnd } }) => onMark(text.slice(selectionStart, selectionEnd).trim());
  // A field that cannot be typed in has no caret, and nothing could be marked by keyboard. This one has, and takes nothing.
  const refuse = (/** @type {Event} */ event) => event.preventDefault();
  const restore = (/** @type {any} */ { currentTarget: field }) => { field.value = text; };
  return html`<div class="field"><label class="field__label" for="particulars-text">${t('particulars.text')}</label>
      <p class="field__hint" id="particulars-text-hint">${t('particulars.text_hint')}</p>
      <textarea class="field__input" id="particulars-text" inputmode="none" aria-readonly="true" aria-describedby="particulars-text-hint" value=${text}
        onBeforeInput=${refuse} onInput=${restore} onSelect=${mark} onKeyUp=${mark} onClick=${mark}></textarea></div>
    <div class="field"><label class="field__label" for="particulars-into">${t('particulars.into')}</label>
      <select class="field__input" id="particulars-into" value=${into} onChange=${(/** @type {any} */ event) => onInto(event.currentTarget.value)}>
        ${LONG_FIELDS.map((field) => html`<option key=${field} value=${field} selected=${field === into}>${wordOf(field)}</option>`)}</select></div>
    <div role="status">${passage !== '' && html`<p class="small muted">${t('particulars.marked')}</p><blockquote class="noted__quote">${passage}</blockquote>`}</div>`;
}

/** Exactly what would stand there. @param {{ before: About, more: About }} props @returns {any} */
function Preview({ before, more }) {
  const changed = FIELDS.filter((field) => joined(field, before[field], more[field]) !== before[field]);
  if (changed.length === 0) return html`<p class="dialog__text">${t('particulars.all_there')}</p>`;
  return html`<p class="dialog__text">${t('particulars.ask')}</p>
    <dl class="pairs noted">${changed.map((field) => html`<dt key=${field}>${wordOf(field)}</dt><dd>
      ${joined(field, before[field], more[field]).slice(0, -more[field].trim().length)}<mark><span class="visually-hidden">${t('particulars.new')} </span>${more[field].trim()}</mark></dd>`)}</dl>`;
}

/** @param {{ particulars: Particulars, id: string, enquiry: Enquiry, onDone: (said: string) => void }} props @returns {any} */
export function Take({ particulars, id, enquiry, onDone }) {
  const [[withTopic, withSubject], setWhole] = useState([false, false]);
  const [passage, setPassage] = useState('');
  const [into, setInto] = useState(/** @type {Field} */ ('notes'));
  const [isAsked, setAsked] = useState(false);
  const [problem, setProblem] = useState('');
  useLayoutEffect(() => /** @type {HTMLElement | null} */ (document.querySelector('#particulars [data-first]'))?.focus(), [isAsked]);
  const before = particulars.of(id)[0]?.about ?? NOTHING_NOTED;
  const more = { ...NOTHING_NOTED, topic: withTopic ? enquiry.topic : '', concern: withSubject ? enquiry.subject : '', [into]: passage };
  const after = aboutBy((field) => joined(field, before[field], more[field]));
  const isNothing = FIELDS.every((field) => more[field] === '');
  const ask = () => {
    setProblem(isNothing ? t('particulars.choose_some') : '');
    setAsked(!isNothing);
  };
  const take = async () => {
    const outcome = await particulars.add(id, after);
    if (outcome === 'done') onDone(t('particulars.taken'));
    else setProblem(problemWords(outcome, after));
  };
  if (isAsked) {
    return html`<${Preview} before=${before} more=${more} /><${Problem} words=${problem} />
      <div class="dialog__actions"><button type="button" class="button" data-first onClick=${() => setAsked(false)}>${t('common.back')}</button>
        <button type="button" class="button button--primary" onClick=${() => own('particulars', take())}>${t('particulars.take_yes')}</button></div>`;
  }
  return html`<p class="dialog__text">${t('particulars.take_text')}</p>
    <${Whole} words=${t('particulars.take_topic')} value=${enquiry.topic} field="topic" checked=${withTopic} onChange=${() => setWhole([!withTopic, withSubject])} />
    <${Whole} words=${t('particulars.take_subject')} value=${enquiry.subject} field="concern" checked=${withSubject} onChange=${() => setWhole([withTopic, !withSubject])} />
    <${Passage} text=${enquiry.text} passage=${passage} onMark=${setPassage} into=${into} onInto=${setInto} />
    <${Problem} words=${problem} />
    <div class="dialog__actions"><button type="button" class="button" data-first onClick=${() => onDone('')}>${t('common.cancel')}</button>
      <button type="button" class="button button--primary" onClick=${ask}>${t('particulars.take')}</button></div>`;
}
