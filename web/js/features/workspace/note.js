// What a counsellor remembers of a conversation beside its secrets, sealed in the keyring entry's settings.
// Twin of ChatNote and CaseNote in clientlib/notes.py. The number of items tells the two apart.
//
//   live chat     settings = [portal16, number, nickname, colour, joined hour, handed]
//   written one   settings = [ticket16, portal16, number, nickname, colour, joined hour, admitted, pin, invitation,
//                             is deputy, draft by]
//   handed        empty, or an encoding of [admitted, pin]
//   invitation    empty, or an encoding of [words, secret 32, hour of its end, sidx of the seeker's entry to replace]

import { array, binary, decode, decodeArray, encode, text, uint } from '../../crypto/encoding.js';
import { HASH_BYTES } from '../../crypto/primitives.js';
import { EntryState, gone } from '../../crypto/entry.js';
import { MAX_SIDX } from '../../crypto/envelope.js';
import { MAX_EPOCH } from '../../crypto/epoch.js';
import { NotCanonical, RemoteError } from '../../crypto/errors.js';

/** @typedef {import('../../crypto/entry.js').Entry} Entry */

/**
 * `ticket16` is empty for a live chat; `nickname` is the counsellor's own name for the conversation, empty for
 * none; `colour` 1 to 6, 0 for none; `joinedHour` since the epoch, by the device that joined;
 * of a written conversation that the relay knows no more, when it was first missed. Of either kind, taken over from a colleague:
 * `admitted` is the epoch whose commit let me in, and `pin` where reading begins if nothing before it was granted.
 * `invitation`: to a new access for the seeker of a written one; null while none runs. `isDeputy`: a written one that
 * is lent to me, not handed over. `draftBy`: the certificate hash of the colleague whose draft came with a written one.
 * @typedef {{ ticket16: Uint8Array, portal16: Uint8Array, number: number, nickname: string, colour: number, joinedHour: number,
 *   admitted: number, pin: Uint8Array, invitation: Pending | null, isDeputy: boolean, draftBy?: Uint8Array }} Note
 */

/**
 * An invitation that was given out: its words and what they give, when it ends, whom the newcomer is to replace.
 * @typedef {Readonly<{ words: string, secret: Uint8Array, expiresHour: number, sidx: number }>} Pending
 */

export const MAX_NICKNAME_CHARS = 40;
export const COLOURS = 6;
const EMPTY = new Uint8Array(0);
export const NO_TICKET = EMPTY;
export const NO_PIN = EMPTY;
/** In the place of a seeker's sidx: the conversation itself waits for the answer. */
export const NOBODY = MAX_SIDX;
/** A chat itself, and clocks that differ. */
const MARGIN_HOURS = 24;
const MINUTES_OF_HOUR = 60;
const NO_PIN_CHAIN = new Uint8Array(32);
const LIVE_ITEMS = 6;
const WRITTEN_ITEMS = 11;
const HANDED_ITEMS = 2;
const PENDING_ITEMS = 4;
const SECRET_BYTES = 32;
const MAX_WORDS_CHARS = 120;

/** @param {Note} note */
export function encodeNote({ ticket16, portal16, number, nickname, colour, joinedHour, admitted, pin, invitation, isDeputy, draftBy = EMPTY }) {
  const items = [portal16, number, nickname, colour, joinedHour];
  if (ticket16.length === 0) return encode([...items, encodeHanded(admitted, pin)]);
  return encode([ticket16, ...items, admitted, pin, encodePending(invitation), isDeputy ? 1 : 0, draftBy]);
}

/**
 * Reads the settings of an entry, of either kind; NotCanonical for anything else.
 * @param {Uint8Array} settings
 * @returns {Note}
 */
export function decodeNote(settings) {
  const items = array(decode(settings));
  if (items.length !== LIVE_ITEMS && items.length !== WRITTEN_ITEMS) throw new NotCanonical('no such note');
  const isLive = items.length === LIVE_ITEMS;
  const [portal16, number, nickname, colour, joinedHour, ...more] = isLive ? items : items.slice(1);
  const [admitted, pin, invitation, isDeputy, draftBy] = isLive ? decodeHanded(binary(more[0])) : more;
  const by = isLive ? EMPTY : binary(draftBy, 0, HASH_BYTES);
  if (uint(colour) > COLOURS) throw new NotCanonical('no such colour');
  return {
    ticket16: isLive ? NO_TICKET : binary(items[0], 16),
    portal16: binary(portal16, 16),
    number: uint(number),
    nickname: text(nickname, MAX_NICKNAME_CHARS),
    colour: uint(colour),
    joinedHour: uint(joinedHour),
    admitted: uint(admitted, MAX_EPOCH),
    pin: binary(pin),
    invitation: isLive ? null : decodePending(binary(invitation)),
    isDeputy: !isLive && uint(isDeputy, 1) === 1,
    ...(by.length > 0 && { draftBy: by }),
  };
}

/** @param {Pending | null} pending */
function encodePending(pending) {
  return pending === null ? EMPTY : encode([pending.words, pending.secret, pending.expiresHour, pending.sidx]);
}

/** @param {Uint8Array} raw @returns {Pending | null} */
function decodePending(raw) {
  if (raw.length === 0) return null;
  const [words, secret, expiresHour, sidx] = decodeArray(raw, PENDING_ITEMS);
  return {
    words: text(words, MAX_WORDS_CHARS), secret: binary(secret, SECRET_BYTES), expiresHour: uint(expiresHour), sidx: uint(sidx, MAX_SIDX),
  };
}

/** From where on a chat is mine. @param {number} admitted @param {Uint8Array} pin */
function encodeHanded(admitted, pin) {
  return admitted === 0 ? NO_PIN : encode([admitted, pin]);
}

/** @param {Uint8Array} raw */
function decodeHanded(raw) {
  return raw.length === 0 ? [0, NO_PIN] : decodeArray(raw, HANDED_ITEMS);
}

/**
 * The note of an entry; null for one that a newer client wrote: it must not keep anybody from the others.
 * @param {Entry} entry
 * @returns {Note | null}
 */
export function noteOf({ settings }) {
  try {
    return decodeNote(settings);
  } catch (error) {
    if (!(error instanceof RemoteError)) throw error;
    return null;
  }
}

/** Tells whether there is no conversation yet: it waits for whom I have invited into it. @param {Note | null} note */
export function isPrepared(note) {
  return note?.invitation?.sidx === NOBODY;
}

/** @param {Note} note */
export function isWritten({ ticket16 }) {
  return ticket16.length > 0;
}

/**
 * The entry of a conversation that the relay knows no more. Once its purge must be past, nothing stays that could
 * open a copy of it. Before, a relay that knows no such box is not believed so far: it may be a lie, or a crash
 * between two steps. A written conversation has no length of its own, so its time runs from when it is first missed.
 * @param {Entry} entry
 * @param {Note} note its settings
 * @param {number} nowHour
 * @param {number} retentionHours of POLICY
 * @returns {Entry} the same while nothing is to be kept
 */
export function missed(entry, note, nowHour, retentionHours) {
  if (isWritten(note) && entry.state === EntryState.OPEN) {
    const settings = encodeNote({ ...note, joinedHour: nowHour });
    return { ...entry, state: EntryState.CLOSED, counter: entry.counter + 1, settings };
  }
  if (nowHour - note.joinedHour <= retentionHours + MARGIN_HOURS) return entry;
  return gone(entry, nowHour * MINUTES_OF_HOUR, entry.pinN, entry.pinN > 0 ? entry.pinChain : NO_PIN_CHAIN);
}

/**
 * What is not gone, with its note. The keyring has no order of its own; a list that people work with has.
 * @param {readonly Entry[]} entries
 */
export function inOrder(entries) {
  return entries.filter((entry) => entry.state !== EntryState.GONE).flatMap((entry) => {
    const note = noteOf(entry);
    return note === null ? [] : [{ entry, note }];
  }).sort((one, other) => one.note.joinedHour - other.note.joinedHour || one.note.number - other.note.number);
}
