// A team's sheet: what all of its members read and write, sealed to the team's key (protocol section 5).
// Twin of crypto/sheet.py.
//
//   sheet  = [1, team16, kind, version, nonce24,
//             AEAD(KDF(team seed, "sheet", [team16, kind]), nonce, ad=["sheet", team16, kind, version], padded inside)]
//   inside = [certificate hash, TEAM hash, hash of the sheet before, content,
//             SIG(staff key, "sheet", [team16, kind, version, TEAM hash, before, content])]
//   hash of a sheet = HASH("sheet-hash", sheet)
//
// Whether the author may write, and whether this is the newest, is for the caller: features/workspace/sheets.js.

import { binary, decodeArray, encode, uint } from './encoding.js';
import { BadLength, LocalError, NotCanonical } from './errors.js';
import { SHEET, SHEET_HASH, SHEET_PIN, SIG_SHEET } from './labels.js';
import { HASH_BYTES, NONCE_BYTES, SIGNATURE_BYTES, TAG_BYTES, aeadOpen, aeadSeal, equal, hash, kdf, sign, sodiumPad, sodiumUnpad, verify } from './primitives.js';
import { randomBytes } from './random.js';

/** @typedef {import('./keys.js').KemSecret} KemSecret */
/** @typedef {import('./keys.js').SignPublic} SignPublic */
/** @typedef {import('./keys.js').SignSecret} SignSecret */
/**
 * `before`: the hash of the one that it follows, empty for none.
 * @typedef {Readonly<{ team16: Uint8Array, kind: number, version: number, certificateHash: Uint8Array, teamHash: Uint8Array,
 *   before: Uint8Array, content: Uint8Array }>} Sheet
 */

export const STEPS = Object.freeze([16 * 1024, 64 * 1024, 256 * 1024]);
/** Of the content: what stays of the largest step beside hashes, signature, encoding and padding. */
export const MAX_CONTENT_BYTES = STEPS[2] - 512;
export const MAX_VERSION = 2 ** 24 - 1;
/** What a team keeps in common; each kind has its own sheet. */
export const SheetKind = Object.freeze({ TEXT_BLOCKS: 1 });
const FORMAT = 1;
const ID_BYTES = 16;

/**
 * Signs a sheet and seals it to a team's key; LocalError for one that is too large.
 * @param {KemSecret} seed
 * @param {SignSecret} secret
 * @param {Sheet} sheet
 * @param {import('./random.js').Rand} [rand]
 */
export function sealSheet(seed, secret, sheet, rand = randomBytes) {
  const { team16, kind, version, certificateHash, teamHash, before, content } = sheet;
  if (content.length > MAX_CONTENT_BYTES || version < 1 || version > MAX_VERSION) throw new LocalError('sheet too large, or its version');
  const inside = encode([certificateHash, teamHash, before, content, sign(secret, SIG_SHEET, signed(sheet))]);
  const nonce = rand(NONCE_BYTES);
  const sealed = aeadSeal(keyOf(seed, team16, kind), nonce, ['sheet', team16, kind, version], sodiumPad(inside, stepOf(inside.length)));
  return encode([FORMAT, team16, kind, version, nonce, sealed]);
}

/**
 * Opens a sheet of this team and kind; BadTag under another key, NotCanonical for another's.
 * @param {KemSecret} seed
 * @param {Uint8Array} team16
 * @param {number} kind
 * @param {Uint8Array} raw
 * @returns {Readonly<{ sheet: Sheet, verify: (author: SignPublic) => void }>} the log names the author's key
 */
export function openSheet(seed, team16, kind, raw) {
  const [format, team, ofKind, version, nonce, sealed] = decodeArray(raw, 6);
  if (uint(format) !== FORMAT || !equal(binary(team), team16) || uint(ofKind) !== kind) throw new NotCanonical('another sheet, or an unknown format');
  const number = uint(version, MAX_VERSION);
  const body = binary(sealed);
  if (!STEPS.includes(body.length - TAG_BYTES)) throw new BadLength('sheet');
  const padded = aeadOpen(keyOf(seed, team16, kind), binary(nonce, NONCE_BYTES), ['sheet', team16, kind, number], body);
  const inside = sodiumUnpad(padded, padded.length);
  if (stepOf(inside.length) !== padded.length) throw new BadLength('not the smallest step');
  const [certificateHash, teamHash, before, content, signature] = decodeArray(inside, 5);
  const sheet = Object.freeze({
    team16, kind, version: number,
    certificateHash: binary(certificateHash, HASH_BYTES), teamHash: binary(teamHash, HASH_BYTES),
    before: binary(before, 0, HASH_BYTES), content: binary(content),
  });
  const proof = binary(signature, SIGNATURE_BYTES);
  return Object.freeze({ sheet, verify: (/** @type {SignPublic} */ author) => verify(author, SIG_SHEET, proof, signed(sheet)) });
}

/** By which the next version names this one, and a keyring pins it. @param {Uint8Array} raw */
export function sheetHash(raw) {
  return hash(SHEET_HASH, raw);
}

/** The name of the keyring entry that pins a sheet. @param {Uint8Array} team16 @param {number} kind */
export function pinName(team16, kind) {
  return hash(SHEET_PIN, team16, kind).slice(0, ID_BYTES);
}

/** @param {KemSecret} seed @param {Uint8Array} team16 @param {number} kind */
function keyOf(seed, team16, kind) {
  return kdf(seed, SHEET, [team16, kind]);
}

/** @param {Sheet} sheet */
function signed({ team16, kind, version, teamHash, before, content }) {
  return [team16, kind, version, teamHash, before, content];
}

/** The smallest step that holds so many bytes and the mark of the padding. @param {number} size */
function stepOf(size) {
  const found = STEPS.find((one) => size < one);
  if (found === undefined) throw new BadLength('larger than the largest step');
  return found;
}
