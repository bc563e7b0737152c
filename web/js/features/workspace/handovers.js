// All hand-overs of one sign-in, given and taken: asks, follows what box and row say, and does the step that is
// missing, at once or at the next sign-in.

import { RemoteError } from '../../crypto/errors.js';
import { effect, signal } from '../../core/signals.js';
import { own } from '../../core/tasks.js';
import { equal } from '../../crypto/primitives.js';
import { isRevoked } from '../../crypto/roster.js';
import { NoticeKind } from '../../crypto/verdict.js';
import { WireError, ignoreRefusal } from '../../wire/errors.js';
import { forgetLost } from './cases.js';
import { HandingOver, nextStep } from './handover.js';
import { ColleagueGone, colleaguesOf, teamsOf } from './place.js';
import { Succeeding } from './succeeding.js';

/** @typedef {import('./shared.js').SharedThread} SharedThread */
/** @typedef {import('./handedrequest.js').HandedRequest} HandedRequest */
/** @typedef {import('./handover.js').Step} Step */
/** @typedef {import('./note.js').Note} Note */
/** @typedef {import('./place.js').Place} Place */
/** @typedef {import('./session.js').Session} Session */

/** `announced`: the sidx of whom the relay has been told by this page. @typedef {{ note: Note, thread: SharedThread, announced: number, isBusy: boolean, hasFailed: import('../../core/signals.js').Signal<boolean> }} Followed */
/**
 * What is asked of the list, and what it is told: the wire's EnquiryRow or QueueRow, null while it is not known and when it is over;
 * and what is open of a row that is handed to me.
 * @typedef {{ rowOf: (id: string) => any, learn: (row: any) => void, handedOf: (id: string) => HandedRequest | null }} Rows
 */

/** More steps than any hand-over has, should box and row never agree. */
const MOST_STEPS = 8;
/** These change the box. @type {readonly Step[]} */
const CHANGES = ['letIn', 'giveUp', 'takeOut', 'finish'];
const NOBODY = new Uint8Array(0);

export class HandOvers {
  #place;
  #session;
  #tickets;
  #rows;
  #giving;
  #taking;
  /** @type {Map<string, Followed>} */
  #followed = new Map();
  /** @type {(() => void)[]} */
  #ends = [];

  /**
   * @param {Place} place
   * @param {Session} session
   * @param {import('./tickets.js').Tickets} tickets
   * @param {Rows} rows
   */
  constructor(place, session, tickets, rows) {
    const { request, clock, log } = place;
    const actor = { request, clock, log, keys: session.keys, keyring: session.keyring };
    this.#place = place;
    this.#session = session;
    this.#tickets = tickets;
    this.#rows = rows;
    this.#taking = new Succeeding(actor, tickets);
    this.#giving = new HandingOver({
      actor, tickets, certificate: () => session.certificate(clock.now()), colleagues: (portal16) => this.#there(portal16),
    });
  }

  /**
   * Follows an own conversation from now on.
   * @param {string} id
   * @param {Note} note
   * @param {SharedThread} thread read to its end
   */
  follow(id, note, thread) {
    this.#followed.set(id, { note, thread, announced: -1, isBusy: false, hasFailed: signal(false) });
    this.#ends.push(effect(() => {
      [thread.consent.asked.value, thread.successor.value, thread.predecessor.value, thread.hasEnded.value];
      queueMicrotask(() => this.#goOnSoon(id));
    }), effect(() => {
      const isOut = thread.paused.value?.code === NoticeKind.YOU_WERE_REMOVED;
      if (isOut) queueMicrotask(() => own('the keyring', forgetLost(this.#session, thread).catch(ignoreRefusal)));
    }));
  }

  /** It is mine no more. @param {string} id */
  forget(id) {
    this.#followed.delete(id);
  }

  /** The whole list is known: what a crash or a lost line has left undone is done. */
  async settle() {
    for (const id of [...this.#followed.keys()]) await this.#goOn(id);
  }

  /** A row has changed. It takes nobody out: what the relay shows of a successor is only its word. @param {string} id */
  hear(id) {
    if (this.#followed.has(id)) this.#goOnSoon(id);
  }

  /** @param {string} id */
  isFollowed(id) {
    return this.#followed.has(id);
  }

  /** Tells whether a step of it could not be done. @param {string} id */
  hasFailed(id) {
    return this.#followed.get(id)?.hasFailed.value ?? false;
  }

  /** Who could go on in one's place now. @param {string} id @returns {Promise<readonly import('./place.js').Colleague[]>} */
  async colleaguesFor(id) {
    const one = this.#followed.get(id);
    return one === undefined ? [] : this.#there(one.note.portal16);
  }

  /**
   * Asks the seeker whether a colleague may go on, or stand in; not while another does.
   * @param {string} id
   * @param {Uint8Array} certificateHash
   * @param {boolean} withHistory
   * @param {boolean} [isDeputy]
   */
  ask(id, certificateHash, withHistory, isDeputy = false) {
    const one = this.#followed.get(id);
    if (one === undefined || one.thread.handing.value !== null || one.thread.isLent.value) return;
    one.hasFailed.value = false;
    this.#giving.ask(one.thread, certificateHash, withHistory, isDeputy);
  }

  /** "Vertretung beenden", by who stands in. @param {string} id */
  standDown(id) {
    const one = this.#followed.get(id);
    if (one === undefined || !one.thread.isLent.value || one.thread.hasEnded.value) return;
    one.hasFailed.value = false;
    this.#giving.takeBack(one.thread, one.thread.addedN);
  }

  /** "Zurückziehen": the question, or the colleague who has not taken it over yet, or stands in. @param {string} id */
  takeBack(id) {
    const one = this.#followed.get(id);
    const handing = one?.thread.handing.value ?? null;
    if (one === undefined || handing === null) return;
    one.hasFailed.value = false;
    this.#giving.takeBack(one.thread, handing.n);
  }

  /**
   * "Übernehmen": makes what a colleague hands over a conversation of this account.
   * @param {any} row
   * @param {HandedRequest} handed read to its end and sound
   * @returns {Promise<import('./taking.js').Outcome>}
   */
  async enter(row, handed) {
    const { opened, pin } = handed;
    if (opened === null) return 'failed';
    try {
      await this.#taking.enter(row, { ...opened, pin });
      return 'taken';
    } catch (error) {
      if (error instanceof RemoteError) return 'failed';
      if (!(error instanceof WireError)) throw error;
      return error.code === 'unknown' ? 'late' : 'failed';
    }
  }

  /**
   * "Zurückgeben": the colleague keeps it. Tells whether that could be said.
   * @param {string} id
   */
  async sendBack(id) {
    const row = this.#rows.rowOf(id);
    if (row === null) return true;
    try {
      await this.#taking.sendBack(row.ticket16, this.#rows.handedOf(id));
      return true;
    } catch (error) {
      ignoreRefusal(error);
      return false;
    }
  }

  clear() {
    for (const end of this.#ends) end();
    this.#ends = [];
    this.#followed.clear();
  }

  // --- inside -----------------------------------------------------------------------------------------

  /** @param {Uint8Array} portal16 */
  #there(portal16) {
    const teams = this.#tickets.teams(teamsOf(this.#place, portal16));
    return this.#tickets.there(this.#place.request, teams[0], colleaguesOf(this.#place, teams));
  }

  /** @param {string} id */
  #goOnSoon(id) {
    own('a hand-over', this.#goOn(id));
  }

  /** @param {string} id */
  async #goOn(id) {
    const one = this.#followed.get(id);
    if (one === undefined || one.isBusy) return;
    one.isBusy = true;
    try {
      for (let n = 0; n < MOST_STEPS; n += 1) {
        const step = this.#nextOf(id, one);
        if (step === 'none' || !(await this.#guarded(one, () => this.#do(id, step, one)))) return;
      }
      one.hasFailed.value = true;
    } finally {
      one.isBusy = false;
    }
  }

  /** @param {string} id @param {Followed} one @returns {Step} */
  #nextOf(id, { note, thread, announced }) {
    const successor = thread.successor.value;
    const predecessor = thread.predecessor.value;
    const { view, staff } = this.#place.log;
    const mayStay = predecessor === null || !isRevoked(predecessor, view.size, staff);
    return nextStep({
      lent: thread.isDeputy ? { isFit: mayStay, hasEnded: thread.hasEnded.value } : null,
      isOpen: thread.closed.value === null && !thread.isLost.value && thread.paused.value === null,
      answer: thread.consent.asked.value?.answer ?? '',
      isMyQuestion: thread.isMyQuestion,
      successor,
      predecessor,
      isAnnounced: successor?.sidx === announced,
      isFit: successor === null || this.#isListed(note, successor.certificateHash),
      row: this.#whose(id),
    });
  }

  /** Tells whether a colleague may have it by now. @param {Note} note @param {Uint8Array} certificateHash */
  #isListed({ portal16 }, certificateHash) {
    return colleaguesOf(this.#place, this.#tickets.teams(teamsOf(this.#place, portal16))).some(({ certificate }) => equal(certificate.hash, certificateHash));
  }

  /** Whose a conversation is by its row. @param {string} id @returns {import('./handover.js').Whose} */
  #whose(id) {
    const row = this.#rows.rowOf(id);
    if (row === null) return 'unknown';
    if (this.#session.isMe(row.successor)) return 'toMe';
    if (!this.#session.isMe(row.assignee)) return 'others';
    // Nobody stands in for a chat.
    return row.successor.length > 0 || row.deputy?.length > 0 ? 'handed' : 'mine';
  }

  /** @param {string} id @param {Step} step @param {Followed} one */
  async #do(id, step, one) {
    const { note, thread } = one;
    if (step === 'letIn') await this.#letIn(one);
    else if (step === 'giveUp') await this.#giveUp(thread);
    else if (step === 'takeOut') await this.#giving.takeOut(thread);
    else if (step === 'finish') await this.#taking.finish(thread);
    else if (step === 'announce') {
      await this.#giving.announce(note, thread);
      one.announced = thread.successor.value?.sidx ?? -1;
    } else if (step === 'withdraw') {
      await this.#giving.withdraw(note);
      this.#learn(id, { successor: NOBODY, deputy: NOBODY });
    } else if (step === 'report') {
      await this.#taking.report(note);
      this.#learn(id, { ...(thread.isLent.value ? {} : { assignee: this.#session.subject16 }), successor: NOBODY });
    } else if (step === 'leave') {
      await this.#taking.leave(note);
      await forgetLost(this.#session, thread);
      thread.leave();
    }
    // It is read before the next step is chosen.
    if (CHANGES.includes(step)) await thread.resume();
  }

  /** After the yes; where the colleague has left since, nobody comes in. @param {Followed} one */
  async #letIn({ note, thread }) {
    try {
      await this.#giving.letIn(note, thread);
    } catch (error) {
      if (!(error instanceof ColleagueGone)) throw error;
      await this.#giveUp(thread);
    }
  }

  /** The colleague has been revoked, or left the team: nothing is sealed to them. @param {SharedThread} thread */
  async #giveUp(thread) {
    const handing = thread.handing.value;
    if (handing === null) return;
    thread.tell(handing.isDeputy ? 'deputyImpossible' : 'handOverImpossible', { name: handing.name });
    this.#giving.takeBack(thread, handing.n);
    await thread.box.flush();
  }

  /** What the relay has just been told. @param {string} id @param {object} change */
  #learn(id, change) {
    const row = this.#rows.rowOf(id);
    if (row !== null) this.#rows.learn({ ...row, ...change });
  }

  /**
   * Tells whether it was done, or something else came first: that is read, and what is missing then is chosen anew.
   * @param {Followed} one
   * @param {() => Promise<void>} work
   * @returns {Promise<boolean>}
   */
  async #guarded(one, work) {
    try {
      await work();
      return true;
    } catch (error) {
      if (error instanceof WireError && error.code === 'stale') return this.#guarded(one, () => one.thread.resume());
      if (error instanceof RemoteError) one.hasFailed.value = true;
      else ignoreRefusal(error);
      return false;
    }
  }
}
