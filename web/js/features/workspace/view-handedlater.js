// What a colleague hands over, drawn by what is fetched with the first of it.

import { html } from '../../ui/html.js';
import { lazy } from '../../ui/lazy.js';
import { t } from '../../ui/text.js';
import { handOverWords } from './words.js';

/** @type {typeof import('./view-handed.js').HandedDetail} */
export const HandedDetail = lazy(async () => (await handOverWords(), await import('./view-handed.js')).HandedDetail, ({ name }, hasFailed) => html`<section class="workspace__detail" aria-labelledby="detail-title">
  <div class="workspace__scroll"><div class="detail"><h2 id="detail-title" tabindex="-1">${name}</h2><p role="status">${t(hasFailed ? 'common.error_title' : 'common.moment')}</p></div></div></section>`);
