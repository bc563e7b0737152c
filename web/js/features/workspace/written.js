// The written half of a counsellor's work: first requests of the team, taking one on, the own conversations.
// Twin of clientlib/staffenquiries.py.

import { toHex } from '../../core/resumeslot.js';
import { effect } from '../../core/signals.js';
import { own } from '../../core/tasks.js';
import { EntryState } from '../../crypto/entry.js';
import { equal } from '../../crypto/primitives.js';
import { EnquiryState } from '../../wire/catalogue-staff.js';
import { ignoreRefusal } from '../../wire/errors.js';
import { CaseThread } from './casethread.js';
import { ChatList } from './chatlist.js';
import { Enquiries } from './enquiries.js';
import { FirstRequests } from './firstrequests.js';
import { isWritten, noteOf } from './note.js';
import { NewAccesses } from './newaccesses.js';
import { namesBy, partsOf, readersOf } from './place.js';
import { Standings } from './standings.js';
import { Taking } from './taking.js';

/** @typedef {import('../../crypto/entry.js').Entry} Entry */
/** @typedef {import('./note.js').Note} Note */
/** @typedef {import('./place.js').Place} Place */
/** @typedef {import('./session.js').Session} Session */
/** @typedef {import('./taking.js').Outcome} Outcome */

/** @type {readonly number[]} */
const TAKEN = [EnquiryState.WAITING, EnquiryState.ANSWERED, EnquiryState.DONE];

export class Written {
  #place;
  #enquiryName;
  #enquiries;
  /** Of this sign-in. @type {{ first: FirstRequests, taking: Taking } | null} */
  #rooms = null;
  #standings;
  #accesses;
  /** Being taken on now. @type {Set<string>} */
  #taking = new Set();
  /** Being opened now. @type {Set<string>} */
  #reopening = new Set();
  #watched = /** @type {readonly string[]} */ ([]);
  #ends;
  /** @type {ChatList<CaseThread>} */
  #list;

  /**
   * @param {object} parts
   * @param {Place} parts.place
   * @param {(number: number) => string} parts.enquiryName what a request is called before its pseudonym is read
   */
  constructor({ place, enquiryName }) {
    this.#place = place;
    this.#enquiryName = enquiryName;
    const isMe = (/** @type {Uint8Array} */ subject16) => place.session()?.isMe(subject16) ?? false;
    const nameOf = (/** @type {Uint8Array} */ subject16) => place.names.of(subject16);
    this.#enquiries = new Enquiries({ request: place.request, clock: place.clock, portals: place.portals, isMe, nameOf });
    this.#standings = new Standings(place.request, (id) => this.#enquiries.raw(id));
    this.#accesses = new NewAccesses(place);
    this.#list = new ChatList(enquiryName, place.onPurged);
    /** First requests that nobody has taken, longest waiting first. */
    this.rows = this.#enquiries.rows;
    this.isComplete = this.#enquiries.isComplete;
    this.cases = this.#list.all;
    this.#ends = [effect(() => {
      this.rows.value;
      queueMicrotask(() => this.#rooms?.first.keepOnly((id) => this.#enquiries.isListed(id)));
    })];
  }

  /** The list of the own conversations. */
  get list() {
    return this.#list;
  }

  /** Somebody has signed in: the first page of each portal. @param {Session} session */
  async begin(session) {
    const { line, request, clock, log } = this.#place;
    const { keys, keyring } = session;
    const teamOf = (/** @type {Uint8Array} */ portal16) => this.#teamOf(portal16);
    this.#rooms = {
      first: new FirstRequests({
        reader: { connection: line, request, clock, log, keys }, rowOf: (id) => this.#enquiries.raw(id), teamOf,
      }),
      taking: new Taking({ request, clock, log, keys, keyring, certificate: () => session.certificate(clock.now()) }),
    };
    await this.#enquiries.read();
  }

  /** The rest of the list, behind what is on the screen; then what rows do not say yet is told. */
  async readRest() {
    await this.#enquiries.readRest();
    await this.#standings.settle();
  }

  /** On a new line: reads on. */
  async readOn() {
    await this.#enquiries.read();
    for (const { model } of this.cases.value) {
      if (model !== null && !model.purged.value) await model.resume();
    }
    this.#accesses.readOn();
    const session = this.#place.session();
    if (session !== null) await this.#openMissing(session);
    await this.#rooms?.first.readOn(this.#watched);
    own('reading the list', this.readRest().catch(ignoreRefusal));
  }

  /** A row has changed. @param {any} row the wire's EnquiryRow */
  hear(row) {
    this.#enquiries.take([row]);
    const id = toHex(row.ticket16);
    const isMine = this.#place.session()?.isMe(row.assignee) ?? false;
    if (isMine && TAKEN.includes(row.state) && this.#list.find(id) === null) own('a conversation', this.#adopt(id).catch(ignoreRefusal));
  }

  /** A key of the team has come: what waited for it can be opened. */
  keysCame() {
    this.#rooms?.first.lookAgain(this.#watched);
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
    const isAddressed = this.first(id)?.opened?.transcript.own != null;
    return readersOf(this.#place, row === null ? null : this.#teamOf(row.portal16), isAddressed);
  }

  /**
   * "Anfrage übernehmen".
   * @param {string} id
   * @returns {Promise<Outcome>}
   */
  async take(id) {
    const session = this.#place.session();
    const first = this.first(id);
    if (this.#enquiries.raw(id) === null) return 'late';
    if (session === null || first === null || this.#taking.has(id)) return 'failed';
    this.#taking.add(id);
    try {
      const outcome = await this.#take(id, first);
      // Also where an attempt before this one was the one that counted. Without a line it opens once there is one again.
      await this.#openMissing(session, id).catch(ignoreRefusal);
      if (outcome === 'taken' || this.#list.find(id) !== null) return 'taken';
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
   * @returns {Promise<Outcome>}
   */
  async #take(id, first) {
    await first.open();
    const row = this.#enquiries.raw(id);
    const { opened } = first;
    if (row === null || this.#rooms === null) return 'late';
    if (opened === null || !first.isSound) return first.content.value.state === 'gone' ? 'late' : 'failed';
    // The own commit would tell the team's reader that it is out.
    first.stop();
    return this.#rooms.taking.take(row, opened);
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
    if (!isWritten(note) || this.#list.find(id) !== null || this.#reopening.has(id)) return;
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
    const transcript = await session.boxes.reopen(entry);
    if (transcript === null) return;
    const thread = new CaseThread({
      ...partsOf(this.#place, session, transcript, this.#enquiryName(note.number)),
      nameOfColleague: namesBy(this.#place),
    });
    await thread.open();
    if (this.#place.session() !== session) {
      thread.dispose();
      return;
    }
    this.#followDraft(session, thread);
    this.#list.open(id, note, thread);
    this.#standings.follow(id, note.ticket16, thread);
    this.#accesses.follow(id, session, note.portal16, thread);
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

  /** The way to a new access for the seeker of an own conversation; null where there is none. @param {string} id */
  newAccess(id) {
    return this.#accesses.of(id);
  }

  /** "Abschließen". @param {string} id */
  markDone(id) {
    this.#list.find(id)?.model?.markDone();
  }

  /** "Schließen und löschen": for both, and for good. @param {string} id */
  async close(id) {
    await this.#list.find(id)?.model?.close();
  }

  /** Nobody is signed in. */
  clear() {
    this.#rooms?.first.clear();
    this.#rooms = null;
    this.#watched = [];
    this.#standings.clear();
    this.#accesses.clear();
    this.#list.clear();
    this.#enquiries.clear();
  }

  /** Lets go of everything. */
  dispose() {
    this.clear();
    this.#accesses.dispose();
    for (const end of this.#ends) end();
  }

  /**
   * An answer takes time to write: what is typed lies in the keyring, and comes back on any device.
   * @param {Session} session
   * @param {CaseThread} thread
   */
  #followDraft(session, thread) {
    const { box16 } = thread.box;
    const typed = this.#place.keptDraft(box16) || session.keyring.draft(box16);
    // Sent, and the sign-in ended before the keyring could learn it.
    const isSent = thread.messages.value.some((line) => line.mine && line.text === typed.trim());
    thread.draft.value = isSent ? '' : typed;
    thread.followDraft((draft) => session.keyring.keepDraft(box16, draft));
  }

  /** @param {Uint8Array} portal16 */
  #teamOf(portal16) {
    return this.#place.portals.find((one) => equal(one.portal16, portal16))?.team16 ?? new Uint8Array(0);
  }
}
