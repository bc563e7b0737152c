// A counsellor's evening: sign in, be reachable, accept, several chats at once. Draws nothing.
//
// Twin of clientlib/staff.py. Everything needed to find a running chat again lies in the keyring before
// it is first used, so a crash loses nothing: the next sign-in reads letters and boxes on.

import { argon2id } from '../../core/argon2.js';
import { Connection } from '../../core/connection.js';
import { report } from '../../core/errors.js';
import { toHex } from '../../core/resumeslot.js';
import { selfTest } from '../../core/selftest.js';
import { signal } from '../../core/signals.js';
import { own } from '../../core/tasks.js';
import { LogReader } from '../../core/translog.js';
import { wordsToCompare } from '../../core/wordlists.js';
import { VALID_MS, signAccept } from '../../crypto/acceptance.js';
import { EntryState } from '../../crypto/entry.js';
import { BadProof, BadStatement, RemoteError } from '../../crypto/errors.js';
import { BadCharacter, TooLong, TooShort } from '../../crypto/passphrase.js';
import { equal, ready } from '../../crypto/primitives.js';
import { TicketState } from '../../wire/catalogue.js';
import '../../wire/catalogue-account.js';
import '../../wire/catalogue-staff.js';
import { WireError, ignoreRefusal } from '../../wire/errors.js';
import { ChatModel } from '../live/chat.js';
import { ChatList } from './chatlist.js';
import { Duty } from './duty.js';
import { Names, pseudonymOf } from './names.js';
import { decodeNote, encodeNote } from './note.js';
import { Queue } from './queue.js';
import { Session } from './session.js';

/** @typedef {import('../../core/connection.js').Request} Request */
/** @typedef {import('../../crypto/entry.js').Entry} Entry */
/** @typedef {import('./chatlist.js').OwnChat} OwnChat */
/** @typedef {import('./note.js').ChatNote} ChatNote */
/** @typedef {import('./queue.js').Row} Row */

/**
 * @typedef {object} WorkConfig
 * @property {string} url of the WebSocket
 * @property {Uint8Array} fingerprint
 * @property {Uint8Array} deploymentId
 * @property {readonly { portal16: Uint8Array, team16: Uint8Array, name: string }[]} portals
 * @property {(number: number) => string} seekerName
 * @property {import('../../core/clock.js').Clock} clock
 */

const NOBODY = new Uint8Array(0);

export class WorkModel {
  #config;
  #log;
  #names = new Names();
  #duty;
  #queue;
  #list;
  /** @type {Session | null} */
  #session = null;
  /** @type {(() => void)[]} */
  #ends = [];
  #joining = Promise.resolve();
  /** What was typed when a sign-in ran out, by box; it comes back with the next one (T18). */
  #keptDrafts = new Map();

  /** @param {WorkConfig} config */
  constructor(config) {
    this.#config = config;
    this.line = new Connection({
      url: config.url,
      clock: config.clock,
      onOpen: (request) => this.#onOpen(request),
    });
    this.#log = new LogReader(this.#request, config.fingerprint, config.deploymentId);
    this.#duty = new Duty(this.#request, config.clock, this.#portals);
    this.#queue = new Queue({
      clock: config.clock,
      portals: config.portals,
      isMe: (subject16) => this.#session?.isMe(subject16) ?? false,
      nameOf: (subject16) => this.#names.of(subject16),
    });
    this.#list = new ChatList(config.seekerName, (model) => this.#purged(model));
    this.connection = this.line.state;
    /** @type {import('../../core/signals.js').Signal<'signedOut' | 'signingIn' | 'work'>} */
    this.stage = signal(/** @type {'signedOut' | 'signingIn' | 'work'} */ ('signedOut'));
    this.problem = signal('');
    /** @type {import('../../core/signals.js').Signal<{ name: string, subject16: Uint8Array }>} */
    this.me = signal({ name: '', subject16: NOBODY });
    this.onDuty = this.#duty.isOn;
    this.queue = this.#queue.rows;
    this.chats = this.#list.all;
    this.#ends = [
      this.line.on('queue_row', ({ row }) => this.#hearRow(row)),
      this.line.on('letter', () => this.#joinSoon()),
      this.line.on('log_grown', () => own('log', this.#readLog())),
    ];
  }

  /** The relay's time, for countdowns. */
  serverNow() {
    return this.#config.clock.serverNow();
  }

  /**
   * Signs in. `problem` says in a code why not: `wrong` for everything that a wrong name or passphrase,
   * an unknown or a blocked account have in common.
   * @param {string} name
   * @param {string} phrase
   */
  async signIn(name, phrase) {
    this.problem.value = '';
    this.stage.value = 'signingIn';
    try {
      await ready();
      await selfTest(argon2id);
      this.line.start();
      await this.line.opened();
      const { clock, deploymentId } = this.#config;
      const who = { name, phrase, deploymentId, clock };
      this.#session = await Session.open(this.#request, this.#log, who);
      this.stage.value = 'work';
      await this.#openEverything(this.#session);
    } catch (error) {
      this.problem.value = problemOf(error);
      if (this.problem.value === 'internal') report('sign in', error);
      this.#forget();
    }
  }

  /** Ends the sign-in here and at the relay. */
  async signOut() {
    await this.setDuty(false);
    await this.#request('sign_out').catch(ignoreRefusal);
    this.#keptDrafts.clear();
    this.#forget();
  }

  /**
   * "Erreichbar": a lease that is renewed while this page lives.
   * @param {boolean} on
   */
  setDuty(on) {
    return this.#duty.set(on);
  }

  /**
   * "Chat starten": exactly one colleague wins. Returns "taken" when somebody else was faster.
   * @param {string} id
   * @returns {Promise<'accepted' | 'taken' | 'failed'>}
   */
  async accept(id) {
    const { clock } = this.#config;
    const row = this.#queue.raw(id);
    const session = this.#session;
    const certificate = session?.certificate(clock.now()) ?? null;
    if (row === null || session === null || certificate === null) return 'failed';
    try {
      const view = await this.#log.update();
      const [logSize, logRoot] = [view.size, view.root()];
      const expiresMs = this.serverNow() + VALID_MS;
      const { ticket16, keyHash } = row;
      const signature = signAccept(session.signSecret, ticket16, keyHash, logSize, logRoot, expiresMs);
      const certificateHash = certificate.hash;
      await this.#request('accept', { ticket16, certificateHash, logSize, logRoot, expiresMs, signature });
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
    if (row !== null) await this.#request('return', { ticket16: row.ticket16 }).catch(ignoreRefusal);
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

  /**
   * Gives a chat a name and a colour that nobody else sees. Returns false when it could not be saved.
   * @param {string} id
   * @param {string} nickname up to MAX_NICKNAME_CHARS
   * @param {number} colour 1 to COLOURS, 0 for none
   * @returns {Promise<boolean>}
   */
  async rename(id, nickname, colour) {
    const keyring = this.#session?.keyring;
    const model = this.#list.find(id)?.model;
    const entry = model == null ? null : keyring?.entry(model.box.box16) ?? null;
    if (keyring === undefined || entry === null || entry.state === EntryState.GONE) return false;
    const looks = { nickname: nickname.normalize('NFC').trim(), colour };
    const settings = encodeNote({ ...decodeNote(entry.settings), ...looks });
    try {
      await keyring.remember({ ...entry, settings, counter: entry.counter + 1 });
    } catch (error) {
      ignoreRefusal(error);
      return false;
    }
    this.#list.change(id, looks);
    return true;
  }

  /** Lets go of everything. */
  dispose() {
    for (const end of this.#ends) end();
    this.#forget();
  }

  // --- reading everything ---------------------------------------------------------------------------

  /** @param {Session} session */
  async #openEverything(session) {
    await this.#names.read(this.#request, this.#log.view, this.#config.portals.map((one) => one.team16));
    const { subject16 } = session;
    this.me.value = { name: this.#names.of(subject16), subject16 };
    await this.#readQueue();
    await this.#readInbox();
    const kept = session.keyring.entries.filter((entry) => entry.state !== EntryState.GONE);
    // The keyring has no order of its own; a list that people work with has.
    const inOrder = kept.map((entry) => ({ entry, note: decodeNote(entry.settings) }))
      .sort((one, other) => one.note.joinedHour - other.note.joinedHour || one.note.number - other.note.number);
    for (const { entry } of inOrder) await this.#reopen(session, entry);
  }

  /**
   * After a reconnect: bind the sign-in again, then everything is read on.
   * @param {Request} request
   */
  async #onOpen(request) {
    if (this.#session === null) return;
    try {
      await request('attach', { token: this.#session.token });
    } catch (error) {
      if (!(error instanceof WireError) || error.code !== 'unauthorised') throw error;
      queueMicrotask(() => this.#expire());
      return;
    }
    queueMicrotask(() => own('read on', this.#readOn().catch(ignoreRefusal)));
  }

  async #readOn() {
    await this.line.opened();
    await this.#duty.goOn();
    await this.#readQueue();
    await this.#readInbox();
    for (const { model } of this.chats.value) {
      if (model !== null && !model.purged.value) await model.resume();
    }
  }

  async #readLog() {
    try {
      await this.#log.update();
    } catch (error) {
      if (error instanceof RemoteError) this.problem.value = 'logFork';
      else ignoreRefusal(error);
    }
  }

  // --- the queue ------------------------------------------------------------------------------------

  get #portals() {
    return this.#config.portals.map((one) => one.portal16);
  }

  async #readQueue() {
    const { rows } = await this.#request('queue', { portals: this.#portals });
    for (const id of this.#queue.missingIn(rows)) this.#endRow(id);
    for (const row of rows) this.#hearRow(row);
  }

  /** @param {any} row */
  #hearRow(row) {
    const id = this.#queue.take(row);
    const isMine = this.#session?.isMe(row.assignee) ?? false;
    if (isMine && row.state === TicketState.OFFERED) this.#list.offer(id, row);
    // Confirmed already, perhaps before this sign-in: the letter or the keyring opens the chat.
    else if (isMine && row.state === TicketState.ACTIVE) this.#joinSoon();
    else this.#list.dropOffer(id);
  }

  /** @param {string} id */
  #endRow(id) {
    this.#queue.end(id);
    this.#list.dropOffer(id);
  }

  // --- chats ----------------------------------------------------------------------------------------

  #joinSoon() {
    this.#joining = this.#joining.then(() => this.#readInbox()).catch((error) => {
      if (!(error instanceof WireError)) report('inbox', error);
    });
  }

  async #readInbox() {
    const session = this.#session;
    if (session === null) return;
    const { joined, refused } = await session.boxes.readInbox((ticket16) => this.#queue.accepted(toHex(ticket16)));
    if (refused > 0) this.problem.value = 'letterRefused';
    for (const { transcript, note, ticket16 } of joined) {
      await this.#openChat(session, toHex(ticket16), transcript, note);
    }
  }

  /**
   * @param {Session} session
   * @param {Entry} entry
   */
  async #reopen(session, entry) {
    const isOpen = this.chats.value.some((one) => one.model !== null && equal(one.model.box.box16, entry.box16));
    if (isOpen) return;
    const transcript = await session.boxes.reopen(entry);
    if (transcript === null) return;
    const note = decodeNote(entry.settings);
    const id = this.#queue.idOfRunning(note.portal16, note.number) ?? toHex(entry.box16);
    await this.#openChat(session, id, transcript, note);
  }

  /**
   * @param {Session} session
   * @param {string} id
   * @param {import('../../crypto/transcript.js').Transcript} transcript
   * @param {ChatNote} note
   */
  async #openChat(session, id, transcript, note) {
    const { box16 } = transcript.state;
    const model = new ChatModel({
      connection: this.line,
      clock: this.#config.clock,
      log: this.#log,
      transcript,
      cap: session.boxes.cap(box16),
      secret: session.signSecret,
      peer: this.#peer(session, note),
      myName: this.me.value.name,
      sendsReadMarks: true,
      readName: pseudonymOf,
    });
    model.draft.value = this.#keptDrafts.get(toHex(box16)) ?? '';
    await model.open();
    // Signed out meanwhile: what was opened is closed again, and nobody sees it.
    if (this.#session !== session) model.dispose();
    else this.#list.open(id, note, model);
  }

  /**
   * @param {Session} session
   * @param {ChatNote} note
   * @returns {import('../live/chat.js').Peer}
   */
  #peer(session, { number }) {
    const org = this.#log.view.org();
    if (org === null) throw new BadStatement('a log without an organisation');
    return {
      name: this.#config.seekerName(number),
      role: 'seeker',
      words: wordsToCompare(org, session.publicKeys),
    };
  }

  /**
   * The box is gone: what finds its tomb stays in the keyring.
   * @param {ChatModel} model
   */
  #purged(model) {
    const { box16, heads, base } = model.box.transcript.state;
    const entry = this.#session?.keyring.entry(box16) ?? null;
    if (this.#session === null || entry === null || entry.state === EntryState.GONE) return;
    const { closeMinute } = model.box.clock.value;
    const finalN = base + heads.length - 1;
    const forgotten = this.#session.boxes.forget(entry, closeMinute, finalN, heads[heads.length - 1]);
    // Without a sign-in or a line the next sign-in finds the box gone and empties the entry then.
    own('keyring', forgotten.catch(ignoreRefusal));
  }

  // --- the end of a sign-in -------------------------------------------------------------------------

  /** The sign-in has run out: the same page asks for the passphrase again and keeps what was typed. */
  #expire() {
    for (const { model } of this.chats.value) {
      if (model !== null && model.draft.value !== '') this.#keptDrafts.set(toHex(model.box.box16), model.draft.value);
    }
    this.problem.value = 'expired';
    this.#forget();
  }

  #forget() {
    this.#duty.stop();
    this.#list.clear();
    this.#queue.clear();
    this.#session?.wipe();
    this.#session = null;
    this.stage.value = 'signedOut';
    this.line.close();
  }

  /** @type {Request} */
  #request = async (name, fields = {}, credential = undefined) => {
    try {
      return await this.line.request(name, fields, credential);
    } catch (error) {
      const hasExpired = error instanceof WireError && error.code === 'unauthorised' && this.stage.value === 'work';
      if (hasExpired) queueMicrotask(() => this.#expire());
      throw error;
    }
  };
}

/**
 * The code of what went wrong at the sign-in.
 * @param {unknown} error
 * @returns {string}
 */
function problemOf(error) {
  if (error instanceof BadProof || error instanceof BadStatement) return 'logFork';
  if (error instanceof TooShort || error instanceof TooLong || error instanceof BadCharacter) return 'wrong';
  if (error instanceof WireError && error.isUncertain) return 'disconnected';
  if (error instanceof WireError && error.code === 'forbidden') return 'notCertified';
  if (error instanceof WireError && error.code === 'rate_limited') return 'slow';
  if (error instanceof RemoteError || (error instanceof WireError && error.code === 'unauthorised')) return 'wrong';
  return 'internal';
}
