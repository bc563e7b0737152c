// Whether somebody is signed in on this page, and why no more. Draws nothing.
//
// Opens the line and the session on it, follows the log for what it says about this account, and ends when the relay,
// the log or the person says so. What there is to work with once somebody is in are the rooms, which are the model's.

import { argon2id } from '../../core/argon2.js';
import { Connection } from '../../core/connection.js';
import { report } from '../../core/errors.js';
import { toHex } from '../../core/resumeslot.js';
import { selfTest } from '../../core/selftest.js';
import { signal } from '../../core/signals.js';
import { own } from '../../core/tasks.js';
import { LogReader } from '../../core/translog.js';
import { BadProof, BadStatement, NotWitnessed, RemoteError } from '../../crypto/errors.js';
import { BadCharacter, TooLong, TooShort } from '../../crypto/passphrase.js';
import { ready } from '../../crypto/primitives.js';
import '../../wire/catalogue-account.js';
import { WireError, ignoreRefusal } from '../../wire/errors.js';
import { everyTeam } from './place.js';
import { NotInForce, Session } from './session.js';

/** @typedef {import('../../core/connection.js').Request} Request */
/** @typedef {import('../live/thread.js').Thread} Thread */

/** `noTeam`: certified, and waiting for somebody who admits. @typedef {'signedOut' | 'signingIn' | 'noTeam' | 'work' | 'lockedOut'} Stage */
/** What was typed and not sent; `to` whom. @typedef {{ readonly to: string, readonly text: string }} Kept */

/**
 * What a sign-in opens, and what goes with it.
 * @typedef {object} Rooms
 * @property {() => Promise<void>} look what the log says of the own teams; what follows from it is done
 * @property {(session: Session) => 'noTeam' | 'work'} receive whoever has signed in; with nothing to do here they wait before the door
 * @property {(session: Session) => Promise<void>} open everything is read
 * @property {() => Promise<void>} readOn on a new line
 * @property {(hasMoved: boolean) => Promise<void>} follow the log has grown; `hasMoved`: other teams list this account now
 * @property {() => readonly Pick<import('./chatlist.js').OwnChat<Thread>, 'model' | 'name' | 'nickname' | 'greeting'>[]} conversations that are open
 * @property {(keep: (texts: readonly string[]) => void) => void} forgetTyped what was typed beside them goes; `keep` gets it
 * @property {() => void} clear nobody is signed in
 */

export class SignInModel {
  #config;
  #rooms;
  /** @type {Session | null} */
  #session = null;
  /** What was typed when a sign-in ran out, by box; it comes back with the next one (T18). @type {Map<string, Kept>} */
  #drafts = new Map();

  /**
   * @param {Pick<import('./model.js').WorkConfig, 'url' | 'fingerprint' | 'deploymentId' | 'portals' | 'clock'>} config
   * @param {Rooms} rooms
   */
  constructor(config, rooms) {
    const { url, fingerprint, deploymentId, clock } = config;
    this.#config = config;
    this.#rooms = rooms;
    this.line = new Connection({ url, clock, onOpen: (request) => this.#onOpen(request) });
    this.log = new LogReader(this.request, fingerprint, deploymentId, clock);
    this.stage = signal(/** @type {Stage} */ ('signedOut'));
    /** Why not, in a code; '' for nothing. */
    this.problem = signal('');
    /** How many statements are new in the log since the last sign-in, until they are put away. */
    this.news = signal(0);
    /** What was typed before this access was locked, to be copied; on this page alone. @type {import('../../core/signals.js').Signal<readonly Kept[]>} */
    this.kept = signal(/** @type {readonly Kept[]} */ ([]));
    this.line.on('signed_out', () => this.#expire());
    this.line.on('log_grown', () => own('log', this.#readLog()));
  }

  /** The present one; null when nobody is signed in. */
  get session() {
    return this.#session;
  }

  /** What was typed to a box before the sign-in ran out. @param {Uint8Array} box16 */
  draftTo(box16) {
    return this.#drafts.get(toHex(box16))?.text ?? '';
  }

  /**
   * Signs in. `problem` says in a code why not: `wrong` for everything that a wrong name or passphrase,
   * an unknown or a blocked account have in common; `revoked` and `ended` where the passphrase was right.
   * @param {string} name
   * @param {string} phrase
   */
  async begin(name, phrase) {
    this.problem.value = '';
    this.stage.value = 'signingIn';
    try {
      await ready();
      await selfTest(argon2id);
      this.line.start();
      await this.line.opened();
      this.#session = await Session.open(this.request, this.log, { ...this.#config, name, phrase });
      this.news.value = this.#session.news.length;
      await this.#enter(this.#session);
    } catch (error) {
      this.problem.value = problemOf(error);
      if (this.problem.value === 'internal') report('sign in', error);
      this.close();
      if (this.problem.value === 'revoked' && this.#drafts.size > 0) this.#lockOut();
    }
  }

  /** From the page that says that this access is locked to the sign-in of another; what was typed goes with it. */
  leaveLocked() {
    this.kept.value = [];
    this.stage.value = 'signedOut';
  }

  /** Ends the sign-in here and at the relay; nothing stays of what was typed. */
  async end() {
    await this.request('sign_out').catch(ignoreRefusal);
    this.#drafts.clear();
    this.#rooms.forgetTyped(() => {});
    this.close();
  }

  /** Nobody is signed in here any more; the relay is not told. */
  close() {
    this.#rooms.clear();
    this.#session?.wipe();
    this.#session = null;
    this.news.value = 0;
    this.stage.value = 'signedOut';
    this.line.close();
  }

  /** As the line's; tells when the sign-in is over. @type {Request} */
  request = async (name, fields = {}, credential = undefined) => {
    try {
      return await this.line.request(name, fields, credential);
    } catch (error) {
      const hasExpired = isUnauthorised(error) && ['work', 'noTeam'].includes(this.stage.value);
      if (hasExpired) queueMicrotask(() => this.#expire());
      throw error;
    }
  };

  // --- going on ---------------------------------------------------------------------------------------

  /** Into the workspace, or before its door. @param {Session} session */
  async #enter(session) {
    await this.#rooms.look();
    if (this.#session !== session) return;
    this.stage.value = this.#rooms.receive(session);
    if (this.stage.value === 'work') await this.#rooms.open(session);
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
      if (!isUnauthorised(error)) throw error;
      queueMicrotask(() => this.#expire());
      return;
    }
    queueMicrotask(() => own('read on', this.#readOn().catch(ignoreRefusal)));
  }

  async #readOn() {
    await this.line.opened();
    if (this.stage.value === 'work') await this.#rooms.readOn();
    await this.#readLog();
  }

  /** Who is in which team may be another than before, and this key may count no more. */
  async #readLog() {
    const session = this.#session;
    const before = this.#ownTeams();
    try {
      await this.log.update();
      if (session === null || this.#session !== session || this.stage.value === 'signingIn') return;
      if (session.isRevoked) {
        this.#lockOut();
        return;
      }
      await this.#rooms.look();
      if (this.#session !== session) return;
      if (this.stage.value === 'noTeam') await this.#enter(session);
      else await this.#rooms.follow(this.#ownTeams() !== before);
    } catch (error) {
      if (error instanceof RemoteError) this.problem.value = error instanceof NotWitnessed ? 'notWitnessed' : 'logFork';
      else ignoreRefusal(error);
    }
  }

  /** The teams that list this account now, to be compared. */
  #ownTeams() {
    const me = this.#session?.subject16;
    const nowMs = this.#config.clock.now();
    return everyTeam(this.#config).filter((one) => me !== undefined && this.log.view.inTeam(one, me, nowMs)).map(toHex).join();
  }

  // --- the end ----------------------------------------------------------------------------------------

  /** The sign-in has run out: the same page asks for the passphrase again and keeps what was typed. */
  #expire() {
    if (this.#session === null) return;
    this.#keepDrafts();
    this.problem.value = 'expired';
    this.close();
  }

  /** This key counts no more: nothing of it stays open, and what was typed can still be copied. */
  #lockOut() {
    this.#keepDrafts();
    const held = this.#rooms.conversations().map(({ name, greeting }) => ({ to: name, text: greeting.value })).filter(({ text }) => text !== '');
    this.kept.value = [...this.#drafts.values(), ...held];
    this.#drafts.clear();
    this.#rooms.forgetTyped((texts) => { this.kept.value = [...this.kept.value, ...texts.map((text) => ({ to: '', text }))]; });
    this.problem.value = '';
    this.close();
    this.stage.value = 'lockedOut';
  }

  #keepDrafts() {
    for (const { model, name, nickname } of this.#rooms.conversations()) {
      const text = model?.draft.value ?? '';
      if (model !== null && text !== '') this.#drafts.set(toHex(model.box.box16), { to: nickname || name, text });
    }
  }
}

/** The relay knows no such sign-in. @param {unknown} error */
const isUnauthorised = (error) => error instanceof WireError && error.code === 'unauthorised';

/**
 * The code of what went wrong at the sign-in.
 * @param {unknown} error
 * @returns {string}
 */
function problemOf(error) {
  if (error instanceof NotInForce) return error.code;
  if (error instanceof NotWitnessed) return 'notWitnessed';
  if (error instanceof BadProof || error instanceof BadStatement) return 'logFork';
  if (error instanceof TooShort || error instanceof TooLong || error instanceof BadCharacter) return 'wrong';
  if (error instanceof WireError && error.isUncertain) return 'disconnected';
  if (error instanceof WireError && error.code === 'forbidden') return 'notCertified';
  if (error instanceof WireError && error.code === 'rate_limited') return 'slow';
  if (error instanceof RemoteError || (error instanceof WireError && error.code === 'unauthorised')) return 'wrong';
  return 'internal';
}
