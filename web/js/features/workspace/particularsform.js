// What is noted about a person, as it lies in the keyring, and what becomes of two versions of it. Pure.
//
//   settings = [is a draft 0 | 1, [ticket16...], [former...], minute of the change,
//               [address, age, place, situation, topic, concern, notes]]

import { fromHex, toHex } from '../../core/resumeslot.js';
import { array, binary, decode, encode, text as textOf, uint } from '../../crypto/encoding.js';
import { EntryState, MAX_SETTINGS_BYTES } from '../../crypto/entry.js';
import { RemoteError } from '../../crypto/errors.js';
import { PARTICULARS } from './bookmarks.js';
import { isWritten, noteOf } from './note.js';

/** @typedef {import('../../crypto/entry.js').Entry} Entry */
/** @typedef {'address' | 'age' | 'place' | 'situation' | 'topic' | 'concern' | 'notes'} Field */
/** @typedef {Readonly<Record<Field, string>>} About */
/**
 * What was noted at one time: of which conversations, by their tickets, and in the place of which versions.
 * @typedef {Readonly<{ id: string, tickets: readonly string[], formers: readonly string[], minute: number, about: About, isDraft: boolean }>} Version
 */

/**
 * In the order in which they are kept and read. In code points; together with as many names as fit, any signs fit into
 * the settings of an entry.
 * @type {readonly (readonly [Field, number])[]}
 */
export const MAX_CHARS = [['address', 60], ['age', 40], ['place', 80], ['situation', 300], ['topic', 100], ['concern', 200], ['notes', 1_000]];
/** @type {readonly Field[]} */
export const FIELDS = MAX_CHARS.map(([field]) => field);
/** Of several lines. @type {readonly Field[]} */
export const LONG_FIELDS = ['situation', 'notes'];
export const MAX_TICKETS = 32;
export const MAX_FORMERS = 8;
export const NAME_BYTES = 16;
const ITEMS = 5;
const NO_PIN_CHAIN = new Uint8Array(32);
/** No text can be kept with half a sign in it. */
const HALVES = /\p{Surrogate}/gu;

/** @param {(field: Field) => string} textFor @returns {About} */
export function aboutBy(textFor) {
  return /** @type {About} */ (Object.fromEntries(FIELDS.map((field) => [field, textFor(field)])));
}

export const NOTHING_NOTED = aboutBy(() => '');

/** @param {string} typed */
function plain(typed) {
  return typed.normalize('NFC').replace(HALVES, '\ufffd');
}

/** As it is saved. @param {About} about */
export function cleaned(about) {
  return aboutBy((field) => plain(about[field]).trim());
}

/** @param {About} about */
export function isBlank(about) {
  return FIELDS.every((field) => about[field].trim() === '');
}

/** The fields in which more stands than can be kept, with their numbers. @param {About} about */
export function tooLong(about) {
  return MAX_CHARS.map(([field, most]) => ({ field, most, n: [...cleaned(about)[field]].length })).filter(({ most, n }) => n > most);
}

/**
 * @param {Omit<Version, 'id' | 'minute'>} version
 * @param {number} minute
 * @returns {Uint8Array | null} null where it does not fit into an entry: a draft may be that long
 */
export function settingsOf({ tickets, formers, about, isDraft }, minute) {
  const settings = encode([
    isDraft ? 1 : 0, tickets.slice(0, MAX_TICKETS).map(fromHex), formers.slice(0, MAX_FORMERS).map(fromHex), minute, FIELDS.map((field) => plain(about[field])),
  ]);
  return settings.length > MAX_SETTINGS_BYTES ? null : settings;
}

/**
 * @param {Entry} entry
 * @returns {Version | null} null for anything else, and of a form that a newer client wrote
 */
function versionOf({ box16, kind, state, settings }) {
  if (kind !== PARTICULARS || state === EntryState.GONE) return null;
  try {
    const [isDraft, tickets, formers, minute, about] = array(decode(settings), ITEMS);
    const texts = array(about, FIELDS.length).map((one) => textOf(one, MAX_SETTINGS_BYTES));
    return {
      id: toHex(box16), tickets: namesOf(tickets, MAX_TICKETS), formers: namesOf(formers, MAX_FORMERS), minute: uint(minute),
      about: aboutBy((field) => texts[FIELDS.indexOf(field)]), isDraft: uint(isDraft, 1) === 1,
    };
  } catch (error) {
    if (!(error instanceof RemoteError)) throw error;
    return null;
  }
}

/** @param {import('../../crypto/encoding.js').Value} value @param {number} most */
function namesOf(value, most) {
  return array(value).map((one) => toHex(binary(one, NAME_BYTES))).slice(0, most);
}

/** What is saved and that no other replaces, the newest first. @param {readonly Version[]} known @returns {Version[]} */
export function standing(known) {
  const saved = known.filter(({ isDraft }) => !isDraft);
  // After a crash between two steps both may be there.
  const replaced = new Set(saved.flatMap(({ formers }) => formers));
  return saved.filter(({ id }) => !replaced.has(id)).sort(newestFirst);
}

/** What is typed and not saved, and that no other goes on with, the newest first. @param {readonly Version[]} known @returns {Version[]} */
export function draftsIn(known) {
  const named = new Set(known.flatMap(({ formers }) => formers));
  return known.filter(({ id, isDraft }) => isDraft && !named.has(id)).sort(newestFirst);
}

/** @param {Version} one @param {Version} other */
function newestFirst(one, other) {
  return other.minute - one.minute || (one.id < other.id ? -1 : 1);
}

/**
 * What stands in a field, and what comes to it. Nothing twice.
 * @param {Field} field
 * @param {string} before
 * @param {string} more
 */
export function joined(field, before, more) {
  const [old, added] = [before.trim(), more.trim()];
  if (old === '' || added === '' || old.includes(added)) return old === '' ? added : old;
  return old + (LONG_FIELDS.includes(field) ? '\n' : '; ') + added;
}

/** Two versions as one, to be looked over: the newer's words stand first. @param {readonly Version[]} versions */
export function united(versions) {
  return aboutBy((field) => versions.reduce((all, { about }) => joined(field, all, about[field]), ''));
}

/** @param {string} id @param {Uint8Array} settings @param {number} counter @returns {Entry} */
export function entryOf(id, settings, counter) {
  const box16 = fromHex(id);
  return { box16, kind: PARTICULARS, state: EntryState.OPEN, keyContext: box16, secrets: [], pinN: 0, pinChain: NO_PIN_CHAIN, counter, settings, generation: 0, closeMinute: 0 };
}

/** @param {readonly Entry[]} entries */
export function versionsIn(entries) {
  return entries.flatMap((entry) => versionOf(entry) ?? []);
}

/** The tickets of the conversations that this account has. @param {readonly Entry[]} entries */
export function ticketsIn(entries) {
  const notes = entries.filter(({ state }) => state !== EntryState.GONE).flatMap((entry) => noteOf(entry) ?? []);
  return new Set(notes.filter(isWritten).map(({ ticket16 }) => toHex(ticket16)));
}

/** The names of what is of none of them. @param {readonly Entry[]} entries */
export function endedIn(entries) {
  const mine = ticketsIn(entries);
  return versionsIn(entries).filter(({ tickets }) => !tickets.some((one) => mine.has(one))).map(({ id }) => id);
}

/** @param {string} ticket @param {readonly Version[]} formers */
export function ticketsOf(ticket, formers) {
  return [...new Set([ticket, ...formers.flatMap(({ tickets }) => tickets)])];
}
