// Creating an access in three steps: name, passphrase, sheet. The account is made at the end of the
// second, so that the sheet shows a code that opens something. Who makes it is a parameter: the access
// room from nothing, a live chat around the secret of its visit.

import { signal } from '../../core/signals.js';
import { newCode } from '../../crypto/recovery.js';
import { wordListOf } from '../../core/wordlists.js';
import { NameChoice } from './names.js';
import { PhraseChoice } from './phrases.js';
import { problemOf } from './problems.js';
import { Sheet } from './sheet.js';

/** What makes the account. @typedef {(chosen: { name: string, phrase: string, code: string }) => Promise<unknown>} Create */

export const STEPS = /** @type {const} */ (['name', 'passphrase', 'sheet']);

export class CreateModel {
  /** @type {import('../../core/signals.js').Signal<typeof STEPS[number]>} */
  step = signal(/** @type {typeof STEPS[number]} */ ('name'));
  /** While the account is made. */
  busy = signal(false);
  /** Why it could not be made: a code; '' for nothing. */
  problem = signal('');
  /** @type {import('../../core/signals.js').Signal<Sheet | null>} */
  sheet = signal(/** @type {Sheet | null} */ (null));
  #create;

  /**
   * @param {object} parts
   * @param {Create} parts.create
   * @param {readonly string[]} parts.words from which suggestions are drawn
   */
  constructor({ create, words }) {
    this.#create = create;
    this.name = new NameChoice(words);
    this.phrase = new PhraseChoice(words, () => this.name.pseudonym);
  }

  /**
   * Loads the words of the language and begins.
   * @param {Create} create
   * @param {string} language of the page
   */
  static async begin(create, language) {
    return new CreateModel({ create, words: await wordListOf(language) });
  }

  /** From the name to the passphrase. */
  takeName() {
    if (this.name.check()) this.step.value = 'passphrase';
  }

  /** Back to the name; the passphrase stays as it is. */
  changeName() {
    if (!this.busy.value) this.step.value = 'name';
  }

  /** Makes the account. Nothing that was chosen is lost when it does not work. */
  async takePhrase() {
    const phrase = this.phrase.chosen();
    if (this.busy.value || phrase === null) return;
    this.problem.value = '';
    this.busy.value = true;
    const code = newCode();
    try {
      await this.#create({ name: this.name.pseudonym, phrase, code });
      this.sheet.value = new Sheet(this.name.pseudonym, code);
      this.phrase.wipe();
      this.step.value = 'sheet';
    } catch (error) {
      this.#fail(problemOf(error));
    } finally {
      this.busy.value = false;
    }
  }

  /** @param {string} code */
  #fail(code) {
    if (code === 'name_taken') {
      this.name.problem.value = 'taken';
      this.step.value = 'name';
    } else this.problem.value = code;
  }
}
