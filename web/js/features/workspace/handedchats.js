// Running chats on their way from one colleague to another, of one sign-in: what waits to be taken over, and the steps
// of those who give and take. Steps of a hand-over are handovers.js.

import { FirstRequests } from './firstrequests.js';
import { HandedRequest } from './handedrequest.js';
import { HandOvers } from './handovers.js';
import { namesBy } from './place.js';
import { LIVE } from './tickets.js';

/** @typedef {import('./place.js').Place} Place */
/** @typedef {import('./queue.js').Queue} Queue */
/** @typedef {import('./session.js').Session} Session */
/** @typedef {import('./taking.js').Outcome} Outcome */

export class HandedChats {
  #session;
  #queue;
  #open;

  /**
   * @param {Place} place
   * @param {Session} session
   * @param {Queue} queue
   */
  constructor(place, session, queue) {
    const { line, request, clock, log } = place;
    const reader = { connection: line, request, clock, log, keys: session.keys };
    this.#session = session;
    this.#queue = queue;
    this.#open = new FirstRequests({
      rowOf: (id) => this.#handed(id),
      make: (row) => new HandedRequest(reader, row, namesBy(place), LIVE),
      fits: () => true,
      // What is searched is what one's own or the team's; a chat is neither before it is taken over.
      onRead: () => {},
    });
    this.handOvers = new HandOvers(place, session, LIVE, {
      rowOf: (id) => queue.raw(id), handedOf: (id) => this.of(id), learn: (row) => { queue.take(row); },
    });
  }

  /** What waits for me behind a row, open or not; null where nothing does. @param {string} id @returns {HandedRequest | null} */
  of(id) {
    return this.#handed(id) === null ? null : /** @type {HandedRequest | null} */ (this.#open.of(id));
  }

  /** Somebody looks at it: it is opened. @param {string} id */
  look(id) {
    if (this.#handed(id) !== null) this.#open.look([id]);
  }

  /** A row has changed; it may have other letters now. @param {string} id @param {Uint8Array} successor as it was before */
  hear(id, successor) {
    const isToMe = this.#handed(id) !== null;
    if (!isToMe || !this.#session.isMe(successor)) this.#open.forget(id);
    this.handOvers.hear(id);
  }

  /**
   * "Übernehmen": the keyring opens it then.
   * @param {string} id
   * @returns {Promise<Outcome>}
   */
  async enter(id) {
    const handed = this.of(id);
    await handed?.open();
    const row = this.#handed(id);
    if (handed === null || row === null) return 'late';
    if (handed.opened === null || !handed.isSound) return handed.content.value.state === 'gone' ? 'late' : 'failed';
    // The own commit would tell the reader that the other is out.
    handed.stop();
    return this.handOvers.enter(row, handed);
  }

  /** On a new line. @param {string} watched */
  async readOn(watched) {
    await this.#open.readOn([watched]);
  }

  clear() {
    this.#open.clear();
    this.handOvers.clear();
  }

  /** @param {string} id */
  #handed(id) {
    const row = this.#queue.raw(id);
    return row !== null && this.#session.isMe(row.successor) ? row : null;
  }
}
