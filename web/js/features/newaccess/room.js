// The words, the styles and the views of a new access; fetched with the first invitation.

import { addText, hasText, language } from '../../ui/text.js';
import { fetchStyles } from '../accounts/room.js';

/** Those of written enquiries, to which an invitation leads. */
const STYLES = new URL('../../../css/enquiries.css', import.meta.url).href;

/** Fetches what is missing; resolves when it can be drawn. */
export async function fetchNewAccess() {
  const words = hasText('newaccess.title') ? undefined : addText(ofLanguage());
  await Promise.all([words, fetchStyles(STYLES), import('./view.js')]);
}

/** @returns {Promise<{ text: object }>} */
function ofLanguage() {
  return language() === 'en' ? import('../../../text/newaccess-en.js') : import('../../../text/newaccess-de.js');
}
