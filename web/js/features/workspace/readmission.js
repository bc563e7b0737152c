// The commit with which a counsellor lets a seeker's new access in and the old one out (S2.15). Twin of
// clientlib/readmission.py.
//
//   1 invite_ticket   the ticket obeys the new access; nothing hangs on it
//   2 keyring         the secret of the next epoch, before it is used
//   3 commit NEW_KEY  the old seeker's entry out, the new one in; WELCOME and GRANT into the new key's inbox

import { nameOf } from '../../crypto/boxstate.js';
import { Reason } from '../../crypto/commit.js';
import { kid } from '../../crypto/epoch.js';
import { BadStatement } from '../../crypto/errors.js';
import { encodeGrant } from '../../crypto/grant.js';
import { joinId, welcomeProof } from '../../crypto/invitation.js';
import { keyOf } from '../../crypto/keys.js';
import { LetterKind, encodeWelcome, sealLetter } from '../../crypto/letter.js';
import { equal, signPublic } from '../../crypto/primitives.js';
import { NO_CERTIFICATE, Role } from '../../crypto/roster.js';
import '../../wire/catalogue-staff.js';
import { WireError, ignoreRefusal } from '../../wire/errors.js';
import { OWN_RIGHTS, changeMembers, tryChange } from './commits.js';

/** @typedef {import('../../crypto/keys.js').EpochSecret} EpochSecret */
/** @typedef {import('../../crypto/letter.js').Letter} Letter */
/** @typedef {import('../../crypto/transcript.js').Transcript} Transcript */
/** @typedef {import('./note.js').Pending} Pending */

/**
 * What somebody who knew the words has left, its MAC checked.
 * @typedef {{ signPk: import('../../crypto/keys.js').SignPublic, kemPk: import('../../crypto/keys.js').KemPublic, capHash: Uint8Array }} Answer
 */

const EMPTY = new Uint8Array(0);

export class Readmission {
  #actor;

  /** @param {import('./commits.js').Actor} actor */
  constructor(actor) {
    this.#actor = actor;
  }

  /**
   * Takes all steps once; WireError `stale` when another commit was faster. BadStatement before anything is asked where
   * the history is not here: who could not be given it would lose the conversation.
   * @param {Transcript} transcript read to its end
   * @param {Pending} pending
   * @param {Uint8Array} ticket16
   * @param {Answer} answer
   */
  async run(transcript, pending, ticket16, answer) {
    historyOf(transcript);
    // Judged before the ticket obeys keys that nobody can let in; sealed once more below.
    tryChange(this.#actor, transcript, changeOf(transcript, pending, answer));
    await this.#actor.request('invite_ticket', { joinId16: joinId(pending.secret), ticket16 }).catch(ignoreRefusal);
    // What was read meanwhile counts.
    const change = changeOf(transcript, pending, answer);
    await changeMembers(this.#actor, transcript, change, ({ fields: { box16 }, epoch, quoted }, es) => {
      const joinCap = keyOf('CapSecret', welcomeProof(pending.secret, box16, answer.kemPk));
      const welcome = encodeWelcome({ box16, epoch, es, commit: quoted, joinCap, ticket16, handle: EMPTY, continuity: null });
      const certificateHash = transcript.own?.certificateHash ?? NO_CERTIFICATE;
      const grant = encodeGrant({ box16, secrets: historyOf(transcript) });
      return {
        caps: [{ sidx: change.come.sidx, capHash: answer.capHash, rights: OWN_RIGHTS, team16: EMPTY }],
        letters: [this.#letter(answer, certificateHash, LetterKind.WELCOME, welcome), this.#letter(answer, certificateHash, LetterKind.GRANT, grant)],
        ticket16: EMPTY,
      };
    });
  }

  /**
   * @param {Answer} answer
   * @param {Uint8Array} certificateHash
   * @param {number} kind
   * @param {Uint8Array} payload
   */
  #letter(answer, certificateHash, kind, payload) {
    const { clock, keys } = this.#actor;
    return sealLetter(answer.kemPk, keys.sign, { kind, certificateHash, signPk: signPublic(keys.sign), sentMs: clock.serverNow(), payload });
  }
}

/**
 * The new access comes, the old one goes; `stale` when that is out already.
 * @param {Transcript} transcript
 * @param {Pending} pending
 * @param {Answer} answer
 */
function changeOf({ state: { roster } }, { sidx }, { signPk, kemPk }) {
  const go = roster?.entries.get(sidx);
  if (roster === null || go === undefined) throw new WireError('stale');
  const come = { sidx: roster.highestSidx + 1, role: Role.SEEKER, signPk, kemPk, certificateHash: NO_CERTIFICATE };
  return { come, go, reason: Reason.NEW_KEY };
}

/**
 * The secrets of all epochs up to now, in order, by the keys under which the box was read.
 * @param {Transcript} transcript
 * @returns {EpochSecret[]}
 */
export function historyOf(transcript) {
  const { box16, roster, secrets, oldKids } = transcript.state;
  const now = transcript.key.kid8;
  return Array.from({ length: (roster?.epoch ?? -1) + 1 }, (_, epoch) => {
    const found = [...secrets.values()].find((es) => {
      const kid8 = kid(es, box16, epoch);
      return equal(kid8, now) || oldKids.has(nameOf(kid8));
    });
    if (found === undefined) throw new BadStatement('the history is not here');
    return found;
  });
}
