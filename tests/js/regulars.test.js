// Regular counsellors: what the keyring keeps, and the whole way from a given relation to the next enquiry.

import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import './helpers/fetch.js';
import { ready } from '../../web/js/crypto/primitives.js';
import { decodeRegulars, encodeRegulars, ended, learn, regularAt } from '../../web/js/features/enquiries/regulars.js';
import './helpers/fetch.js';

before(ready);

const id = (/** @type {number} */ n) => new Uint8Array(16).fill(n);
const relation = (/** @type {number} */ n) => new Uint8Array(32).fill(n);
const NONE = new Uint8Array(0);
const [PORTAL, ELSEWHERE, ANNA, BERTA] = [1, 2, 3, 4].map(id);
const given = (/** @type {Uint8Array} */ one, isFirst = false) => ({ relation: one, isFirst });

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
