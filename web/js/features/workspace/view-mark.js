// The bookmark of a request or a conversation: only oneself sees it.

import { own } from '../../core/tasks.js';
import { html } from '../../ui/html.js';
import { addIcons, icon } from '../../ui/icons.js';
import { t } from '../../ui/text.js';

/** @typedef {import('./model.js').WorkModel} WorkModel */
/** @typedef {import('./view-desk.js').Desk} Desk */

addIcons({
  bookmark: ['M7 4h10v16l-5-4-5 4z'],
});

/** @param {{ model: WorkModel, desk: Desk, id: string }} props @returns {any} */
export function MarkButton({ model, desk, id }) {
  const isMarked = model.bookmarks.has(id);
  const words = t(isMarked ? 'workspace.unmark' : 'workspace.mark');
  const change = async () => { if (!await model.bookmarks.set(id, !isMarked)) desk.notice.value = 'workspace.mark_failed'; };
  return html`<button type="button" class=${isMarked ? 'icon-button mark mark--on' : 'icon-button mark'} aria-pressed=${isMarked ? 'true' : 'false'}
    aria-label=${t('workspace.mark')} title=${words} onClick=${() => own('bookmarks', change())}>${icon('bookmark')}</button>`;
}

/** In a list. @param {{ model: WorkModel, id: string }} props @returns {any} */
export function Marked({ model, id }) {
  return model.bookmarks.has(id) && html`<span class="badge">${icon('bookmark')}${t('workspace.marked')}</span>`;
}
