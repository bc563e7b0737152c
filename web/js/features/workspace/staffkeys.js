// The keys with which one colleague's account opens letters and boxes: the own ones, and those of the teams.

import * as account from '../../crypto/account.js';
import { publicOf } from '../../crypto/kem.js';
import { inbox16 } from '../../crypto/letter.js';
import { equal } from '../../crypto/primitives.js';

/** @typedef {import('../../crypto/keys.js').KemSecret} KemSecret */

export class StaffKeys {
  #ams;
  #keyring;
  /** The inbox of each key, by the key: making it costs a key pair. @type {WeakMap<KemSecret, Uint8Array>} */
  #inboxes = new WeakMap();

  /**
   * @param {import('../../crypto/keys.js').AccountSecret} ams
   * @param {Pick<import('../../core/keyring.js').Keyring, 'teamSeeds'>} keyring
   */
  constructor(ams, keyring) {
    this.#ams = ams;
    this.#keyring = keyring;
    this.kem = account.staffKem(ams);
  }

  /** Signs acceptances, commits and messages. */
  get sign() {
    return account.staffSign(this.#ams);
  }

  /** The own inbox. */
  get inbox16() {
    return this.#inboxOf(this.kem);
  }

  /** Every key under which somebody may have let this account in. @returns {KemSecret[]} */
  get kems() {
    return [this.kem, ...this.#keyring.teamSeeds.map(({ seed }) => seed)];
  }

  /** The own capability of one time of being in a box. @param {Uint8Array} keyContext of its entry */
  cap(keyContext) {
    return account.conversation(this.#ams, keyContext).cap;
  }

  /** That of a ticket which I open for somebody. @param {Uint8Array} keyContext */
  ticketCap(keyContext) {
    return account.conversation(this.#ams, keyContext).ticketCap;
  }

  /**
   * The key that opens what lies in an inbox; null for one that this account does not have.
   * @param {Uint8Array} inbox
   * @returns {KemSecret | null}
   */
  ofInbox(inbox) {
    return this.kems.find((kem) => equal(this.#inboxOf(kem), inbox)) ?? null;
  }

  /** @param {KemSecret} kem */
  #inboxOf(kem) {
    const known = this.#inboxes.get(kem) ?? inbox16(publicOf(kem));
    this.#inboxes.set(kem, known);
    return known;
  }
}
