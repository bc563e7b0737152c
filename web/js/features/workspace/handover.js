// Handing an own conversation, or a running chat, over to a colleague: the side of who gives it away (E1.14). Twin of
// clientlib/handover.py.
//
//   1 HAND_OVER          asks the seeker; nobody comes in before their yes
//   2 keyring {ES_e}     3 commit: the colleague comes in, with a welcome letter, and a grant of what came before
//   4 to whom it goes    their list shows it
//
// Then the colleague takes it over, and with it me out; or sends it back, and I take them out. A deputy leaves me in it,
// until either of us ends that. Each stands in the box before the relay is told, so `nextStep` goes on from wherever it
// stopped, on any device of the account.

import { Reason } from '../../crypto/commit.js';
import { Kind } from '../../crypto/envelope.js';
import * as codec from '../../wire/codec.js';
import { WireError } from '../../wire/errors.js';
import { changeMembers } from './commits.js';

/** @typedef {import('../../crypto/certificate.js').Certificate} Certificate */
/** @typedef {import('../../crypto/roster.js').RosterEntry} RosterEntry */
/** @typedef {import('../enquiries/consent.js').Answer} Answer */
/** @typedef {import('./shared.js').SharedThread} SharedThread */
/** @typedef {import('./note.js').Note} Note */
/** @typedef {import('./place.js').Colleague} Colleague */

const NOBODY = new Uint8Array(0);

/**
 * Whose a conversation is by its row: mine, to be handed to somebody, handed to me, or not mine to act on.
 * @typedef {'mine' | 'handed' | 'toMe' | 'others' | 'unknown'} Whose
 */

/**
 * What box and row say of one conversation. `answer` to the question that stands, `isMyQuestion`: that I have asked.
 * `isFit`: the log still lists who was let in. Of a deputy, `lent`: whether who lent it may still be in it, and whether I
 * have said that I go; null for everybody else.
 * @typedef {Readonly<{ lent: Readonly<{ isFit: boolean, hasEnded: boolean }> | null, isOpen: boolean, answer: Answer | '', isMyQuestion: boolean, successor: RosterEntry | null,
 *   predecessor: RosterEntry | null, isAnnounced: boolean, isFit: boolean, row: Whose }>} Situation
 */

/** @typedef {'letIn' | 'announce' | 'giveUp' | 'takeOut' | 'withdraw' | 'finish' | 'report' | 'leave' | 'none'} Step */

/**
 * The next step that is missing, of who gives away and of who takes over.
 * @param {Situation} situation
 * @returns {Step}
 */
export function nextStep({ lent, isOpen, answer, isMyQuestion, successor, predecessor, isAnnounced, isFit, row }) {
  if (!isOpen) return 'none';
  if (lent !== null && predecessor !== null) return stepOfDeputy(lent, row);
  // Who lent it has left: it is mine alone.
  if (lent !== null && row === 'others') return 'report';
  // Taken back in the very moment: who gave it away takes me out again.
  if (predecessor !== null) return answer === 'takenBack' && !isMyQuestion ? 'none' : 'finish';
  if (row === 'toMe') return 'report';
  if (successor !== null && isMyQuestion && (answer === 'takenBack' || answer === 'sentBack')) return 'takeOut';
  if (successor !== null && isMyQuestion && answer === 'done' && !isFit) return 'giveUp';
  if (successor !== null) return row === 'mine' && !isAnnounced ? 'announce' : 'none';
  // The letters of an earlier one go first: nobody is to find them beside the new ones.
  if (row === 'handed') return 'withdraw';
  return isMyQuestion && answer === 'yes' ? 'letIn' : 'none';
}

/**
 * @param {{ isFit: boolean, hasEnded: boolean }} lent
 * @param {Whose} row
 * @returns {Step}
 */
function stepOfDeputy({ isFit, hasEnded }, row) {
  if (hasEnded) return 'leave';
  if (!isFit) return 'finish';
  return row === 'toMe' ? 'report' : 'none';
}

export class HandingOver {
  #actor;
  #tickets;
  #certificate;
  #colleagues;

  /**
   * @param {object} parts
   * @param {import('./commits.js').Actor} parts.actor
   * @param {import('./tickets.js').Tickets} parts.tickets
   * @param {() => Readonly<Certificate> | null} parts.certificate the own one in force
   * @param {(portal16: Uint8Array) => Promise<readonly Colleague[]>} parts.colleagues whom it may go to now
   */
  constructor({ actor, tickets, certificate, colleagues }) {
    this.#actor = actor;
    this.#tickets = tickets;
    this.#certificate = certificate;
    this.#colleagues = colleagues;
  }

  /**
   * Asks the seeker.
   * @param {SharedThread} thread
   * @param {Uint8Array} certificateHash
   * @param {boolean} withHistory
   * @param {boolean} isDeputy
   */
  ask(thread, certificateHash, withHistory, isDeputy) {
    return thread.box.send(Kind.HAND_OVER, codec.encode('HandOver', { certificateHash, withHistory: withHistory ? 1 : 0, isDeputy: isDeputy ? 1 : 0 }));
  }

  /**
   * Keeps it: takes the question back, or whom it has let in. From a deputy: stands in no more.
   * @param {SharedThread} thread
   * @param {number} n of the question, or of the commit that let me in
   */
  takeBack(thread, n) {
    return thread.box.send(Kind.HAND_OVER_ANSWER, codec.encode('HandOverAnswer', { n, isYes: 0 }));
  }

  /**
   * After the yes: lets the colleague in. What that takes is fetched then. ColleagueGone where the log says by now that
   * this must not be.
   * @param {Note} note
   * @param {SharedThread} thread
   */
  async letIn(note, thread) {
    const { letIn } = await import('./lettingin.js').catch(() => { throw new WireError('disconnected'); });
    await letIn(this.#actor, this.#certificate(), this.#colleagues, note, thread);
  }

  /**
   * Tells the relay to whom it goes.
   * @param {Note} note
   * @param {SharedThread} thread
   */
  async announce({ ticket16 }, { successor, consent }) {
    const { request, log } = this.#actor;
    const certificate = log.view.certificate(successor.peek()?.certificateHash ?? NOBODY);
    const isDeputy = consent.asked.peek()?.isDeputy ?? false;
    if (certificate !== null) await this.#tickets.handTo(request, ticket16, certificate.subject16, isDeputy);
  }

  /** The colleague goes again: sent back, or taken back. @param {SharedThread} thread */
  async takeOut(thread) {
    const go = thread.successor.peek();
    if (go !== null) await changeMembers(this.#actor, thread.box.transcript, { go, reason: Reason.REMOVED });
  }

  /** It goes to nobody any more; the letters are deleted. @param {Note} note */
  async withdraw({ ticket16 }) {
    await this.#tickets.handTo(this.#actor.request, ticket16, NOBODY, false);
  }
}
