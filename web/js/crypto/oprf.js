// OPRF(ristretto255, SHA-512), mode base, of RFC 9497: the keeper's half of every passphrase.
// Twin of crypto/oprf.py; the group is libsodium's.

import { LocalError } from './errors.js';
import {
  concat,
  equal,
  ristrettoFromHash,
  ristrettoIsElement,
  ristrettoMultiply,
  scalarInvert,
  scalarReduce,
  sha512,
} from './primitives.js';
import { randomBytes } from './random.js';

/** @typedef {import('./random.js').Rand} Rand */

export const ELEMENT_BYTES = 32;
export const SCALAR_BYTES = 32;
export const OUTPUT_BYTES = 64;
export const MAX_INPUT_BYTES = 2 ** 16 - 1;

const WIDE_BYTES = 64;
const SHA512_BLOCK_BYTES = 128;
const HASH_TO_GROUP = ascii('HashToGroup-OPRFV1-\x00-ristretto255-SHA512');
const FINALIZE = ascii('Finalize');

/**
 * Draws a scalar: 64 bytes reduced modulo the order, never zero (bias under 2^-250).
 * @param {Rand} [rand]
 * @returns {Uint8Array}
 */
export function randomScalar(rand = randomBytes) {
  return scalarFrom(rand(WIDE_BYTES));
}

/**
 * Reduces 64 uniform bytes to a scalar.
 * @param {Uint8Array} wide
 * @returns {Uint8Array}
 */
export function scalarFrom(wide) {
  const scalar = scalarReduce(wide);
  checkScalar(scalar);
  return scalar;
}

/**
 * Tells whether `raw` is a canonical element and not the identity.
 * @param {Uint8Array} raw
 * @returns {boolean}
 */
export function isElement(raw) {
  return ristrettoIsElement(raw);
}

/**
 * Returns the secret blind and the element for the keeper, 32 bytes each.
 * @param {Uint8Array} message
 * @param {Rand} [rand]
 * @returns {{ r: Uint8Array, alpha: Uint8Array }}
 */
export function blind(message, rand = randomBytes) {
  const r = randomScalar(rand);
  return { r, alpha: multiply(r, ristrettoFromHash(expand(message, HASH_TO_GROUP))) };
}

/**
 * The keeper's step: beta = k * alpha; BadKey for the identity or a non-canonical alpha.
 * @param {Uint8Array} scalar
 * @param {Uint8Array} alpha
 * @returns {Uint8Array}
 */
export function evaluate(scalar, alpha) {
  return multiply(scalar, alpha);
}

/**
 * Unblinds and hashes to 64 bytes; BadKey for the identity or a non-canonical beta.
 * @param {Uint8Array} message
 * @param {Uint8Array} r
 * @param {Uint8Array} beta
 * @returns {Uint8Array}
 */
export function finalize(message, r, beta) {
  checkScalar(r);
  const element = multiply(scalarInvert(r), beta);
  return sha512(concat([prefixed(message), prefixed(element), FINALIZE]));
}

/**
 * @param {Uint8Array} scalar
 * @param {Uint8Array} element
 */
function multiply(scalar, element) {
  checkScalar(scalar);
  return ristrettoMultiply(scalar, element);
}

/** @param {Uint8Array} scalar */
function checkScalar(scalar) {
  const inRange =
    scalar.length === SCALAR_BYTES &&
    scalar.some((byte) => byte !== 0) &&
    equal(scalar, scalarReduce(concat([scalar, new Uint8Array(WIDE_BYTES - SCALAR_BYTES)])));
  if (!inRange) throw new LocalError('not a scalar in range');
}

/** @param {Uint8Array} part */
function prefixed(part) {
  if (part.length > MAX_INPUT_BYTES) throw new LocalError('OPRF input too long');
  return concat([Uint8Array.of(part.length >> 8, part.length & 0xff), part]);
}

/**
 * expand_message_xmd of RFC 9380 section 5.3.1 with SHA-512, for 64 bytes: one block.
 * @param {Uint8Array} message
 * @param {Uint8Array} tag
 */
function expand(message, tag) {
  const tagPrime = concat([tag, Uint8Array.of(tag.length)]);
  const length = Uint8Array.of(0, WIDE_BYTES);
  const padding = new Uint8Array(SHA512_BLOCK_BYTES);
  const first = sha512(concat([padding, message, length, Uint8Array.of(0), tagPrime]));
  return sha512(concat([first, Uint8Array.of(1), tagPrime]));
}

/** @param {string} text */
function ascii(text) {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
