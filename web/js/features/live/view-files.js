// Files in a chat: the sheet before sending, and what a file looks like in the log. Fetched with the
// first file, by view-attach.js.
//
// Nothing of a file is fetched before somebody asks for it. What arrives is checked as a whole, then shown (a
// picture) or handed to the browser to be saved; nothing of it is ever run or drawn as a page.

import { MAX_FILE_BYTES, failureOf, inspect } from '../../core/attachments.js';
import { own } from '../../core/tasks.js';
import { TYPES } from '../../crypto/filetype.js';
import { Dialog } from '../../ui/dialog.js';
import { fileSize, timeOfDay } from '../../ui/format.js';
import { html, useEffect, useState } from '../../ui/html.js';
import { icon } from '../../ui/icons.js';
import { blobOf, cleanImage, isImage, useAddress } from '../../ui/images.js';
import { hasText, language, t } from '../../ui/text.js';
import { after } from '../../ui/tick.js';

/** @typedef {import('./thread.js').Thread} Thread */
/** @typedef {import('./files.js').FileState} FileState */
/** @typedef {import('./view-message.js').Message} Message */
/** @typedef {import('../../crypto/filetype.js').FileType} FileType */
/** @typedef {{ name: string, type: FileType, original: Uint8Array, cleaned: Uint8Array | null }} Prepared */

export const ACCEPT = TYPES.flatMap((type) => [type.mime, ...type.extensions.map((one) => `.${one}`)]).join(',');
/** A browser may read from the address a moment after the click. */
const ADDRESS_LIFE_MS = 60_000;
const TYPE_NEVER_DRAWN = 'application/octet-stream';

/** @param {number} bytes */
const size = (bytes) => fileSize(bytes, language());

/** @param {string} code */
export function problemWords(code) {
  const key = `files.problem_${code}`;
  return t(hasText(key) ? key : 'files.problem_other', { size: size(MAX_FILE_BYTES) });
}

/** @param {string} mime */
function typeWords(mime) {
  return t(`files.type_${TYPES.find((type) => type.mime === mime)?.name ?? 'other'}`);
}

/** @param {string} mime */
function isImageMime(mime) {
  return TYPES.some((type) => type.mime === mime && isImage(type));
}

/**
 * Reads and judges a file that was chosen; pictures are drawn anew at once.
 * @param {File} file
 * @returns {Promise<Prepared | string>} or the code of what is wrong
 */
async function prepare(file) {
  if (file.size > MAX_FILE_BYTES) return 'too_large';
  let original;
  try {
    original = new Uint8Array(await file.arrayBuffer());
  } catch {
    return 'unreadable';
  }
  try {
    const { type, name } = inspect(original, file.name);
    if (!isImage(type)) return { name, type, original, cleaned: null };
    const cleaned = await cleanImage(original, type);
    return cleaned === null ? 'broken_image' : { name, type, original, cleaned };
  } catch (error) {
    return failureOf(error);
  }
}

/**
 * The sheet before sending: what it is, how large, what is removed. `words`: where the file does not go at
 * once, but along with what is being written.
 * @param {import('./view-attach.js').SheetProps} props
 * @returns {any}
 */
export function FileSheet({ chat, file, role, onClose, words = sendingWords() }) {
  const [found, setFound] = useState(/** @type {Prepared | string | null} */ (null));
  useEffect(() => {
    let isShown = true;
    own('preparing a file', prepare(file).then((prepared) => { if (isShown) setFound(prepared); }));
    return () => { isShown = false; };
  }, [file]);
  const title = typeof found === 'string' ? t('files.cannot_send') : words.title;
  return html`<${Dialog} id="file-sheet" title=${title} exit=${role === 'seeker'} onCancel=${onClose}>
    ${found === null && html`<p class="dialog__text" role="status">${t('files.reading')}</p>
      <div class="dialog__actions"><button type="button" class="button" onClick=${onClose}>${t('files.cancel')}</button></div>`}
    ${typeof found === 'string' && html`<p class="dialog__text" role="alert">${problemWords(found)}</p>
      <div class="dialog__actions"><button type="button" class="button" onClick=${onClose}>${t('common.close')}</button></div>`}
    ${found !== null && typeof found === 'object' && html`<${Ready} chat=${chat} found=${found} role=${role} onClose=${onClose} send=${words.send} />`}
  <//>`;
}

const sendingWords = () => ({ title: t('files.sheet_title'), send: t('files.send_file') });

/** @param {{ chat: Thread, found: Prepared, role: 'seeker' | 'counsellor', onClose: () => void, send: string }} props @returns {any} */
function Ready({ chat, found, role, onClose, send }) {
  const { name, type, original, cleaned } = found;
  const [wantsClean, setWantsClean] = useState(true);
  const raw = cleaned !== null && (wantsClean || role === 'seeker') ? cleaned : original;
  const address = useAddress(cleaned, type.mime);
  const take = () => {
    onClose();
    chat.sendFile(raw, name);
  };
  const sizes = raw === original ? size(original.length)
    : t('files.image_smaller', { before: size(original.length), after: size(raw.length) });
  return html`${address !== '' && html`<img class="file-preview" src=${address} alt=${t('files.image_preview', { name })} />`}
    <div class="attachment">${icon(cleaned === null ? 'file' : 'image', 'attachment__icon')}
      <span class="attachment__name">${name}</span><span class="attachment__size">${typeWords(type.mime)} · ${sizes}</span></div>
    ${cleaned === null && html`<p class="small muted">${t('files.document_hint')}</p>`}
    ${cleaned !== null && role === 'seeker' && html`<p class="small muted">${t('files.image_cleaned')}</p>`}
    ${cleaned !== null && role === 'counsellor' && html`<label class="choice"><input type="checkbox" checked=${wantsClean}
        aria-describedby="file-clean-hint" onChange=${() => setWantsClean(!wantsClean)} /><span>${t('files.image_clean')}</span></label>
      <p class="small muted" id="file-clean-hint">${t('files.image_clean_hint')}</p>`}
    <div class="dialog__actions">
      <button type="button" class="button" onClick=${onClose}>${t('files.cancel')}</button>
      <button type="button" class="button button--primary" onClick=${take}>${send}</button>
    </div>`;
}

/**
 * Hands bytes to the browser to be saved under a safe name. They are of no type that a browser draws:
 * one that does not know how to save would else open them in the place of the chat.
 * @param {import('../../core/attachments.js').ReceivedFile} received
 */
function save({ raw, name }) {
  const address = URL.createObjectURL(blobOf(raw, TYPE_NEVER_DRAWN));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  after(ADDRESS_LIFE_MS, () => URL.revokeObjectURL(address));
}

/**
 * What saving means, before and after it: others may use this device too.
 * @param {{ id: string, isShown: boolean, isSaved: boolean }} props
 * @returns {any}
 */
function SaveNote({ id, isShown, isSaved }) {
  return html`${isShown && !isSaved && html`<p class="attachment__note" id=${id}>${t('files.save_hint')}</p>`}
    <p class="attachment__note" role="status">${isSaved ? t('files.saved') : ''}</p>`;
}

/** @param {{ file: FileState }} props @returns {any} */
function Progress({ file }) {
  const words = t(file.phase === 'sending' ? 'files.sending' : 'files.loading', { name: file.name });
  const isCounted = file.allBytes > 0 && file.doneBytes > 0;
  return html`<progress class="attachment__progress" aria-label=${words} max=${isCounted ? file.allBytes : undefined}
      value=${isCounted ? file.doneBytes : undefined}></progress>
    ${isCounted && html`<span class="attachment__done">${t('files.progress', { done: size(file.doneBytes), all: size(file.allBytes) })}</span>`}`;
}

/**
 * Fetching, showing, saving one file of the log.
 * @param {Thread} chat
 * @param {string} key
 * @param {boolean} isPicture
 */
function useOpened(chat, key, isPicture) {
  const [shown, setShown] = useState(/** @type {import('../../core/attachments.js').ReceivedFile | null} */ (null));
  const [isSaved, setSaved] = useState(false);
  const open = async () => {
    const received = await chat.openFile(key);
    if (received === null) return;
    if (isPicture) setShown(received);
    else keep(received);
  };
  const keep = (/** @type {import('../../core/attachments.js').ReceivedFile} */ received) => {
    save(received);
    setSaved(true);
  };
  return {
    shown, isSaved, hide: () => setShown(null), open: () => own('opening a file', open()),
    keep: () => { if (shown !== null) keep(shown); },
  };
}

/**
 * A file in the log.
 * @param {{ chat: Thread, message: Message, file: FileState, tick: any }} props
 * @returns {any}
 */
export function FileMessage({ chat, message, file, tick }) {
  const isPicture = isImageMime(file.mime);
  const { shown, isSaved, hide, open, keep } = useOpened(chat, message.key, isPicture);
  const address = useAddress(shown?.raw ?? null, file.mime);
  const isMoving = file.phase === 'sending' || file.phase === 'loading';
  const isHere = message.n > 0 && !isMoving;
  const { name } = file;
  const canSave = isPicture ? address !== '' : isHere;
  const hint = `save-${message.key}`;
  const kinds = ['message', message.mine && 'message--own', message.state === 'pending' && 'message--pending',
    message.state === 'failed' && 'message--failed'];
  return html`<li class=${kinds.filter(Boolean).join(' ')} data-key=${message.key}>
    <span class="visually-hidden">${message.mine ? t('chat.you') : message.author}:</span>
    <div class="message__bubble message__bubble--file">
      ${address !== '' && html`<img class="attachment__image" src=${address} alt=${name} />`}
      ${isPicture && isHere && address === '' && html`<button type="button" class="attachment__tile" onClick=${open}>
        <span class="attachment__tile-words">${icon('image')}${t('files.show_image')}</span></button>`}
      <div class="attachment">${icon(isPicture ? 'image' : 'file', 'attachment__icon')}
        <span class="attachment__name">${name}</span>
        <span class="attachment__size">${typeWords(file.mime)} · ${size(file.sizeBytes)}</span>
        ${!isPicture && canSave && html`<button type="button" class="button button--small attachment__action"
          aria-label=${t('files.save_named', { name })} aria-describedby=${hint} onClick=${open}>${t('files.save')}</button>`}
        ${isMoving && file.canCancel && html`<button type="button" class="button button--small attachment__action"
          aria-label=${t('files.cancel_named', { name })} onClick=${() => chat.cancelFile(message.key)}>${t('files.cancel')}</button>`}
        ${isMoving && html`<${Progress} file=${file} />`}
      </div>
      ${isPicture && canSave && html`<div class="message__actions">
        <button type="button" class="button button--small" aria-label=${t('files.save_named', { name })} aria-describedby=${hint} onClick=${keep}>${t('files.save')}</button>
        <button type="button" class="button button--small button--quiet" onClick=${hide}>${t('files.hide_image')}</button></div>`}
      <${SaveNote} id=${hint} isShown=${canSave && !message.mine && file.phase !== 'failed'} isSaved=${isSaved} />
      ${file.phase === 'failed' && html`<p class="attachment__note attachment__note--problem" role="alert">${icon('alert')}${problemWords(file.code)}</p>`}
    </div>
    <span class="message__meta"><span>${timeOfDay(message.sentMs, language())}</span>${message.mine && tick}</span>
    ${message.state === 'failed' && html`<div class="message__actions">
      <button type="button" class="button button--small" onClick=${() => chat.retry(message.key)}>${t('chat.send_again')}</button>
      <button type="button" class="button button--small button--quiet" onClick=${() => chat.discard(message.key)}>${t('chat.discard')}</button>
    </div>`}
  </li>`;
}
