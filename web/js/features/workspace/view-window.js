// A list of which only the rows near one's eyes are drawn: ten thousand of them stay as quick as ten.
//
// All rows are equally tall. What is above and below is room; a screen reader hears how many there are, and
// the keyboard walks on as if all were there.

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

/**
 * @param {number} count
 * @returns {{ box: { current: HTMLElement | null }, from: number, to: number, rowPx: number, seen: [number, number], onScroll: () => void }}
 */
function useWindow(count) {
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  const [rowPx, setRowPx] = useState(GUESSED_PX);
  const [[first, last], setSeen] = useState(/** @type {[number, number]} */ ([0, BEYOND]));
  const now = useRef(() => {});
  const measure = () => {
    const element = box.current;
    if (element === null) return;
    const height = element.querySelector('li')?.getBoundingClientRect().height ?? 0;
    // On a narrow screen the list is out of sight while a request is open.
    if (height <= 0) return;
    if (Math.abs(height - rowPx) > 0.5) setRowPx(height);
    const top = Math.floor(element.scrollTop / height);
    const bottom = Math.ceil((element.scrollTop + element.clientHeight) / height);
    if (top !== first || bottom !== last) setSeen([top, bottom]);
  };
  now.current = measure;
  useLayoutEffect(measure);
  useEffect(() => {
    if (box.current === null) return undefined;
    const watcher = new ResizeObserver(() => now.current());
    watcher.observe(box.current);
    return () => watcher.disconnect();
  }, []);
  const from = Math.max(0, Math.min(first, count) - BEYOND);
  const to = Math.min(count, last + BEYOND);
  return { box, from, to, rowPx, seen: [Math.max(0, first), Math.min(count, last)], onScroll: measure };
}

/**
 * @template {{ id: string }} Row
 * @param {{ rows: readonly Row[], draw: (row: Row) => any, onLook: (ids: string[]) => void, label: string, id?: string, labelledBy?: string }} props
 *   `onLook`: which rows are before somebody's eyes, once they rest there
 * @returns {any}
 */
export function WindowedList({ rows, draw, onLook, label, id, labelledBy }) {
  const { box, from, to, rowPx, seen, onScroll } = useWindow(rows.length);
  const looked = rows.slice(seen[0], seen[1]).map((row) => row.id);
  const key = looked.join(' ');
  useEffect(() => after(RESTS_MS, () => onLook(looked)), [key]);
  useEffect(() => () => onLook([]), []);
  const room = { paddingBlockStart: `${from * rowPx}px`, paddingBlockEnd: `${(rows.length - to) * rowPx}px` };
  return html`<div class="workspace__scroll" role="tabpanel" id=${id} aria-labelledby=${labelledBy} ref=${box} onScroll=${onScroll} onKeyDown=${walk}>
    <ul class="rows rows--window" aria-label=${label} style=${room}>
      ${rows.slice(from, to).map((row, at) => html`<li key=${row.id} aria-setsize=${rows.length} aria-posinset=${from + at + 1}>${draw(row)}</li>`)}
    </ul>
  </div>`;
}
