// What a signed-in seeker can change about the access, and what the server still holds of them.

import { signal } from '../../core/signals.js';
import { wordListOf } from '../../core/wordlists.js';
import { newCode } from '../../crypto/recovery.js';
import { Attempt } from './attempt.js';
import { PhraseChoice } from './phrases.js';
import { Sheet } from './sheet.js';

/** @typedef {import('../../core/account.js').SeekerAccount} SeekerAccount */
/** @typedef {import('./entrance.js').Entrance} Entrance */
/** @typedef {import('./entrance.js').Stock} Stock */

/** @typedef {'' | 'change' | 'newSheet' | 'sheet' | 'stock' | 'delete'} Panel */

export class SettingsModel {
  /** Which part is open; '' for the list of them. @type {import('../../core/signals.js').Signal<Panel>} */
  panel = signal(/** @type {Panel} */ (''));
  // The name is known here, so it can only be the passphrase.
  #attempt = new Attempt('wrong_passphrase');
  busy = this.#attempt.busy;
  problem = this.#attempt.problem;
  /** What has just been done, as a key of its sentence; '' for nothing. */
  done = signal('');
  /** @type {import('../../core/signals.js').Signal<PhraseChoice | null>} */
  phrase = signal(/** @type {PhraseChoice | null} */ (null));
  /** @type {import('../../core/signals.js').Signal<Sheet | null>} */
  sheet = signal(/** @type {Sheet | null} */ (null));
  /** @type {import('../../core/signals.js').Signal<Stock | null>} */
  stock = signal(/** @type {Stock | null} */ (null));
  #entrance;
  #account;
  #language;
  #onDeleted;

  /**
   * @param {object} parts
   * @param {Entrance} parts.entrance
   * @param {SeekerAccount} parts.account
   * @param {string} parts.language of the page, for suggestions
   * @param {() => void} parts.onDeleted
   */
  constructor({ entrance, account, language, onDeleted }) {
    this.#entrance = entrance;
    this.#account = account;
    this.#language = language;
    this.#onDeleted = onDeleted;
  }

  /** Whose access it is. */
  get pseudonym() {
    return this.#account.pseudonym;
  }

  /** Tells whether a recovery sheet was ever noted. */
  get isSheetNoted() {
    return this.#account.keyring.settings.sheetNoted;
  }

  /** @param {Panel} panel */
  async open(panel) {
    this.wipe();
    this.done.value = '';
    this.panel.value = panel;
    if (panel === 'change') await this.#attempt.run(() => this.#beginChange());
    // Whoever deletes is told what goes when, so that is counted as well.
    if (panel === 'stock' || panel === 'delete') await this.count();
  }

  /** Back to the list. */
  close() {
    this.wipe();
    this.panel.value = '';
  }

  /** Asks the server for exact counts. */
  count() {
    return this.#attempt.run(async () => {
      this.stock.value = await this.#entrance.stock(this.#account);
    });
  }

  /** Looks for what shows that conversations were deleted. */
  deletions() {
    return this.#entrance.deletions(this.#account);
  }

  /** @param {string} old the present passphrase, as typed */
  async changePassphrase(old) {
    const next = this.phrase.value?.chosen() ?? null;
    if (next === null) return;
    await this.#attempt.run(async () => {
      await this.#entrance.changePassphrase(this.#account, old, next);
      this.close();
      this.done.value = 'change_done';
    });
  }

  /** Draws a new code; the old sheet opens nothing from then on. @param {string} phrase as typed */
  async makeSheet(phrase) {
    await this.#attempt.run(async () => {
      const code = newCode();
      await this.#entrance.changeCode(this.#account, phrase, code);
      this.sheet.value = new Sheet(this.#account.pseudonym, code);
      this.panel.value = 'sheet';
    });
  }

  /** The sheet was typed back, or is to be noted later. @param {boolean} isNoted */
  async noteSheet(isNoted) {
    this.close();
    this.done.value = isNoted ? 'new_sheet_noted' : '';
    await this.#account.keyring.keepSettings(() => ({ sheetNoted: isNoted }));
  }

  /** Deletes the access for good. @param {string} phrase as typed */
  async delete(phrase) {
    await this.#attempt.run(async () => {
      await this.#entrance.delete(this.#account, phrase);
      this.wipe();
      this.#onDeleted();
    });
  }

  /** Nothing typed or drawn stays here. */
  wipe() {
    this.phrase.value?.wipe();
    this.phrase.value = null;
    this.sheet.value = null;
    this.stock.value = null;
    this.problem.value = '';
  }

  async #beginChange() {
    const words = await wordListOf(this.#language);
    this.phrase.value = new PhraseChoice(words, () => this.#account.pseudonym);
  }
}
