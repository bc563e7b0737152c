// The room of a conversation in which somebody leaves how the leads can reach them: what is left, what is typed, who reads
// it. Draws nothing. Fetched when somebody opens it.

import { report } from '../../core/errors.js';
import { signal } from '../../core/signals.js';
import { RemoteError } from '../../crypto/errors.js';
import { WireError } from '../../wire/errors.js';
import { ChangedElsewhere, KeyWaits, LeavingContact, NOTHING_LEFT, isThere, tidied, unfit } from './leavingcontact.js';
import { RestartAlarm, TeamRestarted } from './restarted.js';

/** @typedef {import('./leavingcontact.js').ContactState} ContactState */
/** @typedef {import('./opening.js').Correspondence} Correspondence */
/** @typedef {import('./people.js').Person} Person */
/** @typedef {{ email: string, phone: string }} Typed */
/**
 * '' for nothing; `email` and `phone` name a field; `changed`: on another device; `waits`: the leads are about to have
 * another key; `restarted`: an admin has begun their team anew.
 * @typedef {'' | 'email' | 'phone' | 'changed' | 'waits' | 'restarted' | 'unreachable' | 'failed'} Problem
 */

/** @type {ContactState} */
const UNKNOWN = Object.freeze({ left: NOTHING_LEFT, isKept: false, isCurrent: true, isAnothers: false });

export class ContactRoom {
  #about;
  #leaving;
  /** Something was typed since it was last saved or read. */
  #isTouched = false;
  /** @type {import('../../core/signals.js').Signal<ContactState>} */
  state = signal(UNKNOWN);
  /** Who would read it; null before that was read. @type {import('../../core/signals.js').Signal<readonly Person[] | null>} */
  readers = signal(/** @type {readonly Person[] | null} */ (null));
  /** @type {import('../../core/signals.js').Signal<Typed>} */
  typed = signal({ email: '', phone: '' });
  /** @type {import('../../core/signals.js').Signal<Problem>} */
  problem = signal(/** @type {Problem} */ (''));
  /** What has just been done. @type {import('../../core/signals.js').Signal<'' | 'saved' | 'removed'>} */
  said = signal(/** @type {'' | 'saved' | 'removed'} */ (''));
  isBusy = signal(false);

  /** @param {Correspondence} about @param {Uint8Array} box16 */
  constructor(about, box16) {
    this.#about = about;
    this.#leaving = new LeavingContact(about, box16);
    /** @type {import('../../core/signals.js').Signal<any>} */
    this.team = signal(null);
    this.alarm = new RestartAlarm(about, this.team);
  }

  /** Reads who leads and what is left, on whichever device. */
  begin() {
    return this.#run(async () => {
      const { statement, persons } = await this.#about.people.leads();
      this.team.value = { statement };
      this.readers.value = persons;
      await this.#look();
    });
  }

  /** @param {Partial<Typed>} change */
  type(change) {
    this.#isTouched = true;
    this.said.value = '';
    this.typed.value = { ...this.typed.value, ...change };
    if (this.problem.value === 'email' || this.problem.value === 'phone') this.problem.value = '';
  }

  /** Whether what stands in the fields is not what is left. */
  get isChanged() {
    const { left } = this.state.value;
    return tidied(this.typed.value.email) !== left.email || tidied(this.typed.value.phone) !== left.phone;
  }

  /** Leaves what was typed; both fields empty: deletes it. */
  async save() {
    const { email, phone } = this.typed.value;
    const fault = unfit(email, phone);
    if (fault !== '') {
      this.problem.value = fault;
      return;
    }
    const isEmpty = tidied(email) === '' && tidied(phone) === '';
    if (isEmpty && !isThere(this.state.value.left) && !this.state.value.isAnothers) return;
    await this.#run(async () => {
      await this.#leaving.leave({ email, phone }, this.state.value.left.n);
      this.#isTouched = false;
      await this.#look();
      if (isEmpty) this.said.value = 'removed';
      else if (this.state.value.isKept) this.said.value = 'saved';
      else this.problem.value = 'failed';
    });
  }

  /** "Löschen". */
  async remove() {
    await this.#run(async () => {
      await this.#leaving.remove(this.state.value.left.n);
      this.#isTouched = false;
      await this.#look();
      this.said.value = 'removed';
    });
  }

  async #look() {
    this.state.value = await this.#leaving.look();
    const { email, phone } = this.state.value.left;
    // What somebody is typing stays.
    if (!this.#isTouched) this.typed.value = { email, phone };
  }

  /** One thing a time; what stops it is told. @param {() => Promise<void>} work */
  async #run(work) {
    if (this.isBusy.value) return;
    this.isBusy.value = true;
    this.problem.value = '';
    this.said.value = '';
    try {
      await work();
    } catch (error) {
      this.problem.value = problemOf(error);
      // What it is now stands beside what was typed.
      if (error instanceof ChangedElsewhere) await this.#look().catch((again) => { this.problem.value = problemOf(again); });
    } finally {
      this.isBusy.value = false;
    }
  }
}

/** @param {unknown} error @returns {Problem} */
function problemOf(error) {
  if (error instanceof ChangedElsewhere) return 'changed';
  if (error instanceof KeyWaits) return 'waits';
  if (error instanceof TeamRestarted) return 'restarted';
  if (error instanceof WireError) return error.isUncertain ? 'unreachable' : 'failed';
  if (!(error instanceof RemoteError)) report('contact data', error);
  return 'failed';
}
