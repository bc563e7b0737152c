// A place in the queue, as the relay tells it: how many stand before, since when, until when it is open.

import { signal } from '../../core/signals.js';
import { own } from '../../core/tasks.js';
import { TicketReason } from '../../wire/catalogue.js';
import { ignoreRefusal } from '../../wire/errors.js';

const ASK_HOURS_EVERY_MS = 5 * 60_000;

export class Place {
  #request;
  #clock;
  #portal16;
  #cancelHours = () => {};

  /**
   * @param {import('../../core/connection.js').Request} request
   * @param {import('../../core/clock.js').Clock} clock
   * @param {Uint8Array} portal16
   */
  constructor(request, clock, portal16) {
    this.#request = request;
    this.#clock = clock;
    this.#portal16 = portal16;
    /** N of "Ratsuchende_r N". */
    this.number = signal(0);
    this.ahead = signal(0);
    this.portalOpen = signal(true);
    /** When the hours end, as far as they are planned; 0: no end, or not known. */
    this.closesMs = signal(0);
    this.sinceMs = signal(0);
    /** Why the place is what it is: one of TicketReason. */
    this.reason = signal(/** @type {number} */ (TicketReason.NONE));
  }

  /**
   * The relay gave a place, or told it again.
   * @param {{ number: number, ahead: number }} reply
   * @param {number} sinceMs
   */
  take({ number, ahead }, sinceMs) {
    this.number.value = number;
    this.ahead.value = ahead;
    this.sinceMs.value = sinceMs;
  }

  /**
   * Something about the place has changed.
   * @param {{ ahead: number, portalOpen: number, reason?: number }} news
   */
  move({ ahead, portalOpen, reason = TicketReason.NONE }) {
    this.ahead.value = ahead;
    this.portalOpen.value = portalOpen === 1;
    this.reason.value = reason;
  }

  /** Asks now and again until when the portal is open; without an answer nothing is said about it. */
  followHours() {
    this.stop();
    own('hours', this.#readHours().catch(ignoreRefusal));
    this.#cancelHours = this.#clock.after(ASK_HOURS_EVERY_MS, () => this.followHours());
  }

  /** Nobody waits here any more. */
  stop() {
    this.#cancelHours();
  }

  async #readHours() {
    const { closesMs } = await this.#request('portal_state', { portal16: this.#portal16 });
    this.closesMs.value = closesMs;
  }
}
