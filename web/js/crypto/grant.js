// Grants: a member hands the secrets of earlier epochs to somebody whom a commit adds (section 5).
// Twin of crypto/grant.py.
//
//   payload of a GRANT letter = [box16, [ES_0 .. ES_{e-1}]],  e: the epoch whose commit adds the reader
//
// Who comes late sees no history unless it is granted. What is granted begins at the box's start, and
// all of it is judged by the same rules as anybody's reading; the commit that adds the reader states
// the chain up to itself, so the relay can neither leave out nor change what came before.

import { array, binary, decodeArray, encode } from './encoding.js';
import { BOX_BYTES } from './envelope.js';
import { BadStatement, NotCanonical } from './errors.js';
import { KEY_BYTES, keyOf } from './keys.js';
import { equal } from './primitives.js';
import { join, start } from './reading.js';

/** @typedef {import('./keys.js').EpochSecret} EpochSecret */
/** @typedef {import('./letter.js').Letter} Letter */
/** @typedef {import('./letter.js').Welcome} Welcome */
/** @typedef {import('./reading.js').Holder} Holder */
/** @typedef {import('./roster.js').StaffView} StaffView */
/** @typedef {import('./transcript.js').Transcript} Transcript */

/**
 * The secrets of all epochs before the one that the receiver was welcomed into, in order.
 * @typedef {{ box16: Uint8Array, secrets: readonly EpochSecret[] }} Grant
 */

/**
 * Returns the payload of a GRANT letter.
 * @param {Grant} grant
 * @returns {Uint8Array}
 */
export function encodeGrant({ box16, secrets }) {
  return encode([box16, [...secrets]]);
}

/**
 * Reads what `encodeGrant` wrote; NotCanonical for any other shape, and for a grant of nothing.
 * @param {Uint8Array} raw
 * @returns {Grant}
 */
export function decodeGrant(raw) {
  const [box16, secrets] = decodeArray(raw, 2);
  const items = array(secrets);
  if (items.length === 0) throw new NotCanonical('a grant of nothing');
  return {
    box16: binary(box16, BOX_BYTES),
    secrets: items.map((one) => keyOf('EpochSecret', binary(one, KEY_BYTES.EpochSecret))),
  };
}

/**
 * Reads from number 1 what was granted with a welcome; checks all that `join` checks. That the grant
 * comes from somebody who may give it (who wrote the welcome, or the seeker) is for the caller.
 * BadStatement when welcome and grant do not belong together.
 * @param {Letter} letter
 * @param {Welcome} welcome
 * @param {Grant} grant
 * @param {Holder} holder
 * @param {StaffView} staff
 * @returns {Transcript}
 */
export function readGranted(letter, welcome, grant, holder, staff) {
  join(letter, welcome, holder, staff);
  if (!equal(grant.box16, welcome.box16) || grant.secrets.length !== welcome.epoch) {
    throw new BadStatement('not the history before this welcome');
  }
  const known = { ...holder, secrets: [...holder.secrets, ...grant.secrets, welcome.es] };
  const transcript = start(welcome.box16, grant.secrets[0], known, staff, welcome.epoch);
  const { headN, head } = welcome.commit.body;
  transcript.expect(headN, head);
  return transcript;
}
