// Enrolling with an invitation: who invites, name, passphrase, the wait for the admin. Draws nothing.
//
// The link's secret, the name and the passphrase live in this page's memory only, and go once the
// invitation is answered: after that the page knows nothing but public keys.

import { signal } from '../../core/signals.js';
import { own } from '../../core/tasks.js';
import { wordListOf } from '../../core/wordlists.js';
import { RemoteError } from '../../crypto/errors.js';
import { read } from '../../crypto/invitelink.js';
import { ready } from '../../crypto/primitives.js';
import { WireError, ignoreRefusal } from '../../wire/errors.js';
import { Attempt } from '../accounts/attempt.js';
import { NameChoice } from '../accounts/names.js';
import { PhraseChoice } from '../accounts/phrases.js';
import { Refused } from './enrolment.js';

/** @typedef {import('../../crypto/invitelink.js').Invitation} Invitation */
/** @typedef {import('./enrolment.js').Enrolment} Enrolment */
/** @typedef {import('./enrolment.js').Keys} Keys */
/** @typedef {import('./enrolment.js').Membership} Membership */

/**
 * `noLink`, `badLink`, `over`, `used`, `stranger`, `back`: where it ends; the others are the way.
 * @typedef {'noLink' | 'badLink' | 'over' | 'used' | 'stranger' | 'back' | 'invited' | 'name' | 'passphrase' | 'again' | 'waiting' | 'certified'} Stage
 */

export class EnrolModel {
  /** @type {import('../../core/signals.js').Signal<Stage>} */
  stage = signal(/** @type {Stage} */ ('noLink'));
  /** The organisation's words; empty until the log is read. @type {import('../../core/signals.js').Signal<readonly string[]>} */
  organisation = signal(/** @type {readonly string[]} */ ([]));
  /** Somebody who comes back with another key. @type {import('../../core/signals.js').Signal<boolean>} */
  isAgain = signal(false);
  /** Whether the key before still counts: nobody is confirmed until it was revoked. @type {import('../../core/signals.js').Signal<boolean>} */
  isOldInForce = signal(false);
  /** The words of the own new key. @type {import('../../core/signals.js').Signal<readonly string[]>} */
  keyWords = signal(/** @type {readonly string[]} */ ([]));
  /** @type {import('../../core/signals.js').Signal<readonly Membership[]>} */
  teams = signal(/** @type {readonly Membership[]} */ ([]));
  #enrolment;
  #portals;
  #reading = new Attempt();
  #making = new Attempt();
  busy = this.#making.busy;
  /** @type {Invitation | null} */
  #invitation = null;
  /** @type {Keys | null} */
  #keys = null;
  #end = () => {};

  /**
   * @param {object} parts
   * @param {Enrolment} parts.enrolment
   * @param {readonly { team16: Uint8Array, name: string }[]} parts.portals
   * @param {readonly string[]} parts.words from which passphrases are suggested
   */
  constructor({ enrolment, portals, words }) {
    this.#enrolment = enrolment;
    this.#portals = portals;
    this.connection = enrolment.connection;
    this.name = new NameChoice(words);
    // At work people have names of their own.
    this.name.type('');
    this.phrase = new PhraseChoice(words, () => this.name.pseudonym);
    /** A code: what the relay, the log or the account refused; '' for nothing. */
    this.problem = signal('');
  }

  /**
   * Loads what reading a link and suggesting words need.
   * @param {{ enrolment: Enrolment, portals: readonly { team16: Uint8Array, name: string }[] }} parts
   * @param {string} language of the page
   */
  static async begin(parts, language) {
    const [words] = await Promise.all([wordListOf(language), ready()]);
    return new EnrolModel({ ...parts, words });
  }

  /** Reads what stood behind the "#" of the link. @param {string} fragment */
  async open(fragment) {
    if (fragment === '' || fragment === '#') return;
    this.#invitation = readLink(fragment);
    this.isAgain.value = (this.#invitation?.replaces ?? null) !== null;
    if (this.#invitation === null) {
      this.stage.value = 'badLink';
    } else if (this.#enrolment.isOver(this.#invitation)) {
      this.stage.value = 'over';
    } else {
      this.stage.value = 'invited';
      await this.readOrganisation();
    }
  }

  /** Fetches the words that are compared first. */
  async readOrganisation() {
    await this.#run(this.#reading, async () => {
      const words = await this.#enrolment.organisationWords();
      if (this.#invitation === null) return;
      if (this.#enrolment.isOver(this.#invitation)) throw new Refused('over');
      this.isOldInForce.value = this.#enrolment.formerKey(this.#invitation) === 'inForce';
      this.organisation.value = words;
    });
  }

  /** The organisation's words fit. */
  toName() {
    if (this.organisation.value.length > 0) this.#go('name');
  }

  /** Somebody began already, on this page or another. */
  toAgain() {
    if (this.organisation.value.length > 0) this.#go('again');
  }

  /** One step back; nothing that was chosen is lost. */
  back() {
    if (!this.busy.value) this.#go(this.stage.value === 'passphrase' ? 'name' : 'invited');
  }

  /** From the name to the passphrase. */
  takeName() {
    if (this.name.check()) this.#go('passphrase');
  }

  /** Makes the account and answers the invitation. */
  async takePhrase() {
    const phrase = this.phrase.chosen();
    if (phrase === null) return;
    const chosen = { name: this.name.pseudonym, phrase };
    await this.#run(this.#making, async (invitation) => this.#wait(await this.#enrolment.create(invitation, chosen)));
  }

  /**
   * Goes on with what was made before.
   * @param {string} name
   * @param {string} phrase
   */
  async goOn(name, phrase) {
    await this.#run(this.#making, async (invitation) => this.#wait(await this.#enrolment.resume(invitation, { name, phrase })));
  }

  /** Lets go of everything. */
  dispose() {
    this.#end();
    this.#forget();
  }

  /** @param {Stage} stage */
  #go(stage) {
    this.problem.value = '';
    this.stage.value = stage;
  }

  /**
   * @param {Attempt} attempt
   * @param {(invitation: Invitation) => Promise<void>} work
   */
  async #run(attempt, work) {
    const invitation = this.#invitation;
    if (invitation === null || attempt.busy.value) return;
    this.problem.value = '';
    await attempt.run(() => work(invitation).catch((error) => this.#refuse(error)));
    if (this.problem.value === '') this.problem.value = attempt.problem.value;
  }

  /** What has a place of its own is told there. @param {unknown} error */
  #refuse(error) {
    if (error instanceof Refused) this.#refused(error.code);
    else if (error instanceof WireError && error.code === 'name_taken') {
      this.name.problem.value = 'taken';
      this.stage.value = 'name';
    } else throw error;
  }

  /** @param {Refused['code']} code */
  #refused(code) {
    if (code === 'seeker' || code === 'revoked') {
      this.problem.value = code;
      return;
    }
    this.#forget();
    this.stage.value = code;
  }

  /** @param {Keys} keys */
  async #wait(keys) {
    this.#keys = keys;
    this.keyWords.value = await this.#enrolment.keyWords(keys);
    this.#forget();
    this.#go('waiting');
    this.#end();
    this.#end = this.#enrolment.onLog(() => own('reading the log', this.#look()));
  }

  /** Whether somebody has signed by now, and which team lists the person. */
  async #look() {
    if (this.#keys === null) return;
    try {
      const teams = await this.#enrolment.standing(this.#keys, this.#portals);
      if (teams === null) return;
      this.teams.value = teams;
      this.#go('certified');
    } catch (error) {
      // A log that does not continue what was read is worth a word; a lost line comes back by itself.
      if (error instanceof RemoteError) this.problem.value = 'log';
      else ignoreRefusal(error);
    }
  }

  /** Nothing typed and nothing of the link stays. */
  #forget() {
    this.#invitation?.secret.fill(0);
    this.#invitation = null;
    this.phrase.wipe();
    this.name.type('');
  }
}

/** @param {string} fragment @returns {Invitation | null} */
function readLink(fragment) {
  try {
    return read(fragment);
  } catch (error) {
    if (!(error instanceof RemoteError)) throw error;
    return null;
  }
}
