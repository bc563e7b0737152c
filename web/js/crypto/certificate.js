// Staff statements as leaves of the organisation's log (protocol section 4).
// Twin of crypto/certificate.py.
//
//   leaf = [1, kind, subject16, HASH("key",issuer_pk), not_before, not_after,
//           HASH("payload",payload), SIG(issuer,"leaf",[first seven])]
//
// HASH("leaf",leaf) is the certificate hash or TEAM hash by which others refer to a statement. This
// module makes and reads single leaves and says what a valid certificate gives; `statement` has the
// payloads, `logview` judges whether a statement counts.

import { binary, decodeArray, encode, uint } from './encoding.js';
import { LocalError, NotCanonical } from './errors.js';
import * as labels from './labels.js';
import { hash, sign, SIGNATURE_BYTES, signPublic, verify } from './primitives.js';
import { encode as encodePayload, HASH_BYTES, maxMs, SUBJECT_BYTES } from './statement.js';

/** @typedef {import('./encoding.js').Value} Value */
/** @typedef {import('./keys.js').KemPublic} KemPublic */
/** @typedef {import('./keys.js').SignPublic} SignPublic */
/** @typedef {import('./keys.js').SignSecret} SignSecret */
/** @typedef {import('./statement.js').Payload} Payload */
/** @typedef {import('./statement.js').Team} Team */

export const VERSION = 1;
// Clocks of honest people differ; a statement this young already counts (section 5: 10 minutes).
export const CLOCK_TOLERANCE_MS = 10 * 60 * 1000;

/**
 * One decoded leaf; `kind` may be a number this version does not know.
 * @typedef {object} Leaf
 * @property {number} kind
 * @property {Uint8Array} subject16
 * @property {Uint8Array} issuerHash
 * @property {number} notBeforeMs
 * @property {number} notAfterMs
 * @property {Uint8Array} payloadHash
 * @property {Uint8Array} signature
 */

/**
 * A valid ADMIN or COUNSELLOR statement, as a client uses it. `index` is its place in the log,
 * `revokedAt` the place of the REVOKE that ended it, or null.
 * @typedef {object} Certificate
 * @property {3 | 4} kind
 * @property {Uint8Array} hash
 * @property {number} index
 * @property {Uint8Array} subject16
 * @property {number} role
 * @property {SignPublic} signPk
 * @property {KemPublic} kemPk
 * @property {number} notBeforeMs
 * @property {number} notAfterMs
 * @property {number | null} revokedAt
 */

/**
 * A valid TEAM statement with its place in the log.
 * @typedef {object} TeamStatement
 * @property {Uint8Array} hash
 * @property {number} index
 * @property {number} notBeforeMs
 * @property {number} notAfterMs
 * @property {Team} team
 */

/**
 * Reads a leaf; NotCanonical unless it has exactly this shape.
 * @param {Uint8Array} raw
 * @returns {Readonly<Leaf>}
 */
export function decodeLeaf(raw) {
  const [version, kind, subject16, issuer, before, after, payload, signature] = decodeArray(raw, 8);
  if (uint(version) !== VERSION) throw new NotCanonical('unknown version');
  return Object.freeze({
    kind: uint(kind),
    subject16: binary(subject16, SUBJECT_BYTES),
    issuerHash: binary(issuer, HASH_BYTES),
    notBeforeMs: uint(before),
    notAfterMs: uint(after),
    payloadHash: binary(payload, HASH_BYTES),
    signature: binary(signature, SIGNATURE_BYTES),
  });
}

/**
 * Throws BadSignature unless `issuer` signed this leaf.
 * @param {Readonly<Leaf>} leaf
 * @param {SignPublic} issuer
 */
export function verifyLeaf(leaf, issuer) {
  verify(issuer, labels.SIG_LEAF, leaf.signature, signedPart(leaf));
}

/**
 * Tells whether `atMs` lies in the validity; revocation is another question.
 * @param {Readonly<Certificate | TeamStatement>} statement
 * @param {number} atMs
 * @returns {boolean}
 */
export function runsAt(statement, atMs) {
  return inForce(statement.notBeforeMs, statement.notAfterMs, atMs);
}

/**
 * Tells whether the first `logSize` leaves of the log hold a REVOKE of this.
 * @param {Readonly<Certificate>} certificate
 * @param {number} logSize
 * @returns {boolean}
 */
export function isRevokedIn(certificate, logSize) {
  return certificate.revokedAt !== null && certificate.revokedAt < logSize;
}

/**
 * Signs a statement; returns the leaf, `encode(payload)` travels beside it. `notAfterMs` is 0 for
 * ORG, POLICY, REVOKE and ROOT_CHANGE. LocalError for a validity that every verifier would refuse.
 * @param {SignSecret} issuer
 * @param {Uint8Array} subject16
 * @param {Payload} payload
 * @param {number} notBeforeMs
 * @param {number} notAfterMs
 * @returns {Uint8Array}
 */
export function makeLeaf(issuer, subject16, payload, notBeforeMs, notAfterMs) {
  if (subject16.length !== SUBJECT_BYTES) throw new LocalError('a subject has 16 bytes');
  if (!fitsLimit(maxMs(payload), notBeforeMs, notAfterMs)) {
    throw new LocalError('validity empty or too long for this kind');
  }
  const signed = signedPart({
    kind: payload.kind,
    subject16,
    issuerHash: keyHash(signPublic(issuer)),
    notBeforeMs,
    notAfterMs,
    payloadHash: payloadHash(encodePayload(payload)),
  });
  return encode([...signed, sign(issuer, labels.SIG_LEAF, signed)]);
}

/**
 * HASH("leaf", leaf): the certificate hash or TEAM hash. Not the hash of the Merkle leaf.
 * @param {Uint8Array} leaf
 * @returns {Uint8Array}
 */
export function leafHash(leaf) {
  return hash(labels.LEAF, leaf);
}

/**
 * HASH("key", pk), by which a leaf names its issuer.
 * @param {SignPublic} publicKey
 * @returns {Uint8Array}
 */
export function keyHash(publicKey) {
  return hash(labels.KEY, publicKey);
}

/**
 * HASH("payload", payload), by which a leaf holds its payload.
 * @param {Uint8Array} payload
 * @returns {Uint8Array}
 */
export function payloadHash(payload) {
  return hash(labels.PAYLOAD, payload);
}

/**
 * HASH("org", root_pk, standby_pk): the one thing people compare, 32 bytes.
 * @param {SignPublic} rootPk
 * @param {SignPublic} standbyPk
 * @returns {Uint8Array}
 */
export function fingerprint(rootPk, standbyPk) {
  return hash(labels.ORG, rootPk, standbyPk);
}

/**
 * Tells whether `atMs` lies in a validity, with tolerance for clocks at its start only.
 * @param {number} notBeforeMs
 * @param {number} notAfterMs
 * @param {number} atMs
 * @returns {boolean}
 */
export function inForce(notBeforeMs, notAfterMs, atMs) {
  return notBeforeMs <= atMs + CLOCK_TOLERANCE_MS && (notAfterMs === 0 || atMs < notAfterMs);
}

/**
 * Tells whether a validity is allowed: none at all where `limitMs` is 0, else up to `limitMs`.
 * @param {number} limitMs
 * @param {number} notBeforeMs
 * @param {number} notAfterMs
 * @returns {boolean}
 */
export function fitsLimit(limitMs, notBeforeMs, notAfterMs) {
  if (limitMs === 0) return notAfterMs === 0;
  const length = notAfterMs - notBeforeMs;
  return length > 0 && length <= limitMs;
}

/**
 * @param {Omit<Leaf, 'signature'>} leaf
 * @returns {Value[]}
 */
function signedPart(leaf) {
  return [
    VERSION,
    leaf.kind,
    leaf.subject16,
    leaf.issuerHash,
    leaf.notBeforeMs,
    leaf.notAfterMs,
    leaf.payloadHash,
  ];
}
