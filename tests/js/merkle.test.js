import assert from 'node:assert/strict';
import test, { before } from 'node:test';

import { BadProof, LocalError } from '../../web/js/crypto/errors.js';
import { Tree, hashLeaf, hashNode } from '../../web/js/crypto/merkle.js';
import { consistencyProof, inclusionProof, rootOf, verifyConsistency, verifyInclusion } from '../../web/js/crypto/merkleproofs.js';
import { ready } from '../../web/js/crypto/primitives.js';
import { check, hex, unhex, vectors } from './helpers/vectors.js';

before(ready);

/** @param {number} size */
function tree(size) {
  const made = new Tree();
  for (let i = 0; i < size; i += 1) made.append(Uint8Array.of(0, 0, i >> 8, i & 255));
  return made;
}

for (const item of vectors('merkle', 'roots')) {
  test(item.name, () =>
    check(item, () => {
      const whole = tree(item.in.size);
      return { roots: item.out.roots.map((/** @type {string} */ _, /** @type {number} */ i) => whole.rootAt(i)) };
    }));
}

for (const item of vectors('merkle', 'inclusion')) {
  test(item.name, () =>
    check(item, () => {
      const { index, size } = item.in;
      verifyInclusion(unhex(item.in.leaf_hash), index, size, item.in.proof.map(unhex), unhex(item.in.root));
      return { proof: inclusionProof(tree(size), index, size) };
    }));
}

for (const item of vectors('merkle', 'consistency')) {
  test(item.name, () =>
    check(item, () => {
      const { old_size: old, size } = item.in;
      verifyConsistency(old, size, item.in.proof.map(unhex), unhex(item.in.old_root), unhex(item.in.root));
      return { proof: consistencyProof(tree(size), old, size) };
    }));
}

test('the root of the empty tree is the hash of nothing', () => {
  assert.equal(hex(rootOf([])), 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
});

test('roots of the well-known certificate transparency leaves', () => {
  const leaves = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'].map(unhex);
  assert.equal(hex(rootOf(leaves.slice(0, 2))), 'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125');
  assert.equal(hex(rootOf(leaves)), '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328');
});

test('every proof of every small tree verifies, and no other position does', () => {
  const whole = tree(20);
  for (let size = 1; size <= 20; size += 1) {
    const root = whole.rootAt(size);
    for (let index = 0; index < size; index += 1) {
      const proof = inclusionProof(whole, index, size);
      const leaf = whole.span(index, index + 1);
      verifyInclusion(leaf, index, size, proof, root);
      for (let other = 0; other < size; other += 1) {
        if (other !== index) assert.throws(() => verifyInclusion(leaf, other, size, proof, root), BadProof);
      }
    }
    for (let old = 0; old <= size; old += 1) {
      verifyConsistency(old, size, consistencyProof(whole, old, size), whole.rootAt(old), root);
    }
  }
});

test('a copy grows alone', () => {
  const first = tree(5);
  const second = first.copy();
  second.append(new Uint8Array(1));
  assert.equal(first.size, 5);
  assert.deepEqual(second.rootAt(5), first.root());
});

test('contracts of the tree are local errors', () => {
  const whole = tree(3);
  for (const size of [-1, 4]) assert.throws(() => whole.rootAt(size), LocalError);
  for (const [index, size] of [[3, 3], [-1, 3], [0, 4]]) assert.throws(() => inclusionProof(whole, index, size), LocalError);
  for (const [old, size] of [[3, 2], [-1, 2], [0, 4]]) assert.throws(() => consistencyProof(whole, old, size), LocalError);
  assert.throws(() => whole.appendHash(new Uint8Array(31)), LocalError);
});

test('sizes beyond what shifts can hold are refused', () => {
  const leaf = hashLeaf(new Uint8Array(0));
  const path = Array.from({ length: 31 }, (_, n) => hashLeaf(Uint8Array.of(n)));
  const root = path.reduce(hashNode, leaf);
  verifyInclusion(leaf, 0, 2 ** 31 - 1, path, root);
  verifyConsistency(1, 2 ** 31 - 1, path, leaf, root);
  for (const size of [2 ** 31, 2 ** 32]) {
    assert.throws(() => verifyInclusion(leaf, 0, size, path, root), BadProof);
    assert.throws(() => verifyConsistency(1, size, path, leaf, root), BadProof);
  }
});
