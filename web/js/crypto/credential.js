// What the relay may check of an account, without being able to make it (protocol section 3).
// Twin of crypto/credential.py, with what a client needs: the relay's verifying half is Python only.

import { binary, decodeArray, encode, uint } from './encoding.js';
import { BadLength, LocalError, NotCanonical } from './errors.js';
import * as labels from './labels.js';
import { HASH_BYTES, NONCE_BYTES, TAG_BYTES, hash, sign } from './primitives.js';

/** @typedef {import('./encoding.js').Value} Value */
/** @typedef {import('./keys.js').CapSecret} CapSecret */
/** @typedef {import('./keys.js').ResumeSecret} ResumeSecret */
/** @typedef {import('./keys.js').SignPublic} SignPublic */
/** @typedef {import('./keys.js').SignSecret} SignSecret */

/**
 * A slot taken apart: nonce 24, commitment to the key 32, the sealed account secret 48.
 * @typedef {{ readonly nonce: Uint8Array, readonly kekCommit: Uint8Array, readonly sealed: Uint8Array }} SlotParts
 */

/**
 * Everything a sign-in signature covers; both sides fill it from what they saw themselves.
 * @typedef {object} SignInFacts
 * @property {Uint8Array} deploymentId
 * @property {Uint8Array} doorId
 * @property {Uint8Array} challenge
 * @property {Uint8Array} alpha
 * @property {Uint8Array} beta
 * @property {Uint8Array} slot
 */

/**
 * A door that takes the place of another: signed with the auth key of the old one. `keeperToken` is
 * the pending evaluation's, adopted once, so a change cannot be replayed.
 * @typedef {object} DoorChange
 * @property {Uint8Array} deploymentId
 * @property {Uint8Array} oldDoorId
 * @property {Uint8Array} newDoorId
 * @property {Uint8Array} keeperToken
 * @property {SignPublic} authPublic
 * @property {Uint8Array} slot
 */

export const SUITE = 1;
export const SLOT_VERSION = 1;
export const SLOT_SEALED_BYTES = 32 + TAG_BYTES;
// Array head, version, suite, then three bins with a head of two bytes each.
export const SLOT_BYTES = 3 + (2 + NONCE_BYTES) + (2 + HASH_BYTES) + (2 + SLOT_SEALED_BYTES);

/**
 * Writes a slot of exactly SLOT_BYTES.
 * @param {SlotParts} parts
 * @returns {Uint8Array}
 */
export function encodeSlot(parts) {
  const raw = encode([SLOT_VERSION, SUITE, parts.nonce, parts.kekCommit, parts.sealed]);
  if (raw.length !== SLOT_BYTES) throw new LocalError('a slot part has the wrong size');
  return raw;
}

/**
 * Reads a slot; another version or suite is refused, nothing is negotiated.
 * @param {Uint8Array} raw
 * @returns {SlotParts}
 */
export function decodeSlot(raw) {
  if (raw.length !== SLOT_BYTES) throw new BadLength('slot');
  const [version, suite, nonce, commit, sealed] = decodeArray(raw, 5);
  if (uint(version) !== SLOT_VERSION || uint(suite) !== SUITE) {
    throw new NotCanonical('unknown slot version or suite');
  }
  return {
    nonce: binary(nonce, NONCE_BYTES),
    kekCommit: binary(commit, HASH_BYTES),
    sealed: binary(sealed, SLOT_SEALED_BYTES),
  };
}

/**
 * SIG(auth, "sign-in", [...]); only `finishSignature` of doors.js calls it.
 * @param {SignSecret} auth
 * @param {SignInFacts} facts
 * @returns {Uint8Array}
 */
export function signSignIn(auth, facts) {
  return sign(auth, labels.SIG_SIGN_IN, signInPart(facts));
}

/**
 * SIG(auth, "delete", [...]): the end of the account, over what a sign-in would cover.
 * @param {SignSecret} auth
 * @param {SignInFacts} facts
 * @returns {Uint8Array}
 */
export function signDelete(auth, facts) {
  return sign(auth, labels.SIG_DELETE, signInPart(facts));
}

/**
 * SIG(staff_sign, "staff", [chal, subject16]): which certificate this sign-in uses.
 * @param {SignSecret} staff
 * @param {Uint8Array} challenge
 * @param {Uint8Array} subject16
 * @returns {Uint8Array}
 */
export function signStaff(staff, challenge, subject16) {
  return sign(staff, labels.SIG_STAFF, [challenge, subject16]);
}

/**
 * SIG(old auth, "door", [...]): change of passphrase or recovery code.
 * @param {SignSecret} oldAuth
 * @param {DoorChange} change
 * @returns {Uint8Array}
 */
export function signDoor(oldAuth, change) {
  return sign(oldAuth, labels.SIG_DOOR, [
    change.deploymentId,
    change.oldDoorId,
    change.newDoorId,
    change.keeperToken,
    change.authPublic,
    hash(labels.SLOT_SENT, change.slot),
  ]);
}

/**
 * HASH("cap", cap): what the relay stores of a capability.
 * @param {CapSecret} cap
 * @returns {Uint8Array}
 */
export function capHash(cap) {
  return hash(labels.CAP, cap);
}

/**
 * HASH("resume-id", R): under which the keeper holds a resume slot in memory.
 * @param {ResumeSecret} resume
 * @returns {Uint8Array}
 */
export function resumeId(resume) {
  return hash(labels.RESUME_ID, resume);
}

/**
 * @param {SignInFacts} facts
 * @returns {Value}
 */
function signInPart({ deploymentId, doorId, challenge, alpha, beta, slot }) {
  return [deploymentId, doorId, challenge, alpha, beta, hash(labels.SLOT_SENT, slot)];
}
