// What is typed on a page of the keyring between two saves: drafts, and the entries that go with them. Pure.
//
// Whatever is typed between two saves stays one step above what the relay holds, and typing back to
// that leaves nothing to save.

import { MAX_DRAFT_BYTES, mergeEntry } from '../crypto/entry.js';
import { equal } from '../crypto/primitives.js';

/** @typedef {import('../crypto/entry.js').Entry} Entry */
/** @typedef {import('../crypto/keyring.js').Draft} Draft */
/** @typedef {import('../crypto/keyring.js').PageContent} PageContent */

export const NO_TEXT = new Uint8Array(0);

/**
 * @param {readonly Draft[]} drafts
 * @param {Uint8Array} box16
 */
export function draftIn(drafts, box16) {
  return drafts.find((one) => equal(one.box16, box16)) ?? null;
}

/**
 * Puts a draft into `content`, in the place of the one that is saved.
 * @param {PageContent} saved
 * @param {PageContent} content
 * @param {Uint8Array} box16
 * @param {Uint8Array} text
 * @returns {PageContent}
 */
export function withDraft(saved, content, box16, text) {
  const generation = entryIn(content.entries, box16)?.generation ?? 0;
  const known = draftIn(saved.drafts, box16);
  const others = content.drafts.filter((one) => !equal(one.box16, box16));
  const isSaved = equal(text, known?.text ?? NO_TEXT);
  const draft = isSaved ? known : { box16, counter: (known?.counter ?? 0) + 1, text, generation };
  return { ...content, drafts: draft === null ? others : [...others, draft] };
}

/**
 * Puts an entry into `content` whose settings change while somebody types, in the place of the one that
 * is saved.
 * @param {PageContent} saved
 * @param {PageContent} content
 * @param {Entry} entry its counter is not looked at
 * @returns {PageContent}
 */
export function withTyped(saved, content, entry) {
  const known = entryIn(saved.entries, entry.box16);
  const others = content.entries.filter((one) => !equal(one.box16, entry.box16));
  if (known === null) return { ...content, entries: [...others, { ...entry, counter: 1 }] };
  const isSaved = equal(known.settings, entry.settings);
  return { ...content, entries: [...others, isSaved ? known : mergeEntry(known, { ...entry, counter: known.counter + 1 })] };
}

/**
 * Takes an entry out again that was never saved, with its draft.
 * @param {PageContent} saved
 * @param {PageContent} content
 * @param {Uint8Array} box16
 * @returns {PageContent}
 */
export function withoutTyped(saved, content, box16) {
  const isOther = (/** @type {{ box16: Uint8Array }} */ one) => !equal(one.box16, box16);
  if (entryIn(saved.entries, box16) !== null) return content;
  return { ...content, entries: content.entries.filter(isOther), drafts: content.drafts.filter(isOther) };
}

/**
 * Tells whether `content` has drafts, or entries, that are not saved.
 * @param {PageContent} saved
 * @param {PageContent} content
 */
export function hasUnsaved(saved, content) {
  const isSaved = (/** @type {Draft} */ one) => {
    const known = draftIn(saved.drafts, one.box16);
    return known !== null && known.generation === one.generation && known.counter === one.counter && equal(known.text, one.text);
  };
  const isKnown = (/** @type {Entry} */ one) => {
    const known = entryIn(saved.entries, one.box16);
    return known !== null && known.counter === one.counter && equal(known.settings, one.settings);
  };
  return content.drafts.length !== saved.drafts.length || !content.drafts.every(isSaved) || !content.entries.every(isKnown);
}

/**
 * @param {readonly Entry[]} entries
 * @param {Uint8Array} box16
 */
function entryIn(entries, box16) {
  return entries.find((one) => equal(one.box16, box16)) ?? null;
}

/**
 * The longest beginning that fits a page, in UTF-8, whole characters only.
 * @param {string} text
 */
export function fitting(text) {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length <= MAX_DRAFT_BYTES) return bytes;
  let end = MAX_DRAFT_BYTES;
  // Bytes that go on with a character begin with the bits 10.
  while ((bytes[end] & 0xc0) === 0x80) end -= 1;
  return bytes.slice(0, end);
}
