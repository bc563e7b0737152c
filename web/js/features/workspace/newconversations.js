// The conversations that wait for whom a counsellor has invited into them: of this sign-in, on any device. Fetched with
// the first one. Draws nothing.

import { computed, effect, signal } from '../../core/signals.js';
import { own } from '../../core/tasks.js';
import { EntryState } from '../../crypto/entry.js';
import '../../wire/catalogue-staff.js';
import { problemOf } from './newaccess.js';
import { NewConversation } from './newconversation.js';
import { isPrepared, noteOf } from './note.js';
import { ownPortals } from './place.js';

/** @typedef {import('./place.js').Place} Place */
/** @typedef {import('./session.js').Session} Session */

export class NewConversations {
  #place;
  #session;
  #onBegun;
  /** @type {import('../../core/signals.js').Signal<readonly NewConversation[]>} */
  #every = signal(/** @type {readonly NewConversation[]} */ ([]));
  /** @type {(() => void)[]} */
  #ends;
  isBusy = signal(false);
  /** Why none was begun: a code; '' for nothing. */
  problem = signal('');

  /**
   * @param {Place} place
   * @param {Session} session
   * @param {{ onBegun: (id: string) => Promise<void>, answered: import('../../core/signals.js').Signal<number> }} list
   *   `onBegun`: it is a conversation now; `answered`: how many wait for a yes
   */
  constructor(place, session, { onBegun, answered }) {
    this.#place = place;
    this.#session = session;
    this.#onBegun = onBegun;
    /** Those that still wait, and what is to be said of one that does not. */
    this.all = computed(() => this.#every.value.filter(({ stage }) => stage.value !== 'none'));
    this.#ends = [
      place.line.on('invite_answered', (/** @type {any} */ { joinId16 }) => {
        for (const one of this.#every.value) if (one.isOf(joinId16)) own('an answered invitation', one.look());
      }),
      effect(() => { answered.value = this.#every.value.filter(({ stage }) => stage.value === 'answered').length; }),
      () => { answered.value = 0; },
    ];
  }

  /** Where somebody may be invited to. */
  get portals() {
    return ownPortals(this.#place);
  }

  /** Takes in what the keyring has, and sees whether somebody has answered. */
  async load() {
    const known = this.#every.value.map(({ id }) => id);
    const found = this.#session.keyring.entries.flatMap((entry) => {
      const note = entry.state === EntryState.GONE ? null : noteOf(entry);
      if (note === null || !isPrepared(note)) return [];
      return [new NewConversation(this.#parts(note.portal16), entry)];
    });
    this.#every.value = [...this.#every.value, ...found.filter(({ id }) => !known.includes(id))];
    await Promise.all(this.#every.value.map((one) => one.look()));
  }

  /**
   * "Einladung machen"; null when it did not go.
   * @param {Uint8Array} portal16
   * @param {string} nickname
   */
  async begin(portal16, nickname) {
    if (this.isBusy.value) return null;
    this.isBusy.value = true;
    this.problem.value = '';
    try {
      const begun = await NewConversation.begin(this.#parts(portal16), portal16, nickname);
      this.#every.value = [...this.#every.value, begun];
      // From now on the relay tells when somebody answers.
      await begun.look();
      return begun;
    } catch (error) {
      this.problem.value = problemOf(error);
      return null;
    } finally {
      this.isBusy.value = false;
    }
  }

  /** Nobody is signed in. */
  dispose() {
    for (const end of this.#ends) end();
    this.#every.value = [];
  }

  /** @param {Uint8Array} portal16 @returns {import('./newconversation.js').Parts} */
  #parts(portal16) {
    const { request, clock, log, invitations } = this.#place;
    return { request, clock, log, session: this.#session, onBegun: this.#onBegun, ...invitations(portal16) };
  }
}
