// What the members have said about the conversation itself. Twin of Learned in clientlib/said.py.
//
// Only the seeker names themselves and what they write about, each only once, and agrees on a question for the day
// when the access is lost; only who counsels offers an access, or says that a written conversation is done.

import { Kind } from '../../crypto/envelope.js';
import { Role } from '../../crypto/roster.js';
import { signal } from '../../core/signals.js';
import * as codec from '../../wire/codec.js';

/** @typedef {import('../../crypto/envelope.js').Body} Body */
/** @typedef {import('../../crypto/verdict.js').Message} Message */
/** Number, topic and subject of the seeker's first ENQUIRY. @typedef {Readonly<{ n: number, topic: string, subject: string }>} Enquiry */

/** What to ask whoever says to be the seeker without their access, and since when. @typedef {Readonly<{ question: string, answer: string, sinceMs: number }>} Agreed */

/** What people say to each other; after it, somebody waits. @type {readonly number[]} */
const WORDS = [Kind.TEXT, Kind.FILE, Kind.ENQUIRY];

export class Learned {
  /** Under which the seeker writes; '' for an unregistered one. */
  pseudonym = signal('');
  accountOffered = signal(false);
  /** What a written conversation began with; null before. @type {import('../../core/signals.js').Signal<Enquiry | null>} */
  enquiry = signal(/** @type {Enquiry | null} */ (null));
  /** As the seeker agreed on last; null while there is none. @type {import('../../core/signals.js').Signal<Agreed | null>} */
  agreed = signal(/** @type {Agreed | null} */ (null));
  /** Somebody who counsels has written, be it only that they have read. */
  hasCounsellorSigned = signal(false);
  /** As who counsels marked it; the next word of either side takes it up again. */
  isDone = signal(false);
  /** The role of who said the last word; 0: nobody has said any. */
  lastWord = signal(/** @type {number} */ (0));
  /** Since when the seeker waits for a word; 0: they do not. */
  waitingSinceMs = signal(0);
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
    const { author: { role }, opened: { body } } = message;
    const { kind, payload } = body;
    if (kind === Kind.CLOSE) this.closedBy = isMine ? 'mine' : 'theirs';
    else if (kind === Kind.INTRODUCTION) {
      const name = this.#readName(codec.decode('Introduction', payload).pseudonym);
      if (role === Role.SEEKER && this.pseudonym.value === '') this.pseudonym.value = name;
    } else if (kind === Kind.ACCOUNT_OFFER) {
      codec.decode('AccountOffer', payload);
      if (role === Role.COUNSELLOR) this.accountOffered.value = true;
    } else if (kind === Kind.ENQUIRY) this.#begin(message);
    else if (kind === Kind.AGREED_QUESTION) this.#agree(body, role);
    else if (kind === Kind.DONE) {
      codec.decode('MarkedDone', payload);
      if (role === Role.COUNSELLOR) [this.isDone.value, this.waitingSinceMs.value] = [true, 0];
    }
    this.#hear(body, role);
  }

  /** @param {Message} message */
  #begin({ n, author, opened: { body } }) {
    const { topic, subject } = codec.decode('Enquiry', body.payload);
    if (author.role === Role.SEEKER) this.enquiry.value ??= Object.freeze({ n, topic, subject });
  }

  /** @param {Body} body @param {number} role */
  #agree({ payload, sentMs }, role) {
    const { question, answer } = codec.decode('AgreedQuestion', payload);
    if (role === Role.SEEKER) this.agreed.value = question === '' ? null : Object.freeze({ question, answer, sinceMs: sentMs });
  }

  /**
   * Whose turn it is.
   * @param {Body} body
   * @param {number} role
   */
  #hear({ kind, sentMs }, role) {
    if (role === Role.COUNSELLOR) this.hasCounsellorSigned.value = true;
    if (!isWord(kind)) return;
    this.lastWord.value = role;
    this.isDone.value = false;
    if (role !== Role.SEEKER) this.waitingSinceMs.value = 0;
    else this.waitingSinceMs.value ||= sentMs;
  }
}

/** Tells whether somebody speaks in an envelope of this kind. @param {number} kind */
export function isWord(kind) {
  return WORDS.includes(kind);
}
