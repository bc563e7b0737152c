// The resume slot: what comes back after a reload, sealed under 32 bytes that only this tab holds.
//
// sessionStorage gets those 32 bytes and nothing else; the keeper holds the sealed rest in memory.

import { resumeId } from '../crypto/credential.js';
import { RemoteError } from '../crypto/errors.js';
import { keyOf } from '../crypto/keys.js';
import { newResumeSecret, openResume, sealResume } from '../crypto/resume.js';
import { WireError } from '../wire/errors.js';

/** @typedef {import('./connection.js').Request} Request */
/** @typedef {import('../crypto/resume.js').Memory} Memory */

/** Where 64 hex digits are kept; `write` of null clears it. May be blocked by the browser. */
/** @typedef {{ read(): string | null, write(hex: string | null): void }} TabStore */

export class ResumeSlot {
  #request;
  #store;
  /** @type {import('../crypto/keys.js').ResumeSecret | null} */
  #secret = null;
  #now;
  #version = 0;

  /**
   * @param {Request} request
   * @param {TabStore} store
   * @param {() => number} [now] the relay's time, in ms; needed to keep something
   */
  constructor(request, store, now = () => 0) {
    this.#request = request;
    this.#store = store;
    this.#now = now;
  }

  /** The id under which the keeper knows the slot; null while there is none. */
  get id() {
    return this.#secret === null ? null : resumeId(this.#secret);
  }

  /** Tells whether this tab has something to come back to. */
  get isFilled() {
    return /^[0-9a-f]{64}$/.test(this.#store.read() ?? '');
  }

  /**
   * Returns what was kept, or null when it is gone; then the tab forgets it too.
   * @returns {Promise<Memory | null>}
   */
  async open() {
    if (!this.isFilled) return null;
    this.#secret = keyOf('ResumeSecret', fromHex(this.#store.read() ?? ''));
    try {
      const { version, sealed } = await this.#request('resume_get', { resumeId: resumeId(this.#secret) });
      this.#version = version;
      return openResume(this.#secret, sealed);
    } catch (error) {
      const isGone = error instanceof WireError && error.code === 'unknown';
      if (!isGone && !(error instanceof RemoteError)) throw error;
      this.forget();
      return null;
    }
  }

  /**
   * Keeps `memory`; the first time, the tab gets its 32 bytes.
   * @param {Memory} memory
   * @param {Uint8Array} ticketCap
   */
  async save(memory, ticketCap) {
    await this.#request('resume_put', this.sealed(memory), ticketCap);
  }

  /**
   * Seals `memory` for `resume_put`, for a page that cannot wait for an answer.
   * @param {Memory} memory
   */
  sealed(memory) {
    if (this.#secret === null) {
      this.#secret = newResumeSecret();
      this.#store.write(toHex(this.#secret));
    }
    // Two requests may overtake each other on their way: the higher is the newer, in a copied tab too.
    this.#version = Math.max(this.#version + 1, this.#now());
    return { resumeId: resumeId(this.#secret), version: this.#version, sealed: sealResume(this.#secret, memory) };
  }

  /** The tab forgets; what the keeper holds is then useless and ends by itself. */
  forget() {
    this.#secret = null;
    this.#store.write(null);
  }
}

/** @param {Uint8Array} bytes */
export function toHex(bytes) {
  let hex = '';
  for (const byte of bytes) hex += byte.toString(16).padStart(2, '0');
  return hex;
}

/** @param {string} hex */
export function fromHex(hex) {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
