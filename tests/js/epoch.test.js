import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { LocalError } from '../../web/js/crypto/errors.js';
import * as epoch from '../../web/js/crypto/epoch.js';
import { ready } from '../../web/js/crypto/primitives.js';
import { check, unhex, vectors } from './helpers/vectors.js';

before(ready);

for (const item of vectors('epoch')) {
  test(item.name, () =>
    check(item, () => {
      const [box16, es, share] = [unhex(item.in.box16), unhex(item.in.es), unhex(item.in.share)];
      const { kid8, messageKey } = epoch.key(es, box16, item.in.epoch, share);
      return {
        es_hash: epoch.esHash(box16, es),
        share_hash: epoch.shareHash(box16, share),
        kid8,
        message_key: messageKey,
      };
    }));
}

test('what is no number of an epoch has no key', () => {
  const [box16, es] = [new Uint8Array(16), /** @type {any} */ (new Uint8Array(32))];
  for (const number of [-1, 1.5, Number.NaN]) assert.throws(() => epoch.kid(es, box16, number), LocalError);
});
