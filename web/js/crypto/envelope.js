// E1, what is numbered and stored in a box, and E3, what is only passed on (protocol section 5).
// Twin of crypto/envelope.py.
//
//   E1 = [1, 1, box16, kid8, n24, c]        E3 = [1, 3, box16, kid8, n24, c], always 256 bytes
//   c  = AEAD(KDF(K_e, "msg"), n24, ad = outer, pad([body, sig, wraps])),  outer = all but c
//   body = [kind, sidx, stream, i, epoch_hash, sent_ms, head_n, head, log_n, log_root, payload]
//   sig  = SIG(sender, "msg", outer, body)
//
// `payload` is a bin that holds a canonical encoding of its own, so that kinds may grow without
// touching this file. `wraps` is an array of [sidx, SEAL], empty except in a commit. The relay sees
// outer and the bucket; who wrote and what kind it is lie inside.

import { MAX_UINT16, array, binary, decodeArray, encode, uint } from './encoding.js';
import { KID_BYTES } from './epoch.js';
import { BadLength, LocalError, NotCanonical, WrongKey } from './errors.js';
import { SIG_MSG } from './labels.js';
import {
  MAX_BUCKET_BYTES, MAX_COMMIT_BUCKET_BYTES, MIN_BUCKET_BYTES, isBucket, pad, unpad,
} from './padding.js';
import {
  HASH_BYTES, NONCE_BYTES, SIGNATURE_BYTES, TAG_BYTES, aeadOpen, aeadSeal, equal, sign,
  verify as verifySignature,
} from './primitives.js';
import { randomBytes } from './random.js';

/** @typedef {import('./encoding.js').Value} Value */
/** @typedef {import('./epoch.js').EpochKey} EpochKey */
/** @typedef {import('./keys.js').SignPublic} SignPublic */
/** @typedef {import('./keys.js').SignSecret} SignSecret */
/** @typedef {import('./random.js').Rand} Rand */

export const SUITE = 1;
export const FORM_STORED = 1;
export const FORM_FLEETING = 3;
export const BOX_BYTES = 16;
// X-Wing ciphertext (1120), then the sealed epoch secret (32 + 16).
export const WRAP_BYTES = 1168;
export const MAX_UINT32 = 2 ** 32 - 1;
// Numbers of members are never reused: 50 at a time, and 65,535 in the whole life of a box. The relay
// files capabilities under the same numbers, so one limit holds on both sides.
export const MAX_SIDX = MAX_UINT16;
export const FLEETING_BUCKET_BYTES = MIN_BUCKET_BYTES;
// The head: array, two small ints, three bins with two bytes of length each, and a bin32 for c.
export const MAX_ENVELOPE_BYTES =
  3 + 6 + BOX_BYTES + KID_BYTES + NONCE_BYTES + 5 + MAX_COMMIT_BUCKET_BYTES + TAG_BYTES;
const BODY_ITEMS = 11;
const EMPTY = new Uint8Array(0);

/** What an E1 carries. An unknown number is a newer client's and no fault. */
export const Kind = Object.freeze({
  COMMIT: 1,
  TEXT: 2,
  FILE: 3,
  ACKNOWLEDGEMENT: 4,
  CLOSE: 5,
  RESEND_REQUEST: 6,
  INTRODUCTION: 7,
  ACCOUNT_OFFER: 8,
  ENQUIRY: 9,
  DONE: 10,
  HAND_OVER: 11,
  HAND_OVER_ANSWER: 12,
  AGREED_QUESTION: 13,
  RELATION: 15,
});

/** What an E3 carries. */
export const Fleeting = Object.freeze({ TYPING: 1 });

/**
 * What the relay sees. `sealed` (c) is not part of what is signed and compared.
 * @typedef {object} Outer
 * @property {number} form
 * @property {Uint8Array} box16
 * @property {Uint8Array} kid8
 * @property {Uint8Array} nonce24
 * @property {Uint8Array} sealed
 */

/**
 * What a member signs: the message, its place in the stream, and the writer's view.
 * @typedef {object} Body
 * @property {number} kind
 * @property {number} sidx
 * @property {number} stream random 32-bit number per sign-in
 * @property {number} i 0, 1, 2... in the stream through all epochs; of an E3, a count of its own
 * @property {Uint8Array} epochHash
 * @property {number} sentMs
 * @property {number} headN
 * @property {Uint8Array} head
 * @property {number} logN
 * @property {Uint8Array} logRoot
 * @property {Uint8Array} payload
 */

/**
 * An epoch secret sealed to one member who stays.
 * @typedef {{ sidx: number, sealed: Uint8Array }} Wrap
 */

/**
 * An envelope that the epoch's key opened; its signature is not verified yet.
 * @typedef {{ outer: Outer, body: Body, signature: Uint8Array, wraps: readonly Wrap[] }} Opened
 */

/**
 * Returns [1, form, box16, kid8, n24], the associated data and first signed part.
 * @param {Outer} outer
 * @returns {Value[]}
 */
export function outerValue(outer) {
  return [SUITE, outer.form, outer.box16, outer.kid8, outer.nonce24];
}

/**
 * Reads what `outerValue` wrote, of a stored envelope: letters quote commits so.
 * @param {Value} value
 * @returns {Outer}
 */
export function outerFrom(value) {
  const items = array(value, 5);
  if (items[0] !== SUITE || items[1] !== FORM_STORED) {
    throw new NotCanonical('unknown suite or form');
  }
  return readOuter(FORM_STORED, items.slice(2), EMPTY);
}

/**
 * Tells whether two outsides are the same but for c.
 * @param {Outer} one
 * @param {Outer} other
 * @returns {boolean}
 */
export function sameOuter(one, other) {
  return equal(encode(outerValue(one)), encode(outerValue(other)));
}

/**
 * Returns the array of eleven that is signed.
 * @param {Body} body
 * @returns {Value[]}
 */
export function bodyValue(body) {
  return [
    body.kind,
    body.sidx,
    body.stream,
    body.i,
    body.epochHash,
    body.sentMs,
    body.headN,
    body.head,
    body.logN,
    body.logRoot,
    body.payload,
  ];
}

/**
 * Reads what `bodyValue` wrote; NotCanonical for any other shape.
 * @param {Value} value
 * @returns {Body}
 */
export function bodyFrom(value) {
  const items = array(value, BODY_ITEMS);
  return {
    kind: uint(items[0], 255),
    sidx: uint(items[1], MAX_SIDX),
    stream: uint(items[2], MAX_UINT32),
    i: uint(items[3]),
    epochHash: binary(items[4], HASH_BYTES),
    sentMs: uint(items[5]),
    headN: uint(items[6]),
    head: binary(items[7], HASH_BYTES),
    logN: uint(items[8]),
    logRoot: binary(items[9], HASH_BYTES),
    payload: binary(items[10]),
  };
}

/**
 * Returns [sidx, SEAL].
 * @param {Wrap} wrap
 * @returns {Value[]}
 */
export function wrapValue(wrap) {
  return [wrap.sidx, wrap.sealed];
}

/**
 * Signs and seals a message to be stored; LocalError when it fits no bucket.
 * @param {EpochKey} key
 * @param {SignSecret} secret
 * @param {Body} body
 * @param {readonly Wrap[]} [wraps]
 * @param {Rand} [rand]
 * @returns {Uint8Array}
 */
export function sealE1(key, secret, body, wraps = [], rand = randomBytes) {
  if (wraps.length > 0 && body.kind !== Kind.COMMIT) throw new LocalError('only a commit has wraps');
  return seal(FORM_STORED, key, secret, body, wraps, rand);
}

/**
 * Signs and seals a fleeting message; LocalError when it does not fit 256 bytes.
 * @param {EpochKey} key
 * @param {SignSecret} secret
 * @param {Body} body
 * @param {Rand} [rand]
 * @returns {Uint8Array}
 */
export function sealE3(key, secret, body, rand = randomBytes) {
  return seal(FORM_FLEETING, key, secret, body, [], rand);
}

/**
 * Reads the outside of an E1 or E3: canonical, known suite and form, sizes, a bucket.
 * @param {Uint8Array} raw
 * @returns {Outer}
 */
export function parseOuter(raw) {
  if (raw.length > MAX_ENVELOPE_BYTES) throw new BadLength('larger than any envelope');
  const items = decodeArray(raw, 6);
  const form = items[1];
  if (items[0] !== SUITE || (form !== FORM_STORED && form !== FORM_FLEETING)) {
    throw new NotCanonical('unknown suite or form');
  }
  const sealed = binary(items[5]);
  if (!isBucket(sealed.length - TAG_BYTES, largestBucket(form))) throw new BadLength('not a bucket');
  return readOuter(form, items.slice(2), sealed);
}

/**
 * Opens a stored envelope of the epoch of `key`; the signature is left to `verify`.
 * @param {Uint8Array} raw
 * @param {EpochKey} key
 * @returns {Opened}
 */
export function openE1(raw, key) {
  return openOuter(parseOuter(raw), FORM_STORED, key);
}

/**
 * Opens a fleeting envelope of the epoch of `key`; the signature is left to `verify`.
 * @param {Uint8Array} raw
 * @param {EpochKey} key
 * @returns {Opened}
 */
export function openE3(raw, key) {
  return openOuter(parseOuter(raw), FORM_FLEETING, key);
}

/**
 * Opens what `parseOuter` read; WrongKey when it belongs to another box, epoch or form.
 * @param {Outer} outer
 * @param {number} form
 * @param {EpochKey} key
 * @returns {Opened}
 */
export function openOuter(outer, form, key) {
  if (outer.form !== form || !equal(outer.box16, key.box16) || !equal(outer.kid8, key.kid8)) {
    throw new WrongKey('another box, epoch or form');
  }
  const padded = aeadOpen(key.messageKey, outer.nonce24, outerValue(outer), outer.sealed);
  const items = decodeArray(unpad(padded, largestBucket(form)), 3);
  const body = bodyFrom(items[0]);
  const wraps = array(items[2]).map(readWrap);
  if (body.kind !== Kind.COMMIT) {
    if (wraps.length > 0) throw new NotCanonical('only a commit has wraps');
    if (padded.length > MAX_BUCKET_BYTES) {
      throw new BadLength('only a commit may fill the largest bucket');
    }
  }
  return { outer, body, signature: binary(items[1], SIGNATURE_BYTES), wraps };
}

/**
 * Throws BadSignature unless the owner of `signPublic` signed outer and body.
 * @param {Opened} opened
 * @param {SignPublic} signPublic
 */
export function verify(opened, signPublic) {
  const { outer, body, signature } = opened;
  verifySignature(signPublic, SIG_MSG, signature, outerValue(outer), bodyValue(body));
}

/**
 * @param {number} form
 * @param {EpochKey} key
 * @param {SignSecret} secret
 * @param {Body} body
 * @param {readonly Wrap[]} wraps
 * @param {Rand} rand
 */
function seal(form, key, secret, body, wraps, rand) {
  const { box16, kid8 } = key;
  const nonce24 = rand(NONCE_BYTES);
  const outer = outerValue({ form, box16, kid8, nonce24, sealed: EMPTY });
  const value = bodyValue(body);
  const signature = sign(secret, SIG_MSG, outer, value);
  const message = encode([value, signature, wraps.map(wrapValue)]);
  const isText = form === FORM_STORED && body.kind !== Kind.COMMIT;
  const padded = pad(message, isText ? MAX_BUCKET_BYTES : largestBucket(form));
  return encode([...outer, aeadSeal(key.messageKey, nonce24, outer, padded)]);
}

/**
 * The outside does not tell a commit from a text, so both may have a commit's size there.
 * @param {number} form
 */
function largestBucket(form) {
  return form === FORM_STORED ? MAX_COMMIT_BUCKET_BYTES : FLEETING_BUCKET_BYTES;
}

/**
 * @param {number} form
 * @param {readonly Value[]} items
 * @param {Uint8Array} sealed
 * @returns {Outer}
 */
function readOuter(form, items, sealed) {
  return {
    form,
    box16: binary(items[0], BOX_BYTES),
    kid8: binary(items[1], KID_BYTES),
    nonce24: binary(items[2], NONCE_BYTES),
    sealed,
  };
}

/**
 * @param {Value} value
 * @returns {Wrap}
 */
function readWrap(value) {
  const items = array(value, 2);
  return { sidx: uint(items[0], MAX_SIDX), sealed: binary(items[1], WRAP_BYTES) };
}
