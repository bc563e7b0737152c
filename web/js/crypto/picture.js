// A portrait beside a profile: a small square JPEG that holds nothing but what is drawn. Twin of
// crypto/picture.py.
//
// The profile states its hash (profile.js, step F3); the bytes travel on their own, because 200 of
// them would be a heavy page. Both sides look at every segment: a camera writes place and owner beside
// the picture, and a header can claim more pixels than a phone can hold.

import { BadStatement, NotCanonical } from './errors.js';
import { PICTURE } from './labels.js';
import { concat, equal, hash } from './primitives.js';

export const SIDE_PX = 256;
export const MAX_PICTURE_BYTES = 24 * 1024;

const START = Uint8Array.of(0xff, 0xd8);
const END = Uint8Array.of(0xff, 0xd9);
/** 8 bits, Huffman: what every browser writes and draws. */
const FRAMES = [0xc0, 0xc1, 0xc2];
const SCAN = 0xda;
const DRAWN = [...FRAMES, 0xc4, SCAN, 0xdb, 0xdd];
const COMMENT = 0xfe;
const LENGTH_BYTES = 2;
const FRAME_BYTES = 8;
const SAMPLE_BITS = 8;

/**
 * Returns a JPEG without what stands beside the picture; NotCanonical for anything else.
 * @param {Uint8Array} raw
 * @returns {Uint8Array}
 */
export function plain(raw) {
  const kept = segments(raw).filter(({ marker }) => DRAWN.includes(marker)).map(({ start, end }) => raw.subarray(start, end));
  return concat([START, ...kept, END]);
}

/**
 * Refuses with NotCanonical all but a plain JPEG of SIDE_PX square, at most 24 KiB.
 * @param {Uint8Array} raw
 */
export function checkPicture(raw) {
  if (raw.length > MAX_PICTURE_BYTES || !equal(plain(raw), raw)) throw new NotCanonical('not a plain picture, or too large');
  const frames = segments(raw).filter(({ marker }) => FRAMES.includes(marker));
  const scan = segments(raw).find(({ marker }) => marker === SCAN);
  const [frame] = frames;
  if (frames.length !== 1 || frame === undefined || scan === undefined || scan.start < frame.start) {
    throw new NotCanonical('not one picture');
  }
  const head = raw.subarray(frame.start + 2 + LENGTH_BYTES, frame.end);
  // Bits of a sample, height, width, number of colours.
  const [bits, , , , , colours] = head;
  const isOurs = head.length >= FRAME_BYTES && bits === SAMPLE_BITS && uint16(head, 1) === SIDE_PX && uint16(head, 3) === SIDE_PX;
  if (!isOurs || (colours !== 1 && colours !== 3)) throw new NotCanonical('a picture of another size');
}

/**
 * Returns what a profile states of its picture; 32 bytes.
 * @param {Uint8Array} raw
 * @returns {Uint8Array}
 */
export function pictureHash(raw) {
  return hash(PICTURE, raw);
}

/**
 * Returns the picture whose hash a profile states; BadStatement for another, NotCanonical.
 * @param {Uint8Array} stated
 * @param {Uint8Array} raw
 * @returns {Uint8Array}
 */
export function openPicture(stated, raw) {
  if (raw.length > MAX_PICTURE_BYTES || !equal(pictureHash(raw), stated)) {
    throw new BadStatement('not the picture of this profile');
  }
  checkPicture(raw);
  return raw;
}

/**
 * Marker, start and end of each segment; a scan with what belongs to it.
 * @param {Uint8Array} raw
 */
function segments(raw) {
  if (!startsAt(raw, 0, START)) throw new NotCanonical('not a JPEG');
  const found = [];
  for (let at = START.length; !startsAt(raw, at, END);) {
    const marker = raw[at] === 0xff ? raw[at + 1] ?? 0 : 0;
    const isBeside = (marker >= 0xe0 && marker < 0xf0) || marker === COMMENT;
    const length = uint16(raw, at + 2);
    let end = at + 2 + length;
    if (!(DRAWN.includes(marker) || isBeside) || length < LENGTH_BYTES || end > raw.length) {
      throw new NotCanonical('not a JPEG that ends');
    }
    if (marker === SCAN) end = scanEnd(raw, end);
    found.push({ marker, start: at, end });
    at = end;
  }
  return found;
}

/**
 * In a scan a byte 255 is followed by 0 or by a restart mark; anything else ends it.
 * @param {Uint8Array} raw
 * @param {number} from
 */
function scanEnd(raw, from) {
  for (let at = from; at + 1 < raw.length; at += 1) {
    const next = raw[at + 1] ?? 0;
    if (raw[at] === 0xff && next !== 0 && (next < 0xd0 || next > 0xd7)) return at;
  }
  throw new NotCanonical('a scan without an end');
}

/** @param {Uint8Array} raw @param {number} at @param {Uint8Array} mark two bytes */
function startsAt(raw, at, mark) {
  return raw[at] === mark[0] && raw[at + 1] === mark[1];
}

/** @param {Uint8Array} raw @param {number} at @returns {number} 0 beyond the end */
function uint16(raw, at) {
  return at + 1 < raw.length ? (raw[at] ?? 0) * 256 + (raw[at + 1] ?? 0) : 0;
}
