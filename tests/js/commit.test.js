import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import * as commit from '../../web/js/crypto/commit.js';
import { decode } from '../../web/js/crypto/encoding.js';
import { esHash, shareHash } from '../../web/js/crypto/epoch.js';
import { LocalError, NotCanonical, RemoteError } from '../../web/js/crypto/errors.js';
import { publicOf } from '../../web/js/crypto/kem.js';
import { ready } from '../../web/js/crypto/primitives.js';
import * as roster from '../../web/js/crypto/roster.js';
import { FactStaff } from './helpers/script.js';
import { check, unhex, vectors } from './helpers/vectors.js';

before(ready);

const defaultStaff = vectors('commit', 'staff')[0].in.staff;

for (const item of vectors('commit', 'check')) {
  test(item.name, () =>
    check(item, () => {
      const given = item.in;
      const staff = new FactStaff(given.staff === 'default' ? defaultStaff : given.staff);
      const place = { logN: given.log_n, atMs: given.at_ms };
      const wraps = given.wraps.map((/** @type {number} */ sidx) => ({
        sidx, sealed: new Uint8Array(1168),
      }));
      const [box16, before16] = [unhex(given.box16), unhex(given.before)];
      const news = commit.decodeCommit(unhex(given.payload));
      const after = before16.length === 0
        ? commit.checkCommit0(box16, news, given.signer, wraps, place, staff)
        : commit.checkCommit(
          commit.stateOf(box16, commit.decodeCommit(before16), given.highest_sidx),
          news, given.signer, wraps, place, staff,
        );
      return {
        epoch: after.epoch,
        epoch_hash: after.epochHash,
        members: [...after.entries.keys()],
        highest_sidx: after.highestSidx,
      };
    }));
}

for (const item of vectors('commit', 'decode')) {
  test(item.name, () =>
    check(item, () => ({ raw: commit.encodeCommit(commit.decodeCommit(unhex(item.in.raw))) })));
}

const enums = /** @type {Record<string, object>} */ ({ BoxKind: roster.BoxKind, Role: roster.Role, Reason: commit.Reason });
for (const item of vectors('roster', 'numbers')) test(item.name, () => assert.deepEqual({ ...enums[item.in.of] }, item.out));

for (const item of vectors('roster', 'rights')) {
  test(item.name, () =>
    check(item, () => {
      const { add, remove, create, close } = roster.rights(item.in.kind, item.in.role);
      return { add: add.toSorted(), remove: remove.toSorted(), create, close };
    }));
}

/** An entry whose keys and hash are one number each. @param {number[]} short */
function entryOf([sidx = 0, role = 0, sign = 0, kem = 0, certificate = 0]) {
  return {
    sidx, role, signPk: new Uint8Array(32).fill(sign), kemPk: new Uint8Array(1216).fill(kem),
    certificateHash: new Uint8Array(32).fill(certificate),
  };
}

for (const item of vectors('roster', 'shape')) {
  test(item.name, () => check(item, () => (roster.checkShape(item.in.kind, item.in.entries.map(entryOf)), {})));
}

for (const item of vectors('roster', 'newcomer')) {
  test(item.name, () =>
    check(item, () => {
      const { kind, entry, log_n: logN, at_ms: atMs, staff } = item.in;
      const view = new FactStaff(staff === 'default' ? defaultStaff : staff);
      roster.checkNewcomer(kind, roster.entryFrom(decode(unhex(entry))), { logN, atMs }, view);
      return {};
    }));
}

test('two entries are the same in every byte or not at all', () => {
  const short = [1, 2, 3, 4, 5];
  assert.ok(roster.sameEntry(entryOf(short), entryOf(short)));
  for (let at = 0; at < short.length; at += 1) {
    const other = short.map((one, n) => (n === at ? 9 : one));
    assert.equal(roster.sameEntry(entryOf(short), entryOf(other)), false);
  }
});

test('a first commit says what it was made of', () => {
  const [box16, es, share] = [16, 32, 32].map((size, at) => new Uint8Array(size).fill(at + 1));
  const entries = [entryOf([1, roster.Role.STAFF, 1, 1, 1])];
  const made = commit.makeCommit0(box16, roster.BoxKind.STAFF, entries, es, share);
  assert.deepEqual(made, {
    epoch: 0, parent: new Uint8Array(32), boxKind: roster.BoxKind.STAFF, about16: new Uint8Array(0), roster: entries,
    reason: commit.Reason.CREATED, by: new Uint8Array(0), esHash: esHash(box16, es), shareHash: shareHash(box16, share),
    wrapsHash: commit.wrapsHash([]),
  });
  assert.deepEqual(commit.makeCommit0(box16, 3, entries, es, share, box16).about16, box16);
  assert.throws(() => commit.makeCommit0(new Uint8Array(15), 3, entries, es, share), LocalError);
});

test('a box has fifty members at most', () => {
  const some = commit.decodeCommit(unhex(vectors('commit', 'decode')[0].in.raw));
  const crowd = (/** @type {number} */ size) => commit.encodeCommit(
    { ...some, roster: Array.from({ length: size }, (_, sidx) => ({ ...some.roster[0], sidx })) });
  assert.equal(commit.decodeCommit(crowd(50)).roster.length, 50);
  assert.throws(() => commit.decodeCommit(crowd(51)), NotCanonical);
});

test('a wrap opens for its member, epoch and box only', () => {
  const [secret, other] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];
  const es = new Uint8Array(32).fill(7);
  const box16 = new Uint8Array(16);
  const entry = {
    sidx: 2, role: 2, signPk: new Uint8Array(32), kemPk: publicOf(secret), certificateHash: es,
  };
  const made = commit.wrap(entry, box16, 3, es);
  assert.deepEqual(commit.openWrap(made, box16, 3, secret), es);
  assert.throws(() => commit.openWrap(made, box16, 4, secret), RemoteError);
  assert.throws(() => commit.openWrap(made, new Uint8Array(16).fill(1), 3, secret), RemoteError);
  assert.throws(() => commit.openWrap({ ...made, sidx: 3 }, box16, 3, secret), RemoteError);
  assert.throws(() => commit.openWrap(made, box16, 3, other), RemoteError);
});

test('the next commit wraps its secret for those who stay', () => {
  const given = vectors('commit', 'check').find((one) => one.name === 'next: counsellor adds');
  assert.ok(given);
  const before = commit.decodeCommit(unhex(given.in.before));
  const state = commit.stateOf(unhex(given.in.box16), before);
  const { roster: entries } = commit.decodeCommit(unhex(given.in.payload));
  const made = commit.makeCommit(state, entries, commit.Reason.ADDED, new Uint8Array(32));
  const place = { logN: given.in.log_n, atMs: given.in.at_ms };
  const staff = new FactStaff(defaultStaff);
  const after = commit.checkCommit(state, made.commit, given.in.signer, made.wraps, place, staff);
  assert.equal(after.epoch, 1);
  assert.equal(made.wraps.length, 2);
});
