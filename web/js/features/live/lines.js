// The lines of a chat's log, in the order in which they came.

import { signal } from '../../core/signals.js';

/**
 * A line of the log. `code` is the text key of a system line, or the verdict of a problem.
 * @typedef {object} Line
 * @property {string} key
 * @property {number} n 0 while the relay has not numbered it
 * @property {'text' | 'file' | 'system' | 'problem'} kind
 * @property {boolean} mine
 * @property {string} author of a system line: whom it is about, where it is about somebody
 * @property {number} from the author's sidx; -1 for an own line, and where nobody is named
 * @property {number} sentMs
 * @property {string} text
 * @property {'pending' | 'stored' | 'delivered' | 'read' | 'failed' | ''} state
 * @property {string} code
 * @property {import('./files.js').FileState} [file] of a line of kind "file"
 */

/** @type {Omit<Line, 'key' | 'kind'>} */
const BLANK = { n: 0, mine: false, author: '', from: -1, sentMs: 0, text: '', state: '', code: '' };

export class Lines {
  /** @type {import('../../core/signals.js').Signal<readonly Line[]>} */
  all = signal(/** @type {readonly Line[]} */ ([]));
  #systemCount = 0;

  /** The number of the newest line. */
  get lastN() {
    return this.all.value.reduce((last, line) => Math.max(last, line.n), 0);
  }

  /** @param {Pick<Line, 'key' | 'kind'> & Partial<Line>} line */
  add(line) {
    this.all.value = [...this.all.value, { ...BLANK, ...line }];
  }

  /**
   * Something that happened, told by this client itself; returns the key of its line.
   * @param {string} code
   * @param {number} sentMs
   * @param {string} [author] whom it is about
   * @param {number} [from]
   */
  addSystem(code, sentMs, author = '', from = -1) {
    this.#systemCount += 1;
    const key = `s-${code}-${this.#systemCount}`;
    this.add({ key, kind: 'system', sentMs, code, author, from });
    return key;
  }

  /**
   * An envelope that cannot be shown; people see that there is one.
   * @param {number} n
   * @param {string} verdict
   * @param {number} sentMs
   */
  addProblem(n, verdict, sentMs) {
    this.add({ key: `n-${n}`, n, kind: 'problem', sentMs, code: verdict });
  }

  /**
   * @param {string} key
   * @param {Partial<Line>} changes
   */
  change(key, changes) {
    this.all.value = this.all.value.map((line) => (line.key === key ? { ...line, ...changes } : line));
  }

  /**
   * Changes every line for which `changed` returns another one; nobody is told when none has.
   * @param {(line: Line) => Line} changed
   */
  changeEach(changed) {
    const lines = this.all.value.map(changed);
    if (lines.some((line, i) => line !== this.all.value[i])) this.all.value = lines;
  }

  /** @param {string} key */
  remove(key) {
    this.all.value = this.all.value.filter((line) => line.key !== key);
  }

  /**
   * Counts what the other side sent after a number.
   * @param {number} n
   */
  countFrom(n) {
    return this.all.value.filter((line) => !line.mine && isMessage(line) && line.n > n).length;
  }

  /** Nothing was ever said here. */
  clear() {
    this.all.value = [];
  }
}

/**
 * Tells whether a line is something a person sent.
 * @param {Line} line
 */
export function isMessage(line) {
  return line.kind === 'text' || line.kind === 'file';
}
