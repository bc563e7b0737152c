// The live half of a counsellor's work: who waits, accepting, several chats at once, and chats that colleagues hand over.
// Twin of the same part of clientlib/staff.py and of clientlib/staffchats.py.

import { report } from '../../core/errors.js';
import { toHex } from '../../core/resumeslot.js';
import { own } from '../../core/tasks.js';
import { VALID_MS, signAccept } from '../../crypto/acceptance.js';
import { equal } from '../../crypto/primitives.js';
import { TicketState } from '../../wire/catalogue.js';
import '../../wire/catalogue-staff.js';
import { WireError, ignoreRefusal } from '../../wire/errors.js';
import { EntryState } from '../../crypto/entry.js';
import { ChatList } from './chatlist.js';
import { HandedChats } from './handedchats.js';
import { isWritten, noteOf } from './note.js';
import { namesBy, ownPortals, partsOf } from './place.js';
import { Queue } from './queue.js';
import { StaffChat } from './staffchat.js';

/** @typedef {import('../../crypto/entry.js').Entry} Entry */
/** @typedef {import('../../crypto/transcript.js').Transcript} Transcript */
/** @typedef {import('./note.js').Note} Note */
/** @typedef {import('./place.js').Place} Place */
/** @typedef {import('./session.js').Session} Session */

const NOBODY = new Uint8Array(0);

export class Live {
  #place;
  #onLetters;
  #queue;
  #joining = Promise.resolve();
  /** @type {ChatList<StaffChat>} */
  #list;
  #seekerName;
  /** Of this sign-in. @type {HandedChats | null} */
  #handed = null;
  /** Before somebody's eyes. */
  #watched = '';
  /** Boxes that are being opened now. @type {Set<string>} */
  #reopening = new Set();

  /**
   * @param {object} parts
   * @param {Place} parts.place
   * @param {(number: number) => string} parts.seekerName
   * @param {(found: { refused: number, seeds: number }) => void} parts.onLetters the inbox was read
   */
  constructor({ place, seekerName, onLetters }) {
    this.#place = place;
    this.#onLetters = onLetters;
    this.#seekerName = seekerName;
    this.#queue = new Queue({
      clock: place.clock,
      portals: place.portals,
      isMe: (subject16) => place.session()?.isMe(subject16) ?? false,
      nameOf: (subject16) => place.names.of(subject16),
    });
    this.#list = new ChatList(seekerName, place.onClosed, place.onPurged);
    this.queue = this.#queue.rows;
    this.chats = this.#list.all;
  }

  /** The list of the own chats. */
  get list() {
    return this.#list;
  }

  /**
   * "Chat starten": exactly one colleague wins. Returns "taken" when somebody else was faster.
   * @param {string} id
   * @returns {Promise<'accepted' | 'taken' | 'failed'>}
   */
  async accept(id) {
    const { clock, log, request } = this.#place;
    const row = this.#queue.raw(id);
    const session = this.#place.session();
    const certificate = session?.certificate(clock.now()) ?? null;
    if (row === null || session === null || certificate === null) return 'failed';
    try {
      const view = await log.update();
      const [logSize, logRoot] = [view.size, view.root()];
      const expiresMs = clock.serverNow() + VALID_MS;
      const { ticket16, keyHash } = row;
      const signature = signAccept(session.keys.sign, ticket16, keyHash, logSize, logRoot, expiresMs);
      const certificateHash = certificate.hash;
      await request('accept', { ticket16, certificateHash, logSize, logRoot, expiresMs, signature });
      return 'accepted';
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      return error.code === 'taken' || error.code === 'unknown' ? 'taken' : 'failed';
    }
  }

  /**
   * Gives an offered request back: the person waits in front again.
   * @param {string} id
   */
  async handBack(id) {
    const row = this.#queue.raw(id);
    if (row !== null) await this.#place.request('return', { ticket16: row.ticket16 }).catch(ignoreRefusal);
  }

  /**
   * Holds a greeting on this device; it leaves when the seeker has confirmed (S0.11).
   * @param {string} id
   * @param {string} text
   */
  greet(id, text) {
    const chat = this.#list.find(id);
    if (chat !== null) chat.greeting.value = text;
  }

  // --- handed over by colleagues ----------------------------------------------------------------------

  /** Hand-overs, given and taken; null when nobody is signed in. */
  get handOvers() {
    return this.#handed?.handOvers ?? null;
  }

  /** What a colleague hands over in a row; null where nobody does. @param {string} id */
  handed(id) {
    return this.#handed?.of(id) ?? null;
  }

  /** A row is before somebody's eyes. @param {string} id */
  look(id) {
    this.#watched = id;
    this.#handed?.look(id);
  }

  /**
   * "Übernehmen".
   * @param {string} id
   * @returns {Promise<import('./taking.js').Outcome>}
   */
  async take(id) {
    const session = this.#place.session();
    if (session === null || this.#handed === null) return 'failed';
    if (this.#list.find(id)?.model?.isLost.value === true) this.dismiss(id);
    const outcome = await this.#handed.enter(id);
    // Also where an attempt before this one was the one that counted, here or on another device.
    await this.#openMissing(session).catch(ignoreRefusal);
    return this.#list.find(id) === null ? outcome : 'taken';
  }

  /** Away with what is somebody else's now. @param {string} id */
  dismiss(id) {
    if (this.#list.find(id)?.model?.isLost.value === true) this.#list.drop(id);
  }

  // --- the queue --------------------------------------------------------------------------------------

  /** Reads the queue and follows it. */
  async readQueue() {
    const session = this.#place.session();
    if (session !== null) this.#handed ??= new HandedChats(this.#place, session, this.#queue);
    const portals = ownPortals(this.#place).map((one) => one.portal16);
    const { rows } = await this.#place.request('queue', { portals });
    for (const id of this.#queue.missingIn(rows)) this.#endRow(id);
    for (const row of rows) this.hear(row);
  }

  /** A row has changed. @param {any} row the wire's QueueRow */
  hear(row) {
    const before = this.#queue.raw(toHex(row.ticket16));
    const id = this.#queue.take(row);
    const session = this.#place.session();
    const isMine = session?.isMe(row.assignee) ?? false;
    this.#handed?.hear(id, before?.successor ?? NOBODY);
    if (id === this.#watched) this.#handed?.look(id);
    if (isMine && before !== null && session?.isMe(before.successor)) own('a chat', this.#adopt(session).catch(ignoreRefusal));
    if (isMine && row.state === TicketState.OFFERED) this.#list.offer(id, row);
    // Confirmed already, perhaps before this sign-in: the letter or the keyring opens the chat.
    else if (isMine && row.state === TicketState.ACTIVE) this.joinSoon();
    else this.#list.dropOffer(id);
  }

  /** Reads the inbox, after whoever reads it now. */
  joinSoon() {
    this.#joining = this.#joining.then(() => this.readInbox()).catch((error) => {
      if (!(error instanceof WireError)) report('inbox', error);
    });
  }

  /** Opens what letters in the own inbox begin. */
  async readInbox() {
    const session = this.#place.session();
    if (session === null) return;
    const { joined, ...found } = await session.boxes.readInbox((ticket16) => this.#queue.accepted(toHex(ticket16)));
    this.#onLetters(found);
    for (const { transcript, note, ticket16 } of joined) {
      await this.#openChat(session, toHex(ticket16), transcript, note);
    }
  }

  /**
   * Opens a chat of the keyring again.
   * @param {Session} session
   * @param {Entry} entry
   * @param {Note} note
   */
  async reopen(session, entry, note) {
    const name = toHex(entry.box16);
    const isOpen = this.chats.value.some(({ model }) => model !== null && equal(model.box.box16, entry.box16) && !model.isFormerTo(entry.generation));
    if (isOpen || this.#reopening.has(name)) return;
    this.#reopening.add(name);
    try {
      await this.#reopen(session, entry, note);
    } finally {
      this.#reopening.delete(name);
    }
  }

  /**
   * @param {Session} session
   * @param {Entry} entry
   * @param {Note} note
   */
  async #reopen(session, entry, note) {
    const transcript = await session.boxes.reopen(entry);
    if (transcript === null) return;
    const id = this.#queue.idOfRunning(note.portal16, note.number) ?? toHex(entry.box16);
    await this.#openChat(session, id, transcript, note);
  }

  /** On a new line: reads on. */
  async readOn() {
    await this.readQueue();
    await this.readInbox();
    for (const { model } of this.chats.value) {
      if (model !== null && !model.purged.value && !model.isLost.value) await this.#resume(model);
    }
    await this.#handed?.readOn(this.#watched);
  }

  /** Nobody is signed in. */
  clear() {
    this.#handed?.clear();
    this.#handed = null;
    this.#watched = '';
    this.#list.clear();
    this.#queue.clear();
  }

  /** Reads on; what the relay knows no more has ended, or a colleague has it, though nobody signed that. @param {StaffChat} model */
  async #resume(model) {
    try {
      await model.resume();
    } catch (error) {
      if (!(error instanceof WireError) || error.code !== 'unknown') throw error;
      model.isGone.value = true;
    }
  }

  /** Taken over on another device of this account: its keyring has it by now. @param {Session} session */
  async #adopt(session) {
    await session.keyring.refresh();
    await this.#openMissing(session);
  }

  /** Opens what the keyring knows and this page has not opened yet. @param {Session} session */
  async #openMissing(session) {
    for (const entry of session.keyring.entries) {
      const note = entry.state === EntryState.GONE ? null : noteOf(entry);
      const isRunning = note !== null && !isWritten(note) && this.#queue.idOfRunning(note.portal16, note.number) !== null;
      if (isRunning) await this.reopen(session, entry, note);
    }
  }

  /** @param {string} id */
  #endRow(id) {
    const successor = this.#queue.raw(id)?.successor ?? NOBODY;
    this.#queue.end(id);
    this.#handed?.hear(id, successor);
    this.#list.dropOffer(id);
  }

  /**
   * @param {Session} session
   * @param {string} id
   * @param {Transcript} transcript
   * @param {Note} note
   */
  async #openChat(session, id, transcript, note) {
    const parts = partsOf(this.#place, session, transcript, this.#seekerName(note.number));
    const model = new StaffChat({ ...parts, nameOfColleague: namesBy(this.#place) });
    model.draft.value = this.#place.keptDraft(transcript.state.box16);
    await model.open();
    // Signed out meanwhile: what was opened is closed again, and nobody sees it.
    if (this.#place.session() !== session) {
      model.dispose();
      return;
    }
    this.dismiss(id);
    this.#list.open(id, note, model);
    const ticket16 = this.#queue.raw(id)?.ticket16;
    if (ticket16 !== undefined) this.#handed?.handOvers.follow(id, { ...note, ticket16 }, model);
  }
}
