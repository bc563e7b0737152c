// What the own person has seen of a chat: unread messages, and when the other side may learn it.

import { signal } from '../../core/signals.js';

/** Protocol section 5: an acknowledgement comes with the next text or after 5 to 60 s. */
const ACKNOWLEDGE_AFTER_MS = 5_000;

export class Seen {
  #clock;
  #transcript;
  #lines;
  #acknowledge;
  #seenN = 0;
  #cancel = () => {};

  /**
   * @param {object} parts
   * @param {import('../../core/clock.js').Clock} parts.clock
   * @param {import('../../crypto/transcript.js').Transcript} parts.transcript
   * @param {import('./lines.js').Lines} parts.lines
   * @param {(readN: number) => void} parts.acknowledge states what has been delivered and read
   */
  constructor({ clock, transcript, lines, acknowledge }) {
    this.#clock = clock;
    this.#transcript = transcript;
    this.#lines = lines;
    this.#acknowledge = acknowledge;
    this.unread = signal(0);
  }

  /** The log is on the screen: nothing is unread, and the other side may learn it. */
  mark() {
    this.#seenN = this.#lines.lastN;
    this.unread.value = 0;
    this.plan();
  }

  /**
   * An own message shows what its writer had before them, perhaps on another device or before this
   * sign-in.
   * @param {number} headN
   */
  answered(headN) {
    this.#seenN = Math.max(this.#seenN, headN);
  }

  /** Something arrived. */
  count() {
    const { own } = this.#transcript;
    const read = own === null ? 0 : this.#transcript.readBy(own.sidx);
    this.unread.value = this.#lines.countFrom(Math.max(this.#seenN, read));
  }

  /** Acknowledges in a while, if the protocol owes it. */
  plan() {
    this.#cancel();
    if (this.#transcript.owedAcknowledgement() === 0) return;
    this.#cancel = this.#clock.after(ACKNOWLEDGE_AFTER_MS, () => this.#acknowledge(this.#seenN));
  }

  /** No timer runs on. */
  dispose() {
    this.#cancel();
  }
}
