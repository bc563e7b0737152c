// The sheet outside the page: on paper and as a picture. Neither says what it belongs to.

import { t } from '../../ui/text.js';
import { after } from '../../ui/tick.js';

/** @typedef {import('./sheet.js').Sheet} Sheet */
/** @typedef {import('../../../vendor/lean-qr.mjs').Bitmap2D} Bitmap */

/** A browser may read from the address a moment after the click. */
const ADDRESS_LIFE_MS = 60_000;
const PAPER = 'paper';
const GROUPS_A_LINE = 4;
/** A picture of the sheet, in pixels; large enough to be printed later. */
const PICTURE = { width: 1000, margin: 80, line: 66, text: 44, small: 30, module: 12 };
/** With the sheet's own edge it is more than the four that readers need. */
const QUIET_MODULES = 2;

/** The code in lines of a few groups. @param {string} written */
export function linesOf(written) {
  const groups = written.split('-');
  const count = Math.ceil(groups.length / GROUPS_A_LINE);
  return Array.from({ length: count }, (_, i) => groups.slice(i * GROUPS_A_LINE, (i + 1) * GROUPS_A_LINE).join('-'));
}

/**
 * Draws the code as squares; fetched only here, because nobody else needs it.
 * @param {string} written
 * @returns {Promise<Bitmap>}
 */
export async function qrOf(written) {
  const { generate, correction, mode } = await import('../../../vendor/lean-qr.mjs');
  return generate(mode.alphaNumeric(written), { minCorrectionLevel: correction.M });
}

/**
 * The dark squares as the outline of an SVG path, with the quiet edge that readers need.
 * @param {Bitmap} qr
 * @returns {{ path: string, size: number }} `size`: width and height in squares
 */
export function outlineOf(qr) {
  let path = '';
  for (let y = 0; y < qr.size; y += 1) {
    for (let x = 0; x < qr.size; x += 1) {
      if (qr.get(x, y)) path += `M${x + QUIET_MODULES} ${y + QUIET_MODULES}h1v1h-1z`;
    }
  }
  return { path, size: qr.size + 2 * QUIET_MODULES };
}

/**
 * Prints the paper that lies in the page, and nothing else of it. The title is what browsers write on top.
 */
export function printPaper() {
  const title = document.title;
  document.documentElement.dataset.prints = PAPER;
  document.title = t('access.sheet_paper_title');
  // Some browsers return before they print, others after.
  window.addEventListener('afterprint', () => {
    delete document.documentElement.dataset.prints;
    document.title = title;
  }, { once: true });
  window.print();
}

/**
 * Hands the sheet to the browser as a picture to be saved.
 * @param {Sheet} sheet
 * @param {Bitmap} qr
 */
export async function savePicture(sheet, qr) {
  const canvas = document.createElement('canvas');
  draw(canvas, sheet, qr);
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, 'image/png'));
  if (!(blob instanceof Blob)) throw new TypeError('no picture');
  const address = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = address;
  link.download = t('access.sheet_file');
  link.click();
  after(ADDRESS_LIFE_MS, () => URL.revokeObjectURL(address));
}

/**
 * Black on white, whatever the page looks like.
 * @param {HTMLCanvasElement} canvas
 * @param {Sheet} sheet
 * @param {Bitmap} qr
 */
function draw(canvas, sheet, qr) {
  const { width, margin, line, text, small, module } = PICTURE;
  const words = [t('access.sheet_name'), sheet.name, t('access.sheet_code'), ...linesOf(sheet.written)];
  const top = margin + words.length * line;
  canvas.width = width;
  canvas.height = top + (qr.size + QUIET_MODULES) * module + margin;
  const pen = canvas.getContext('2d');
  if (pen === null) throw new TypeError('no canvas');
  pen.fillStyle = 'white';
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.fillStyle = 'black';
  words.forEach((word, i) => {
    const isLabel = i === 0 || i === 2;
    pen.font = `${isLabel ? small : text}px ${getComputedStyle(document.documentElement).getPropertyValue('--font-code')}`;
    pen.fillText(word, margin, margin + (i + 0.7) * line, width - 2 * margin);
  });
  for (let y = 0; y < qr.size; y += 1) {
    for (let x = 0; x < qr.size; x += 1) {
      if (qr.get(x, y)) pen.fillRect(margin + x * module, top + y * module, module, module);
    }
  }
}
