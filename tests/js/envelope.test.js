import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { envId } from '../../web/js/crypto/chain.js';
import { decode, encode } from '../../web/js/crypto/encoding.js';
import * as envelope from '../../web/js/crypto/envelope.js';
import { key } from '../../web/js/crypto/epoch.js';
import { BadLength, NotCanonical, RemoteError } from '../../web/js/crypto/errors.js';
import { MAX_BUCKET_BYTES, MAX_COMMIT_BUCKET_BYTES, pad } from '../../web/js/crypto/padding.js';
import { aeadSeal, ready, signPublic } from '../../web/js/crypto/primitives.js';
import { check, flip, replayRand, unhex, vectors } from './helpers/vectors.js';

before(ready);

/** @param {any} given */
function keyOf(given) {
  return key(unhex(given.es), unhex(given.box16), given.epoch, unhex(given.share));
}

/** @param {any} fields @param {string} payload */
function bodyOf(fields, payload) {
  return {
    kind: fields.kind,
    sidx: fields.sidx,
    stream: fields.stream,
    i: fields.i,
    epochHash: unhex(fields.epoch_hash),
    sentMs: fields.sent_ms,
    headN: fields.head_n,
    head: unhex(fields.head),
    logN: fields.log_n,
    logRoot: unhex(fields.log_root),
    payload: unhex(payload),
  };
}

/** @param {import('../../web/js/crypto/envelope.js').Body} body */
function jsonOf(body) {
  const { kind, sidx, stream, i, head, payload } = body;
  return {
    kind,
    sidx,
    stream,
    i,
    epoch_hash: body.epochHash,
    sent_ms: body.sentMs,
    head_n: body.headN,
    head,
    log_n: body.logN,
    log_root: body.logRoot,
    payload,
  };
}

for (const item of vectors('envelope', 'seal')) {
  test(item.name, () =>
    check(item, () => {
      const given = item.in;
      const body = bodyOf(given.body, given.payload);
      const rand = replayRand(unhex(given.rand));
      const wraps = given.wraps.map((/** @type {[number, string]} */ [sidx, sealed]) => ({
        sidx, sealed: unhex(sealed),
      }));
      const raw = given.form === envelope.FORM_STORED
        ? envelope.sealE1(keyOf(given), unhex(given.sign), body, wraps, rand)
        : envelope.sealE3(keyOf(given), unhex(given.sign), body, rand);
      const open = given.form === envelope.FORM_STORED ? envelope.openE1 : envelope.openE3;
      const opened = open(raw, keyOf(given));
      envelope.verify(opened, signPublic(/** @type {any} */ (unhex(given.sign))));
      assert.deepEqual([opened.body, opened.wraps], [body, wraps]);
      return { env_id: envId(raw), size: raw.length };
    }));
}

for (const item of vectors('envelope', 'open')) {
  test(item.name, () =>
    check(item, () => {
      const opened = envelope.openE1(unhex(item.in.raw), keyOf(item.in));
      return { body: jsonOf(opened.body), wraps: opened.wraps.length };
    }));
}

for (const item of vectors('envelope', 'verify')) {
  test(item.name, () =>
    check(item, () => {
      envelope.verify(envelope.openE1(unhex(item.in.raw), keyOf(item.in)), unhex(item.in.sign_pk));
      return {};
    }));
}

for (const item of vectors('envelope', 'quote')) {
  test(item.name, () =>
    check(item, () => {
      const outer = envelope.outerFrom(decode(unhex(item.in.raw)));
      assert.equal(outer.sealed.length, 0);
      return { raw: encode(envelope.outerValue(outer)) };
    }));
}

const enums = /** @type {Record<string, object>} */ ({ Kind: envelope.Kind, Fleeting: envelope.Fleeting });
for (const item of vectors('envelope', 'numbers')) test(item.name, () => assert.deepEqual({ ...enums[item.in.of] }, item.out));

test("a text in a commit's bucket is refused", () => {
  const epochKey = keyOf(vectors('envelope', 'verify')[0].in);
  const { outer, body } = envelope.openE1(unhex(vectors('envelope', 'verify')[0].in.raw), epochKey);
  const wide = { ...body, payload: new Uint8Array(MAX_BUCKET_BYTES) };
  /** @param {number} kind */
  const sealed = (kind) => {
    const padded = pad(encode([envelope.bodyValue({ ...wide, kind }), new Uint8Array(64), []]), MAX_COMMIT_BUCKET_BYTES);
    const value = envelope.outerValue(outer);
    return encode([...value, aeadSeal(epochKey.messageKey, outer.nonce24, value, padded)]);
  };
  assert.throws(() => envelope.openE1(sealed(envelope.Kind.TEXT), epochKey), BadLength);
  assert.equal(envelope.openE1(sealed(envelope.Kind.COMMIT), epochKey).body.payload.length, MAX_BUCKET_BYTES);
});

test('every flipped bit of the outside and of the tag is refused', () => {
  const given = vectors('envelope', 'verify')[0].in;
  const raw = unhex(given.raw);
  for (let bit = 0; bit < raw.length * 8; bit += bit < 560 ? 1 : 37) {
    assert.throws(() => envelope.openE1(flip(raw, bit), keyOf(given)), RemoteError);
  }
});

test('what is longer than any envelope is not even read', () => {
  assert.throws(() => envelope.parseOuter(new Uint8Array(131_150)), NotCanonical);
  assert.throws(() => envelope.parseOuter(new Uint8Array(131_151)), BadLength);
});

test('random bytes never raise anything but a refusal', () => {
  let seed = 1;
  for (let round = 0; round < 500; round += 1) {
    const raw = Uint8Array.from({ length: round % 90 }, () => (seed = (seed * 48271) % 2147483647) & 255);
    assert.throws(() => envelope.parseOuter(raw), RemoteError);
    assert.throws(() => envelope.bodyFrom([...raw]), RemoteError);
  }
});
