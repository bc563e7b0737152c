// A counsellor's evening: sign in, be reachable, live chats and written conversations. Draws nothing.
//
// Twin of clientlib/staff.py. Everything needed to find a conversation again lies in the keyring before it is first
// used, so a crash loses nothing. signin.js says who is in; live.js and written.js are the two halves of the work, and
// here all rooms are opened, read on and left together.

import { argon2id } from '../../core/argon2.js';
import { signal } from '../../core/signals.js';
import { own } from '../../core/tasks.js';
import { EntryState } from '../../crypto/entry.js';
import { equal } from '../../crypto/primitives.js';
import '../../wire/catalogue-account.js';
import '../../wire/catalogue-staff.js';
import { ignoreRefusal } from '../../wire/errors.js';
import { Bookmarks } from './bookmarks.js';
import { replacesOf } from './comingback.js';
import { Duty } from './duty.js';
import { Finding } from './finding.js';
import { LateParts } from './lateparts.js';
import { Live } from './live.js';
import { Names } from './names.js';
import { inOrder, isWritten, noteOf } from './note.js';
import { OwnProfile } from './ownprofile.js';
import { everyTeam, ownPortals } from './place.js';
import { SignInModel } from './signin.js';
import { TeamRoom } from './team.js';
import { Written } from './written.js';

/** @typedef {import('../live/thread.js').Thread} Thread */
/** @typedef {import('./session.js').Session} Session */

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

const NOBODY = new Uint8Array(0);
/** Where the browser does not tell when it is idle. */
const LATER_MS = 50;

export class WorkModel {
  #signIn;
  /** @type {import('./place.js').Place} */
  #place;
  #duty;
  #live;
  #late;

  /** @param {WorkConfig} config */
  constructor(config) {
    const { clock, portals, language, seekerName, enquiryName, later = (work) => { clock.after(LATER_MS, work); } } = config;
    const signIn = new SignInModel(config, {
      look: () => this.team.look(),
      receive: (session) => this.#receive(session),
      open: (session) => this.#open(session),
      readOn: () => this.#readOn(),
      follow: (hasMoved) => this.#follow(hasMoved),
      conversations: () => this.#conversations,
      forgetTyped: (keep) => this.#forgetTyped(keep),
      clear: () => this.#clear(),
    });
    const { line, log, request } = signIn;
    const place = {
      line, request, clock, log, portals, names: new Names(),
      session: () => signIn.session,
      keptDraft: (/** @type {Uint8Array} */ box16) => signIn.draftTo(box16),
      onClosed: (/** @type {Thread} */ model) => this.#closed(model),
      onPurged: (/** @type {Thread} */ model) => this.#purged(model),
      invitations: (/** @type {Uint8Array} */ portal16) => ({
        argon2id, language, page: portals.find((one) => equal(one.portal16, portal16))?.accessPage ?? '',
      }),
    };
    this.#signIn = signIn;
    this.#place = place;
    this.#duty = new Duty(request, clock, () => ownPortals(place).map((one) => one.portal16));
    this.#live = new Live({ place, seekerName, onLetters: (found) => this.#hearLetters(found) });
    this.written = new Written({ place, enquiryName, onRead: (id, content) => this.finding.take(id, content) });
    this.bookmarks = new Bookmarks(() => signIn.session?.keyring ?? null, clock);
    this.finding = new Finding({ sources: () => this.#conversations, later, nowMs: () => clock.elapsed() });
    this.profile = new OwnProfile(place, () => this.#readNames().catch(ignoreRefusal));
    this.team = new TeamRoom({ place, written: this.written });
    this.#late = new LateParts({ place, team: this.team, noted: this.finding.noted, later });
    this.line = line;
    /** For what is fetched when somebody goes there. */
    this.request = request;
    this.connection = line.state;
    this.stage = signIn.stage;
    this.problem = signIn.problem;
    this.news = signIn.news;
    this.kept = signIn.kept;
    /** @type {import('../../core/signals.js').Signal<{ name: string, subject16: Uint8Array }>} */
    this.me = signal({ name: '', subject16: NOBODY });
    this.onDuty = this.#duty.isOn;
    this.queue = this.#live.queue;
    this.chats = this.#live.chats;
    line.on('queue_row', ({ row }) => this.#live.hear(row));
    line.on('enquiry_row', ({ row }) => this.written.hear(row));
    line.on('letter', ({ inbox16 }) => this.#hearLetter(inbox16));
  }

  /** The relay's time, for countdowns. */
  serverNow() {
    return this.#place.clock.serverNow();
  }

  /** `problem` says in a code why it failed. @param {string} name @param {string} phrase */
  signIn(name, phrase) {
    return this.#signIn.begin(name, phrase);
  }

  /** From the page that says that this access is locked to the sign-in of another. */
  leaveLocked() {
    this.#signIn.leaveLocked();
  }

  /** Saves what waits, ends the sign-in here and at the relay. */
  async signOut() {
    await this.setDuty(false);
    await this.saveDrafts();
    await this.#signIn.end();
  }

  /** Saves what was typed and not sent, as far as the line allows; what it does not allow goes on waiting. */
  async saveDrafts() {
    await this.#session?.keyring.flush().catch(ignoreRefusal);
  }

  /** "Erreichbar": a lease that is renewed while this page lives. @param {boolean} on */
  setDuty(on) {
    return this.#duty.set(on);
  }

  // --- live chats -------------------------------------------------------------------------------------

  /** In no portal's team, be it that I lead: nothing live comes to me. */
  get hasNoChats() {
    return ownPortals(this.#place).length === 0;
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

  // --- conversations of either kind -------------------------------------------------------------------

  /** Text blocks, fetched with the first field that somebody writes in. */
  blocks() {
    return this.#late.blocks();
  }

  /** What is noted about people, fetched with the first look at it. */
  particulars() {
    return this.#late.particulars();
  }

  /**
   * Gives a conversation a name and a colour that nobody else sees. Returns false when it could not be saved.
   * @param {string} id
   * @param {string} nickname up to MAX_NICKNAME_CHARS
   * @param {number} colour 1 to COLOURS, 0 for none
   */
  async rename(id, nickname, colour) {
    const looks = { nickname: nickname.normalize('NFC').trim(), colour };
    const list = [this.#live.list, this.written.list].find((one) => one.find(id) !== null);
    const box16 = list?.find(id)?.model?.box.box16;
    const isSaved = box16 !== undefined && await this.#session?.boxes.rename(box16, looks) === true;
    if (isSaved) list?.change(id, looks);
    return isSaved;
  }

  /** What became of conversations whose end was seen; nothing where nobody is signed in. */
  async deletions() {
    const keyring = this.#session?.keyring;
    if (keyring === undefined) return [];
    const { readDeletions } = await import('../retention/model.js');
    return readDeletions({ keyring, ...this.#place });
  }

  // --- this account and its colleagues ----------------------------------------------------------------

  /** Publishes the own name. False when it could not be saved. @param {string} name */
  async saveName(name) {
    const isSaved = await this.team.saveName(name);
    if (isSaved) this.#nameMe();
    return isSaved;
  }

  /** What this account's person was called under a key that is lost; '' where nobody knows. */
  get formerName() {
    const { log, names } = this.#place;
    const before = replacesOf(log.view, this.me.value.subject16);
    return before === null ? '' : names.once(before);
  }

  /** The words of the own key, for whoever admits. */
  async ownWords() {
    const keys = this.#session?.publicKeys;
    return keys === undefined ? [] : this.team.wordsOf(keys);
  }

  /** What the witnesses of POLICY have seen of the log; null where it asks for none. */
  get witnessed() {
    return this.#place.log.witnessed;
  }

  /** What is new in the log, as rows; with the names that are known by then. */
  async readNews() {
    const found = await import('./lognews.js').catch(() => null);
    const session = this.#session;
    return found === null || session === null ? [] : found.newsOf(this.#place, session);
  }

  /** "Ausblenden". */
  hideNews() {
    this.news.value = 0;
  }

  // --- the rooms together -----------------------------------------------------------------------------

  get #session() {
    return this.#signIn.session;
  }

  get #conversations() {
    return [...this.chats.value, ...this.written.cases.value];
  }

  /** Who has neither a team nor a conversation of their own has nothing to do here. @param {Session} session */
  #receive({ boxes, keyring }) {
    boxes.onForgotten = () => this.#late.lookAtParticulars();
    this.#nameMe();
    return this.team.teams.value.length === 0 && inOrder(keyring.entries).length === 0 ? 'noTeam' : 'work';
  }

  /** @param {Session} session */
  async #open(session) {
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
    this.#late.lookAtBlocks();
    this.#late.lookAtParticulars();
  }

  async #readOn() {
    await this.#duty.goOn();
    await this.#live.readOn();
    await this.written.readOn();
  }

  /** Listed by other teams than before, their lists come, or those of the former ones go. @param {boolean} hasMoved */
  async #follow(hasMoved) {
    if (hasMoved) {
      await this.#live.readQueue();
      await this.#live.readInbox();
      await this.written.readOn();
    } else this.#live.joinSoon();
    if (this.stage.value === 'work') this.#late.lookAtBlocks();
  }

  /** @param {(texts: readonly string[]) => void} keep */
  #forgetTyped(keep) {
    keep(this.profile.unsaved);
    this.profile.clear();
    this.#late.forgetTyped(keep);
  }

  #clear() {
    this.#duty.stop();
    for (const room of [this.#live, this.team, this.written, this.finding, this.bookmarks, this.#late]) room.clear();
  }

  #nameMe() {
    const subject16 = this.#session?.subject16 ?? NOBODY;
    this.me.value = { name: this.#place.names.of(subject16), subject16 };
  }

  /** What colleagues are called, and this account. */
  async #readNames() {
    const { names, request, log } = this.#place;
    await names.read(request, log.view, everyTeam(this.#place));
    this.#nameMe();
  }

  // --- what comes by itself ---------------------------------------------------------------------------

  /** A team's inbox is never read whole: its letters are fetched for rows that somebody looks at. @param {Uint8Array} inbox16 */
  #hearLetter(inbox16) {
    if (this.#session !== null && equal(inbox16, this.#session.keys.inbox16)) this.#live.joinSoon();
  }

  /** @param {{ refused: number, seeds: number }} found */
  #hearLetters({ refused, seeds }) {
    if (refused > 0) this.problem.value = 'letterRefused';
    if (seeds === 0) return;
    this.written.keysCame();
    this.#late.lookAtBlocks();
  }

  /** @param {Thread} model */
  #closed({ box }) {
    const boxes = this.#session?.boxes;
    if (boxes !== undefined) own('the end', boxes.keepEnd(box).catch(ignoreRefusal));
  }

  /** @param {Thread} model */
  #purged({ box }) {
    const session = this.#session;
    const entry = session?.keyring.entry(box.box16) ?? null;
    if (session === null || entry === null || entry.state === EntryState.GONE) return;
    // Without a sign-in or a line the next sign-in finds the box gone and empties the entry then.
    own('keyring', session.boxes.purged(entry, box).catch(ignoreRefusal));
    const note = noteOf(entry);
    if (note !== null && isWritten(note)) own('bookmarks', this.bookmarks.forget(note.ticket16).catch(ignoreRefusal));
  }
}
