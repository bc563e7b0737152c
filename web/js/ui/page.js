// What models need of the page they run in: where the relay is, what this tab may keep, a last word.

import { fromHex } from '../core/resumeslot.js';

/** @typedef {import('../core/resumeslot.js').TabStore} TabStore */

const SLOT_KEY = 'resume';

export { fromHex };

/** The relay's WebSocket: same origin as the page. @returns {string} */
export function relayUrl() {
  return `${location.protocol === 'https:' ? 'wss:' : 'ws:'}//${location.host}/ws`;
}

/**
 * The 32 bytes of the resume slot, and nothing else, in this tab. A browser that keeps nothing (private
 * mode) loses only the way back after a reload.
 * @returns {TabStore}
 */
export function tabStore() {
  return {
    read() {
      try {
        return sessionStorage.getItem(SLOT_KEY);
      } catch {
        return null;
      }
    },
    write(hex) {
      try {
        if (hex === null) sessionStorage.removeItem(SLOT_KEY);
        else sessionStorage.setItem(SLOT_KEY, hex);
      } catch {
        // Nothing is kept; see above.
      }
    },
  };
}

/**
 * One command while the page vanishes; nobody waits for the answer.
 * @param {Uint8Array} frame
 */
export function sendLast(frame) {
  const body = /** @type {Uint8Array<ArrayBuffer>} */ (frame);
  const headers = { 'Content-Type': 'application/octet-stream' };
  // The page is gone before an answer could matter; the relay ends what it does not hear of in time.
  fetch('/api/command', { method: 'POST', body, headers, keepalive: true }).catch(() => {});
}
