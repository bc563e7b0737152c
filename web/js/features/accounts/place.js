// Where somebody was when the page locked, so that the same account comes back to it.

import { equal } from '../../crypto/primitives.js';

/** @typedef {import('../../core/account.js').SeekerAccount} SeekerAccount */

export class Place {
  #handle;
  /** What no save has reached: without line or sign-in. @type {readonly { box16: Uint8Array, text: string }[]} */
  #drafts = [];

  /**
   * @param {import('./model.js').Stage} stage
   * @param {Uint8Array | null} box16 of the chat that was read
   * @param {SeekerAccount} account public of it stays: by which it is known again
   */
  constructor(stage, box16, account) {
    this.stage = stage;
    this.box16 = box16;
    this.#handle = account.handle;
  }

  /** Holds the drafts that the relay would not take any more, before the account is wiped. @param {SeekerAccount} account */
  holdDrafts({ keyring }) {
    if (!keyring.isUnsaved) return;
    const found = keyring.entries.map(({ box16 }) => ({ box16, text: keyring.draft(box16) }));
    this.#drafts = found.filter(({ text }) => text !== '');
  }

  /** @param {SeekerAccount} account */
  isOf({ handle }) {
    return equal(handle, this.#handle);
  }

  /** Gives the drafts back; what another device wrote meanwhile is newer. @param {SeekerAccount} account */
  giveBack({ keyring }) {
    for (const { box16, text } of this.#drafts) if (keyring.draft(box16) === '') keyring.keepDraft(box16, text);
    this.#drafts = [];
  }
}
