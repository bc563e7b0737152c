// Contact data, written and read as in the vectors.

import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { MAX_PHONE_CHARS, decodeContact, encodeContact, isFit, signContact } from '../../web/js/crypto/contact.js';
import { ready } from '../../web/js/crypto/primitives.js';
import { check, unhex, vectors } from './helpers/vectors.js';

before(ready);

/** @param {any} fields */
function contactIn({ box16, ticket16, n, at_ms: atMs, email, phone }) {
  return { box16: unhex(box16), ticket16: unhex(ticket16), n, atMs, email, phone };
}

for (const item of vectors('contact', 'write')) {
  test(item.name, () =>
    check(item, () => {
      const signed = signContact(unhex(item.in.sign), contactIn(item.in.contact));
      return { sign_pk: signed.signPk, payload: encodeContact(signed) };
    }));
}

for (const item of vectors('contact', 'read')) {
  test(item.name, () =>
    check(item, () => {
      const { contact, signPk } = decodeContact(unhex(item.in.payload));
      const { box16, ticket16, n, atMs, email, phone } = contact;
      return { sign_pk: signPk, contact: { box16, ticket16, n, at_ms: atMs, email, phone } };
    }));
}

test('lengths count as in Python: bytes of an address, characters of a number', () => {
  const left = { box16: new Uint8Array(16), ticket16: new Uint8Array(16), n: 1, atMs: 1, email: '', phone: '☎'.repeat(MAX_PHONE_CHARS) };
  assert.ok(isFit(left));
  assert.ok(isFit({ ...left, phone: '😀'.repeat(MAX_PHONE_CHARS) }));
  assert.ok(!isFit({ ...left, email: `${'ü'.repeat(127)}x` }));
});
