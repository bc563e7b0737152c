// Argon2id off the main thread: a Worker a computation, ended afterwards.
//
// Where there is no Worker, or it does not start (older browsers know no module Workers), the
// computation runs here, blocks for about a second on an old phone, and its memory stays.

import { LocalError } from '../crypto/errors.js';
import { argon2id as argon2idHere, ready } from '../crypto/primitives.js';
import { scriptUrl } from './trusted.js';

/** @typedef {(password: Uint8Array, salt: Uint8Array, passes: number, memoryBytes: number) => Promise<Uint8Array>} Argon2id */
/** @typedef {{ password: Uint8Array, salt: Uint8Array, passes: number, memoryBytes: number }} Job */

const SCRIPT = new URL('./argon2-worker.js', import.meta.url);

/**
 * Argon2id v1.3, parallelism 1, 32 bytes.
 * @type {Argon2id}
 */
export async function argon2id(password, salt, passes, memoryBytes) {
  const worker = startWorker();
  const job = { password, salt, passes, memoryBytes };
  if (worker !== null) {
    const answer = await ask(worker, job);
    if (answer !== 'did not start') return answer;
  }
  await ready();
  return argon2idHere(password, salt, passes, memoryBytes);
}

/** @returns {Worker | null} */
function startWorker() {
  if (typeof globalThis.Worker !== 'function') return null;
  const url = scriptUrl(SCRIPT);
  try {
    return new Worker(url, { type: 'module' });
  } catch {
    return null;
  }
}

/**
 * @param {Worker} worker
 * @param {Job} job
 * @returns {Promise<Uint8Array | 'did not start'>}
 */
async function ask(worker, job) {
  try {
    return await new Promise((resolve, reject) => {
      worker.addEventListener('error', () => resolve('did not start'), { once: true });
      worker.addEventListener('message', ({ data }) => {
        if (data.derived instanceof Uint8Array) resolve(data.derived);
        else reject(new LocalError('argon2id failed'));
      }, { once: true });
      worker.postMessage(job);
    });
  } finally {
    worker.terminate();
  }
}
