// What the members have said about the conversation itself. Twin of Learned in clientlib/said.py; what only a
// written one has is ../enquiries/learned.js.
//
// Only the seeker names themselves, and only once; only who counsels offers an access.

import { Kind } from '../../crypto/envelope.js';
import { Role } from '../../crypto/roster.js';
import { signal } from '../../core/signals.js';
import * as codec from '../../wire/codec.js';

/** @typedef {import('../../crypto/verdict.js').Message} Message */

/** What people say to each other; after it, somebody waits. @type {readonly number[]} */
const WORDS = [Kind.TEXT, Kind.FILE, Kind.ENQUIRY];

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
  take(message, isMine) {
    const { author: { role }, opened: { body: { kind, payload } } } = message;
    if (kind === Kind.CLOSE) this.closedBy = isMine ? 'mine' : 'theirs';
    else if (kind === Kind.INTRODUCTION) {
      const name = this.#readName(codec.decode('Introduction', payload).pseudonym);
      if (role === Role.SEEKER && this.pseudonym.value === '') this.pseudonym.value = name;
    } else if (kind === Kind.ACCOUNT_OFFER) {
      codec.decode('AccountOffer', payload);
      if (role === Role.COUNSELLOR) this.accountOffered.value = true;
    }
  }
}

/** Tells whether somebody speaks in an envelope of this kind. @param {number} kind */
export function isWord(kind) {
  return WORDS.includes(kind);
}
