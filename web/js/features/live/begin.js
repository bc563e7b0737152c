// The first moments of a live chat: box, first commit, welcome letter (protocol section 5).
// Twin of clientlib/begin.py.

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
/** @typedef {import('../../crypto/transcript.js').Transcript} Transcript */
/** @typedef {import('./visit.js').Visit} Visit */

const SEEKER_SIDX = 0;
const COUNSELLOR_SIDX = 1;
const SEEKER_RIGHTS = Right.READ | Right.POST | Right.COMMIT | Right.CLOSE;
const COUNSELLOR_RIGHTS = SEEKER_RIGHTS | Right.KEEP;
const HOUR_MS = 3_600_000;
// The relay ends a live box after its 180 minutes; this is only the age at which a box with a broken
// clock would end.
const CLOSES_AFTER_HOURS = 8;
const EMPTY = new Uint8Array(0);

/**
 * Creates what is still missing, in an order in which every step can be repeated after a crash, and
 * returns a transcript that stands before the first envelope.
 * @param {Request} request
 * @param {{ visit: Visit, counterpart: import('./offer.js').Counterpart,
 *   log: import('../../core/translog.js').LogReader, nowMs: number, handle?: Uint8Array }} parts
 *   `visit.es` is remembered already; `handle` of the seeker's account, empty where there is none
 * @returns {Promise<Transcript>}
 */
export async function begin(request, { visit, counterpart, log, nowMs, handle = EMPTY }) {
  const { box16, keys, ticket16 } = visit;
  const es = visit.drawEpoch();
  // Who has an account may read on until the purge.
  const rights = handle.length === 0 ? SEEKER_RIGHTS : SEEKER_RIGHTS | Right.KEEP;
  const transcript = await createBox(request, { box16, keys, es, rights, staff: log.staff, nowMs });
  const { headN } = await request('read', { box16, start: 1 }, keys.cap);
  if (headN === 0) {
    const { certificate } = counterpart;
    await commitFirst(request, { transcript, keys, es, certificate, ticket16, handle, logN: log.view.size, nowMs });
  }
  return transcript;
}

/**
 * Creates the box, or finds that it is there already.
 * @param {Request} request
 * @param {{ box16: Uint8Array, keys: ConversationKeys, es: EpochSecret, rights: number,
 *   staff: import('../../crypto/roster.js').StaffView, nowMs: number }} parts
 * @returns {Promise<Transcript>}
 */
async function createBox(request, { box16, keys, es, rights, staff, nowMs }) {
  const caps = [{ sidx: SEEKER_SIDX, capHash: capHash(keys.cap), rights, team16: EMPTY }];
  const closesHour = Math.floor(nowMs / HOUR_MS) + CLOSES_AFTER_HOURS;
  const { share } = await request('create', { box16, caps, closesHour }, keys.ticketCap);
  const holder = { kemSecrets: [keys.kem], share: keyOf('Share', share), secrets: [es] };
  return start(box16, es, holder, staff);
}

/**
 * Makes commit 0 of {seeker, counsellor} with the welcome letter, in one step of the relay.
 * @param {Request} request
 * @param {{ transcript: Transcript, keys: ConversationKeys, es: EpochSecret,
 *   certificate: Readonly<Certificate>, ticket16: Uint8Array, handle: Uint8Array, logN: number, nowMs: number }} parts
 */
async function commitFirst(request, { transcript, keys, es, certificate, ticket16, handle, logN, nowMs }) {
  const { box16, share } = transcript.state;
  const roster = [ownEntry(keys), counsellorEntry(certificate)];
  const commit = makeCommit0(box16, BoxKind.CASE, roster, es, share);
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
  const letter = sealLetter(certificate.kemPk, keys.sign, {
    kind: LetterKind.WELCOME,
    certificateHash: NO_CERTIFICATE,
    signPk: signPublic(keys.sign),
    sentMs: nowMs,
    payload: welcome,
  });
  const caps = [{ sidx: COUNSELLOR_SIDX, capHash: capHash(joinCap), rights: COUNSELLOR_RIGHTS, team16: EMPTY }];
  await request('commit', {
    box16, oldKid: new Uint8Array(8), newKid: kid(es, box16, 0), e1, caps, out: [], letters: [letter], ticket16: EMPTY,
  }, keys.cap);
}

/** @param {ConversationKeys} keys */
function ownEntry(keys) {
  return {
    sidx: SEEKER_SIDX,
    role: Role.SEEKER,
    signPk: signPublic(keys.sign),
    kemPk: publicOf(keys.kem),
    certificateHash: NO_CERTIFICATE,
  };
}

/** @param {Readonly<Certificate>} certificate */
function counsellorEntry(certificate) {
  return {
    sidx: COUNSELLOR_SIDX,
    role: Role.COUNSELLOR,
    signPk: certificate.signPk,
    kemPk: certificate.kemPk,
    certificateHash: certificate.hash,
  };
}
