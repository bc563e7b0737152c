// Who may open a box, as the log says it, for any earlier size of it. Twin of tests/crypto/test_staffview.py.

import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { replay } from '../../web/js/crypto/logview.js';
import { ready } from '../../web/js/crypto/primitives.js';
import { LogStaff } from '../../web/js/crypto/staffview.js';
import { DAY_MS, Role } from '../../web/js/crypto/statement.js';
import { unhex, vectors } from './helpers/vectors.js';

before(ready);

const POOL = vectors('logview', 'pool')[0].in.statements;
const LOGS = vectors('logview', 'replay');
const NOW_MS = 1_800_000_000_000;
const NOBODY = new Uint8Array(16);
const NOTHING = new Uint8Array(32);
// Leaves of the scene that each log of the vectors begins with.
const [ADA, ANNA, BEN, OLAF, LEA, FIRST] = [2, 3, 4, 5, 6, 7];
const SIZE = FIRST + 1;

/** @param {string} name of a log */
function staffOf(name) {
  const { in: given } = /** @type {import('./helpers/vectors.js').Case} */ (LOGS.find((one) => one.name === name));
  const pairs = given.log.map((/** @type {string} */ one) => POOL[one].map(unhex));
  const [leaves, payloads] = [0, 1].map((i) => pairs.map((/** @type {Uint8Array[]} */ pair) => pair[i]));
  const view = replay(unhex(given.fingerprint), leaves, payloads, unhex(given.deployment_id));
  const hashes = view.entries.map(({ hash }) => hash);
  /** @param {number} index */
  const subject = (index) => /** @type {any} */ (view.certificate(hashes[index])).subject16;
  return { staff: new LogStaff(view), view, hashes, subject, teams: view.teamIds() };
}

test('an earlier size gives the team of that time', () => {
  const { staff, hashes, subject, teams: [team16] } = staffOf('ok: team grown');
  const lea = subject(LEA);
  assert.equal(staff.inTeam(team16, lea, SIZE, NOW_MS), false);
  assert.equal(staff.inTeam(team16, lea, SIZE + 1, NOW_MS), true);
  assert.equal(staff.isCurrentTeam(hashes[FIRST], SIZE, NOW_MS), true);
  assert.equal(staff.isCurrentTeam(hashes[FIRST], SIZE + 1, NOW_MS), false);
  assert.equal(staff.isCurrentTeam(hashes[SIZE], SIZE + 1, NOW_MS), true);
});

test('before its first statement a team is none', () => {
  const { staff, hashes, subject, teams: [team16] } = staffOf('ok: team grown');
  assert.equal(staff.inTeam(team16, subject(ANNA), FIRST, NOW_MS), false);
  assert.equal(staff.isCurrentTeam(hashes[FIRST], FIRST, NOW_MS), false);
});

test('a team that has run out lists nobody', () => {
  const { staff, hashes, subject, teams: [team16] } = staffOf('ok: team grown');
  const laterMs = NOW_MS + 31 * DAY_MS;
  assert.equal(staff.inTeam(team16, subject(ANNA), SIZE + 1, laterMs), false);
  assert.equal(staff.isCurrentTeam(hashes[SIZE], SIZE + 1, laterMs), false);
});

test('an empty team asks for some team', () => {
  const { staff, subject, teams: [, others] } = staffOf('ok: a second team');
  const [none, ben] = [new Uint8Array(0), subject(BEN)];
  assert.equal(staff.inTeam(none, ben, SIZE + 1, NOW_MS), true);
  assert.equal(staff.inTeam(others, ben, SIZE + 1, NOW_MS), false);
  assert.equal(staff.inTeam(none, NOBODY, SIZE + 1, NOW_MS), false);
  assert.equal(staff.inTeam(NOBODY, ben, SIZE + 1, NOW_MS), false);
});

test('a statement is known by its hash, superseded or not, and an unknown one is none', () => {
  const { staff, view, hashes } = staffOf('ok: team grown');
  for (const at of [FIRST, SIZE]) assert.deepEqual(staff.team(hashes[at])?.hash, hashes[at]);
  assert.deepEqual(staff.counsellor(hashes[ANNA]), view.certificate(hashes[ANNA]));
  assert.equal(staff.team(NOTHING), null);
  assert.equal(staff.counsellor(NOTHING), null);
  assert.equal(staff.isCurrentTeam(NOTHING, SIZE, NOW_MS), false);
});

test('the root of a longer log is not known, and a root is computed once', () => {
  const { staff, view } = staffOf('ok: team grown');
  assert.deepEqual(staff.logRoot(SIZE + 1), view.root());
  assert.deepEqual(staff.logRoot(SIZE), view.rootAt(SIZE));
  assert.equal(staff.logRoot(SIZE + 2), null);
  assert.equal(staff.logRoot(SIZE + 1), staff.logRoot(SIZE + 1));
});

test("an auditor's certificate opens no box, whatever TEAM says", () => {
  const { staff, view, hashes } = staffOf('ok: the whole scene');
  assert.equal(view.certificate(hashes[OLAF])?.role, Role.AUDITOR);
  assert.equal(staff.counsellor(hashes[OLAF]), null);
  const roles = [ADA, ANNA, LEA].map((at) => staff.counsellor(hashes[at])?.role);
  assert.deepEqual(roles, [Role.ADMIN, Role.COUNSELLOR, Role.LEAD]);
});
