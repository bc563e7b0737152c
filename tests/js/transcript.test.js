import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { LocalError } from '../../web/js/crypto/errors.js';
import { ready } from '../../web/js/crypto/primitives.js';
import { Verdict } from '../../web/js/crypto/verdict.js';
import { begin, run } from './helpers/script.js';
import { check, unhex, vectors } from './helpers/vectors.js';

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

test('a fault of ours is no verdict', () => {
  const item = /** @type {any} */ (scripts.find((one) => one.name === 'fleeting'));
  const broken = /** @type {any} */ (new Proxy({}, { get: () => () => { throw new TypeError('ours'); } }));
  const transcript = begin(item.in, defaultStaff);
  const { staff } = transcript;
  const at = item.in.steps.findIndex((/** @type {any} */ one) => one.do === 'fleeting');
  for (const { n, raw } of item.in.steps.slice(0, at)) {
    transcript.staff = broken;
    assert.throws(() => transcript.take(n, unhex(raw)), TypeError);
    transcript.staff = staff;
    assert.equal(transcript.take(n, unhex(raw)).verdict, Verdict.OK);
  }
  transcript.staff = broken;
  assert.throws(() => transcript.takeFleeting(unhex(item.in.steps[at].raw)), TypeError);
});

test('before anybody is in it nobody is revoked', () => {
  assert.deepEqual(begun('honest_chat').revokedMembers(10), []);
});
