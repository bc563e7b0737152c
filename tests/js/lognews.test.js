// What is new in the log, as rows for people.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import './helpers/fetch.js';
import { Kind } from '../../web/js/crypto/kinds.js';
import { Role } from '../../web/js/crypto/statement.js';
import { newsSince } from '../../web/js/features/workspace/session.js';
import { newsOf, rowsOf } from '../../web/js/features/workspace/lognews.js';

const id = (/** @type {number} */ n) => new Uint8Array(16).fill(n);
const [ME, JONAS, TEAM] = [id(1), id(2), id(9)];

/** @param {number} index @param {number} role */
const certificate = (index, role) => ({ index, role, signPk: id(index), kemPk: id(index + 100) });
/** @type {Record<number, any[]>} */
const OWN = {
  1: [certificate(3, Role.COUNSELLOR), certificate(7, Role.LEAD)],
  2: [certificate(4, Role.COUNSELLOR), certificate(5, Role.COUNSELLOR), certificate(6, Role.LEAD)],
};
const view = /** @type {any} */ ({ ownCertificates: (/** @type {Uint8Array} */ subject16) => OWN[subject16[0]] ?? [] });

/** @param {number} index @param {number} kind @param {Uint8Array} subject16 @param {any} [payload] */
const entry = (index, kind, subject16, payload = {}) => /** @type {any} */ ({
  index, hash: id(0), reason: 'ok', isValid: true, leaf: { kind, subject16, notBeforeMs: index * 1000 }, payload: { kind, ...payload },
});

/** @param {...any} entries */
const rows = (...entries) => rowsOf(entries, {
  view, me: ME, nameOf: (subject16) => (subject16[0] === 2 ? 'Jonas K.' : ''), placeOf: (team16) => (team16[0] === 9 ? 'Lebensfragen' : ''),
});

test('a certificate is new, another role, a renewal, or about who reads it', () => {
  const found = rows(entry(4, Kind.COUNSELLOR, JONAS), entry(5, Kind.COUNSELLOR, JONAS), entry(6, Kind.COUNSELLOR, JONAS), entry(7, Kind.COUNSELLOR, ME));
  assert.deepEqual(found.map(({ code, name }) => [code, name]), [['counsellor', 'Jonas K.'], ['renewed', 'Jonas K.'], ['lead', 'Jonas K.'], ['own', '']]);
  assert.deepEqual(found[0].keys, { signPk: id(6), kemPk: id(106) });
  assert.equal(found[0].atMs, 4000);
});

test('revocations, teams and what the root states have sentences of their own', () => {
  const found = rows(
    entry(8, Kind.REVOKE, JONAS), entry(9, Kind.TEAM, TEAM, { members: [ME, JONAS], restart: false }), entry(10, Kind.TEAM, TEAM, { members: [ME], restart: true }),
    entry(11, Kind.POLICY, TEAM), entry(12, Kind.ROOT_CHANGE, TEAM), entry(13, Kind.RELEASE, TEAM, { tag: 'v1' }), entry(14, Kind.SITE, TEAM),
  );
  assert.deepEqual(found.map(({ code, place, n, tag }) => [code, place, n, tag]), [
    ['revoked', '', 0, ''], ['team', 'Lebensfragen', 2, ''], ['team_restarted', 'Lebensfragen', 1, ''],
    ['policy', '', 0, ''], ['root', '', 0, ''], ['release', '', 0, 'v1'], ['site', '', 0, ''],
  ]);
});

test('days of deletions and malformed leaves are no news', () => {
  assert.deepEqual(rows(entry(15, Kind.DELETIONS, TEAM), { ...entry(16, Kind.POLICY, TEAM), payload: null }, { ...entry(17, 99, TEAM), leaf: null }), []);
});

test('news begin where the pin is, and with no pin there are none', () => {
  const all = [entry(0, Kind.ORG, TEAM), entry(1, Kind.POLICY, TEAM), entry(2, Kind.DELETIONS, TEAM), entry(3, Kind.TEAM, TEAM)];
  const log = { staffStatementsSince: (/** @type {number} */ size) => all.slice(size) };
  assert.deepEqual(newsSince(log, 0), []);
  assert.deepEqual(newsSince(log, 1).map(({ index }) => index), [1, 3]);
  assert.deepEqual(newsSince(log, 4), []);
});

test('a team is called by its portal, its leads\' team as the page says, and one of no portal has no name', () => {
  const [leads, other] = [id(10), id(11)];
  const portals = /** @type {any} */ ([{ team16: TEAM, leads16: leads, name: 'Lebensfragen', leadsName: 'Leitung von Lebensfragen' }]);
  const names = /** @type {any} */ ({ once: (/** @type {Uint8Array} */ subject16) => (subject16[0] === 2 ? 'Jonas K.' : '') });
  const place = { log: /** @type {any} */ ({ view }), names, portals };
  const news = [...[TEAM, leads, other].map((one, n) => entry(20 + n, Kind.TEAM, one, { members: [], restart: false })), entry(23, Kind.REVOKE, JONAS), entry(24, Kind.COUNSELLOR, ME)];
  const found = newsOf(place, /** @type {any} */ ({ news, subject16: ME }));
  assert.deepEqual(found.map(({ code, name, place: team }) => [code, name, team]), [
    ['team', '', 'Lebensfragen'], ['team', '', 'Leitung von Lebensfragen'], ['team', '', ''], ['revoked', 'Jonas K.', ''], ['own', '', ''],
  ]);
});
