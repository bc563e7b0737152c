// When a visit goes into the resume slot: soon after something was typed, now and then while nothing
// happens, and once more while the page vanishes.

import { own } from '../../core/tasks.js';
import { encodeCommand } from '../../wire/codec.js';
import { WireError } from '../../wire/errors.js';

/** @typedef {import('../../core/clock.js').Clock} Clock */
/** @typedef {import('../../core/resumeslot.js').ResumeSlot} ResumeSlot */
/** @typedef {import('./visit.js').Visit} Visit */

const AFTER_TYPING_MS = 1_500;
/** The keeper forgets a slot 10 minutes after the last sign of life. */
const SIGN_OF_LIFE_EVERY_MS = 120_000;
/** What a browser carries in requests that outlive a page. */
const MAX_LAST_BYTES = 60_000;

export class Remembering {
  #slot;
  #clock;
  #read;
  #sendLast;
  #hasNews = false;
  #cancelSoon = () => {};
  #cancelSign = () => {};

  /**
   * @param {object} parts
   * @param {ResumeSlot} parts.slot
   * @param {Clock} parts.clock
   * @param {() => { visit: Visit, draft: string } | null} parts.read what is to be kept; null: nothing
   * @param {(frame: Uint8Array) => void} parts.sendLast one request that outlives the page
   */
  constructor({ slot, clock, read, sendLast }) {
    this.#slot = slot;
    this.#clock = clock;
    this.#read = read;
    this.#sendLast = sendLast;
  }

  /** Something was typed. */
  soon() {
    this.#hasNews = true;
    this.#cancelSoon();
    this.#cancelSoon = this.#clock.after(AFTER_TYPING_MS, () => own('resume slot', this.now()));
  }

  /** Keeps everything; what the line or the relay refuses is tried again with the next sign of life. */
  async now() {
    const kept = this.#read();
    if (kept === null) return;
    const { visit, draft } = kept;
    try {
      await this.#slot.save(visit.memory(draft), visit.keys.ticketCap);
      // A page that vanishes before the answer sends it once more, and what was typed meanwhile.
      if (this.#read()?.draft === draft) this.#hasNews = false;
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      this.#hasNews = true;
    }
  }

  /** Shows signs of life from now on. */
  keepUp() {
    this.#cancelSign();
    this.#cancelSign = this.#clock.after(SIGN_OF_LIFE_EVERY_MS, () => {
      own('resume slot', this.now());
      this.keepUp();
    });
  }

  /** The page is being hidden or taken down: what is not kept yet goes out without waiting (T18). */
  leave() {
    const kept = this.#read();
    if (kept === null || !this.#hasNews) return;
    const fields = this.#slot.sealed(kept.visit.memory(kept.draft));
    const frame = encodeCommand(1, 'resume_put', fields, kept.visit.keys.ticketCap);
    if (frame.length <= MAX_LAST_BYTES) this.#sendLast(frame);
  }

  /** Keeps nothing any more. */
  stop() {
    this.#cancelSoon();
    this.#cancelSign();
    this.#hasNews = false;
  }
}
