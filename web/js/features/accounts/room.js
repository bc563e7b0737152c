// The words and the styles of the access room, for a page that did not bring them.

import { addText, hasText, language } from '../../ui/text.js';

const STYLES = new URL('../../../css/access.css', import.meta.url).href;

/** Fetches what is missing; resolves when the room can be drawn. */
export async function fetchRoom() {
  const words = hasText('access.title') ? [] : ofLanguage().map(addText);
  await Promise.all([...words, fetchStyles(STYLES)]);
}

/** @returns {Promise<{ text: object }>[]} */
function ofLanguage() {
  return language() === 'en'
    ? [import('../../../text/access-en.js'), import('../../../text/accessforms-en.js')]
    : [import('../../../text/access-de.js'), import('../../../text/accessforms-de.js')];
}

/**
 * Fetches a style sheet, once. Without its styles a room is plain but whole, so a failure is no reason to stop.
 * @param {string} href
 * @returns {Promise<void>}
 */
export function fetchStyles(href) {
  const isThere = [...document.querySelectorAll('link[rel="stylesheet"]')].some((link) => /** @type {HTMLLinkElement} */ (link).href === href);
  if (isThere) return Promise.resolve();
  const link = document.createElement('link');
  link.rel = 'stylesheet';
  link.href = href;
  return new Promise((resolve) => {
    link.onload = () => resolve();
    link.onerror = () => resolve();
    document.head.append(link);
  });
}
