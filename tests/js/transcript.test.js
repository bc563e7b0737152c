import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { LocalError } from '../../web/js/crypto/errors.js';
import { ready } from '../../web/js/crypto/primitives.js';
import { begin, run } from './helpers/script.js';
import { check, vectors } from './helpers/vectors.js';

before(ready);

const defaultStaff = vectors('transcript', 'staff')[0].in.staff;
const scripts = vectors('transcript', 'script');

for (const item of [...scripts, ...vectors('edges')]) test(item.name, () => check(item, () => run(item.in, defaultStaff)));

/** @param {string} name */
function begun(name) {
  const item = /** @type {import('./helpers/vectors.js').Case} */ (scripts.find((one) => one.name === name));
  return begin(item.in, defaultStaff);
}

test('nothing is drafted before the box lets me in, and nothing pinned', () => {
  const fields = { kind: 2, stream: 1, i: 0, sentMs: 1, logN: 10, payload: new Uint8Array([0x90]) };
  for (const name of ['honest_chat', 'join_late']) {
    const transcript = begun(name);
    assert.throws(() => transcript.draft(fields), LocalError);
    assert.throws(() => transcript.pin(), LocalError);
  }
});

test('before anybody is in it nobody is revoked', () => {
  assert.deepEqual(begun('honest_chat').revokedMembers(10), []);
});
