// Regular counsellors: what the keyring keeps, and the whole way from a given relation to the next enquiry.

import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import './helpers/fetch.js';
import { Kind } from '../../web/js/crypto/envelope.js';
import { ready } from '../../web/js/crypto/primitives.js';
import { Role } from '../../web/js/crypto/roster.js';
import { WrittenLearned } from '../../web/js/features/enquiries/learned.js';
import { decodeKnown, decodeRegulars, encodeRegulars, ended, knownAt, learn, learnKnown, regularAt } from '../../web/js/features/enquiries/regulars.js';
import * as codec from '../../web/js/wire/codec.js';

before(ready);

const id = (/** @type {number} */ n) => new Uint8Array(16).fill(n);
const relation = (/** @type {number} */ n) => new Uint8Array(32).fill(n);
const NONE = new Uint8Array(0);
const [PORTAL, ELSEWHERE, ANNA, BERTA] = [1, 2, 3, 4].map(id);
const given = (/** @type {Uint8Array} */ one, isFirst = false) => ({ relation: one, isFirst });

test('one relation with each whom somebody knows', () => {
  const left = (/** @type {Uint8Array} */ subject16, /** @type {number} */ n) => ({ portal16: PORTAL, subject16, relation: relation(n) });
  let held = learnKnown(learnKnown([], left(ANNA, 1)), left(BERTA, 2));
  assert.equal(learnKnown(held, left(ANNA, 1)), held);
  held = learnKnown(held, left(ANNA, 3));
  assert.deepEqual([held.map(({ subject16 }) => subject16), knownAt(held, PORTAL, ANNA)?.relation, knownAt(held, ELSEWHERE, ANNA)], [[BERTA, ANNA], relation(3), null]);
  assert.deepEqual(decodeKnown([[], held.map((one) => [one.portal16, one.subject16, one.relation])]), held);
  assert.deepEqual([decodeKnown([]), decodeKnown([[], 7])], [[], []]);
  for (let n = 10; n < 50; n += 1) held = learnKnown(held, left(id(n), 1));
  assert.equal(held.length, 32);
});

test('one at a portal, and what has ended stays so', () => {
  const held = learn([], PORTAL, ANNA, given(relation(1), true));
  assert.deepEqual(regularAt(held, PORTAL), { portal16: PORTAL, subject16: ANNA, relation: relation(1), isEnded: false });
  assert.equal(regularAt(held, ELSEWHERE), null);
  // Given by itself it replaces nobody; given by hand it does.
  assert.equal(learn(held, PORTAL, BERTA, given(relation(2), true)), held);
  const changed = learn(held, PORTAL, BERTA, given(relation(2)));
  assert.deepEqual(regularAt(changed, PORTAL)?.subject16, BERTA);
  // The old box is read again, in any order.
  assert.equal(learn(changed, PORTAL, ANNA, given(relation(1))), changed);
  assert.equal(learn(changed, PORTAL, ANNA, given(NONE)), changed);
  const over = learn(changed, PORTAL, BERTA, given(NONE));
  assert.equal(regularAt(over, PORTAL), null);
  assert.equal(learn(over, PORTAL, BERTA, given(relation(2))), over);
  assert.equal(regularAt(learn(over, ELSEWHERE, BERTA, given(relation(3))), PORTAL), null);
});

test('what has ended is kept up to a limit', () => {
  let held = learn([], PORTAL, ANNA, given(relation(0)));
  for (let n = 1; n < 40; n += 1) held = learn(held, PORTAL, ANNA, given(relation(n)));
  assert.deepEqual([held.length, held.filter(({ isEnded }) => isEnded).length], [33, 32]);
  assert.deepEqual(held.at(-1)?.relation, relation(39));
});

test('it is read as it was written, and what is no list of it is none', () => {
  const held = ended(learn([], PORTAL, ANNA, given(relation(1))), PORTAL);
  assert.deepEqual(decodeRegulars([encodeRegulars(held), 7]), held);
  assert.deepEqual([decodeRegulars([]), decodeRegulars([7]), decodeRegulars([[[PORTAL]]])], [[], [], []]);
});

test('only who counsels gives one; it is ended by who gave it, or by the seeker', () => {
  const learned = new WrittenLearned((name) => name);
  const says = (/** @type {number} */ role, /** @type {number} */ sidx, /** @type {Uint8Array} */ one) => {
    const payload = codec.encode('Relation', { relation: one, isFirst: 0 });
    const body = { kind: Kind.RELATION, sidx, payload, stream: id(sidx), i: 0, sentMs: 1, n: 1 };
    learned.take(/** @type {any} */ ({ n: 1, author: { role, certificateHash: new Uint8Array(32) }, opened: { body } }), false);
    return learned.relation.value?.relation ?? null;
  };
  for (const role of [Role.SEEKER, Role.TEAM, Role.LEAD]) assert.equal(says(role, 0, relation(1)), null);
  assert.deepEqual(says(Role.COUNSELLOR, 2, relation(2)), relation(2));
  assert.deepEqual(says(Role.SEEKER, 0, relation(1)), relation(2));
  // A colleague who is asked along ends nothing.
  assert.deepEqual(says(Role.COUNSELLOR, 3, NONE), relation(2));
  assert.deepEqual(says(Role.SEEKER, 0, NONE), NONE);
  assert.deepEqual(says(Role.COUNSELLOR, 2, relation(4)), relation(4));
  assert.deepEqual(says(Role.COUNSELLOR, 2, NONE), NONE);
});
