// What a seeker's account remembers of an invitation that it answers, sealed in the keyring entry's settings. The entry
// lies under the join id, which is its key context too. Twin of ArrivalNote in clientlib/invitednotes.py; the number of
// items tells it from a visit (3) and from an enquiry (8).
//
//   settings = [[secret 32, portal16], since ms]

import { array, binary, decodeArray, encode, uint } from '../../crypto/encoding.js';
import { EntryState } from '../../crypto/entry.js';
import { RemoteError } from '../../crypto/errors.js';

/** @typedef {import('../../crypto/entry.js').Entry} Entry */
/** The invitation's secret, the portal on whose page it was answered, and when. @typedef {{ readonly secret: Uint8Array, readonly portal16: Uint8Array, readonly sinceMs: number }} Note */

const ITEMS = 2;
const SECRET_BYTES = 32;
const PORTAL_BYTES = 16;

/** @param {Note} note */
export function encodeNote({ secret, portal16, sinceMs }) {
  return encode([[secret, portal16], sinceMs]);
}

/**
 * The note of an invitation that is under way; null for an entry of another kind, and for one that is gone.
 * @param {Entry} entry
 * @returns {Note | null}
 */
export function noteOf({ state, settings }) {
  if (state === EntryState.GONE) return null;
  try {
    const [invited, sinceMs] = decodeArray(settings, ITEMS);
    const [secret, portal16] = array(invited, 2);
    return { secret: binary(secret, SECRET_BYTES), portal16: binary(portal16, PORTAL_BYTES), sinceMs: uint(sinceMs) };
  } catch (error) {
    if (!(error instanceof RemoteError)) throw error;
    return null;
  }
}
