import assert from 'node:assert/strict';
import { test } from 'node:test';

import * as labels from '../../web/js/crypto/labels.js';
import { hexed, vectors } from './helpers/vectors.js';

test('both languages list the same labels in the same order', () => {
  const known = /** @type {Record<string, any>} */ (labels);
  const listed = vectors('labels').map((item) => [item.in.constant, item.out]);
  const here = listed.map(([constant]) => [constant, hexed(known[constant] ?? {})]);
  assert.deepEqual(here, listed);
  assert.deepEqual(hexed([...labels.ALL]), listed.map(([, out]) => out));
});
