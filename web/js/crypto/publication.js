// What the service publishes about itself: the payloads of RELEASE, SITE and DELETIONS leaves.
// Twin of crypto/publication.py.
//
// As in `statement`: canonical arrays of fixed shape, no end of validity, subject16 of the leaf is the
// deployment id. Manifests are named by SHA-384, so that common tools can compare them (protocol
// sections 4 and 8).

import { binary, decodeArray, text, uint } from './encoding.js';
import { NotCanonical } from './errors.js';
import { Kind } from './kinds.js';

export const SHA384_BYTES = 48;
export const ROOT_BYTES = 32;
export const MAX_TAG_CHARS = 64;
// ASCII, because the two languages normalise other text differently.
const TAG = /^[!-~]+$/;

/**
 * The root releases the program at `tag`; `manifest`: SHA-384 of MANIFEST.code.json.
 * @typedef {{ readonly kind: 8, readonly tag: string, readonly manifest: Uint8Array }} Release
 */

/**
 * An admin puts the pages of this service in force, over the program of one RELEASE. `release`: leaf
 * hash of the RELEASE; `siteJson` and `manifest`: SHA-384 of the published site.json and of
 * MANIFEST.site.json.
 * @typedef {{ readonly kind: 9, readonly release: Uint8Array, readonly siteJson: Uint8Array,
 *   readonly manifest: Uint8Array }} SiteRelease
 */

/**
 * The log key states what was purged on `day` (days since epoch, UTC): `count` tombs under the Merkle
 * `root` of the day's sorted list; also for a day without any.
 * @typedef {{ readonly kind: 10, readonly day: number, readonly count: number,
 *   readonly root: Uint8Array }} Deletions
 */

/** @typedef {Release | SiteRelease | Deletions} Publication */

/**
 * @param {8 | 9 | 10} kind
 * @param {Uint8Array} raw
 * @returns {Publication}
 */
export function decodePublication(kind, raw) {
  const [first, second, third] = decodeArray(raw, kind === Kind.RELEASE ? 2 : 3);
  if (kind === Kind.RELEASE) {
    const tag = text(first, MAX_TAG_CHARS);
    if (!TAG.test(tag)) throw new NotCanonical('a tag is visible ASCII');
    return Object.freeze({ kind, tag, manifest: binary(second, SHA384_BYTES) });
  }
  if (kind === Kind.SITE) {
    const [siteJson, manifest] = [second, third].map((one) => binary(one, SHA384_BYTES));
    return Object.freeze({ kind, release: binary(first, 32), siteJson, manifest });
  }
  return Object.freeze({ kind, day: uint(first), count: uint(second), root: binary(third, ROOT_BYTES) });
}

/**
 * @param {Publication} payload
 * @returns {import('./encoding.js').Value[]}
 */
export function itemsOfPublication(payload) {
  switch (payload.kind) {
    case Kind.RELEASE: return [payload.tag, payload.manifest];
    case Kind.SITE: return [payload.release, payload.siteJson, payload.manifest];
    case Kind.DELETIONS: return [payload.day, payload.count, payload.root];
  }
}
