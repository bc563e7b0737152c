// Coming in with the sheet: the code opens the account, then both doors are made anew.

import { signal } from '../../core/signals.js';
import { wordListOf } from '../../core/wordlists.js';
import { RemoteError } from '../../crypto/errors.js';
import { newCode, readCode } from '../../crypto/recovery.js';
import { Attempt } from './attempt.js';
import { PhraseChoice } from './phrases.js';
import { Sheet, missingSymbols } from './sheet.js';

/** @typedef {import('../../core/account.js').SeekerAccount} SeekerAccount */
/** @typedef {import('./entrance.js').Entrance} Entrance */

export class RecoverModel {
  /** @type {import('../../core/signals.js').Signal<'code' | 'passphrase' | 'sheet'>} */
  step = signal(/** @type {'code' | 'passphrase' | 'sheet'} */ ('code'));
  typed = signal('');
  /** What is wrong with the typed code; '' for nothing. */
  codeProblem = signal('');
  /** How many symbols are missing, when it is too short. */
  missing = signal(0);
  #attempt = new Attempt('wrong_code');
  busy = this.#attempt.busy;
  problem = this.#attempt.problem;
  /** @type {import('../../core/signals.js').Signal<PhraseChoice | null>} */
  phrase = signal(/** @type {PhraseChoice | null} */ (null));
  /** @type {import('../../core/signals.js').Signal<Sheet | null>} */
  sheet = signal(/** @type {Sheet | null} */ (null));
  pseudonym = signal('');
  #entrance;
  #language;
  #onOpen;
  /** @type {SeekerAccount | null} */
  #account = null;
  #code = '';

  /**
   * @param {Entrance} entrance
   * @param {string} language of the page, for suggestions
   * @param {(account: SeekerAccount) => void} onOpen once the code has opened it; from then on it is the room's
   */
  constructor(entrance, language, onOpen) {
    this.#entrance = entrance;
    this.#language = language;
    this.#onOpen = onOpen;
  }

  /** @param {string} typed */
  type(typed) {
    this.typed.value = typed;
    this.codeProblem.value = '';
    this.problem.value = '';
  }

  /** Opens the account with what was typed. */
  async takeCode() {
    const code = this.#read();
    if (code === null) return;
    await this.#attempt.run(async () => {
      const account = await this.#entrance.signInByCode(code);
      this.#account = account;
      this.#code = code;
      this.#onOpen(account);
      this.pseudonym.value = account.pseudonym;
      this.phrase.value = new PhraseChoice(await wordListOf(this.#language), () => account.pseudonym);
      this.step.value = 'passphrase';
    });
  }

  /** Makes both doors anew; the old sheet opens nothing from then on. */
  async takePhrase() {
    const phrase = this.phrase.value?.chosen() ?? null;
    const account = this.#account;
    if (phrase === null || account === null) return;
    await this.#attempt.run(async () => {
      const nextCode = newCode();
      await this.#entrance.renew(account, { code: this.#code, nextPhrase: phrase, nextCode });
      this.#code = '';
      this.typed.value = '';
      this.phrase.value?.wipe();
      this.sheet.value = new Sheet(account.pseudonym, nextCode);
      this.step.value = 'sheet';
    });
  }

  /** Nothing of it stays here. */
  wipe() {
    this.#account = null;
    this.#code = '';
    this.typed.value = '';
    this.phrase.value?.wipe();
    this.sheet.value = null;
  }

  #read() {
    const typed = this.typed.value;
    try {
      return readCode(typed);
    } catch (error) {
      if (!(error instanceof RemoteError)) throw error;
      this.missing.value = missingSymbols(typed);
      this.codeProblem.value = typed.trim() === '' ? 'missing' : error.code;
      return null;
    }
  }
}
