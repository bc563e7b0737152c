// Somebody of the team as seekers and colleagues see them: a face, and what they say of themselves.
// Drawn here alone, so that what a counsellor previews is what others see.

import { own } from '../core/tasks.js';
import { TEXT_LANGUAGES } from '../crypto/profile.js';
import { initials } from './format.js';
import { html, useEffect, useRef, useState } from './html.js';
import { useAddress } from './images.js';
import { language, t } from './text.js';

/** @typedef {import('../core/portraits.js').Portrait} Portrait */
/** @typedef {Readonly<{ languages: readonly string[], texts: readonly string[], status: string, isReachable: boolean }>} Shown */

const PICTURE_TYPE = 'image/jpeg';

/**
 * A picture where there is one, else the letters of the name. It is fetched when it comes into view.
 * @param {{ name: string, portrait: Portrait | null, isLarge?: boolean }} props
 * @returns {any}
 */
export function Face({ name, portrait, isLarge = false }) {
  const place = useRef(/** @type {HTMLElement | null} */ (null));
  const [raw, setRaw] = useState(/** @type {Uint8Array | null} */ (null));
  useEffect(() => {
    setRaw(null);
    if (portrait === null || place.current === null) return undefined;
    let isShown = true;
    const look = new IntersectionObserver((seen) => {
      if (!seen.some(({ isIntersecting }) => isIntersecting)) return;
      look.disconnect();
      own('fetching a picture', portrait().then((found) => { if (isShown) setRaw(found); }));
    });
    look.observe(place.current);
    return () => {
      isShown = false;
      look.disconnect();
    };
  }, [portrait]);
  const address = useAddress(raw, PICTURE_TYPE);
  return html`<span class=${isLarge ? 'avatar avatar--large' : 'avatar'} ref=${place} aria-hidden="true">${address === ''
    ? initials(name)
    : html`<img src=${address} alt="" />`}</span>`;
}

/** What somebody says of themselves, in the page's language where there is a text in it. @param {{ person: Shown }} props @returns {any} */
export function About({ person: { languages, texts, status, isReachable } }) {
  const { lang, words } = textIn(texts, language());
  return html`${status !== '' && html`<p class="person__status">${status}</p>`}
    ${isReachable && html`<p><span class="presence presence--here">${t('person.reachable')}</span></p>`}
    ${languages.length > 0 && html`<p>${t('person.languages', { languages: languageNames(languages) })}</p>`}
    ${words !== '' && html`<p class="person__text" lang=${lang}>${words}</p>`}`;
}

/**
 * The text of a language, or the first there is; with the language it is in.
 * @param {readonly string[]} texts in the order of TEXT_LANGUAGES
 * @param {string} wanted
 */
export function textIn(texts, wanted) {
  const order = [wanted, ...TEXT_LANGUAGES];
  const lang = order.find((one) => (texts[TEXT_LANGUAGES.indexOf(one)] ?? '') !== '') ?? wanted;
  return { lang, words: texts[TEXT_LANGUAGES.indexOf(lang)] ?? '' };
}

/** "Deutsch und Türkisch" @param {readonly string[]} codes */
export function languageNames(codes) {
  const names = new Intl.DisplayNames(language(), { type: 'language' });
  return new Intl.ListFormat(language(), { type: 'conjunction' }).format(codes.map((code) => names.of(code) ?? code));
}
