// The name that somebody chooses. Small letters count, so a suggestion may begin with a capital.

import { signal } from '../../core/signals.js';
import { normalisePseudonym, suggestPseudonym } from '../../crypto/passphrase.js';
import { RemoteError } from '../../crypto/errors.js';
import { shownName } from '../../core/pseudonym.js';

/** The name that somebody is about to choose. */
export class NameChoice {
  /** As typed or suggested; shown as it is. */
  typed = signal('');
  /** What is wrong with it: a code; '' for nothing. */
  problem = signal('');
  #words;

  /** @param {readonly string[]} words from which suggestions are drawn */
  constructor(words) {
    this.#words = words;
    this.suggest();
  }

  /** Puts another suggestion in the place of what stands there. */
  suggest() {
    this.type(shownName(suggestPseudonym(this.#words)));
  }

  /** @param {string} typed */
  type(typed) {
    this.typed.value = typed;
    this.problem.value = '';
  }

  /** Normalised; '' while it is not one. */
  get pseudonym() {
    return judge(this.typed.value).pseudonym;
  }

  /** Says whether it may be a name at all; whether somebody has it already, the relay knows. */
  check() {
    const { pseudonym, code } = judge(this.typed.value);
    this.problem.value = code;
    return pseudonym !== '';
  }
}

/** @param {string} typed @returns {{ pseudonym: string, code: string }} */
function judge(typed) {
  try {
    return { pseudonym: normalisePseudonym(typed), code: '' };
  } catch (error) {
    if (!(error instanceof RemoteError)) throw error;
    return { pseudonym: '', code: error.code };
  }
}
