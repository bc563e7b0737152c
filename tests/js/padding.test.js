import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import * as padding from '../../web/js/crypto/padding.js';
import { ready } from '../../web/js/crypto/primitives.js';
import { check, unhex, vectors } from './helpers/vectors.js';

before(ready);

for (const item of vectors('padding', 'bucket')) {
  test(item.name, () => check(item, () => ({ bucket: padding.bucket(item.in.size, item.in.maximum) })));
}

for (const item of vectors('padding', 'pad')) {
  test(item.name, async () => {
    const message = unhex(item.in.message);
    await check(item, () => ({ padded: padding.pad(message, item.in.maximum) }));
    assert.deepEqual(padding.unpad(unhex(item.out.padded)), message);
  });
}

for (const item of vectors('padding', 'unpad')) {
  test(item.name, () =>
    check(item, () => ({ message: padding.unpad(unhex(item.in.padded), item.in.maximum) })));
}

for (const item of vectors('padding', 'padme')) {
  test(item.name, () => check(item, () => ({ padded: padding.padme(item.in.size) })));
}
