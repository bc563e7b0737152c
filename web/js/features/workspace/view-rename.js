// A name and a colour of one's own for a chat, to tell several apart. Nobody else ever sees them.

import { Dialog } from '../../ui/dialog.js';
import { html, useState } from '../../ui/html.js';
import { icon } from '../../ui/icons.js';
import { lazy } from '../../ui/lazy.js';
import { lines, t } from '../../ui/text.js';

/** @typedef {import('./model.js').WorkModel} WorkModel */
/** @typedef {import('./view-desk.js').WorkChat | import('./view-desk.js').WorkCase} WorkChat */

/**
 * What tells a chat from the others; never the colour alone. Draws nothing where nothing was chosen.
 * @param {{ chat: WorkChat }} props
 * @returns {any}
 */
export function Nickname({ chat: { nickname, colour } }) {
  if (nickname === '' && colour === 0) return null;
  return html`<span class="nickname" data-tint=${colour || undefined}>${nickname || lines('workspace.colours')[colour]}</span>`;
}

/** @typedef {{ model: WorkModel, chat: WorkChat, isCase: boolean, onClose: () => void }} RenameProps */
/** @type {(props: RenameProps) => any} */
const RenameDialog = lazy(async () => (await import('./view-renaming.js')).RenameDialog, ({ onClose }, hasFailed) =>
  html`<${Dialog} id="rename" title=${t('workspace.rename_title')} onCancel=${onClose}>
    <p class="dialog__text" role="status">${t(hasFailed ? 'common.error_title' : 'common.moment')}</p>
    <div class="dialog__actions"><button type="button" class="button" onClick=${onClose}>${t('common.cancel')}</button></div>
  <//>`);

/** The way to it, in the head of a conversation. @param {{ model: WorkModel, chat: WorkChat, isCase?: boolean }} props `isCase`: a written one @returns {any} */
export function Rename({ model, chat, isCase = false }) {
  const [open, setOpen] = useState(false);
  const words = t('workspace.rename_title');
  return html`<button type="button" class="icon-button" aria-haspopup="dialog" aria-label=${words} title=${words}
      onClick=${() => setOpen(true)}>${icon('pencil')}</button>
    ${open && html`<${RenameDialog} model=${model} chat=${chat} isCase=${isCase} onClose=${() => setOpen(false)} />`}`;
}
