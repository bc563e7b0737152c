// What a device knows about a box: the state it judges by, and the pin it keeps (section 5). Twin of
// crypto/boxstate.py.

import { array, binary, decodeArray, encode, uint } from './encoding.js';
import { BOX_BYTES, MAX_SIDX, MAX_UINT32 } from './envelope.js';
import { KID_BYTES, MAX_EPOCH } from './epoch.js';
import { NotCanonical } from './errors.js';
import { KEY_BYTES } from './keys.js';
import { HASH_BYTES } from './primitives.js';
import { BoxKind, entryFrom, entryValue } from './roster.js';

/** @typedef {import('./encoding.js').Value} Value */
/** @typedef {import('./envelope.js').Opened} Opened */
/** @typedef {import('./epoch.js').EpochKey} EpochKey */
/** @typedef {import('./keys.js').EpochSecret} EpochSecret */
/** @typedef {import('./keys.js').KemSecret} KemSecret */
/** @typedef {import('./keys.js').Share} Share */
/** @typedef {import('./roster.js').RosterState} RosterState */

/**
 * Everything a reader knows about a box. Keys of maps that are bytes elsewhere are `nameOf` them.
 * @typedef {object} State
 * @property {Uint8Array} box16
 * @property {Share} share
 * @property {Map<string, KemSecret>} ownKem by public key
 * @property {Map<string, EpochSecret>} secrets by HASH("es", box16, ES): the keyring's
 * @property {number} base the number that heads[0] belongs to
 * @property {Uint8Array[]} heads
 * @property {RosterState | null} roster null before commit 0, or the commit that added me
 * @property {EpochKey | null} key
 * @property {EpochSecret | null} es
 * @property {Set<string>} oldKids
 * @property {Map<string, number>} streams last i by `streamName`
 * @property {Map<number, Uint8Array>} expectedHeads the keyring's pins
 * @property {Map<number, Uint8Array>} ownPosts number -> env_id, by the relay
 * @property {Opened | null} joining the commit that adds me, until it is seen in the box
 * @property {boolean} beganLate
 * @property {number} admitted the epoch whose commit added me, where earlier ones were granted
 * @property {number} logN the largest log size that a verified envelope stated
 */

/**
 * Where a device stopped reading, so that it can read on: the state after envelope `n`. It is the
 * device's own, kept sealed under AMS, and shows a relay that goes back behind it. It holds the
 * streams ([sidx, stream, last i]), because an envelope from before the pin, shown once more, is known
 * only by its place in its stream.
 * @typedef {object} Pin
 * @property {number} n
 * @property {Uint8Array} head
 * @property {RosterState} roster
 * @property {EpochSecret} es
 * @property {readonly Uint8Array[]} oldKids
 * @property {readonly (readonly [number, number, number])[]} streams
 * @property {number} logN
 */

/**
 * The number of the last envelope taken.
 * @param {State} state
 * @returns {number}
 */
export function numberOf(state) {
  return state.base + state.heads.length - 1;
}

/**
 * Returns the chain at number `n`, if this reader has it.
 * @param {State} state
 * @param {number} n
 * @returns {Uint8Array | null}
 */
export function headAt(state, n) {
  return state.heads[n - state.base] ?? null;
}

/**
 * Names bytes as the key of a map.
 * @param {Uint8Array} bytes
 * @returns {string}
 */
export function nameOf(bytes) {
  return String.fromCharCode(...bytes);
}

/**
 * Undoes `nameOf`.
 * @param {string} name
 * @returns {Uint8Array}
 */
export function bytesOf(name) {
  return Uint8Array.from(name, (character) => character.charCodeAt(0));
}

/**
 * Names a stream as the key of a map.
 * @param {number} sidx
 * @param {number} stream
 * @returns {string}
 */
export function streamName(sidx, stream) {
  return `${sidx} ${stream}`;
}

/**
 * Returns the canonical bytes to be sealed.
 * @param {Pin} pin
 * @returns {Uint8Array}
 */
export function encodePin(pin) {
  const { roster } = pin;
  return encode([
    pin.n,
    pin.head,
    roster.box16,
    roster.epoch,
    roster.epochHash,
    roster.boxKind,
    roster.about16,
    roster.shareHash,
    [...roster.entries.values()].map(entryValue),
    roster.highestSidx,
    pin.es,
    pin.oldKids,
    pin.streams,
    pin.logN,
  ]);
}

/**
 * Reads what `encodePin` wrote; NotCanonical for any other shape.
 * @param {Uint8Array} raw
 * @returns {Pin}
 */
export function decodePin(raw) {
  const items = decodeArray(raw, 14);
  const streams = array(items[12]).map(readStream);
  if (new Set(streams.map(([sidx, stream]) => streamName(sidx, stream))).size !== streams.length) {
    throw new NotCanonical('a stream twice');
  }
  return {
    n: uint(items[0]),
    head: binary(items[1], HASH_BYTES),
    roster: readRoster(items.slice(2, 10)),
    es: binary(items[10], KEY_BYTES.EpochSecret),
    oldKids: array(items[11]).map((kid) => binary(kid, KID_BYTES)),
    streams,
    logN: uint(items[13]),
  };
}

/**
 * @param {readonly Value[]} items
 * @returns {RosterState}
 */
function readRoster(items) {
  const [box16, epoch, epochHash, kind, about16, shareHash, entries, highestSidx] = items;
  const boxKind = uint(kind, BoxKind.STAFF);
  if (boxKind < BoxKind.CASE) throw new NotCanonical('unknown kind of box');
  const members = new Map(array(entries).map(entryFrom).map((entry) => [entry.sidx, entry]));
  if (members.size !== array(entries).length) throw new NotCanonical('a member twice');
  return {
    box16: binary(box16, BOX_BYTES),
    epoch: uint(epoch, MAX_EPOCH),
    epochHash: binary(epochHash, HASH_BYTES),
    boxKind,
    about16: binary(about16, 0, BOX_BYTES),
    shareHash: binary(shareHash, HASH_BYTES),
    entries: members,
    highestSidx: uint(highestSidx, MAX_SIDX),
  };
}

/**
 * @param {Value} value
 * @returns {[number, number, number]}
 */
function readStream(value) {
  const [sidx, stream, last] = array(value, 3);
  return [uint(sidx, MAX_SIDX), uint(stream, MAX_UINT32), uint(last)];
}
