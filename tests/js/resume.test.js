import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { resumeId } from '../../web/js/crypto/credential.js';
import { decode } from '../../web/js/crypto/encoding.js';
import { MAX_DRAFT_BYTES, entryOf } from '../../web/js/crypto/entry.js';
import { LocalError, RemoteError } from '../../web/js/crypto/errors.js';
import * as labels from '../../web/js/crypto/labels.js';
import { hash, ready } from '../../web/js/crypto/primitives.js';
import * as resume from '../../web/js/crypto/resume.js';
import { check, flip, replayRand, unhex, vectors } from './helpers/vectors.js';

before(ready);

for (const item of vectors('resume', 'seal')) {
  test(item.name, async () => {
    const [secret, ams, entry, rand] = [item.in.resume, item.in.ams, item.in.entry, item.in.rand].map(unhex);
    const draft = item.in.draft.repeat(item.in.times);
    const memory = { ams, entry: entryOf(decode(entry)), draft };
    await check(item, () => ({
      id: resumeId(secret),
      sealed: resume.sealResume(secret, memory, replayRand(rand)),
    }));
    if (item.expect !== 'success') return;
    const opened = resume.openResume(secret, unhex(item.out.sealed));
    assert.deepEqual(opened, { ...memory, draft: new TextDecoder('utf-8', { ignoreBOM: true }).decode(new TextEncoder().encode(draft)) });
  });
}

for (const item of vectors('resume', 'open')) {
  test(item.name, () =>
    check(item, () => resume.openResume(unhex(item.in.resume), unhex(item.in.sealed))));
}

test('the longest draft fits and one byte more is refused', () => {
  const secret = resume.newResumeSecret();
  const longest = 'ä'.repeat(MAX_DRAFT_BYTES / 2);
  const opened = resume.openResume(secret, resume.sealResume(secret, memory(longest)));
  assert.equal(opened.draft, longest);
  assert.throws(() => resume.sealResume(secret, memory(`${longest}a`)), LocalError);
});

test('every one-bit flip is refused', () => {
  const secret = resume.newResumeSecret();
  const sealed = resume.sealResume(secret, memory('Hallo'));
  for (let bit = 0; bit < sealed.length * 8; bit += 1) {
    assert.throws(() => resume.openResume(secret, flip(sealed, bit)), RemoteError);
  }
});

test('another secret opens nothing', () => {
  const sealed = resume.sealResume(resume.newResumeSecret(), memory('Hallo'));
  assert.throws(() => resume.openResume(resume.newResumeSecret(), sealed), { code: 'bad_tag' });
});

test('arbitrary slots are refused', () => {
  for (let round = 0; round < 300; round += 1) {
    const raw = hash(labels.RESUME, Uint8Array.of(round, round >> 8)).slice(0, round % 33);
    assert.throws(() => resume.openResume(new Uint8Array(32), raw), RemoteError);
  }
});

/** @param {string} draft @returns {resume.Memory} */
function memory(draft) {
  const [given] = vectors('resume', 'seal');
  return { ams: unhex(given.in.ams), entry: entryOf(decode(unhex(given.in.entry))), draft };
}
