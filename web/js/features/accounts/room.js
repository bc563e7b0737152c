// The words and the styles of the access room, for a page that did not bring them.

import { addText, hasText, language } from '../../ui/text.js';

const STYLES = new URL('../../../css/access.css', import.meta.url).href;

/** Fetches what is missing; resolves when the room can be drawn. */
export async function fetchRoom() {
  const words = hasText('access.title') ? undefined : addText(ofLanguage());
  await Promise.all([words, styles()]);
}

/** @returns {Promise<{ text: object }>} */
function ofLanguage() {
  return language() === 'en' ? import('../../../text/access-en.js') : import('../../../text/access-de.js');
}

/** Without its styles the room is plain but whole, so a failure is no reason to stop. @returns {Promise<void>} */
function styles() {
  const isThere = [...document.querySelectorAll('link[rel="stylesheet"]')].some((link) => /** @type {HTMLLinkElement} */ (link).href === STYLES);
  if (isThere) return Promise.resolve();
  const link = document.createElement('link');
  link.rel = 'stylesheet';
  link.href = STYLES;
  return new Promise((resolve) => {
    link.onload = () => resolve();
    link.onerror = () => resolve();
    document.head.append(link);
  });
}
