// The recovery code on a seeker's sheet: an access of its own beside the passphrase (section 3).
// Twin of crypto/recovery.py.
//
//   code    = 26 random symbols of Crockford's base32 (130 bits)
//   written = code || 2 check symbols, the first 10 bits of HASH("rec-check", code), in groups of 4
//   door    = KDF(code, "rec-id", "", 16), with the code's ASCII symbols as its secret
//
// It works without the pseudonym. The check symbols catch a slip of the pen before anything is sent.

import * as labels from './labels.js';
import { kdf } from './primitives.js';
import { randomBytes } from './random.js';
import { SYMBOL_BITS, checkOf, grouped, read, symbols } from './symbols.js';

export { Mistyped } from './symbols.js';

export const CODE_SYMBOLS = 26;
export const CHECK_SYMBOLS = 2;
export const WRITTEN_SYMBOLS = CODE_SYMBOLS + CHECK_SYMBOLS;
export const DOOR_ID_BYTES = 16;

const CODE_BYTES = Math.ceil((CODE_SYMBOLS * SYMBOL_BITS) / 8);

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
  return grouped(`${code}${checkOf(code, labels.REC_CHECK, CHECK_SYMBOLS)}`);
}

/**
 * Returns the 26 symbols of what somebody typed from the sheet; refusals as `read` of symbols.js.
 * @param {string} typed
 * @returns {string}
 */
export function readCode(typed) {
  return read(typed, CODE_SYMBOLS, labels.REC_CHECK, CHECK_SYMBOLS);
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
