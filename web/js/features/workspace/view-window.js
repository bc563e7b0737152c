// A list of which only the rows near one's eyes are drawn: ten thousand of them stay as quick as ten.
//
// What is above and below is room: as tall as its rows were when they were last drawn, and for rows that never
// were, as tall as the first one. A screen reader hears how many there are, and the keyboard walks on as if all
// were there.

import { html, useEffect, useLayoutEffect, useRef, useState } from '../../ui/html.js';
import { after } from '../../ui/tick.js';

/** Drawn beyond what is seen, so that scrolling and Tab find the next row there. */
const BEYOND = 8;
/** Before the first measure; nothing depends on it but the first frame. */
const GUESSED_PX = 104;
/** What flies past while somebody scrolls is not looked at. */
const RESTS_MS = 150;

/** @param {KeyboardEvent} event */
function walk(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key] ?? 0;
  if (step === 0 || event.altKey || event.ctrlKey || event.metaKey) return;
  const item = event.target instanceof HTMLElement ? event.target.closest('li') : null;
  const next = step > 0 ? item?.nextElementSibling : item?.previousElementSibling;
  const button = next?.querySelector('button');
  if (button == null) return;
  event.preventDefault();
  button.focus();
}

/** How tall rows are, as far as they were drawn. */
class Heights {
  /** @type {Map<string, number>} */
  #known = new Map();
  #usual = GUESSED_PX;
  /** @type {readonly { id: string }[]} */
  #rows = [];
  /** Of these rows; null when their heights have changed since. @type {Float64Array | null} */
  #tops = null;

  /**
   * Takes the heights of rows that are drawn; tells whether that changes anything.
   * @param {readonly { id: string }[]} rows
   * @param {readonly Element[]} items
   */
  learn(rows, items) {
    let hasChanged = false;
    for (const [at, item] of items.entries()) {
      const px = item.getBoundingClientRect().height;
      const { id } = rows[at] ?? { id: '' };
      // On a narrow screen the list is out of sight while a request is open.
      if (px <= 0 || Math.abs(px - (this.#known.get(id) ?? 0)) < 0.5) continue;
      if (this.#known.size === 0) this.#usual = px;
      this.#known.set(id, px);
      this.#tops = null;
      hasChanged = true;
    }
    return hasChanged;
  }

  /** The lines break elsewhere now. */
  forget() {
    this.#known.clear();
    this.#tops = null;
  }

  /**
   * Where each row begins, and where the last one ends.
   * @param {readonly { id: string }[]} rows
   */
  topsOf(rows) {
    if (this.#tops !== null && this.#rows === rows) return this.#tops;
    const tops = new Float64Array(rows.length + 1);
    for (let at = 0; at < rows.length; at += 1) tops[at + 1] = tops[at] + (this.#known.get(rows[at].id) ?? this.#usual);
    [this.#rows, this.#tops] = [rows, tops];
    return tops;
  }
}

/**
 * The rows between two heights: the first that ends below `top`, and the one after the last that begins above `bottom`.
 * @param {Float64Array} tops
 * @param {number} top
 * @param {number} bottom
 * @returns {[number, number]}
 */
function between(tops, top, bottom) {
  const count = tops.length - 1;
  let [first, after] = [0, Math.max(0, count - 1)];
  while (first < after) {
    const middle = (first + after) >> 1;
    if (tops[middle + 1] <= top) first = middle + 1;
    else after = middle;
  }
  let last = first;
  while (last < count && tops[last] < bottom) last += 1;
  return [first, last];
}

/** @param {readonly { id: string }[]} rows */
function useWindow(rows) {
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  const heights = useRef(new Heights());
  const width = useRef(0);
  const [[top, bottom], setView] = useState(/** @type {[number, number]} */ ([0, BEYOND * GUESSED_PX]));
  const [, again] = useState(0);
  const tops = heights.current.topsOf(rows);
  const seen = between(tops, top, bottom);
  const [from, to] = [Math.max(0, seen[0] - BEYOND), Math.min(rows.length, seen[1] + BEYOND)];
  const measure = () => {
    const element = box.current;
    if (element === null || element.clientHeight === 0) return;
    if (element.clientWidth !== width.current) heights.current.forget();
    width.current = element.clientWidth;
    if (heights.current.learn(rows.slice(from, to), [...element.querySelectorAll('li')])) again((n) => n + 1);
    const next = element.scrollTop;
    if (next !== top || next + element.clientHeight !== bottom) setView([next, next + element.clientHeight]);
  };
  const now = useRef(measure);
  now.current = measure;
  useLayoutEffect(measure);
  useEffect(() => {
    if (box.current === null) return undefined;
    const watcher = new ResizeObserver(() => now.current());
    watcher.observe(box.current);
    return () => watcher.disconnect();
  }, []);
  return { box, from, to, above: tops[from], below: tops[rows.length] - tops[to], seen, onScroll: measure };
}

/**
 * @template {{ id: string }} Row
 * @param {{ rows: readonly Row[], draw: (row: Row) => any, onLook: (ids: string[]) => void, label: string, id?: string, labelledBy?: string }} props
 *   `onLook`: which rows are before somebody's eyes, once they rest there
 * @returns {any}
 */
export function WindowedList({ rows, draw, onLook, label, id, labelledBy }) {
  const { box, from, to, above, below, seen, onScroll } = useWindow(rows);
  const looked = rows.slice(...seen).map((row) => row.id);
  useEffect(() => after(RESTS_MS, () => onLook(looked)), [looked.join(' ')]);
  useEffect(() => () => onLook([]), []);
  return html`<div class="workspace__scroll" role="tabpanel" id=${id} aria-labelledby=${labelledBy} ref=${box} onScroll=${onScroll} onKeyDown=${walk}>
    <ul class="rows rows--window" aria-label=${label} style=${{ paddingBlockStart: `${above}px`, paddingBlockEnd: `${below}px` }}>
      ${rows.slice(from, to).map((row, at) => html`<li key=${row.id} aria-setsize=${rows.length} aria-posinset=${from + at + 1}>${draw(row)}</li>`)}
    </ul>
  </div>`;
}
