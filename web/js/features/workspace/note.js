// What a counsellor remembers of a live chat beside its secrets, sealed in the keyring entry's settings.
// Twin of ChatNote in clientlib/staff.py.
//
//   settings = [portal16, number, nickname, colour, joined hour]

import { array, binary, decode, encode, text, uint } from '../../crypto/encoding.js';
import { NotCanonical } from '../../crypto/errors.js';

/**
 * `nickname` is the counsellor's own name for the chat, empty for none; `colour` 1 to 6, 0 for none;
 * `joinedHour` since the epoch, by the device that opened the letter.
 * @typedef {{ portal16: Uint8Array, number: number, nickname: string, colour: number, joinedHour: number }} ChatNote
 */

export const MAX_NICKNAME_CHARS = 40;
export const COLOURS = 6;
/** A chat itself, and clocks that differ. */
const MARGIN_HOURS = 24;

/** @param {ChatNote} note */
export function encodeNote({ portal16, number, nickname, colour, joinedHour }) {
  return encode([portal16, number, nickname, colour, joinedHour]);
}

/**
 * Reads the settings of an entry; NotCanonical for anything else.
 * @param {Uint8Array} settings
 * @returns {ChatNote}
 */
export function decodeNote(settings) {
  const [portal16, number, nickname, colour, joinedHour] = array(decode(settings), 5);
  if (uint(colour) > COLOURS) throw new NotCanonical('no such colour');
  return {
    portal16: binary(portal16, 16),
    number: uint(number),
    nickname: text(nickname, MAX_NICKNAME_CHARS),
    colour: uint(colour),
    joinedHour: uint(joinedHour),
  };
}

/**
 * Tells whether the purge of a chat must be past. Until then a relay that says there is no such box is
 * not believed so far that the secrets go: it may be a lie, or a crash between two steps.
 * @param {ChatNote} note
 * @param {number} nowHour
 * @param {number} retentionHours of POLICY
 */
export function isOver({ joinedHour }, nowHour, retentionHours) {
  return nowHour - joinedHour > retentionHours + MARGIN_HOURS;
}
