import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { decodePin, encodePin, numberOf } from '../../web/js/crypto/boxstate.js';
import { LocalError } from '../../web/js/crypto/errors.js';
import { ready } from '../../web/js/crypto/primitives.js';
import { NeedKind, NoticeKind, Verdict, notice } from '../../web/js/crypto/verdict.js';
import { FactStaff, begin, joined, run } from './helpers/script.js';
import { check, unhex, vectors } from './helpers/vectors.js';

before(ready);

const defaultStaff = vectors('transcript', 'staff')[0].in.staff;
const scripts = vectors('transcript', 'script');

for (const item of [...scripts, ...vectors('edges'), ...vectors('beginning', 'script')]) {
  test(item.name, () => check(item, () => run(item.in, defaultStaff)));
}
for (const item of vectors('beginning', 'join')) test(item.name, () => check(item, () => joined(item.in, defaultStaff)));
for (const item of vectors('beginning', 'pin')) {
  test(item.name, () => check(item, () => ({ raw: encodePin(decodePin(unhex(item.in.raw))) })));
}

/** @param {string} name */
function begun(name) {
  const item = /** @type {import('./helpers/vectors.js').Case} */ (scripts.find((one) => one.name === name));
  return begin(item.in, defaultStaff);
}

/** The envelopes of a script, in order. @param {string} name @returns {Uint8Array[]} */
const rawOf = (name) => /** @type {any} */ (scripts.find((one) => one.name === name)).in.steps.map((/** @type {any} */ one) => unhex(one.raw));

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
  const broken = /** @type {any} */ (new Proxy({}, { get: () => () => { throw new Error('ours'); } }));
  const transcript = begin(item.in, defaultStaff);
  const { staff } = transcript;
  const at = item.in.steps.findIndex((/** @type {any} */ one) => one.do === 'fleeting');
  for (const { n, raw } of item.in.steps.slice(0, at)) {
    transcript.staff = broken;
    assert.throws(() => transcript.take(n, unhex(raw)), /ours/);
    transcript.staff = staff;
    assert.equal(transcript.take(n, unhex(raw)).verdict, Verdict.OK);
  }
  transcript.staff = broken;
  assert.throws(() => transcript.takeFleeting(unhex(item.in.steps[at].raw)), /ours/);
});

test('an alarm is known by its kind and its member', () => {
  const transcript = begun('honest_chat');
  const { OTHER_VIEW, OTHER_LOG } = NoticeKind;
  for (const one of [notice(OTHER_VIEW, 1), notice(OTHER_VIEW, 2), notice(OTHER_LOG, 1), notice(OTHER_VIEW, 1)]) transcript.alarm(one);
  assert.deepEqual(transcript.alarms.map(({ kind, sidx }) => [kind, sidx]), [[OTHER_VIEW, 1], [OTHER_VIEW, 2], [OTHER_LOG, 1]]);
});

test('a hole that the relay leaves pauses sending until it is filled', () => {
  const transcript = begun('honest_chat');
  const [first, second] = rawOf('honest_chat');
  assert.equal(transcript.take(2, second, [NeedKind.ENVELOPES]).verdict, Verdict.WITHHELD);
  assert.ok(transcript.sendingPaused);
  assert.equal(transcript.take(1, first).verdict, Verdict.OK);
  assert.ok(!transcript.sendingPaused);
});

test('that a certificate has ended is said once for each member', () => {
  const transcript = begun('honest_chat');
  const certificates = defaultStaff.certificates.map((/** @type {any} */ one) => ({ ...one, not_after_ms: 1 }));
  const raws = rawOf('honest_chat');
  assert.equal(transcript.take(1, raws[0]).verdict, Verdict.OK);
  transcript.staff = new FactStaff({ ...defaultStaff, certificates });
  const said = raws.slice(1).map((raw, at) => transcript.take(at + 2, raw).notices.map(({ kind, sidx }) => [kind, sidx]));
  assert.deepEqual(said, [[[NoticeKind.CERTIFICATE_ENDED, 2]], [], []]);
});

test('the key is that of the epoch, and who joins knows the log of the commit', () => {
  const transcript = begun('honest_chat');
  assert.ok(transcript.state.key);
  assert.equal(transcript.key, transcript.state.key);
  const edge = /** @type {any} */ (vectors('edges').find((one) => one.name === 'joining'));
  const joining = begin(edge.in, defaultStaff);
  const { n, raw } = edge.in.steps.find((/** @type {any} */ one) => one.do === 'take');
  const logN = joining.state.joining?.body.logN;
  assert.equal(joining.state.logN, 0);
  assert.equal(joining.take(n, unhex(raw)).verdict, Verdict.OK);
  assert.equal(joining.pin().logN, logN);
});

test('nothing is known before the first envelope', () => {
  const { state } = begun('honest_chat');
  assert.deepEqual([numberOf(state), state.logN, state.admitted, state.beganLate], [0, 0, 0, false]);
});

test('before anybody is in it nobody is revoked', () => {
  assert.deepEqual(begun('honest_chat').revokedMembers(10), []);
});
