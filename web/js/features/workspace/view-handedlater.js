// What a colleague hands over, and what one reads along, drawn by what is fetched with the first of it.

import { html } from '../../ui/html.js';
import { lazy } from '../../ui/lazy.js';
import { addText, hasText, language, t } from '../../ui/text.js';
import { handOverWords } from './words.js';

/** @type {typeof import('./view-handed.js').HandedDetail} */
export const HandedDetail = lazy(async () => (await handOverWords(), await import('./view-handed.js')).HandedDetail, ({ name }, hasFailed) => html`<section class="workspace__detail" aria-labelledby="detail-title">
  <div class="workspace__scroll"><div class="detail"><h2 id="detail-title" tabindex="-1">${name}</h2><p role="status">${t(hasFailed ? 'common.error_title' : 'common.moment')}</p></div></div></section>`);

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
