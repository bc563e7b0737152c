import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { LocalError } from '../../web/js/crypto/errors.js';
import { generate, normalise, normalisePseudonym, strength, suggestPseudonym } from '../../web/js/crypto/passphrase.js';
import { ready } from '../../web/js/crypto/primitives.js';
import { EDGES, isAssigned } from '../../web/js/crypto/unicode14.js';
import { WORDS as de } from '../../web/js/crypto/words/de.js';
import { WORDS as en } from '../../web/js/crypto/words/en.js';
import { check, replayRand, unhex, vectors } from './helpers/vectors.js';

/** @type {Record<string, readonly string[]>} */
const LISTS = { de, en };

before(ready);

for (const item of vectors('passphrase', 'passphrase')) {
  test(item.name, () => check(item, () => ({ text: normalise(item.in.text) })));
}

for (const item of vectors('passphrase', 'pseudonym')) {
  test(item.name, () => check(item, () => ({ text: normalisePseudonym(item.in.text) })));
}

for (const item of vectors('passphrase', 'strength')) {
  test(item.name, () => check(item, () => ({ strength: strength(item.in.text, item.in.pseudonym) })));
}

for (const item of vectors('passphrase', 'suggest_pseudonym')) {
  test(item.name, () =>
    check(item, () => ({ text: suggestPseudonym(LISTS[item.in.language], replayRand(unhex(item.in.rand))) })));
}

for (const item of vectors('passphrase', 'generate')) {
  test(item.name, () =>
    check(item, () => ({
      text: generate(LISTS[item.in.language], replayRand(unhex(item.in.rand)), item.in.words),
    })));
}

for (const item of vectors('passphrase', 'edges')) {
  test(item.name, () => check(item, () => ({ edges: EDGES })));
}

test('every character that the table has is known to this engine', () => {
  const unknown = /\p{Unassigned}/u;
  for (let codePoint = 0; codePoint < 0x110000; codePoint += 1) {
    if (codePoint >= 0xd800 && codePoint <= 0xdfff) continue;
    if (isAssigned(codePoint)) assert.ok(!unknown.test(String.fromCodePoint(codePoint)), codePoint.toString(16));
  }
});

test('a normalised text is a fixed point', () => {
  for (const item of vectors('passphrase', 'passphrase')) {
    if (item.expect === 'success') assert.equal(normalise(item.out.text), item.out.text);
  }
  for (const item of vectors('passphrase', 'pseudonym')) {
    if (item.expect === 'success') assert.equal(normalisePseudonym(item.out.text), item.out.text);
  }
});

test('a generated passphrase is normalised already and takes 66 bits', () => {
  for (const list of [de, en]) {
    for (let round = 0; round < 100; round += 1) {
      const text = generate(list);
      assert.equal(normalise(text), text);
    }
  }
  /** @type {number[]} */
  const sizes = [];
  generate(de, (size) => (sizes.push(size), new Uint8Array(size)));
  assert.deepEqual(sizes, [9]);
});

test('a list that is not of 2,048 words is refused', () => {
  assert.throws(() => generate(de.slice(1)), LocalError);
});
