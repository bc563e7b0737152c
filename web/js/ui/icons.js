// Own stroke icons, 24 units wide. Always decoration: the words beside them carry the meaning.

import { html } from './html.js';

/** @type {Record<string, string[]>} */
const PATHS = {
  shield: ['M12 3 5 6v5.5c0 4.3 2.9 7.8 7 9.5 4.1-1.7 7-5.2 7-9.5V6z', 'm9 12 2.2 2.2L15.3 10'],
  exit: ['M10 4H5v16h5', 'M10 12h10', 'm16 8 4 4-4 4'],
  chat: ['M5 5h14a1.5 1.5 0 0 1 1.5 1.5v9A1.5 1.5 0 0 1 19 17h-7.5L7 20.5V17H5a1.5 1.5 0 0 1-1.5-1.5v-9A1.5 1.5 0 0 1 5 5z'],
  check: ['m5 12.5 4.5 4.5L19 7.5'],
  phone: ['M7.5 4H5a1 1 0 0 0-1 1.1C4.6 13 11 19.4 18.9 20a1 1 0 0 0 1.1-1v-2.5l-4.2-1.7-1.9 1.9a13 13 0 0 1-6.6-6.6l1.9-1.9z'],
  clock: ['M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17z', 'M12 7v5.2l3.3 2'],
  send: ['M20 4 4 11l6.5 2.5L13 20z', 'M20 4 10.5 13.5'],
  smile: ['M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17z', 'M8.5 14.5a4.5 4.5 0 0 0 7 0', 'M9 9.6v.1', 'M15 9.6v.1'],
  letters: ['m3 18 4.5-12L12 18', 'M4.6 14h5.8', 'M20.5 18v-6', 'M17.5 12.2a2.9 2.9 0 1 1 0 5.8 2.9 2.9 0 0 1 0-5.8z'],
  bold: ['M7 5h6a3.5 3.5 0 0 1 0 7H7z', 'M7 12h7a3.5 3.5 0 0 1 0 7H7z'],
  italic: ['M10 5h7', 'M7 19h7', 'M14 5 10 19'],
  list: ['M9 6.5h11', 'M9 12h11', 'M9 17.5h11', 'M4.5 6.5v.1', 'M4.5 12v.1', 'M4.5 17.5v.1'],
  quote: ['M5 5v14', 'M9 8h10', 'M9 12h10', 'M9 16h6'],
  down: ['M12 5v14', 'm6 13 6 6 6-6'],
  back: ['M19 12H5', 'm11 6-6 6 6 6'],
  close: ['M6 6l12 12', 'M18 6 6 18'],
  alert: ['M12 4 3 19.5h18z', 'M12 10v4', 'M12 16.8v.1'],
  copy: ['M9 8h10v12H9z', 'M15 8V4H5v12h4'],
  tick: ['m5 13 4 4 9-9'],
  ticks: ['m2 13 4 4 8-9', 'm11 16 1 1 8-9'],
  leave: ['M14 4h5v16h-5', 'M4 12h10', 'm10 8 4 4-4 4'],
  clip: ['m19.5 11-7.8 7.8a4.6 4.6 0 0 1-6.5-6.5l8-8a3.1 3.1 0 0 1 4.4 4.4l-8 8a1.5 1.5 0 0 1-2.2-2.2l7.3-7.3'],
  file: ['M6 3.5h8l4.5 4.5v12.5H6z', 'M13.5 3.5V8.5h5'],
  image: ['M4 5h16v14H4z', 'm4.5 17 5-5 3.5 3.5 2.5-2.5 4 4', 'M15.2 8.6a1.3 1.3 0 1 1 0 2.6 1.3 1.3 0 0 1 0-2.6z'],
  pencil: ['m14.5 6 3.5 3.5L8.5 19H5v-3.5z', 'm12.5 8 3.5 3.5'],
  hourglass: ['M7 4h10', 'M7 20h10', 'M8 4c0 4 3 5.5 4 8-1 2.5-4 4-4 8', 'M16 4c0 4-3 5.5-4 8 1 2.5 4 4 4 8'],
};

/**
 * Adds the icons of a room that few visits come to.
 * @param {Record<string, string[]>} more
 */
export function addIcons(more) {
  Object.assign(PATHS, more);
}

/**
 * @param {string} name
 * @param {string} [extra] a further class
 * @returns {any}
 */
export function icon(name, extra = '') {
  return html`<svg class=${`icon ${extra}`.trim()} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
    ${(PATHS[name] ?? []).map((path) => html`<path d=${path} />`)}
  </svg>`;
}
