// The only importer of libsodium: the primitives of protocol section 2, nothing else.
// Twin of crypto/primitives.py.
//
// Await `ready()` once; everything else is synchronous afterwards. Both sides are libsodium, because
// verifiers must agree: other Ed25519 implementations accept other edge cases. Below the twin's
// functions stand those that Python gets from `cryptography` (X-Wing), from its own arithmetic
// (ristretto255) or from its standard library (SHA-512).

import sodium from '../../vendor/libsodium-wrappers.mjs';
import { encodePart } from './encoding.js';
import { BadKey, BadLength, BadSignature, BadTag, LocalError } from './errors.js';

/** @typedef {import('./encoding.js').Value} Value */
/** @typedef {import('./keys.js').KemPublic} KemPublic */
/** @typedef {import('./keys.js').KemSecret} KemSecret */
/** @typedef {import('./keys.js').SignPublic} SignPublic */
/** @typedef {import('./keys.js').SignSecret} SignSecret */
/** @typedef {import('./labels.js').Label} Label */

export const HASH_BYTES = 32;
export const HASH64_BYTES = 64;
export const NONCE_BYTES = 24;
export const TAG_BYTES = 16;
export const SIGNATURE_BYTES = 64;
export const KDF_MIN_BYTES = 16;
export const STREAM_HEADER_BYTES = 24;
export const STREAM_OVERHEAD_BYTES = 17;
export const SEALED_BOX_OVERHEAD_BYTES = 48;

const EMPTY = new Uint8Array(0);

/**
 * Loads the library; nothing here may be called before the promise is fulfilled.
 * @returns {Promise<void>}
 */
export async function ready() {
  await sodium.ready;
}

/**
 * KDF(k, label, ctx, n): BLAKE2b keyed with `key` (16 to 64 bytes), also the MAC.
 * @param {Uint8Array} key
 * @param {Label} label
 * @param {Value} [context]
 * @param {number} [size]
 * @returns {Uint8Array}
 */
export function kdf(key, label, context = EMPTY, size = 32) {
  if (key.length < 16 || key.length > 64 || size < 1 || size > 64) {
    throw new LocalError('kdf key or output size out of range');
  }
  const message = concat([label.raw, encodePart(context)]);
  return sodium.crypto_generichash(Math.max(size, KDF_MIN_BYTES), message, key).slice(0, size);
}

/**
 * HASH(label, p1..pm): BLAKE2b-256 over the label and the length-prefixed parts.
 * @param {Label} label
 * @param {...Value} parts
 * @returns {Uint8Array}
 */
export function hash(label, ...parts) {
  return sodium.crypto_generichash(HASH_BYTES, framed(label, parts), null);
}

/**
 * HASH64: as `hash`, 64 bytes.
 * @param {Label} label
 * @param {...Value} parts
 * @returns {Uint8Array}
 */
export function hash64(label, ...parts) {
  return sodium.crypto_generichash(HASH64_BYTES, framed(label, parts), null);
}

/** Incremental unlabelled BLAKE2b-256, only for the ciphertext of attachments (section 6). */
export class Blake2b {
  #state = sodium.crypto_generichash_init(null, HASH_BYTES);

  /**
   * Takes `chunk` into the hash.
   * @param {Uint8Array} chunk
   */
  update(chunk) {
    sodium.crypto_generichash_update(this.#state, chunk);
  }

  /**
   * Returns the 32 bytes; the object is spent afterwards.
   * @returns {Uint8Array}
   */
  digest() {
    return sodium.crypto_generichash_final(this.#state, HASH_BYTES);
  }
}

/**
 * XChaCha20-Poly1305-IETF; returns message.length + 16 bytes.
 * @param {Uint8Array} key
 * @param {Uint8Array} nonce
 * @param {Value} ad
 * @param {Uint8Array} message
 * @returns {Uint8Array}
 */
export function aeadSeal(key, nonce, ad, message) {
  if (key.length !== 32 || nonce.length !== NONCE_BYTES) {
    throw new LocalError('aead key or nonce has the wrong size');
  }
  const part = encodePart(ad);
  return sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(message, part, null, nonce, key);
}

/**
 * Undoes `aeadSeal`; BadTag when key, nonce, associated data or bytes differ.
 * @param {Uint8Array} key
 * @param {Uint8Array} nonce
 * @param {Value} ad
 * @param {Uint8Array} sealed
 * @returns {Uint8Array}
 */
export function aeadOpen(key, nonce, ad, sealed) {
  if (sealed.length < TAG_BYTES || nonce.length !== NONCE_BYTES) {
    throw new BadLength('sealed bytes or nonce');
  }
  if (key.length !== 32) throw new LocalError('aead key has the wrong size');
  const part = encodePart(ad);
  return orThrow(BadTag, '', () =>
    sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(null, sealed, part, nonce, key));
}

/**
 * Argon2id v1.3, parallelism 1, 32 bytes; salt of 16 bytes. Blocks and keeps its memory for good:
 * pages call it through core/argon2.js, which runs it in a Worker.
 * @param {Uint8Array} password
 * @param {Uint8Array} salt
 * @param {number} passes
 * @param {number} memoryBytes
 * @returns {Uint8Array}
 */
export function argon2id(password, salt, passes, memoryBytes) {
  const algorithm = sodium.crypto_pwhash_ALG_ARGON2ID13;
  return sodium.crypto_pwhash(32, password, salt, passes, memoryBytes, algorithm);
}

/**
 * Derives the Ed25519 public key of a seed.
 * @param {SignSecret} secret
 * @returns {SignPublic}
 */
export function signPublic(secret) {
  return sodium.crypto_sign_seed_keypair(secret).publicKey;
}

/**
 * SIG(sk, label, parts): Ed25519 over HASH(label, parts); 64 bytes.
 * @param {SignSecret} secret
 * @param {Label} label
 * @param {...Value} parts
 * @returns {Uint8Array}
 */
export function sign(secret, label, ...parts) {
  needSignatureLabel(label);
  return signRaw(secret, hash(label, ...parts));
}

/**
 * Throws BadSignature unless `signature` is `publicKey`'s over these parts under this label.
 * @param {SignPublic} publicKey
 * @param {Label} label
 * @param {Uint8Array} signature
 * @param {...Value} parts
 */
export function verify(publicKey, label, signature, ...parts) {
  needSignatureLabel(label);
  verifyRaw(publicKey, signature, hash(label, ...parts));
}

/**
 * Plain Ed25519, only for C2SP signed notes, whose format fixes the message (section 4).
 * @param {SignSecret} secret
 * @param {Uint8Array} message
 * @returns {Uint8Array}
 */
export function signRaw(secret, message) {
  return sodium.crypto_sign_detached(message, sodium.crypto_sign_seed_keypair(secret).privateKey);
}

/**
 * Throws BadSignature unless plain Ed25519 `signature` fits; only for signed notes.
 * @param {SignPublic} publicKey
 * @param {Uint8Array} signature
 * @param {Uint8Array} message
 */
export function verifyRaw(publicKey, signature, message) {
  needSize(publicKey, 32);
  if (signature.length !== SIGNATURE_BYTES) throw new BadSignature('wrong size');
  if (!sodium.crypto_sign_verify_detached(signature, message, publicKey)) throw new BadSignature();
}

/**
 * X25519(scalar, 9).
 * @param {Uint8Array} scalar
 * @returns {Uint8Array}
 */
export function x25519Public(scalar) {
  return sodium.crypto_scalarmult_base(scalar);
}

/**
 * X25519(scalar, point); BadKey when the result is all zero (low-order point).
 * @param {Uint8Array} scalar
 * @param {Uint8Array} point
 * @returns {Uint8Array}
 */
export function x25519(scalar, point) {
  needSize(scalar, 32);
  needSize(point, 32);
  const shared = orThrow(BadKey, 'low-order point', () => sodium.crypto_scalarmult(scalar, point));
  if (equal(shared, new Uint8Array(32))) throw new BadKey('low-order point');
  return shared;
}

/**
 * crypto_box_seal to an X25519 public key: the keeper's rolling copy, notice addresses.
 * @param {Uint8Array} publicKey
 * @param {Uint8Array} message
 * @returns {Uint8Array}
 */
export function sealedBox(publicKey, message) {
  return sodium.crypto_box_seal(message, publicKey);
}

/**
 * Undoes `sealedBox`; BadTag when it does not open.
 * @param {Uint8Array} publicKey
 * @param {Uint8Array} secret
 * @param {Uint8Array} sealed
 * @returns {Uint8Array}
 */
export function sealedBoxOpen(publicKey, secret, sealed) {
  needSize(publicKey, 32);
  needSize(secret, 32);
  return orThrow(BadTag, '', () => sodium.crypto_box_seal_open(sealed, publicKey, secret));
}

/**
 * ISO/IEC 7816-4 padding to a multiple of `blockBytes`.
 * @param {Uint8Array} message
 * @param {number} blockBytes
 * @returns {Uint8Array}
 */
export function sodiumPad(message, blockBytes) {
  return sodium.pad(message, blockBytes);
}

/**
 * Undoes `sodiumPad`; BadLength when the marker is missing.
 * @param {Uint8Array} padded
 * @param {number} blockBytes
 * @returns {Uint8Array}
 */
export function sodiumUnpad(padded, blockBytes) {
  return orThrow(BadLength, 'padding marker missing', () => sodium.unpad(padded, blockBytes));
}

/**
 * Compares secrets or tags in time independent of their content.
 * @param {Uint8Array} one
 * @param {Uint8Array} other
 * @returns {boolean}
 */
export function equal(one, other) {
  return one.length === other.length && sodium.memcmp(one, other);
}

// --- X-Wing, only for kem.js -------------------------------------------------------------------

/**
 * X-Wing public key (1216 bytes) of a 32-byte seed.
 * @param {KemSecret} seed
 * @returns {KemPublic}
 */
export function xwingPublic(seed) {
  return sodium.crypto_kem_xwing_seed_keypair(seed).publicKey;
}

/**
 * X-Wing encapsulation from 64 bytes of randomness; BadKey for a key that must not be used.
 * @param {KemPublic} recipient
 * @param {Uint8Array} seed
 * @returns {{ ciphertext: Uint8Array, shared: Uint8Array }}
 */
export function xwingEncapsulate(recipient, seed) {
  needSize(recipient, 1216);
  needSize(seed, 64);
  const made = orThrow(BadKey, 'not an X-Wing key', () =>
    sodium.crypto_kem_xwing_enc_deterministic(recipient, seed));
  return { ciphertext: made.ciphertext, shared: made.sharedSecret };
}

/**
 * X-Wing decapsulation; BadKey when the X25519 share is of low order.
 * @param {KemSecret} seed
 * @param {Uint8Array} ciphertext
 * @returns {Uint8Array}
 */
export function xwingDecapsulate(seed, ciphertext) {
  needSize(seed, 32);
  needSize(ciphertext, 1120);
  return orThrow(BadKey, 'low-order point', () => sodium.crypto_kem_xwing_dec(ciphertext, seed));
}

// --- ristretto255 and SHA-512, only for oprf.js ------------------------------------------------

/**
 * SHA-512 of `message`.
 * @param {Uint8Array} message
 * @returns {Uint8Array}
 */
export function sha512(message) {
  return sodium.crypto_hash_sha512(message);
}

/**
 * Tells whether `raw` is the canonical encoding of an element other than the identity.
 * @param {Uint8Array} raw
 * @returns {boolean}
 */
export function ristrettoIsElement(raw) {
  if (raw.length !== 32 || raw.every((byte) => byte === 0)) return false;
  return sodium.crypto_core_ristretto255_is_valid_point(raw);
}

/**
 * `scalar` * `element`; BadKey for an element that is not canonical, or the identity.
 * @param {Uint8Array} scalar 32 bytes, not zero modulo the group order
 * @param {Uint8Array} element
 * @returns {Uint8Array}
 */
export function ristrettoMultiply(scalar, element) {
  needSize(scalar, 32);
  if (!ristrettoIsElement(element)) throw new BadKey('not a ristretto255 element, or the identity');
  return sodium.crypto_scalarmult_ristretto255(scalar, element);
}

/**
 * Maps 64 uniform bytes to an element (RFC 9496 section 4.3.4).
 * @param {Uint8Array} wide
 * @returns {Uint8Array}
 */
export function ristrettoFromHash(wide) {
  needSize(wide, 64);
  return sodium.crypto_core_ristretto255_from_hash(wide);
}

/**
 * Returns 1 / `scalar` modulo the group order; `scalar` is not zero.
 * @param {Uint8Array} scalar
 * @returns {Uint8Array}
 */
export function scalarInvert(scalar) {
  needSize(scalar, 32);
  return sodium.crypto_core_ristretto255_scalar_invert(scalar);
}

/**
 * Reduces 64 little-endian bytes modulo the group order.
 * @param {Uint8Array} wide
 * @returns {Uint8Array}
 */
export function scalarReduce(wide) {
  needSize(wide, 64);
  return sodium.crypto_core_ristretto255_scalar_reduce(wide);
}

/**
 * Joins byte arrays; every twin that hashes or seals a concatenation uses this one.
 * @param {readonly Uint8Array[]} parts
 * @returns {Uint8Array}
 */
export function concat(parts) {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/**
 * @param {Label} label
 * @param {readonly Value[]} parts
 */
function framed(label, parts) {
  const pieces = [label.raw];
  for (const part of parts) {
    const raw = encodePart(part);
    const length = new DataView(new ArrayBuffer(8));
    // No part reaches 4 GiB, so the upper half of le64 stays zero.
    length.setUint32(0, raw.length, true);
    pieces.push(new Uint8Array(length.buffer), raw);
  }
  return concat(pieces);
}

/** @param {Label} label */
function needSignatureLabel(label) {
  if (!label.name.startsWith('sig/')) throw new LocalError('a signature needs a label for signatures');
}

/**
 * @param {Uint8Array} bytes
 * @param {number} size
 */
function needSize(bytes, size) {
  if (bytes.length !== size) throw new LocalError(`expected ${size} bytes`);
}

/**
 * Runs one library call whose sizes were checked; what it still throws is the peer's fault.
 * @template Result
 * @param {new (reason: string) => Error} Refusal
 * @param {string} reason
 * @param {() => Result} call
 * @returns {Result}
 */
function orThrow(Refusal, reason, call) {
  try {
    return call();
  } catch {
    throw new Refusal(reason);
  }
}

// --- SHA-256, only for merkle.js and checkpoint.js (Python: hashlib) ----------------------------

/**
 * SHA-256 of `message`.
 * @param {Uint8Array} message
 * @returns {Uint8Array}
 */
export function sha256(message) {
  return sodium.crypto_hash_sha256(message);
}

// --- secretstream, only for attachment.js ------------------------------------------------------

/**
 * secretstream XChaCha20-Poly1305, writing; each key and header pair serves one file. The header (24
 * random bytes) is given and not drawn inside, so that vectors can replay it; libsodium derives the
 * same state from it for both directions.
 */
export class StreamSealer {
  #state;

  /**
   * @param {Uint8Array} key
   * @param {Uint8Array} header
   */
  constructor(key, header) {
    this.#state = streamState(key, header);
  }

  /**
   * Seals the next chunk; returns chunk.length + 17 bytes.
   * @param {Uint8Array} chunk
   * @param {Uint8Array} ad
   * @param {boolean} isFinal
   * @returns {Uint8Array}
   */
  push(chunk, ad, isFinal) {
    const tag = isFinal
      ? sodium.crypto_secretstream_xchacha20poly1305_TAG_FINAL
      : sodium.crypto_secretstream_xchacha20poly1305_TAG_MESSAGE;
    return sodium.crypto_secretstream_xchacha20poly1305_push(this.#state, chunk, ad, tag);
  }
}

/** secretstream XChaCha20-Poly1305, reading; BadTag leaves the stream where it was. */
export class StreamOpener {
  #state;

  /**
   * @param {Uint8Array} key
   * @param {Uint8Array} header
   */
  constructor(key, header) {
    this.#state = streamState(key, header);
  }

  /**
   * Opens the next chunk; tells whether it is the final one.
   * @param {Uint8Array} sealed
   * @param {Uint8Array} ad
   * @returns {{ chunk: Uint8Array, isFinal: boolean }}
   */
  pull(sealed, ad) {
    if (sealed.length < STREAM_OVERHEAD_BYTES) throw new BadLength('sealed chunk');
    const pulled = sodium.crypto_secretstream_xchacha20poly1305_pull(this.#state, sealed, ad);
    if (!pulled) throw new BadTag();
    const isFinal = pulled.tag === sodium.crypto_secretstream_xchacha20poly1305_TAG_FINAL;
    if (!isFinal && pulled.tag !== sodium.crypto_secretstream_xchacha20poly1305_TAG_MESSAGE) {
      throw new BadTag('a tag that the protocol does not use');
    }
    return { chunk: pulled.message, isFinal };
  }
}

/**
 * @param {Uint8Array} key
 * @param {Uint8Array} header
 */
function streamState(key, header) {
  needSize(key, 32);
  needSize(header, STREAM_HEADER_BYTES);
  return sodium.crypto_secretstream_xchacha20poly1305_init_pull(header, key);
}
