import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { before, test } from 'node:test';

import { BadKey, BadLength, BadTag, LocalError } from '../../web/js/crypto/errors.js';
import { KEY_BYTES, keyOf } from '../../web/js/crypto/keys.js';
import { ALL, MSG } from '../../web/js/crypto/labels.js';
import * as primitives from '../../web/js/crypto/primitives.js';
import { randomBytes } from '../../web/js/crypto/random.js';
import { check, flip, hex, unhex, untagValue, vectors } from './helpers/vectors.js';

before(primitives.ready);

/** @param {string} name */
const labelOf = (name) => {
  const found = ALL.find((label) => label.name === name);
  if (found === undefined) throw new Error(`no label ${name}`);
  return found;
};
/** @param {any} item @param {string[]} names */
const fields = (item, ...names) => names.map((name) => unhex(item.in[name]));

for (const item of vectors('primitives', 'kdf')) {
  test(item.name, () => {
    const context = untagValue(item.in.context);
    return check(item, () => ({
      derived: primitives.kdf(unhex(item.in.key), labelOf(item.in.label), context, item.in.size),
    }));
  });
}

for (const item of vectors('primitives', 'hash')) {
  test(item.name, () => check(item, () => ({ digest: primitives.hash(MSG, ...untagValue(item.in.parts)) })));
}

for (const item of vectors('primitives', 'hash64')) {
  test(item.name, () => check(item, () => ({ digest: primitives.hash64(MSG, ...untagValue(item.in.parts)) })));
}

for (const item of vectors('primitives', 'aead')) {
  test(item.name, async () => {
    const [key, nonce, sealed] = fields(item, 'key', 'nonce', 'sealed');
    const ad = untagValue(item.in.ad);
    await check(item, () => ({ message: primitives.aeadOpen(key, nonce, ad, sealed) }));
    if (item.expect !== 'success') return;
    assert.deepEqual(primitives.aeadSeal(key, nonce, ad, unhex(item.out.message)), sealed);
  });
}

for (const item of vectors('primitives', 'argon2id')) {
  test(item.name, () => {
    const [password, salt] = fields(item, 'password', 'salt');
    return check(item, () => ({
      derived: primitives.argon2id(password, salt, item.in.passes, item.in.memory_bytes),
    }));
  });
}

for (const item of vectors('primitives', 'sign')) {
  test(item.name, () => {
    const [secret] = fields(item, 'secret');
    const parts = untagValue(item.in.parts);
    return check(item, () => ({
      signature: primitives.sign(secret, labelOf(item.in.label), ...parts),
      public: primitives.signPublic(secret),
    }));
  });
}

for (const item of vectors('primitives', 'verify')) {
  test(item.name, () => {
    const [publicKey, signature] = fields(item, 'public', 'signature');
    const parts = untagValue(item.in.parts);
    return check(item, () => {
      primitives.verify(publicKey, labelOf(item.in.label), signature, ...parts);
      return {};
    });
  });
}

for (const item of vectors('primitives', 'verify_raw')) {
  test(item.name, () => {
    const [publicKey, signature, message] = fields(item, 'public', 'signature', 'message');
    return check(item, () => {
      primitives.verifyRaw(publicKey, signature, message);
      return {};
    });
  });
}

for (const item of vectors('primitives', 'x25519')) {
  test(item.name, () => {
    const [scalar, point] = fields(item, 'scalar', 'point');
    return check(item, () => ({ shared: primitives.x25519(scalar, point) }));
  });
}

test('a label for another purpose signs and verifies nothing', () => {
  const secret = new Uint8Array(32);
  const publicKey = primitives.signPublic(secret);
  assert.throws(() => primitives.sign(secret, MSG, ''), LocalError);
  assert.throws(() => primitives.verify(publicKey, MSG, new Uint8Array(64), ''), LocalError);
});

test('wrong sizes of our own keys are a bug, never an answer', () => {
  const short = new Uint8Array(31);
  const full = new Uint8Array(32);
  const calls = [
    () => primitives.aeadSeal(short, new Uint8Array(24), '', full),
    () => primitives.aeadSeal(full, new Uint8Array(12), '', full),
    () => primitives.aeadOpen(short, new Uint8Array(24), '', full),
    () => primitives.verifyRaw(short, new Uint8Array(64), full),
    () => primitives.x25519(short, full),
    () => primitives.x25519(full, short),
    () => primitives.xwingEncapsulate(full, new Uint8Array(64)),
    () => primitives.xwingDecapsulate(short, new Uint8Array(1120)),
    () => primitives.ristrettoMultiply(short, full),
    () => primitives.ristrettoFromHash(full),
    () => primitives.scalarInvert(short),
    () => primitives.scalarReduce(full),
  ];
  for (const call of calls) assert.throws(call, LocalError);
});

test('the incremental hash is BLAKE2b-256 of all chunks', () => {
  const whole = new primitives.Blake2b();
  whole.update(Uint8Array.of(97, 98));
  whole.update(Uint8Array.of(99));
  assert.equal(hex(whole.digest()), 'bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319');
});

test('SHA-512 agrees with the platform', () => {
  const message = randomBytes(300);
  assert.equal(hex(primitives.sha512(message)), createHash('sha512').update(message).digest('hex'));
});

test('a sealed box opens only as it was sealed', () => {
  const secret = Uint8Array.from({ length: 32 }, (_, i) => i);
  const publicKey = primitives.x25519Public(secret);
  const sealed = primitives.sealedBox(publicKey, Uint8Array.of(1, 2, 3));
  assert.equal(sealed.length, 3 + primitives.SEALED_BOX_OVERHEAD_BYTES);
  assert.deepEqual([...primitives.sealedBoxOpen(publicKey, secret, sealed)], [1, 2, 3]);
  for (const wrong of [flip(sealed, 0), flip(sealed, 300), sealed.slice(0, -1), new Uint8Array(0)]) {
    assert.throws(() => primitives.sealedBoxOpen(publicKey, secret, wrong), BadTag);
  }
});

test('secrets of different size are simply unequal', () => {
  assert.ok(primitives.equal(Uint8Array.of(1, 2), Uint8Array.of(1, 2)));
  assert.ok(!primitives.equal(Uint8Array.of(1, 2), Uint8Array.of(1, 3)));
  assert.ok(!primitives.equal(Uint8Array.of(1, 2), Uint8Array.of(1, 2, 3)));
});

test('ristretto255: a scalar and its inverse cancel; identity and junk are refused', () => {
  const element = primitives.ristrettoFromHash(randomBytes(64));
  const scalar = primitives.scalarReduce(randomBytes(64));
  const there = primitives.ristrettoMultiply(scalar, element);
  assert.deepEqual(primitives.ristrettoMultiply(primitives.scalarInvert(scalar), there), element);
  const junk = [new Uint8Array(32), new Uint8Array(32).fill(255), Uint8Array.of(1, ...new Uint8Array(31)), new Uint8Array(31)];
  for (const raw of junk) {
    assert.ok(!primitives.ristrettoIsElement(raw));
    assert.throws(() => primitives.ristrettoMultiply(scalar, raw), BadKey);
  }
});

test('a key of another size is refused at the door', () => {
  for (const kind of /** @type {(keyof typeof KEY_BYTES)[]} */ (Object.keys(KEY_BYTES))) {
    const raw = new Uint8Array(KEY_BYTES[kind]);
    assert.notEqual(keyOf(kind, raw), raw);
    assert.throws(() => keyOf(kind, new Uint8Array(KEY_BYTES[kind] - 1)), BadLength);
    assert.throws(() => keyOf(kind, new Uint8Array(KEY_BYTES[kind] + 1)), BadLength);
  }
});

test('more randomness than one call of the browser gives is drawn in steps', () => {
  const drawn = randomBytes(200_000);
  assert.equal(drawn.length, 200_000);
  for (const at of [0, 65_536, 131_072, 196_608]) {
    assert.ok(drawn.subarray(at, at + 64).some((byte) => byte !== 0));
  }
});
