// Pieces that every form of the access room is made of: heading, field, passphrase, problem, button.

import { html, useEffect, useLayoutEffect, useRef, useState } from '../../ui/html.js';
import { addIcons, icon } from '../../ui/icons.js';
import { hasText, t } from '../../ui/text.js';
import { after } from '../../ui/tick.js';

addIcons({
  again: ['M19.5 12a7.5 7.5 0 1 1-2.2-5.3L20 9.4', 'M20 4.5v4.9h-4.9'],
  eye: ['M2.8 12S6.2 6 12 6s9.2 6 9.2 6-3.4 6-9.2 6-9.2-6-9.2-6z', 'M12 9.2a2.8 2.8 0 1 1 0 5.6 2.8 2.8 0 0 1 0-5.6z'],
  eyeOff: ['M2.8 12S6.2 6 12 6s9.2 6 9.2 6-3.4 6-9.2 6-9.2-6-9.2-6z', 'M4.5 19.5 19.5 4.5'],
  key: ['M8.5 10a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9z', 'M11.7 11.3 19.5 3.5', 'm16 7 3 3'],
});

/** No waiting longer than this without a reason. */
const SLOW_MS = 10_000;
/** Where this is set, a new heading takes the focus, so that reading goes on there. */
export const TAKES_FOCUS = 'data-takes-focus';

/** @param {string} code */
export function problemWords(code) {
  const key = `access.problem_${code}`;
  return t(hasText(key) ? key : 'access.problem_other');
}

/**
 * The heading of a stage or a step.
 * @param {{ level?: 'h1' | 'h2', children?: any }} props
 * @returns {any}
 */
export function Heading({ level = 'h1', children }) {
  const element = useRef(/** @type {HTMLElement | null} */ (null));
  useLayoutEffect(() => {
    if (element.current?.closest(`[${TAKES_FOCUS}]`)) element.current.focus();
  }, []);
  return html`<${level} class="stage__title" tabindex="-1" data-heading ref=${element}>${children}<//>`;
}

/**
 * Something that was wrong with a field; the region is there before, so that it is spoken.
 * @param {{ id: string, words: string }} props `words`: '' for nothing
 * @returns {any}
 */
export function FieldError({ id, words }) {
  return html`<div class="field__alert" id=${id} role="alert">
    ${words !== '' && html`<p class="field__error">${icon('alert')}<span>${words}</span></p>`}</div>`;
}

/**
 * A field for a name or a code; what stands in it is the model's.
 * @param {{ id: string, label: string, hint?: string, value: string, error: string, onInput: (typed: string) => void,
 *   tag?: 'input' | 'textarea', more?: object }} props
 * @returns {any}
 */
export function TextField({ id, label, hint = '', value, error, onInput, tag = 'input', more = {} }) {
  const field = useRef(/** @type {HTMLInputElement | null} */ (null));
  useFocusOnError(field, error);
  return html`<div class="field">
    <label class="field__label" for=${id}>${label}</label>
    ${hint !== '' && html`<p class="field__hint" id=${`${id}-hint`}>${hint}</p>`}
    <${tag} class="field__input" id=${id} ref=${field} value=${value} autocapitalize="none" autocorrect=${false} spellcheck=${false}
      autocomplete="off" ...${more} aria-invalid=${error === '' ? undefined : 'true'}
      aria-describedby=${`${hint === '' ? '' : `${id}-hint `}${id}-error`}
      onInput=${(/** @type {any} */ event) => onInput(event.currentTarget.value)} />
    <${FieldError} id=${`${id}-error`} words=${error} />
  </div>`;
}

/**
 * A passphrase that exists already. Not bound to a value: managers of passwords fill it in their own way.
 * @param {{ id: string, label: string, field: { current: HTMLInputElement | null }, error: string }} props
 * @returns {any}
 */
export function KnownPassphrase({ id, label, field, error }) {
  useFocusOnError(field, error);
  return html`<div class="field">
    <label class="field__label" for=${id}>${label}</label>
    <${Secret} id=${id} field=${field} autocomplete="current-password" described=${`${id}-error`} isWrong=${error !== ''} />
    <${FieldError} id=${`${id}-error`} words=${error} />
  </div>`;
}

/**
 * A field that hides what is typed, with the button that shows it.
 * @param {{ id: string, field?: { current: HTMLInputElement | null }, value?: string, autocomplete: string, described: string,
 *   isWrong: boolean, onInput?: (typed: string) => void }} props
 * @returns {any}
 */
export function Secret({ id, field, value, autocomplete, described, isWrong, onInput }) {
  const [isShown, setShown] = useState(false);
  const words = t(isShown ? 'access.hide' : 'access.show');
  return html`<div class="secret">
    <input class="field__input" id=${id} ref=${field} type=${isShown ? 'text' : 'password'} value=${value} autocomplete=${autocomplete}
      autocapitalize="none" autocorrect=${false} spellcheck=${false} aria-invalid=${isWrong ? 'true' : undefined} aria-describedby=${described}
      onInput=${onInput && ((/** @type {any} */ event) => onInput(event.currentTarget.value))} />
    <button type="button" class="icon-button" aria-pressed=${isShown ? 'true' : 'false'} aria-label=${t('access.show')} title=${words}
      onClick=${() => setShown(!isShown)}>${icon(isShown ? 'eyeOff' : 'eye')}</button>
  </div>`;
}

/** Moves the focus to a field whenever something new is wrong with it. @param {{ current: HTMLElement | null }} field @param {string} error */
export function useFocusOnError(field, error) {
  useLayoutEffect(() => {
    if (error !== '') field.current?.focus();
  }, [error]);
}

/**
 * Why a step did not go, above its button.
 * @param {{ words: string, children?: any }} props `words`: '' for nothing
 * @returns {any}
 */
export function Problem({ words, children }) {
  return html`<div class="access__problem" role="alert">
    ${words !== '' && html`<div class="error-box"><p class="error-box__title">${words}</p>${children}</div>`}</div>`;
}

/**
 * The button that sends a form. While it works, it says so; after ten seconds also why it takes long.
 * @param {{ busy: boolean, isLost?: boolean, children?: any }} props
 * @returns {any}
 */
export function Submit({ busy, isLost = false, children }) {
  const [isSlow, setSlow] = useState(false);
  useEffect(() => {
    setSlow(false);
    return busy ? after(SLOW_MS, () => setSlow(true)) : undefined;
  }, [busy]);
  const reason = busy && isLost ? t('access.offline') : isSlow ? t('access.slow') : '';
  return html`<button type="submit" class="button button--primary" aria-disabled=${busy ? 'true' : undefined}>
      ${busy ? t('common.moment') : children}</button>
    <p class=${reason === '' ? 'visually-hidden' : 'access__reason'} role="status">${reason}</p>`;
}

/**
 * Whose passphrase it is, for managers of passwords; nobody sees it.
 * @param {{ name: string }} props
 * @returns {any}
 */
export function WhoseName({ name }) {
  return html`<input type="text" name="username" autocomplete="username" value=${name} hidden readonly />`;
}

/** "Schritt 2 von 3". @param {{ n: number, all: number }} props @returns {any} */
export function Step({ n, all }) {
  return html`<p class="access__step">${t('access.step', { n, all })}</p>`;
}

/** What was just done, said once. @param {{ words: string }} props @returns {any} */
export function Done({ words }) {
  return html`<p class=${words === '' ? 'visually-hidden' : 'access__done'} role="status">
    ${words !== '' && html`${icon('check')}<span>${words}</span>`}</p>`;
}
