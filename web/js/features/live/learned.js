// What the members have said about the conversation itself. Twin of Learned in clientlib/said.py.
//
// Only the seeker names themselves, and only once; only who counsels offers an access.

import { Kind } from '../../crypto/envelope.js';
import { Role } from '../../crypto/roster.js';
import { signal } from '../../core/signals.js';
import * as codec from '../../wire/codec.js';

/** @typedef {import('../../crypto/verdict.js').Message} Message */

export class Learned {
  /** Under which the seeker writes; '' for an unregistered one. */
  pseudonym = signal('');
  accountOffered = signal(false);
  /** Who signed a close message, if anybody did. @type {'' | 'mine' | 'theirs'} */
  closedBy = '';
  #readName;

  /** @param {(given: string) => string} readName throws RemoteError for what is no pseudonym */
  constructor(readName) {
    this.#readName = readName;
  }

  /**
   * Takes in a message; RemoteError for a genuine one of a broken shape.
   * @param {Message} message
   * @param {boolean} isMine
   */
  take({ author, opened: { body } }, isMine) {
    if (body.kind === Kind.CLOSE) this.closedBy = isMine ? 'mine' : 'theirs';
    else if (body.kind === Kind.INTRODUCTION) {
      const name = this.#readName(codec.decode('Introduction', body.payload).pseudonym);
      if (author.role === Role.SEEKER && this.pseudonym.value === '') this.pseudonym.value = name;
    } else if (body.kind === Kind.ACCOUNT_OFFER) {
      codec.decode('AccountOffer', body.payload);
      if (author.role === Role.COUNSELLOR) this.accountOffered.value = true;
    }
  }
}
