// Creating an access in three steps: name, passphrase, sheet. The account is made at the end of the
// second, so that the sheet shows a code that opens something. Who makes it is a parameter: the access
// room from nothing, a live chat around the secret of its visit.

import { signal } from '../../core/signals.js';
import { newCode } from '../../crypto/recovery.js';
import { wordListOf } from '../../core/wordlists.js';
import { WireError } from '../../wire/errors.js';
import { Attempt } from './attempt.js';
import { NameChoice } from './names.js';
import { PhraseChoice } from './phrases.js';
import { Sheet } from './sheet.js';

/** What makes the account. @typedef {(chosen: { name: string, phrase: string, code: string }) => Promise<unknown>} Create */

export const STEPS = /** @type {const} */ (['name', 'passphrase', 'sheet']);

export class CreateModel {
  /** @type {import('../../core/signals.js').Signal<typeof STEPS[number]>} */
  step = signal(/** @type {typeof STEPS[number]} */ ('name'));
  #making = new Attempt();
  busy = this.#making.busy;
  problem = this.#making.problem;
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
    if (phrase === null) return;
    await this.#making.run(() => this.#make(phrase).catch((error) => this.#chooseAgain(error)));
  }

  /** @param {string} phrase */
  async #make(phrase) {
    const code = newCode();
    await this.#create({ name: this.name.pseudonym, phrase, code });
    this.sheet.value = new Sheet(this.name.pseudonym, code);
    this.phrase.wipe();
    this.step.value = 'sheet';
  }

  /** That a name is taken is told where it is chosen. @param {unknown} error */
  #chooseAgain(error) {
    if (!(error instanceof WireError) || error.code !== 'name_taken') throw error;
    this.name.problem.value = 'taken';
    this.step.value = 'name';
  }
}
