// Where what colleagues have is read along: words and views come with the first look, and only where a level says so.

import { html } from '../../ui/html.js';
import { lazy } from '../../ui/lazy.js';
import { addText, hasText, language, t } from '../../ui/text.js';
import { handOverWords } from './words.js';

/** @typedef {import('./model.js').WorkModel} WorkModel */
/** @typedef {import('./view-desk.js').Desk} Desk */
/** @typedef {import('../enquiries/standing.js').Promised} Promised */

/** @type {(props: { model: WorkModel, desk: Desk, promised: Promised, manyPortals: boolean }) => any} */
export const AlongList = lazy(() => load('AlongList'), (_, hasFailed) => html`<div class="workspace__scroll" role="tabpanel" id="panel-along" aria-labelledby="tab-along">
  <div class="empty-state"><p role="status">${t(hasFailed ? 'common.error_title' : 'common.moment')}</p></div></div>`);

/** @type {(props: import('./view-along.js').Props) => any} */
export const AlongDetail = lazy(() => load('AlongDetail'), ({ name }, hasFailed) => html`<section class="workspace__detail" aria-labelledby="detail-title">
  <div class="workspace__scroll"><div class="detail"><h2 id="detail-title" tabindex="-1">${name}</h2><p role="status">${t(hasFailed ? 'common.error_title' : 'common.moment')}</p></div></div></section>`);

/** @param {'AlongList' | 'AlongDetail'} name @returns {Promise<(props: any) => any>} */
async function load(name) {
  if (!hasText('along.none')) await addText(language() === 'en' ? import('../../../text/along-en.js') : import('../../../text/along-de.js'));
  await handOverWords();
  return (await import('./view-along.js'))[name];
}
