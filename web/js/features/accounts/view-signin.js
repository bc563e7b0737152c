// Signing in: name and passphrase. Paste and password managers work; nothing is locked after a slip.

import { own } from '../../core/tasks.js';
import { html, useRef, useState } from '../../ui/html.js';
import { t } from '../../ui/text.js';
import { Done, FieldError, Heading, KnownPassphrase, Problem, Submit, problemWords } from './view-parts.js';

/** @typedef {import('./model.js').AccessModel} AccessModel */

/** @param {{ field: { current: HTMLInputElement | null }, isMissing: boolean }} props @returns {any} */
function Name({ field, isMissing }) {
  return html`<div class="field">
    <label class="field__label" for="user-name">${t('access.name')}</label>
    <input class="field__input" id="user-name" name="username" ref=${field} autocomplete="username" autocapitalize="none" autocorrect=${false}
      spellcheck=${false} aria-invalid=${isMissing ? 'true' : undefined} aria-describedby="user-name-error" />
    <${FieldError} id="user-name-error" words=${isMissing ? t('access.missing_name') : ''} />
  </div>`;
}

/**
 * The form by itself, as it also stands on a locked page.
 * @param {{ model: AccessModel }} props
 * @returns {any}
 */
export function SignInForm({ model }) {
  const name = useRef(/** @type {HTMLInputElement | null} */ (null));
  const phrase = useRef(/** @type {HTMLInputElement | null} */ (null));
  const [missing, setMissing] = useState('');
  const { busy, problem } = model.signIn;
  const submit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    const [typedName, typedPhrase] = [name.current?.value.trim() ?? '', phrase.current?.value ?? ''];
    const empty = typedName === '' ? 'name' : typedPhrase === '' ? 'passphrase' : '';
    setMissing(empty);
    if (empty === 'name') name.current?.focus();
    if (empty === '') await model.signIn.submit(typedName, typedPhrase);
  };
  const code = busy.value ? '' : problem.value;
  return html`<form class="access__form" onSubmit=${submit} novalidate>
    <${Name} field=${name} isMissing=${missing === 'name'} />
    <${KnownPassphrase} id="passphrase" label=${t('access.passphrase')} field=${phrase}
      error=${missing === 'passphrase' ? t('access.missing_passphrase') : ''} />
    <${Problem} words=${code === '' ? '' : problemWords(code)}>${code === 'wrong' && html`<p>${t('access.problem_wrong_next')}</p>`}<//>
    <div class="stage__actions">
      <${Submit} busy=${busy.value} isLost=${model.connection.value === 'lost'}>${t('access.sign_in')}<//>
      <button type="button" class="button button--quiet" onClick=${() => model.toRecover()}>${t('access.with_sheet')}</button>
    </div>
  </form>`;
}

/** How to get back without passphrase and sheet. @returns {any} */
function BothLost() {
  return html`<details class="fold access__both-lost">
    <summary class="fold__summary">${t('access.lost_title')}</summary>
    <div class="fold__body"><p>${t('access.lost')}</p><p>${t('access.lost_anew')}</p></div>
  </details>`;
}

/** @param {{ model: AccessModel }} props @returns {any} */
export function SignIn({ model }) {
  const notice = model.notice.value;
  return html`<section class="stage__card">
      <${Heading}>${t('access.sign_in_title')}<//>
      <${Done} words=${notice === '' ? '' : t(`access.${notice}`)} />
      <p class="muted">${t('access.sign_in_intro')}</p>
      <${SignInForm} model=${model} />
    </section>
    <div class="access__other">
      <p>${t('access.no_access_yet')}</p>
      <button type="button" class="button" onClick=${() => model.toCreate()}>${t('access.create')}</button>
    </div>
    <${BothLost} />
    <div class="access__other"><p>${t('access.invited')}</p>
      <button type="button" class="button" onClick=${() => own('to an invitation', model.toInvited())}>${t('access.lost_invited')}</button></div>
    <${Problem} words=${model.problem.value === '' ? '' : t('access.problem_other')} />`;
}

/** The keys are gone; who signs in again is back in the same place. @param {{ model: AccessModel }} props @returns {any} */
export function Locked({ model }) {
  const isEnded = model.lockedBy.value === 'ended';
  return html`<section class="stage__card">
    <${Heading}>${t(isEnded ? 'access.locked_ended' : 'access.locked_idle')}<//>
    ${isEnded && html`<p>${t('access.locked_ended_why')}</p>`}
    <p class="muted">${t('access.locked_kept')}</p>
    <${SignInForm} model=${model} />
  </section>`;
}
