// The page's one Trusted Types policy, `app`: only scripts of our own origin become code.
//
// The header names this policy and allows it once; a second creation would throw, so it lives here.

/** @typedef {{ createScriptURL(url: string): any }} Policy */

/** @type {Policy | undefined} */
const policy = /** @type {any} */ (globalThis).trustedTypes?.createPolicy('app', {
  createScriptURL: ownScript,
});

/**
 * Returns a script's address in the form that Worker and script elements take under the policy;
 * throws for a script that is not ours.
 * @param {URL} url
 * @returns {any} TrustedScriptURL, or the text where the browser has no Trusted Types
 */
export function scriptUrl(url) {
  return policy === undefined ? ownScript(url.href) : policy.createScriptURL(url.href);
}

/** @param {string} href */
function ownScript(href) {
  const url = new URL(href);
  const here = new URL(import.meta.url);
  const isOurs = url.protocol === here.protocol && url.host === here.host;
  if (!isOurs || !url.pathname.endsWith('.js')) throw new TypeError('not a script of this page');
  return url.href;
}
