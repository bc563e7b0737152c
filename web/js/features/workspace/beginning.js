// The box and the first commit of a conversation that a counsellor begins with a newcomer. Twin of the same part of
// clientlib/newconversation.py; what seekers begin is ../live/firstcommit.js.

import { checkCommit0, encodeCommit, makeCommit0 } from '../../crypto/commit.js';
import { capHash } from '../../crypto/credential.js';
import { Kind, openE1, sealE1 } from '../../crypto/envelope.js';
import { kid } from '../../crypto/epoch.js';
import { welcomeProof } from '../../crypto/invitation.js';
import { VALID_HOURS } from '../../crypto/invitewords.js';
import { keyOf } from '../../crypto/keys.js';
import { LetterKind, encodeWelcome, sealLetter } from '../../crypto/letter.js';
import { signPublic } from '../../crypto/primitives.js';
import { randomBytes } from '../../crypto/random.js';
import { start } from '../../crypto/reading.js';
import { BoxKind, NO_CERTIFICATE, Role } from '../../crypto/roster.js';
import { OWN_RIGHTS } from './commits.js';

/** @typedef {import('../../crypto/certificate.js').Certificate} Certificate */
/** @typedef {import('../../crypto/keys.js').EpochSecret} EpochSecret */
/** @typedef {import('../../crypto/transcript.js').Transcript} Transcript */
/** @typedef {import('./note.js').Pending} Pending */
/** @typedef {import('./readmission.js').Answer} Answer */

/**
 * Who begins it.
 * @typedef {object} Beginner
 * @property {import('../../core/connection.js').Request} request
 * @property {import('../../core/clock.js').Clock} clock
 * @property {import('../../core/translog.js').LogReader} log
 * @property {Readonly<Certificate>} certificate in force
 * @property {import('../../crypto/keys.js').SignSecret} sign
 */

const OWN_SIDX = 0;
const SEEKER_SIDX = 1;
const HOUR_MS = 3_600_000;
const EMPTY = new Uint8Array(0);

/**
 * Creates the box, or finds that it is there already.
 * @param {Beginner} own
 * @param {import('../../crypto/entry.js').Entry} entry
 * @param {import('../../crypto/keys.js').CapSecret} cap
 * @param {readonly import('../../crypto/keys.js').KemSecret[]} kemSecrets
 * @returns {Promise<Transcript>} before the first envelope
 */
export async function beginBox({ request, clock, log }, { box16, secrets: [{ es }] }, cap, kemSecrets) {
  const caps = [{ sidx: OWN_SIDX, capHash: capHash(cap), rights: OWN_RIGHTS, team16: EMPTY }];
  // Once the commit stands, each word moves it on.
  const closesHour = Math.floor(clock.serverNow() / HOUR_MS) + VALID_HOURS;
  const { share } = await request('create', { box16, caps, closesHour }, cap);
  return start(box16, keyOf('EpochSecret', es), { kemSecrets, share: keyOf('Share', share), secrets: [es] }, log.staff);
}

/**
 * The commit {me, seeker}, judged as all others will judge it, with the letter that lets the newcomer in.
 * @param {Beginner} own
 * @param {{ transcript: Transcript, es: EpochSecret, ticket16: Uint8Array }} box
 * @param {Pending} pending
 * @param {Answer} answer
 * @returns {object} the fields of `commit`
 */
export function firstCommit({ clock, log, certificate, sign }, { transcript, es, ticket16 }, { secret }, { signPk, kemPk, capHash: given }) {
  const { box16, share } = transcript.state;
  const [sentMs, logN] = [clock.serverNow(), log.view.size];
  const me = { sidx: OWN_SIDX, role: Role.COUNSELLOR, signPk: certificate.signPk, kemPk: certificate.kemPk, certificateHash: certificate.hash };
  const seeker = { sidx: SEEKER_SIDX, role: Role.SEEKER, signPk, kemPk, certificateHash: NO_CERTIFICATE };
  const commit = makeCommit0(box16, BoxKind.CASE, [me, seeker], es, share);
  checkCommit0(box16, commit, OWN_SIDX, [], { logN, atMs: sentMs }, log.staff);
  const stream = new DataView(randomBytes(4).slice().buffer).getUint32(0, true);
  const body = transcript.draft({ kind: Kind.COMMIT, stream, i: 0, sentMs, logN, payload: encodeCommit(commit), sidx: OWN_SIDX });
  const e1 = sealE1(transcript.key, sign, body);
  const joinCap = keyOf('CapSecret', welcomeProof(secret, box16, kemPk));
  const payload = encodeWelcome({ box16, epoch: 0, es, commit: openE1(e1, transcript.key), joinCap, ticket16, handle: EMPTY, continuity: null });
  const letter = sealLetter(kemPk, sign, { kind: LetterKind.WELCOME, certificateHash: certificate.hash, signPk: signPublic(sign), sentMs, payload });
  return {
    box16, oldKid: new Uint8Array(8), newKid: kid(es, box16, 0), e1, caps: [{ sidx: SEEKER_SIDX, capHash: given, rights: OWN_RIGHTS, team16: EMPTY }],
    out: [], letters: [letter], ticket16: EMPTY,
  };
}
