// What others have published in the same formats. Twin of tests/crypto/test_public_logs.py.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, test } from 'node:test';

import { keyId, openCheckpoint } from '../../web/js/crypto/checkpoint.js';
import { cosigned } from '../../web/js/crypto/cosignature.js';
import { BadSignature } from '../../web/js/crypto/errors.js';
import { rootOf } from '../../web/js/crypto/merkleproofs.js';
import { ready } from '../../web/js/crypto/primitives.js';
import './helpers/fetch.js';

const PUBLIC = JSON.parse(readFileSync(new URL('../public/logs.json', import.meta.url), 'utf8'));

before(ready);

/** Reads a key of C2SP's form. @param {string} line @param {number} algorithm */
function keyOf(line, algorithm) {
  const [name, id, ...key] = line.split('+');
  const raw = new Uint8Array(Buffer.from(key.join('+'), 'base64'));
  assert.equal(raw[0], algorithm);
  assert.equal(Buffer.from(keyId(name, raw.slice(1), algorithm)).toString('hex'), id);
  return /** @type {const} */ ([name, raw.slice(1)]);
}

test('the reference tree has its roots', () => {
  const leaves = PUBLIC.tree.leaves.map((/** @type {string} */ leaf) => new Uint8Array(Buffer.from(leaf, 'hex')));
  const roots = leaves.map((/** @type {Uint8Array} */ _, /** @type {number} */ i) =>
    Buffer.from(rootOf(leaves.slice(0, i + 1))).toString('hex'));
  assert.deepEqual(roots, PUBLIC.tree.roots);
});

test('a public checkpoint opens with its witness', () => {
  const { log, witness, size, time_s: timeS, note } = PUBLIC.checkpoint;
  const [origin, publicKey] = keyOf(log, 1);
  const by = keyOf(witness, 4);
  const bytes = new TextEncoder().encode(note);
  assert.equal(openCheckpoint(bytes, origin, publicKey).size, size);
  assert.deepEqual(cosigned(bytes, [by]), [{ key: by[1], timeS }]);
  const other = new TextEncoder().encode(note.replace('1432088532', '1432088533'));
  assert.throws(() => openCheckpoint(other, origin, publicKey), BadSignature);
  assert.throws(() => cosigned(other, [by]), BadSignature);
});
