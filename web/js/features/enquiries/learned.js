// What the members have said about a written conversation. Twin of the same part of Learned in clientlib/said.py.
//
// Only the seeker says what they write about, and only once, and agrees on a question for the day when the access is
// lost; only who counsels says that it is done.

import { Kind } from '../../crypto/envelope.js';
import { Role } from '../../crypto/roster.js';
import { signal } from '../../core/signals.js';
import * as codec from '../../wire/codec.js';
import { Learned, isWord } from '../live/learned.js';

/** @typedef {import('../../crypto/envelope.js').Body} Body */
/** @typedef {import('../../crypto/verdict.js').Message} Message */
/** Number, topic and subject of the seeker's first ENQUIRY. @typedef {Readonly<{ n: number, topic: string, subject: string }>} Enquiry */
/** What to ask whoever says to be the seeker without their access, and since when. @typedef {Readonly<{ question: string, answer: string, sinceMs: number }>} Agreed */

/**
 * What was said last of a regular counsellor, and by whom; an empty relation: not any more.
 * @typedef {Readonly<{ sidx: number, certificateHash: Uint8Array, relation: Uint8Array, isFirst: boolean }>} Given
 */

export class WrittenLearned extends Learned {
  /** What it began with; null before. @type {import('../../core/signals.js').Signal<Enquiry | null>} */
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
  /** What a counsellor gave along when they marked it done, the newest; null: nothing. @type {import('../../core/signals.js').Signal<Given | null>} */
  known = signal(/** @type {Given | null} */ (null));
  /** Null: nothing ever. @type {import('../../core/signals.js').Signal<Given | null>} */
  relation = signal(/** @type {Given | null} */ (null));

  /** @override @param {Message} message @param {boolean} isMine */
  take(message, isMine) {
    const { author: { role }, opened: { body } } = message;
    super.take(message, isMine);
    if (body.kind === Kind.ENQUIRY) this.#begin(message);
    else if (body.kind === Kind.AGREED_QUESTION) this.#agree(body, role);
    else if (body.kind === Kind.RELATION) this.#relate(message);
    else if (body.kind === Kind.DONE) {
      const { relation } = codec.decode('MarkedDone', body.payload);
      if (role === Role.COUNSELLOR) this.#done(message, relation);
    }
    this.#hear(body, role);
  }

  /** @param {Message} message @param {Uint8Array} relation */
  #done({ author: { certificateHash }, opened: { body: { sidx } } }, relation) {
    [this.isDone.value, this.waitingSinceMs.value] = [true, 0];
    if (relation.length > 0) this.known.value = Object.freeze({ sidx, certificateHash, relation, isFirst: false });
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

  /** Only who counsels gives one; it is ended by who gave it, or by the seeker. @param {Message} message */
  #relate({ author: { role, certificateHash }, opened: { body: { sidx, payload } } }) {
    const { relation, isFirst } = codec.decode('Relation', payload);
    const before = this.relation.peek();
    if (role === Role.COUNSELLOR && relation.length > 0) this.relation.value = Object.freeze({ sidx, certificateHash, relation, isFirst: isFirst === 1 });
    else if (relation.length === 0 && before !== null && (role === Role.SEEKER || before.sidx === sidx)) this.relation.value = Object.freeze({ ...before, relation });
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

/**
 * Says in the log, once, that it is done, and that a question was agreed on; RemoteError for a broken shape.
 * @param {{ learned: WrittenLearned, tell: import('../live/thread.js').Thread['tell'] }} thread which has not taken the message in
 * @param {Message} message
 * @param {boolean} isMine
 */
export function tellLearned(thread, { author: { role }, opened: { body } }, isMine) {
  const about = { atMs: body.sentMs, from: isMine ? -1 : body.sidx };
  if (body.kind === Kind.DONE && role === Role.COUNSELLOR && !thread.learned.isDone.value) {
    codec.decode('MarkedDone', body.payload);
    thread.tell(isMine ? 'doneByMe' : 'done', about);
  } else if (body.kind === Kind.AGREED_QUESTION && role === Role.SEEKER) {
    if (codec.decode('AgreedQuestion', body.payload).question !== '') thread.tell(isMine ? 'questionAgreedByMe' : 'questionAgreed', about);
  }
}
