// The recovery sheet before somebody's eyes: name, code, and the trial that it was written down right.

import { signal } from '../../core/signals.js';
import { RemoteError } from '../../crypto/errors.js';
import { WRITTEN_SYMBOLS, readCode, written } from '../../crypto/recovery.js';
import { shownName } from '../../core/pseudonym.js';

const SYMBOL = /[0-9a-z]/gi;

export class Sheet {
  /** What was typed back. */
  typed = signal('');
  /** What is wrong with it: a code; '' for nothing. */
  problem = signal('');
  /** How many symbols are missing, when it is too short. */
  missing = signal(0);
  #code;

  /**
   * @param {string} pseudonym
   * @param {string} code 26 symbols
   */
  constructor(pseudonym, code) {
    this.#code = code;
    this.name = shownName(pseudonym);
    /** In groups of four, with its check symbols. */
    this.written = written(code);
  }

  /** @param {string} typed */
  type(typed) {
    this.typed.value = typed;
    this.problem.value = '';
  }

  /** Says whether what was typed back is this sheet's code. */
  check() {
    const typed = this.typed.value;
    try {
      this.problem.value = readCode(typed) === this.#code ? '' : 'other';
    } catch (error) {
      if (!(error instanceof RemoteError)) throw error;
      this.missing.value = missingSymbols(typed);
      this.problem.value = typed.trim() === '' ? 'missing' : error.code;
    }
    return this.problem.value === '';
  }
}

/** How much of a typed code is missing, for words that help. @param {string} typed */
export function missingSymbols(typed) {
  return Math.max(0, WRITTEN_SYMBOLS - (typed.match(SYMBOL)?.length ?? 0));
}
