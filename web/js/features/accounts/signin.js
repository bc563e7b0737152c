// Signing in with name and passphrase. What is typed stays in the fields; this only tries it.

import { Attempt } from './attempt.js';

/** @typedef {import('../../core/account.js').SeekerAccount} SeekerAccount */

export class SignInModel {
  #attempt = new Attempt();
  busy = this.#attempt.busy;
  problem = this.#attempt.problem;
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
  submit(name, phrase) {
    return this.#attempt.run(async () => this.#onOpen(await this.#signIn(name, phrase)));
  }
}
