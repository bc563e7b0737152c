// A new access for a seeker who has lost passphrase and sheet (S2.15), as the counsellor of the conversation gives it.
// Twin of clientlib/newaccess.py. Draws nothing.
//
//   1 invite    six words are drawn; they are in the keyring before the relay hears of them
//   2 look      somebody has answered who knew the words: who it is, people decide
//   3 confirm   NEW_KEY: the old access out, the new one in, with all that was written
//   4 report    the invitation goes, and the words with it
//
// The words travel by hand. Every step is repeated harmlessly, on any device of the counsellor.

import { computed, signal } from '../../core/signals.js';
import { wordListOf } from '../../core/wordlists.js';
import { BadTag, LocalError, RemoteError } from '../../crypto/errors.js';
import { checkJoin, joinId, secretFromWords } from '../../crypto/invitation.js';
import { VALID_HOURS, link, newWords } from '../../crypto/invitewords.js';
import { keyOf } from '../../crypto/keys.js';
import { equal } from '../../crypto/primitives.js';
import { Role } from '../../crypto/roster.js';
import { report } from '../../core/errors.js';
import '../../wire/catalogue-staff.js';
import { WireError, ignoreRefusal } from '../../wire/errors.js';
import { encodeNote, noteOf } from './note.js';
import { Readmission } from './readmission.js';

/** @typedef {import('./casethread.js').CaseThread} CaseThread */
/** @typedef {import('./note.js').Pending} Pending */
/** @typedef {import('./readmission.js').Answer} Answer */
/** An invitation, to be passed on by hand. @typedef {{ words: string, link: string, untilMs: number }} Shown */

/**
 * `none` runs; `open`: nobody has answered; `answered`; `forged`: what was left does not fit the words; `over`: it has
 * run out while this page was open.
 * @typedef {'none' | 'open' | 'answered' | 'forged' | 'over'} Stage
 */

const HOUR_MS = 3_600_000;
/** Each `stale` is another commit that was faster; more in a row is a relay that lies. */
const TRIES = 5;

/** Another access was let in meanwhile, or the invitation is over. */
export class TooLate extends Error {}
/** Nothing is sent here before the counsellor has decided about an alarm. */
class Paused extends Error {}

export class NewAccess {
  /** @type {import('../../core/signals.js').Signal<Stage>} */
  stage = signal(/** @type {Stage} */ ('none'));
  /** What runs, to be shown again; null where nothing does. @type {import('../../core/signals.js').Signal<Shown | null>} */
  shown = signal(/** @type {Shown | null} */ (null));
  isBusy = signal(false);
  /** Why the last step did not go: a code; '' for nothing. */
  problem = signal('');
  #parts;
  #thread;
  #readmission;
  /** @type {Answer | null} */
  #answer = null;

  /**
   * @param {object} parts
   * @param {import('../../core/connection.js').Request} parts.request
   * @param {import('../../core/clock.js').Clock} parts.clock
   * @param {import('../../core/translog.js').LogReader} parts.log
   * @param {import('./staffkeys.js').StaffKeys} parts.keys
   * @param {import('../../core/keyring.js').Keyring} parts.keyring
   * @param {import('../../core/argon2.js').Argon2id} parts.argon2id
   * @param {string} parts.language of the page, for the words
   * @param {string} parts.page where seekers of this portal sign in
   * @param {CaseThread} thread read to its end
   */
  constructor(parts, thread) {
    this.#parts = parts;
    this.#thread = thread;
    this.#readmission = new Readmission(parts);
    /** What was agreed on for this day; null for nothing. */
    this.question = computed(() => thread.learned.agreed.value);
    this.#tell();
  }

  /** Tells whether the relay speaks of this one. @param {Uint8Array} joinId16 */
  isOf(joinId16) {
    const pending = this.#pending;
    return pending !== null && equal(joinId(pending.secret), joinId16);
  }

  /** Draws an invitation, or shows the one that runs; null when it did not go. @returns {Promise<Shown | null>} */
  async invite() {
    return this.#run(async () => {
      const { request, keyring } = this.#parts;
      await keyring.refresh(this.#box16);
      await this.#settle();
      const pending = this.#pending ?? await this.#draw();
      this.#tell();
      await request('invite', { joinId16: joinId(pending.secret) });
      // From now on the relay tells when somebody answers.
      await this.#look();
      return this.shown.value;
    });
  }

  /** Sees whether somebody has answered, after making up for what a crash has left. */
  async look() {
    await this.#run(async () => {
      await this.#parts.keyring.refresh(this.#box16);
      await this.#settle();
      await this.#look();
      return null;
    });
  }

  /** "Das ist dieselbe Person": seals the conversation anew to who answered. */
  async confirm() {
    await this.#run(async () => {
      const [pending, answer] = [this.#pending, this.#answer];
      if (pending === null || answer === null || this.#isOver(pending)) throw new TooLate();
      await this.#parts.log.update();
      await this.#readmit(pending, answer);
      await this.#report(pending);
      return null;
    });
  }

  /** "Nein", or nobody needs it any more: the words open nothing from now on. */
  async withdraw() {
    await this.#run(async () => {
      const pending = this.#pending;
      if (pending !== null) await this.#report(pending);
      this.stage.value = 'none';
      return null;
    });
  }

  // --- inside ---------------------------------------------------------------------------------------

  get #box16() {
    return this.#thread.box.box16;
  }

  get #entry() {
    return this.#parts.keyring.entry(this.#box16);
  }

  /** @returns {Pending | null} */
  get #pending() {
    const entry = this.#entry;
    return entry === null ? null : noteOf(entry)?.invitation ?? null;
  }

  get #seeker() {
    const found = [...(this.#thread.box.transcript.state.roster?.entries.values() ?? [])].find(({ role }) => role === Role.SEEKER);
    if (found === undefined) throw new LocalError('an own conversation has been read');
    return found;
  }

  /** @param {Pending} pending */
  #isOver(pending) {
    return isOver(pending, this.#parts.clock);
  }

  /** The words are in the keyring before the relay hears of them. */
  async #draw() {
    const drawn = await draw(this.#parts, this.#seeker.sidx);
    await this.#keep(drawn);
    // Of two devices that draw at once, one remains.
    return this.#pending ?? drawn;
  }

  /** What is done, or over, is forgotten. */
  async #settle() {
    const pending = this.#pending;
    if (pending === null) return;
    const isOver = this.#isOver(pending);
    if (isOver || this.#seeker.sidx !== pending.sidx) await this.#report(pending);
    if (isOver) this.stage.value = 'over';
  }

  async #look() {
    const pending = this.#pending;
    if (pending === null) {
      // Taken back, or done, at another desk.
      if (this.stage.value !== 'over') this.#tell();
      return;
    }
    const joinId16 = joinId(pending.secret);
    try {
      const { answers: [left] } = await this.#read(joinId16);
      this.#answer = left === undefined ? null : checked(pending, left);
      this.#tell();
    } catch (error) {
      if (!(error instanceof BadTag)) throw error;
      // Nor is what was looked at before to be let in.
      this.#answer = null;
      this.stage.value = 'forged';
    }
  }

  /** What was left; given out once more where a crash lay between drawing it and that. @param {Uint8Array} joinId16 */
  async #read(joinId16) {
    const { request } = this.#parts;
    try {
      return await request('invite_read', { joinId16 });
    } catch (error) {
      if (!(error instanceof WireError) || error.code !== 'unknown') throw error;
      await request('invite', { joinId16 });
      return request('invite_read', { joinId16 });
    }
  }

  /** @param {Pending} pending @param {Answer} answer */
  async #readmit(pending, answer) {
    const { box } = this.#thread;
    const ticket16 = this.#note.ticket16;
    for (let n = 0; n < TRIES && this.#seeker.sidx === pending.sidx; n += 1) {
      if (box.transcript.sendingPaused) throw new Paused();
      try {
        await this.#readmission.run(box.transcript, pending, ticket16, answer);
      } catch (error) {
        // Whoever was faster: the box says what stands.
        if (!(error instanceof WireError) || error.code !== 'stale') throw error;
      }
      await box.catchUp();
    }
    if (!equal(this.#seeker.kemPk, answer.kemPk)) throw new TooLate();
  }

  get #note() {
    const entry = this.#entry;
    const note = entry === null ? null : noteOf(entry);
    if (note === null) throw new LocalError('an own conversation is remembered');
    return note;
  }

  /** Forgets it first: a crash then leaves a row that nobody reads and that ends by itself. @param {Pending} pending */
  async #report(pending) {
    await this.#keep(null);
    this.#answer = null;
    this.#tell();
    await this.#parts.request('invite_end', { joinId16: joinId(pending.secret) }).catch(ignoreRefusal);
  }

  /** @param {Pending | null} invitation */
  async #keep(invitation) {
    const entry = this.#entry;
    if (entry === null) throw new LocalError('an own conversation is remembered');
    const settings = encodeNote({ ...this.#note, invitation });
    await this.#parts.keyring.remember({ ...entry, counter: entry.counter + 1, settings });
  }

  /** What people see of it, by the keyring and by what was left. */
  #tell() {
    const pending = this.#pending;
    this.shown.value = pending === null ? null : shownOf(pending, this.#parts.page);
    if (pending === null) this.stage.value = 'none';
    else this.stage.value = this.#answer === null ? 'open' : 'answered';
  }

  /**
   * One step at a time; null when it did not go.
   * @template T
   * @param {() => Promise<T>} work
   * @returns {Promise<T | null>}
   */
  async #run(work) {
    if (this.isBusy.value) return null;
    this.isBusy.value = true;
    this.problem.value = '';
    try {
      return await work();
    } catch (error) {
      this.problem.value = problemOf(error);
      return null;
    } finally {
      this.isBusy.value = false;
    }
  }
}

/**
 * Six words for the next 48 hours.
 * @param {{ argon2id: import('../../core/argon2.js').Argon2id, clock: import('../../core/clock.js').Clock, language: string,
 *   log: import('../../core/translog.js').LogReader }} parts
 * @param {number} sidx of whom the newcomer is to replace
 * @returns {Promise<Pending>}
 */
export async function draw({ argon2id, clock, language, log }, sidx) {
  const org = log.view.org();
  if (org === null) throw new LocalError('the log is not read yet');
  const words = newWords(await wordListOf(language));
  const secret = await secretFromWords(words, org.deploymentId, argon2id);
  return { words, secret, expiresHour: Math.floor(clock.serverNow() / HOUR_MS) + VALID_HOURS, sidx };
}

/** @param {Pending} pending @param {string} page @returns {Shown} */
export function shownOf({ words, expiresHour }, page) {
  return { words, link: link(page, words), untilMs: expiresHour * HOUR_MS };
}

/** @param {Pending} pending @param {import('../../core/clock.js').Clock} clock */
export function isOver({ expiresHour }, clock) {
  return clock.serverNow() >= expiresHour * HOUR_MS;
}

/**
 * Reads what was left; BadTag unless whoever left it knew the words.
 * @param {Pending} pending
 * @param {any} left the wire's InviteAnswered
 * @returns {Answer}
 */
export function checked({ secret }, { signPk, kemPk, capHash, mac }) {
  const answer = { signPk: keyOf('SignPublic', signPk), kemPk: keyOf('KemPublic', kemPk), capHash };
  checkJoin(secret, mac, answer);
  return answer;
}

/** @type {Record<string, string>} */
const OF_THE_RELAY = { rate_limited: 'many', purge_overdue: 'overdue' };

/** @param {unknown} error */
export function problemOf(error) {
  if (error instanceof TooLate) return 'late';
  if (error instanceof WireError) return error.isUncertain ? 'unreachable' : OF_THE_RELAY[error.code] ?? 'other';
  if (error instanceof Paused) return 'paused';
  if (!(error instanceof RemoteError)) report('a new access', error);
  return 'other';
}
