// Pictures beside profiles, by the vectors that Python made. Twin of tests/crypto/test_picture.py.

import { before, test } from 'node:test';
import assert from 'node:assert/strict';
import { NotCanonical } from '../../web/js/crypto/errors.js';
import { MAX_PICTURE_BYTES, checkPicture, openPicture, pictureHash, plain } from '../../web/js/crypto/picture.js';
import { concat, ready } from '../../web/js/crypto/primitives.js';
import { check, unhex, vectors } from './helpers/vectors.js';

before(ready);

for (const item of vectors('picture')) {
  test(`picture: ${item.name}`, () =>
    check(item, () => {
      const raw = unhex(item.in.raw);
      if (item.in.op === 'plain') return { plain: plain(raw) };
      return { hash: pictureHash(openPicture(unhex(item.in.stated), raw)) };
    }));
}

test('a picture of too many bytes is refused before it is stated', () => {
  const good = unhex(vectors('picture')[0].in.raw);
  const table = good.slice(2, 2 + 2 + 67);
  const many = Array.from({ length: Math.ceil(MAX_PICTURE_BYTES / table.length) }, () => table);
  const padded = concat([good.subarray(0, 2), ...many, good.subarray(2)]);
  assert.deepEqual(plain(padded), padded);
  assert.throws(() => checkPicture(padded), NotCanonical);
});
