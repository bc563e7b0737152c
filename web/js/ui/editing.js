// What the formatting buttons do to a text field, as values: text and selection in, both out.

/** @typedef {{ text: string, start: number, end: number }} Edited */

/**
 * Sets a mark around the selection, or takes it away when it is already there.
 * @param {string} text
 * @param {number} start
 * @param {number} end
 * @param {string} mark "**" or "_"
 * @returns {Edited}
 */
export function toggleMark(text, start, end, mark) {
  const size = mark.length;
  const isMarked = text.slice(start - size, start) === mark && text.slice(end, end + size) === mark;
  if (isMarked && start >= size) {
    const stripped = text.slice(0, start - size) + text.slice(start, end) + text.slice(end + size);
    return { text: stripped, start: start - size, end: end - size };
  }
  // A mark only counts where it touches a word, so spaces at the edges stay outside.
  const chosen = text.slice(start, end);
  const first = start + (chosen.length - chosen.trimStart().length);
  const last = chosen.trim() === '' ? first : start + chosen.trimEnd().length;
  return {
    text: text.slice(0, first) + mark + text.slice(first, last) + mark + text.slice(last),
    start: first + size,
    end: last + size,
  };
}

/**
 * Sets a sign before each selected line, or takes it away when each has it.
 * @param {string} text
 * @param {number} start
 * @param {number} end
 * @param {string} sign "- " or "> "
 * @returns {Edited}
 */
export function toggleLines(text, start, end, sign) {
  const from = text.lastIndexOf('\n', start - 1) + 1;
  const next = text.indexOf('\n', end);
  const to = next < 0 ? text.length : next;
  const lines = text.slice(from, to).split('\n');
  const has = lines.every((line) => line.startsWith(sign));
  const changed = lines.map((line) => (has ? line.slice(sign.length) : sign + line));
  const middle = changed.join('\n');
  const step = has ? -sign.length : sign.length;
  return {
    text: text.slice(0, from) + middle + text.slice(to),
    start: Math.max(from, start + step),
    end: from + middle.length - (to - end),
  };
}

/**
 * Puts a piece in place of the selection.
 * @param {string} text
 * @param {number} start
 * @param {number} end
 * @param {string} piece
 * @returns {Edited}
 */
export function insert(text, start, end, piece) {
  const at = start + piece.length;
  return { text: text.slice(0, start) + piece + text.slice(end), start: at, end: at };
}
