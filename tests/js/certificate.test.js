import assert from 'node:assert/strict';
import { test } from 'node:test';

import './helpers/fetch.js';
import { CLOCK_TOLERANCE_MS, fitsLimit, inForce, isRevokedIn } from '../../web/js/crypto/certificate.js';

// Twin of tests/crypto/test_certificate.py.

test('a statement runs from its begin to before its end', () => {
  const times = [1000 - CLOCK_TOLERANCE_MS - 1, 1000 - CLOCK_TOLERANCE_MS, 1999, 2000];
  assert.deepEqual(times.map((atMs) => inForce(1000, 2000, atMs)), [false, true, true, false]);
});

test('what has no end does not end', () => {
  assert.ok(inForce(1000, 0, Number.MAX_SAFE_INTEGER));
  assert.ok(inForce(1000, 0, 1000));
  assert.ok(!inForce(0, 1, 1));
});

test('a validity has at least a millisecond and at most its limit', () => {
  assert.deepEqual([4, 5, 6, 15, 16].map((end) => fitsLimit(10, 5, end)), [false, false, true, true, false]);
});

test('revoked is who a leaf of the log so far revokes', () => {
  const held = (/** @type {number | null} */ revokedAt) => /** @type {any} */ ({ revokedAt });
  assert.equal(isRevokedIn(held(null), 10), false);
  assert.deepEqual([0, 10, 11].map((size) => isRevokedIn(held(10), size)), [false, false, true]);
  assert.equal(isRevokedIn(held(0), 1), true);
});
