// Every way into an account, and everything that can be changed about it, over the page's one line.

import { SeekerAccount } from '../../core/account.js';
import { changeCode, changePassphrase, renew, signIn, signInByCode } from '../../core/accounts.js';
import { stockOf } from '../../core/stock.js';
import { newAccountSecret } from '../../crypto/account.js';
import '../../wire/catalogue-account.js';

/** @typedef {import('../../core/argon2.js').Argon2id} Argon2id */
/** @typedef {Awaited<ReturnType<typeof stockOf>>} Stock */

export class Entrance {
  #argon2id;
  /** @type {Promise<void>} */
  #ending = Promise.resolve();

  /**
   * @param {import('../../core/line.js').Line} line
   * @param {Argon2id} argon2id
   */
  constructor(line, argon2id) {
    this.line = line;
    this.connection = line.connection.state;
    this.#argon2id = argon2id;
  }

  /**
   * @param {string} name
   * @param {string} phrase
   */
  async signIn(name, phrase) {
    await this.#come();
    return SeekerAccount.open(this.line, await signIn(this.line.request, { name, phrase, ...this.#place }));
  }

  /** @param {string} code 26 symbols */
  async signInByCode(code) {
    await this.#come();
    return SeekerAccount.open(this.line, await signInByCode(this.line.request, { code, ...this.#place }));
  }

  /**
   * Makes an account from nothing and signs in.
   * @param {{ name: string, phrase: string, code: string }} chosen
   */
  async create(chosen) {
    await this.#come();
    const ams = newAccountSecret();
    try {
      return await SeekerAccount.create(this.line, { ...chosen, ams, argon2id: this.#argon2id });
    } finally {
      ams.fill(0);
    }
  }

  /**
   * @param {SeekerAccount} account
   * @param {string} old
   * @param {string} next
   */
  async changePassphrase(account, old, next) {
    await this.#connect();
    await changePassphrase(account.request, { name: account.pseudonym, old, next, ...this.#place });
  }

  /**
   * @param {SeekerAccount} account
   * @param {string} phrase
   * @param {string} code 26 symbols
   */
  async changeCode(account, phrase, code) {
    await this.#connect();
    await changeCode(account.request, { name: account.pseudonym, phrase, code, ...this.#place });
  }

  /**
   * Both doors anew, after a sheet was used.
   * @param {SeekerAccount} account
   * @param {{ code: string, nextPhrase: string, nextCode: string }} change
   */
  async renew(account, change) {
    await this.#connect();
    await renew(account.request, { name: account.pseudonym, ...change, ...this.#place });
  }

  /**
   * @param {SeekerAccount} account
   * @returns {Promise<Stock>}
   */
  async stock(account) {
    await this.#connect();
    return stockOf(account.request, account);
  }

  /**
   * What became of the conversations whose end was seen.
   * @param {SeekerAccount} account
   */
  async deletions({ keyring }) {
    await this.#connect();
    const { readDeletions } = await import('../retention/model.js');
    return readDeletions({ keyring, log: this.line.log, clock: this.line.clock });
  }

  /**
   * @param {SeekerAccount} account
   * @param {string} phrase
   */
  async delete(account, phrase) {
    await this.#connect();
    await account.delete({ phrase, argon2id: this.#argon2id });
  }

  /**
   * Ends a sign-in with `work`, then hangs up. Whoever comes meanwhile waits: on this line the relay would take the
   * `sign_out` for theirs, and hanging up would cut short their way in.
   * @param {() => Promise<void>} work
   */
  async end(work) {
    const ended = work().finally(() => this.close());
    // Its fault is told to who ended, not to who comes.
    this.#ending = ended.catch(() => {});
    await ended;
  }

  /** Hangs up until somebody comes again. */
  close() {
    this.line.close();
  }

  /** For somebody new; what an account still asks while it ends would open the line once more. */
  async #come() {
    await this.#ending;
    await this.#connect();
  }

  #connect() {
    return this.line.connect(this.#argon2id);
  }

  get #place() {
    const nextLine = () => this.line.connection.opened();
    return { deploymentId: this.line.deploymentId, argon2id: this.#argon2id, nextLine };
  }
}
