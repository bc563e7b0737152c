// Every key that follows from AMS, the one secret of an account (section 3). Twin of crypto/account.py.
//
// Own public keys are derived, never fetched. How AMS itself is reached stands in doors.js.

import { LocalError } from './errors.js';
import { keyOf } from './keys.js';
import * as labels from './labels.js';
import { kdf } from './primitives.js';
import { randomBytes } from './random.js';

/** @typedef {import('./keys.js').AccountSecret} AccountSecret */
/** @typedef {import('./keys.js').CapSecret} CapSecret */
/** @typedef {import('./keys.js').KemSecret} KemSecret */
/** @typedef {import('./keys.js').SignSecret} SignSecret */
/** @typedef {import('./random.js').Rand} Rand */

/**
 * A member's own secrets for one box, from B; the same on each of their devices.
 * @typedef {{ readonly cap: CapSecret, readonly ticketCap: CapSecret, readonly sign: SignSecret, readonly kem: KemSecret }} ConversationKeys
 */

export const CONTEXT_BYTES = 16;
export const HANDLE_BYTES = 16;

/**
 * Draws AMS: for a new account, or in memory only for an unregistered seeker.
 * @param {Rand} [rand]
 * @returns {AccountSecret}
 */
export function newAccountSecret(rand = randomBytes) {
  return keyOf('AccountSecret', rand(32));
}

/**
 * A colleague's certified signing key.
 * @param {AccountSecret} ams
 * @returns {SignSecret}
 */
export function staffSign(ams) {
  return keyOf('SignSecret', kdf(ams, labels.STAFF_SIGN));
}

/**
 * A colleague's certified KEM seed.
 * @param {AccountSecret} ams
 * @returns {KemSecret}
 */
export function staffKem(ams) {
  return keyOf('KemSecret', kdf(ams, labels.STAFF_KEM));
}

/**
 * 16 bytes by which an admin can block an account whose name nobody knows; public.
 * @param {AccountSecret} ams
 * @returns {Uint8Array}
 */
export function handle(ams) {
  return kdf(ams, labels.HANDLE, undefined, HANDLE_BYTES);
}

/**
 * Derives B = KDF(AMS, "conv", key context), and what stands on it. The context is box16, or the join
 * id where the member came by invitation.
 * @param {AccountSecret} ams
 * @param {Uint8Array} keyContext
 * @returns {ConversationKeys}
 */
export function conversation(ams, keyContext) {
  if (keyContext.length !== CONTEXT_BYTES) throw new LocalError('a key context has 16 bytes');
  const base = kdf(ams, labels.CONVERSATION, keyContext);
  return {
    cap: keyOf('CapSecret', kdf(base, labels.CAP)),
    ticketCap: keyOf('CapSecret', kdf(base, labels.TICKET)),
    sign: keyOf('SignSecret', kdf(base, labels.SIGN)),
    kem: keyOf('KemSecret', kdf(base, labels.KEM)),
  };
}
