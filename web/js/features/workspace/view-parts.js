// Pieces of the pages of a written request: its files, why it cannot be read, the way back to the list.

import { fileSize } from '../../ui/format.js';
import { html } from '../../ui/html.js';
import { icon } from '../../ui/icons.js';
import { language, t } from '../../ui/text.js';

/** @typedef {import('./firstrequest.js').Content} Content */
/** @typedef {import('./view-desk.js').Desk} Desk */

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
