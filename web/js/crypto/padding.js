// Padding to buckets (protocol section 2): sizes tell classes, never lengths. Twin of crypto/padding.py.
//
// `pad` extends to the smallest power of two of at least len+1, from 256 B to 64 KiB (commits and
// letters: 128 KiB); `unpad` refuses every other length. `padme` is the bucket of attachments
// (at most 12 % overhead; section 6).

import { BadLength, LocalError } from './errors.js';
import { NONCE_BYTES, TAG_BYTES, sodiumPad, sodiumUnpad } from './primitives.js';

export const MIN_BUCKET_BYTES = 256;
export const MAX_BUCKET_BYTES = 64 * 1024;
export const MAX_COMMIT_BUCKET_BYTES = 128 * 1024;
export const MIN_ATTACHMENT_BYTES = 1024;
// A sealed resume slot [nonce, bucket with tag] at its largest: 1 byte for the array, 2 and 5 for the
// heads of its two items. Wire and keeper take no byte more.
export const MAX_RESUME_BYTES = 1 + 2 + NONCE_BYTES + 5 + MAX_BUCKET_BYTES + TAG_BYTES;

/**
 * Returns the bucket for a message of `size` bytes; LocalError when it fits none.
 * @param {number} size
 * @param {number} [maximum]
 * @returns {number}
 */
export function bucket(size, maximum = MAX_BUCKET_BYTES) {
  const wanted = Math.max(MIN_BUCKET_BYTES, 2 ** bitLength(size));
  if (wanted > maximum) throw new LocalError('message larger than the largest bucket');
  return wanted;
}

/**
 * Tells whether `size` is one of the allowed padded sizes.
 * @param {number} size
 * @param {number} [maximum]
 * @returns {boolean}
 */
export function isBucket(size, maximum = MAX_BUCKET_BYTES) {
  return size >= MIN_BUCKET_BYTES && size <= maximum && 2 ** (bitLength(size) - 1) === size;
}

/**
 * Pads `message` (ISO/IEC 7816-4, as sodium_pad) to its bucket.
 * @param {Uint8Array} message
 * @param {number} [maximum]
 * @returns {Uint8Array}
 */
export function pad(message, maximum = MAX_BUCKET_BYTES) {
  return sodiumPad(message, bucket(message.length, maximum));
}

/**
 * Undoes `pad`; BadLength for a size, or a message in a bucket, that `pad` would not choose.
 * @param {Uint8Array} padded
 * @param {number} [maximum]
 * @returns {Uint8Array}
 */
export function unpad(padded, maximum = MAX_BUCKET_BYTES) {
  if (!isBucket(padded.length, maximum)) throw new BadLength('not a bucket');
  const message = sodiumUnpad(padded, padded.length);
  if (bucket(message.length, maximum) !== padded.length) {
    throw new BadLength('not the smallest bucket');
  }
  return message;
}

/**
 * Returns the padded length for `size` plaintext bytes of an attachment, at least 1 KiB.
 * @param {number} size
 * @returns {number}
 */
export function padme(size) {
  const length = Math.max(size, MIN_ATTACHMENT_BYTES);
  const exponent = bitLength(length) - 1;
  const zeroBits = exponent - (bitLength(exponent) - 1) - 1;
  const step = 2 ** zeroBits;
  return Math.ceil(length / step) * step;
}

/**
 * Number of binary digits; exact up to 2^53-1, where Math.log2 is not.
 * @param {number} value
 * @returns {number}
 */
function bitLength(value) {
  const high = Math.floor(value / 2 ** 32);
  return high > 0 ? 64 - Math.clz32(high) : 32 - Math.clz32(value);
}
