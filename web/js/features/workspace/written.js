// The written half of a counsellor's work: first requests of the team, taking one on, the own conversations, and
// handing one over. Steps of a hand-over are handovers.js.
// Twin of clientlib/staffenquiries.py.

import { toHex } from '../../core/resumeslot.js';
import { effect, signal } from '../../core/signals.js';
import { own } from '../../core/tasks.js';
import { EntryState } from '../../crypto/entry.js';
import { equal } from '../../crypto/primitives.js';
import { EnquiryState } from '../../wire/catalogue-staff.js';
import { WireError, ignoreRefusal } from '../../wire/errors.js';
import { openCase } from './cases.js';
import { ChatList } from './chatlist.js';
import { Enquiries, TAKEN } from './enquiries.js';
import { HandedRequest } from './handedrequest.js';
import { isPrepared, isWritten, noteOf } from './note.js';
import { NewAccesses } from './newaccesses.js';
import { readersOf, teamOfRow, whoseOf } from './place.js';
import { becomeRegular, endRegular, makeRegular, putKnown } from './regular.js';
import { roomsOf } from './rooms.js';
import { Standings } from './standings.js';

/** @typedef {import('../../crypto/entry.js').Entry} Entry */
/** @typedef {import('./casethread.js').CaseThread} CaseThread */
/** @typedef {import('./note.js').Note} Note */
/** @typedef {import('./place.js').Place} Place */
/** @typedef {import('./session.js').Session} Session */
/** @typedef {import('./taking.js').Outcome} Outcome */

export class Written {
  #place;
  #onRead;
  /** Read here, and in the list. @type {Set<string>} */
  #read = new Set();
  #enquiryName;
  #enquiries;
  /** Of this sign-in. @type {ReturnType<typeof roomsOf> | null} */
  #rooms = null;
  #standings;
  #accesses;
  /** Those that wait for whom I have invited: of this sign-in, once somebody asks. @type {Promise<import('./newconversations.js').NewConversations> | null} */
  #begun = null;
  /** How many of these have an answer that waits for my yes. */
  answered = signal(0);
  /** Being taken on now. @type {Set<string>} */
  #taking = new Set();
  /** Being opened now. @type {Set<string>} */
  #reopening = new Set();
  #watched = /** @type {readonly string[]} */ ([]);
  /** @type {ChatList<CaseThread>} */
  #list;

  /**
   * @param {object} parts
   * @param {Place} parts.place
   * @param {(number: number) => string} parts.enquiryName what a request is called before its pseudonym is read
   * @param {(id: string, content: import('./firstrequest.js').Content | null) => void} [parts.onRead] a first request was
   *   read here; null: it stands in the list no more
   */
  constructor({ place, enquiryName, onRead = () => {} }) {
    this.#place = place;
    this.#onRead = onRead;
    this.#enquiryName = enquiryName;
    const isMe = (/** @type {Uint8Array} */ subject16) => place.session()?.isMe(subject16) ?? false;
    const nameOf = (/** @type {Uint8Array} */ subject16) => place.names.of(subject16);
    this.#enquiries = new Enquiries({ request: place.request, clock: place.clock, portals: place.portals, isMe, nameOf });
    this.#standings = new Standings(place.request, (id) => this.#enquiries.raw(id), isMe);
    this.#accesses = new NewAccesses(place);
    this.#list = new ChatList(enquiryName, place.onClosed, place.onPurged);
    /** First requests that nobody has taken, longest waiting first. */
    this.rows = this.#enquiries.rows;
    /** What colleagues have, where the team reads along. */
    this.along = this.#enquiries.along;
    this.isComplete = this.#enquiries.isComplete;
    this.cases = this.#list.all;
    effect(() => {
      [this.rows.value, this.along.value];
      queueMicrotask(() => this.#letGo());
    });
  }

  /** Hand-overs, given and taken; null when nobody is signed in. */
  get handOvers() {
    return this.#rooms?.handOvers ?? null;
  }

  /** The list of the own conversations. */
  get list() {
    return this.#list;
  }

  /** Somebody has signed in: the first page of each portal. @param {Session} session */
  async begin(session) {
    this.#rooms = roomsOf(this.#place, session, this.#enquiries, (id, content) => {
      this.#read.add(id);
      this.#onRead(id, content);
    });
    await this.#enquiries.read();
  }

  /** The rest of the list, behind what is on the screen; then what rows do not say yet is told. */
  async readRest() {
    await this.#enquiries.readRest();
    await this.#rooms?.handOvers.settle();
    await this.#standings.settle();
    await this.#readBegun();
    // Rows that are mine, of boxes that are not.
    const lost = this.#enquiries.taken.filter(({ ticket16 }) => this.#isMissing(toHex(ticket16)));
    if (lost.length > 0) await (await this.releases()).finishAll(lost);
  }

  /** On a new line: reads on. */
  async readOn() {
    await this.#enquiries.read();
    for (const { model } of this.cases.value) {
      if (model !== null && !model.purged.value && !model.isLost.value) await this.#resume(model);
    }
    this.#accesses.readOn();
    const session = this.#place.session();
    if (session !== null) await this.#openMissing(session);
    await this.#rooms?.first.readOn(this.#watched);
    own('reading the list', this.readRest().catch(ignoreRefusal));
  }

  /** A row has changed. @param {any} row the wire's EnquiryRow */
  hear(row) {
    const id = toHex(row.ticket16);
    const before = this.#enquiries.raw(id);
    this.#enquiries.take([row]);
    this.#rooms?.handOvers.hear(id);
    // Handed over once more, or given back, it has other letters.
    const isHanded = before !== null && !equal(before.successor, row.successor);
    const isBack = row.state === EnquiryState.OPEN && (before === null || TAKEN.includes(before.state));
    const session = this.#place.session();
    // What was open of it before it was mine has stopped there.
    const isLost = session !== null && before !== null && session.isMe(before.assignee) && !session.isMe(row.assignee);
    if (isHanded || isBack || isLost) this.#rooms?.first.forget(id);
    // Nobody scrolls or clicks for that.
    if (this.#watched.includes(id)) this.look(this.#watched);
    const isMine = session !== null && (session.isMe(row.assignee) || (session.isMe(row.deputy) && !session.isMe(row.successor)));
    if (isMine && TAKEN.includes(row.state) && this.#isMissing(id)) own('a conversation', this.#adopt(id).catch(ignoreRefusal));
  }

  /**
   * What a team reads, as the relay told it: what nobody has taken, and what it reads along.
   * @param {Uint8Array} team16
   * @returns {any[]}
   */
  readBy(team16) {
    const open = this.#enquiries.untaken.filter(({ state }) => state === EnquiryState.OPEN);
    return [...open, ...this.#enquiries.shared].filter((row) => equal(teamOfRow(this.#place, row), team16));
  }

  /** Tells whether a team of mine reads along at some portal. */
  get mayReadAlong() {
    return this.#enquiries.mayReadAlong;
  }

  /** A row of either list; undefined where it stands in none. @param {string} id */
  rowOf(id) {
    const isIt = (/** @type {{ id: string }} */ one) => one.id === id;
    return this.along.value.find(isIt) ?? this.rows.value.find(isIt);
  }

  /** The certificates of who has what I read along, by its roster. @param {string} id */
  holdersOf(id) {
    return this.first(id)?.persons ?? [];
  }

  /** Who has a conversation that was mine, by the list; '' where that is not known. @param {string} id */
  takerOf(id) {
    return this.along.value.find((one) => one.id === id)?.byName ?? '';
  }

  /** A key of the team has come, or requests were sealed to it: what waited for that can be opened. */
  keysCame() {
    this.#rooms?.first.lookAgain(this.#watched);
    // Who seals an own one anew reads it as one of the team, on this same line: from then on it is read as mine again.
    for (const { model } of this.cases.value) {
      if (model !== null && model.isAlong.value && !model.isLost.value) own('reading on', this.#resume(model).catch(ignoreRefusal));
    }
  }

  /** What is in the list no more is neither open nor found. */
  #letGo() {
    this.#rooms?.first.keepOnly((id) => this.#enquiries.isListed(id));
    for (const id of this.#read) {
      if (this.#enquiries.isListed(id)) continue;
      this.#read.delete(id);
      this.#onRead(id, null);
    }
  }

  // --- first requests -------------------------------------------------------------------------------

  /**
   * What is known of a first request; null when it is over.
   * @param {string} id
   */
  first(id) {
    return this.#rooms?.first.of(id) ?? null;
  }

  /**
   * These rows are before somebody's eyes: the only ones that are opened.
   * @param {readonly string[]} ids
   */
  look(ids) {
    this.#watched = ids;
    this.#rooms?.first.look(ids);
  }

  /**
   * Who reads a first request now.
   * @param {string} id
   * @returns {import('./place.js').Readers}
   */
  readersOf(id) {
    const row = this.#enquiries.raw(id);
    const first = this.first(id);
    const isAddressed = first?.opened?.transcript.own != null;
    if (row === null) return readersOf(this.#place, null, isAddressed);
    const { team16, isAlong } = whoseOf(this.#place, row);
    return readersOf(this.#place, team16, isAddressed, { isAlong, persons: isAddressed ? [] : first?.persons ?? [] });
  }

  /**
   * "Anfrage übernehmen", be it from a colleague.
   * @param {string} id
   * @param {readonly Uint8Array[]} [seen] the certificates of who had it when the person was asked
   * @returns {Promise<Outcome>}
   */
  async take(id, seen = []) {
    const session = this.#place.session();
    const first = this.first(id);
    const raw = this.#enquiries.raw(id);
    if (raw === null) return 'late';
    if (session === null || first === null || this.#taking.has(id)) return 'failed';
    this.dismiss(id);
    this.#taking.add(id);
    try {
      const outcome = await this.#take(id, first, seen);
      // Also where an attempt before this one was the one that counted. Without a line it opens once there is one again.
      await this.#openMissing(session, id).catch(ignoreRefusal);
      const thread = this.#list.find(id)?.model;
      const isFirst = !TAKEN.includes(raw.state);
      if (outcome === 'taken' && thread && isFirst) await becomeRegular(this.#place.request, raw, thread).catch(ignoreRefusal);
      if (outcome === 'taken' || thread) return 'taken';
      // Whoever still looks at it sees it as it is now.
      this.#rooms?.first.forget(id);
      this.#rooms?.first.look(this.#watched);
      return outcome;
    } finally {
      this.#taking.delete(id);
    }
  }

  /**
   * @param {string} id
   * @param {import('./firstrequest.js').FirstRequest} first
   * @param {readonly Uint8Array[]} seen
   * @returns {Promise<Outcome>}
   */
  async #take(id, first, seen) {
    await first.open();
    const row = this.#enquiries.raw(id);
    const { opened } = first;
    if (row === null || this.#rooms === null) return 'late';
    if (opened === null || !first.isSound) return first.content.value.state === 'gone' ? 'late' : 'failed';
    const { handOvers } = this.#rooms;
    const taking = first instanceof HandedRequest ? null : await this.#rooms.taking().catch(ignoreRefusal);
    if (taking === undefined) return 'failed';
    // The own commit would tell the team's reader that it is out.
    first.stop();
    return taking === null ? handOvers.enter(row, /** @type {HandedRequest} */ (/** @type {unknown} */ (first))) : taking.take(row, opened, { isAlong: whoseOf(this.#place, row).isAlong, seen });
  }

  // --- own conversations ----------------------------------------------------------------------------

  /**
   * Opens a conversation of the keyring again; an entry of a request that was not taken after all opens nothing.
   * @param {Session} session
   * @param {Entry} entry
   * @param {Note} note
   */
  async reopen(session, entry, note) {
    const id = toHex(note.ticket16);
    if (!isWritten(note) || isPrepared(note) || !this.#isMissing(id, entry.generation) || this.#reopening.has(id)) return;
    this.#reopening.add(id);
    try {
      await this.#openCase(session, entry, note);
    } finally {
      this.#reopening.delete(id);
    }
  }

  /**
   * @param {Session} session
   * @param {Entry} entry
   * @param {Note} note
   */
  async #openCase(session, entry, note) {
    const id = toHex(note.ticket16);
    const thread = await openCase(this.#place, session, entry, this.#enquiryName(note.number));
    if (thread === null) return;
    this.dismiss(id);
    this.#list.open(id, note, thread);
    this.#standings.follow(id, note.ticket16, thread);
    this.#accesses.follow(id, session, note.portal16, thread);
    this.#rooms?.handOvers.follow(id, note, thread);
  }

  /**
   * Reads on; what the relay knows no more is lost, though nobody signed that.
   * @param {CaseThread} thread
   */
  async #resume(thread) {
    try {
      await thread.resume();
    } catch (error) {
      if (!(error instanceof WireError) || error.code !== 'unknown') throw error;
      thread.isGone.value = true;
    }
  }

  /**
   * Taken on another device of this account: its keyring has it by now.
   * @param {string} id
   */
  async #adopt(id) {
    const session = this.#place.session();
    if (session === null || this.#taking.has(id) || this.#reopening.has(id)) return;
    await session.keyring.refresh();
    await this.#openMissing(session);
  }

  /**
   * Opens what the keyring knows and this page has not opened yet.
   * @param {Session} session
   * @param {string} [only] of this ticket
   */
  async #openMissing(session, only = '') {
    for (const entry of session.keyring.entries) {
      const note = entry.state === EntryState.GONE ? null : noteOf(entry);
      const isWanted = note !== null && isWritten(note) && (only === '' || toHex(note.ticket16) === only);
      if (isWanted) await this.reopen(session, entry, note);
    }
  }

  /** Conversations that wait for whom I have invited into them: fetched with the first; null when nobody is signed in. */
  newConversations() {
    const session = this.#place.session();
    if (session === null) return null;
    const list = { answered: this.answered, onBegun: (/** @type {string} */ id) => this.#openMissing(session, id) };
    this.#begun ??= import('./newconversations.js').then(({ NewConversations }) => new NewConversations(this.#place, session, list));
    return this.#begun;
  }

  /** Somebody may have answered. */
  async #readBegun() {
    const isWaiting = (/** @type {Entry} */ entry) => entry.state !== EntryState.GONE && isPrepared(noteOf(entry));
    const begun = this.#begun ?? (this.#place.session()?.keyring.entries.some(isWaiting) ? this.newConversations() : null);
    await (await begun)?.load();
  }

  /** The way to a new access for the seeker of an own conversation; null where there is none. @param {string} id */
  newAccess(id) {
    return this.#accesses.of(id);
  }

  /**
   * Not open here, or lost while an entry of a later time lets me in again.
   * @param {string} id
   * @param {number} [generation]
   */
  #isMissing(id, generation = Infinity) {
    const model = this.#list.find(id)?.model ?? null;
    return model === null || model.isFormerTo(generation);
  }

  /** "Abschließen". @param {string} id */
  async markDone(id) {
    const thread = this.#list.find(id)?.model;
    if (thread != null) thread.markDone(await putKnown(this.#place.request, thread));
  }

  /** The seeker comes back to me, also where I take on nothing new; or not any more. @param {string} id @param {boolean} isRegular */
  async setRegular(id, isRegular) {
    const thread = this.#list.find(id)?.model;
    if (thread == null) return;
    await (isRegular ? makeRegular : endRegular)(this.#place.request, thread).catch(ignoreRefusal);
  }

  /** "Schließen und löschen": for both, and for good. @param {string} id */
  async close(id) {
    await this.#list.find(id)?.model?.close();
  }

  /** Giving own conversations back to the team: fetched when somebody wants to, or may have. */
  async releases() {
    const { Releases } = await import('./releases.js');
    return new Releases(this.#place, { modelOf: (id) => this.#list.find(id)?.model ?? null, letOut: (id) => this.#letOut(id) });
  }

  /** Nobody follows it any more. @param {string} id */
  #letOut(id) {
    this.#standings.forget(id);
    this.#rooms?.handOvers.forget(id);
    this.#list.drop(id);
  }

  /** Away with what is somebody else's now. @param {string} id */
  dismiss(id) {
    if (this.#list.find(id)?.model?.isLost.value === true) this.#list.drop(id);
  }

  /** Nobody is signed in. */
  clear() {
    this.#rooms?.first.clear();
    this.#rooms?.handOvers.clear();
    this.#rooms = null;
    this.#read.clear();
    this.#watched = [];
    this.#standings.clear();
    this.#accesses.clear();
    this.#begun?.then((begun) => begun.dispose(), () => {});
    this.#begun = null;
    this.#list.clear();
    this.#enquiries.clear();
  }
}
