import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { encode } from '../../web/js/crypto/encoding.js';
import { BadLength, BadSignature, NotCanonical, RemoteError } from '../../web/js/crypto/errors.js';
import { decodeGrant, encodeGrant } from '../../web/js/crypto/grant.js';
import { publicOf, seal } from '../../web/js/crypto/kem.js';
import * as letter from '../../web/js/crypto/letter.js';
import { MAX_COMMIT_BUCKET_BYTES, pad } from '../../web/js/crypto/padding.js';
import { ready, signPublic } from '../../web/js/crypto/primitives.js';
import { check, flip, hex, replayRand, unhex, vectors } from './helpers/vectors.js';

before(ready);

/** @param {import('../../web/js/crypto/letter.js').Letter} one */
function jsonOf(one) {
  return {
    kind: one.kind,
    certificate_hash: one.certificateHash,
    sign_pk: one.signPk,
    sent_ms: one.sentMs,
    payload: one.payload,
  };
}

for (const item of vectors('letter', 'seal')) {
  test(item.name, () =>
    check(item, () => {
      const { letter: fields } = item.in;
      const written = {
        kind: fields.kind,
        certificateHash: unhex(fields.certificate_hash),
        signPk: unhex(fields.sign_pk),
        sentMs: fields.sent_ms,
        payload: unhex(fields.payload),
      };
      const recipient = unhex(item.in.kem_pk);
      const rand = replayRand(unhex(item.in.rand));
      const raw = letter.sealLetter(recipient, unhex(item.in.sign), written, rand);
      return { raw, inbox16: letter.inbox16(recipient) };
    }));
}

for (const item of vectors('letter', 'open')) {
  test(item.name, () =>
    check(item, () => ({ letter: jsonOf(letter.openLetter(unhex(item.in.raw), unhex(item.in.kem))) })));
}

for (const item of vectors('letter', 'welcome')) {
  test(item.name, () =>
    check(item, () => {
      const one = letter.decodeWelcome(unhex(item.in.raw));
      assert.equal(hex(letter.encodeWelcome(one)), item.in.raw);
      const { continuity } = one;
      return {
        box16: one.box16,
        epoch: one.epoch,
        es: one.es,
        sidx: one.commit.body.sidx,
        signature: one.commit.signature,
        join_cap: one.joinCap,
        ticket16: one.ticket16,
        handle: one.handle,
        continuity: continuity === null ? [] : [continuity.oldBox16, continuity.signature],
      };
    }));
}

for (const item of vectors('letter', 'team_seed')) {
  test(item.name, () =>
    check(item, () => {
      const one = letter.decodeTeamSeed(unhex(item.in.raw));
      assert.equal(hex(letter.encodeTeamSeed(one)), item.in.raw);
      return { ...one };
    }));
}

for (const item of vectors('letter', 'grant')) {
  test(item.name, () =>
    check(item, () => {
      const one = decodeGrant(unhex(item.in.raw));
      assert.equal(hex(encodeGrant(one)), item.in.raw);
      return { ...one };
    }));
}

for (const item of vectors('letter', 'continues')) {
  test(item.name, () =>
    check(item, () => {
      const old = { oldBox16: new Uint8Array(16), signature: unhex(item.in.signature) };
      const [oldPk, newPk] = [unhex(item.in.old_sign_pk), unhex(item.in.new_sign_pk)];
      letter.verifyContinuity(old, oldPk, unhex(item.in.new_box16), newPk);
      return {};
    }));
}

test('kinds have the numbers of the spec', () => {
  assert.deepEqual({ ...letter.LetterKind }, {
    WELCOME: 1, GRANT: 2, TEAM_SEED: 3, TEAM_PROPOSAL: 4, DRAFT: 5, RECEIPT: 6, CONTACT: 7,
  });
});

test('an old key says where it goes on', () => {
  const [old, box16, newPk] = [new Uint8Array(32).fill(1), new Uint8Array(16).fill(2), new Uint8Array(32).fill(3)];
  const made = letter.makeContinuity(old, new Uint8Array(16), box16, newPk);
  assert.deepEqual(made.oldBox16, new Uint8Array(16));
  letter.verifyContinuity(made, signPublic(old), box16, newPk);
});

for (const [name, place, value, Refusal] of /** @type {const} */ ([
  ['kind 256', 1, 256, NotCanonical],
  ['a signature of 63', 5, new Uint8Array(63), BadSignature],
  ['a signature of 65', 5, new Uint8Array(65), BadSignature],
])) {
  test(`a letter with ${name} is refused by its name`, () => {
    const secret = unhex(vectors('letter', 'open')[0].in.kem);
    const sender = [new Uint8Array(32), new Uint8Array(32)];
    /** @type {import('../../web/js/crypto/encoding.js').Value[]} */
    const items = [1, letter.LetterKind.DRAFT, sender, 0, new Uint8Array(0), new Uint8Array(64)];
    items[place] = value;
    const head = [1, 2, letter.inbox16(publicOf(secret))];
    const message = pad(encode(items), MAX_COMMIT_BUCKET_BYTES);
    assert.throws(() => letter.openLetter(encode([...head, seal(publicOf(secret), head, message)]), secret), Refusal);
  });
}

test('what is longer than any letter is not even read', () => {
  assert.throws(() => letter.parseLetter(new Uint8Array(132_234)), NotCanonical);
  assert.throws(() => letter.parseLetter(new Uint8Array(132_235)), BadLength);
});

test('flipped bits are refused', () => {
  const good = vectors('letter', 'open')[0].in;
  const raw = unhex(good.raw);
  for (let bit = 0; bit < raw.length * 8; bit += bit < 208 ? 1 : 97) {
    assert.throws(() => letter.openLetter(flip(raw, bit), unhex(good.kem)), RemoteError);
  }
});
