// What the scripts of transcript.test.js do not reach: first commits and quotations that were made by a liar.

import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { decodeCommit, encodeCommit } from '../../web/js/crypto/commit.js';
import { Kind, openE1, sealE1 } from '../../web/js/crypto/envelope.js';
import { BadStatement } from '../../web/js/crypto/errors.js';
import { writer } from '../../web/js/crypto/judge.js';
import { ready, signPublic } from '../../web/js/crypto/primitives.js';
import { Role } from '../../web/js/crypto/roster.js';
import { Verdict } from '../../web/js/crypto/verdict.js';
import { begin } from './helpers/script.js';
import { flip, unhex, vectors } from './helpers/vectors.js';

before(ready);

const SECRET = /** @type {any} */ (new Uint8Array(32).fill(5));
const staff = vectors('transcript', 'staff')[0].in.staff;
const script = /** @type {any} */ (vectors('transcript', 'script').find((one) => one.name === 'honest_chat')).in;

/** A reader of the chat, and its first commit as somebody with the key may write it anew. */
function begun() {
  const transcript = begin(script, staff);
  const { body } = openE1(unhex(script.steps[0].raw), transcript.key);
  const commit = decodeCommit(body.payload);
  const roster = commit.roster.map((entry) => (entry.sidx === body.sidx ? { ...entry, signPk: signPublic(SECRET) } : entry));
  /** @param {any} [change] @param {any[]} [wraps] */
  const sealed = (change = {}, wraps = []) =>
    sealE1(transcript.key, SECRET, { ...body, payload: encodeCommit({ ...commit, roster, ...change }) }, wraps);
  return { transcript, sealed };
}

test('a first commit with the share of another box is none', () => {
  const good = begun();
  assert.equal(good.transcript.take(1, good.sealed()).verdict, Verdict.OK);
  const bad = begun();
  assert.equal(bad.transcript.take(1, bad.sealed({ shareHash: new Uint8Array(32) })).verdict, Verdict.BAD_COMMIT);
});

test('the commit that a letter quoted must stand in the box, inside as well', () => {
  const wrap = { sidx: 2, sealed: new Uint8Array(1168) };
  /** @param {(quoted: any) => any} quote @param {any[]} [wraps] */
  const joined = (quote, wraps) => {
    const { transcript, sealed } = begun();
    const raw = sealed({}, wraps);
    transcript.state.joining = quote({ ...openE1(raw, transcript.key), wraps: [] });
    return transcript.take(1, raw).verdict;
  };
  assert.equal(joined((quoted) => quoted), Verdict.OK);
  assert.equal(joined((quoted) => ({ ...quoted, signature: flip(quoted.signature, 9) })), Verdict.BAD_COMMIT);
  assert.equal(joined((quoted) => ({ ...quoted, body: { ...quoted.body, sentMs: 7 } })), Verdict.BAD_COMMIT);
  assert.equal(joined((quoted) => quoted, [wrap]), Verdict.BAD_COMMIT);
});

test('who signs for a team must not be revoked in the log that was read', () => {
  const { body } = openE1(unhex(script.steps[0].raw), begin(script, staff).key);
  const commit = { ...decodeCommit(body.payload), by: new Uint8Array(32) };
  const entry = { ...commit.roster[0], sidx: 3, role: Role.TEAM };
  const roster = /** @type {any} */ ({ entries: new Map([[3, entry]]) });
  const signPk = signPublic(SECRET);
  const view = /** @type {any} */ ({ counsellor: () => ({ signPk, revokedAt: 6 }) });
  const written = { ...body, kind: Kind.COMMIT, sidx: 3, payload: encodeCommit(commit) };
  assert.deepEqual(writer(roster, written, 6, view), { entry, signPk });
  assert.throws(() => writer(roster, written, 7, view), BadStatement);
});
