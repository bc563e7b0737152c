// The commit with which a counsellor lets a seeker's new access in and the old one out (S2.15). Twin of
// clientlib/readmission.py.
//
//   1 invite_ticket   the ticket obeys the new access; nothing hangs on it
//   2 keyring         the secret of the next epoch, before it is used
//   3 commit NEW_KEY  the old seeker's entry out, the new one in; WELCOME and GRANT into the new key's inbox

import { checkCommit, encodeCommit, makeCommit, Reason } from '../../crypto/commit.js';
import { Kind, openE1, sealE1 } from '../../crypto/envelope.js';
import { kid } from '../../crypto/epoch.js';
import { BadStatement } from '../../crypto/errors.js';
import { nameOf } from '../../crypto/boxstate.js';
import { encodeGrant } from '../../crypto/grant.js';
import { joinId, welcomeProof } from '../../crypto/invitation.js';
import { keyOf } from '../../crypto/keys.js';
import { LetterKind, encodeWelcome, sealLetter } from '../../crypto/letter.js';
import { equal, signPublic } from '../../crypto/primitives.js';
import { randomBytes } from '../../crypto/random.js';
import { NO_CERTIFICATE, Role } from '../../crypto/roster.js';
import { Right } from '../../wire/catalogue.js';
import '../../wire/catalogue-staff.js';
import { WireError, ignoreRefusal } from '../../wire/errors.js';

/** @typedef {import('../../crypto/keys.js').EpochSecret} EpochSecret */
/** @typedef {import('../../crypto/letter.js').Letter} Letter */
/** @typedef {import('../../crypto/transcript.js').Transcript} Transcript */
/** @typedef {import('./note.js').Pending} Pending */

/**
 * What somebody who knew the words has left, its MAC checked.
 * @typedef {{ signPk: import('../../crypto/keys.js').SignPublic, kemPk: import('../../crypto/keys.js').KemPublic, capHash: Uint8Array }} Answer
 */

const EMPTY = new Uint8Array(0);
const NEWCOMER_RIGHTS = Right.READ | Right.POST | Right.COMMIT | Right.CLOSE | Right.KEEP;

export class Readmission {
  #parts;

  /**
   * @param {object} parts
   * @param {import('../../core/connection.js').Request} parts.request
   * @param {import('../../core/clock.js').Clock} parts.clock
   * @param {import('../../core/translog.js').LogReader} parts.log
   * @param {import('./staffkeys.js').StaffKeys} parts.keys
   * @param {Pick<import('../../core/keyring.js').Keyring, 'remember' | 'entry'>} parts.keyring
   */
  constructor(parts) {
    this.#parts = parts;
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
    const { request, keys } = this.#parts;
    const { box16, roster } = transcript.state;
    historyOf(transcript);
    await request('invite_ticket', { joinId16: joinId(pending.secret), ticket16 }).catch(ignoreRefusal);
    const es = await this.#nextSecret(box16, (roster?.epoch ?? 0) + 1);
    // What was read meanwhile counts: a commit that mixes two epochs would damage the box for good.
    if (roster === null || transcript.state.roster !== roster) throw new WireError('stale');
    const command = this.#sealed(transcript, roster, { pending, ticket16, answer, es });
    const { n } = await request('commit', command, keys.cap(box16));
    transcript.posted(n, command.e1);
  }

  /**
   * The commit and the letters, from the view of the box at this moment: nothing is waited for in here.
   * @param {Transcript} transcript
   * @param {import('../../crypto/roster.js').RosterState} roster
   * @param {{ pending: Pending, ticket16: Uint8Array, answer: Answer, es: EpochSecret }} made
   */
  #sealed(transcript, roster, { pending, ticket16, answer, es }) {
    const { clock, log, keys } = this.#parts;
    const { box16 } = roster;
    const { own: me } = transcript;
    if (me === null) throw new BadStatement('not in this conversation');
    const seeker = { sidx: roster.highestSidx + 1, role: Role.SEEKER, signPk: answer.signPk, kemPk: answer.kemPk, certificateHash: NO_CERTIFICATE };
    const staying = [...roster.entries.values()].filter(({ sidx }) => sidx !== pending.sidx);
    const { commit, wraps } = makeCommit(roster, [...staying, seeker], Reason.NEW_KEY, es);
    transcript.staff = log.staff;
    const body = transcript.draft({
      kind: Kind.COMMIT, stream: new DataView(randomBytes(4).slice().buffer).getUint32(0, true), i: 0,
      sentMs: clock.serverNow(), logN: log.view.size, payload: encodeCommit(commit),
    });
    // As every member will judge it.
    checkCommit(roster, commit, me.sidx, wraps, { logN: body.logN, atMs: body.sentMs }, log.staff);
    const e1 = sealE1(transcript.key, keys.sign, body, wraps);
    const welcome = encodeWelcome({
      box16, epoch: commit.epoch, es, commit: openE1(e1, transcript.key), joinCap: keyOf('CapSecret', welcomeProof(pending.secret, box16, answer.kemPk)),
      ticket16, handle: EMPTY, continuity: null,
    });
    const grant = encodeGrant({ box16, secrets: historyOf(transcript) });
    return {
      box16,
      oldKid: transcript.key.kid8,
      newKid: kid(es, box16, commit.epoch),
      e1,
      caps: [{ sidx: seeker.sidx, capHash: answer.capHash, rights: NEWCOMER_RIGHTS, team16: EMPTY }],
      out: [pending.sidx],
      letters: [this.#letter(answer, me.certificateHash, LetterKind.WELCOME, welcome), this.#letter(answer, me.certificateHash, LetterKind.GRANT, grant)],
      ticket16: EMPTY,
    };
  }

  /**
   * The secret of an attempt before this one, or a new one that the keyring holds before it is used.
   * @param {Uint8Array} box16
   * @param {number} epoch
   * @returns {Promise<EpochSecret>}
   */
  async #nextSecret(box16, epoch) {
    const { keyring } = this.#parts;
    const entry = keyring.entry(box16);
    if (entry === null) throw new BadStatement('a conversation that is not mine');
    const kept = entry.secrets.find((one) => one.epoch === epoch);
    if (kept !== undefined) return keyOf('EpochSecret', kept.es);
    const es = keyOf('EpochSecret', randomBytes(32));
    await keyring.remember({ ...entry, secrets: [...entry.secrets, { epoch, es }], counter: entry.counter + 1 });
    return es;
  }

  /**
   * @param {Answer} answer
   * @param {Uint8Array} certificateHash
   * @param {number} kind
   * @param {Uint8Array} payload
   */
  #letter(answer, certificateHash, kind, payload) {
    const { clock, keys } = this.#parts;
    return sealLetter(answer.kemPk, keys.sign, { kind, certificateHash, signPk: signPublic(keys.sign), sentMs: clock.serverNow(), payload });
  }
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
