import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import * as commit from '../../web/js/crypto/commit.js';
import { NotCanonical, RemoteError } from '../../web/js/crypto/errors.js';
import { publicOf } from '../../web/js/crypto/kem.js';
import { ready } from '../../web/js/crypto/primitives.js';
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
  const { roster } = commit.decodeCommit(unhex(given.in.payload));
  const made = commit.makeCommit(state, roster, commit.Reason.ADDED, new Uint8Array(32));
  const place = { logN: given.in.log_n, atMs: given.in.at_ms };
  const staff = new FactStaff(defaultStaff);
  const after = commit.checkCommit(state, made.commit, given.in.signer, made.wraps, place, staff);
  assert.equal(after.epoch, 1);
  assert.equal(made.wraps.length, 2);
});
