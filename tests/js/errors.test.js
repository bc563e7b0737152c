import assert from 'node:assert/strict';
import { test } from 'node:test';

import * as errors from '../../web/js/crypto/errors.js';
import { vectors } from './helpers/vectors.js';

test('both languages know the same refusals by the same codes', () => {
  const here = Object.entries(errors)
    .filter(([, item]) => item === errors.RemoteError || item.prototype instanceof errors.RemoteError)
    .map(([name, Refusal]) => [name, /** @type {any} */ (new Refusal('')).code]);
  const listed = vectors('errors').map((item) => [item.name, item.out.code]);
  assert.deepEqual(new Map(/** @type {any} */ (here)), new Map(/** @type {any} */ (listed)));
});

test('a refusal says its code first', () => {
  assert.equal(new errors.BadTag().message, 'bad_tag');
  assert.equal(new errors.BadLength('not a bucket').message, 'bad_length: not a bucket');
  assert.ok(!(new errors.LocalError('x') instanceof errors.RemoteError));
});
