// The written requests of the own portals: who has written and waits for somebody to take it on; what colleagues hand
// over to me; and what they have, where the team reads along.
//
// The first page of each portal is shown at once, the rest is read behind it. Nothing here opens anything:
// rows are the relay's word, to sort and to count by.

import { toHex } from '../../core/resumeslot.js';
import { signal } from '../../core/signals.js';
import { readsAlong } from '../../crypto/levels.js';
import { equal } from '../../crypto/primitives.js';
import { EnquiryState } from '../../wire/catalogue-staff.js';
import { WireError } from '../../wire/errors.js';

/** @typedef {import('../../core/connection.js').Request} Request */

/**
 * A row of the list. "mine": taken by this account; "reserved": a colleague is taking it on; "handed": a colleague
 * hands it over to me, or (`isDeputy`) asks me to stand in; "waiting", "answered" and "done": a colleague has it, and I
 * read along; "taken", "gone" and "kept" (by who handed it over) stay for some seconds. `untilMs` is the end of a
 * reservation. `readsAlong`: so does the team, also once somebody has it.
 * @typedef {{ id: string, portalName: string, number: number, language: string, sinceMs: number,
 *   state: 'open' | 'mine' | 'reserved' | 'handed' | 'waiting' | 'answered' | 'done' | 'taken' | 'gone' | 'kept', isDeputy: boolean, isAddressed: boolean, forLeads: boolean, hasRegular: boolean, readsAlong: boolean, byName: string, untilMs: number }} EnquiryRow
 */

/** @typedef {import('../../crypto/levels.js').Teams & { portal16: Uint8Array, name: string }} Portal */
/** Where the reading of a portal's list stands. @typedef {{ portal: Portal, start: number, isRead: boolean }} Cursor */

const ROW_STAYS_MS = 10_000;
const HOUR_MS = 3_600_000;
/** @type {readonly number[]} */
const UNTAKEN = [EnquiryState.OPEN, EnquiryState.RESERVED];
/** Somebody has it. @type {readonly number[]} */
export const TAKEN = [EnquiryState.WAITING, EnquiryState.ANSWERED, EnquiryState.DONE];
/** Of what colleagues have. @type {Readonly<Record<number, 'waiting' | 'answered' | 'done'>>} */
const HELD = { [EnquiryState.WAITING]: 'waiting', [EnquiryState.ANSWERED]: 'answered', [EnquiryState.DONE]: 'done' };
/** @type {readonly string[]} */
export const ALONG = Object.values(HELD);
/** @type {readonly EnquiryRow['state'][]} */
const ENDED = ['taken', 'gone', 'kept'];

export class Enquiries {
  #request;
  #clock;
  #portals;
  #isMe;
  #nameOf;
  /** As the relay told them; of colleagues what is not taken yet, or read along. @type {Map<string, any>} */
  #raw = new Map();
  /** The rows of the list, by id. @type {Map<string, EnquiryRow>} */
  #listed = new Map();
  /** What colleagues have, by id. @type {Map<string, EnquiryRow>} */
  #along = new Map();
  /** @type {Cursor[]} */
  #cursors = [];
  /** What this reading of the list has named. @type {Set<string>} */
  #named = new Set();

  /**
   * @param {object} parts
   * @param {Request} parts.request
   * @param {import('../../core/clock.js').Clock} parts.clock
   * @param {readonly Portal[]} parts.portals
   * @param {(subject16: Uint8Array) => boolean} parts.isMe
   * @param {(subject16: Uint8Array) => string} parts.nameOf
   */
  constructor({ request, clock, portals, isMe, nameOf }) {
    this.#request = request;
    this.#clock = clock;
    this.#portals = portals;
    this.#isMe = isMe;
    this.#nameOf = nameOf;
    /** What is handed over to me, then what has waited longest. @type {import('../../core/signals.js').Signal<readonly EnquiryRow[]>} */
    this.rows = signal([]);
    /** What colleagues have and I read along: who waits for an answer first. @type {import('../../core/signals.js').Signal<readonly EnquiryRow[]>} */
    this.along = signal([]);
    /** False while more of the list is being read. */
    this.isComplete = signal(false);
  }

  /**
   * A row as the relay told it; null for one that it has not told, or that is over.
   * @param {string} id
   */
  raw(id) {
    return this.#raw.get(id) ?? null;
  }

  /** What nobody has taken, and is not written to one person alone, as the relay told it. @returns {any[]} */
  get untaken() {
    return [...this.#raw.values()].filter((row) => UNTAKEN.includes(row.state) && row.isAddressed === 0);
  }

  /** What this account has taken, as the relay told it. @returns {any[]} */
  get taken() {
    return [...this.#raw.values()].filter((row) => !UNTAKEN.includes(row.state) && this.#isMe(row.assignee));
  }

  /** What is read along once somebody has taken it, be it I, as the relay told it. @returns {any[]} */
  get shared() {
    return [...this.#raw.values()].filter((row) => row.readsAlong === 1 && !UNTAKEN.includes(row.state));
  }

  /** Tells whether there is anything at all that could be read along. */
  get mayReadAlong() {
    return this.#portals.some(readsAlong);
  }

  /** Tells whether a row stands in a list, be it one that is just going. @param {string} id */
  isListed(id) {
    return this.#listed.has(id) || this.#along.has(id);
  }

  /** Reads the first page of each portal and follows the list from now on. */
  async read() {
    this.isComplete.value = false;
    this.#named = new Set();
    const cursors = this.#portals.map((portal) => ({ portal, start: 0, isRead: false }));
    this.#cursors = cursors;
    for (const cursor of cursors) await this.#readPage(cursors, cursor);
  }

  /** Reads what the first pages left; what the relay names no more is over. */
  async readRest() {
    const cursors = this.#cursors;
    for (const cursor of cursors) while (!cursor.isRead && this.#cursors === cursors) await this.#readPage(cursors, cursor);
    if (this.#cursors !== cursors) return;
    for (const id of [...this.#raw.keys()]) if (!this.#named.has(id)) this.#end(id);
    this.isComplete.value = true;
  }

  /**
   * Takes in rows that are new or have changed, or are over.
   * @param {readonly any[]} rows the wire's EnquiryRow
   */
  take(rows) {
    /** @type {EnquiryRow[]} */
    const shown = [];
    const before = this.along.peek().length;
    for (const row of rows) {
      const id = toHex(row.ticket16);
      this.#named.add(id);
      const next = this.#taken(id, row);
      if (next !== null) shown.push(next);
      if (this.#isAlong(row)) this.#along.set(id, this.#held(id, row));
      else this.#along.delete(id);
    }
    this.#show(shown);
    if (before > 0 || this.#along.size > 0) this.#showAlong();
  }

  /** Nobody is signed in. */
  clear() {
    this.#cursors = [];
    this.#named.clear();
    this.#raw.clear();
    this.#listed.clear();
    this.#along.clear();
    this.rows.value = [];
    this.along.value = [];
    this.isComplete.value = false;
  }

  /**
   * @param {readonly Cursor[]} cursors of this reading; another one may have begun meanwhile
   * @param {Cursor} cursor
   */
  async #readPage(cursors, cursor) {
    const { portal, start } = cursor;
    const { rows, hasMore } = await this.#ask(portal, start);
    if (this.#cursors !== cursors) return;
    const last = rows.at(-1);
    // A page that begins again would be asked for without end.
    cursor.isRead = last === undefined || last.number < start || hasMore === 0;
    cursor.start = (last?.number ?? 0) + 1;
    this.take(rows);
  }

  /**
   * A page of a portal's list; an empty one where another team works, of which this account is no member.
   * @param {Portal} portal
   * @param {number} start
   * @returns {Promise<{ rows: any[], hasMore: number }>}
   */
  async #ask(portal, start) {
    try {
      return /** @type {any} */ (await this.#request('enquiries', { portal16: portal.portal16, isAll: readsAlong(portal) ? 1 : 0, start }));
    } catch (error) {
      if (!(error instanceof WireError) || error.code !== 'forbidden') throw error;
      return { rows: [], hasMore: 0 };
    }
  }

  /**
   * What becomes of a row in the list; null for one that does not stand there.
   * @param {string} id
   * @param {any} row
   * @returns {EnquiryRow | null}
   */
  #taken(id, row) {
    const known = this.#listed.get(id) ?? null;
    // What is lent to me is in my own list as well.
    const isMine = this.#isMe(row.assignee) || this.#isMe(row.deputy);
    if (this.#isToMe(row)) {
      this.#raw.set(id, row);
      return this.#shown(id, row, known);
    }
    const isUntaken = UNTAKEN.includes(row.state);
    const isForOther = row.isAddressed === 1 && !isMine;
    if (row.state === EnquiryState.GONE || (!isMine && !isUntaken) || isForOther) {
      if (this.#isAlong(row)) this.#raw.set(id, row);
      else this.#raw.delete(id);
      if (known === null) return null;
      this.#removeLater(id);
      const after = known.state === 'handed' ? 'kept' : 'taken';
      return { ...known, state: row.state === EnquiryState.GONE ? 'gone' : after, byName: this.#nameOf(row.assignee) };
    }
    this.#raw.set(id, row);
    if (isUntaken) return this.#shown(id, row, known);
    if (known === null) return null;
    this.#removeLater(id);
    return { ...known, state: 'mine', byName: '', untilMs: 0 };
  }

  /**
   * @param {string} id
   * @param {any} row
   * @param {EnquiryRow | null} known
   * @returns {EnquiryRow}
   */
  #shown(id, row, known) {
    const isMine = this.#isMe(row.assignee);
    const sinceMs = row.sinceHour * HOUR_MS;
    const reserved = isMine ? 'mine' : 'reserved';
    const isToMe = this.#isToMe(row);
    return {
      id,
      portalName: this.#portals.find((one) => equal(one.portal16, row.portal16))?.name ?? '',
      number: row.number,
      language: row.language,
      // Given back, it has waited all the while.
      sinceMs: Math.min(sinceMs, known?.sinceMs ?? sinceMs),
      state: isToMe ? 'handed' : row.state === EnquiryState.OPEN ? 'open' : reserved,
      isDeputy: isToMe && this.#isMe(row.deputy),
      isAddressed: row.isAddressed === 1 && !isToMe,
      forLeads: row.forLeads === 1 && !isToMe,
      hasRegular: row.hasRegular === 1,
      readsAlong: row.readsAlong === 1,
      byName: isToMe || (row.state === EnquiryState.RESERVED && !isMine) ? this.#nameOf(row.assignee) : '',
      untilMs: row.untilMs,
    };
  }

  /** A colleague has it, and I read along. @param {any} row */
  #isAlong(row) {
    return row.readsAlong === 1 && row.state in HELD && ![row.assignee, row.deputy, row.successor].some((one) => this.#isMe(one));
  }

  /** @param {string} id @param {any} row @returns {EnquiryRow} */
  #held(id, row) {
    return { ...this.#shown(id, row, null), state: HELD[row.state], byName: this.#nameOf(row.assignee) };
  }

  #showAlong() {
    this.along.value = [...this.#along.values()].sort(byStanding);
  }

  /** A colleague hands it over to me. @param {any} row */
  #isToMe(row) {
    return row.state !== EnquiryState.GONE && !UNTAKEN.includes(row.state) && this.#isMe(row.successor);
  }

  /** @param {string} id */
  #end(id) {
    this.#raw.delete(id);
    if (this.#along.delete(id)) this.#showAlong();
    const known = this.#listed.get(id);
    if (known === undefined || ENDED.includes(known.state)) return;
    this.#show([{ ...known, state: known.state === 'handed' ? 'kept' : 'gone' }]);
    this.#removeLater(id);
  }

  /** @param {readonly EnquiryRow[]} changed */
  #show(changed) {
    if (changed.length === 0) return;
    const before = this.#listed.size;
    for (const row of changed) this.#listed.set(row.id, row);
    // A row that changes keeps its place, in a map too.
    const rows = [...this.#listed.values()];
    if (this.#listed.size === before) {
      this.rows.value = rows;
      return;
    }
    rows.sort(byWait);
    this.#listed = new Map(rows.map((row) => [row.id, row]));
    this.rows.value = rows;
  }

  /** @param {string} id */
  #removeLater(id) {
    this.#clock.after(ROW_STAYS_MS, () => {
      const raw = this.raw(id);
      if (raw !== null && (UNTAKEN.includes(raw.state) || this.#isToMe(raw))) return;
      if (this.#listed.delete(id)) this.rows.value = [...this.#listed.values()];
    });
  }
}

/**
 * @param {EnquiryRow} one
 * @param {EnquiryRow} other
 */
function byStanding(one, other) {
  return ALONG.indexOf(one.state) - ALONG.indexOf(other.state) || byWait(one, other);
}

/**
 * @param {EnquiryRow} one
 * @param {EnquiryRow} other
 */
function byWait(one, other) {
  const handed = Number(other.state === 'handed') - Number(one.state === 'handed');
  return handed || one.sinceMs - other.sinceMs || one.number - other.number || (one.id < other.id ? -1 : 1);
}
