// One box in the keyring: what an account must remember of it, and how two memories join.
// Twin of crypto/entry.py.
//
//   entry = [box16, kind, state, key context, [[epoch, HASH("es",box16,ES), ES]...],
//            [pin n, pin chain], counter, settings, generation, close minute]

import { array, binary, decode, encode, uint } from './encoding.js';
import { MAX_EPOCH, esHash } from './epoch.js';
import { LocalError, NotCanonical } from './errors.js';
import { keyOf } from './keys.js';
import { equal } from './primitives.js';

/** @typedef {import('./encoding.js').Value} Value */
/** @typedef {import('./keys.js').EpochSecret} EpochSecret */

export const MAX_SETTINGS_BYTES = 8 * 1024;
// Of a draft in the keyring and in the resume slot, in UTF-8.
export const MAX_DRAFT_BYTES = 32 * 1024;

const ID_BYTES = 16;
const HASH_BYTES = 32;
const MAX_KIND = 255;
const EMPTY = new Uint8Array(0);

/** Only ever rises within a generation; a box that is gone has no secrets left. */
export const EntryState = Object.freeze({ OPEN: 1, CLOSED: 2, GONE: 3 });

/**
 * The secret of one epoch; a lost commit may leave two for the same number.
 * @typedef {{ readonly epoch: number, readonly es: EpochSecret }} KeptSecret
 */

/**
 * One box. `settings` is an encoding of the client's choosing, at most 8 KiB. When gone, `settings`
 * holds since when, the rest is empty. `generation` is the epoch whose commit let its owner in again;
 * 0 for who was in it first. `closeMinute` is 0 until the end was seen together with all that was
 * written before it; from then on the pin is the final head, and the two find the tomb.
 * @typedef {object} Entry
 * @property {Uint8Array} box16
 * @property {number} kind
 * @property {number} state one of EntryState
 * @property {Uint8Array} keyContext
 * @property {readonly KeptSecret[]} secrets
 * @property {number} pinN
 * @property {Uint8Array} pinChain
 * @property {number} counter
 * @property {Uint8Array} settings
 * @property {number} generation
 * @property {number} closeMinute
 */

/**
 * Notes the end of a box that was read to it, for its tomb; the state stays, and a gone one.
 * @param {Entry} entry
 * @param {number} closeMinute since the epoch, as the relay said it
 * @param {number} finalN the last verified place
 * @param {Uint8Array} finalChain
 * @returns {Entry}
 */
export function ended(entry, closeMinute, finalN, finalChain) {
  if (entry.state === EntryState.GONE) return entry;
  return { ...entry, pinN: finalN, pinChain: finalChain, closeMinute };
}

/**
 * Empties an entry, keeping what finds its tomb.
 * @param {Entry} entry
 * @param {number} minute the present one, since the epoch
 * @param {number} lastN kept of one whose end was not seen
 * @param {Uint8Array} lastChain
 * @returns {Entry}
 */
export function gone(entry, minute, lastN, lastChain) {
  const isKnown = entry.closeMinute > 0;
  return {
    ...entry,
    state: EntryState.GONE,
    keyContext: EMPTY,
    secrets: [],
    pinN: isKnown ? entry.pinN : lastN,
    pinChain: isKnown ? entry.pinChain : lastChain,
    counter: 0,
    settings: encode([minute]),
  };
}

/**
 * Returns the minute that `gone` wrote.
 * @param {Entry} entry
 * @returns {number}
 */
export function goneMinute(entry) {
  if (entry.state !== EntryState.GONE) {
    throw new LocalError('only a gone entry says since when');
  }
  const [minute, moved = 1, ...more] = array(decode(entry.settings));
  if (moved !== 1 || more.length > 0) throw new NotCanonical('a gone entry keeps nothing');
  return uint(minute);
}

/**
 * Joins two entries of one box: the higher generation wins whole; of one, a gone one over any that is not.
 * @param {Entry} one
 * @param {Entry} other
 * @returns {Entry}
 */
export function mergeEntry(one, other) {
  if (!equal(one.box16, other.box16)) throw new LocalError('entries of different boxes');
  if (one.generation !== other.generation) return one.generation > other.generation ? one : other;
  const { pinN, pinChain, closeMinute } = last(one, other);
  if ((one.state === EntryState.GONE) !== (other.state === EntryState.GONE)) {
    return { ...(one.state === EntryState.GONE ? one : other), pinN, pinChain, closeMinute };
  }
  // The settings and whose keys are meant belong together: a new access to a box that this account has had
  // before brings keys of its own.
  const set = latter(one, other);
  return {
    box16: one.box16,
    kind: Math.max(one.kind, other.kind),
    state: Math.max(one.state, other.state),
    keyContext: set.keyContext,
    secrets: mergeSecrets(one.box16, [...one.secrets, ...other.secrets]),
    pinN,
    pinChain,
    counter: set.counter,
    settings: set.settings,
    generation: one.generation,
    closeMinute,
  };
}

/**
 * Whose newest place stays: of who saw the end, then of who says gone, then the larger pin.
 * @param {Entry} one
 * @param {Entry} other
 */
function last(one, other) {
  if (one.closeMinute !== other.closeMinute) return one.closeMinute > other.closeMinute ? one : other;
  const isGone = one.state === EntryState.GONE;
  if (one.closeMinute === 0 && isGone !== (other.state === EntryState.GONE)) return isGone ? one : other;
  return larger(one.pinN, one.pinChain, other.pinN, other.pinChain) ? one : other;
}

/**
 * Returns an entry as an encodable array: on a page, and in the resume slot.
 * @param {Entry} entry
 * @returns {Value}
 */
export function entryValue(entry) {
  return [
    entry.box16,
    entry.kind,
    entry.state,
    entry.keyContext,
    entry.secrets.map(({ epoch, es }) => [epoch, esHash(entry.box16, es), es]),
    [entry.pinN, entry.pinChain],
    entry.counter,
    entry.settings,
    entry.generation,
    entry.closeMinute,
  ];
}

/**
 * Undoes `entryValue`; NotCanonical for anything that it would not write.
 * @param {Value} value
 * @returns {Entry}
 */
export function entryOf(value) {
  const [box16, kind, state, context, secrets, pin, counter, settings, generation, closed] = array(value, 10);
  const [pinN, pinChain] = array(pin, 2);
  const entry = {
    box16: binary(box16, ID_BYTES),
    kind: uint(kind, MAX_KIND),
    state: stateOf(state),
    keyContext: binary(context, 0, ID_BYTES),
    secrets: array(secrets).map(secretOf),
    pinN: uint(pinN),
    pinChain: binary(pinChain, HASH_BYTES),
    counter: uint(counter),
    settings: binary(settings),
    generation: uint(generation, MAX_EPOCH),
    closeMinute: uint(closed),
  };
  checkEntry(entry);
  if (compareBytes(encode(entryValue(mergeEntry(entry, entry))), encode(value)) !== 0) {
    throw new NotCanonical('secrets out of order, or under another hash');
  }
  return entry;
}

/**
 * Orders byte arrays as Python does: byte by byte, a prefix first.
 * @param {Uint8Array} one
 * @param {Uint8Array} other
 * @returns {number} below, at or above zero
 */
export function compareBytes(one, other) {
  const shared = Math.min(one.length, other.length);
  for (let at = 0; at < shared; at += 1) {
    if (one[at] !== other[at]) return one[at] - other[at];
  }
  return one.length - other.length;
}

/**
 * Tells whether (n, bytes) is at least (otherN, otherBytes).
 * @param {number} n
 * @param {Uint8Array} bytes
 * @param {number} otherN
 * @param {Uint8Array} otherBytes
 */
export function larger(n, bytes, otherN, otherBytes) {
  return n !== otherN ? n > otherN : compareBytes(bytes, otherBytes) >= 0;
}

/**
 * The one whose settings, and with them its key context, stay.
 * @param {Entry} one
 * @param {Entry} other
 */
function latter(one, other) {
  if (one.counter !== other.counter || !equal(one.settings, other.settings)) {
    return larger(one.counter, one.settings, other.counter, other.settings) ? one : other;
  }
  return compareBytes(one.keyContext, other.keyContext) >= 0 ? one : other;
}

/**
 * @param {Uint8Array} box16
 * @param {readonly KeptSecret[]} secrets
 * @returns {KeptSecret[]}
 */
function mergeSecrets(box16, secrets) {
  /** @type {Map<string, { hash: Uint8Array, kept: KeptSecret }>} */
  const byHash = new Map();
  for (const kept of secrets) {
    const hash = esHash(box16, kept.es);
    const known = byHash.get(hash.join());
    if (known === undefined || kept.epoch > known.kept.epoch) byHash.set(hash.join(), { hash, kept });
  }
  return [...byHash.values()]
    .sort((a, b) => a.kept.epoch - b.kept.epoch || compareBytes(a.hash, b.hash))
    .map(({ kept }) => kept);
}

/** @param {Value} value */
function stateOf(value) {
  const state = uint(value);
  if (state < EntryState.OPEN || state > EntryState.GONE) throw new NotCanonical('unknown state');
  return state;
}

/**
 * @param {Value} value
 * @returns {KeptSecret}
 */
function secretOf(value) {
  const [epoch, , es] = array(value, 3);
  return { epoch: uint(epoch, MAX_EPOCH), es: keyOf('EpochSecret', binary(es, 32)) };
}

/** @param {Entry} entry */
function checkEntry(entry) {
  if (entry.settings.length > MAX_SETTINGS_BYTES) throw new NotCanonical('settings too large');
  if (entry.state === EntryState.GONE) {
    goneMinute(entry);
    if (entry.secrets.length > 0 || entry.keyContext.length > 0 || entry.counter > 0) {
      throw new NotCanonical('a gone entry keeps nothing');
    }
  } else if (entry.keyContext.length === 0) {
    throw new NotCanonical('an entry without key context');
  }
}
