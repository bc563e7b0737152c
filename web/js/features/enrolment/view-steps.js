// The forms of an enrolment: name, passphrase, and the way back to what was begun before.

import { own } from '../../core/tasks.js';
import { MAX_PSEUDONYM_CHARS, MIN_PSEUDONYM_CHARS } from '../../crypto/passphrase.js';
import { html, useRef, useState } from '../../ui/html.js';
import { hasText, t } from '../../ui/text.js';
import {
  Heading, KnownPassphrase, Problem, Step, Submit, TextField, problemWords as accessWords,
} from '../accounts/view-parts.js';
import { PhraseField } from '../accounts/view-phrase.js';

/** @typedef {import('./model.js').EnrolModel} EnrolModel */

/** Name, passphrase, and the wait. */
export const STEPS = 3;

/** @param {string} code '' for nothing */
export function problemWords(code) {
  if (code === '') return '';
  const key = `enrolment.problem_${code}`;
  return hasText(key) ? t(key) : accessWords(code);
}

/** @param {string} code */
function nameError(code) {
  if (code === '') return '';
  const key = `enrolment.name_${code}`;
  const n = code === 'too_short' ? MIN_PSEUDONYM_CHARS : MAX_PSEUDONYM_CHARS;
  return hasText(key) ? t(key) : t(`access.name_${code}`, { n });
}

/** @param {{ model: EnrolModel }} props @returns {any} */
function Back({ model }) {
  return html`<button type="button" class="button button--quiet" aria-disabled=${model.busy.value ? 'true' : undefined}
    onClick=${() => model.back()}>${t('access.back')}</button>`;
}

/** @param {{ model: EnrolModel }} props @returns {any} */
export function NameStep({ model }) {
  const { name } = model;
  const next = (/** @type {Event} */ event) => {
    event.preventDefault();
    model.takeName();
  };
  return html`<section class="stage__card"><form class="access__form" onSubmit=${next} novalidate>
    <div><${Step} n=${1} all=${STEPS} /><${Heading}>${t('enrolment.name_title')}<//></div>
    <p>${t('enrolment.name_intro')}</p>
    ${model.isAgain.value && html`<p>${t('again.name')}</p>`}
    <${TextField} id="new-name" label=${t('enrolment.name')} hint=${t('enrolment.name_hint')} value=${name.typed.value}
      error=${nameError(name.problem.value)} onInput=${(/** @type {string} */ typed) => name.type(typed)} more=${{ autocomplete: 'username' }} />
    <p class="field__hint">${t('enrolment.name_who')}</p>
    <div class="stage__actions">
      <button type="submit" class="button button--primary">${t('access.next')}</button>
      ${name.problem.value === 'taken' && html`<button type="button" class="button" onClick=${() => model.toAgain()}>${t('enrolment.began')}</button>`}
      <${Back} model=${model} />
    </div>
  </form></section>`;
}

/** @param {{ model: EnrolModel }} props @returns {any} */
export function PhraseStep({ model }) {
  const busy = model.busy.value;
  const name = model.name.typed.value;
  const next = (/** @type {Event} */ event) => {
    event.preventDefault();
    own('enrolling', model.takePhrase());
  };
  return html`<section class="stage__card"><form class="access__form" onSubmit=${next} novalidate>
    <div><${Step} n=${2} all=${STEPS} /><${Heading}>${t('access.phrase_title')}<//></div>
    <p>${t('access.phrase_intro')}</p>
    <${PhraseField} model=${model.phrase} name=${name} lost=${t('enrolment.phrase_lost')} />
    <p class="access__chosen">${t('access.name_shown', { name })}</p>
    <${Problem} words=${busy ? '' : problemWords(model.problem.value)} />
    <div class="stage__actions">
      <${Submit} busy=${busy} isLost=${model.connection.value === 'lost'}>${t('access.phrase_submit')}<//>
      <${Back} model=${model} />
    </div>
  </form></section>`;
}

/** @param {{ model: EnrolModel }} props @returns {any} */
export function AgainStep({ model }) {
  const [typed, setTyped] = useState(model.name.typed.peek());
  const [missing, setMissing] = useState('');
  const phrase = useRef(/** @type {HTMLInputElement | null} */ (null));
  const busy = model.busy.value;
  const next = (/** @type {Event} */ event) => {
    event.preventDefault();
    const secret = phrase.current?.value ?? '';
    const empty = typed.trim() === '' ? 'name' : secret === '' ? 'passphrase' : '';
    setMissing(empty);
    if (empty === '') own('going on', model.goOn(typed.trim(), secret));
  };
  const error = (/** @type {string} */ field) => (missing === field ? t(`access.missing_${field}`) : '');
  return html`<section class="stage__card"><form class="access__form" onSubmit=${next} novalidate>
    <${Heading}>${t('enrolment.again_title')}<//>
    <p>${t('enrolment.again')}</p>
    <${TextField} id="known-name" label=${t('enrolment.name')} value=${typed} error=${error('name')} onInput=${setTyped}
      more=${{ autocomplete: 'username', name: 'username' }} />
    <${KnownPassphrase} id="passphrase" label=${t('enrolment.passphrase')} field=${phrase} error=${error('passphrase')} />
    <${Problem} words=${busy ? '' : problemWords(model.problem.value)} />
    <div class="stage__actions">
      <${Submit} busy=${busy} isLost=${model.connection.value === 'lost'}>${t('enrolment.go_on')}<//>
      <${Back} model=${model} />
    </div>
  </form></section>`;
}
