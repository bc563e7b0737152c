// Where files enter a chat: the button, dropping and pasting. What a file needs beyond that is fetched
// with the first one.

import { MAX_FILE_BYTES } from '../../crypto/attachment.js';
import { Dialog } from '../../ui/dialog.js';
import { fileSize, timeOfDay } from '../../ui/format.js';
import { html, useRef, useState } from '../../ui/html.js';
import { icon } from '../../ui/icons.js';
import { lazy } from '../../ui/lazy.js';
import { addText, hasText, language, t } from '../../ui/text.js';

/** @typedef {import('./thread.js').Thread} Thread */
/** @typedef {import('./files.js').FileState} FileState */
/** @typedef {import('./view-message.js').Message} Message */
/** @typedef {{ chat: Thread, file: File, role: 'seeker' | 'counsellor', onClose: () => void, words?: { title: string, send: string } }} SheetProps */
/** @typedef {{ chat: Thread, message: Message, file: FileState, tick: any }} FileProps */

const MOVED_BY_BROWSER = 'Files';

/** Words and views of files. */
async function load() {
  const words = hasText('files.sheet_title') ? undefined : addText(ofLanguage());
  const [views] = await Promise.all([import('./view-files.js'), words]);
  return views;
}

/** @returns {Promise<{ text: object }>} */
function ofLanguage() {
  return language() === 'en' ? import('../../../text/files-en.js') : import('../../../text/files-de.js');
}

/** The sheet before sending. @type {(props: SheetProps) => any} */
export const FileSheet = lazy(async () => (await load()).FileSheet, ({ role, onClose }, hasFailed) => (hasFailed
  ? html`<${Dialog} id="file-sheet" title=${t('files.cannot_send')} exit=${role === 'seeker'} onCancel=${onClose}>
      <p class="dialog__text" role="alert">${t('files.problem_other')}</p>
      <div class="dialog__actions"><button type="button" class="button" onClick=${onClose}>${t('common.close')}</button></div>
    <//>`
  : html`<p class="visually-hidden" role="status">${t('files.reading')}</p>`));

/** A file in the log. @type {(props: FileProps) => any} */
export const FileMessage = lazy(async () => (await load()).FileMessage, ({ message, file }, hasFailed) =>
  html`<li class=${message.mine ? 'message message--own' : 'message'} data-key=${message.key}>
    <span class="visually-hidden">${message.mine ? t('chat.you') : message.author}:</span>
    <div class="message__bubble message__bubble--file">
      <div class="attachment">${icon('file', 'attachment__icon')}<span class="attachment__name">${file.name}</span>
        <span class="attachment__size">${fileSize(file.sizeBytes, language())}</span></div>
      <p class="attachment__note" role="status">${hasFailed ? t('files.problem_other') : ''}</p>
    </div>
    <span class="message__meta"><span>${timeOfDay(message.sentMs, language())}</span></span>
  </li>`);

/**
 * The button with the paper clip; the field behind it is the browser's own. Whoever comes near it is
 * likely to send a file, so the rest is fetched while they choose one.
 * @param {{ onFile: (file: File) => void }} props
 * @returns {any}
 */
export function AttachButton({ onFile }) {
  const field = useRef(/** @type {HTMLInputElement | null} */ (null));
  const [accept, setAccept] = useState(/** @type {string | undefined} */ (undefined));
  const words = t('chat.attach');
  const prepare = () => {
    load().then(({ ACCEPT }) => setAccept(ACCEPT)).catch(() => { /* The sheet says so, if a file comes. */ });
  };
  const picked = () => {
    const [file] = field.current?.files ?? [];
    if (field.current !== null) field.current.value = '';
    if (file !== undefined) onFile(file);
  };
  return html`<button type="button" class="icon-button" aria-label=${words}
      title=${`${words}: ${t('files.attach_hint', { size: fileSize(MAX_FILE_BYTES, language()) })}`}
      onPointerEnter=${prepare} onFocus=${prepare} onClick=${() => field.current?.click()}>${icon('clip')}</button>
    <input type="file" class="file-field" hidden tabindex="-1" aria-label=${words} accept=${accept} ref=${field} onChange=${picked} />`;
}

/**
 * What a place needs so that files can be dropped on it or pasted into it.
 * @param {(file: File) => void} onFile
 */
export function dropHandlers(onFile) {
  /** @param {DataTransfer | null} data @param {Event} event */
  const take = (data, event) => {
    const [file] = data?.files ?? [];
    if (file === undefined) return;
    event.preventDefault();
    onFile(file);
  };
  return {
    onDragOver: (/** @type {DragEvent} */ event) => {
      if (event.dataTransfer?.types.includes(MOVED_BY_BROWSER)) event.preventDefault();
    },
    onDrop: (/** @type {DragEvent} */ event) => take(event.dataTransfer, event),
    onPaste: (/** @type {ClipboardEvent} */ event) => take(event.clipboardData, event),
  };
}
