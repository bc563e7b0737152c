// Handing an own conversation, or a running chat, over to a colleague: the side of who gives it away (E1.14). Twin of
// clientlib/handover.py.
//
//   1 HAND_OVER          asks the seeker; nobody comes in before their yes
//   2 keyring {ES_e}     3 commit: the colleague comes in, with a welcome letter, and a grant of what came before
//   4 to whom it goes    their list shows it
//
// Then the colleague takes it over, and with it me out; or sends it back, and I take them out. Each stands in the box
// before the relay is told, so `nextStep` goes on from wherever it stopped, on any device of the account.

import { Reason } from '../../crypto/commit.js';
import { capHash } from '../../crypto/credential.js';
import { Kind } from '../../crypto/envelope.js';
import { BadStatement } from '../../crypto/errors.js';
import { encodeGrant } from '../../crypto/grant.js';
import { keyOf } from '../../crypto/keys.js';
import { LetterKind, encodeWelcome, sealLetter } from '../../crypto/letter.js';
import { equal, signPublic } from '../../crypto/primitives.js';
import { randomBytes } from '../../crypto/random.js';
import { Role } from '../../crypto/roster.js';
import * as codec from '../../wire/codec.js';
import { OWN_RIGHTS, changeMembers } from './commits.js';

/** @typedef {import('../../crypto/certificate.js').Certificate} Certificate */
/** @typedef {import('../../crypto/roster.js').RosterEntry} RosterEntry */
/** @typedef {import('../enquiries/consent.js').Answer} Answer */
/** @typedef {import('./shared.js').SharedThread} SharedThread */
/** @typedef {import('./note.js').Note} Note */
/** @typedef {import('./place.js').Colleague} Colleague */

/** Whom the seeker has agreed to has left the team, or has no keys in force. */
export class ColleagueGone extends BadStatement {}

const NOBODY = new Uint8Array(0);

/**
 * Whose a conversation is by its row: mine, to be handed to somebody, handed to me, or not mine to act on.
 * @typedef {'mine' | 'handed' | 'toMe' | 'others' | 'unknown'} Whose
 */

/**
 * What box and row say of one conversation. `answer` to the question that stands, `isMyQuestion`: that I have asked.
 * `isFit`: the log still lists who was let in.
 * @typedef {Readonly<{ isOpen: boolean, answer: Answer | '', isMyQuestion: boolean, successor: RosterEntry | null,
 *   predecessor: RosterEntry | null, isAnnounced: boolean, isFit: boolean, row: Whose }>} Situation
 */

/** @typedef {'letIn' | 'announce' | 'giveUp' | 'takeOut' | 'withdraw' | 'finish' | 'report' | 'none'} Step */

/**
 * The next step that is missing, of who gives away and of who takes over.
 * @param {Situation} situation
 * @returns {Step}
 */
export function nextStep({ isOpen, answer, isMyQuestion, successor, predecessor, isAnnounced, isFit, row }) {
  if (!isOpen) return 'none';
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
   */
  ask(thread, certificateHash, withHistory) {
    return thread.box.send(Kind.HAND_OVER, codec.encode('HandOver', { certificateHash, withHistory: withHistory ? 1 : 0 }));
  }

  /**
   * Keeps it: takes the question back, or whom it has let in.
   * @param {SharedThread} thread
   * @param {number} n of the question
   */
  takeBack(thread, n) {
    return thread.box.send(Kind.HAND_OVER_ANSWER, codec.encode('HandOverAnswer', { n, isYes: 0 }));
  }

  /**
   * After the yes: lets the colleague in. ColleagueGone where the log says by now that this must not be.
   * @param {Note} note
   * @param {SharedThread} thread
   */
  async letIn({ ticket16, portal16 }, thread) {
    const { keys, clock, log } = this.#actor;
    await log.update();
    const asked = thread.consent.asked.peek();
    const { transcript } = thread.box;
    const { roster } = transcript.state;
    const mine = this.#certificate();
    if (asked === null || roster === null || mine === null) throw new BadStatement('nothing that could be handed over');
    const colleague = (await this.#colleagues(portal16)).find(({ certificate }) => equal(certificate.hash, asked.certificateHash));
    if (colleague === undefined) throw new ColleagueGone('in the team no more, or not there');
    const { signPk, kemPk, hash } = colleague.certificate;
    const come = { sidx: roster.highestSidx + 1, role: Role.COUNSELLOR, signPk, kemPk, certificateHash: hash };
    const earlier = asked.withHistory ? thread.secretsBefore(roster.epoch + 1) : null;
    if (asked.withHistory && earlier === null) throw new BadStatement('a history that this account does not have');
    const { box16 } = transcript.state;
    await changeMembers(this.#actor, transcript, { come, reason: Reason.HAND_OVER }, ({ epoch, quoted }, es) => {
      const joinCap = keyOf('CapSecret', randomBytes(32));
      const letter = (/** @type {number} */ kind, /** @type {Uint8Array} */ payload) => sealLetter(kemPk, keys.sign, {
        kind, certificateHash: mine.hash, signPk: signPublic(keys.sign), sentMs: clock.serverNow(), payload,
      });
      const welcome = encodeWelcome({ box16, epoch, es, commit: quoted, joinCap, ticket16, handle: NOBODY, continuity: null });
      const grant = earlier === null ? [] : [letter(LetterKind.GRANT, encodeGrant({ box16, secrets: earlier }))];
      const caps = [{ sidx: come.sidx, capHash: capHash(joinCap), rights: OWN_RIGHTS, team16: NOBODY }];
      return { caps, letters: [letter(LetterKind.WELCOME, welcome), ...grant], ticket16 };
    });
  }

  /**
   * Tells the relay to whom it goes.
   * @param {Note} note
   * @param {SharedThread} thread
   */
  async announce({ ticket16 }, { successor }) {
    const { request, log } = this.#actor;
    const certificate = log.view.certificate(successor.peek()?.certificateHash ?? NOBODY);
    if (certificate !== null) await this.#tickets.handTo(request, ticket16, certificate.subject16);
  }

  /** The colleague goes again: sent back, or taken back. @param {SharedThread} thread */
  async takeOut(thread) {
    const go = thread.successor.peek();
    if (go !== null) await changeMembers(this.#actor, thread.box.transcript, { go, reason: Reason.REMOVED });
  }

  /** It goes to nobody any more; the letters are deleted. @param {Note} note */
  async withdraw({ ticket16 }) {
    await this.#tickets.handTo(this.#actor.request, ticket16, NOBODY);
  }
}
