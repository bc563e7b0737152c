// Loads the shared vectors into node --test.
//
//   for (const item of vectors('padding')) test(item.name, () => check(item, () => ({ padded: … })));

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

import './fetch.js';
import { LocalError, RemoteError } from '../../../web/js/crypto/errors.js';

/**
 * @typedef {object} Case
 * @property {string} name
 * @property {string} comment
 * @property {string} expect "success", a code of crypto/errors.js, or "local_error"
 * @property {Record<string, any>} in bytes are hex
 * @property {Record<string, any>} out
 */

/**
 * Loads `<name>.json`; with `operation`, only the cases whose input names it under "op".
 * @param {string} name
 * @param {string} [operation]
 * @returns {Case[]}
 */
export function vectors(name, operation = '') {
  const file = new URL(`../../vectors/${name}.json`, import.meta.url);
  /** @type {Case[]} */
  const cases = JSON.parse(readFileSync(file, 'utf8')).cases;
  const chosen = cases.filter((item) => operation === '' || item.in.op === operation);
  assert.ok(chosen.length > 0, `no cases for ${name} ${operation}`);
  return chosen;
}

/**
 * Runs `call` (may be async): its object (bytes allowed) must equal `out`, or its error's code `expect`.
 * @param {Case} item
 * @param {() => object | Promise<object>} call
 */
export async function check(item, call) {
  /** @type {any} */
  let value;
  let got = 'success';
  try {
    value = await call();
  } catch (error) {
    got = codeOf(error);
  }
  assert.equal(got, item.expect, `${item.name}: ${item.comment}`);
  if (got === 'success') assert.deepEqual(hexed(value), item.out, `${item.name}: ${item.comment}`);
}

/**
 * The code under which vectors know `error`; anything unknown is thrown on, because it is a bug.
 * @param {unknown} error
 * @returns {string}
 */
export function codeOf(error) {
  if (error instanceof RemoteError) return error.code;
  if (error instanceof LocalError) return 'local_error';
  throw error;
}

/**
 * Reads hex; `61*300` stands for a run of 300 bytes in cases that need thousands of them.
 * @param {string} text
 * @returns {Uint8Array}
 */
export function unhex(text) {
  const pieces = text.split(' ').map((piece) => {
    const [unit, count = '1'] = piece.split('*');
    return Buffer.from(unit.repeat(Number(count)), 'hex');
  });
  return Uint8Array.from(Buffer.concat(pieces));
}

/** @param {Uint8Array} bytes @returns {string} */
export function hex(bytes) {
  return Buffer.from(bytes).toString('hex');
}

/**
 * Turns all bytes inside arrays and objects into hex, as they stand in the vector files.
 * @param {any} value
 * @returns {any}
 */
export function hexed(value) {
  if (value instanceof Uint8Array) return hex(value);
  if (Array.isArray(value)) return value.map(hexed);
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, hexed(item)]));
  }
  return value;
}

/**
 * Writes an encodable value as the vectors do: uint, {"bin": hex}, str, list.
 * @param {any} value
 * @returns {any}
 */
export function tagValue(value) {
  if (value instanceof Uint8Array) return { bin: hex(value) };
  return Array.isArray(value) ? value.map(tagValue) : value;
}

/**
 * Undoes `tagValue`.
 * @param {any} tagged
 * @returns {any}
 */
export function untagValue(tagged) {
  if (Array.isArray(tagged)) return tagged.map(untagValue);
  return tagged !== null && typeof tagged === 'object' ? unhex(tagged.bin) : tagged;
}

/**
 * Returns `bytes` with one bit turned (bit 0 is the lowest of the first byte).
 * @param {Uint8Array} bytes
 * @param {number} bit
 * @returns {Uint8Array}
 */
export function flip(bytes, bit) {
  const changed = bytes.slice();
  changed[bit >> 3] ^= 1 << (bit & 7);
  return changed;
}

/**
 * A `rand` that hands out given bytes in order and throws when they run out.
 * @param {Uint8Array} bytes
 * @returns {(size: number) => Uint8Array}
 */
export function replayRand(bytes) {
  let taken = 0;
  return (size) => {
    if (taken + size > bytes.length) throw new LocalError('replayed randomness ran out');
    taken += size;
    return bytes.slice(taken - size, taken);
  };
}
