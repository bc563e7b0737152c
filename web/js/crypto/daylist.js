// The public list of what was deleted on one day, and the root that the log holds of it.
// Twin of crypto/daylist.py.
//
//   list = for each purged box a line  <tomb, 64 hex digits> <hour of deletion, decimal> \n
//   root = RFC 6962 root over the lines without their \n

import { NotCanonical } from './errors.js';
import { Tree } from './merkle.js';

/** A purged box: its tomb in hex, and the hour since the epoch in which it was deleted. @typedef {{ tomb: string, hour: number }} Grave */

const HOURS_PER_DAY = 24;
/** So long a list is published. */
export const LISTED_DAYS = 90;
const LINE = /^([0-9a-f]{64}) (0|[1-9][0-9]{0,9})$/;

/**
 * Returns what the list of a day names; NotCanonical for anything that the relay's `write` would not write.
 * @param {string} text
 * @param {number} day since the epoch; an hour of another day does not belong there
 * @returns {Grave[]}
 */
export function read(text, day) {
  const lines = text.split('\n');
  if (lines.pop() !== '') throw new NotCanonical('the last line does not end');
  const graves = lines.map(graveOf);
  graves.forEach(({ tomb, hour }, at) => {
    if (at > 0 && tomb <= graves[at - 1].tomb) throw new NotCanonical('out of order, or one tomb twice');
    if (Math.floor(hour / HOURS_PER_DAY) !== day) throw new NotCanonical('an hour of another day');
  });
  return graves;
}

/**
 * The root that the day's statement names, over what `read` has returned.
 * @param {readonly Grave[]} graves
 * @returns {Uint8Array}
 */
export function root(graves) {
  const tree = new Tree();
  const encoder = new TextEncoder();
  for (const { tomb, hour } of graves) tree.append(encoder.encode(`${tomb} ${hour}`));
  return tree.root();
}

/** @param {string} line @returns {Grave} */
function graveOf(line) {
  const found = LINE.exec(line);
  if (found === null) throw new NotCanonical('no tomb and hour');
  return { tomb: found[1], hour: Number(found[2]) };
}
