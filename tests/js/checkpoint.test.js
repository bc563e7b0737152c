import assert from 'node:assert/strict';
import test, { before } from 'node:test';

import { isOrigin, keyId, openCheckpoint, splitNote } from '../../web/js/crypto/checkpoint.js';
import { signCheckpoint, verifierKey } from '../../web/js/crypto/checkpointsigning.js';
import { LocalError, NotCanonical, RemoteError } from '../../web/js/crypto/errors.js';
import { ready, signPublic } from '../../web/js/crypto/primitives.js';
import { check, flip, unhex, vectors } from './helpers/vectors.js';

before(ready);

for (const item of vectors('checkpoint', 'sign')) {
  test(item.name, () =>
    check(item, () => {
      const { origin, size, root, secret } = item.in;
      return { note: signCheckpoint(unhex(secret), { origin, size, root: unhex(root) }) };
    }));
}

for (const item of vectors('checkpoint', 'key')) {
  test(item.name, () =>
    check(item, () => {
      const publicKey = unhex(item.in.public);
      return {
        key_id: keyId(item.in.origin, publicKey),
        verifier_key: verifierKey(item.in.origin, publicKey),
      };
    }));
}

for (const item of vectors('checkpoint', 'open')) {
  test(item.name, () =>
    check(item, () => {
      const { note, origin, public: publicKey } = item.in;
      const { size, root } = openCheckpoint(unhex(note), origin, unhex(publicKey));
      return { size, root };
    }));
}

test('every flipped bit is refused', () => {
  const secret = new Uint8Array(32);
  const note = signCheckpoint(secret, { origin: 'example.org/log', size: 3, root: new Uint8Array(32) });
  const publicKey = signPublic(secret);
  for (let bit = 0; bit < note.length * 8; bit += 1) {
    assert.throws(() => openCheckpoint(flip(note, bit), 'example.org/log', publicKey), RemoteError);
  }
});

test('the longest note and the longest origin', () => {
  const long = (/** @type {number} */ bytes) => Buffer.from(`a\n\n${'b'.repeat(bytes - 4)}\n`);
  assert.deepEqual(splitNote(long(65_536)).lines, ['b'.repeat(65_532)]);
  assert.throws(() => splitNote(long(65_537)), NotCanonical);
  for (const none of ['a\n', 'a\n\n', 'a\n\nb']) assert.throws(() => splitNote(Buffer.from(none)), NotCanonical);
  assert.deepEqual([isOrigin('o'.repeat(200)), isOrigin('o'.repeat(201))], [true, false]);
});

test('the key of the Go checksum database has its published id', () => {
  const published = 'sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8';
  const raw = Uint8Array.from(Buffer.from(published.split('+').slice(2).join('+'), 'base64'));
  assert.equal(verifierKey('sum.golang.org', raw.slice(1)), published);
});

test('signing something else than a checkpoint is our fault', () => {
  const secret = new Uint8Array(32);
  const root = new Uint8Array(32);
  for (const wrong of [
    { origin: 'a b', size: 1, root },
    { origin: 'log', size: -1, root },
    { origin: 'log', size: 2 ** 53, root },
    { origin: 'log', size: 1, root: new Uint8Array(31) },
  ]) {
    assert.throws(() => signCheckpoint(secret, wrong), LocalError);
  }
});
