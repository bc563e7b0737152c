import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { proofOf } from '../../web/js/core/logproof.js';
import { replay } from '../../web/js/crypto/logview.js';
import { ready } from '../../web/js/crypto/primitives.js';
import { check as witnessed } from '../../web/js/crypto/witnesses.js';
import { check, unhex, vectors } from './helpers/vectors.js';

before(ready);

for (const item of vectors('witnesses', 'witnessed')) {
  test(item.name, () =>
    check(item, () => {
      const { fingerprint, leaves, payloads, note, now_ms: nowMs } = item.in;
      const view = replay(unhex(fingerprint), leaves.map(unhex), payloads.map(unhex));
      const found = witnessed(view, unhex(note), nowMs);
      return { witnessed: found === null ? [] : [found.size, found.atMs] };
    }));
}

test('before there is a policy nobody must have seen anything', () => {
  const { fingerprint, leaves, payloads, now_ms: nowMs } = vectors('witnesses', 'witnessed')[0].in;
  const view = replay(unhex(fingerprint), [unhex(leaves[0])], [unhex(payloads[0])]);
  assert.equal(witnessed(view, new Uint8Array(0), nowMs), null);
});

test('a fault of ours is no missing witness', () => {
  const { fingerprint, leaves, payloads, now_ms: nowMs } = vectors('witnesses', 'witnessed')[0].in;
  const view = replay(unhex(fingerprint), leaves.map(unhex), payloads.map(unhex));
  const fault = new Error('ours');
  const note = Object.defineProperty(new Uint8Array(0), 'length', { get() { throw fault; } });
  assert.throws(() => witnessed(view, note, nowMs), (error) => error === fault);
});

for (const item of vectors('witnesses', 'proof')) {
  test(item.name, () =>
    check(item, () => {
      const { fingerprint, leaves, payloads, note } = item.in;
      return { text: proofOf(replay(unhex(fingerprint), leaves.map(unhex), payloads.map(unhex)), unhex(note)) };
    }));
}
