// Crockford's base32: what people copy by hand and machines read back without a doubt.
// Twin of crypto/symbols.py.
//
// 5 bits a symbol, big-endian, in groups of four. A few check symbols at the end, the first bits of a
// hash of the rest, catch a slip of the pen before anything is sent.

import { RemoteError } from './errors.js';
import { BadCharacter, TooLong, TooShort } from './passphrase.js';
import { hash } from './primitives.js';

/** @typedef {import('./labels.js').Label} Label */

export const SYMBOL_BITS = 5;

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const IGNORED = /[ \-\u2010-\u2014\u00a0\t\r\n]/g;
const SYMBOLS = new RegExp(`^[${ALPHABET}]*$`);

/** The check symbols do not fit: some symbol was read or typed wrong. */
export class Mistyped extends RemoteError {
  static CODE = 'mistyped';
}

/**
 * The first 5 * count bits of `raw`, big-endian, as symbols.
 * @param {Uint8Array} raw
 * @param {number} count
 * @returns {string}
 */
export function symbols(raw, count) {
  let [text, bits, held] = ['', 0, 0];
  for (const byte of raw) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= SYMBOL_BITS && text.length < count) {
      bits -= SYMBOL_BITS;
      text += ALPHABET[(held >> bits) & 31];
    }
    held &= (1 << bits) - 1;
  }
  return text;
}

/**
 * The number whose bits the symbols are; the inverse of `symbols`.
 * @param {string} text
 * @returns {bigint}
 */
export function numberOf(text) {
  return [...text].reduce((number, symbol) => (number << BigInt(SYMBOL_BITS)) | BigInt(ALPHABET.indexOf(symbol)), 0n);
}

/**
 * The symbols in groups of four, as they are written.
 * @param {string} text
 * @returns {string}
 */
export function grouped(text) {
  return (text.match(/.{1,4}/g) ?? []).join('-');
}

/**
 * The check symbols of `text`, one label a use.
 * @param {string} text
 * @param {Label} label
 * @param {number} count
 * @returns {string}
 */
export function checkOf(text, label, count) {
  return symbols(hash(label, new TextEncoder().encode(text)), count);
}

/**
 * The `count` symbols of what somebody typed or pasted, without its `checks` at the end. Small letters,
 * spaces and dashes do not matter; I and L are read as 1, O as 0. BadCharacter, TooShort, TooLong or
 * Mistyped for anything else.
 * @param {string} typed
 * @param {number} count
 * @param {Label} label
 * @param {number} checks
 * @returns {string}
 */
export function read(typed, count, label, checks) {
  const kept = typed.replace(IGNORED, '');
  // Before any change of case: other alphabets have letters that become ASCII ones.
  if (!/^[\x00-\x7f]*$/.test(kept)) throw new BadCharacter('not a symbol of a code');
  const whole = kept.toUpperCase().replace(/[IL]/g, '1').replace(/O/g, '0');
  if (!SYMBOLS.test(whole)) throw new BadCharacter('not a symbol of a code');
  if (whole.length < count + checks) throw new TooShort();
  if (whole.length > count + checks) throw new TooLong();
  if (whole.slice(count) !== checkOf(whole.slice(0, count), label, checks)) throw new Mistyped('check symbols');
  return whole.slice(0, count);
}
