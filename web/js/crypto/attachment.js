// What a message says about a file (protocol section 6); its bytes are in `filestream`.
// Twin of crypto/attachment.py.
//
//   attachment = [blob16, AK, header24, true size, padded size, hash, mime, name]

import { array, binary, text, uint } from './encoding.js';
import { BadLength, NotCanonical } from './errors.js';
import { padme } from './padding.js';
import { HASH_BYTES, STREAM_HEADER_BYTES } from './primitives.js';

/** @typedef {import('./encoding.js').Value} Value */

export const BLOB_BYTES = 16;
export const KEY_BYTES = 32;
export const MAX_FILE_BYTES = 25 * 1024 * 1024;
export const MAX_MIME_CHARS = 100;
export const MAX_NAME_CHARS = 200;

const MIME = /^[a-z0-9.+-]{1,60}\/[a-z0-9.+-]{1,60}$/;
// No paths, and nothing that makes "exe.txt" of "txt.exe".
const UNSAFE_IN_NAME = /[/\\\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069\ufeff]/;

/**
 * What a message says about a file; `key` opens it. Sizes in bytes, `hash` of ciphertext.
 * @typedef {object} Attachment
 * @property {Uint8Array} blob16
 * @property {Uint8Array} key
 * @property {Uint8Array} header
 * @property {number} size
 * @property {number} paddedSize
 * @property {Uint8Array} hash
 * @property {string} mime
 * @property {string} name
 */

/**
 * Returns the array that goes into the message.
 * @param {Readonly<Attachment>} attachment
 * @returns {Value[]}
 */
export function itemsOf(attachment) {
  const { blob16, key, header, size, paddedSize, hash, mime, name } = attachment;
  return [blob16, key, header, size, paddedSize, hash, mime, name];
}

/**
 * Reads the array; NotCanonical, or BadLength when the sizes do not fit each other.
 * @param {Value} value
 * @returns {Readonly<Attachment>}
 */
export function fromItems(value) {
  const [blob16, key, header, size, padded, hash, mime, name] = array(value, 8);
  const attachment = Object.freeze({
    blob16: binary(blob16, BLOB_BYTES),
    key: binary(key, KEY_BYTES),
    header: binary(header, STREAM_HEADER_BYTES),
    size: uint(size),
    paddedSize: uint(padded),
    hash: binary(hash, HASH_BYTES),
    mime: text(mime, MAX_MIME_CHARS),
    name: text(name, MAX_NAME_CHARS),
  });
  if (!isMime(attachment.mime) || !isFileName(attachment.name)) {
    throw new NotCanonical('type or name of the file');
  }
  // The limit first: beyond it, the arithmetic of `padme` is no longer exact.
  if (attachment.size > MAX_FILE_BYTES || attachment.paddedSize !== padme(attachment.size)) {
    throw new BadLength('sizes of the file');
  }
  return attachment;
}

/**
 * Tells whether `mime` looks like a media type without parameters.
 * @param {string} mime
 * @returns {boolean}
 */
export function isMime(mime) {
  return mime.length <= MAX_MIME_CHARS && MIME.test(mime);
}

/**
 * Tells whether `name` is 1 to 200 characters without paths, controls or direction signs.
 * @param {string} name
 * @returns {boolean}
 */
export function isFileName(name) {
  const length = [...name].length;
  return length >= 1 && length <= MAX_NAME_CHARS && !UNSAFE_IN_NAME.test(name);
}
