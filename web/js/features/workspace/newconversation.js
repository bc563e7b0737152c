// A counsellor begins a conversation with somebody who has no access yet (S2.13). Twin of clientlib/newconversation.py.
// Draws nothing.
//
//   1 begin     box, secret and six words are drawn; the keyring has them before the relay does
//   2 look      somebody has answered who knew the words: who it is, people decide
//   3 confirm   box, ticket, commit 0 {me, seeker} with the welcome letter
//   4 report    the invitation goes, and it is a case like any other
//
// Nothing lies at the relay before somebody has answered but the invitation itself. Every step is repeated harmlessly,
// on any device of the counsellor.

import { toHex } from '../../core/resumeslot.js';
import { signal } from '../../core/signals.js';
import { shownName } from '../../core/pseudonym.js';
import { own } from '../../core/tasks.js';
import { wordListOf } from '../../core/wordlists.js';
import { EntryState, gone } from '../../crypto/entry.js';
import { BadStatement, BadTag, LocalError } from '../../crypto/errors.js';
import { joinId, suggestedName } from '../../crypto/invitation.js';
import { keyOf } from '../../crypto/keys.js';
import { equal } from '../../crypto/primitives.js';
import { randomBytes } from '../../crypto/random.js';
import { BoxKind, Role } from '../../crypto/roster.js';
import '../../wire/catalogue-account.js';
import '../../wire/catalogue-staff.js';
import { WireError, ignoreRefusal } from '../../wire/errors.js';
import { beginBox, firstCommit } from './beginning.js';
import { TooLate, checked, draw, isOver, problemOf, shownOf } from './newaccess.js';
import { NOBODY, NO_PIN, encodeNote, isPrepared, noteOf } from './note.js';

/** @typedef {import('../../crypto/entry.js').Entry} Entry */
/** @typedef {import('./newaccess.js').Shown} Shown */
/** @typedef {import('./newaccess.js').Stage} Stage */
/** @typedef {import('./note.js').Note} Note */
/** @typedef {import('./note.js').Pending} Pending */
/** @typedef {import('./readmission.js').Answer} Answer */

/**
 * @typedef {object} Parts
 * @property {import('../../core/connection.js').Request} request
 * @property {import('../../core/clock.js').Clock} clock
 * @property {import('../../core/translog.js').LogReader} log
 * @property {import('./session.js').Session} session
 * @property {import('../../core/argon2.js').Argon2id} argon2id
 * @property {string} language of the page, for the words
 * @property {string} page where seekers of this portal sign in
 * @property {(id: string) => Promise<void>} onBegun it is a conversation now
 */

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const NO_CHAIN = new Uint8Array(32);
const NO_RELATION = new Uint8Array(0);

/** One conversation that waits for its seeker. */
export class NewConversation {
  /** `none`: it is settled, one way or the other. @type {import('../../core/signals.js').Signal<Stage>} */
  stage = signal(/** @type {Stage} */ ('open'));
  /** What is passed on by hand. @type {import('../../core/signals.js').Signal<Shown | null>} */
  shown = signal(/** @type {Shown | null} */ (null));
  /** A pseudonym that the newcomer's page suggests too; '' until it is known. */
  suggested = signal('');
  isBusy = signal(false);
  /** Why the last step did not go: a code; '' for nothing. */
  problem = signal('');
  #parts;
  #box16;
  #isDue = false;
  /** @type {Answer | null} */
  #answer = null;

  /** @param {Parts} parts @param {Entry} entry whose note is prepared */
  constructor(parts, entry) {
    this.#parts = parts;
    this.#box16 = entry.box16;
    const note = this.#note;
    if (note === null) throw new LocalError('nothing is prepared');
    /** Of the ticket, as of a conversation. */
    this.id = toHex(note.ticket16);
    /** For the own list alone. */
    this.nickname = note.nickname;
    this.#tell();
    own('a name to suggest', this.#suggest());
  }

  /**
   * Draws everything; the relay knows nothing of it before `look`.
   * @param {Parts} parts
   * @param {Uint8Array} portal16
   * @param {string} nickname up to MAX_NICKNAME_CHARS
   */
  static async begin(parts, portal16, nickname) {
    const { clock, session: { keyring } } = parts;
    const box16 = randomBytes(16);
    const note = {
      ticket16: randomBytes(16), portal16, number: 0, nickname: nickname.normalize('NFC').trim(), colour: 0,
      joinedHour: Math.floor(clock.now() / HOUR_MS), admitted: 0, pin: NO_PIN, invitation: await draw(parts, NOBODY), isDeputy: false,
    };
    const entry = {
      box16, kind: BoxKind.CASE, state: EntryState.OPEN, keyContext: box16, pinN: 0, pinChain: NO_CHAIN, counter: 1, generation: 0, closeMinute: 0,
      // All devices begin with one secret, so that two of them at once make one conversation.
      secrets: [{ epoch: 0, es: keyOf('EpochSecret', randomBytes(32)) }], settings: encodeNote(note),
    };
    await keyring.remember(entry);
    return new NewConversation(parts, entry);
  }

  /** Tells whether the relay speaks of this one. @param {Uint8Array} joinId16 */
  isOf(joinId16) {
    const pending = this.#pending;
    return pending !== null && equal(joinId(pending.secret), joinId16);
  }

  /** Sees whether somebody has answered; gives the invitation out where that has not been done. */
  async look() {
    this.#isDue = true;
    // Once more, where something has come while it looked.
    while (this.#isDue && !this.isBusy.value) {
      this.#isDue = false;
      await this.#run(() => this.#look());
    }
  }

  /** "Ja": begins the conversation with who answered. */
  async confirm() {
    await this.#run(async () => {
      await this.#parts.session.keyring.refresh(this.#box16);
      const [pending, answer] = [this.#pending, this.#answer];
      if (pending === null) return this.#settled();
      if (answer === null || isOver(pending, this.#parts.clock)) throw new TooLate();
      await this.#parts.log.update();
      await this.#begin(pending, answer);
      return this.#settled();
    });
  }

  /** "Nein", or nobody needs it any more: the words open nothing from now on. */
  async withdraw() {
    await this.#run(async () => {
      const pending = this.#pending;
      if (pending !== null) await this.#forget(pending, 'none');
      this.stage.value = 'none';
    });
  }

  // --- inside ---------------------------------------------------------------------------------------

  async #look() {
    await this.#parts.session.keyring.refresh(this.#box16);
    const pending = this.#pending;
    if (pending === null) await this.#settled();
    else if (isOver(pending, this.#parts.clock)) await this.#forget(pending, 'over');
    else await this.#read(pending);
  }

  get #entry() {
    return this.#parts.session.keyring.entry(this.#box16);
  }

  /** @returns {Note | null} */
  get #note() {
    const entry = this.#entry;
    return entry === null || entry.state === EntryState.GONE ? null : noteOf(entry);
  }

  /** @returns {Pending | null} */
  get #pending() {
    const note = this.#note;
    return note !== null && isPrepared(note) ? note.invitation : null;
  }

  /** What was left; given out once more where a crash lay between drawing it and that. @param {Pending} pending */
  async #read(pending) {
    const { request } = this.#parts;
    const joinId16 = joinId(pending.secret);
    const read = () => request('invite_read', { joinId16 });
    const { answers: [left] } = await read().catch(async (error) => {
      if (!(error instanceof WireError) || error.code !== 'unknown') throw error;
      await request('invite', { joinId16 });
      return read();
    });
    try {
      this.#answer = left === undefined ? null : checked(pending, left);
      this.#tell();
    } catch (error) {
      if (!(error instanceof BadTag)) throw error;
      // Nor is what was looked at before to be let in.
      this.#answer = null;
      this.stage.value = 'forged';
    }
  }

  /** @param {Pending} pending @param {Answer} answer */
  async #begin(pending, answer) {
    const { request, clock, session } = this.#parts;
    const [entry, note, certificate] = [this.#entry, this.#note, session.certificate(clock.now())];
    if (entry === null || note === null || certificate === null) throw new BadStatement('not to be begun by me now');
    const cap = session.keys.cap(this.#box16);
    const me = { ...this.#parts, certificate, sign: session.keys.sign };
    const transcript = await beginBox(me, entry, cap, session.keys.kems);
    // Judged before the ticket obeys keys that nobody can let in.
    const command = firstCommit(me, { transcript, es: entry.secrets[0].es, ticket16: note.ticket16 }, pending, answer);
    let { number } = note;
    try {
      number = await this.#openTicket(note, pending);
      await request('commit', command, cap);
    } catch (error) {
      // Another device was faster; it may have ended the invitation already.
      if (!(error instanceof WireError) || !['stale', 'unknown'].includes(error.code)) throw error;
      await this.#checkStanding(transcript, answer, cap);
      await session.keyring.refresh(this.#box16);
      if (this.#pending === null) return;
    }
    await session.keyring.remember({ ...entry, counter: entry.counter + 1, settings: encodeNote({ ...note, number, invitation: null }) });
    await request('invite_end', { joinId16: joinId(pending.secret) }).catch(ignoreRefusal);
  }

  /** Opens it for myself, takes it, and lets it obey the newcomer. @param {Note} note @param {Pending} pending */
  async #openTicket({ ticket16, portal16, number: known }, { secret }) {
    const { request, language, session } = this.#parts;
    const opening = { ticket16, portal16, language, addressee: session.subject16, relation: NO_RELATION };
    const { number } = await request('enquiry_open', opening, session.keys.ticketCap(this.#box16)).catch((error) => {
      // It obeys the newcomer already.
      if (!(error instanceof WireError) || error.code !== 'conflict') throw error;
      return { number: known };
    });
    await request('enquiry_taken', { ticket16 });
    await request('invite_ticket', { joinId16: joinId(secret), ticket16 });
    return number;
  }

  /**
   * It was begun by another device, or by a first try whose answer was lost: with the same newcomer, or it is not mine.
   * @param {import('../../crypto/transcript.js').Transcript} transcript
   * @param {Answer} answer
   * @param {import('../../crypto/keys.js').CapSecret} cap
   */
  async #checkStanding(transcript, { kemPk }, cap) {
    const { rows: [first] } = await this.#parts.request('read', { box16: this.#box16, start: 1 }, cap);
    if (first !== undefined) transcript.take(1, first.e1, []);
    const seeker = [...(transcript.state.roster?.entries.values() ?? [])].find(({ role }) => role === Role.SEEKER);
    if (seeker === undefined || !equal(seeker.kemPk, kemPk)) throw new TooLate();
  }

  /** Forgets it first: a crash then leaves a row that nobody reads and that ends by itself. @param {Pending} pending @param {Stage} stage */
  async #forget(pending, stage) {
    const { request, clock, session: { keyring } } = this.#parts;
    const entry = this.#entry;
    if (entry !== null) await keyring.remember(gone(entry, Math.floor(clock.now() / MINUTE_MS), 0, NO_CHAIN));
    this.#answer = null;
    this.shown.value = null;
    this.stage.value = stage;
    await request('invite_end', { joinId16: joinId(pending.secret) }).catch(ignoreRefusal);
  }

  /** A conversation by now, or thrown away, here or at another desk. */
  async #settled() {
    if (this.#note !== null) await this.#parts.onBegun(this.id);
    if (this.stage.value !== 'over') this.stage.value = 'none';
  }

  /** What people see of it, by the keyring and by what was left. */
  #tell() {
    const pending = this.#pending;
    if (pending === null) return;
    this.shown.value = shownOf(pending, this.#parts.page);
    this.stage.value = this.#answer === null ? 'open' : 'answered';
  }

  /** The name that both sides see, in the page's language. */
  async #suggest() {
    const secret = this.#pending?.secret;
    if (secret !== undefined) this.suggested.value = shownName(suggestedName(secret, await wordListOf(this.#parts.language)));
  }

  /** One step at a time. @param {() => Promise<void>} work */
  async #run(work) {
    if (this.isBusy.value) return;
    this.isBusy.value = true;
    this.problem.value = '';
    try {
      await work();
    } catch (error) {
      this.problem.value = problemOf(error);
    } finally {
      this.isBusy.value = false;
    }
  }
}
