import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import test, { before } from 'node:test';

import * as attachment from '../../web/js/crypto/attachment.js';
import * as filestream from '../../web/js/crypto/filestream.js';
import { BadLength, BadTag, LocalError } from '../../web/js/crypto/errors.js';
import * as labels from '../../web/js/crypto/labels.js';
import { concat, hash, ready, StreamOpener, StreamSealer } from '../../web/js/crypto/primitives.js';
import sodium from '../../web/vendor/libsodium-wrappers.mjs';
import { check, flip, replayRand, unhex, untagValue, vectors } from './helpers/vectors.js';

before(ready);

const FIRST = vectors('attachment', 'open')[0];
const [BLOB, KEY, HEADER] = FIRST.in.items.slice(0, 3).map(unhex);

/** @param {number} size */
function plain(size) {
  return Uint8Array.from({ length: size }, (_, i) => 7 * i + 3);
}

/** @param {Uint8Array} bytes */
function sha256(bytes) {
  return Uint8Array.from(createHash('sha256').update(bytes).digest());
}

/** @param {Record<string, any>} given */
function build(given) {
  const whole = plain(given.size);
  const stream = new StreamSealer(KEY, HEADER);
  let at = 0;
  const sealed = given.steps.map((/** @type {[number, number, boolean]} */ [j, size, isFinal]) => {
    const chunk = new Uint8Array(size).fill(given.filler);
    chunk.set(whole.subarray(at, at + size));
    at += size;
    return stream.push(chunk, hash(labels.ATTACHMENT, BLOB, Uint8Array.of(j, 0, 0, 0)), isFinal);
  });
  const blob = concat(given.order.map((/** @type {number} */ one) => sealed[one]));
  return concat([blob.subarray(0, blob.length - given.cut), unhex(given.tail)]);
}

for (const item of vectors('attachment', 'seal')) {
  test(item.name, () =>
    check(item, () => {
      const data = plain(item.in.size);
      const rand = replayRand(unhex(item.in.rand));
      const made = filestream.sealFile(unhex(item.in.blob16), data, 'image/png', 'Bild.png', rand);
      assert.deepEqual(filestream.openFile(made.attachment, made.blob), data);
      assert.equal(made.blob.length, filestream.sealedSize(item.in.size));
      const items = attachment.itemsOf(made.attachment);
      return { items, blob_sha256: sha256(made.blob), blob_bytes: made.blob.length };
    }));
}

for (const item of vectors('attachment', 'open')) {
  test(item.name, () =>
    check(item, () => {
      const hexed = [0, 1, 2, 5];
      const items = item.in.items.map((/** @type {any} */ one, /** @type {number} */ i) =>
        (hexed.includes(i) ? unhex(one) : one));
      return { plain_sha256: sha256(filestream.openFile(attachment.fromItems(items), build(item.in))) };
    }));
}

for (const item of vectors('attachment', 'items')) {
  test(item.name, () =>
    check(item, () => {
      const made = attachment.fromItems(untagValue(item.in.items));
      return { items: attachment.itemsOf(made), sealed_bytes: filestream.sealedSize(made.size) };
    }));
}

test('flipped bits of a blob are refused', () => {
  const made = filestream.sealFile(BLOB, plain(5), 'text/plain', 'a.txt');
  for (let bit = 0; bit < made.blob.length * 8; bit += 1) {
    assert.throws(() => filestream.openFile(made.attachment, flip(made.blob, bit)), BadTag);
  }
});

test('tags that the protocol does not use are refused', () => {
  const TAG_PUSH = 1;
  const TAG_REKEY = 2;
  for (const tag of [TAG_PUSH, TAG_REKEY]) {
    const state = sodium.crypto_secretstream_xchacha20poly1305_init_pull(HEADER, KEY);
    const sealed = sodium.crypto_secretstream_xchacha20poly1305_push(state, plain(9), plain(3), tag);
    assert.throws(() => new StreamOpener(KEY, HEADER).pull(sealed, plain(3)), BadTag);
  }
});

test('nothing is released before the end', () => {
  const size = filestream.CHUNK_BYTES + 1;
  const sealer = new filestream.Sealer(BLOB, size);
  const chunks = [sealer.seal(plain(size).subarray(0, -1)), sealer.seal(plain(size).subarray(-1))];
  const opener = new filestream.Opener(sealer.finish('image/png', 'a.png'));
  opener.open(chunks[0]);
  assert.throws(() => opener.finish(), BadLength);
  opener.open(chunks[1]);
  assert.deepEqual(concat(opener.finish()), plain(size));
});

test('contracts are local errors', () => {
  assert.throws(() => new filestream.Sealer(BLOB.slice(1), 1), LocalError);
  assert.throws(() => new filestream.Sealer(BLOB, attachment.MAX_FILE_BYTES + 1), LocalError);
  const sealer = new filestream.Sealer(BLOB, 5);
  assert.throws(() => sealer.finish('text/plain', 'a.txt'), LocalError);
  assert.throws(() => sealer.seal(plain(4)), LocalError);
  sealer.seal(plain(5));
  assert.throws(() => sealer.seal(plain(0)), LocalError);
  assert.throws(() => sealer.finish('text', 'a.txt'), LocalError);
  assert.throws(() => sealer.finish('text/plain', 'a/b'), LocalError);
  assert.throws(() => new StreamOpener(KEY, HEADER.slice(1)), LocalError);
  assert.throws(() => new StreamOpener(KEY, HEADER).pull(plain(16), plain(0)), BadLength);
});
