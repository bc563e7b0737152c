// Small pieces that pages of the workspace share: tabs, bookmarks, the way back to the list, what stands in the place of
// what is not there yet; and of a written request its files, and why it cannot be read.

import { own } from '../../core/tasks.js';
import { Dialog } from '../../ui/dialog.js';
import { focusOn } from '../../ui/focus.js';
import { fileSize } from '../../ui/format.js';
import { html } from '../../ui/html.js';
import { addIcons, icon } from '../../ui/icons.js';
import { language, t } from '../../ui/text.js';

/** @typedef {import('./firstrequest.js').Content} Content */
/** @typedef {import('./model.js').WorkModel} WorkModel */
/** @typedef {import('./view-desk.js').Desk} Desk */

addIcons({
  bookmark: ['M7 4h10v16l-5-4-5 4z'],
});

/** Why nothing can be read. @type {Partial<Record<Content['state'], string>>} */
const REASONS = { noKey: 'workspace.enquiry_no_key', refused: 'workspace.enquiry_refused', offline: 'workspace.enquiry_offline', gone: 'workspace.enquiry_over' };

/** @param {{ content: Content }} props @returns {any} */
export function Files({ content }) {
  const files = content.parts.filter(({ fileName }) => fileName !== '');
  if (files.length === 0) return null;
  return html`<section class="card" aria-labelledby="request-files">
    <h3 id="request-files">${t('workspace.request_files')}</h3>
    <ul class="file-names">${files.map(({ n, fileName, sizeBytes }) => html`<li key=${n}>${icon('file')}<span class="file-names__name">${fileName}</span>
      <span class="muted small">${fileSize(sizeBytes, language())}</span></li>`)}</ul>
    <p class="small muted">${t('workspace.files_after')}</p>
  </section>`;
}

/** Why there is nothing to read. @param {{ content: Content, onAgain: () => void, isHanded?: boolean }} props @returns {any} */
export function Closed({ content, onAgain, isHanded = false }) {
  const reason = isHanded && content.state === 'refused' ? 'workspace.handed_unreadable' : REASONS[content.state];
  if (reason === undefined) return html`<p class="muted" role="status">${t('workspace.enquiry_opening')}</p>`;
  return html`<div class="notice notice--warn" role="status"><p>${t(reason)}</p>
    ${content.state === 'offline' && html`<p><button type="button" class="button button--small" onClick=${onAgain}>${t('common.try_again')}</button></p>`}</div>`;
}

/** @param {{ desk: Desk }} props @returns {any} */
export function Back({ desk }) {
  return html`<button type="button" class="button button--small detail__back" onClick=${() => desk.back()}>${icon('back')}${t('common.back')}</button>`;
}

/**
 * Tabs: one stop for the Tab key, arrow keys between them.
 * @param {{ tabs: readonly { id: string, words: string, counter?: any }[], chosen: string, onChoose: (id: any) => void, labelledBy: string }} props
 *   each tab's panel has the id `panel-` and the tab's
 * @returns {any}
 */
export function Tabs({ tabs, chosen, onChoose, labelledBy }) {
  const onKey = (/** @type {KeyboardEvent} */ event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key] ?? 0;
    if (step === 0 || event.altKey) return;
    event.preventDefault();
    const next = tabs[(tabs.findIndex(({ id }) => id === chosen) + step + tabs.length) % tabs.length];
    onChoose(next.id);
    focusOn(`#tab-${next.id}`);
  };
  return html`<div class="tabs" role="tablist" aria-labelledby=${labelledBy} onKeyDown=${onKey}>
    ${tabs.map(({ id, words, counter = null }) => html`<button type="button" class="tabs__tab" role="tab" key=${id} id=${`tab-${id}`}
      aria-selected=${id === chosen ? 'true' : 'false'} aria-controls=${id === chosen ? `panel-${id}` : undefined} tabindex=${id === chosen ? 0 : -1}
      onClick=${() => onChoose(id)}>${words} ${counter}</button>`)}
  </div>`;
}

/** The bookmark of a request or a conversation: only oneself sees it. @param {{ model: WorkModel, desk: Desk, id: string }} props @returns {any} */
export function MarkButton({ model, desk, id }) {
  const isMarked = model.bookmarks.has(id);
  const words = t(isMarked ? 'workspace.unmark' : 'workspace.mark');
  const change = async () => { if (!await model.bookmarks.set(id, !isMarked)) desk.notice.value = 'workspace.mark_failed'; };
  return html`<button type="button" class=${isMarked ? 'icon-button mark mark--on' : 'icon-button mark'} aria-pressed=${isMarked ? 'true' : 'false'}
    aria-label=${t('workspace.mark')} title=${words} onClick=${() => own('bookmarks', change())}>${icon('bookmark')}</button>`;
}

/** The same in a list. @param {{ model: WorkModel, id: string }} props @returns {any} */
export function Marked({ model, id }) {
  return model.bookmarks.has(id) && html`<span class="badge">${icon('bookmark')}${t('workspace.marked')}</span>`;
}

/** In the place of a dialog that is still to be fetched: nothing can be chosen before. @param {{ onDone: () => void }} props @param {boolean} hasFailed @returns {any} */
export function Waiting({ onDone }, hasFailed) {
  return html`<${Dialog} id="waiting" title=${t('common.moment')} onCancel=${onDone} wide>
    <p class="dialog__text" role="status">${t(hasFailed ? 'common.error_title' : 'common.moment')}</p>
    <div class="dialog__actions"><button type="button" class="button" data-first onClick=${onDone}>${t('common.cancel')}</button></div><//>`;
}
