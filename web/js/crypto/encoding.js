// The canonical msgpack subset (protocol section 2). Twin of crypto/encoding.py.
//
// Values: unsigned int up to 2^53-1, bytes, NFC str, list. No map, float, nil, bool, negative, ext;
// shortest form; at most 8 arrays deep; at most 4,096 items an array. Rule testable from outside:
// encode(decode(x)) equals x, else refused.
//
// Both ways are written out: the subset is small, and every form outside it must be refused, while
// libraries drop byte order marks, replace broken UTF-8 and build maps, dates and big numbers.

import { LocalError, NotCanonical } from './errors.js';
import { isAssigned } from './unicode14.js';

export const MAX_UINT = Number.MAX_SAFE_INTEGER;
export const MAX_UINT16 = 2 ** 16 - 1;
export const MAX_DEPTH = 8;
export const MAX_ITEMS = 4096;

/** @typedef {number | Uint8Array | string | readonly Value[]} Value */
/** @typedef {{ raw: Uint8Array, view: DataView, at: number }} Cursor */

const TO_UTF8 = new TextEncoder();
const LONE_SURROGATE = /\p{Surrogate}/u;
// Without `ignoreBOM` a leading U+FEFF would vanish.
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Encodes `value`; LocalError when it lies outside the subset (a bug on our side).
 * @param {Value} value
 * @returns {Uint8Array}
 */
export function encode(value) {
  const fault = faultOf(value, 0);
  if (fault !== '') throw new LocalError(`not encodable: ${fault}`);
  /** @type {Uint8Array[]} */
  const pieces = [];
  write(value, pieces);
  const raw = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    raw.set(piece, at);
    at += piece.length;
  }
  return raw;
}

/**
 * Decodes `raw`; NotCanonical unless it is exactly what `encode` would have written.
 * @param {Uint8Array} raw
 * @returns {Value}
 */
export function decode(raw) {
  const cursor = { raw, view: new DataView(raw.buffer, raw.byteOffset, raw.byteLength), at: 0 };
  const value = read(cursor, 0);
  if (cursor.at !== raw.length) throw new NotCanonical('bytes follow the value');
  return value;
}

/**
 * Decodes an array of exactly `size` items, the shape of every signed or hashed object.
 * @param {Uint8Array} raw
 * @param {number} size
 * @returns {Value[]}
 */
export function decodeArray(raw, size) {
  return array(decode(raw), size);
}

/**
 * Bytes stand for themselves; an array written `[...]` in the spec is its encoding.
 * @param {Value} part
 * @returns {Uint8Array}
 */
export function encodePart(part) {
  return part instanceof Uint8Array ? part : encode(part);
}

// --- readers of one decoded item: the shape check of every fixed array -----------------------

/**
 * Returns `value` as an unsigned integer up to `maximum`, or refuses.
 * @param {Value} value
 * @param {number} [maximum]
 * @returns {number}
 */
export function uint(value, maximum = MAX_UINT) {
  if (typeof value !== 'number' || value > maximum) {
    throw new NotCanonical('expected an unsigned integer in range');
  }
  return value;
}

/**
 * Returns `value` as bytes of one of `sizes` (any size when none is given), or refuses.
 * @param {Value} value
 * @param {...number} sizes
 * @returns {Uint8Array}
 */
export function binary(value, ...sizes) {
  if (!(value instanceof Uint8Array) || (sizes.length > 0 && !sizes.includes(value.length))) {
    throw new NotCanonical('expected bytes of a fixed size');
  }
  return value;
}

/**
 * Returns `value` as text of at most `maxChars` code points, or refuses.
 * @param {Value} value
 * @param {number} maxChars
 * @returns {string}
 */
export function text(value, maxChars) {
  if (typeof value !== 'string' || [...value].length > maxChars) {
    throw new NotCanonical('expected text');
  }
  return value;
}

/**
 * Returns `value` as a list, of `size` items when given, or refuses.
 * @param {Value} value
 * @param {number} [size]
 * @returns {Value[]}
 */
export function array(value, size) {
  if (!Array.isArray(value) || (size !== undefined && value.length !== size)) {
    throw new NotCanonical('expected an array');
  }
  return value;
}

/**
 * Names the first breach of the subset in `value`, or returns the empty string.
 * @param {unknown} value
 * @param {number} depth
 * @returns {string}
 */
function faultOf(value, depth) {
  if (typeof value === 'number') {
    const inRange = Number.isSafeInteger(value) && value >= 0;
    return inRange ? '' : 'integer out of range';
  }
  if (value instanceof Uint8Array) return '';
  if (typeof value === 'string') return textFault(value);
  if (!Array.isArray(value)) return 'type outside the subset';
  if (depth === MAX_DEPTH) return 'too deep';
  if (value.length > MAX_ITEMS) return 'too many items';
  for (const item of value) {
    const fault = faultOf(item, depth + 1);
    if (fault !== '') return fault;
  }
  return '';
}

/** @param {string} value */
function textFault(value) {
  if (LONE_SURROGATE.test(value)) return 'lone surrogate';
  return isNfc(value) ? '' : 'text is not NFC';
}

/**
 * NFC as of Unicode 14, which the Python side knows. To it, what came later never composes or moves;
 * an engine with newer tables would reorder it, and the two sides would disagree. So a text that the
 * engine finds unordered is cut at such characters and judged piece by piece.
 * @param {string} value
 */
function isNfc(value) {
  if (value.normalize('NFC') === value) return true;
  const pieces = [''];
  for (const character of value) {
    if (isAssigned(/** @type {number} */ (character.codePointAt(0)))) pieces[pieces.length - 1] += character;
    else pieces.push('');
  }
  return pieces.every((piece) => piece.normalize('NFC') === piece);
}

/**
 * Writes one value without a fault, in the shortest form.
 * @param {Value} value
 * @param {Uint8Array[]} pieces
 */
function write(value, pieces) {
  if (typeof value === 'number') {
    pieces.push(value < 0x80 ? Uint8Array.of(value) : head(value, [0xcc, 0xcd, 0xce, 0xcf]));
  } else if (value instanceof Uint8Array) {
    pieces.push(head(value.length, [0xc4, 0xc5, 0xc6]), value);
  } else if (typeof value === 'string') {
    const raw = TO_UTF8.encode(value);
    pieces.push(raw.length < 0x20 ? Uint8Array.of(0xa0 | raw.length) : head(raw.length, [0xd9, 0xda, 0xdb]), raw);
  } else {
    pieces.push(value.length < 0x10 ? Uint8Array.of(0x90 | value.length) : head(value.length, [NaN, 0xdc]));
    for (const item of value) write(item, pieces);
  }
}

/**
 * A tag and a big-endian number of 1, 2, 4 or 8 bytes, the first that holds it.
 * @param {number} value
 * @param {readonly number[]} tags one for each of these sizes, NaN where there is none
 * @returns {Uint8Array}
 */
function head(value, tags) {
  const step = [0x100, 0x1_0000, 0x1_0000_0000, Infinity].findIndex((limit, i) => value < limit && tags[i] > 0);
  const raw = new Uint8Array(1 + 2 ** step);
  raw[0] = tags[step];
  for (let at = raw.length - 1, left = value; at > 0; at -= 1, left = Math.floor(left / 0x100)) raw[at] = left % 0x100;
  return raw;
}

/**
 * Reads one value, refusing every other form than the shortest.
 * @param {Cursor} cursor
 * @param {number} depth
 * @returns {Value}
 */
function read(cursor, depth) {
  const tag = number(cursor, 1, 0);
  if (tag < 0x80) return tag;
  if (tag >= 0x90 && tag < 0xa0) return readItems(cursor, tag & 0x0f, depth);
  if (tag >= 0xa0 && tag < 0xc0) return readText(cursor, tag & 0x1f);
  switch (tag) {
    case 0xcc: return number(cursor, 1, 0x80);
    case 0xcd: return number(cursor, 2, 0x100);
    case 0xce: return number(cursor, 4, 0x1_0000);
    case 0xcf: return number(cursor, 8, 0x1_0000_0000);
    case 0xc4: return take(cursor, number(cursor, 1, 0)).slice();
    case 0xc5: return take(cursor, number(cursor, 2, 0x100)).slice();
    case 0xc6: return take(cursor, number(cursor, 4, 0x1_0000)).slice();
    case 0xd9: return readText(cursor, number(cursor, 1, 0x20));
    case 0xda: return readText(cursor, number(cursor, 2, 0x100));
    case 0xdb: return readText(cursor, number(cursor, 4, 0x1_0000));
    case 0xdc: return readItems(cursor, number(cursor, 2, 0x10), depth);
    default: throw new NotCanonical('type outside the subset');
  }
}

/**
 * Reads a big-endian number of `size` bytes; below `minimum` a shorter form existed.
 * @param {Cursor} cursor
 * @param {1 | 2 | 4 | 8} size
 * @param {number} minimum
 * @returns {number}
 */
function number(cursor, size, minimum) {
  const { view, at } = cursor;
  take(cursor, size);
  let value;
  if (size === 8) value = view.getUint32(at) * 0x1_0000_0000 + view.getUint32(at + 4);
  else if (size === 4) value = view.getUint32(at);
  else value = size === 2 ? view.getUint16(at) : view.getUint8(at);
  // A high word above 2^21-1 gives at least 2^53, also after rounding, so nothing slips through.
  if (value > MAX_UINT) throw new NotCanonical('integer out of range');
  if (value < minimum) throw new NotCanonical('not the shortest form');
  return value;
}

/**
 * @param {Cursor} cursor
 * @param {number} size
 * @returns {Uint8Array}
 */
function take(cursor, size) {
  const end = cursor.at + size;
  if (end > cursor.raw.length) throw new NotCanonical('cut short');
  const taken = cursor.raw.subarray(cursor.at, end);
  cursor.at = end;
  return taken;
}

/**
 * @param {Cursor} cursor
 * @param {number} size
 * @returns {string}
 */
function readText(cursor, size) {
  const raw = take(cursor, size);
  let value;
  try {
    value = UTF8.decode(raw);
  } catch {
    throw new NotCanonical('not UTF-8');
  }
  const fault = textFault(value);
  if (fault !== '') throw new NotCanonical(fault);
  return value;
}

/**
 * @param {Cursor} cursor
 * @param {number} count
 * @param {number} depth
 * @returns {Value[]}
 */
function readItems(cursor, count, depth) {
  if (depth === MAX_DEPTH) throw new NotCanonical('too deep');
  if (count > MAX_ITEMS) throw new NotCanonical('too many items');
  const items = [];
  for (let i = 0; i < count; i += 1) items.push(read(cursor, depth + 1));
  return items;
}
