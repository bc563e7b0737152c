// Who has come back under another key: their first certificate says in whose place (staff.md, J13).

import { equal } from '../../crypto/primitives.js';

/** @typedef {Pick<import('../../crypto/logview.js').LogView, 'entries'>} Log */

/**
 * Under which subject16 somebody was certified before; null for no other.
 * @param {Log} view
 * @param {Uint8Array} subject16
 * @returns {Uint8Array | null}
 */
export function replacesOf(view, subject16) {
  return backs(view).find((one) => equal(one.subject16, subject16))?.replaces ?? null;
}

/** Whether somebody has come back for this one. @param {Log} view @param {Uint8Array} subject16 */
export function isReplaced(view, subject16) {
  return backs(view).some(({ replaces }) => equal(replaces, subject16));
}

/** @param {Log} view */
function backs({ entries }) {
  return entries.flatMap(({ isValid, leaf, payload }) => (
    isValid && leaf !== null && payload !== null && 'replaces' in payload && payload.replaces.length > 0
      ? [{ subject16: leaf.subject16, replaces: payload.replaces }] : []));
}
