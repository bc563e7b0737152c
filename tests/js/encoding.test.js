import assert from 'node:assert/strict';
import { test } from 'node:test';

import * as encoding from '../../web/js/crypto/encoding.js';
import { LocalError, NotCanonical } from '../../web/js/crypto/errors.js';
import { randomBytes } from '../../web/js/crypto/random.js';
import { decode as libraryDecode, encode as libraryEncode } from '../../web/node_modules/@msgpack/msgpack/dist.esm/index.mjs';
import { check, hex, tagValue, unhex, vectors } from './helpers/vectors.js';

for (const item of vectors('encoding', 'accept')) {
  test(item.name, () => {
    const raw = unhex(item.in.raw);
    const value = /** @type {any} */ (encoding.decode(raw));
    if ('value' in item.out) assert.deepEqual(tagValue(value), item.out.value);
    else assert.equal(value.length, item.out.size);
    assert.deepEqual(encoding.encode(value), raw);
  });
}

for (const item of vectors('encoding', 'refuse')) {
  test(item.name, () => check(item, () => ({ value: encoding.decode(unhex(item.in.raw)) })));
}

test('a value outside the subset is a bug of the caller', () => {
  const nested = JSON.parse('['.repeat(9) + ']'.repeat(9));
  /** @type {any[]} */
  const values = [
    -1, 2 ** 53, 1.5, NaN, Infinity, null, undefined, true, {}, new Map(), 1n, new Date(0),
    new ArrayBuffer(1), '\ud800', 'a\udfff', 'u\u0308', [null], nested, new Array(4097).fill(0),
  ];
  for (const value of values) assert.throws(() => encoding.encode(value), LocalError);
});

test('bytes read from a window into a larger buffer are those of the window', () => {
  const whole = Uint8Array.of(9, 9, 0xcd, 0x01, 0x00, 9);
  assert.equal(encoding.decode(whole.subarray(2, 5)), 256);
  assert.throws(() => encoding.decode(whole.subarray(2, 4)), NotCanonical);
});

test('decoded bytes are a copy', () => {
  const raw = Uint8Array.of(0xc4, 1, 7);
  const value = /** @type {Uint8Array} */ (encoding.decode(raw));
  raw[2] = 8;
  assert.deepEqual([...value], [7]);
});

test('a fixed array of another size is refused', () => {
  assert.deepEqual(encoding.decodeArray(Uint8Array.of(0x92, 1, 2), 2), [1, 2]);
  for (const raw of [[0x91, 1], [0x93, 1, 2, 3], [2], [0xa0]]) {
    assert.throws(() => encoding.decodeArray(Uint8Array.from(raw), 2), NotCanonical);
  }
});

test('bytes stand for themselves as a part', () => {
  assert.equal(hex(encoding.encodePart(Uint8Array.of(1))), '01');
  assert.equal(hex(encoding.encodePart(['ab'])), '91a26162');
});

test('readers return what fits and refuse the rest', () => {
  const two = Uint8Array.of(1, 2);
  assert.equal(encoding.uint(7, 7), 7);
  assert.equal(encoding.binary(two, 1, 2), two);
  assert.equal(encoding.binary(two), two);
  assert.equal(encoding.text('🌱', 1), '🌱');
  assert.deepEqual(encoding.array([1], 1), [1]);
  assert.deepEqual(encoding.array([]), []);
  const refused = [
    () => encoding.uint(8, 7), () => encoding.uint(two, 7), () => encoding.binary(two, 1, 3),
    () => encoding.binary('ab', 2), () => encoding.text('ab', 1), () => encoding.text(two, 2),
    () => encoding.array([1], 2), () => encoding.array('a', 1),
  ];
  for (const call of refused) assert.throws(call, NotCanonical);
});

test('arbitrary bytes are refused, or the library reads the same and they are written back alike', () => {
  // Bytes that msgpack likes, so that a good part of the draws gets past the first one.
  const likely = [0x00, 0x7f, 0x90, 0x91, 0x92, 0xa1, 0xc4, 0xcc, 0xcd, 0x01, 0x61, 0xc3, 0xbc, 0xdc, 0xd9];
  let accepted = 0;
  for (let round = 0; round < 20_000; round += 1) {
    const draw = randomBytes(1 + (round % 12));
    const raw = round % 2 === 0 ? draw : draw.map((byte) => likely[byte % likely.length] ?? 0);
    let value;
    try {
      value = encoding.decode(raw);
    } catch (error) {
      assert.ok(error instanceof NotCanonical);
      continue;
    }
    accepted += 1;
    assert.deepEqual(encoding.encode(value), raw);
    assert.deepEqual(libraryDecode(raw), value);
    assert.deepEqual(new Uint8Array(libraryEncode(value)), raw);
  }
  assert.ok(accepted > 100);
});
