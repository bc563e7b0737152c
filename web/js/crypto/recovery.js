// The recovery code on a seeker's sheet: an access of its own beside the passphrase (section 3).
// Twin of crypto/recovery.py.
//
//   code    = 26 random symbols of Crockford's base32 (130 bits)
//   written = code || 2 check symbols, the first 10 bits of HASH("rec-check", code), in groups of 4
//   door    = KDF(code, "rec-id", "", 16), with the code's ASCII symbols as its secret
//
// It works without the pseudonym. The check symbols catch a slip of the pen before anything is sent.

import { RemoteError } from './errors.js';
import * as labels from './labels.js';
import { BadCharacter, TooLong, TooShort } from './passphrase.js';
import { hash, kdf } from './primitives.js';
import { randomBytes } from './random.js';

export const CODE_SYMBOLS = 26;
export const CHECK_SYMBOLS = 2;
export const WRITTEN_SYMBOLS = CODE_SYMBOLS + CHECK_SYMBOLS;
export const DOOR_ID_BYTES = 16;

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const SYMBOL_BITS = 5;
const CODE_BYTES = Math.ceil((CODE_SYMBOLS * SYMBOL_BITS) / 8);
const IGNORED = /[ \-\u2010-\u2014\u00a0\t\r\n]/g;
const SYMBOLS = new RegExp(`^[${ALPHABET}]*$`);

/** The check symbols do not fit: some symbol was read or typed wrong. */
export class Mistyped extends RemoteError {
  static CODE = 'mistyped';
}

/**
 * Draws a code: 26 symbols, without the check symbols.
 * @param {import('./random.js').Rand} [rand]
 * @returns {string}
 */
export function newCode(rand = randomBytes) {
  return symbols(rand(CODE_BYTES), CODE_SYMBOLS);
}

/**
 * Returns the code as it stands on the sheet: with its check symbols, in groups of four.
 * @param {string} code
 * @returns {string}
 */
export function written(code) {
  return (`${code}${check(code)}`.match(/.{4}/g) ?? []).join('-');
}

/**
 * Returns the 26 symbols of what somebody typed from the sheet. Small letters, spaces and dashes do
 * not matter; I and L are read as 1, O as 0. BadCharacter, TooShort, TooLong or Mistyped for anything
 * else.
 * @param {string} typed
 * @returns {string}
 */
export function readCode(typed) {
  const kept = typed.replace(IGNORED, '');
  // Before any change of case: other alphabets have letters that become ASCII ones.
  if (!/^[\x00-\x7f]*$/.test(kept)) throw new BadCharacter('not a symbol of a code');
  const whole = kept.toUpperCase().replace(/[IL]/g, '1').replace(/O/g, '0');
  if (!SYMBOLS.test(whole)) throw new BadCharacter('not a symbol of a code');
  if (whole.length < WRITTEN_SYMBOLS) throw new TooShort();
  if (whole.length > WRITTEN_SYMBOLS) throw new TooLong();
  const code = whole.slice(0, CODE_SYMBOLS);
  if (whole.slice(CODE_SYMBOLS) !== check(code)) throw new Mistyped('check symbols');
  return code;
}

/**
 * Returns the recovery door's id, 16 bytes; nobody but the sheet's owner can know it.
 * @param {string} code
 * @returns {Uint8Array}
 */
export function doorId(code) {
  return kdf(secret(code), labels.REC_ID, undefined, DOOR_ID_BYTES);
}

/**
 * Returns the recovery door's secret: the code's 26 symbols in ASCII.
 * @param {string} code
 * @returns {Uint8Array}
 */
export function secret(code) {
  return new TextEncoder().encode(code);
}

/** @param {string} code */
function check(code) {
  return symbols(hash(labels.REC_CHECK, secret(code)), CHECK_SYMBOLS);
}

/**
 * The first 5 * count bits of `raw`, big-endian, as symbols.
 * @param {Uint8Array} raw
 * @param {number} count
 */
function symbols(raw, count) {
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
