// All written enquiries of an account, each in its state, and the one that is on the screen. Draws nothing.

import { computed, signal } from '../../core/signals.js';
import { own } from '../../core/tasks.js';
import { equal } from '../../crypto/primitives.js';
import { WireError, ignoreRefusal } from '../../wire/errors.js';
import { Enquiry } from './enquiry.js';
import { isWritten } from './note.js';
import { endRegular, ownKnown, ownRegular } from './regulars.js';
import { RestartAlarm } from './restarted.js';

/** @typedef {import('./opening.js').Correspondence} Correspondence */
/** @typedef {import('./people.js').Team} Team */

const NOBODY = new Uint8Array(0);

export class Enquiries {
  #about;
  #endLine;
  /** @type {import('../../core/signals.js').Signal<readonly Enquiry[]>} */
  #every = signal(/** @type {readonly Enquiry[]} */ ([]));
  /** The one on the screen. @type {import('../../core/signals.js').Signal<Enquiry | null>} */
  shown = signal(/** @type {Enquiry | null} */ (null));
  /** Who may be written to, as last read; null before. @type {import('../../core/signals.js').Signal<Team | null>} */
  team = signal(/** @type {Team | null} */ (null));

  /** @param {Correspondence} about */
  constructor(about) {
    this.#about = about;
    this.restart = new RestartAlarm(about, this.team);
    /** Those that there is something of, newest first. */
    this.all = computed(() => this.#every.value.filter(({ stage }) => stage.value !== 'gone'));
    this.#endLine = about.line.onOpen(async () => {
      // Not from within the hook: what is asked there comes before the line counts as open.
      queueMicrotask(() => own('after a new line', this.#goOn()));
    });
  }

  /** Opens what the keyring remembers; what is open stays. */
  async load() {
    const { keyring } = this.#about.account;
    for (const entry of keyring.entries) {
      if (isWritten(entry) && this.find(entry.box16) === null) this.#add(new Enquiry(this.#about, entry));
    }
    await Promise.all(this.#every.value.map((one) => one.takeUp()));
  }

  /** Opens one anew for which the keyring has another access now. @param {Uint8Array} box16 */
  async renew(box16) {
    this.find(box16)?.dispose();
    this.#every.value = this.#every.value.filter((one) => !equal(one.box16, box16));
    await this.load();
  }

  /** @param {Uint8Array} box16 */
  find(box16) {
    return this.#every.value.find((one) => equal(one.box16, box16)) ?? null;
  }

  /** A new one, on the screen; nothing of it is kept before something is typed. @param {string} [text] */
  begin(text = '') {
    const begun = Enquiry.begin(this.#about, text);
    this.#add(begun);
    this.shown.value = begun;
    own('reading the team', this.readTeam());
    return begun;
  }

  /** @param {Enquiry} enquiry */
  show(enquiry) {
    this.shown.value = enquiry;
    if (this.team.value === null || enquiry.stage.value !== 'sent') own('reading the team', this.readTeam());
  }

  /** In the place of one that is to be changed, or cannot be brought to its end. @param {Enquiry} enquiry @param {Uint8Array} [addressee] */
  async beginAnew(enquiry, addressee) {
    const other = await enquiry.anew(addressee);
    this.#add(other);
    this.show(other);
  }

  /** "Senden"; who has no place any more is shown as such at once. @param {Enquiry} enquiry */
  async send(enquiry) {
    await enquiry.send();
    if (enquiry.problem.value === 'no_place') await this.readTeam();
  }

  /** Away from the one on the screen; one of which nothing was typed is forgotten. */
  leave() {
    const left = this.shown.value;
    this.shown.value = null;
    const isKept = (/** @type {Enquiry} */ one) => one !== left || this.#about.account.keyring.entry(one.box16) !== null;
    this.#every.value = this.#every.value.filter(isKept);
  }

  /** Reads who may be written to; without a line, what was read before stays. */
  async readTeam() {
    try {
      const read = await this.#about.people.read();
      this.team.value = { ...read, regular: ownRegular(this.#about)?.subject16 ?? NOBODY, known: this.#known(), passing: ownKnown(this.#about).map(({ subject16 }) => subject16) };
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
    }
  }

  /** No regular counsellor any more; told to them where a conversation with them is open. */
  async endRegular() {
    try {
      await endRegular(this.#about);
    } catch (error) {
      ignoreRefusal(error);
      return;
    }
    for (const one of this.#every.value) one.thread.value?.endRegular();
    await this.readTeam();
  }

  /** Nothing of the account is left here. */
  dispose() {
    this.#endLine();
    for (const one of this.#every.value) one.dispose();
    this.#every.value = [];
    this.shown.value = null;
  }

  async #goOn() {
    await this.#about.line.connection.opened();
    await Promise.all(this.#every.value.map((one) => one.goOn()));
    if (this.team.value === null && this.shown.value !== null) await this.readTeam();
  }

  #known() {
    const { view } = this.#about.line.log;
    const persons = this.#every.value.flatMap(({ thread }) => thread.value?.persons.value ?? []);
    return persons.flatMap((hash) => view.certificate(hash)?.subject16 ?? []);
  }

  /** @param {Enquiry} enquiry */
  #add(enquiry) {
    const later = (/** @type {Enquiry} */ one, /** @type {Enquiry} */ other) => other.sinceMs - one.sinceMs;
    this.#every.value = [...this.#every.value, enquiry].sort(later);
  }
}
