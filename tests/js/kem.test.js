import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { BadKey, BadTag } from '../../web/js/crypto/errors.js';
import * as kem from '../../web/js/crypto/kem.js';
import { keyOf } from '../../web/js/crypto/keys.js';
import { ready } from '../../web/js/crypto/primitives.js';
import { check, flip, replayRand, unhex, untagValue, vectors } from './helpers/vectors.js';

before(ready);

for (const item of vectors('kem', 'draft')) {
  test(item.name, () =>
    check(item, () => {
      const seed = unhex(item.in.seed);
      const made = kem.encapsulate(kem.publicOf(seed), replayRand(unhex(item.in.eseed)));
      assert.deepEqual(kem.decapsulate(seed, made.ciphertext), made.shared);
      return { public: kem.publicOf(seed), ...made };
    }));
}

for (const item of vectors('kem', 'encapsulate')) {
  test(item.name, () =>
    check(item, () => kem.encapsulate(keyOf('KemPublic', unhex(item.in.public)))));
}

for (const item of vectors('kem', 'decapsulate')) {
  test(item.name, () =>
    check(item, () => ({ shared: kem.decapsulate(unhex(item.in.seed), unhex(item.in.ciphertext)) })));
}

for (const item of vectors('kem', 'seal')) {
  test(item.name, () =>
    check(item, () => ({
      sealed: kem.seal(
        unhex(item.in.public), untagValue(item.in.context), unhex(item.in.message), replayRand(unhex(item.in.eseed)),
      ),
    })));
}

for (const item of vectors('kem', 'open')) {
  test(item.name, () =>
    check(item, () => ({
      message: kem.open(unhex(item.in.seed), untagValue(item.in.context), unhex(item.in.sealed)),
    })));
}

test('a flipped bit anywhere is refused', () => {
  const [item] = vectors('kem', 'open');
  const [seed, sealed] = [unhex(item.in.seed), unhex(item.in.sealed)];
  const context = untagValue(item.in.context);
  for (let at = 0; at < sealed.length; at += 1) {
    assert.throws(
      () => kem.open(seed, context, flip(sealed, at * 8 + (at % 8))),
      (error) => error instanceof BadTag || error instanceof BadKey,
    );
  }
});

test('sealing twice gives two ciphertexts', () => {
  const publicKey = kem.publicOf(new Uint8Array(32).fill(7));
  assert.notDeepEqual(kem.seal(publicKey, [1], new Uint8Array(4)), kem.seal(publicKey, [1], new Uint8Array(4)));
});
