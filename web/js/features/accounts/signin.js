// Signing in with name and passphrase. What is typed stays in the fields; this only tries it.

import { signal } from '../../core/signals.js';
import { RemoteError } from '../../crypto/errors.js';
import { problemOf } from './problems.js';

/** @typedef {import('../../core/account.js').SeekerAccount} SeekerAccount */

export class SignInModel {
  busy = signal(false);
  /** A code; '' for nothing. */
  problem = signal('');
  #signIn;
  #onOpen;

  /**
   * @param {(name: string, phrase: string) => Promise<SeekerAccount>} signIn
   * @param {(account: SeekerAccount) => void} onOpen
   */
  constructor(signIn, onOpen) {
    this.#signIn = signIn;
    this.#onOpen = onOpen;
  }

  /**
   * @param {string} name
   * @param {string} phrase
   */
  async submit(name, phrase) {
    if (this.busy.value) return;
    this.problem.value = '';
    this.busy.value = true;
    try {
      this.#onOpen(await this.#signIn(name, phrase));
    } catch (error) {
      this.problem.value = isNoSuchText(error) ? 'wrong' : problemOf(error);
    } finally {
      this.busy.value = false;
    }
  }
}

/**
 * What can be nobody's name or passphrase is as wrong as any other, and is not worth a word of its own.
 * @param {unknown} error
 */
export function isNoSuchText(error) {
  return error instanceof RemoteError && ['too_short', 'too_long', 'bad_character'].includes(error.code);
}
