import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { ready } from '../../web/js/crypto/primitives.js';
import * as recovery from '../../web/js/crypto/recovery.js';
import { check, replayRand, unhex, vectors } from './helpers/vectors.js';

before(ready);

for (const item of vectors('recovery', 'new_code')) {
  test(item.name, () =>
    check(item, () => {
      const code = recovery.newCode(replayRand(unhex(item.in.rand)));
      return { code, written: recovery.written(code), door_id: recovery.doorId(code) };
    }));
}

for (const item of vectors('recovery', 'read_code')) {
  test(item.name, () => check(item, () => ({ code: recovery.readCode(item.in.typed) })));
}

test('what stands on the sheet is read back', () => {
  for (let round = 0; round < 200; round += 1) {
    const code = recovery.newCode();
    assert.equal(code.length, recovery.CODE_SYMBOLS);
    assert.equal(recovery.readCode(recovery.written(code).toLowerCase()), code);
  }
});

test('a code takes 17 random bytes', () => {
  /** @type {number[]} */
  const sizes = [];
  recovery.newCode((size) => (sizes.push(size), new Uint8Array(size)));
  assert.deepEqual(sizes, [17]);
});
