import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { LocalError } from '../../web/js/crypto/errors.js';
import * as fingerprint from '../../web/js/crypto/fingerprint.js';
import { ready } from '../../web/js/crypto/primitives.js';
import { WORDS as de } from '../../web/js/crypto/words/de.js';
import { WORDS as en } from '../../web/js/crypto/words/en.js';
import { check, unhex, vectors } from './helpers/vectors.js';

/** @type {Record<string, readonly string[]>} */
const LISTS = { de, en };

before(ready);

for (const item of vectors('fingerprint', 'words')) {
  test(item.name, () => {
    const list = LISTS[item.in.language];
    return check(item, () => ({
      words: fingerprint.words(unhex(item.in.digest), item.in.count, list),
    }));
  });
}

for (const item of vectors('fingerprint', 'organisation')) {
  test(item.name, () => {
    const [root, standby] = [item.in.root, item.in.standby].map(unhex);
    return check(item, () => ({
      hash: fingerprint.organisationHash(root, standby),
      words: fingerprint.organisationWords(root, standby, LISTS[item.in.language]),
    }));
  });
}

for (const item of vectors('fingerprint', 'person')) {
  test(item.name, () => {
    const [sign, kem] = [item.in.sign, item.in.kem].map(unhex);
    return check(item, () => ({
      words: fingerprint.personWords(sign, kem, LISTS[item.in.language]),
    }));
  });
}

test('a list that is no word list is our own bug', () => {
  for (const list of [de.slice(1), [...de, 'mehr']]) {
    assert.throws(() => fingerprint.words(new Uint8Array(32), 8, list), LocalError);
  }
});
