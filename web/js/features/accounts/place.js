// Where somebody was when the page locked, so that the same account comes back to it.

import { equal } from '../../crypto/primitives.js';

/** @typedef {import('../../core/account.js').SeekerAccount} SeekerAccount */

export class Place {
  #handle;
  /** Drafts that no save has reached, without line or sign-in; sealed. @type {readonly import('../../core/keyring.js').Unsaved[]} */
  #unsaved = [];

  /**
   * @param {import('./model.js').Stage} stage
   * @param {Uint8Array | null} box16 of the chat or enquiry that was on the screen
   * @param {SeekerAccount} account public of it stays: by which it is known again
   */
  constructor(stage, box16, account) {
    this.stage = stage;
    this.box16 = box16;
    this.#handle = account.handle;
  }

  /** Holds what the relay would not take any more, before the account is wiped. @param {SeekerAccount} account */
  holdDrafts({ keyring }) {
    this.#unsaved = keyring.unsaved();
  }

  /** @param {SeekerAccount} account */
  isOf({ handle }) {
    return equal(handle, this.#handle);
  }

  /** Gives the drafts back; what another device saved more often meanwhile is newer. @param {SeekerAccount} account */
  giveBack({ keyring }) {
    keyring.takeBack(this.#unsaved);
    this.#unsaved = [];
  }
}
