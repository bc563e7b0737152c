// A counsellor's evening: sign in, be reachable, live chats and written conversations. Draws nothing.
//
// Twin of clientlib/staff.py. Everything needed to find a conversation again lies in the keyring before it is first
// used, so a crash loses nothing. live.js and written.js are the two halves; this is the sign-in both hang on.

import { argon2id } from '../../core/argon2.js';
import { Connection } from '../../core/connection.js';
import { withEnd } from '../../core/ending.js';
import { report } from '../../core/errors.js';
import { toHex } from '../../core/resumeslot.js';
import { selfTest } from '../../core/selftest.js';
import { signal } from '../../core/signals.js';
import { own } from '../../core/tasks.js';
import { LogReader } from '../../core/translog.js';
import { EntryState } from '../../crypto/entry.js';
import { NotWitnessed, RemoteError } from '../../crypto/errors.js';
import { equal, ready } from '../../crypto/primitives.js';
import '../../wire/catalogue-account.js';
import '../../wire/catalogue-staff.js';
import { WireError, ignoreRefusal } from '../../wire/errors.js';
import { Bookmarks, PARTICULARS } from './bookmarks.js';
import { replacesOf } from './comingback.js';
import { Duty } from './duty.js';
import { Finding } from './finding.js';
import { Live } from './live.js';
import { Names } from './names.js';
import { encodeNote, inOrder, isWritten, noteOf } from './note.js';
import { OwnProfile } from './ownprofile.js';
import { everyTeam, ownPortals } from './place.js';
import { problemOf } from './problems.js';
import { Session } from './session.js';
import { TeamRoom } from './team.js';
import { freshChange } from './teams.js';
import { Written } from './written.js';

/** @typedef {import('../../core/connection.js').Request} Request */
/** @typedef {import('../live/thread.js').Thread} Thread */

/**
 * @typedef {object} WorkConfig
 * @property {string} url of the WebSocket
 * @property {Uint8Array} fingerprint
 * @property {Uint8Array} deploymentId
 * @property {readonly import('./place.js').Portal[]} portals
 * @property {string} language of the page
 * @property {(number: number) => string} seekerName
 * @property {(number: number) => string} enquiryName
 * @property {import('../../core/clock.js').Clock} clock
 * @property {(work: () => void) => void} [later] does something when the page has nothing else to do
 */

/** @typedef {'signedOut' | 'signingIn' | 'noTeam' | 'work' | 'lockedOut'} Stage */
/** What was typed and not sent; `to` whom. @typedef {{ readonly to: string, readonly text: string }} Kept */

const NOBODY = new Uint8Array(0);
/** Where the browser does not tell when it is idle. */
const MINUTE_MS = 60_000;
const LATER_MS = 50;

export class WorkModel {
  #config;
  #log;
  #place;
  #names = new Names();
  #duty;
  #live;
  #later;
  /** @type {Promise<import('./shownblocks.js').ShownBlocks> | null} */
  #blocks = null;
  /** @type {Promise<import('./particulars.js').Particulars> | null} */
  #particulars = null;
  /** @type {Session | null} */
  #session = null;
  /** @type {(() => void)[]} */
  #ends = [];
  /** What was typed when a sign-in ran out, by box; it comes back with the next one (T18). @type {Map<string, Kept>} */
  #keptDrafts = new Map();

  /** @param {WorkConfig} config */
  constructor(config) {
    const { clock, portals, seekerName, enquiryName } = config;
    this.#config = config;
    this.#later = config.later ?? ((work) => { clock.after(LATER_MS, work); });
    this.line = new Connection({ url: config.url, clock, onOpen: (request) => this.#onOpen(request) });
    this.#log = new LogReader(this.#request, config.fingerprint, config.deploymentId, clock);
    const place = {
      line: this.line, request: this.#request, clock, log: this.#log, names: this.#names, portals,
      session: () => this.#session,
      keptDraft: (/** @type {Uint8Array} */ box16) => this.#keptDrafts.get(toHex(box16))?.text ?? '',
      onClosed: (/** @type {Thread} */ model) => this.#closed(model),
      onPurged: (/** @type {Thread} */ model) => this.#purged(model),
      invitations: (/** @type {Uint8Array} */ portal16) => ({
        argon2id, language: config.language, page: portals.find((one) => equal(one.portal16, portal16))?.accessPage ?? '',
      }),
    };
    this.#duty = new Duty(this.#request, clock, () => ownPortals(place).map((one) => one.portal16));
    this.#live = new Live({ place, seekerName, onLetters: (found) => this.#hearLetters(found) });
    this.written = new Written({ place, enquiryName, onRead: (id, content) => this.finding.take(id, content) });
    this.bookmarks = new Bookmarks(() => this.#session?.keyring ?? null, clock);
    this.finding = new Finding({
      sources: () => [...this.#live.chats.value, ...this.written.cases.value],
      later: this.#later,
      nowMs: () => clock.elapsed(),
    });
    this.profile = new OwnProfile(place, () => this.#readNames().catch(ignoreRefusal));
    this.team = new TeamRoom({ place, written: this.written });
    this.#place = place;
    this.connection = this.line.state;
    /** `noTeam`: certified, and waiting for somebody who admits. @type {import('../../core/signals.js').Signal<Stage>} */
    this.stage = signal(/** @type {Stage} */ ('signedOut'));
    this.problem = signal('');
    /** How many statements are new in the log since the last sign-in, until they are put away. */
    this.news = signal(0);
    /** What was typed before this access was locked, to be copied; on this page alone. @type {import('../../core/signals.js').Signal<readonly Kept[]>} */
    this.kept = signal(/** @type {readonly Kept[]} */ ([]));
    /** @type {import('../../core/signals.js').Signal<{ name: string, subject16: Uint8Array }>} */
    this.me = signal({ name: '', subject16: NOBODY });
    this.onDuty = this.#duty.isOn;
    this.queue = this.#live.queue;
    this.chats = this.#live.chats;
    this.#ends = this.#listen();
  }

  /** For what is fetched when somebody goes there. @returns {Request} */
  get request() {
    return this.#request;
  }

  /** The relay's time, for countdowns. */
  serverNow() {
    return this.#config.clock.serverNow();
  }

  /**
   * Signs in. `problem` says in a code why not: `wrong` for everything that a wrong name or passphrase,
   * an unknown or a blocked account have in common; `revoked` and `ended` where the passphrase was right.
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
      this.#session = await Session.open(this.#request, this.#log, { name, phrase, deploymentId, clock });
      this.news.value = this.#session.news.length;
      this.#session.boxes.onForgotten = () => this.#lookAtParticulars();
      await this.#enter(this.#session);
    } catch (error) {
      this.problem.value = problemOf(error);
      if (this.problem.value === 'internal') report('sign in', error);
      this.#forget();
      if (this.problem.value === 'revoked' && this.#keptDrafts.size > 0) this.#lockOut();
    }
  }

  /** From the page that says so to the sign-in of another access; what was typed goes with it. */
  leaveLocked() {
    this.kept.value = [];
    this.stage.value = 'signedOut';
  }

  /** Saves what waits, ends the sign-in here and at the relay. */
  async signOut() {
    await this.setDuty(false);
    await this.saveDrafts();
    await this.#request('sign_out').catch(ignoreRefusal);
    this.#keptDrafts.clear();
    this.profile.clear();
    this.#particulars?.then((one) => one.forget());
    this.#forget();
  }

  /** Saves what was typed and not sent, as far as the line allows; what it does not allow goes on waiting. */
  async saveDrafts() {
    await this.#session?.keyring.flush().catch(ignoreRefusal);
  }

  /**
   * "Erreichbar": a lease that is renewed while this page lives.
   * @param {boolean} on
   */
  setDuty(on) {
    return this.#duty.set(on);
  }

  /** "Chat starten". @param {string} id */
  accept(id) {
    return this.#live.accept(id);
  }

  /** Gives an offered live request back. @param {string} id */
  handBack(id) {
    return this.#live.handBack(id);
  }

  /** Hand-overs of running chats, given and taken; null when nobody is signed in. */
  get chatHandOvers() {
    return this.#live.handOvers;
  }

  /** The chat that a colleague hands over in a row; null where nobody does. @param {string} id */
  handedChat(id) {
    return this.#live.handed(id);
  }

  /** A row of the queue is before somebody's eyes. @param {string} id */
  lookAtChat(id) {
    this.#live.look(id);
  }

  /** "Übernehmen" of a chat. @param {string} id */
  takeChat(id) {
    return this.#live.take(id);
  }

  /** Away with a chat that is somebody else's now. @param {string} id */
  dismissChat(id) {
    this.#live.dismiss(id);
  }

  /** Holds a greeting until the seeker has confirmed. @param {string} id @param {string} text */
  greet(id, text) {
    this.#live.greet(id, text);
  }

  /**
   * Gives a conversation a name and a colour that nobody else sees. Returns false when it could not be saved.
   * @param {string} id
   * @param {string} nickname up to MAX_NICKNAME_CHARS
   * @param {number} colour 1 to COLOURS, 0 for none
   * @returns {Promise<boolean>}
   */
  async rename(id, nickname, colour) {
    const list = [this.#live.list, this.written.list].find((one) => one.find(id) !== null);
    const model = list?.find(id)?.model ?? null;
    const keyring = this.#session?.keyring;
    const entry = model === null ? null : keyring?.entry(model.box.box16) ?? null;
    const note = entry === null ? null : noteOf(entry);
    if (keyring === undefined || entry === null || note === null || entry.state === EntryState.GONE) return false;
    const looks = { nickname: nickname.normalize('NFC').trim(), colour };
    const settings = encodeNote({ ...note, ...looks });
    try {
      await keyring.remember({ ...entry, settings, counter: entry.counter + 1 });
    } catch (error) {
      ignoreRefusal(error);
      return false;
    }
    list?.change(id, looks);
    return true;
  }

  /**
   * Publishes the own name. False when it could not be saved.
   * @param {string} name
   */
  async saveName(name) {
    const isSaved = await this.team.saveName(name);
    if (isSaved) this.#nameMe(this.me.value.subject16);
    return isSaved;
  }

  /** Text blocks, fetched with the first field that somebody writes in. */
  blocks() {
    this.#blocks ??= import('./shownblocks.js').then(({ ShownBlocks }) => new ShownBlocks(this.#place));
    return this.#blocks;
  }

  /** What is noted about people, fetched with the first look at it. */
  particulars() {
    this.#particulars ??= import('./particulars.js').then(({ Particulars }) => new Particulars(this.#place, this.finding.noted));
    return this.#particulars;
  }

  /** What this account's person was called under a key that is lost; '' where nobody knows. */
  get formerName() {
    const before = replacesOf(this.#log.view, this.me.value.subject16);
    return before === null ? '' : this.#names.once(before);
  }

  /** What the witnesses of POLICY have seen of the log; null where it asks for none. */
  get witnessed() {
    return this.#log.witnessed;
  }

  /** What is new in the log, as rows; with the names that are known by then. */
  async readNews() {
    const found = await import('./lognews.js').catch(() => null);
    const session = this.#session;
    const placeOf = (/** @type {Uint8Array} */ team16) => {
      const { portals } = this.#config;
      const portal = portals.find((one) => equal(one.team16, team16));
      return portal?.name ?? portals.find((one) => equal(one.leads16, team16))?.leadsName ?? '';
    };
    const nameOf = (/** @type {Uint8Array} */ subject16) => this.#names.once(subject16);
    return found === null || session === null ? [] : found.rowsOf(session.news, { view: this.#log.view, me: session.subject16, nameOf, placeOf });
  }

  /** "Ausblenden". */
  hideNews() {
    this.news.value = 0;
  }

  /** The words of the own key, for whoever admits. */
  async ownWords() {
    const keys = this.#session?.publicKeys;
    return keys === undefined ? [] : this.team.wordsOf(keys);
  }

  /** Lets go of everything. */
  dispose() {
    for (const end of this.#ends) end();
    this.#forget();
    this.team.dispose();
    this.written.dispose();
  }

  // --- reading everything ---------------------------------------------------------------------------

  #listen() {
    return [
      this.line.on('queue_row', ({ row }) => this.#live.hear(row)),
      this.line.on('enquiry_row', ({ row }) => this.written.hear(row)),
      this.line.on('letter', ({ inbox16 }) => this.#hearLetter(inbox16)),
      this.line.on('signed_out', () => this.#expire()),
      this.line.on('log_grown', () => own('log', this.#readLog())),
    ];
  }

  /**
   * Into the workspace; or before its door, without a team and without conversations of one's own.
   * @param {Session} session
   */
  async #enter(session) {
    const { subject16 } = session;
    await this.team.look();
    if (this.#session !== session) return;
    this.#nameMe(subject16);
    const isAwaited = this.team.teams.value.length === 0 && inOrder(session.keyring.entries).length === 0;
    this.stage.value = isAwaited ? 'noTeam' : 'work';
    if (!isAwaited) await this.#openEverything(session);
  }

  /** @param {Uint8Array} subject16 */
  #nameMe(subject16) {
    this.me.value = { name: this.#names.of(subject16), subject16 };
  }

  /** @param {Session} session */
  async #openEverything(session) {
    this.finding.begin();
    this.bookmarks.read();
    await this.#live.readQueue();
    await this.written.begin(session);
    await this.#live.readInbox();
    for (const { entry, note } of inOrder(session.keyring.entries)) {
      await (isWritten(note) ? this.written : this.#live).reopen(session, entry, note);
    }
    if (this.#session !== session) return;
    own('bookmarks', this.bookmarks.tidy().catch(ignoreRefusal));
    own('reading the list', this.written.readRest().catch(ignoreRefusal));
    this.#lookAtBlocks();
    this.#lookAtParticulars();
  }

  /** What colleagues are called, and this account. */
  async #readNames() {
    await this.#names.read(this.#request, this.#log.view, everyTeam(this.#config));
    const subject16 = this.#session?.subject16 ?? NOBODY;
    this.me.value = { name: this.#names.of(subject16), subject16 };
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
    if (this.stage.value === 'work') {
      await this.#duty.goOn();
      await this.#live.readOn();
      await this.written.readOn();
    }
    await this.#readLog();
  }

  /** Who is in which team may be another than before. */
  async #readLog() {
    const session = this.#session;
    const before = this.#ownTeams();
    try {
      await this.#log.update();
      if (session === null || this.#session !== session || this.stage.value === 'signingIn') return;
      if (session.isRevoked) {
        this.#lockOut();
        return;
      }
      await this.team.look();
      if (this.#session !== session) return;
      if (this.stage.value === 'noTeam') await this.#enter(session);
      else if (this.#ownTeams() !== before) await this.#changeTeams();
      else this.#live.joinSoon();
      if (this.stage.value === 'work') this.#lookAtBlocks();
    } catch (error) {
      if (error instanceof RemoteError) this.problem.value = error instanceof NotWitnessed ? 'notWitnessed' : 'logFork';
      else ignoreRefusal(error);
    }
  }

  /** Listed by another team than before: its lists come, or those of the former one go. */
  async #changeTeams() {
    await this.#live.readQueue();
    await this.#live.readInbox();
    await this.written.readOn();
  }

  /** In no portal's team, be it that I lead: nothing live comes to me. */
  get hasNoChats() {
    return ownPortals(this.#place).length === 0;
  }

  #ownTeams() {
    const me = this.#session?.subject16;
    const { view } = this.#log;
    return everyTeam(this.#place).filter((one) => me !== undefined && view.inTeam(one, me, this.#place.clock.now())).map(toHex).join();
  }

  /** A team's inbox is never read whole: its letters are fetched for rows that somebody looks at. @param {Uint8Array} inbox16 */
  #hearLetter(inbox16) {
    if (this.#session !== null && equal(inbox16, this.#session.keys.inbox16)) this.#live.joinSoon();
  }

  /** @param {{ refused: number, seeds: number }} found */
  #hearLetters({ refused, seeds }) {
    if (refused > 0) this.problem.value = 'letterRefused';
    if (seeds === 0) return;
    this.written.keysCame();
    this.#lookAtBlocks();
  }

  /** Text blocks that are on the page already, and those of a team whose key is new: they are to be sealed to it. */
  #lookAtBlocks() {
    const { log, clock } = this.#place;
    const isNew = this.team.teams.value.some(({ team16 }) => freshChange(log.view, team16, clock.now()) !== null);
    if (this.#blocks !== null || isNew) this.#later(() => own('text blocks', this.blocks().then((blocks) => blocks.look())));
  }

  /** What is noted goes with the conversations that it is of. */
  #lookAtParticulars() {
    const hasNoted = this.#session?.keyring.entries.some(({ kind, state }) => kind === PARTICULARS && state !== EntryState.GONE);
    if (hasNoted || this.#particulars !== null) this.#later(() => own('particulars', this.particulars().then((one) => one.look())));
  }

  /** What will find its tomb is kept once, whatever else becomes of it. @param {Thread} model */
  #closed({ box }) {
    const entry = this.#session?.keyring.entry(box.box16) ?? null;
    if (entry === null || entry.closeMinute > 0) return;
    const known = withEnd(box, entry);
    if (known !== entry) own('the end', /** @type {Session} */ (this.#session).keyring.remember(known).catch(ignoreRefusal));
  }

  /**
   * The box is gone: what finds its tomb stays in the keyring.
   * @param {Thread} model
   */
  #purged(model) {
    const { box16, heads, base } = model.box.transcript.state;
    const entry = this.#session?.keyring.entry(box16) ?? null;
    if (this.#session === null || entry === null || entry.state === EntryState.GONE) return;
    const minute = Math.floor(this.#place.clock.now() / MINUTE_MS);
    const forgotten = this.#session.boxes.forget(withEnd(model.box, entry), minute, base + heads.length - 1, heads[heads.length - 1]);
    // Without a sign-in or a line the next sign-in finds the box gone and empties the entry then.
    own('keyring', forgotten.catch(ignoreRefusal));
    const note = noteOf(entry);
    if (note !== null && isWritten(note)) own('bookmarks', this.bookmarks.forget(note.ticket16).catch(ignoreRefusal));
  }

  /** What became of conversations whose end was seen; nothing where nobody is signed in. */
  async deletions() {
    const keyring = this.#session?.keyring;
    if (keyring === undefined) return [];
    const { readDeletions } = await import('../retention/model.js');
    return readDeletions({ keyring, log: this.#log, clock: this.#place.clock });
  }

  // --- the end of a sign-in -------------------------------------------------------------------------

  /** The sign-in has run out: the same page asks for the passphrase again and keeps what was typed. */
  #expire() {
    if (this.#session === null) return;
    this.#keepDrafts();
    this.problem.value = 'expired';
    this.#forget();
  }

  /** This key counts no more: nothing of it stays open, and what was typed can still be copied. */
  #lockOut() {
    this.#keepDrafts();
    const held = this.chats.value.filter(({ greeting }) => greeting.value !== '').map(({ name, greeting }) => ({ to: name, text: greeting.value }));
    this.kept.value = [...this.#keptDrafts.values(), ...held, ...this.profile.unsaved.map((text) => ({ to: '', text }))];
    this.#keptDrafts.clear();
    this.profile.clear();
    this.#particulars?.then((one) => {
      this.kept.value = [...this.kept.value, ...one.unsaved.map((text) => ({ to: '', text }))];
      one.forget();
    });
    this.problem.value = '';
    this.#forget();
    this.stage.value = 'lockedOut';
  }

  #keepDrafts() {
    for (const { model, name, nickname } of [...this.chats.value, ...this.written.cases.value]) {
      const text = model?.draft.value ?? '';
      if (model !== null && text !== '') this.#keptDrafts.set(toHex(model.box.box16), { to: nickname || name, text });
    }
  }

  #forget() {
    this.#duty.stop();
    this.#live.clear();
    this.team.clear();
    this.written.clear();
    this.finding.clear();
    this.bookmarks.clear();
    this.#blocks?.then((blocks) => blocks.clear());
    this.#particulars?.then((one) => one.clear());
    this.#session?.wipe();
    this.#session = null;
    this.news.value = 0;
    this.stage.value = 'signedOut';
    this.line.close();
  }

  /** @type {Request} */
  #request = async (name, fields = {}, credential = undefined) => {
    try {
      return await this.line.request(name, fields, credential);
    } catch (error) {
      const hasExpired = error instanceof WireError && error.code === 'unauthorised' && ['work', 'noTeam'].includes(this.stage.value);
      if (hasExpired) queueMicrotask(() => this.#expire());
      throw error;
    }
  };
}
