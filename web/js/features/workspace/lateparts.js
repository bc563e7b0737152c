// What is fetched when somebody first wants it, and follows each sign-in from then on: text blocks, and what is noted
// about people. Fetched unasked where there is something to do that does not wait.

import { own } from '../../core/tasks.js';
import { EntryState } from '../../crypto/entry.js';
import { PARTICULARS } from './bookmarks.js';
import { freshChange } from './teams.js';

/** @typedef {import('./particulars.js').Particulars} Particulars */
/** @typedef {import('./shownblocks.js').ShownBlocks} ShownBlocks */

export class LateParts {
  #place;
  #team;
  #noted;
  #later;
  /** @type {Promise<ShownBlocks> | null} */
  #blocks = null;
  /** @type {Promise<Particulars> | null} */
  #particulars = null;

  /**
   * @param {object} parts
   * @param {import('./place.js').Place} parts.place
   * @param {Pick<import('./team.js').TeamRoom, 'teams'>} parts.team
   * @param {import('./finding.js').Finding['noted']} parts.noted what can be found of what is noted
   * @param {(work: () => void) => void} parts.later does something when the page has nothing else to do
   */
  constructor({ place, team, noted, later }) {
    this.#place = place;
    this.#team = team;
    this.#noted = noted;
    this.#later = later;
  }

  /** Text blocks: with the first field that somebody writes in. */
  blocks() {
    this.#blocks ??= import('./shownblocks.js').then(({ ShownBlocks }) => new ShownBlocks(this.#place));
    return this.#blocks;
  }

  /** What is noted about people: with the first look at it. */
  particulars() {
    this.#particulars ??= import('./particulars.js').then(({ Particulars }) => new Particulars(this.#place, this.#noted));
    return this.#particulars;
  }

  /** Text blocks that are on the page already, and those of a team whose key is new: they are to be sealed to it. */
  lookAtBlocks() {
    const { log, clock } = this.#place;
    const isNew = this.#team.teams.value.some(({ team16 }) => freshChange(log.view, team16, clock.now()) !== null);
    if (this.#blocks !== null || isNew) this.#later(() => own('text blocks', this.blocks().then((blocks) => blocks.look())));
  }

  /** What is noted goes with the conversations that it is of. */
  lookAtParticulars() {
    const hasNoted = this.#place.session()?.keyring.entries.some(({ kind, state }) => kind === PARTICULARS && state !== EntryState.GONE);
    if (hasNoted || this.#particulars !== null) this.#later(() => own('particulars', this.particulars().then((one) => one.look())));
  }

  /** Nothing stays of what was typed and not saved; `keep` gets it. @param {(texts: readonly string[]) => void} keep */
  forgetTyped(keep) {
    this.#particulars?.then((one) => {
      keep(one.unsaved);
      one.forget();
    });
  }

  /** Nobody is signed in. */
  clear() {
    this.#blocks?.then((blocks) => blocks.clear());
    this.#particulars?.then((one) => one.clear());
  }
}
