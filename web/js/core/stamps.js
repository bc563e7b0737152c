// The work a browser does before the relay answers strangers: a challenge, and the stamp found for it.

import { make } from '../crypto/stamp.js';

/** @typedef {import('./connection.js').Request} Request */

/**
 * Fetches a challenge and finds its stamp (challenge 32, x 8).
 * @param {Request} request
 * @param {string} command
 * @returns {Promise<Uint8Array>}
 */
export async function makeStamp(request, command) {
  const { challenge, difficulty } = await request('challenge', { command });
  const x = await make(challenge, command, difficulty, breathe);
  const stamp = new Uint8Array(challenge.length + x.length);
  stamp.set(challenge);
  stamp.set(x, challenge.length);
  return stamp;
}

/** Lets the page draw and answer between two thousand tries. @returns {Promise<unknown>} */
function breathe() {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve(undefined);
    };
    port2.postMessage(0);
  });
}
