// How libsodium is cut to what a page needs, for vendor.mjs: its WebAssembly becomes a file of its
// own (as text inside a module it is a third larger on the line), and what nobody here calls is left
// out of it and of the two modules around it. What stays is the authors' code, byte for byte.
//
// The sources are minified, so each cut looks for exactly one place; another release of the library
// that looks different is refused here, before the hashes of vendor.lock.json are even asked.

import { createHash } from 'node:crypto';

import { withoutUnused } from './vendor-wasm.mjs';

export const WASM = 'libsodium.wasm';

/** What crypto/primitives.js calls, sorted; a test compares. */
export const USED = [
  'crypto_aead_xchacha20poly1305_ietf_decrypt',
  'crypto_aead_xchacha20poly1305_ietf_encrypt',
  'crypto_box_seal',
  'crypto_box_seal_open',
  'crypto_core_ristretto255_from_hash',
  'crypto_core_ristretto255_is_valid_point',
  'crypto_core_ristretto255_scalar_invert',
  'crypto_core_ristretto255_scalar_reduce',
  'crypto_generichash',
  'crypto_generichash_final',
  'crypto_generichash_init',
  'crypto_generichash_update',
  'crypto_hash_sha256',
  'crypto_hash_sha512',
  'crypto_kem_xwing_dec',
  'crypto_kem_xwing_enc_deterministic',
  'crypto_kem_xwing_seed_keypair',
  'crypto_pwhash',
  'crypto_pwhash_ALG_ARGON2ID13',
  'crypto_scalarmult',
  'crypto_scalarmult_base',
  'crypto_scalarmult_ristretto255',
  'crypto_secretstream_xchacha20poly1305_TAG_FINAL',
  'crypto_secretstream_xchacha20poly1305_TAG_MESSAGE',
  'crypto_secretstream_xchacha20poly1305_init_pull',
  'crypto_secretstream_xchacha20poly1305_pull',
  'crypto_secretstream_xchacha20poly1305_push',
  'crypto_sign_detached',
  'crypto_sign_seed_keypair',
  'crypto_sign_verify_detached',
];

/** What the wrappers call themselves when they start: they seal and open once. */
const CALLED_AT_START = [
  'crypto_secretbox_KEYBYTES',
  'crypto_secretbox_NONCEBYTES',
  'crypto_secretbox_easy',
  'crypto_secretbox_open_easy',
  'randombytes_buf',
];

const KEPT = new Set([...USED, ...CALLED_AT_START]);

/** Base64 of the WebAssembly, and the function around it that turns it into bytes. */
const EMBEDDED = /\([A-Z]=>\{for\(var .{0,400}?return [A-Z]\}\)\("([A-Za-z0-9+/]{100000,}={0,2})"\)/g;
const EXPORTS = /g\.(_\w+)=A\.[\w$]+,/g;
/** Names, and at the same places the functions that stand behind them. */
const FUNCTIONS = /for\(var e=\[([^\]]*)\],a=\[([^\]]*)\],_=0;/g;
const CONSTANTS = /var n=\[("SODIUM_LIBRARY_VERSION_MAJOR"[^\]]*)\];/g;

/**
 * Parts the module from its WebAssembly; what is left of it asks for the file and for no other bytes.
 * @param {string} source libsodium-sumo.mjs
 * @param {string} wrappers libsodium-wrappers.mjs as `cutWrappers` returns it
 * @returns {{ module: string, wasm: Buffer }}
 */
export function part(source, wrappers) {
  const [embedded, base64] = only(source, EMBEDDED);
  const called = new Set([...wrappers.matchAll(/\br\.(_\w+)/g)].map(([, name]) => name));
  for (const name of KEPT) called.add(`_${name.toLowerCase()}`);
  const rest = source
    .replace(embedded, () => 'new Uint8Array(await wasm)')
    .replace(EXPORTS, (whole, name) => (called.has(name) ? whole : ''));
  const properties = new Set([...rest.matchAll(/\.([\w$]+)/g)].map(([, name]) => name));
  const wasm = withoutUnused(Buffer.from(base64, 'base64'), (name) => properties.has(name));
  return { module: prelude(wasm) + rest, wasm };
}

/**
 * Leaves out the wrappers and constants that are not in `KEPT`.
 * @param {string} source libsodium-wrappers.mjs
 * @returns {string}
 */
export function cutWrappers(source) {
  const lists = only(source, FUNCTIONS);
  const names = unquoted(lists[1]);
  const functions = lists[2].split(',');
  if (names.length !== functions.length) throw new Error('libsodium: names and functions differ in number');
  const pairs = names.map((name, i) => [name, functions[i]]);
  const kept = pairs.filter(([name]) => KEPT.has(name));
  const shorter = lists[0]
    .replace(lists[1], () => quoted(kept.map(([name]) => name)))
    .replace(lists[2], () => kept.map(([, behind]) => behind).join(','));
  const constants = only(source, CONSTANTS);
  const cut = source
    .replace(lists[0], () => shorter)
    .replace(constants[1], () => quoted(unquoted(constants[1]).filter((name) => KEPT.has(name))));
  return pairs.filter(([name]) => !KEPT.has(name)).reduce((text, [, name]) => withoutFunction(text, name), cut);
}

/**
 * The file is asked for one turn after the module has run, so that a test outside a browser can give
 * it a `fetch` that reads files.
 * @param {Buffer} wasm
 */
function prelude(wasm) {
  const integrity = `sha384-${createHash('sha384').update(wasm).digest('base64')}`;
  return `const wasm=Promise.resolve().then(async()=>{` +
    `const reply=await fetch(new URL("./${WASM}",import.meta.url),{integrity:"${integrity}"});` +
    `if(!reply.ok)throw new Error("no ${WASM}");return reply.arrayBuffer()});\n`;
}

/** @param {string} text @param {RegExp} pattern */
function only(text, pattern) {
  const found = [...text.matchAll(pattern)];
  if (found.length !== 1) throw new Error(`libsodium: ${found.length} places look like ${pattern}`);
  return found[0];
}

/** @param {string} list */
const unquoted = (list) => list.split(',').map((item) => item.slice(1, -1));

/** @param {string[]} names */
const quoted = (names) => names.map((name) => `"${name}"`).join(',');

/** @param {string} text @param {string} name of a function at the module's level */
function withoutFunction(text, name) {
  const head = `function ${name}(`;
  const start = text.indexOf(head);
  if (start < 0 || text.indexOf(head, start + 1) >= 0) throw new Error(`libsodium: not one function ${name}`);
  let end = text.indexOf('{', start) + 1;
  // No text or pattern in these functions holds a brace; the result is compared by its hash.
  for (let depth = 1; depth > 0; end += 1) depth += { '{': 1, '}': -1 }[text[end]] ?? 0;
  return text.slice(0, start) + text.slice(end);
}
