// Pictures drawn anew: smaller, upright, and without anything but their pixels (N23).
//
// A canvas holds no Exif, no place, no thumbnail and no comment, so what it writes has none either.

import { JPEG, PNG } from '../crypto/filetype.js';
import { useEffect, useState } from './html.js';

/** @typedef {import('../crypto/filetype.js').FileType} FileType */

/** Enough to read a photographed letter; a fifth of what phones take. */
const LONGEST_SIDE_PX = 2_400;
const JPEG_QUALITY = 0.85;

/** @param {FileType} type */
export function isImage(type) {
  return type === PNG || type === JPEG;
}

/**
 * Draws a picture anew and returns its bytes; null when the browser cannot open it.
 * @param {Uint8Array} raw
 * @param {FileType} type
 * @returns {Promise<Uint8Array | null>}
 */
export async function cleanImage(raw, type) {
  let bitmap;
  try {
    bitmap = await createImageBitmap(blobOf(raw, type.mime));
  } catch {
    return null;
  }
  const scale = Math.min(1, LONGEST_SIDE_PX / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  const context = canvas.getContext('2d');
  if (context === null) return null;
  context.imageSmoothingQuality = 'high';
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  /** @type {Blob | null} */
  const drawn = await new Promise((resolve) => canvas.toBlob(resolve, type.mime, JPEG_QUALITY));
  // Large canvases keep their memory until they are collected; this frees it now.
  canvas.width = 0;
  return drawn === null ? null : new Uint8Array(await drawn.arrayBuffer());
}

/**
 * @param {Uint8Array} raw
 * @param {string} mime
 * @returns {Blob}
 */
export function blobOf(raw, mime) {
  return new Blob([/** @type {Uint8Array<ArrayBuffer>} */ (raw)], { type: mime });
}

/**
 * An address for bytes, for as long as the component is drawn with them.
 * @param {Uint8Array | null} raw
 * @param {string} mime
 * @returns {string} empty until then
 */
export function useAddress(raw, mime) {
  const [address, setAddress] = useState('');
  useEffect(() => {
    if (raw === null) return undefined;
    const made = URL.createObjectURL(blobOf(raw, mime));
    setAddress(made);
    return () => {
      URL.revokeObjectURL(made);
      setAddress('');
    };
  }, [raw]);
  return address;
}
