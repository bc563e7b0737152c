// What a page's shell says in data-* attributes, and the few doors of the browser that a model is
// handed: the address of the line, the tab's memory, and the last request of a page that goes away.

const RESUME_KEY = 'resume';
const COMMAND_PATH = '/api/command';

/** The element that the application draws into. */
export function appElement() {
  return /** @type {HTMLElement} */ (document.getElementById('app'));
}

/** @param {string | undefined} hex @returns {Uint8Array} */
export function bytesOf(hex = '') {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** @param {DOMStringMap} shell @param {string} name */
export function numberOf(shell, name) {
  return Number(shell[name] ?? 0);
}

/** The WebSocket of the host that served this page. */
export function lineAddress() {
  return `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/ws`;
}

/** Takes the text for browsers that are too old off the page. */
export function removeFallback() {
  document.getElementById('fallback')?.remove();
}

/**
 * This tab's memory for one value. Where a browser blocks it, nothing is kept and nothing breaks.
 * @returns {import('../core/resumeslot.js').TabStore}
 */
export function tabStore() {
  return {
    read: () => quietly(() => sessionStorage.getItem(RESUME_KEY)),
    write: (hex) => {
      quietly(() => (hex === null ? sessionStorage.removeItem(RESUME_KEY) : sessionStorage.setItem(RESUME_KEY, hex)));
    },
  };
}

/**
 * Sends one frame in a request that outlives the page.
 * @param {Uint8Array} frame
 */
export function sendLast(frame) {
  const body = /** @type {BodyInit} */ (/** @type {unknown} */ (frame));
  const request = { method: 'POST', body, keepalive: true, headers: { 'Content-Type': 'application/octet-stream' } };
  // Nobody is left to hear of a failure; the relay notices the silence by itself.
  fetch(COMMAND_PATH, request).then(undefined, () => undefined);
}

/**
 * Calls `action` when the page or its network comes back: what broke meanwhile says nothing by itself.
 * @param {() => void} action
 */
export function onReturn(action) {
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) action();
  });
  document.addEventListener('resume', action);
  window.addEventListener('online', action);
}

/**
 * Calls `action` when the page is hidden or taken down: it may be for good, and nothing can wait.
 * @param {() => void} action
 */
export function onHide(action) {
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) action();
  });
  window.addEventListener('pagehide', action);
}

/**
 * @template T
 * @param {() => T} action
 * @returns {T | null}
 */
function quietly(action) {
  try {
    return action();
  } catch {
    return null;
  }
}
