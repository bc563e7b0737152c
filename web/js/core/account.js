// A signed-in seeker on one line: secret, token and keyring, all of it in memory only.
//
// On each new line the token binds the sign-in again, before any other room asks. When the relay says
// that the sign-in is over (12 hours, or the passphrase was changed elsewhere), `ended` says so; what is
// unsaved then stays in memory until somebody wipes it.

import * as keys from '../crypto/account.js';
import { EntryState } from '../crypto/entry.js';
import { SEEKER_PAGES } from '../crypto/keyring.js';
import { equal } from '../crypto/primitives.js';
import '../wire/catalogue-account.js';
import { WireError, ignoreRefusal } from '../wire/errors.js';
import { answered, createAccount, deleteAccount, signIn } from './accounts.js';
import { Keyring } from './keyring.js';
import { shownName } from './pseudonym.js';
import { signal } from './signals.js';

/** @typedef {import('./accounts.js').SignedIn} SignedIn */
/** @typedef {import('./argon2.js').Argon2id} Argon2id */
/** @typedef {import('./connection.js').Request} Request */
/** @typedef {import('./line.js').Line} Line */
/** @typedef {import('../crypto/keys.js').AccountSecret} AccountSecret */
/** @typedef {import('../crypto/keyring.js').PageContent} PageContent */
/** Number and chain head of the last envelope read. @typedef {{ pinN: number, pinChain: Uint8Array }} Pin */

const UNAUTHORISED = 'unauthorised';
const OVER = ['unknown', 'closed', 'expired', 'wrong_state'];

export class SeekerAccount {
  #line;
  #end;
  /** How far each conversation was read here, by its box. @type {Map<string, { box16: Uint8Array, read: () => Pin }>} */
  #followed = new Map();

  /**
   * Takes over what a sign-in brought; BadProof or another RemoteError when the pages are not what this
   * account saved, and then nothing of it stays.
   * @param {Line} line
   * @param {SignedIn} signedIn
   */
  constructor(line, { ams, token, pages }) {
    this.#line = line;
    this.ams = ams;
    this.token = token;
    try {
      this.keyring = new Keyring(this.request, ams, pages, { count: SEEKER_PAGES, clock: line.clock, seen: () => line.log.view });
      line.log.pin(this.keyring.logPin.size, this.keyring.logPin.root);
    } catch (error) {
      ams.fill(0);
      token.fill(0);
      throw error;
    }
    /** True once the relay has ended the sign-in. */
    this.ended = signal(false);
    const ends = [
      line.onOpen((request) => this.#attach(request), { isFirst: true }),
      line.connection.on('signed_out', () => { this.ended.value = true; }),
    ];
    this.#end = () => ends.forEach((end) => end());
  }

  /**
   * @param {Line} line
   * @param {SignedIn} signedIn
   * @returns {Promise<SeekerAccount>}
   */
  static async open(line, signedIn) {
    return new SeekerAccount(line, signedIn);
  }

  /**
   * Makes an account and signs in, on however many lines: a second try by the person would meet their own
   * name as taken.
   * @param {Line} line connected, with Argon2id tested
   * @param {{ name: string, phrase: string, code?: string | null, ams: AccountSecret, content?: PageContent,
   *   argon2id: Argon2id }} parts `ams` stays the caller's
   * @returns {Promise<SeekerAccount>}
   */
  static async create(line, { name, phrase, code = null, ams, content, argon2id }) {
    const nextLine = () => line.connection.opened();
    const place = { deploymentId: line.deploymentId, argon2id, nextLine };
    await createAccount(line.request, { name, phrase, code, ams, content, ...place });
    return SeekerAccount.open(line, await answered(() => signIn(line.request, { name, phrase, ...place }), nextLine));
  }

  /** As the person chose it. */
  get pseudonym() {
    return this.keyring.pseudonym;
  }

  /** The pseudonym as both sides of a chat see it. */
  get shownName() {
    return shownName(this.pseudonym);
  }

  /** By which an admin can block this account, whose name nobody knows. */
  get handle() {
    return keys.handle(this.ams);
  }

  /**
   * The own keys of one conversation.
   * @param {Uint8Array} keyContext
   */
  conversation(keyContext) {
    return keys.conversation(this.ams, keyContext);
  }

  /**
   * Tells whether another sign-in is of this account.
   * @param {AccountSecret} ams
   */
  isSame(ams) {
    return equal(ams, this.ams);
  }

  /**
   * Knows of a conversation that is read here: at the sign-out its place is kept, so that no device of this
   * account can be shown less of it later.
   * @param {Uint8Array} box16
   * @param {() => Pin} read
   */
  follow(box16, read) {
    this.#followed.set(String(box16), { box16, read });
  }

  /** Saves what waits, as far as line and sign-in allow; what they do not allow goes on waiting. */
  async flush() {
    await this.keyring.flush().catch(ignoreRefusal);
  }

  /** Saves what waits, ends the sign-in at the relay, forgets everything here, whatever the relay says to it. */
  async signOut() {
    try {
      await this.keyring.remember(...this.#pinned()).catch(ignoreRefusal);
      await this.flush();
      await this.keyring.pinLog(this.#line.log.view).catch(ignoreRefusal);
    } finally {
      await this.#line.request('sign_out').catch(ignoreRefusal).finally(() => this.wipe());
    }
  }

  /**
   * Deletes the account; the own capabilities go first, since nobody could drop them afterwards.
   * @param {{ phrase: string, argon2id: Argon2id }} proof
   */
  async delete({ phrase, argon2id }) {
    const { deploymentId } = this.#line;
    const before = () => this.#leaveAll();
    await deleteAccount(this.#line.request, { name: this.pseudonym, phrase, deploymentId, argon2id, before });
    this.wipe();
  }

  /** Keys, token and pages are gone from this page. */
  wipe() {
    this.#end();
    this.#followed.clear();
    this.keyring.wipe();
    this.ams.fill(0);
    this.token.fill(0);
  }

  /** @param {Request} request */
  async #attach(request) {
    try {
      await request('attach', { token: this.token });
    } catch (error) {
      this.#learn(error);
      if (!this.ended.value) throw error;
    }
  }

  /** The entries of what was read here, with how far. */
  #pinned() {
    return [...this.#followed.values()].flatMap(({ box16, read }) => {
      const entry = this.keyring.entry(box16);
      return entry === null || entry.state === EntryState.GONE ? [] : [{ ...entry, ...read() }];
    });
  }

  /** Places in a queue are given back, what runs ends, and nobody may read on; what is purged needs none of it. */
  async #leaveAll() {
    for (const { box16, state, keyContext } of this.keyring.entries) {
      if (state === EntryState.GONE) continue;
      const { cap, ticketCap } = this.conversation(keyContext);
      await this.#line.request('withdraw', {}, ticketCap).catch(ignoreOver);
      await this.#line.request('leave', { box16 }, cap).catch(ignoreOver);
    }
  }

  /**
   * What the keyring asks; a refusal tells that the sign-in is over.
   * @type {Request}
   */
  request = async (name, fields = {}, credential = undefined) => {
    try {
      return await this.#line.request(name, fields, credential);
    } catch (error) {
      this.#learn(error);
      throw error;
    }
  };

  /** @param {unknown} error */
  #learn(error) {
    if (error instanceof WireError && error.code === UNAUTHORISED) this.ended.value = true;
  }
}

/**
 * What a conversation answers that has ended, or is no more.
 * @param {unknown} error
 */
function ignoreOver(error) {
  if (!(error instanceof WireError) || !OVER.includes(error.code)) throw error;
}
