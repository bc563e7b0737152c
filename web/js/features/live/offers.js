// The offer that stands: judged before it is shown, judged again before it is taken.

import { signal } from '../../core/signals.js';
import { equal } from '../../crypto/primitives.js';

/** @typedef {import('./offer.js').Counterpart} Counterpart */

/**
 * What the person is asked: who is there, and until when the answer counts (the relay's time).
 * @typedef {{ name: string, portrait: Counterpart['portrait'], untilMs: number, moreTimeLeft: boolean }} Shown
 */

export class Offers {
  #judge;
  /** The acceptance as the relay handed it on. @type {any} */
  #raw = null;
  /** @type {Counterpart | null} */
  #counterpart = null;

  /** @param {(raw: any, startedMs: number) => Promise<Counterpart>} judge as of `startedMs`; 0: as of now */
  constructor(judge) {
    this.#judge = judge;
    /** @type {import('../../core/signals.js').Signal<Shown | null>} */
    this.shown = signal(null);
  }

  /** Tells whether there is an offer that was found good. */
  get isGood() {
    return this.#counterpart !== null;
  }

  /**
   * Judges an offer and shows it; the same one again only moves its end. Returns false when it was taken
   * back while it was judged. OfferRefused when it must not be believed.
   * @param {any} raw
   * @param {boolean} moreTimeLeft
   * @returns {Promise<boolean>}
   */
  async show(raw, moreTimeLeft) {
    const untilMs = raw.confirmUntilMs;
    const isSame = this.#raw !== null && equal(this.#raw.signature, raw.signature);
    if (isSame && this.shown.value !== null) {
      this.shown.value = { ...this.shown.value, untilMs };
      return true;
    }
    this.#raw = raw;
    const counterpart = await this.#judge(raw, 0);
    if (this.#raw !== raw) return false;
    this.#counterpart = counterpart;
    this.shown.value = { name: counterpart.name, portrait: counterpart.portrait, untilMs, moreTimeLeft };
    return true;
  }

  /**
   * Minutes lie between the offer and the yes: what was true then may be revoked now.
   * @returns {Promise<Counterpart>}
   */
  judgeAgain() {
    return this.#judge(this.#raw, 0);
  }

  /**
   * Who was accepted in a chat that has begun already, judged as of its start.
   * @param {any} raw
   * @param {number} startedMs
   * @returns {Promise<Counterpart>}
   */
  async ofRunning(raw, startedMs) {
    return this.#counterpart ?? this.#judge(raw, startedMs);
  }

  /** The one extension was granted. @param {number} untilMs */
  extend(untilMs) {
    if (this.shown.value !== null) this.shown.value = { ...this.shown.value, untilMs, moreTimeLeft: false };
  }

  /** Nobody asks any more. */
  drop() {
    this.shown.value = null;
    this.#raw = null;
    this.#counterpart = null;
  }
}
