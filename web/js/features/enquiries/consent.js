// The seeker's yes: who asks to be followed by whom, and what was answered (E1.13). Pure: messages in, one question
// out. It asks and answers; only a commit hands over. Twin of clientlib/consent.py.

import { Reason, decodeCommit } from '../../crypto/commit.js';
import { Kind } from '../../crypto/envelope.js';
import { equal } from '../../crypto/primitives.js';
import { Role } from '../../crypto/roster.js';
import { signal } from '../../core/signals.js';
import * as codec from '../../wire/codec.js';

/** @typedef {import('../../crypto/envelope.js').Body} Body */
/** @typedef {import('../../crypto/roster.js').RosterEntry} RosterEntry */
/** @typedef {import('../../crypto/verdict.js').Message} Message */

/**
 * What has become of a question. `takenBack` by who asked, also as long as the colleague has not taken it over; `done`:
 * the commit has let them in; `sentBack` by that colleague.
 * @typedef {'open' | 'yes' | 'no' | 'takenBack' | 'done' | 'sentBack'} Answer
 */

/**
 * A question at number `n`, from member `sidx`, about a certificate. `isDeputy`: they stand in, and who asked stays.
 * `addedN` is the number of the commit that has let the colleague in; 0 before.
 * @typedef {Readonly<{ n: number, sidx: number, certificateHash: Uint8Array, withHistory: boolean, isDeputy: boolean, answer: Answer, addedN: number }>} Asked
 */

/** Nothing is to be taken back any more. @type {readonly Answer[]} */
const OVER = ['no', 'sentBack'];

export class Consent {
  /** The question that stands, or stood last; null when nobody asks. @type {import('../../core/signals.js').Signal<Asked | null>} */
  asked = signal(/** @type {Asked | null} */ (null));

  /**
   * Takes in a message; RemoteError for a genuine one of a broken shape.
   * @param {Message} message
   */
  take(message) {
    const { kind } = message.opened.body;
    if (kind === Kind.HAND_OVER) this.#ask(message);
    else if (kind === Kind.HAND_OVER_ANSWER) this.#answer(message);
    else if (kind === Kind.COMMIT) this.#commit(message);
  }

  /**
   * Tells whether the seeker said yes to this colleague, asked by who lets them in, and to what the commit calls them:
   * one who stands in, or who goes on.
   * @param {RosterEntry} author of the commit
   * @param {RosterEntry} newcomer
   * @param {number} reason of the commit
   */
  allows(author, { role, certificateHash }, reason) {
    const asked = this.asked.peek();
    return asked?.isDeputy === (reason === Reason.DEPUTY) && asked.answer === 'yes' && role === Role.COUNSELLOR && asked.sidx === author.sidx && equal(asked.certificateHash, certificateHash);
  }

  /** Only who counsels asks, and a newer question replaces an older. @param {Message} message */
  #ask({ n, author, opened: { body } }) {
    const { certificateHash, withHistory, isDeputy } = codec.decode('HandOver', body.payload);
    if (author.role !== Role.COUNSELLOR) return;
    this.asked.value = Object.freeze({ n, sidx: body.sidx, certificateHash, withHistory: withHistory === 1, isDeputy: isDeputy === 1, answer: 'open', addedN: 0 });
  }

  /** The seeker answers once; who asked takes back; who was let in sends back. @param {Message} message */
  #answer({ author, opened: { body } }) {
    const { n, isYes } = codec.decode('HandOverAnswer', body.payload);
    const asked = this.asked.peek();
    if (asked === null) return;
    const isToIt = n === asked.n;
    if (author.role === Role.SEEKER) {
      if (isToIt && asked.answer === 'open') this.#become({ ...asked, answer: isYes === 1 ? 'yes' : 'no' });
    } else if (isYes === 0) {
      const isColleague = equal(author.certificateHash, asked.certificateHash) && n === asked.addedN;
      if (isToIt && author.sidx === asked.sidx && !OVER.includes(asked.answer)) this.#become({ ...asked, answer: 'takenBack' });
      else if (isColleague && asked.answer === 'done') this.#become({ ...asked, answer: 'sentBack' });
    }
  }

  /** A commit settles a question, or ends it: who asked is gone, or the colleague again. @param {Message} message */
  #commit({ n, author, opened: { body } }) {
    const { roster, reason } = decodeCommit(body.payload);
    const asked = this.asked.peek();
    if (asked === null) return;
    const newcomer = roster.find(({ certificateHash }) => equal(certificateHash, asked.certificateHash));
    const isOver = !roster.some(({ sidx }) => sidx === asked.sidx) || (newcomer === undefined && asked.addedN > 0);
    if (isOver) this.asked.value = null;
    else if (newcomer !== undefined && this.allows(author, newcomer, reason)) this.#become({ ...asked, answer: 'done', addedN: n });
  }

  /** @param {Asked} asked */
  #become(asked) {
    this.asked.value = Object.freeze(asked);
  }
}
