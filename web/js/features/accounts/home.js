// "Meine Gespräche": the live chats that the keyring remembers and the server still holds, newest first.
// What is written stands beside them, in ../enquiries/enquiries.js.

import { signal } from '../../core/signals.js';
import { EntryState } from '../../crypto/entry.js';
import { equal } from '../../crypto/primitives.js';
import { BoxState } from '../../wire/catalogue.js';
import { problemOf } from './problems.js';

/** @typedef {import('../../core/account.js').SeekerAccount} SeekerAccount */
/** @typedef {import('../../core/stock.js').BoxStock} BoxStock */
/** @typedef {import('../../crypto/entry.js').Entry} Entry */
/** @typedef {import('./entrance.js').Entrance} Entrance */

/**
 * One live chat of the list. `untilMs`: when a closed one is deleted; 0 while that is not planned.
 * @typedef {{ entry: Entry, state: 'waiting' | 'running' | 'closed', startedMs: number, untilMs: number }} Conversation
 */

const MINUTE_MS = 60_000;

export class HomeModel {
  /** Null until they are loaded. @type {import('../../core/signals.js').Signal<readonly Conversation[] | null>} */
  conversations = signal(/** @type {readonly Conversation[] | null} */ (null));
  /** Tells whether there is something written that the list has to wait for. */
  hasWritten = signal(false);
  /** A code; '' for nothing. */
  problem = signal('');
  isSheetNoted;
  #entrance;
  #account;
  #startOf;
  #isWritten;

  /**
   * @param {object} parts
   * @param {Entrance} parts.entrance
   * @param {SeekerAccount} parts.account
   * @param {(entry: Entry) => number} parts.startOf when a conversation began; 0 where its entry does not say
   * @param {(entry: Entry) => boolean} parts.isWritten tells what is no live chat
   */
  constructor({ entrance, account, startOf, isWritten }) {
    this.#entrance = entrance;
    this.#account = account;
    this.#startOf = startOf;
    this.#isWritten = isWritten;
    this.isSheetNoted = signal(account.keyring.settings.sheetNoted);
  }

  /** As people see it. */
  get pseudonym() {
    return this.#account.pseudonym;
  }

  /** Reads the list anew; the one that is shown stays until then. */
  async load() {
    const { keyring } = this.#account;
    this.isSheetNoted.value = keyring.settings.sheetNoted;
    try {
      // Another device may have begun something since the sign-in.
      await keyring.refresh();
      this.hasWritten.value = keyring.entries.some((entry) => this.#isWritten(entry));
      const { conversations } = await this.#entrance.stock(this.#account);
      const found = keyring.entries.flatMap((entry) => this.#look(entry, conversations));
      this.conversations.value = found.sort((one, other) => other.startedMs - one.startedMs);
      this.problem.value = '';
    } catch (error) {
      this.problem.value = problemOf(error);
    }
  }

  /** "Habe ich schon": the reminder goes. */
  async noteSheet() {
    this.isSheetNoted.value = true;
    await this.#account.keyring.keepSettings(() => ({ sheetNoted: true }));
  }

  /**
   * @param {Entry} entry
   * @param {readonly BoxStock[]} boxes what the server still holds
   * @returns {Conversation[]} none when there is nothing left to read
   */
  #look(entry, boxes) {
    if (entry.state === EntryState.GONE || this.#isWritten(entry)) return [];
    const startedMs = this.#startOf(entry);
    const box = boxes.find(({ box16 }) => equal(box16, entry.box16));
    // Without a secret nobody was let in yet: a place in the queue.
    if (box === undefined) return entry.secrets.length > 0 ? [] : [{ entry, state: 'waiting', startedMs, untilMs: 0 }];
    const state = box.state === BoxState.OPEN ? 'running' : 'closed';
    return [{ entry, state, startedMs, untilMs: box.purgeMinute * MINUTE_MS }];
  }
}
