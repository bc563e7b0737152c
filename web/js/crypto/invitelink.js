// How an invitation of staff is written: the fragment of a link, or a code to type (section 4).
// Twin of crypto/invitelink.py, which also draws invitations; a browser only reads them.
//
//   facts   = secret 16 || hour 22 bits: from this hour since the epoch on it counts no more
//   written = 30 symbols of Crockford's base32 || 2 check symbols, the first 10 bits of
//             HASH("invite-check", the 30 symbols), in groups of 4
//
// A browser sends no fragment to anybody. Both clients look at the hour: the newcomer's before it
// leaves keys, the inviter's, which drew it, before it signs.

import { SECRET_BYTES } from './invitation.js';
import * as labels from './labels.js';
import { SYMBOL_BITS, numberOf, read as readSymbols } from './symbols.js';

export const VALID_HOURS = 7 * 24;
export const WRITTEN_SYMBOLS = 32;

const CHECK_SYMBOLS = 2;
const FACT_SYMBOLS = WRITTEN_SYMBOLS - CHECK_SYMBOLS;
const HOUR_BITS = BigInt(FACT_SYMBOLS * SYMBOL_BITS - SECRET_BYTES * 8);
const HOUR_MS = 3_600_000;

/**
 * The secret, 16 bytes, and the hour since the epoch from which on it counts no more.
 * @typedef {{ readonly secret: Uint8Array, readonly expiresHour: number }} Invitation
 */

/**
 * Reads a link or what stands behind its "#"; refusals as `read` of symbols.js.
 * @param {string} typed
 * @returns {Invitation}
 */
export function read(typed) {
  const text = typed.slice(typed.lastIndexOf('#') + 1);
  const number = numberOf(readSymbols(text, FACT_SYMBOLS, labels.INVITE_CHECK, CHECK_SYMBOLS));
  const secret = new Uint8Array(SECRET_BYTES);
  let left = number >> HOUR_BITS;
  for (let at = SECRET_BYTES - 1; at >= 0; at -= 1) {
    secret[at] = Number(left & 255n);
    left >>= 8n;
  }
  return { secret, expiresHour: Number(number & ((1n << HOUR_BITS) - 1n)) };
}

/**
 * Tells whether it has run out.
 * @param {Invitation} invitation
 * @param {number} nowMs
 */
export function isOver({ expiresHour }, nowMs) {
  return nowMs >= expiresHour * HOUR_MS;
}
