// The passphrase that somebody is about to choose: six words drawn here, or one of their own.

import { computed, signal } from '../../core/signals.js';
import { RemoteError } from '../../crypto/errors.js';
import { MIN_PASSPHRASE_CHARS, generate, normalise, strength } from '../../crypto/passphrase.js';

/**
 * What there is to say of an own passphrase while it is typed; `missing` characters only when too short.
 * @typedef {{ code: 'empty' | 'too_short' | 'too_long' | 'too_weak' | 'bad_character' | 'good' | 'very_good', missing: number }} Verdict
 */

const FILLER = 'x';

export class PhraseChoice {
  /** @type {import('../../core/signals.js').Signal<'suggested' | 'own'>} */
  way = signal(/** @type {'suggested' | 'own'} */ ('suggested'));
  suggestion = signal('');
  own = signal('');
  /** True once somebody wanted to go on with what does not do; the field then says so as an error. */
  isRefused = signal(false);
  #words;
  #pseudonym;

  /**
   * @param {readonly string[]} words from which suggestions are drawn
   * @param {() => string} pseudonym normalised; read whenever the passphrase is judged
   */
  constructor(words, pseudonym) {
    this.#words = words;
    this.#pseudonym = pseudonym;
    /** @type {import('../../../vendor/signals-core.mjs').ReadonlySignal<Verdict>} */
    this.verdict = computed(() => judge(this.own.value, this.#pseudonym()));
    this.suggest();
  }

  /** Draws other words. */
  suggest() {
    this.suggestion.value = generate(this.#words);
  }

  /** @param {'suggested' | 'own'} way */
  choose(way) {
    this.way.value = way;
    this.isRefused.value = false;
  }

  /** @param {string} typed */
  type(typed) {
    this.own.value = typed;
    this.isRefused.value = false;
  }

  /** The passphrase to go on with; null when it does not do, and then that is said. */
  chosen() {
    if (this.way.value === 'suggested') return this.suggestion.value;
    const isGood = ['good', 'very_good'].includes(this.verdict.value.code);
    this.isRefused.value = !isGood;
    return isGood ? this.own.value : null;
  }

  /** Nothing of it stays here. */
  wipe() {
    this.own.value = '';
    this.suggestion.value = '';
  }
}

/**
 * @param {string} typed
 * @param {string} pseudonym
 * @returns {Verdict}
 */
function judge(typed, pseudonym) {
  if (typed === '') return { code: 'empty', missing: MIN_PASSPHRASE_CHARS };
  try {
    return { code: strength(normalise(typed), pseudonym), missing: 0 };
  } catch (error) {
    if (!(error instanceof RemoteError)) throw error;
    const code = /** @type {Verdict['code']} */ (error.code);
    return { code, missing: code === 'too_short' ? missingIn(typed) : 0 };
  }
}

/**
 * How many characters are missing. `normalise` alone knows what counts, so it is asked.
 * @param {string} typed too short
 */
function missingIn(typed) {
  for (let n = 1; n < MIN_PASSPHRASE_CHARS; n += 1) {
    if (isLongEnough(typed + FILLER.repeat(n))) return n;
  }
  return MIN_PASSPHRASE_CHARS;
}

/** @param {string} text */
function isLongEnough(text) {
  try {
    normalise(text);
    return true;
  } catch (error) {
    if (!(error instanceof RemoteError)) throw error;
    return false;
  }
}
