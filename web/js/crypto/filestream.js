// The bytes of a file: a chunked stream under a key of its own (protocol section 6).
// Twin of crypto/filestream.py.
//
//   AK = 32 random bytes per file;   secretstream over plaintext chunks of 262,144 bytes,
//   AD = HASH("att",blob16,le32(j)), TAG_FINAL on the last chunk and nowhere else
//   plaintext extended with zeros to Padmé(max(size, 1024))
//
// Nothing of a file is released before every chunk, the final tag, count, hash and size agree.

import { BLOB_BYTES, isFileName, isMime, KEY_BYTES, MAX_FILE_BYTES } from './attachment.js';
import { BadLength, BadProof, LocalError } from './errors.js';
import * as labels from './labels.js';
import { padme } from './padding.js';
import * as primitives from './primitives.js';
import { randomBytes } from './random.js';

/** @typedef {import('./attachment.js').Attachment} Attachment */
/** @typedef {import('./random.js').Rand} Rand */

export const CHUNK_BYTES = 262_144;
export const SEALED_CHUNK_BYTES = CHUNK_BYTES + primitives.STREAM_OVERHEAD_BYTES;
export const PART_BYTES = 1024 * 1024;

/** Seals one file chunk by chunk: `seal` for each of `count` chunks, then `finish`. */
export class Sealer {
  #blob16;
  #size;
  #paddedSize;
  #key;
  #header;
  #stream;
  #hash = new primitives.Blake2b();
  #done = 0;

  /**
   * @param {Uint8Array} blob16
   * @param {number} size
   * @param {Rand} [rand]
   */
  constructor(blob16, size, rand = randomBytes) {
    if (blob16.length !== BLOB_BYTES || !(size >= 0 && size <= MAX_FILE_BYTES)) {
      throw new LocalError('blob id or file size');
    }
    this.#blob16 = blob16;
    this.#size = size;
    this.#paddedSize = padme(size);
    this.count = chunkCount(this.#paddedSize);
    this.#key = rand(KEY_BYTES);
    this.#header = rand(primitives.STREAM_HEADER_BYTES);
    this.#stream = new primitives.StreamSealer(this.#key, this.#header);
  }

  /**
   * Seals the file's next 262,144 bytes; fewer or none where the file has ended.
   * @param {Uint8Array} plain
   * @returns {Uint8Array}
   */
  seal(plain) {
    const j = this.#done;
    if (j === this.count || plain.length !== plainBytes(this.#size, j)) {
      throw new LocalError('not the next chunk of this file');
    }
    const padded = new Uint8Array(plainBytes(this.#paddedSize, j));
    padded.set(plain);
    const sealed = this.#stream.push(padded, adOf(this.#blob16, j), j === this.count - 1);
    this.#hash.update(sealed);
    this.#done += 1;
    return sealed;
  }

  /**
   * Returns what the message says about the file; call once, after the last chunk.
   * @param {string} mime
   * @param {string} name
   * @returns {Readonly<Attachment>}
   */
  finish(mime, name) {
    if (this.#done !== this.count) throw new LocalError('the file is not complete');
    if (!isMime(mime) || !isFileName(name)) throw new LocalError('type or name of the file');
    return Object.freeze({
      blob16: this.#blob16,
      key: this.#key,
      header: this.#header,
      size: this.#size,
      paddedSize: this.#paddedSize,
      hash: this.#hash.digest(),
      mime,
      name,
    });
  }
}

/** Opens one file chunk by chunk and keeps it back until `finish` has compared everything. */
export class Opener {
  #attachment;
  #stream;
  #hash = new primitives.Blake2b();
  /** @type {Uint8Array[]} */ #chunks = [];

  /** @param {Readonly<Attachment>} attachment */
  constructor(attachment) {
    this.count = chunkCount(attachment.paddedSize);
    this.#attachment = attachment;
    this.#stream = new primitives.StreamOpener(attachment.key, attachment.header);
  }

  /**
   * Takes the next sealed chunk (262,161 bytes, the last one fewer); BadTag, BadLength.
   * @param {Uint8Array} sealed
   */
  open(sealed) {
    const { blob16, size, paddedSize } = this.#attachment;
    const j = this.#chunks.length;
    const wanted = plainBytes(paddedSize, j);
    if (j === this.count || sealed.length !== wanted + primitives.STREAM_OVERHEAD_BYTES) {
      throw new BadLength('chunk of another size, or one too many');
    }
    const { chunk, isFinal } = this.#stream.pull(sealed, adOf(blob16, j));
    if (isFinal !== (j === this.count - 1)) throw new BadLength('final tag missing or too early');
    const end = plainBytes(size, j);
    if (chunk.subarray(end).some((byte) => byte !== 0)) {
      throw new BadLength("something lies behind the file's end");
    }
    this.#hash.update(sealed);
    this.#chunks.push(chunk.subarray(0, end));
  }

  /**
   * Returns the file's chunks; BadLength when some are missing, BadProof for another hash.
   * @returns {Uint8Array[]}
   */
  finish() {
    if (this.#chunks.length !== this.count) throw new BadLength('the file is not complete');
    if (!primitives.equal(this.#hash.digest(), this.#attachment.hash)) {
      throw new BadProof('the ciphertext is not what the message names');
    }
    return this.#chunks;
  }
}

/**
 * Seals a file held in memory; returns what the message says, and the blob.
 * @param {Uint8Array} blob16
 * @param {Uint8Array} plain
 * @param {string} mime
 * @param {string} name
 * @param {Rand} [rand]
 * @returns {{ attachment: Readonly<Attachment>, blob: Uint8Array }}
 */
export function sealFile(blob16, plain, mime, name, rand = randomBytes) {
  const sealer = new Sealer(blob16, plain.length, rand);
  const sealed = [];
  for (let j = 0; j < sealer.count; j += 1) {
    sealed.push(sealer.seal(plain.subarray(j * CHUNK_BYTES, (j + 1) * CHUNK_BYTES)));
  }
  return { attachment: sealer.finish(mime, name), blob: primitives.concat(sealed) };
}

/**
 * Opens a blob held in memory; throws as `Opener` does.
 * @param {Readonly<Attachment>} attachment
 * @param {Uint8Array} blob
 * @returns {Uint8Array}
 */
export function openFile(attachment, blob) {
  const opener = new Opener(attachment);
  for (let start = 0; start < blob.length; start += SEALED_CHUNK_BYTES) {
    opener.open(blob.subarray(start, start + SEALED_CHUNK_BYTES));
  }
  return primitives.concat(opener.finish());
}

/**
 * Returns how many bytes the relay stores for a file of `size` bytes.
 * @param {number} size
 * @returns {number}
 */
export function sealedSize(size) {
  const padded = padme(size);
  return padded + chunkCount(padded) * primitives.STREAM_OVERHEAD_BYTES;
}

/**
 * Returns the number of chunks of a padded file, at least 1.
 * @param {number} paddedSize
 * @returns {number}
 */
export function chunkCount(paddedSize) {
  return Math.ceil(paddedSize / CHUNK_BYTES);
}

/**
 * Returns how many of `size` bytes lie in chunk `j`.
 * @param {number} size
 * @param {number} j
 * @returns {number}
 */
function plainBytes(size, j) {
  return Math.max(0, Math.min(CHUNK_BYTES, size - j * CHUNK_BYTES));
}

/**
 * @param {Uint8Array} blob16
 * @param {number} j
 * @returns {Uint8Array}
 */
function adOf(blob16, j) {
  const number = new Uint8Array(4);
  new DataView(number.buffer).setUint32(0, j, true);
  return primitives.hash(labels.ATTACHMENT, blob16, number);
}
