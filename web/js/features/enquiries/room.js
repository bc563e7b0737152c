// The words and the styles of written enquiries, for a page that did not bring them.

import { addText, hasText, language } from '../../ui/text.js';
import { Level } from '../../crypto/levels.js';
import { fetchStyles } from '../accounts/room.js';
import { speakAt } from './words.js';

const STYLES = new URL('../../../css/enquiries.css', import.meta.url).href;

/** Fetches what is missing; resolves when enquiries can be drawn. @param {string} level of the page's portal */
export async function fetchRoom(level) {
  if (level !== Level.OPEN) {
    await addText(language() === 'en' ? import('../../../text/levels-en.js') : import('../../../text/levels-de.js'));
    speakAt(level);
  }
  const words = hasText('enquiries.new_title') ? [] : ofLanguage().map(addText);
  // The page is drawn as soon as somebody goes there.
  const views = [import('./view.js'), import('./view-list.js')];
  await Promise.all([...words, fetchStyles(STYLES), ...views]);
}

/** @returns {Promise<{ text: object }>[]} */
function ofLanguage() {
  return language() === 'en'
    ? [import('../../../text/enquiries-en.js'), import('../../../text/consent-en.js'), import('../../../text/person-en.js')]
    : [import('../../../text/enquiries-de.js'), import('../../../text/consent-de.js'), import('../../../text/person-de.js')];
}
