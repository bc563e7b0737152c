// Computes one Argon2id in a Worker, which is then ended: the memory of a WebAssembly instance never
// shrinks, so 64 MiB would stay with the page for good.

import { argon2id, ready } from '../crypto/primitives.js';

const worker = /** @type {any} */ (globalThis);

/** @param {{ data: { password: Uint8Array, salt: Uint8Array, passes: number, memoryBytes: number } }} message */
async function answer({ data }) {
  try {
    await ready();
    const { password, salt, passes, memoryBytes } = data;
    worker.postMessage({ derived: argon2id(password, salt, passes, memoryBytes) });
  } catch {
    // Most likely out of memory. The reason stays here: a library's message may quote its input.
    worker.postMessage({ derived: null });
  }
}

worker.addEventListener('message', answer, { once: true });
