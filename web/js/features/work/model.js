// A counsellor's evening: sign in, be reachable, accept, several chats at once. Draws nothing.
//
// Twin of clientlib/staff.py. Everything needed to find a running chat again lies in the keyring before
// it is first used, so a crash loses nothing: the next sign-in reads letters and boxes on.

import { signIn } from '../../core/accounts.js';
import { argon2id } from '../../core/argon2.js';
import { Connection } from '../../core/connection.js';
import { report } from '../../core/errors.js';
import { Keyring } from '../../core/keyring.js';
import { toHex } from '../../core/resumeslot.js';
import { selfTest } from '../../core/selftest.js';
import { effect, signal } from '../../core/signals.js';
import { own } from '../../core/tasks.js';
import { LogReader } from '../../core/translog.js';
import { VALID_MS, signAccept } from '../../crypto/acceptance.js';
import * as account from '../../crypto/account.js';
import { runsAt } from '../../crypto/certificate.js';
import { EntryState } from '../../crypto/entry.js';
import { BadProof, BadStatement, RemoteError } from '../../crypto/errors.js';
import { organisationWords, personWords } from '../../crypto/fingerprint.js';
import { publicOf } from '../../crypto/kem.js';
import { BadCharacter, TooLong, TooShort } from '../../crypto/passphrase.js';
import { equal, ready, signPublic } from '../../crypto/primitives.js';
import { openProfile } from '../../crypto/profile.js';
import { TicketState } from '../../wire/catalogue.js';
import { WireError } from '../../wire/errors.js';
import { ChatModel } from '../live/chat.js';
import { Boxes, decodeNote } from './chats.js';
import { renewTeams } from './teams.js';

/** @typedef {import('../../core/connection.js').Request} Request */
/** @typedef {import('../../crypto/certificate.js').Certificate} Certificate */
/** @typedef {import('../../crypto/entry.js').Entry} Entry */
/** @typedef {import('./chats.js').ChatNote} ChatNote */

/**
 * @typedef {object} WorkConfig
 * @property {string} url of the WebSocket
 * @property {Uint8Array} fingerprint
 * @property {Uint8Array} deploymentId
 * @property {readonly { portal16: Uint8Array, team16: Uint8Array, name: string }[]} portals
 * @property {import('../../core/wordlists.js').WordListOf} wordListOf
 * @property {(number: number) => string} seekerName
 * @property {import('../../core/clock.js').Clock} clock
 */

/**
 * A row of the queue; the state "gone" stays for some seconds, so that nothing moves under a pointer.
 * @typedef {{ id: string, portalName: string, number: number, language: string, sinceMs: number,
 *   state: 'waiting' | 'resting' | 'offered' | 'taken' | 'gone', mine: boolean, byName: string,
 *   untilMs: number }} Row
 */

/**
 * One of the own chats, from the acceptance to the purge.
 * @typedef {{ id: string, name: string, number: number, state: 'offered' | 'active' | 'closed',
 *   model: ChatModel | null, untilMs: number, purgeMs: number,
 *   greeting: import('../../core/signals.js').Signal<string>, nickname: string }} OwnChat
 */

const ROW_STAYS_MS = 10_000;
const MINUTE_MS = 60_000;
/** A third of the shortest lease. */
const RENEW_DUTY_EVERY_MS = 20_000;

export class WorkModel {
  #config;
  #log;
  /** @type {Keyring | null} */
  #keyring = null;
  /** @type {Boxes | null} */
  #boxes = null;
  /** @type {import('../../crypto/keys.js').AccountSecret | null} */
  #ams = null;
  #token = new Uint8Array(0);
  #subject16 = new Uint8Array(0);
  /** @type {Map<string, any>} */
  #rows = new Map();
  /** The rows as they were when this device signed their acceptance. @type {Map<string, any>} */
  #accepted = new Map();
  /** @type {Map<string, string>} */
  #names = new Map();
  #cancelDuty = () => {};
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
    this.#log = new LogReader((...args) => this.#request(...args), config.fingerprint, config.deploymentId);
    this.connection = this.line.state;
    /** @type {import('../../core/signals.js').Signal<'signedOut' | 'signingIn' | 'work'>} */
    this.stage = signal(/** @type {'signedOut' | 'signingIn' | 'work'} */ ('signedOut'));
    this.problem = signal('');
    this.me = signal({ name: '', subject16: new Uint8Array(0) });
    this.onDuty = signal(false);
    /** @type {import('../../core/signals.js').Signal<readonly Row[]>} */
    this.queue = signal([]);
    /** @type {import('../../core/signals.js').Signal<readonly OwnChat[]>} */
    this.chats = signal([]);
    /** Staff statements that are new since the last sign-in. */
    this.log = signal(/** @type {readonly string[]} */ ([]));
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
      await this.#signIn(name, phrase);
      this.stage.value = 'work';
      await this.#openEverything();
    } catch (error) {
      this.problem.value = problemOf(error);
      if (this.problem.value === 'internal') report('sign in', error);
      this.#forget();
    }
  }

  /** Ends the sign-in here and at the relay. */
  async signOut() {
    await this.setDuty(false);
    try {
      await this.#request('sign_out');
    } catch (error) {
      ignoreRefusal(error);
    }
    this.#keptDrafts.clear();
    this.#forget();
  }

  /**
   * "Erreichbar": a lease that is renewed while this page lives.
   * @param {boolean} on
   */
  async setDuty(on) {
    this.#cancelDuty();
    this.onDuty.value = on;
    await this.#leaseDuty();
  }

  /**
   * "Chat starten": exactly one colleague wins. Returns "taken" when somebody else was faster.
   * @param {string} id
   * @returns {Promise<'accepted' | 'taken' | 'failed'>}
   */
  async accept(id) {
    const row = this.#rows.get(id);
    const certificate = this.#ownCertificate();
    if (row === undefined || certificate === null || this.#ams === null) return 'failed';
    try {
      const view = await this.#log.update();
      const expiresMs = this.serverNow() + VALID_MS;
      const secret = account.staffSign(this.#ams);
      const root = view.root();
      const signature = signAccept(secret, row.ticket16, row.keyHash, view.size, root, expiresMs);
      await this.#request('accept', {
        ticket16: row.ticket16, certificateHash: certificate.hash, logSize: view.size, logRoot: root, expiresMs, signature,
      });
      // What was signed for, before the relay can show this row with another seeker's key.
      this.#accepted.set(id, row);
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
    const row = this.#rows.get(id);
    if (row === undefined) return;
    try {
      await this.#request('return', { ticket16: row.ticket16 });
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
    }
  }

  /**
   * Holds a greeting on this device; it leaves when the seeker has confirmed (S0.11).
   * @param {string} id
   * @param {string} text
   */
  greet(id, text) {
    const chat = this.chats.value.find((one) => one.id === id);
    if (chat !== undefined) chat.greeting.value = text;
  }

  /** Lets go of everything. */
  dispose() {
    for (const end of this.#ends) end();
    this.#forget();
  }

  // --- signing in -----------------------------------------------------------------------------------

  /**
   * @param {string} name
   * @param {string} phrase
   */
  async #signIn(name, phrase) {
    const { deploymentId } = this.#config;
    /** @type {Request} */
    const request = (...args) => this.#request(...args);
    const subjectOf = async (/** @type {Uint8Array} */ signPk) => this.#subjectOf(signPk);
    const signedIn = await signIn(request, { name, phrase, deploymentId, argon2id, subjectOf });
    if (signedIn.subject16.length === 0) throw new WireError('forbidden');
    this.#ams = signedIn.ams;
    this.#token = new Uint8Array(signedIn.token);
    this.#subject16 = new Uint8Array(signedIn.subject16);
    const keyring = new Keyring(request, signedIn.ams, signedIn.pages);
    this.#keyring = keyring;
    this.#log.pin(keyring.logPin.size, keyring.logPin.root);
    this.#checkOwnCertificates();
    const { view } = this.#log;
    await keyring.pinLog(view.size, view.root());
    this.#boxes = new Boxes({ request, ams: signedIn.ams, log: this.#log, keyring });
    await renewTeams(this.#log, signedIn.ams, this.#subject16, this.serverNow());
  }

  /**
   * The subject16 of the newest certificate for a signing key; empty when there is none.
   * @param {Uint8Array} signPk
   */
  async #subjectOf(signPk) {
    const { entries } = await this.#log.update();
    for (const { isValid, leaf, payload } of [...entries].reverse()) {
      const isMine = isValid && leaf !== null && payload !== null && 'signPk' in payload && equal(payload.signPk, signPk);
      if (isMine) return leaf.subject16;
    }
    return new Uint8Array(0);
  }

  /** The log must hold exactly the own keys: another one would be somebody else in this name. */
  #checkOwnCertificates() {
    if (this.#ams === null) return;
    const signPk = signPublic(account.staffSign(this.#ams));
    for (const one of this.#log.view.ownCertificates(this.#subject16)) {
      if (one.revokedAt === null && !equal(one.signPk, signPk)) {
        throw new BadStatement('a certificate of mine that is not mine');
      }
    }
  }

  /** @returns {Readonly<Certificate> | null} */
  #ownCertificate() {
    const running = this.#log.view.ownCertificates(this.#subject16)
      .filter((one) => one.revokedAt === null && runsAt(one, this.serverNow()));
    return running.length === 0 ? null : running[running.length - 1];
  }

  async #openEverything() {
    await this.#readNames();
    await this.#readQueue();
    await this.#readInbox();
    for (const entry of this.#keyring?.entries ?? []) {
      if (entry.state !== EntryState.GONE) await this.#reopen(entry);
    }
  }

  /**
   * After a reconnect: bind the sign-in again, then everything is read on.
   * @param {Request} request
   */
  async #onOpen(request) {
    if (this.#token.length === 0) return;
    try {
      await request('attach', { token: this.#token });
    } catch (error) {
      if (!(error instanceof WireError) || error.code !== 'unauthorised') throw error;
      queueMicrotask(() => this.#expire());
      return;
    }
    queueMicrotask(() => own('read on', this.#readOn()));
  }

  async #readOn() {
    try {
      await this.line.opened();
      if (this.onDuty.value) await this.#leaseDuty();
      await this.#readQueue();
      await this.#readInbox();
      for (const { model } of this.chats.value) {
        if (model !== null && !model.purged.value) await model.resume();
      }
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
    }
  }

  // --- duty and queue -------------------------------------------------------------------------------

  async #leaseDuty() {
    const on = this.onDuty.value;
    const portals = this.#config.portals.map((one) => one.portal16);
    try {
      await this.#request('duty', { portals, on: on ? 1 : 0 });
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      if (!error.isUncertain) this.onDuty.value = false;
    }
    if (this.onDuty.value) {
      this.#cancelDuty = this.#config.clock.after(RENEW_DUTY_EVERY_MS, () => own('duty', this.#leaseDuty()));
    }
  }

  async #readQueue() {
    const portals = this.#config.portals.map((one) => one.portal16);
    const { rows } = await this.#request('queue', { portals });
    const present = new Set(rows.map((/** @type {any} */ row) => toHex(row.ticket16)));
    for (const id of [...this.#rows.keys()]) if (!present.has(id)) this.#rowEnds(id);
    for (const row of rows) this.#hearRow(row);
  }

  /** @param {any} row */
  #hearRow(row) {
    const id = toHex(row.ticket16);
    if (row.state === TicketState.GONE || row.state === TicketState.CLOSED) {
      this.#rowEnds(id);
      return;
    }
    this.#rows.set(id, row);
    this.#putRow(this.#rowOf(id, row));
    const isMine = equal(row.assignee, this.#subject16);
    if (isMine && (row.state === TicketState.OFFERED || row.state === TicketState.ACTIVE)) this.#ownOffer(id, row);
    else this.#dropOffer(id);
    if (isMine && row.state === TicketState.ACTIVE) this.#joinSoon();
    if (row.state === TicketState.ACTIVE) this.#removeLater(id);
  }

  /**
   * @param {string} id
   * @param {any} row
   * @returns {Row}
   */
  #rowOf(id, row) {
    const mine = equal(row.assignee, this.#subject16);
    const portal = this.#config.portals.find((one) => equal(one.portal16, row.portal16));
    const states = {
      [TicketState.WAITING]: /** @type {const} */ ('waiting'),
      [TicketState.RESTING]: /** @type {const} */ ('resting'),
      [TicketState.OFFERED]: mine ? /** @type {const} */ ('offered') : /** @type {const} */ ('taken'),
    };
    return {
      id,
      portalName: portal?.name ?? '',
      number: row.number,
      language: row.language,
      sinceMs: row.sinceMs,
      state: /** @type {Record<number, Row['state']>} */ (states)[row.state] ?? 'taken',
      mine,
      byName: mine ? this.me.value.name : this.#names.get(toHex(row.assignee)) ?? '',
      untilMs: row.untilMs,
    };
  }

  /** @param {Row} row */
  #putRow(row) {
    const isKnown = this.queue.value.some((one) => one.id === row.id);
    this.queue.value = isKnown
      ? this.queue.value.map((one) => (one.id === row.id ? row : one))
      : [...this.queue.value, row];
  }

  /** @param {string} id */
  #rowEnds(id) {
    this.#rows.delete(id);
    this.#dropOffer(id);
    const row = this.queue.value.find((one) => one.id === id);
    if (row === undefined) return;
    this.#putRow({ ...row, state: 'gone' });
    this.#removeLater(id);
  }

  /** @param {string} id */
  #removeLater(id) {
    this.#config.clock.after(ROW_STAYS_MS, () => {
      const row = this.#rows.get(id);
      if (row !== undefined && row.state !== TicketState.ACTIVE) return;
      this.queue.value = this.queue.value.filter((one) => one.id !== id);
    });
  }

  /**
   * @param {string} id
   * @param {any} row
   */
  #ownOffer(id, row) {
    const known = this.chats.value.find((one) => one.id === id);
    if (known?.model) return;
    if (known !== undefined) {
      this.#putChat({ ...known, untilMs: row.untilMs });
      return;
    }
    // Confirmed already, perhaps before this sign-in: the letter or the keyring opens the chat.
    if (row.state === TicketState.ACTIVE) return;
    this.#putChat({
      id, name: this.#config.seekerName(row.number), number: row.number, state: 'offered', model: null,
      untilMs: row.untilMs, purgeMs: 0, greeting: signal(''), nickname: '',
    });
  }

  /**
   * An offer that has ended before it became a chat; a greeting that was typed goes with it.
   * @param {string} id
   */
  #dropOffer(id) {
    this.chats.value = this.chats.value.filter((one) => one.id !== id || one.model !== null);
  }

  /** @param {OwnChat} chat */
  #putChat(chat) {
    const isKnown = this.chats.value.some((one) => one.id === chat.id);
    this.chats.value = isKnown
      ? this.chats.value.map((one) => (one.id === chat.id ? chat : one))
      : [...this.chats.value, chat];
  }

  // --- chats ----------------------------------------------------------------------------------------

  #joinSoon() {
    this.#joining = this.#joining.then(() => this.#readInbox()).catch((error) => {
      if (!(error instanceof WireError)) report('inbox', error);
    });
  }

  async #readInbox() {
    const boxes = this.#boxes;
    if (boxes === null) return;
    const { joined, refused } = await boxes.readInbox((ticket16) => {
      const id = toHex(ticket16);
      return this.#accepted.get(id) ?? this.#rows.get(id) ?? null;
    });
    if (refused > 0) this.problem.value = 'letterRefused';
    for (const { transcript, note, ticket16 } of joined) {
      await this.#openChat(toHex(ticket16), transcript, note);
    }
  }

  /** @param {Entry} entry */
  async #reopen(entry) {
    const isOpen = this.chats.value.some((one) => one.model !== null && equal(one.model.box.box16, entry.box16));
    if (isOpen || this.#boxes === null) return;
    const transcript = await this.#boxes.reopen(entry, Math.floor(this.serverNow() / MINUTE_MS));
    if (transcript === null) return;
    const note = decodeNote(entry.settings);
    await this.#openChat(this.#ticketOf(note) ?? toHex(entry.box16), transcript, note);
  }

  /**
   * The running request that a remembered chat grew from: both go by one id. None once it is closed.
   * @param {ChatNote} note
   */
  #ticketOf({ portal16, number }) {
    for (const [id, row] of this.#rows) {
      const isMine = row.state === TicketState.ACTIVE && equal(row.assignee, this.#subject16);
      if (isMine && row.number === number && equal(row.portal16, portal16)) return id;
    }
    return null;
  }

  /**
   * @param {string} id
   * @param {import('../../crypto/transcript.js').Transcript} transcript
   * @param {ChatNote} note
   */
  async #openChat(id, transcript, note) {
    const ams = this.#ams;
    const boxes = this.#boxes;
    const org = this.#log.view.org();
    if (ams === null || boxes === null || org === null) return;
    const name = this.#config.seekerName(note.number);
    const wordList = await this.#config.wordListOf(org.language);
    const orgWords = organisationWords(org.rootPk, org.standbyPk, wordList);
    const signPk = signPublic(account.staffSign(ams));
    const words = personWords(signPk, publicOf(account.staffKem(ams)), wordList);
    const model = new ChatModel({
      connection: this.line,
      clock: this.#config.clock,
      log: this.#log,
      transcript,
      cap: boxes.cap(transcript.state.box16),
      secret: account.staffSign(ams),
      peer: { name, role: 'seeker', level: 'confirmed', personWords: words, orgWords },
      myName: this.me.value.name,
      sendsReadMarks: true,
    });
    model.draft.value = this.#keptDrafts.get(toHex(transcript.state.box16)) ?? '';
    await model.open();
    const known = this.chats.value.find((one) => one.id === id);
    const greeting = known?.greeting ?? signal('');
    this.#putChat({
      id, name, number: note.number, state: 'active', model, untilMs: model.endsMs.value, purgeMs: 0, greeting,
      nickname: note.nickname,
    });
    if (greeting.value !== '') {
      model.say(greeting.value);
      greeting.value = '';
    }
    this.#follow(id, model);
  }

  /**
   * Keeps the row of a chat in step with its box, until the purge takes both away.
   * @param {string} id
   * @param {ChatModel} model
   */
  #follow(id, model) {
    this.#ends.push(effect(() => {
      const closed = model.closed.value;
      const purged = model.purged.value;
      const untilMs = model.endsMs.value;
      queueMicrotask(() => {
        const chat = this.chats.value.find((one) => one.id === id);
        if (chat === undefined || chat.model !== model) return;
        if (purged) this.#purged(id, model);
        else if (closed !== null) this.#putChat({ ...chat, state: 'closed', purgeMs: closed.purgeMs });
        else if (chat.untilMs !== untilMs) this.#putChat({ ...chat, untilMs });
      });
    }));
  }

  /**
   * @param {string} id
   * @param {ChatModel} model
   */
  #purged(id, model) {
    const { box16, heads, base } = model.box.transcript.state;
    const entry = this.#keyring?.entry(box16) ?? null;
    this.chats.value = this.chats.value.filter((one) => one.id !== id);
    if (entry !== null && entry.state !== EntryState.GONE && this.#boxes !== null) {
      const finalN = base + heads.length - 1;
      const { closeMinute } = model.box.clock.value;
      const forgotten = this.#boxes.forget(entry, closeMinute, finalN, heads[heads.length - 1]);
      // Without a sign-in or a line the next sign-in finds the box gone and empties the entry then.
      own('keyring', forgotten.catch(ignoreRefusal));
    }
    model.dispose();
  }

  // --- names and the log ----------------------------------------------------------------------------

  async #readNames() {
    const teams = new Map(this.#config.portals.map((one) => [toHex(one.team16), one.team16]));
    for (const team16 of teams.values()) {
      const { profiles } = await this.#request('profiles', { team16 });
      for (const signed of profiles) this.#takeName(signed);
    }
    this.me.value = { name: this.#names.get(toHex(this.#subject16)) ?? '', subject16: this.#subject16 };
  }

  /** @param {any} signed */
  #takeName({ subject16, profile, signature }) {
    const certificates = this.#log.view.ownCertificates(subject16).filter((one) => one.revokedAt === null);
    for (const { signPk } of certificates) {
      try {
        this.#names.set(toHex(subject16), openProfile(signPk, subject16, profile, signature).name);
      } catch (error) {
        if (!(error instanceof RemoteError)) throw error;
      }
    }
  }

  async #readLog() {
    try {
      await this.#log.update();
    } catch (error) {
      if (error instanceof RemoteError) this.problem.value = 'logFork';
      else if (!(error instanceof WireError)) throw error;
    }
  }

  /** The sign-in has run out: the same page asks for the passphrase again and keeps what was typed. */
  #expire() {
    for (const { model } of this.chats.value) {
      if (model !== null && model.draft.value !== '') this.#keptDrafts.set(toHex(model.box.box16), model.draft.value);
    }
    this.problem.value = 'expired';
    this.#forget();
  }

  #forget() {
    this.#cancelDuty();
    for (const { model } of this.chats.value) model?.dispose();
    this.#ams?.fill(0);
    this.#ams = null;
    this.#token = new Uint8Array(0);
    this.#subject16 = new Uint8Array(0);
    this.#keyring = null;
    this.#boxes = null;
    this.#rows.clear();
    this.#accepted.clear();
    this.chats.value = [];
    this.queue.value = [];
    this.onDuty.value = false;
    this.stage.value = 'signedOut';
    this.line.close();
  }

  /**
   * @param {string} name
   * @param {Record<string, any>} [fields]
   * @param {Uint8Array} [credential]
   */
  async #request(name, fields = {}, credential = undefined) {
    try {
      return await this.line.request(name, fields, credential);
    } catch (error) {
      const hasExpired = error instanceof WireError && error.code === 'unauthorised' && this.stage.value === 'work';
      if (hasExpired) queueMicrotask(() => this.#expire());
      throw error;
    }
  }
}

/** @param {unknown} error */
function ignoreRefusal(error) {
  if (!(error instanceof WireError)) throw error;
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
