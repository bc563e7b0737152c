// A counsellor's sign-in: as whom it may state something about teams.

import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import './helpers/fetch.js';
import { keyOf } from '../../web/js/crypto/keys.js';
import { ready } from '../../web/js/crypto/primitives.js';
import { Session } from '../../web/js/features/workspace/session.js';

before(ready);

const NOW_MS = Date.UTC(2026, 10, 22);
const HOUR_MS = 3_600_000;

/** @param {{ isOff?: boolean, revokedAt?: number | null, notAfterMs?: number }} [change] */
function sessionWith({ isOff = false, revokedAt = null, notAfterMs = NOW_MS + HOUR_MS } = {}) {
  const certificate = { revokedAt, notBeforeMs: NOW_MS - HOUR_MS, notAfterMs };
  return new Session(/** @type {any} */ ({
    ams: keyOf('AccountSecret', new Uint8Array(32).fill(7)), token: new Uint8Array(32), subject16: new Uint8Array(16), keyring: {},
    log: { view: { ownCertificates: () => [certificate] } }, request: async () => ({}), clock: { now: () => NOW_MS, isOff },
  }));
}

test('a certificate in force and a clock that agrees with the relay\'s: a member who may state something', () => {
  assert.equal(sessionWith().member?.nowMs, NOW_MS);
});

test('with a clock that is off nothing is stated about a team', () => {
  assert.equal(sessionWith({ isOff: true }).member, null);
});

test('revoked is another thing than ended', () => {
  assert.equal(sessionWith().isRevoked, false);
  assert.equal(sessionWith({ notAfterMs: NOW_MS - 1 }).isRevoked, false);
  assert.equal(sessionWith({ revokedAt: 3 }).isRevoked, true);
});

test('nor without a certificate in force', () => {
  assert.equal(sessionWith({ revokedAt: 3 }).member, null);
  assert.equal(sessionWith({ notAfterMs: NOW_MS - 1 }).member, null);
});
