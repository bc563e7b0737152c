// Where search, filters and earlier requests stand: words and views come with the first list that has them.

import { html } from '../../ui/html.js';
import { lazy } from '../../ui/lazy.js';
import { addText, hasText, language } from '../../ui/text.js';

/** @typedef {import('./model.js').WorkModel} WorkModel */
/** @typedef {import('./view-desk.js').Desk} Desk */

/** Holds the place, so that the list does not move when it comes. */
const meanwhile = () => html`<div class="finding" aria-hidden="true"></div>`;

/** Search and filters above a list. @type {(props: { model: WorkModel, desk: Desk, list: 'requests' | 'messages' }) => any} */
export const FindBar = lazy(() => load('FindBar'), meanwhile);
/** What was found. @type {(props: { model: WorkModel, desk: Desk }) => any} */
export const Found = lazy(() => load('Found'), () => null);
/** Other requests under the same name. @type {(props: { model: WorkModel, desk: Desk, id: string, pseudonym: string }) => any} */
export const Earlier = lazy(() => load('Earlier'), () => null);

/** @param {'FindBar' | 'Found' | 'Earlier'} name @returns {Promise<(props: any) => any>} */
async function load(name) {
  if (!hasText('desk.search')) await addText(language() === 'en' ? import('../../../text/desk-en.js') : import('../../../text/desk-de.js'));
  return (await import('./view-finding.js'))[name];
}
