// What an account must remember: sealed pages that any of its devices may save (section 3).
// Twin of crypto/keyring.py.
//
//   page    = [1, page, version, nonce24, AEAD(KK, nonce, ad=["page",page,version], padded content)]
//   content = [pseudonym, [log size, log root], [[team16, epoch, seed]...], [entry...],
//              [[box16, counter, draft, generation]...], [counter, settings]]
//   entry: see entry.js
//
// A draft lies on the page of its box, exactly as typed (UTF-8 in a bin); an empty one is deleted. It goes
// with the generation of the entry that it is of.
// Two devices save by compare-and-swap; on conflict the loser fetches, merges, retries. `merge` is a
// join: commutative, associative, idempotent, so that no order of saving matters.

import { array, binary, decodeArray, encode, text, uint } from './encoding.js';
import { EntryState, MAX_DRAFT_BYTES, MAX_SETTINGS_BYTES, compareBytes, entryOf, entryValue, goneMinute, larger, mergeEntry } from './entry.js';
import { MAX_EPOCH } from './epoch.js';
import { BadLength, LocalError, NotCanonical, RemoteError } from './errors.js';
import { keyOf } from './keys.js';
import * as labels from './labels.js';
import { NONCE_BYTES, TAG_BYTES, aeadOpen, aeadSeal, kdf, sodiumPad, sodiumUnpad } from './primitives.js';
import { randomBytes } from './random.js';

/** @typedef {import('./encoding.js').Value} Value */
/** @typedef {import('./entry.js').Entry} Entry */
/** @typedef {import('./keys.js').AccountSecret} AccountSecret */
/** @typedef {import('./keys.js').KemSecret} KemSecret */
/** @typedef {import('./random.js').Rand} Rand */

export const SEEKER_PAGES = 1;
export const STAFF_PAGES = 16;
export const MIN_CONTENT_BYTES = 4 * 1024;
export const MAX_CONTENT_BYTES = 256 * 1024;
export const MAX_PSEUDONYM_CHARS = 32;
// Letters to a team key live 30 days; a team needs far fewer keys than this in that time.
export const SEEDS_PER_TEAM = 16;
export const GONE_KEPT_DAYS = 60;

const PAGE_VERSION = 1;
const ID_BYTES = 16;
const HASH_BYTES = 32;
const MINUTES_PER_DAY = 24 * 60;

/**
 * The KEM seed of one team epoch.
 * @typedef {{ readonly team16: Uint8Array, readonly epoch: number, readonly seed: KemSecret }} TeamSeed
 */

/**
 * What is being written to a box; the higher counter wins, empty means deleted.
 * @typedef {{ readonly box16: Uint8Array, readonly counter: number, readonly text: Uint8Array, readonly generation: number }} Draft
 */

/**
 * Settings of the account: an encoding of the client's choosing, at most 8 KiB.
 * @typedef {{ readonly counter: number, readonly raw: Uint8Array }} AccountSettings
 */

/**
 * The inside of one page; but for `entries` and `drafts`, all is empty except on page 0.
 * @typedef {object} PageContent
 * @property {string} pseudonym
 * @property {number} logSize
 * @property {Uint8Array} logRoot
 * @property {readonly TeamSeed[]} teamSeeds
 * @property {readonly Entry[]} entries
 * @property {readonly Draft[]} drafts
 * @property {AccountSettings} settings
 */

/**
 * A page that opened, with the version under which it was sealed.
 * @typedef {{ readonly version: number, readonly content: PageContent }} OpenPage
 */

/** A page on which nothing stands. @type {PageContent} */
export const EMPTY_PAGE = Object.freeze({
  pseudonym: '',
  logSize: 0,
  logRoot: new Uint8Array(0),
  teamSeeds: Object.freeze([]),
  entries: Object.freeze([]),
  drafts: Object.freeze([]),
  settings: Object.freeze({ counter: 0, raw: new Uint8Array(0) }),
});

/**
 * Returns the page on which a box lies, of `pages` in all (1 or 16).
 * @param {AccountSecret} ams
 * @param {Uint8Array} box16
 * @param {number} pages
 * @returns {number}
 */
export function pageOf(ams, box16, pages) {
  return kdf(keyringKey(ams), labels.PAGE, box16)[0] % pages;
}

/**
 * Seals one page under `version`; LocalError for content that `openPage` would refuse.
 * @param {AccountSecret} ams
 * @param {number} page
 * @param {number} version
 * @param {PageContent} content
 * @param {number} pages
 * @param {Rand} [rand]
 * @returns {Uint8Array}
 */
export function sealPage(ams, page, version, content, pages, rand = randomBytes) {
  const encoded = encodeContent(normalised(content));
  try {
    checkPlaces(ams, page, pages, decodeContent(encoded));
  } catch (error) {
    if (!(error instanceof RemoteError)) throw error;
    throw new LocalError('page content breaks its own rules');
  }
  const size = contentBucket(encoded.length);
  if (size > MAX_CONTENT_BYTES) throw new LocalError('page full');
  const nonce = rand(NONCE_BYTES);
  const sealed = aeadSeal(keyringKey(ams), nonce, pageAd(page, version), sodiumPad(encoded, size));
  return encode([PAGE_VERSION, page, version, nonce, sealed]);
}

/**
 * Opens what the relay sent as `page`; the caller compares the version with its pin.
 * @param {AccountSecret} ams
 * @param {number} page
 * @param {Uint8Array} raw
 * @param {number} pages
 * @returns {OpenPage}
 */
export function openPage(ams, page, raw, pages) {
  const [format, number, version, nonce, sealed] = decodeArray(raw, 5);
  if (uint(format) !== PAGE_VERSION || uint(number) !== page) {
    throw new NotCanonical('unknown page version, or another page');
  }
  const ad = pageAd(page, uint(version));
  const padded = aeadOpen(keyringKey(ams), binary(nonce, NONCE_BYTES), ad, sealedOf(sealed));
  const encoded = sodiumUnpad(padded, padded.length);
  if (contentBucket(encoded.length) !== padded.length) throw new BadLength('not the smallest page');
  const content = decodeContent(encoded);
  checkPlaces(ams, page, pages, content);
  return { version: uint(version), content };
}

/**
 * Drops what has been gone for more than GONE_KEPT_DAYS.
 * @param {PageContent} content
 * @param {number} nowMinute
 * @returns {PageContent}
 */
export function withoutExpired(content, nowMinute) {
  const oldest = nowMinute - GONE_KEPT_DAYS * MINUTES_PER_DAY;
  const entries = content.entries.filter(
    (entry) => entry.state !== EntryState.GONE || goneMinute(entry) >= oldest,
  );
  return { ...content, entries };
}

// --- merging: each rule is a maximum or a union --------------------------------------------------

/**
 * Joins two contents of the same page; neither loses a secret, whoever saved first.
 * @param {PageContent} one
 * @param {PageContent} other
 * @returns {PageContent}
 */
export function merge(one, other) {
  const pinned = larger(one.logSize, one.logRoot, other.logSize, other.logRoot) ? one : other;
  const [a, b] = [one, other].map((content) => new TextEncoder().encode(content.pseudonym));
  const entries = mergeEntries([...one.entries, ...other.entries]);
  return {
    pseudonym: compareBytes(a, b) >= 0 ? one.pseudonym : other.pseudonym,
    logSize: pinned.logSize,
    logRoot: pinned.logRoot,
    teamSeeds: mergeSeeds([...one.teamSeeds, ...other.teamSeeds]),
    entries,
    drafts: mergeDrafts([...one.drafts, ...other.drafts], entries),
    settings: laterOf(one.settings, one.settings.raw, other.settings, other.settings.raw),
  };
}

/**
 * Returns `content` in the one order in which it is sealed, without doubles.
 * @param {PageContent} content
 * @returns {PageContent}
 */
export function normalised(content) {
  return merge(content, content);
}

/**
 * @param {readonly Entry[]} entries
 * @returns {Entry[]}
 */
function mergeEntries(entries) {
  /** @type {Map<string, Entry>} */
  const merged = new Map();
  for (const entry of entries) {
    const key = entry.box16.join();
    merged.set(key, mergeEntry(merged.get(key) ?? entry, entry));
  }
  return [...merged.values()].sort((a, b) => compareBytes(a.box16, b.box16));
}

/**
 * @param {readonly Draft[]} drafts
 * @param {readonly Entry[]} entries
 * @returns {Draft[]}
 */
function mergeDrafts(drafts, entries) {
  // The lowest generation whose draft an entry leaves standing.
  const first = new Map(entries.map(({ box16, state, generation }) => [box16.join(), generation + Number(state === EntryState.GONE)]));
  /** @type {Map<string, Draft>} */
  const merged = new Map();
  for (const draft of drafts) {
    const key = draft.box16.join();
    const known = merged.get(key) ?? draft;
    const isSame = known.generation === draft.generation;
    const later = isSame ? laterOf(known, known.text, draft, draft.text) : known.generation > draft.generation ? known : draft;
    if (draft.generation >= (first.get(key) ?? 0)) merged.set(key, later);
  }
  return [...merged.values()].sort((a, b) => compareBytes(a.box16, b.box16));
}

/**
 * The one with the higher counter, then with the larger bytes.
 * @template {{ readonly counter: number }} T
 * @param {T} one
 * @param {Uint8Array} bytes
 * @param {T} other
 * @param {Uint8Array} otherBytes
 * @returns {T}
 */
function laterOf(one, bytes, other, otherBytes) {
  return larger(one.counter, bytes, other.counter, otherBytes) ? one : other;
}

/**
 * @param {readonly TeamSeed[]} seeds
 * @returns {TeamSeed[]}
 */
function mergeSeeds(seeds) {
  const ordered = [...seeds].sort(compareSeeds);
  const distinct = ordered.filter((seed, n) => n === 0 || compareSeeds(ordered[n - 1], seed) !== 0);
  return distinct.filter((seed, n) => {
    const later = distinct[n + SEEDS_PER_TEAM];
    return later === undefined || compareBytes(later.team16, seed.team16) !== 0;
  });
}

/**
 * @param {TeamSeed} a
 * @param {TeamSeed} b
 */
function compareSeeds(a, b) {
  return compareBytes(a.team16, b.team16) || a.epoch - b.epoch || compareBytes(a.seed, b.seed);
}

// --- bytes -----------------------------------------------------------------------------------

/** @param {AccountSecret} ams */
const keyringKey = (ams) => kdf(ams, labels.KEYRING);

/**
 * @param {number} page
 * @param {number} version
 * @returns {Value}
 */
function pageAd(page, version) {
  return ['page', page, version];
}

/**
 * The smallest power of two above `size`, at least 4 KiB.
 * @param {number} size
 */
function contentBucket(size) {
  let bucket = MIN_CONTENT_BYTES;
  while (bucket <= size) bucket *= 2;
  return bucket;
}

/** @param {Value} value */
function sealedOf(value) {
  const sealed = binary(value);
  const size = sealed.length - TAG_BYTES;
  if (size < MIN_CONTENT_BYTES || size > MAX_CONTENT_BYTES || (size & (size - 1)) !== 0) {
    throw new BadLength('page');
  }
  return sealed;
}

/**
 * @param {AccountSecret} ams
 * @param {number} page
 * @param {number} pages
 * @param {PageContent} content
 */
function checkPlaces(ams, page, pages, content) {
  const bare = content.pseudonym === '' && content.logSize === 0 && content.logRoot.length === 0;
  const { counter, raw } = content.settings;
  if (page !== 0 && !(bare && content.teamSeeds.length === 0 && counter === 0 && raw.length === 0)) {
    throw new NotCanonical('only page 0 holds what belongs to the account');
  }
  if ([...content.entries, ...content.drafts].some(({ box16 }) => pageOf(ams, box16, pages) !== page)) {
    throw new NotCanonical('entry or draft on the wrong page');
  }
}

/**
 * Writes the inside of a page, before padding; it must be `normalised`.
 * @param {PageContent} content
 * @returns {Uint8Array}
 */
export function encodeContent(content) {
  return encode([
    content.pseudonym,
    [content.logSize, content.logRoot],
    content.teamSeeds.map(({ team16, epoch, seed }) => [team16, epoch, seed]),
    content.entries.map(entryValue),
    content.drafts.map(({ box16, counter, text: typed, generation }) => [box16, counter, typed, generation]),
    [content.settings.counter, content.settings.raw],
  ]);
}

/**
 * Undoes `encodeContent`; NotCanonical for anything out of order or under a wrong hash.
 * @param {Uint8Array} encoded
 * @returns {PageContent}
 */
export function decodeContent(encoded) {
  const [pseudonym, logPin, seeds, entries, drafts, settings] = decodeArray(encoded, 6);
  const [logSize, logRoot] = array(logPin, 2);
  const [counter, raw] = array(settings, 2);
  const content = {
    pseudonym: text(pseudonym, MAX_PSEUDONYM_CHARS),
    logSize: uint(logSize),
    logRoot: binary(logRoot, 0, HASH_BYTES),
    teamSeeds: array(seeds).map(seedOf),
    entries: array(entries).map(entryOf),
    drafts: array(drafts).map(draftOf),
    settings: { counter: uint(counter), raw: binary(raw) },
  };
  if (content.settings.raw.length > MAX_SETTINGS_BYTES) throw new NotCanonical('settings too large');
  if (compareBytes(encodeContent(normalised(content)), encoded) !== 0) {
    throw new NotCanonical('page content out of order');
  }
  return content;
}

/**
 * @param {Value} value
 * @returns {TeamSeed}
 */
function seedOf(value) {
  const [team16, epoch, seed] = array(value, 3);
  return {
    team16: binary(team16, ID_BYTES),
    epoch: uint(epoch),
    seed: keyOf('KemSecret', binary(seed, 32)),
  };
}

/**
 * @param {Value} value
 * @returns {Draft}
 */
function draftOf(value) {
  const [box16, counter, typed, generation] = array(value, 4);
  const draft = { box16: binary(box16, ID_BYTES), counter: uint(counter), text: binary(typed), generation: uint(generation, MAX_EPOCH) };
  if (draft.text.length > MAX_DRAFT_BYTES) throw new NotCanonical('draft too large');
  return draft;
}
