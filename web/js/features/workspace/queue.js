// The live requests of the own portals, in a stable order: nothing moves under a pointer.

import { toHex } from '../../core/resumeslot.js';
import { signal } from '../../core/signals.js';
import { equal } from '../../crypto/primitives.js';
import { TicketState } from '../../wire/catalogue.js';

/**
 * A row of the queue; the state "gone" stays for some seconds. "handed": a colleague hands a running chat over to me, and
 * `byName` says who; "kept": no more.
 * @typedef {{ id: string, portalName: string, number: number, language: string, sinceMs: number,
 *   state: 'waiting' | 'resting' | 'offered' | 'taken' | 'handed' | 'kept' | 'gone', mine: boolean, byName: string,
 *   untilMs: number }} Row
 */

const ROW_STAYS_MS = 10_000;

/** @type {Record<number, Row['state']>} */
const STATES = { [TicketState.WAITING]: 'waiting', [TicketState.RESTING]: 'resting', [TicketState.OFFERED]: 'taken' };

export class Queue {
  #clock;
  #portals;
  #isMe;
  #nameOf;
  /** As the relay told them. @type {Map<string, any>} */
  #raw = new Map();
  /** The newest that claim an own acceptance, also past the close. @type {Map<string, any>} */
  #accepted = new Map();

  /**
   * @param {object} parts
   * @param {import('../../core/clock.js').Clock} parts.clock
   * @param {readonly { portal16: Uint8Array, name: string }[]} parts.portals
   * @param {(subject16: Uint8Array) => boolean} parts.isMe
   * @param {(subject16: Uint8Array) => string} parts.nameOf
   */
  constructor({ clock, portals, isMe, nameOf }) {
    this.#clock = clock;
    this.#portals = portals;
    this.#isMe = isMe;
    this.#nameOf = nameOf;
    /** @type {import('../../core/signals.js').Signal<readonly Row[]>} */
    this.rows = signal([]);
  }

  /**
   * A row as the relay told it; null when it is over.
   * @param {string} id
   */
  raw(id) {
    return this.#raw.get(id) ?? null;
  }

  /**
   * A row that claims an own acceptance, for a letter that says it comes of it; null without one.
   * @param {string} id
   */
  accepted(id) {
    return this.#accepted.get(id) ?? null;
  }

  /**
   * The running request with this number that is mine, or is to be: a chat of the keyring and its row go by one id.
   * @param {Uint8Array} portal16
   * @param {number} number
   * @returns {string | null}
   */
  idOfRunning(portal16, number) {
    for (const [id, row] of this.#raw) {
      const isMine = row.state === TicketState.ACTIVE && (this.#isMe(row.assignee) || this.#isMe(row.successor));
      if (isMine && row.number === number && equal(row.portal16, portal16)) return id;
    }
    return null;
  }

  /**
   * Takes in a row that is new or has changed, or is over, and returns its id.
   * @param {any} row
   * @returns {string}
   */
  take(row) {
    const id = toHex(row.ticket16);
    if (row.acceptance.length > 0) this.#accepted.set(id, row);
    if (row.state === TicketState.GONE || row.state === TicketState.CLOSED) {
      this.end(id);
      return id;
    }
    this.#raw.set(id, row);
    this.#put(this.#shown(id, row));
    if (row.state === TicketState.ACTIVE && !this.#isMe(row.successor)) this.#removeLater(id);
    return id;
  }

  /**
   * A request is over: its row turns grey and goes a little later.
   * @param {string} id
   */
  end(id) {
    this.#raw.delete(id);
    const row = this.rows.value.find((one) => one.id === id);
    if (row === undefined) return;
    this.#put({ ...row, state: row.state === 'handed' ? 'kept' : 'gone' });
    this.#removeLater(id);
  }

  /**
   * Returns the ids of rows that the relay did not name when it was asked for all.
   * @param {readonly any[]} rows
   * @returns {string[]}
   */
  missingIn(rows) {
    const present = new Set(rows.map((row) => toHex(row.ticket16)));
    return [...this.#raw.keys()].filter((id) => !present.has(id));
  }

  /** Nobody is signed in. */
  clear() {
    this.#raw.clear();
    this.#accepted.clear();
    this.rows.value = [];
  }

  /**
   * @param {string} id
   * @param {any} row
   * @returns {Row}
   */
  #shown(id, row) {
    const mine = this.#isMe(row.assignee);
    const portal = this.#portals.find((one) => equal(one.portal16, row.portal16));
    const known = this.rows.value.find((one) => one.id === id);
    const isNoMore = !mine && known !== undefined && ['handed', 'kept'].includes(known.state);
    const state = STATES[row.state] ?? (isNoMore ? 'kept' : 'taken');
    const shown = mine && row.state === TicketState.OFFERED ? 'offered' : state;
    return {
      id,
      portalName: portal?.name ?? '',
      number: row.number,
      language: row.language,
      sinceMs: row.sinceMs,
      state: this.#isMe(row.successor) ? 'handed' : shown,
      mine,
      byName: this.#nameOf(row.assignee),
      untilMs: row.untilMs,
    };
  }

  /** @param {Row} row */
  #put(row) {
    const isKnown = this.rows.value.some((one) => one.id === row.id);
    this.rows.value = isKnown
      ? this.rows.value.map((one) => (one.id === row.id ? row : one))
      : [...this.rows.value, row];
  }

  /** @param {string} id */
  #removeLater(id) {
    this.#clock.after(ROW_STAYS_MS, () => {
      const row = this.#raw.get(id);
      if (row !== undefined && (row.state !== TicketState.ACTIVE || this.#isMe(row.successor))) return;
      this.rows.value = this.rows.value.filter((one) => one.id !== id);
    });
  }
}
