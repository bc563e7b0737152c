// What a seeker's account remembers of a live chat beside its secrets, sealed in the keyring entry's
// settings. Twin of VisitNote in clientlib/visit.py.
//
//   settings = [portal16, number, since ms]

import { binary, decodeArray, encode, uint } from '../../crypto/encoding.js';

/**
 * `number` is 0 before the relay has drawn it; `sinceMs` is when the chat was asked for, and once it has
 * begun, when it began.
 * @typedef {{ readonly portal16: Uint8Array, readonly number: number, readonly sinceMs: number }} VisitNote
 */

/** A chat itself, a night of rest before it, and clocks that differ. */
const MARGIN_HOURS = 24;
const HOUR_MS = 3_600_000;

/** @param {VisitNote} note */
export function encodeNote({ portal16, number, sinceMs }) {
  return encode([portal16, number, sinceMs]);
}

/**
 * Reads the settings of an entry; NotCanonical for anything else.
 * @param {Uint8Array} settings
 * @returns {VisitNote}
 */
export function decodeNote(settings) {
  const [portal16, number, sinceMs] = decodeArray(settings, 3);
  return { portal16: binary(portal16, 16), number: uint(number), sinceMs: uint(sinceMs) };
}

/**
 * Tells whether the purge must be past; before, a relay that knows no such box may lie.
 * @param {VisitNote} note
 * @param {number} nowMs
 * @param {number} retentionHours of POLICY
 */
export function isOver({ sinceMs }, nowMs, retentionHours) {
  return nowMs - sinceMs > (retentionHours + MARGIN_HOURS) * HOUR_MS;
}
