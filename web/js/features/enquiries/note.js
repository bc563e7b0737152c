// What a seeker's account remembers of a written enquiry beside its secrets, sealed in the keyring entry's
// settings. Twin of EnquiryNote in clientlib/notes.py; a live chat's note (live/note.js) has 3 items.
//
//   settings = [portal16, ticket16, addressee (0 or 16 B), since ms, is_open, topic, subject, admitted,
//               contact (empty, or what was left for leads: leavingcontact.js)]

import { binary, decodeArray, encode, text, uint } from '../../crypto/encoding.js';
import { EntryState, gone } from '../../crypto/entry.js';
import { MAX_EPOCH } from '../../crypto/epoch.js';
import { RemoteError } from '../../crypto/errors.js';

/** @typedef {import('../../crypto/entry.js').Entry} Entry */

/**
 * `addressee` is the subject of somebody in the team, or empty for all of it. `sinceMs` is when it was begun,
 * then when it was sent, then when it was seen to have ended. `isOpen`: every step of sending is done.
 * `admitted`: the epoch whose commit let this access in, where another of the same person was there before; else 0.
 * @typedef {{ readonly portal16: Uint8Array, readonly ticket16: Uint8Array, readonly addressee: Uint8Array,
 *   readonly sinceMs: number, readonly isOpen: boolean, readonly topic: string, readonly subject: string,
 *   readonly admitted: number, readonly contact: Uint8Array }} Note
 */

/** As the content Enquiry allows. */
export const MAX_TOPIC_CHARS = 80;
export const MAX_SUBJECT_CHARS = 120;
export const MAX_TEXT_CHARS = 12_000;
const ID_BYTES = 16;
const ITEMS = 9;
const NOTHING = new Uint8Array(0);
/** As msgpack writes its beginning. */
const ARRAY_OF_TWO = 0x92;
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
/** Clocks that differ, and a night. */
const MARGIN_HOURS = 24;

/** @param {Omit<Note, 'contact'> & { contact?: Uint8Array }} note `contact`: nothing was left where it is not given */
export function encodeNote({ portal16, ticket16, addressee, sinceMs, isOpen, topic, subject, admitted, contact = NOTHING }) {
  return encode([portal16, ticket16, addressee, sinceMs, isOpen ? 1 : 0, topic, subject, admitted, contact]);
}

/**
 * Reads the settings of an entry; NotCanonical for anything else.
 * @param {Uint8Array} settings
 * @returns {Note}
 */
export function decodeNote(settings) {
  const [portal16, ticket16, addressee, sinceMs, isOpen, topic, subject, admitted, contact] = decodeArray(settings, ITEMS);
  return {
    portal16: binary(portal16, ID_BYTES),
    ticket16: binary(ticket16, ID_BYTES),
    addressee: binary(addressee, 0, ID_BYTES),
    sinceMs: uint(sinceMs),
    isOpen: uint(isOpen, 1) === 1,
    topic: text(topic, MAX_TOPIC_CHARS),
    subject: text(subject, MAX_SUBJECT_CHARS),
    admitted: uint(admitted, MAX_EPOCH),
    contact: binary(contact),
  };
}

/**
 * The note of a written enquiry; null for an entry of another kind, and for one that is gone.
 * @param {Entry} entry
 * @returns {Note | null}
 */
export function noteOf({ state, settings }) {
  if (state === EntryState.GONE) return null;
  try {
    return decodeNote(settings);
  } catch (error) {
    if (!(error instanceof RemoteError)) throw error;
    return null;
  }
}

/** Tells whether a gone entry's conversation goes on under another access (accounts.md, K5). @param {Entry} entry */
export const hasMoved = ({ state, settings }) => state === EntryState.GONE && settings[0] === ARRAY_OF_TWO;

/** Tells whether an entry is of a written enquiry, be it one that has moved. @param {Entry} entry */
export const isWritten = (entry) => noteOf(entry) !== null || hasMoved(entry);

/** Tells whether an entry is of an invitation to one, whose note (newaccess/note.js) has 2 items. @param {Entry} entry */
export function isArrival({ state, settings }) {
  return state !== EntryState.GONE && settings[0] === ARRAY_OF_TWO;
}

/**
 * Notes that a conversation has ended, and when that was first seen.
 * @param {Entry} entry
 * @param {number} nowMs
 * @returns {Entry}
 */
export function closed(entry, nowMs) {
  if (entry.state !== EntryState.OPEN) return entry;
  // Its contact data went with the ticket.
  const settings = encodeNote({ ...decodeNote(entry.settings), sinceMs: nowMs, contact: NOTHING });
  return { ...entry, state: EntryState.CLOSED, counter: entry.counter + 1, settings };
}

/**
 * Tells whether a conversation that the relay knows no more is missed before its purge can be past: then another
 * access may have it.
 * @param {Entry} entry
 * @param {number} nowMs
 * @param {number} retentionHours of POLICY
 */
export function isEarly(entry, nowMs, retentionHours) {
  return entry.state === EntryState.OPEN || nowMs - decodeNote(entry.settings).sinceMs < retentionHours * HOUR_MS;
}

/**
 * The entry of a conversation that the relay knows no more. Once its purge must be past, nothing stays that
 * could open a copy of it. Before, a relay that knows no such box is not believed so far: it may be a lie,
 * or a crash between two steps. Its time runs from when it is first missed.
 * @param {Entry} entry
 * @param {number} nowMs
 * @param {number} retentionHours of POLICY
 * @returns {Entry}
 */
export function missed(entry, nowMs, retentionHours) {
  if (entry.state === EntryState.OPEN) return closed(entry, nowMs);
  const { sinceMs } = decodeNote(entry.settings);
  if (nowMs - sinceMs <= (retentionHours + MARGIN_HOURS) * HOUR_MS) return entry;
  return gone(entry, Math.floor(nowMs / MINUTE_MS), entry.pinN, entry.pinChain);
}
