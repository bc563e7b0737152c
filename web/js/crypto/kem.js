// X-Wing and SEAL (protocol section 2). Twin of crypto/kem.py.
//
// X-Wing (draft-connolly-cfrg-xwing-kem) joins ML-KEM-768 and X25519, so that a wrapped key stays
// closed while either of the two holds.
//
//   public key 1216 = ML-KEM 1184 || X25519 32      ciphertext 1120 = ML-KEM 1088 || X25519 32

import { encodePart } from './encoding.js';
import { BadLength } from './errors.js';
import { KEM_CTX, KEM_WRAP } from './labels.js';
import {
  NONCE_BYTES, TAG_BYTES, aeadOpen, aeadSeal, hash, kdf, xwingDecapsulate, xwingEncapsulate, xwingPublic,
} from './primitives.js';
import { randomBytes } from './random.js';

/** @typedef {import('./encoding.js').Value} Value */
/** @typedef {import('./keys.js').KemPublic} KemPublic */
/** @typedef {import('./keys.js').KemSecret} KemSecret */
/** @typedef {import('./random.js').Rand} Rand */

export const CIPHERTEXT_BYTES = 1120;
export const SHARED_BYTES = 32;
export const SEAL_OVERHEAD_BYTES = CIPHERTEXT_BYTES + TAG_BYTES;

/** 32 bytes for ML-KEM, then 32 for X25519, as in the draft's EncapsulateDerand. */
const ENCAPSULATION_SEED_BYTES = 64;
const ZERO_NONCE = new Uint8Array(NONCE_BYTES);

/**
 * Derives the public key of a seed. (`public` is a reserved word here.)
 * @param {KemSecret} secret
 * @returns {KemPublic}
 */
export function publicOf(secret) {
  return xwingPublic(secret);
}

/**
 * Returns the ciphertext (1120) and the shared secret (32); BadKey for a key that must not be used.
 * @param {KemPublic} recipient
 * @param {Rand} [rand]
 * @returns {{ ciphertext: Uint8Array, shared: Uint8Array }}
 */
export function encapsulate(recipient, rand = randomBytes) {
  return xwingEncapsulate(recipient, rand(ENCAPSULATION_SEED_BYTES));
}

/**
 * Returns the shared secret; a changed ciphertext gives another one, not an error.
 * BadLength for another size than 1120; BadKey when the X25519 share is of low order.
 * @param {KemSecret} secret
 * @param {Uint8Array} ciphertext
 * @returns {Uint8Array}
 */
export function decapsulate(secret, ciphertext) {
  if (ciphertext.length !== CIPHERTEXT_BYTES) throw new BadLength('kem ciphertext');
  return xwingDecapsulate(secret, ciphertext);
}

/**
 * SEAL(pk, ctx, m): message.length + 1136 bytes; the derived key is used this once.
 * @param {KemPublic} recipient
 * @param {Value} context
 * @param {Uint8Array} message
 * @param {Rand} [rand]
 * @returns {Uint8Array}
 */
export function seal(recipient, context, message, rand = randomBytes) {
  const { ciphertext, shared } = encapsulate(recipient, rand);
  const key = wrapKey(shared, recipient, ciphertext, context);
  const body = aeadSeal(key, ZERO_NONCE, context, message);
  const sealed = new Uint8Array(CIPHERTEXT_BYTES + body.length);
  sealed.set(ciphertext);
  sealed.set(body, CIPHERTEXT_BYTES);
  return sealed;
}

/**
 * Undoes `seal`; BadTag when recipient, context or bytes differ.
 * @param {KemSecret} secret
 * @param {Value} context
 * @param {Uint8Array} sealed
 * @returns {Uint8Array}
 */
export function open(secret, context, sealed) {
  if (sealed.length < SEAL_OVERHEAD_BYTES) throw new BadLength('sealed to a key');
  const ciphertext = sealed.slice(0, CIPHERTEXT_BYTES);
  const shared = decapsulate(secret, ciphertext);
  const key = wrapKey(shared, publicOf(secret), ciphertext, context);
  return aeadOpen(key, ZERO_NONCE, context, sealed.slice(CIPHERTEXT_BYTES));
}

/**
 * @param {Uint8Array} shared
 * @param {KemPublic} recipient
 * @param {Uint8Array} ciphertext
 * @param {Value} context
 */
function wrapKey(shared, recipient, ciphertext, context) {
  return kdf(shared, KEM_WRAP, hash(KEM_CTX, recipient, ciphertext, encodePart(context)));
}
