// The ticket of one visit: asking for a place, and what a ticket's own capability may do.

import { makeStamp } from '../../core/stamps.js';
import { WireError } from '../../wire/errors.js';

/** @typedef {import('../../core/line.js').Line} Line */
/** @typedef {import('./visit.js').Visit} Visit */

export class Ticket {
  #line;
  #portal16;
  #language;

  /**
   * @param {Line} line
   * @param {Uint8Array} portal16
   * @param {string} language of the page
   */
  constructor(line, portal16, language) {
    this.#line = line;
    this.#portal16 = portal16;
    this.#language = language;
  }

  /**
   * Takes a place. When the line breaks before the answer, nobody knows whether the place is taken: the
   * same request once more finds out, as long as `isWanted`. Null when it no longer is.
   * @param {Visit} visit
   * @param {() => boolean} isWanted
   */
  async take(visit, isWanted) {
    for (;;) {
      const reply = await this.#ask(visit);
      if (reply !== null || !isWanted()) return reply;
      await this.#line.connection.opened();
      if (!isWanted()) return null;
    }
  }

  /**
   * Where the ticket stands; what rested waits again.
   * @param {Visit} visit
   * @param {import('../../core/connection.js').Request} [request] on a line that is not open yet
   */
  resume(visit, request = this.#line.request) {
    return request('ticket_resume', {}, visit.keys.ticketCap);
  }

  /** @param {Visit} visit */
  withdraw(visit) {
    return this.#line.request('withdraw', {}, visit.keys.ticketCap);
  }

  /** @param {Visit} visit */
  moreTime(visit) {
    return this.#line.request('more_time', {}, visit.keys.ticketCap);
  }

  /** @param {Visit} visit */
  confirm(visit) {
    return this.#line.request('confirm', {}, visit.keys.ticketCap);
  }

  /** @param {Visit} visit */
  async #ask({ clientId16, hashes }) {
    try {
      const stamp = await makeStamp(this.#line.request, 'wait');
      const place = { clientId16, portal16: this.#portal16, language: this.#language };
      return await this.#line.request('wait', { ...place, ...hashes, stamp });
    } catch (error) {
      if (error instanceof WireError && error.isUncertain) return null;
      throw error;
    }
  }
}
