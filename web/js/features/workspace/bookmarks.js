// The list of what a counsellor keeps an eye on (Merkliste): sealed in the own keyring, on whichever device it was
// marked. Twin of clientlib/bookmarks.py.
//
// Each mark is an entry of its own, named by its ticket, so that two devices that mark at the same moment lose
// nothing: entries are joined one by one, and of one entry the later change counts.
//
//   settings = [is marked 0 | 1, hour of the change]

import { signal } from '../../core/signals.js';
import { fromHex, toHex } from '../../core/resumeslot.js';
import { array, decode, encode, uint } from '../../crypto/encoding.js';
import { EntryState, gone } from '../../crypto/entry.js';
import { RemoteError } from '../../crypto/errors.js';
import { ignoreRefusal } from '../../wire/errors.js';

/** @typedef {import('../../core/keyring.js').Keyring} Keyring */
/** @typedef {import('../../crypto/entry.js').Entry} Entry */

/** Kinds from 128 on are things of the account, and no boxes. */
export const BOOKMARK = 128;
/** What is noted about a person, see particulars.js: known here, so that who has noted nothing fetches nothing. */
export const PARTICULARS = 131;
/** Longer than a request and its conversation can lie about unused. */
const KEPT_DAYS = 400;
const HOURS_OF_DAY = 24;
const MINUTES_OF_HOUR = 60;
const HOUR_MS = 3_600_000;
const ITEMS = 2;
const NO_PIN_CHAIN = new Uint8Array(32);

export class Bookmarks {
  #keyring;
  #clock;

  /**
   * @param {() => Pick<Keyring, 'entries' | 'entry' | 'remember'> | null} keyring of who is signed in
   * @param {import('../../core/clock.js').Clock} clock
   */
  constructor(keyring, clock) {
    this.#keyring = keyring;
    this.#clock = clock;
    /** The tickets that are marked. @type {import('../../core/signals.js').Signal<ReadonlySet<string>>} */
    this.marked = signal(new Set());
  }

  /** @param {string} id a ticket's */
  has(id) {
    return this.marked.value.has(id);
  }

  /** Looks what the keyring says now. */
  read() {
    const all = (this.#keyring()?.entries ?? []).filter((one) => markOf(one)?.isMarked === true);
    this.marked.value = new Set(all.map(({ box16 }) => toHex(box16)));
  }

  /** What was marked, or unmarked, so long ago that nothing can be left of it, goes. */
  async tidy() {
    const oldest = this.#hour - KEPT_DAYS * HOURS_OF_DAY;
    const ended = (this.#keyring()?.entries ?? []).filter((one) => (markOf(one)?.hour ?? oldest) < oldest);
    if (ended.length > 0) await this.#keyring()?.remember(...ended.map((one) => this.#gone(one)));
    this.read();
  }

  /**
   * Marks, or takes the mark away. False when it could not be saved.
   * @param {string} id
   * @param {boolean} isMarked
   */
  async set(id, isMarked) {
    const keyring = this.#keyring();
    if (keyring === null) return false;
    const box16 = fromHex(id);
    const counter = (keyring.entry(box16)?.counter ?? 0) + 1;
    const settings = encode([isMarked ? 1 : 0, this.#hour]);
    try {
      await keyring.remember({
        box16, kind: BOOKMARK, state: EntryState.OPEN, keyContext: box16, secrets: [], pinN: 0, pinChain: NO_PIN_CHAIN, counter, settings, generation: 0, closeMinute: 0,
      });
    } catch (error) {
      ignoreRefusal(error);
      return false;
    } finally {
      this.read();
    }
    return true;
  }

  /** The conversation is over for good: nothing of it stays, be it a mark. @param {Uint8Array} ticket16 */
  async forget(ticket16) {
    const entry = this.#keyring()?.entry(ticket16) ?? null;
    if (entry !== null && markOf(entry) !== null) await this.#keyring()?.remember(this.#gone(entry));
    this.read();
  }

  /** Nobody is signed in. */
  clear() {
    this.marked.value = new Set();
  }

  get #hour() {
    return Math.floor(this.#clock.now() / HOUR_MS);
  }

  /** @param {Entry} entry */
  #gone(entry) {
    return gone(entry, this.#hour * MINUTES_OF_HOUR, 0, NO_PIN_CHAIN);
  }
}

/**
 * @param {Entry} entry
 * @returns {{ isMarked: boolean, hour: number } | null} null for anything else, and of a form that a newer client wrote
 */
function markOf({ kind, state, settings }) {
  if (kind !== BOOKMARK || state === EntryState.GONE) return null;
  try {
    const [isMarked, hour] = array(decode(settings), ITEMS);
    return { isMarked: uint(isMarked, 1) === 1, hour: uint(hour) };
  } catch (error) {
    if (!(error instanceof RemoteError)) throw error;
    return null;
  }
}
