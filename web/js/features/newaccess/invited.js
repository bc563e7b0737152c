// An invitation to a new access, as somebody brings it: behind the "#" of a link, or as words that were told to them.
// Read, and asked of the relay whether it still counts, before an access is made for it. Draws nothing.
//
// The secret lives in this page's memory until the account that answers has it in its keyring.

import { shownName } from '../../core/pseudonym.js';
import { signal } from '../../core/signals.js';
import { wordListOf } from '../../core/wordlists.js';
import { RemoteError } from '../../crypto/errors.js';
import { joinId, secretFromWords, suggestedName } from '../../crypto/invitation.js';
import { WORDS, read, wordsIn } from '../../crypto/invitewords.js';
import '../../wire/catalogue-account.js';
import { WireError } from '../../wire/errors.js';
import { problemOf } from '../accounts/problems.js';

/**
 * `typing`: words or a link are asked for; `looking`: those of a link are tried; `bad`, `over`: where a link ends;
 * `invited`: it counts; `begun`: it counts, and somebody has answered it already.
 * @typedef {'typing' | 'looking' | 'bad' | 'over' | 'invited' | 'begun'} Stage
 */

const LANGUAGES = ['de', 'en'];
const HOUR_MS = 3_600_000;

export class Invited {
  /** @type {import('../../core/signals.js').Signal<Stage>} */
  stage = signal(/** @type {Stage} */ ('typing'));
  typed = signal('');
  /** What is wrong with what was typed, or why nobody said whether it counts: a code; '' for nothing. */
  problem = signal('');
  /** A number or a word that belongs to the problem. */
  detail = signal('');
  busy = signal(false);
  /** Until when it counts; 0 before the relay has said so. */
  untilMs = signal(0);
  #line;
  #argon2id;
  /** @type {Uint8Array | null} */
  #secret = null;

  /**
   * @param {import('../../core/line.js').Line} line
   * @param {import('../../core/argon2.js').Argon2id} argon2id
   */
  constructor(line, argon2id) {
    this.#line = line;
    this.#argon2id = argon2id;
  }

  /** Tells whether there is an invitation with which an account may come. */
  get isGood() {
    return this.#secret !== null && (this.stage.value === 'invited' || this.stage.value === 'begun');
  }

  /** The secret, the caller's from now on; null where there is none. */
  takeSecret() {
    const secret = this.#secret;
    this.#secret = null;
    return secret;
  }

  /** The name that whoever invited has seen too, as names are shown; '' without an invitation. @param {string} language of the page */
  async suggestedName(language) {
    return this.#secret === null ? '' : shownName(suggestedName(this.#secret, await wordListOf(language)));
  }

  /** Reads what stood behind the "#" of a link. @param {string} fragment */
  async open(fragment) {
    this.typed.value = fragment;
    this.stage.value = 'looking';
    await this.take();
  }

  /** Words instead of a link. */
  toTyping() {
    this.wipe();
    this.stage.value = 'typing';
  }

  /** @param {string} typed */
  type(typed) {
    this.typed.value = typed;
    this.problem.value = '';
  }

  /** Reads the words, and asks whether they count; once more, where a lost line kept the answer. */
  async take() {
    if (this.busy.value) return;
    this.busy.value = true;
    this.problem.value = '';
    try {
      const words = await this.#read();
      if (words !== null) await this.#look(words);
    } catch (error) {
      this.problem.value = problemOf(error);
    } finally {
      this.busy.value = false;
    }
  }

  /** Nothing of it stays here. */
  wipe() {
    this.#secret?.fill(0);
    this.#secret = null;
    this.typed.value = '';
    this.problem.value = '';
  }

  /** Six words of our lists; null, and a word about it, for anything else. */
  async #read() {
    const lists = await Promise.all(LANGUAGES.map(wordListOf));
    try {
      return read(this.typed.value, lists);
    } catch (error) {
      if (!(error instanceof RemoteError)) throw error;
      if (this.stage.value === 'looking') this.stage.value = 'bad';
      else this.#explain(lists.flat());
      return null;
    }
  }

  /** @param {readonly string[]} known */
  #explain(known) {
    const words = wordsIn(this.typed.value);
    const slip = words.find((word) => !known.includes(word));
    this.detail.value = slip ?? String(words.length);
    if (words.length === 0) this.problem.value = 'empty';
    else if (slip !== undefined) this.problem.value = 'unknown';
    else this.problem.value = words.length === WORDS ? 'mixed' : 'words';
  }

  /** Only the relay knows whether they count. @param {string} words */
  async #look(words) {
    await this.#line.connect(this.#argon2id);
    const secret = await secretFromWords(words, this.#line.deploymentId, this.#argon2id);
    try {
      const { expiresHour, isAnswered } = await this.#line.request('invite_look', { joinId16: joinId(secret) });
      this.#secret = secret;
      this.untilMs.value = expiresHour * HOUR_MS;
      this.typed.value = '';
      this.stage.value = isAnswered === 1 ? 'begun' : 'invited';
    } catch (error) {
      secret.fill(0);
      if (!(error instanceof WireError) || error.code !== 'unknown') throw error;
      if (this.stage.value === 'looking') this.stage.value = 'over';
      else this.problem.value = 'wrong';
    }
  }
}
