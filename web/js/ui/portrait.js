// A picture of oneself for the profile: a square of a photo, drawn anew, so that nothing of the camera
// goes along.

import { MAX_PICTURE_BYTES, SIDE_PX, plain } from '../crypto/picture.js';

const TYPE = 'image/jpeg';
/** One of them is small enough; what is busy as a carpet gets coarser. */
const QUALITIES = [0.85, 0.7, 0.5, 0.3, 0.1];
/** A transparent place becomes white, as JPEG would make it black. */
const GROUND = '#fff';

/**
 * Opens a photo; null when the browser cannot.
 * @param {Blob} file
 * @returns {Promise<ImageBitmap | null>}
 */
export async function openPhoto(file) {
  try {
    return await createImageBitmap(file);
  } catch {
    return null;
  }
}

/**
 * Draws a square of a photo. The canvas holds nothing but pixels; what its encoder adds is taken out.
 * @param {ImageBitmap} photo
 * @param {number} place of the square along the longer side, from 0 to 1
 * @returns {Promise<Uint8Array | null>} null when the browser gives nothing that fits
 */
export async function squareOf(photo, place) {
  const canvas = document.createElement('canvas');
  canvas.width = SIDE_PX;
  canvas.height = SIDE_PX;
  const context = canvas.getContext('2d');
  if (context === null) return null;
  const side = Math.min(photo.width, photo.height);
  const [left, top] = [(photo.width - side) * place, (photo.height - side) * place];
  context.fillStyle = GROUND;
  context.fillRect(0, 0, SIDE_PX, SIDE_PX);
  context.imageSmoothingQuality = 'high';
  context.drawImage(photo, left, top, side, side, 0, 0, SIDE_PX, SIDE_PX);
  for (const quality of QUALITIES) {
    const drawn = await encoded(canvas, quality);
    if (drawn !== null && drawn.length <= MAX_PICTURE_BYTES) return drawn;
  }
  return null;
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {number} quality
 * @returns {Promise<Uint8Array | null>}
 */
async function encoded(canvas, quality) {
  /** @type {Blob | null} */
  const drawn = await new Promise((resolve) => canvas.toBlob(resolve, TYPE, quality));
  return drawn === null ? null : plain(new Uint8Array(await drawn.arrayBuffer()));
}
