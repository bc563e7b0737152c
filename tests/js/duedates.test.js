// When people are told that a certificate or the key of their team runs out.

import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { ready } from '../../web/js/crypto/primitives.js';
import { dueNotices } from '../../web/js/features/workspace/duedates.js';
import './helpers/fetch.js';

before(ready);

const DAY_MS = 86_400_000;
const END_MS = 1_800_000_000_000;
const ME = new Uint8Array(16).fill(1);
const TEAM16 = new Uint8Array(16).fill(2);

/** @param {{ ends?: readonly [number, number | null][], teamEndMs?: number, members?: readonly Uint8Array[] }} about @returns {any} */
const viewOf = ({ ends = [[END_MS, null]], teamEndMs = END_MS + 1000 * DAY_MS, members = [ME] }) => ({
  ownCertificates: () => ends.map(([notAfterMs, revokedAt]) => ({ notAfterMs, revokedAt })),
  teamIds: () => [TEAM16],
  latestTeam: () => ({ notAfterMs: teamEndMs, team: { members } }),
});
const levels = (/** @type {any} */ about, /** @type {number} */ nowMs) => dueNotices(viewOf(about), ME, nowMs).map(({ what, levelDays, endMs }) => [what, levelDays, endMs]);

test('a certificate is told at 30, 14, 3 and 0 days, each to the millisecond', () => {
  assert.deepEqual(levels({}, END_MS - 30 * DAY_MS - 1), []);
  for (const days of [30, 14, 3, 0]) {
    assert.deepEqual(levels({}, END_MS - days * DAY_MS), [['certificate', days, END_MS]]);
    if (days > 0) assert.notDeepEqual(levels({}, END_MS - days * DAY_MS - 1), [['certificate', days, END_MS]]);
  }
  assert.deepEqual(levels({}, END_MS + 100 * DAY_MS), [['certificate', 0, END_MS]]);
});

test('the newest that was not revoked counts; without one there is nothing to tell', () => {
  assert.deepEqual(levels({ ends: [[END_MS, null], [END_MS + 60 * DAY_MS, null]] }, END_MS), []);
  assert.deepEqual(levels({ ends: [[END_MS, null], [END_MS + 60 * DAY_MS, 9]] }, END_MS), [['certificate', 0, END_MS]]);
  assert.deepEqual(levels({ ends: [[END_MS, 9]] }, END_MS), []);
});

test('a team is told once it should have been renewed, to those whom it lists', () => {
  const about = { ends: [], teamEndMs: END_MS };
  assert.deepEqual(levels(about, END_MS - 14 * DAY_MS), []);
  assert.deepEqual(levels(about, END_MS - 3 * DAY_MS), [['team', 3, END_MS]]);
  assert.deepEqual(levels(about, END_MS), [['team', 0, END_MS]]);
  assert.deepEqual(levels({ ...about, members: [TEAM16] }, END_MS), []);
});
