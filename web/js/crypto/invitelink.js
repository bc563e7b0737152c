// How an invitation of staff is written: the fragment of a link, or a code to type (section 4).
// Twin of crypto/invitelink.py, which also draws invitations; a browser only reads them.
//
//   facts   = secret 16 || hour 22 bits: from this hour since the epoch on it counts no more
//             || replaces 16, for somebody who comes back: under whom they were certified before
//   written = 30 symbols of Crockford's base32 (56 with `replaces`, the last 2 bits zero) || 2 check
//             symbols, the first 10 bits of HASH("invite-check", the symbols), in groups of 4
//
// A browser sends no fragment to anybody. Both clients look at the hour: the newcomer's before it
// leaves keys, the inviter's, which drew it, before it signs.

import { SECRET_BYTES } from './invitation.js';
import * as labels from './labels.js';
import { TooLong } from './passphrase.js';
import { SUBJECT_BYTES } from './statement.js';
import { Mistyped, SYMBOL_BITS, numberOf, read as readSymbols } from './symbols.js';

export const VALID_HOURS = 7 * 24;
export const WRITTEN_SYMBOLS = 32;

const CHECK_SYMBOLS = 2;
const FACT_SYMBOLS = WRITTEN_SYMBOLS - CHECK_SYMBOLS;
const AGAIN_SYMBOLS = 56;
/** 278 bits in 56 symbols. */
const SPARE_BITS = 2n;
const HOUR_BITS = BigInt(FACT_SYMBOLS * SYMBOL_BITS - SECRET_BYTES * 8);
const HOUR_MS = 3_600_000;

/**
 * The secret, 16 bytes, and the hour since the epoch from which on it counts no more. `replaces` is the
 * subject16 of somebody who comes back with another key; else null.
 * @typedef {{ readonly secret: Uint8Array, readonly expiresHour: number, readonly replaces: Uint8Array | null }} Invitation
 */

/**
 * Reads a link or what stands behind its "#"; refusals as `read` of symbols.js.
 * @param {string} typed
 * @returns {Invitation}
 */
export function read(typed) {
  const text = typed.slice(typed.lastIndexOf('#') + 1);
  try {
    return { ...factsOf(numberIn(text, FACT_SYMBOLS)), replaces: null };
  } catch (error) {
    if (!(error instanceof TooLong)) throw error;
  }
  const number = numberIn(text, AGAIN_SYMBOLS);
  if ((number & ((1n << SPARE_BITS) - 1n)) !== 0n) throw new Mistyped('spare bits');
  const facts = number >> SPARE_BITS;
  return { ...factsOf(facts >> BigInt(SUBJECT_BYTES * 8)), replaces: lastBytes(facts, SUBJECT_BYTES) };
}

/** @param {string} text @param {number} count of symbols */
function numberIn(text, count) {
  return numberOf(readSymbols(text, count, labels.INVITE_CHECK, CHECK_SYMBOLS));
}

/** @param {bigint} number */
function factsOf(number) {
  return { secret: lastBytes(number >> HOUR_BITS, SECRET_BYTES), expiresHour: Number(number & ((1n << HOUR_BITS) - 1n)) };
}

/** @param {bigint} number @param {number} count */
function lastBytes(number, count) {
  const bytes = new Uint8Array(count);
  let left = number;
  for (let at = count - 1; at >= 0; at -= 1) {
    bytes[at] = Number(left & 255n);
    left >>= 8n;
  }
  return bytes;
}

/**
 * Tells whether it has run out.
 * @param {Invitation} invitation
 * @param {number} nowMs
 */
export function isOver({ expiresHour }, nowMs) {
  return nowMs >= expiresHour * HOUR_MS;
}
