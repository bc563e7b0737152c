// Files up and down: sealed on this side, in parts that may be sent again, checked as a whole.
// Twin of clientlib/attachments.py.
//
// A lost line is waited for and the work goes on where it stood. Nothing of a received file is handed
// out before every chunk, the final tag, count, hash and size agree and the content is what name and
// type of the message say.

import * as attachment from '../crypto/attachment.js';
import * as filestream from '../crypto/filestream.js';
import { RemoteError } from '../crypto/errors.js';
import * as filetype from '../crypto/filetype.js';
import { concat } from '../crypto/primitives.js';
import { randomBytes } from '../crypto/random.js';
import { DISCONNECTED, WireError } from '../wire/errors.js';
import { own } from './tasks.js';

/** @typedef {import('../crypto/attachment.js').Attachment} Attachment */
/** @typedef {import('../crypto/filetype.js').FileType} FileType */
/** @typedef {import('../crypto/keys.js').CapSecret} CapSecret */
/** @typedef {import('../crypto/random.js').Rand} Rand */

/**
 * Where the box is, and how it is reached; `fetch` only in tests another than the browser's.
 * @typedef {{ connection: Pick<import('./connection.js').Connection, 'request' | 'opened'>,
 *   clock: import('./clock.js').Clock, box16: Uint8Array, cap: CapSecret, fetch?: typeof fetch }} Place
 */

/** @typedef {(doneBytes: number, allBytes: number) => void} Progress */

/** A file whose every byte was checked; `name` is safe to be used in a folder. @typedef {{ name: string, type: FileType, raw: Uint8Array }} ReceivedFile */

export const { MAX_FILE_BYTES } = attachment;
/** A part of 1 MiB on a slow line fits; beyond it, the line is taken for lost. */
export const PART_LIMIT_MS = 120_000;
/** Longest silence within a download. */
export const SILENCE_LIMIT_MS = 30_000;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 15_000;
const CREATED = 204;
const WHOLE = 200;
const REST = 206;

/** The person has cancelled: nothing more is to be done or said. */
export class Cancelled extends Error {
  constructor() {
    super('cancelled');
    this.name = 'Cancelled';
  }
}

/**
 * Returns type and cleaned name of a file that may be sent; UnfitFile otherwise.
 * @param {Uint8Array} raw
 * @param {string} name
 * @returns {{ type: FileType, name: string }}
 */
export function inspect(raw, name) {
  if (raw.length > attachment.MAX_FILE_BYTES) throw new filetype.UnfitFile('too_large');
  const type = filetype.judge(raw);
  return { type, name: filetype.cleanName(name, type) };
}

/**
 * Names a failure for the person: a reason of UnfitFile, a code of the relay, or "not_genuine".
 * @param {unknown} error
 * @returns {string}
 */
export function failureOf(error) {
  if (error instanceof filetype.UnfitFile) return error.reason;
  if (error instanceof RemoteError) return 'not_genuine';
  if (error instanceof WireError) return error.code;
  throw error;
}

/** What up and down have in common: paths, the credential, waiting for a lost line, cancelling. */
class Transfer {
  #abort = new AbortController();
  #place;
  #pauseMs = FIRST_PAUSE_MS;

  /** @param {Place} place */
  constructor(place) {
    this.#place = place;
  }

  get isCancelled() {
    return this.#abort.signal.aborted;
  }

  /** @param {Uint8Array} blob16 */
  path(blob16) {
    return `/blob/${hexOf(this.#place.box16)}/${hexOf(blob16)}`;
  }

  /** Ends whatever runs, at once. */
  abort() {
    this.#abort.abort();
  }

  /**
   * Sends one HTTP request; WireError: the relay's refusal, or `disconnected`.
   * @param {string} path
   * @param {RequestInit} init
   * @param {number[]} wanted
   * @param {AbortSignal} [limit]
   * @returns {Promise<Response>}
   */
  async call(path, init, wanted, limit = this.#abort.signal) {
    const headers = { ...init.headers, Authorization: `Box ${base64url(this.#place.cap)}` };
    const send = this.#place.fetch ?? fetch;
    /** @type {Response} */
    let answer;
    try {
      answer = await send(path, { ...init, headers, signal: limit, cache: 'no-store', credentials: 'omit', redirect: 'error' });
    } catch {
      this.mustRun();
      throw new WireError(DISCONNECTED);
    }
    if (wanted.includes(answer.status)) return answer;
    throw new WireError(await this.#codeOf(answer));
  }

  /**
   * Sends one command about this box.
   * @param {string} name
   * @param {Record<string, any>} fields
   */
  request(name, fields) {
    const { connection, box16, cap } = this.#place;
    return connection.request(name, { box16, ...fields }, cap);
  }

  /**
   * Runs a step until it succeeds, waiting while there is no line; each repeat is harmless.
   * @template T
   * @param {() => Promise<T>} step
   * @returns {Promise<T>}
   */
  async insist(step) {
    for (;;) {
      this.mustRun();
      try {
        const done = await step();
        this.#pauseMs = FIRST_PAUSE_MS;
        return done;
      } catch (error) {
        if (!(error instanceof WireError) || !error.isUncertain) throw error;
      }
      await this.#pause();
      await this.#place.connection.opened();
    }
  }

  mustRun() {
    if (this.isCancelled) throw new Cancelled();
  }

  /**
   * Returns a signal that ends with a cancellation or after `limitMs`; what stops the time alone, and
   * what stops both.
   * @param {number} limitMs
   */
  limited(limitMs) {
    const limit = new AbortController();
    const end = () => limit.abort();
    this.#abort.signal.addEventListener('abort', end);
    const stopTimer = this.#place.clock.after(limitMs, end);
    const stop = () => {
      stopTimer();
      this.#abort.signal.removeEventListener('abort', end);
    };
    return { signal: limit.signal, stopTimer, stop };
  }

  /** @param {Response} answer */
  async #codeOf(answer) {
    try {
      return (await answer.text()).trim();
    } catch {
      return DISCONNECTED;
    }
  }

  /** @returns {Promise<void>} */
  #pause() {
    const waitMs = this.#pauseMs;
    this.#pauseMs = Math.min(2 * waitMs, LONGEST_PAUSE_MS);
    return new Promise((resolve) => {
      const { signal, stop } = this.limited(waitMs);
      signal.addEventListener('abort', () => {
        stop();
        resolve();
      });
    });
  }
}

/** One file on its way up; id and key are drawn once, so parts can be repeated. */
export class Upload {
  #transfer;
  #raw;
  #mime;
  #sealer;
  #onProgress;
  #allBytes;
  #chunks = 0;
  #sentParts = 0;
  /** @type {Uint8Array[]} */
  #sealed = [];
  /** @type {Readonly<Attachment> | null} */
  #sent = null;

  /**
   * @param {Place} place
   * @param {Uint8Array} raw
   * @param {string} name
   * @param {Progress} [onProgress]
   * @param {Rand} [rand]
   */
  constructor(place, raw, name, onProgress = () => {}, rand = randomBytes) {
    const found = inspect(raw, name);
    this.name = found.name;
    this.type = found.type;
    this.#mime = found.type.mime;
    this.#transfer = new Transfer(place);
    this.#raw = raw;
    this.#onProgress = onProgress;
    this.blob16 = rand(attachment.BLOB_BYTES);
    this.#sealer = new filestream.Sealer(this.blob16, raw.length, rand);
    this.#allBytes = filestream.sealedSize(raw.length);
  }

  /**
   * Sends all parts, commits, and returns what the message says; WireError when refused, Cancelled.
   * @returns {Promise<Readonly<Attachment>>}
   */
  async run() {
    for (let part = this.#nextPart(); part.length > 0; part = this.#nextPart()) {
      await this.#transfer.insist(() => this.#put(part));
      this.#sealed = [concat(this.#sealed).subarray(part.length)];
      this.#sentParts += 1;
      this.#onProgress(Math.min(this.#sentParts * filestream.PART_BYTES, this.#allBytes), this.#allBytes);
    }
    this.#sent ??= this.#sealer.finish(this.#mime, this.name);
    const { hash } = this.#sent;
    const fields = { blob16: this.blob16, parts: this.#sentParts, ciphertextHash: hash };
    await this.#transfer.insist(() => this.#transfer.request('blob_commit', fields));
    this.#transfer.mustRun();
    return this.#sent;
  }

  /** Sends no more and leaves no parts behind; where there is no line, the relay drops them itself. */
  async cancel() {
    this.#transfer.abort();
    try {
      await this.#transfer.request('blob_forget', { blob16: this.blob16 });
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
    }
  }

  /** Ends without a word: the page goes. */
  abort() {
    this.#transfer.abort();
  }

  /** @param {Uint8Array} part */
  async #put(part) {
    const { signal, stop } = this.#transfer.limited(PART_LIMIT_MS);
    try {
      const path = `${this.#transfer.path(this.blob16)}/${this.#sentParts}`;
      await this.#transfer.call(path, { method: 'PUT', body: /** @type {any} */ (part) }, [CREATED], signal);
    } finally {
      stop();
    }
  }

  /** The part that is due, sealing on; it is kept until the relay has it. */
  #nextPart() {
    let size = this.#sealed.reduce((sum, one) => sum + one.length, 0);
    while (size < filestream.PART_BYTES && this.#chunks < this.#sealer.count) {
      const start = this.#chunks * filestream.CHUNK_BYTES;
      const sealed = this.#sealer.seal(this.#raw.subarray(start, start + filestream.CHUNK_BYTES));
      this.#sealed.push(sealed);
      size += sealed.length;
      this.#chunks += 1;
    }
    return concat(this.#sealed).slice(0, filestream.PART_BYTES);
  }
}

/** One file on its way down, kept back until all of it is checked. */
export class Download {
  #transfer;
  #wanted;
  #opener;
  #onProgress;
  #allBytes;
  #got = 0;
  /** What came and is not a whole chunk yet. @type {Uint8Array[]} */
  #pieces = [];
  #held = 0;

  /**
   * @param {Place} place
   * @param {Readonly<Attachment>} wanted
   * @param {Progress} [onProgress]
   */
  constructor(place, wanted, onProgress = () => {}) {
    this.#transfer = new Transfer(place);
    this.#wanted = wanted;
    this.#onProgress = onProgress;
    this.#opener = new filestream.Opener(wanted);
    this.#allBytes = filestream.sealedSize(wanted.size);
  }

  /**
   * Fetches the rest and returns the file; WireError, RemoteError, Cancelled.
   * @returns {Promise<ReceivedFile>}
   */
  async run() {
    while (this.#got < this.#allBytes) await this.#transfer.insist(() => this.#fetch());
    this.#open();
    const raw = concat(this.#opener.finish());
    const type = filetype.check(raw, this.#wanted.mime, this.#wanted.name);
    return { name: filetype.cleanName(this.#wanted.name, type), type, raw };
  }

  /** Fetches no more. */
  cancel() {
    this.#transfer.abort();
  }

  async #fetch() {
    /** @type {Record<string, string>} */
    const headers = this.#got > 0 ? { Range: `bytes=${this.#got}-` } : {};
    const { signal, stopTimer, stop } = this.#transfer.limited(SILENCE_LIMIT_MS);
    try {
      const path = this.#transfer.path(this.#wanted.blob16);
      const answer = await this.#transfer.call(path, { headers }, [this.#got > 0 ? REST : WHOLE], signal);
      stopTimer();
      if (answer.body === null) throw new WireError(DISCONNECTED);
      await this.#drain(answer.body.getReader());
    } finally {
      stop();
    }
  }

  /** @param {ReadableStreamDefaultReader<Uint8Array>} reader */
  async #drain(reader) {
    try {
      for (;;) {
        const { done, value } = await this.#read(reader);
        if (done || value === undefined) break;
        this.#take(value);
      }
    } finally {
      // Whatever ended it: a stream nobody reads is let go.
      own('ending a download', reader.cancel().catch(() => {}));
    }
    if (this.#got < this.#allBytes) throw new WireError(DISCONNECTED);
  }

  /** @param {ReadableStreamDefaultReader<Uint8Array>} reader */
  async #read(reader) {
    const { signal, stop } = this.#transfer.limited(SILENCE_LIMIT_MS);
    const silent = new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('silent'))));
    try {
      return /** @type {ReadableStreamReadResult<Uint8Array>} */ (await Promise.race([reader.read(), silent]));
    } catch {
      this.#transfer.mustRun();
      throw new WireError(DISCONNECTED);
    } finally {
      stop();
    }
  }

  /** @param {Uint8Array} piece */
  #take(piece) {
    this.#got += piece.length;
    this.#pieces.push(piece);
    this.#held += piece.length;
    if (this.#held >= filestream.SEALED_CHUNK_BYTES) this.#open();
    this.#onProgress(Math.min(this.#got, this.#allBytes), this.#allBytes);
  }

  /** Opens every whole chunk, and at the end what is left. */
  #open() {
    let held = concat(this.#pieces);
    const isEnd = this.#got >= this.#allBytes;
    while (held.length >= filestream.SEALED_CHUNK_BYTES || (isEnd && held.length > 0)) {
      this.#opener.open(held.subarray(0, filestream.SEALED_CHUNK_BYTES));
      held = held.subarray(filestream.SEALED_CHUNK_BYTES);
    }
    this.#pieces = held.length === 0 ? [] : [held];
    this.#held = held.length;
  }
}

/** @param {Uint8Array} bytes */
function hexOf(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** @param {Uint8Array} bytes */
function base64url(bytes) {
  const plain = btoa(String.fromCharCode(...bytes));
  return plain.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
