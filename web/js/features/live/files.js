// The files of one chat: sent with progress, fetched on demand. Draws nothing.
//
// What moves files is itself fetched with the first one; the view, which needs it too, has it by then.

import { readMessage, writeMessage } from '../../core/filemessage.js';
import { Kind } from '../../crypto/envelope.js';
import { equal } from '../../crypto/primitives.js';

/** @typedef {import('../../core/attachments.js').Download} Download */
/** @typedef {import('../../core/attachments.js').ReceivedFile} ReceivedFile */
/** @typedef {import('../../core/attachments.js').Upload} Upload */
/** @typedef {import('../../core/outbox.js').Item} Item */
/** @typedef {import('../../crypto/attachment.js').Attachment} Attachment */
/** @typedef {import('./lines.js').Line} Line */

/**
 * What a line of kind "file" shows. `phase`: on its way up or down, here, refused; else "".
 * `canCancel` ends with the last part: from then on the file belongs to the chat.
 * @typedef {Readonly<{ name: string, sizeBytes: number, mime: string, phase: '' | 'sending' | 'loading' | 'failed',
 *   doneBytes: number, allBytes: number, code: string, canCancel: boolean }>} FileState
 */

/**
 * @typedef {object} Room
 * @property {import('../../core/attachments.js').Place} place
 * @property {(file: FileState) => string} addLine shows an own file; returns its key
 * @property {(key: string, file: FileState) => void} changeFile
 * @property {(key: string) => void} removeLine
 * @property {(key: string, kind: number, payload: Uint8Array) => void} post sends the message of a file
 */

const loadTransfers = () => import('../../core/attachments.js');

export class ChatFiles {
  #room;
  /** What an own line sends again. @type {Map<string, { raw: Uint8Array, name: string, upload: Upload | null }>} */
  #uploads = new Map();
  /** @type {Map<string, FileState>} */
  #states = new Map();
  /** @type {Map<string, Readonly<Attachment>>} */
  #sent = new Map();
  /** @type {Map<string, Download>} */
  #downloads = new Map();

  /** @param {Room} room */
  constructor(room) {
    this.#room = room;
  }

  /**
   * Shows a file that is to be sent; `upload` sends it, or its line says why it may not be sent.
   * @param {Uint8Array} raw
   * @param {string} name
   * @returns {string} the key of its line
   */
  send(raw, name) {
    const file = fileOf(name, raw.length, '', { phase: 'sending', canCancel: true });
    const key = this.#room.addLine(file);
    this.#states.set(key, file);
    this.#uploads.set(key, { raw, name, upload: null });
    return key;
  }

  /**
   * Sends the bytes of a line, then its message; resolves when it is sent, refused or cancelled.
   * @param {string} key
   */
  async upload(key) {
    const { Cancelled, Upload, failureOf } = await loadTransfers();
    const waiting = this.#uploads.get(key);
    if (waiting === undefined || waiting.upload !== null) return;
    const { raw, name } = waiting;
    try {
      const upload = new Upload(this.#room.place, raw, name, (doneBytes, allBytes) => {
        this.#change(key, { doneBytes, allBytes, canCancel: doneBytes < allBytes });
      });
      waiting.upload = upload;
      this.#change(key, { name: upload.name, mime: upload.type.mime, phase: 'sending', code: '', canCancel: true });
      const sent = await upload.run();
      this.#uploads.delete(key);
      this.#sent.set(key, sent);
      this.#change(key, { phase: '', canCancel: false });
      this.#room.post(key, Kind.FILE, writeMessage(sent));
    } catch (error) {
      if (error instanceof Cancelled) return;
      waiting.upload = null;
      this.#change(key, { phase: 'failed', code: failureOf(error), canCancel: false });
    }
  }

  /**
   * Takes an own file back that is not sent yet; a download just ends.
   * @param {string} key
   */
  async cancel(key) {
    const download = this.#downloads.get(key);
    if (download !== undefined) {
      download.cancel();
      return;
    }
    const waiting = this.#uploads.get(key);
    if (waiting === undefined) return;
    this.#uploads.delete(key);
    this.#states.delete(key);
    this.#room.removeLine(key);
    await waiting.upload?.cancel();
  }

  /** Takes back everything that is not sent yet: the chat ends. */
  async cancelAll() {
    await Promise.all([...this.#uploads.keys()].map((key) => this.cancel(key)));
  }

  /**
   * Reads what a message says about its file; RemoteError when it breaks a rule. Nothing is fetched.
   * @param {string} key
   * @param {Uint8Array} payload
   * @returns {FileState}
   */
  learn(key, payload) {
    const wanted = readMessage(payload);
    const file = fileOf(wanted.name, wanted.size, wanted.mime, {});
    this.#sent.set(key, wanted);
    this.#states.set(key, file);
    return file;
  }

  /**
   * Finds the own line of a message that was sent from here.
   * @param {Uint8Array} payload
   * @returns {string | null}
   */
  keyOf(payload) {
    const { blob16 } = readMessage(payload);
    for (const [key, sent] of this.#sent) if (equal(sent.blob16, blob16)) return key;
    return null;
  }

  /**
   * Sends the message of an own file once more; its bytes are still there.
   * @param {string} key
   */
  sayAgain(key) {
    const sent = this.#sent.get(key);
    if (sent !== undefined) this.#room.post(key, Kind.FILE, writeMessage(sent));
  }

  /**
   * Fetches and checks a file; null when it was refused, cancelled or is on its way already.
   * @param {string} key
   * @returns {Promise<ReceivedFile | null>}
   */
  async open(key) {
    const { Cancelled, Download, failureOf } = await loadTransfers();
    const wanted = this.#sent.get(key);
    if (wanted === undefined || this.#downloads.has(key)) return null;
    const download = new Download(this.#room.place, wanted, (doneBytes, allBytes) => {
      this.#change(key, { doneBytes, allBytes });
    });
    this.#downloads.set(key, download);
    this.#change(key, { phase: 'loading', code: '', doneBytes: 0, canCancel: true });
    try {
      const found = await download.run();
      this.#change(key, { phase: '', canCancel: false });
      return found;
    } catch (error) {
      const isCancelled = error instanceof Cancelled;
      this.#change(key, { phase: isCancelled ? '' : 'failed', code: isCancelled ? '' : failureOf(error), canCancel: false });
      return null;
    } finally {
      this.#downloads.delete(key);
    }
  }

  /** Lets go of everything, without a word. */
  dispose() {
    for (const { upload } of this.#uploads.values()) upload?.abort();
    for (const download of this.#downloads.values()) download.cancel();
    this.#uploads.clear();
    this.#sent.clear();
    this.#states.clear();
  }

  /**
   * @param {string} key
   * @param {Partial<FileState>} changes
   */
  #change(key, changes) {
    const before = this.#states.get(key);
    if (before === undefined) return;
    const file = Object.freeze({ ...before, ...changes });
    this.#states.set(key, file);
    this.#room.changeFile(key, file);
  }
}

/**
 * @param {string} name
 * @param {number} sizeBytes
 * @param {string} mime
 * @param {Partial<FileState>} more
 * @returns {FileState}
 */
function fileOf(name, sizeBytes, mime, more) {
  return Object.freeze({
    name, sizeBytes, mime, phase: '', doneBytes: 0, allBytes: 0, code: '', canCancel: false, ...more,
  });
}
