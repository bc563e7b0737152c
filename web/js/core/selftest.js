// Known answers, asked at start-up: a library that was damaged on the way, or an engine that
// miscompiles it, must not get to see a key. The same values stand in tests/vectors/.

import * as library from '../crypto/primitives.js';
import { KEM, MSG } from '../crypto/labels.js';

/** @typedef {Omit<typeof library, 'ready' | 'argon2id'>} Primitives */
/** @typedef {import('./argon2.js').Argon2id} Argon2id */
/** @typedef {(primitives: Primitives, argon2id: Argon2id) => Promise<Uint8Array> | Uint8Array} Compute */

/** At least one known answer came out wrong; nothing may be computed with this library. */
export class SelfTestFailed extends Error {
  /** @param {readonly string[]} failed names of checks */
  constructor(failed) {
    super(`self-test failed: ${failed.join(', ')}`);
    this.name = 'SelfTestFailed';
    this.code = 'self_test_failed';
    this.failed = failed;
  }
}

const COUNTED = Uint8Array.from({ length: 32 }, (_, i) => i);
const NONCE = COUNTED.slice(0, 24);
const SALT = COUNTED.slice(0, 16);
const WIDE = Uint8Array.from({ length: 64 }, (_, i) => i);
const TEXT = new TextEncoder().encode('vieraugen');
const ARGON2_MEMORY_BYTES = 64 * 1024;

const PASSPHRASE_CHECK = 'argon2id';

/** Name -> computation and its answer in hex. @type {Record<string, readonly [Compute, string]>} */
export const CHECKS = {
  hash: [
    (p) => p.hash(MSG, TEXT),
    '73913864c1d8385bdc9c683ab2c87a19c67d5b7a5e8d024038098e722776cf72',
  ],
  kdf: [
    (p) => p.kdf(COUNTED, KEM, TEXT),
    '48128a2640b5c227091445da423ac2441db9892f626682c6ec877738579f35e0',
  ],
  aead: [
    (p) => p.aeadSeal(COUNTED, NONCE, TEXT, TEXT),
    'e8ab6a0df1a7eacb5d3a9d6532d0eef1d005f68461015f40a4',
  ],
  sign: [
    (p) => p.signRaw(COUNTED, TEXT),
    'e7eb094597fe1f69e4e7907a19f156b1dafd4c59ada27a86154da61d724b2dc19a2ed78f743c253b0f83ed4e' +
      '888a96879bdd1481de4ea14cb8c61f13299e0d0d',
  ],
  verify: [
    (p) => verdicts(p, p.signRaw(COUNTED, TEXT)),
    '0100',
  ],
  x25519: [
    (p) => p.x25519(COUNTED, p.x25519Public(COUNTED)),
    'df6baf6f6a43b9744fc5ef9dea1122782f9f696dc4a0d15c03c1787ee6d15e64',
  ],
  'x-wing encapsulate': [
    (p) => p.xwingEncapsulate(p.xwingPublic(COUNTED), WIDE).shared,
    '6a05d1e95ce5c4c0d128aa41e1e027c319cb700ff700f6b05c5d60c1a55d0b21',
  ],
  'x-wing decapsulate': [
    (p) => p.xwingDecapsulate(COUNTED, p.xwingEncapsulate(p.xwingPublic(COUNTED), WIDE).ciphertext),
    '6a05d1e95ce5c4c0d128aa41e1e027c319cb700ff700f6b05c5d60c1a55d0b21',
  ],
  ristretto255: [
    (p) => p.ristrettoMultiply(p.scalarReduce(WIDE), p.ristrettoFromHash(WIDE)),
    '9acf6dde5d417f4b37d664bdba24b453d28b89f41b64cd9968864366cfc6c323',
  ],
  [PASSPHRASE_CHECK]: [
    (_, argon2id) => argon2id(TEXT, SALT, 1, ARGON2_MEMORY_BYTES),
    'cb78c230dbde18ed11374d75f5297c79cc0bcee88e022b3dfa6a2113ef22fa95',
  ],
};

/**
 * Computes every known answer; SelfTestFailed when one is wrong or cannot be computed.
 * `primitives.ready()` must have been awaited.
 * @param {Argon2id | null} argon2id null where nothing comes from a passphrase: a seeker's page then
 *   starts no Worker
 * @param {Primitives} [primitives]
 * @returns {Promise<void>}
 */
export async function selfTest(argon2id, primitives = library) {
  const failed = [];
  for (const [name, [compute, expected]] of Object.entries(CHECKS)) {
    if (name === PASSPHRASE_CHECK && argon2id === null) continue;
    const given = /** @type {Argon2id} */ (argon2id);
    if (!(await isMet(() => compute(primitives, given), expected))) failed.push(name);
  }
  if (failed.length > 0) throw new SelfTestFailed(failed);
}

/**
 * @param {() => Promise<Uint8Array> | Uint8Array} compute
 * @param {string} expected
 */
async function isMet(compute, expected) {
  try {
    return hex(await compute()) === expected;
  } catch {
    return false;
  }
}

/** @param {Uint8Array} bytes */
function hex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * Returns `verdict` as one byte, after both ways were tried: the sound signature and a changed one.
 * @param {Primitives} primitives
 * @param {Uint8Array} signature
 */
function verdicts(primitives, signature) {
  const publicKey = primitives.signPublic(COUNTED);
  const changed = signature.slice();
  changed[0] ^= 1;
  return Uint8Array.from([signature, changed], (each) => {
    try {
      primitives.verifyRaw(publicKey, each, TEXT);
      return 1;
    } catch {
      return 0;
    }
  });
}
