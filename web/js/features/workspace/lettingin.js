// Letting a colleague into an own conversation, after the seeker's yes: the second step of handover.js. Few do it on one
// day, so it is fetched when it is due. Twin of Handing._let_in in clientlib/handover.py.

import { Reason } from '../../crypto/commit.js';
import { capHash } from '../../crypto/credential.js';
import { BadStatement } from '../../crypto/errors.js';
import { encodeGrant } from '../../crypto/grant.js';
import { keyOf } from '../../crypto/keys.js';
import { LetterKind, encodeWelcome, sealLetter } from '../../crypto/letter.js';
import { equal, signPublic } from '../../crypto/primitives.js';
import { randomBytes } from '../../crypto/random.js';
import { Role } from '../../crypto/roster.js';
import { OWN_RIGHTS, changeMembers } from './commits.js';
import { ColleagueGone } from './place.js';

/** @typedef {import('../../crypto/certificate.js').Certificate} Certificate */
/** @typedef {import('./shared.js').SharedThread} SharedThread */
/** @typedef {import('./note.js').Note} Note */
/** @typedef {import('./place.js').Colleague} Colleague */

const NOBODY = new Uint8Array(0);

/**
 * After the yes: lets the colleague in. ColleagueGone where the log says by now that this must not be.
 * @param {import('./commits.js').Actor} actor
 * @param {Readonly<Certificate> | null} mine in force
 * @param {(portal16: Uint8Array) => Promise<readonly Colleague[]>} colleagues whom it may go to now
 * @param {Note} note
 * @param {SharedThread} thread
 */
export async function letIn(actor, mine, colleagues, { ticket16, portal16 }, thread) {
  const { keys, clock, log } = actor;
  await log.update();
  const asked = thread.consent.asked.peek();
  const { transcript } = thread.box;
  const { roster } = transcript.state;
  if (asked === null || roster === null || mine === null) throw new BadStatement('nothing that could be handed over');
  const colleague = (await colleagues(portal16)).find(({ certificate }) => equal(certificate.hash, asked.certificateHash));
  if (colleague === undefined) throw new ColleagueGone('in the team no more, or not there');
  const { signPk, kemPk, hash } = colleague.certificate;
  const come = { sidx: roster.highestSidx + 1, role: Role.COUNSELLOR, signPk, kemPk, certificateHash: hash };
  const earlier = asked.withHistory ? thread.secretsBefore(roster.epoch + 1) : null;
  if (asked.withHistory && earlier === null) throw new BadStatement('a history that this account does not have');
  const { box16 } = transcript.state;
  const reason = asked.isDeputy ? Reason.DEPUTY : Reason.HAND_OVER;
  await changeMembers(actor, transcript, { come, reason }, ({ epoch, quoted }, es) => {
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
