// What a file is, judged by its bytes on both sides (S0.14): Word, Excel, PDF, PNG, JPEG.
// Twin of crypto/filetype.py.
//
// The sender's client refuses anything else before it seals; the receiver's compares name and type of
// the message with the content before it hands out a byte. .docx and .xlsx are both ZIP, .doc and .xls
// both OLE: their tables of contents tell them apart. Files that carry macros are refused. It reads
// tables of contents only, and opens nothing.

import { RemoteError } from './errors.js';

export const MAX_NAME_CHARS = 120;

/** A file that is not passed on; `reason` is the stable name that people get words for. */
export class UnfitFile extends RemoteError {
  static CODE = 'unfit_file';

  /** @param {string} reason */
  constructor(reason) {
    super(reason);
    this.reason = reason;
  }
}

/**
 * A type people may exchange; the first extension is the one we give.
 * @typedef {Readonly<{ name: string, mime: string, extensions: readonly string[] }>} FileType
 */

/** @type {FileType} */
export const PNG = Object.freeze({ name: 'png', mime: 'image/png', extensions: ['png'] });
/** @type {FileType} */
export const JPEG = Object.freeze({ name: 'jpeg', mime: 'image/jpeg', extensions: ['jpg', 'jpeg'] });
/** @type {FileType} */
export const PDF = Object.freeze({ name: 'pdf', mime: 'application/pdf', extensions: ['pdf'] });
/** @type {FileType} */
export const DOCX = Object.freeze({
  name: 'docx',
  mime: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  extensions: ['docx'],
});
/** @type {FileType} */
export const XLSX = Object.freeze({
  name: 'xlsx',
  mime: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  extensions: ['xlsx'],
});
/** @type {FileType} */
export const DOC = Object.freeze({ name: 'doc', mime: 'application/msword', extensions: ['doc'] });
/** @type {FileType} */
export const XLS = Object.freeze({ name: 'xls', mime: 'application/vnd.ms-excel', extensions: ['xls'] });
export const TYPES = Object.freeze([PNG, JPEG, PDF, DOCX, XLSX, DOC, XLS]);

const PNG_START = bytesOf('\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR');
const JPEG_START = bytesOf('\xff\xd8\xff');
const PDF_START = bytesOf('%PDF-');
const ZIP_START = bytesOf('PK\x03\x04');
const OLE_START = bytesOf('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1');
// A ZIP ends with this record of 22 bytes and a comment of up to 65,535.
const ZIP_END = bytesOf('PK\x05\x06');
const ZIP_END_BYTES = 22;
const ZIP_ENTRY = bytesOf('PK\x01\x02');
const ZIP_ENTRY_BYTES = 46;
const MAX_ENTRIES = 10_000;
const ZIP_MACROS = /(^|\/)(vbaproject\.bin|vbadata\.xml|macrosheets\/.*|activex\/.*)$/;
const OLE_MACROS = ['macros', 'vba', '_vba_project', '_vba_project_cur'];
const OLE_HEADER_BYTES = 512;
const OLE_LAST = 0xfffffffa;
const OLE_IN_HEADER = 109;
const OLE_ENTRY_BYTES = 128;
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ud800-\udfff\ufeff]/gu;
const RESERVED = /[<>:"|?*]/g;
const SPACES = /[ \t\n\v\f\r\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+/g;

/**
 * Returns the type of a file's content; UnfitFile "empty", "unknown_type" or "macros".
 * @param {Uint8Array} raw
 * @returns {FileType}
 */
export function judge(raw) {
  if (raw.length === 0) throw new UnfitFile('empty');
  if (startsWith(raw, PNG_START)) return PNG;
  if (startsWith(raw, JPEG_START)) return JPEG;
  if (startsWith(raw, PDF_START)) return PDF;
  if (startsWith(raw, ZIP_START)) return judgeZip(raw);
  if (startsWith(raw, OLE_START)) return judgeOle(raw);
  throw new UnfitFile('unknown_type');
}

/**
 * Returns the type when name and type of a message fit the content; UnfitFile otherwise.
 * @param {Uint8Array} raw
 * @param {string} mime
 * @param {string} name
 * @returns {FileType}
 */
export function check(raw, mime, name) {
  const found = judge(raw);
  if (mime !== found.mime) throw new UnfitFile('type_mismatch');
  if (!found.extensions.includes(extensionOf(name))) throw new UnfitFile('name_mismatch');
  return found;
}

/**
 * Returns a name without path, controls and tricks, of at most 120 characters. The extension always
 * says what the content is: "a.png" of a JPEG becomes "a.jpg".
 * @param {string} name
 * @param {FileType} found
 * @returns {string}
 */
export function cleanName(name, found) {
  const last = name.normalize('NFC').split(/[/\\]/).at(-1) ?? '';
  let stem = last.replace(UNSAFE, '').replace(RESERVED, '_').replace(SPACES, ' ');
  let extension = extensionOf(stem);
  if (TYPES.some((type) => type.extensions.includes(extension))) {
    stem = stem.slice(0, -extension.length - 1);
  }
  if (!found.extensions.includes(extension)) [extension = ''] = found.extensions;
  stem = [...stem].slice(0, MAX_NAME_CHARS - extension.length - 1).join('').replace(/^[ .]+|[ .]+$/g, '');
  return `${stem === '' ? 'datei' : stem}.${extension}`;
}

/** @param {string} name */
function extensionOf(name) {
  const dot = name.lastIndexOf('.');
  const extension = dot < 0 ? '' : name.slice(dot + 1);
  return /^[\x00-\x7f]*$/.test(extension) ? extension.toLowerCase() : '';
}

/** @param {Uint8Array} raw */
function judgeZip(raw) {
  const names = new Set(zipNames(raw).map((name) => lower(name)));
  if ([...names].some((name) => ZIP_MACROS.test(name))) throw new UnfitFile('macros');
  const isWord = names.has('word/document.xml');
  const isExcel = names.has('xl/workbook.xml');
  if (!names.has('[content_types].xml') || isWord === isExcel) throw new UnfitFile('unknown_type');
  return isWord ? DOCX : XLSX;
}

/**
 * Reads the names of the central directory; UnfitFile unless it is whole and plain.
 * @param {Uint8Array} raw
 * @returns {string[]}
 */
function zipNames(raw) {
  const end = lastIndexOf(raw, ZIP_END, Math.max(0, raw.length - ZIP_END_BYTES - 65_535));
  if (end < 0 || end + ZIP_END_BYTES > raw.length) throw new UnfitFile('unknown_type');
  const count = uint(raw, end + 10, 2);
  let at = uint(raw, end + 16, 4);
  if (count === 0 || count > MAX_ENTRIES || at + uint(raw, end + 12, 4) !== end) {
    throw new UnfitFile('unknown_type');
  }
  const names = [];
  for (let i = 0; i < count; i += 1) {
    if (!startsWith(raw.subarray(at), ZIP_ENTRY) || at + ZIP_ENTRY_BYTES > end) throw new UnfitFile('unknown_type');
    const length = uint(raw, at + 28, 2);
    const rest = uint(raw, at + 30, 2) + uint(raw, at + 32, 2);
    const name = raw.subarray(at + ZIP_ENTRY_BYTES, at + ZIP_ENTRY_BYTES + length);
    at += ZIP_ENTRY_BYTES + length + rest;
    // What matters to us is ASCII; other bytes must only not disturb.
    names.push(textOf(name).replaceAll('\\', '/'));
  }
  if (at !== end) throw new UnfitFile('unknown_type');
  return names;
}

/** @param {Uint8Array} raw */
function judgeOle(raw) {
  const names = new Set(oleNames(raw).map((name) => lower(name)));
  if (OLE_MACROS.some((name) => names.has(name))) throw new UnfitFile('macros');
  const isWord = names.has('worddocument');
  const isExcel = names.has('workbook') || names.has('book');
  if (isWord === isExcel) throw new UnfitFile('unknown_type');
  return isWord ? DOC : XLS;
}

/**
 * Reads the names of all storages and streams of a compound file.
 * @param {Uint8Array} raw
 * @returns {string[]}
 */
function oleNames(raw) {
  const shift = uint(raw, 30, 2);
  if (raw.length < OLE_HEADER_BYTES || (shift !== 9 && shift !== 12)) throw new UnfitFile('unknown_type');
  const sectorBytes = 1 << shift;
  const fat = oleFat(raw, sectorBytes);
  const names = [];
  let left = Math.floor(raw.length / sectorBytes);
  for (let sector = uint(raw, 48, 4); sector < OLE_LAST;) {
    const start = (sector + 1) * sectorBytes;
    const nextAt = fatPlace(fat, sector, sectorBytes);
    left -= 1;
    if (start + sectorBytes > raw.length || nextAt < 0 || left < 0) throw new UnfitFile('unknown_type');
    for (let at = start; at < start + sectorBytes; at += OLE_ENTRY_BYTES) {
      const length = uint(raw, at + 64, 2);
      if (raw[at + 66] !== 0 && length >= 2 && length <= 64) names.push(wideText(raw, at, length - 2));
    }
    sector = uint(raw, nextAt, 4);
  }
  return names;
}

/**
 * Returns where each sector of the allocation table starts, from the header's list and on.
 * @param {Uint8Array} raw
 * @param {number} sectorBytes
 * @returns {number[]}
 */
function oleFat(raw, sectorBytes) {
  const listed = [];
  for (let i = 0; i < OLE_IN_HEADER; i += 1) listed.push(uint(raw, 76 + 4 * i, 4));
  let left = Math.floor(raw.length / sectorBytes);
  for (let more = uint(raw, 68, 4); more < OLE_LAST;) {
    const start = (more + 1) * sectorBytes;
    left -= 1;
    if (start + sectorBytes > raw.length || left < 0) throw new UnfitFile('unknown_type');
    for (let at = start; at < start + sectorBytes - 4; at += 4) listed.push(uint(raw, at, 4));
    more = uint(raw, start + sectorBytes - 4, 4);
  }
  const starts = listed.filter((sector) => sector < OLE_LAST).map((sector) => (sector + 1) * sectorBytes);
  if (starts.some((start) => start + sectorBytes > raw.length)) throw new UnfitFile('unknown_type');
  return starts;
}

/**
 * Returns where the entry of `sector` stands in the file, -1 when nowhere.
 * @param {number[]} fat
 * @param {number} sector
 * @param {number} sectorBytes
 */
function fatPlace(fat, sector, sectorBytes) {
  const perSector = sectorBytes / 4;
  const start = fat[Math.floor(sector / perSector)];
  return start === undefined ? -1 : start + 4 * (sector % perSector);
}

/**
 * Little-endian; what lies behind the end of the file counts as nothing.
 * @param {Uint8Array} raw
 * @param {number} at
 * @param {number} size
 */
function uint(raw, at, size) {
  let value = 0;
  for (let i = size - 1; i >= 0; i -= 1) {
    const byte = raw[at + i];
    if (byte !== undefined) value = value * 256 + byte;
  }
  return value;
}

/** Lower case of A to Z alone: only such names matter here. @param {string} name */
function lower(name) {
  return name.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/** @param {string} text */
function bytesOf(text) {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

/** @param {Uint8Array} raw */
function textOf(raw) {
  return Array.from(raw, (byte) => String.fromCharCode(byte)).join('');
}

/**
 * @param {Uint8Array} raw
 * @param {number} at
 * @param {number} bytes
 */
function wideText(raw, at, bytes) {
  let text = '';
  for (let i = at; i + 1 < at + bytes; i += 2) text += String.fromCharCode(uint(raw, i, 2));
  return text;
}

/**
 * @param {Uint8Array} raw
 * @param {Uint8Array} start
 */
function startsWith(raw, start) {
  return raw.length >= start.length && start.every((byte, i) => raw[i] === byte);
}

/**
 * @param {Uint8Array} raw
 * @param {Uint8Array} wanted
 * @param {number} from
 */
function lastIndexOf(raw, wanted, from) {
  for (let at = raw.length - wanted.length; at >= from; at -= 1) {
    if (startsWith(raw.subarray(at, at + wanted.length), wanted)) return at;
  }
  return -1;
}
