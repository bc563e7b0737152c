// How the seeker's client makes a box and its first commit, in steps that can be repeated after a crash:
// for a live chat with one counsellor (begin.js), and for what is written to a team or to one of it
// (../enquiries/sending.js).

import { encodeCommit, makeCommit0 } from '../../crypto/commit.js';
import { capHash } from '../../crypto/credential.js';
import { openE1, sealE1, Kind } from '../../crypto/envelope.js';
import { kid } from '../../crypto/epoch.js';
import { publicOf } from '../../crypto/kem.js';
import { keyOf } from '../../crypto/keys.js';
import { LetterKind, encodeWelcome, sealLetter } from '../../crypto/letter.js';
import { signPublic } from '../../crypto/primitives.js';
import { start } from '../../crypto/reading.js';
import { BoxKind, NO_CERTIFICATE, Role } from '../../crypto/roster.js';
import { randomBytes } from '../../crypto/random.js';
import { Right } from '../../wire/catalogue.js';

/** @typedef {import('../../core/connection.js').Request} Request */
/** @typedef {import('../../crypto/account.js').ConversationKeys} ConversationKeys */
/** @typedef {import('../../crypto/certificate.js').Certificate} Certificate */
/** @typedef {import('../../crypto/keys.js').EpochSecret} EpochSecret */
/** @typedef {import('../../crypto/roster.js').RosterEntry} RosterEntry */
/** @typedef {import('../../crypto/transcript.js').Transcript} Transcript */

const SEEKER_SIDX = 0;
/** Of whoever is to answer. */
export const OTHER_SIDX = 1;
export const SEEKER_RIGHTS = Right.READ | Right.POST | Right.COMMIT | Right.CLOSE;
export const COUNSELLOR_RIGHTS = SEEKER_RIGHTS | Right.KEEP;
const EMPTY = new Uint8Array(0);

/**
 * Who is let in: the roster entry, and what a capability drawn for them may do, bound to a team where
 * `team16` is not empty.
 * @typedef {{ entry: RosterEntry, rights: number, team16: Uint8Array }} Other
 */

/**
 * Creates the box, or finds that it is there already.
 * @param {Request} request
 * @param {{ box16: Uint8Array, keys: ConversationKeys, es: EpochSecret, rights: number, closesHour: number,
 *   staff: import('../../crypto/roster.js').StaffView, proof?: Uint8Array }} parts `proof`: the ticket's capability,
 *   or where no ticket stands behind the box, the box's own
 * @returns {Promise<Transcript>} before the first envelope
 */
export async function createBox(request, { box16, keys, es, rights, closesHour, staff, proof = keys.ticketCap }) {
  const caps = [{ sidx: SEEKER_SIDX, capHash: capHash(keys.cap), rights, team16: EMPTY }];
  const { share } = await request('create', { box16, caps, closesHour }, proof);
  const holder = { kemSecrets: [keys.kem], share: keyOf('Share', share), secrets: [es] };
  return start(box16, es, holder, staff);
}

/**
 * Makes commit 0 of {seeker, other} with the welcome letter, in one step of the relay.
 * @param {Request} request
 * @param {{ transcript: Transcript, keys: ConversationKeys, es: EpochSecret, other: Other, ticket16: Uint8Array,
 *   letterTicket16?: Uint8Array, handle: Uint8Array, logN: number, nowMs: number }} parts `ticket16` is for
 *   the other's eyes; with `letterTicket16` the relay finds the letter by it
 */
export async function commitFirst(request, { transcript, keys, es, other, ticket16, letterTicket16 = EMPTY, handle, logN, nowMs }) {
  const { box16, share } = transcript.state;
  const commit = makeCommit0(box16, BoxKind.CASE, [ownEntry(keys), other.entry], es, share);
  const body = transcript.draft({
    kind: Kind.COMMIT,
    stream: new DataView(randomBytes(4).slice().buffer).getUint32(0, true),
    i: 0,
    sentMs: nowMs,
    logN,
    payload: encodeCommit(commit),
    sidx: SEEKER_SIDX,
  });
  const e1 = sealE1(transcript.key, keys.sign, body);
  const joinCap = keyOf('CapSecret', randomBytes(32));
  const welcome = encodeWelcome({
    box16, epoch: 0, es, commit: openE1(e1, transcript.key), joinCap, ticket16, handle, continuity: null,
  });
  const letter = sealLetter(other.entry.kemPk, keys.sign, {
    kind: LetterKind.WELCOME,
    certificateHash: NO_CERTIFICATE,
    signPk: signPublic(keys.sign),
    sentMs: nowMs,
    payload: welcome,
  });
  const { rights, team16 } = other;
  const caps = [{ sidx: OTHER_SIDX, capHash: capHash(joinCap), rights, team16 }];
  await request('commit', {
    box16, oldKid: new Uint8Array(8), newKid: kid(es, box16, 0), e1, caps, out: [], letters: [letter], ticket16: letterTicket16,
  }, keys.cap);
}

/**
 * A counsellor, with a capability to be swapped for an own one.
 * @param {Readonly<Certificate>} certificate
 * @returns {Other}
 */
export function counsellor({ signPk, kemPk, hash }) {
  const entry = { sidx: OTHER_SIDX, role: Role.COUNSELLOR, signPk, kemPk, certificateHash: hash };
  return { entry, rights: COUNSELLOR_RIGHTS, team16: EMPTY };
}

/** @param {ConversationKeys} keys @returns {RosterEntry} */
function ownEntry(keys) {
  return {
    sidx: SEEKER_SIDX,
    role: Role.SEEKER,
    signPk: signPublic(keys.sign),
    kemPk: publicOf(keys.kem),
    certificateHash: NO_CERTIFICATE,
  };
}
