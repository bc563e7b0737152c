// E2: sealed letters into an inbox, the sender hidden inside (protocol section 5).
// Twin of crypto/letter.py.
//
//   inbox16 = HASH("inbox", kem_pk)[:16]
//   E2      = [1, 2, inbox16, SEAL(kem_pk, [1, 2, inbox16], pad(letter))]
//   letter  = [1, kind, [certificate hash or zeros, sign_pk], sent_ms, payload, sig]
//   sig     = SIG(sender, "letter", [1, 2, inbox16], recipient kem_pk, [all before])
//
// A signature that opens proves only that the named key wrote; whether that key may is for the caller:
// the certificate, or the key that accepted a ticket.

import { array, binary, decodeArray, encode, uint } from './encoding.js';
import { BOX_BYTES, SUITE, bodyFrom, bodyValue, outerFrom, outerValue } from './envelope.js';
import { MAX_EPOCH } from './epoch.js';
import { BadLength, BadSignature, LocalError, NotCanonical, WrongKey } from './errors.js';
import { SEAL_OVERHEAD_BYTES, open, publicOf, seal } from './kem.js';
import { KEY_BYTES } from './keys.js';
import { INBOX, SIG_CONTINUES, SIG_LETTER } from './labels.js';
import { MAX_COMMIT_BUCKET_BYTES, isBucket, pad, unpad } from './padding.js';
import {
  HASH_BYTES, SIGNATURE_BYTES, equal, hash, sign, signPublic, verify,
} from './primitives.js';
import { randomBytes } from './random.js';

/** @typedef {import('./encoding.js').Value} Value */
/** @typedef {import('./envelope.js').Opened} Opened */
/** @typedef {import('./keys.js').CapSecret} CapSecret */
/** @typedef {import('./keys.js').EpochSecret} EpochSecret */
/** @typedef {import('./keys.js').KemPublic} KemPublic */
/** @typedef {import('./keys.js').KemSecret} KemSecret */
/** @typedef {import('./keys.js').SignPublic} SignPublic */
/** @typedef {import('./keys.js').SignSecret} SignSecret */
/** @typedef {import('./random.js').Rand} Rand */

export const FORM_LETTER = 2;
export const VERSION = 1;
export const INBOX_BYTES = 16;
export const TICKET_BYTES = 16;
export const HANDLE_BYTES = 16;
export const TEAM_BYTES = 16;
// Array and two small ints (3), inbox16 (2 + 16), bin32 header (5), SEAL of the largest bucket.
export const MAX_LETTER_BYTES = 26 + MAX_COMMIT_BUCKET_BYTES + SEAL_OVERHEAD_BYTES;
const EMPTY = new Uint8Array(0);

/** What a letter carries. */
export const LetterKind = Object.freeze({ WELCOME: 1, GRANT: 2, TEAM_SEED: 3, TEAM_PROPOSAL: 4, DRAFT: 5, RECEIPT: 6, CONTACT: 7 });

/**
 * An opened letter, its signature verified against the `signPk` it names. `certificateHash` is zeros
 * from a seeker.
 * @typedef {object} Letter
 * @property {number} kind
 * @property {Uint8Array} certificateHash
 * @property {SignPublic} signPk
 * @property {number} sentMs
 * @property {Uint8Array} payload
 */

/**
 * A seeker's proof: SIG(old box key, "continues", new box16, new sign_pk).
 * @typedef {{ oldBox16: Uint8Array, signature: Uint8Array }} Continuity
 */

/**
 * What a newcomer needs: the epoch's secret, the commit that adds them, and a join cap. `commit` has
 * no wraps: they are for others. `ticket16` and `handle` are empty where there is none; `handle` is
 * the seeker's account for blocking.
 * @typedef {object} Welcome
 * @property {Uint8Array} box16
 * @property {number} epoch
 * @property {EpochSecret} es
 * @property {Opened} commit
 * @property {CapSecret} joinCap
 * @property {Uint8Array} ticket16
 * @property {Uint8Array} handle
 * @property {Continuity | null} continuity
 */

/**
 * A team's KEM seed for one listed member, who checks that it gives the team's kem_pk.
 * @typedef {{ team16: Uint8Array, epoch: number, seed: KemSecret }} TeamSeed
 */

/**
 * Throws BadSignature unless the old box's key names the new box and key.
 * @param {Continuity} continuity
 * @param {SignPublic} oldSignPk
 * @param {Uint8Array} newBox16
 * @param {SignPublic} newSignPk
 */
export function verifyContinuity(continuity, oldSignPk, newBox16, newSignPk) {
  verify(oldSignPk, SIG_CONTINUES, continuity.signature, newBox16, newSignPk);
}

/**
 * Returns the payload of a WELCOME letter.
 * @param {Welcome} welcome
 * @returns {Uint8Array}
 */
export function encodeWelcome(welcome) {
  const { commit, continuity } = welcome;
  return encode([
    welcome.box16,
    welcome.epoch,
    welcome.es,
    outerValue(commit.outer),
    bodyValue(commit.body),
    commit.signature,
    welcome.joinCap,
    welcome.ticket16,
    welcome.handle,
    continuity === null ? EMPTY : encode([continuity.oldBox16, continuity.signature]),
  ]);
}

/**
 * Reads what `encodeWelcome` wrote; NotCanonical for any other shape.
 * @param {Uint8Array} raw
 * @returns {Welcome}
 */
export function decodeWelcome(raw) {
  const items = decodeArray(raw, 10);
  const commit = {
    outer: outerFrom(items[3]),
    body: bodyFrom(items[4]),
    signature: binary(items[5], SIGNATURE_BYTES),
    wraps: [],
  };
  const box16 = binary(items[0], BOX_BYTES);
  if (!equal(commit.outer.box16, box16)) throw new NotCanonical('commit of another box');
  return {
    box16,
    epoch: uint(items[1], MAX_EPOCH),
    es: binary(items[2], KEY_BYTES.EpochSecret),
    commit,
    joinCap: binary(items[6], KEY_BYTES.CapSecret),
    ticket16: binary(items[7], 0, TICKET_BYTES),
    handle: binary(items[8], 0, HANDLE_BYTES),
    continuity: readContinuity(binary(items[9])),
  };
}

/**
 * Returns the payload of a TEAM_SEED letter.
 * @param {TeamSeed} teamSeed
 * @returns {Uint8Array}
 */
export function encodeTeamSeed(teamSeed) {
  return encode([teamSeed.team16, teamSeed.epoch, teamSeed.seed]);
}

/**
 * Reads what `encodeTeamSeed` wrote; NotCanonical for any other shape.
 * @param {Uint8Array} raw
 * @returns {TeamSeed}
 */
export function decodeTeamSeed(raw) {
  const [team16, epoch, seed] = decodeArray(raw, 3);
  return {
    team16: binary(team16, TEAM_BYTES),
    epoch: uint(epoch, MAX_EPOCH),
    seed: binary(seed, KEY_BYTES.KemSecret),
  };
}

/**
 * Signs with the key of an old box that `newSignPk` goes on in `newBox16`.
 * @param {SignSecret} oldSecret
 * @param {Uint8Array} oldBox16
 * @param {Uint8Array} newBox16
 * @param {SignPublic} newSignPk
 * @returns {Continuity}
 */
export function makeContinuity(oldSecret, oldBox16, newBox16, newSignPk) {
  return { oldBox16, signature: sign(oldSecret, SIG_CONTINUES, newBox16, newSignPk) };
}

/**
 * Returns the address of the inbox whose letters `kemPk`'s owner opens; 16 bytes.
 * @param {KemPublic} kemPk
 * @returns {Uint8Array}
 */
export function inbox16(kemPk) {
  return hash(INBOX, kemPk).slice(0, INBOX_BYTES);
}

/**
 * Signs `letter` with `secret` and seals it into the recipient's inbox; returns an E2.
 * @param {KemPublic} recipient
 * @param {SignSecret} secret
 * @param {Letter} letter
 * @param {Rand} [rand]
 * @returns {Uint8Array}
 */
export function sealLetter(recipient, secret, letter, rand = randomBytes) {
  if (!equal(signPublic(secret), letter.signPk)) throw new LocalError('the letter names another signer');
  const head = headOf(recipient);
  const value = letterValue(letter);
  const message = encode([...value, sign(secret, SIG_LETTER, head, recipient, value)]);
  return encode([...head, seal(recipient, head, pad(message, MAX_COMMIT_BUCKET_BYTES), rand)]);
}

/**
 * Reads the outside of an E2: canonical, known form, a bucket.
 * @param {Uint8Array} raw
 * @returns {{ inbox16: Uint8Array, sealed: Uint8Array }}
 */
export function parseLetter(raw) {
  if (raw.length > MAX_LETTER_BYTES) throw new BadLength('larger than any letter');
  const items = decodeArray(raw, 4);
  if (items[0] !== SUITE || items[1] !== FORM_LETTER) throw new NotCanonical('unknown suite or form');
  const sealed = binary(items[3]);
  if (!isBucket(sealed.length - SEAL_OVERHEAD_BYTES, MAX_COMMIT_BUCKET_BYTES)) {
    throw new BadLength('not a bucket');
  }
  return { inbox16: binary(items[2], INBOX_BYTES), sealed };
}

/**
 * Opens an E2 with the inbox's key and verifies that the key it names signed it, for this inbox.
 * WrongKey for another inbox, BadTag for changed bytes, BadSignature for another signer.
 * @param {Uint8Array} raw
 * @param {KemSecret} secret
 * @returns {Letter}
 */
export function openLetter(raw, secret) {
  const recipient = publicOf(secret);
  const head = headOf(recipient);
  const { inbox16: address, sealed } = parseLetter(raw);
  if (!equal(address, binary(head[2]))) throw new WrongKey('another inbox');
  const message = unpad(open(secret, head, sealed), MAX_COMMIT_BUCKET_BYTES);
  const items = decodeArray(message, 6);
  if (items[0] !== VERSION) throw new NotCanonical('unknown version of letter');
  const [certificateHash, signPk] = array(items[2], 2);
  const letter = {
    kind: uint(items[1], 255),
    certificateHash: binary(certificateHash, HASH_BYTES),
    signPk: binary(signPk, KEY_BYTES.SignPublic),
    sentMs: uint(items[3]),
    payload: binary(items[4]),
  };
  const signature = binary(items[5]);
  if (signature.length !== SIGNATURE_BYTES) throw new BadSignature('wrong size');
  verify(letter.signPk, SIG_LETTER, signature, head, recipient, letterValue(letter));
  return letter;
}

/**
 * What is signed: all but the signature.
 * @param {Letter} letter
 * @returns {Value[]}
 */
function letterValue(letter) {
  const sender = [letter.certificateHash, letter.signPk];
  return [VERSION, letter.kind, sender, letter.sentMs, letter.payload];
}

/**
 * @param {KemPublic} recipient
 * @returns {Value[]}
 */
function headOf(recipient) {
  return [SUITE, FORM_LETTER, inbox16(recipient)];
}

/**
 * @param {Uint8Array} raw
 * @returns {Continuity | null}
 */
function readContinuity(raw) {
  if (raw.length === 0) return null;
  const [oldBox16, signature] = decodeArray(raw, 2);
  return { oldBox16: binary(oldBox16, BOX_BYTES), signature: binary(signature, SIGNATURE_BYTES) };
}
