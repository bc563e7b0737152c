// Tells the relay where own written conversations stand, so that lists and counts are right.
//
// The conversation is what counts, its row is only told: whatever got lost on the way, or was said on another
// device, is told again as soon as row and conversation are both known and differ.

import { effect } from '../../core/signals.js';
import { own } from '../../core/tasks.js';
import { EnquiryState } from '../../wire/catalogue-staff.js';
import { ignoreRefusal } from '../../wire/errors.js';
import { TAKEN } from './enquiries.js';

/** @typedef {import('./casethread.js').CaseThread} CaseThread */
/** @typedef {{ ticket16: Uint8Array, thread: CaseThread }} Followed */

/** One that was written to me stands open until I have signed something. */
const STATES = { open: EnquiryState.WAITING, taken: EnquiryState.WAITING, answered: EnquiryState.ANSWERED, done: EnquiryState.DONE };

export class Standings {
  #request;
  #rowOf;
  #isMe;
  /** @type {Map<string, Followed>} */
  #followed = new Map();
  /** @type {(() => void)[]} */
  #ends = [];

  /**
   * @param {import('../../core/connection.js').Request} request
   * @param {(id: string) => any} rowOf the wire's EnquiryRow; null while it is not known, and when it is over
   * @param {(subject16: Uint8Array) => boolean} isMe
   */
  constructor(request, rowOf, isMe) {
    this.#request = request;
    this.#rowOf = rowOf;
    this.#isMe = isMe;
  }

  /**
   * @param {string} id
   * @param {Uint8Array} ticket16
   * @param {CaseThread} thread read to its end
   */
  follow(id, ticket16, thread) {
    this.#followed.set(id, { ticket16, thread });
    this.#ends.push(effect(() => {
      thread.settled.value;
      queueMicrotask(() => this.#tellSoon(id));
    }));
  }

  /** The whole list is known: tells of each conversation what its row does not say. */
  async settle() {
    for (const id of [...this.#followed.keys()]) await this.#tell(id);
  }

  /** It is mine no more. @param {string} id */
  forget(id) {
    this.#followed.delete(id);
  }

  clear() {
    for (const end of this.#ends) end();
    this.#ends = [];
    this.#followed.clear();
  }

  /** @param {string} id */
  #tellSoon(id) {
    own('telling where it stands', this.#tell(id));
  }

  /** Whose it is by its row: mine, lent to me, or on its way to me; while I am in it a colleague's only where I have just taken it over. @param {any} row */
  #isTold({ state, assignee, deputy, successor }) {
    return TAKEN.includes(state) && [assignee, deputy, successor].some((one) => this.#isMe(one));
  }

  /** @param {string} id */
  async #tell(id) {
    const row = this.#rowOf(id);
    const followed = this.#followed.get(id);
    if (row === null || followed === undefined) return;
    const { ticket16, thread } = followed;
    // Another's by the list: whether that is so, the box tells, read to its end.
    if (TAKEN.includes(row.state) && !this.#isTold(row)) await thread.resume().catch(ignoreRefusal);
    /** @type {import('../enquiries/standing.js').Standing | null} */
    const standing = thread.settled.value;
    if (standing === null || standing === 'handed') return;
    // A refusal, or a lost line: it is told with the next change, or the next sign-in.
    if (standing === 'closed') {
      await this.#request('enquiry_end', { ticket16 }).catch(ignoreRefusal);
      return;
    }
    // The box is mine already, but a crash came before the relay was told.
    const isTold = this.#isTold(row);
    if (!isTold) await this.#request('enquiry_taken', { ticket16 }).catch(ignoreRefusal);
    const state = STATES[standing];
    const known = isTold ? row.state : EnquiryState.WAITING;
    if (state !== known) await this.#request('enquiry_mark', { ticket16, state }).catch(ignoreRefusal);
  }
}
