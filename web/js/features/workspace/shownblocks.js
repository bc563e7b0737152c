// The text blocks that somebody may put into an answer: their own, and those of their teams, in one list. Draws nothing.

import { computed, signal } from '../../core/signals.js';
import { beginAnew, readTeams, removeBlock, saveBlock } from './teamblocks.js';
import { TextBlocks } from './textblocks.js';

/** @typedef {import('./place.js').Place} Place */
/** @typedef {import('./textblocks.js').Block} OwnBlock */
/** `full`: a team has no room for it. @typedef {'done' | 'full' | 'failed'} Outcome */
/**
 * `problem`: why none are shown; '' for nothing. `canBegin`: the key is lost to all, after a restart.
 * @typedef {Readonly<{ id: string, team16: Uint8Array, name: string, blocks: readonly import('./teamblocks.js').TeamBlock[],
 *   problem: '' | 'noKey' | 'older' | 'refused' | 'offline', canBegin: boolean }>} Team
 */
/** `team`: its id, '' for an own block; `by`: the name of who wrote it last. @typedef {Readonly<OwnBlock & { team: string, by: string }>} ShownBlock */

export class ShownBlocks {
  #place;
  #own;
  /** One after the other: a look must not show what was before a change. @type {Promise<unknown>} */
  #turn = Promise.resolve();

  /** @param {Place} place */
  constructor(place) {
    this.#place = place;
    this.#own = new TextBlocks(() => place.session()?.keyring ?? null, place.clock);
    /** @type {import('../../core/signals.js').Signal<readonly Team[]>} */
    this.teams = signal(/** @type {readonly Team[]} */ ([]));
    /** For emergencies first, the team's before the own, then by title. */
    this.all = computed(() => [
      ...this.teams.value.flatMap(({ id, blocks }) => blocks.map((block) => ({ ...block, team: id }))),
      ...this.#own.all.value.map((block) => ({ ...block, team: '', by: '' })),
    ].sort(inOrder));
  }

  /** The one that is offered first; null where nobody has marked one. @returns {ShownBlock | null} */
  get emergency() {
    const [first = null] = this.all.value;
    return first?.isEmergency ? first : null;
  }

  /** Reads all; what of a team's is not sealed to its present key is on the way. */
  look() {
    this.#own.read();
    return this.#inTurn(async () => {
      const session = this.#place.session();
      const found = await readTeams(this.#place);
      if (this.#place.session() === session) this.teams.value = found;
    });
  }

  /**
   * Keeps a block where it is to stand, in the place of `former` if one is named.
   * @param {{ id: string, title: string, text: string, isEmergency: boolean }} block
   * @param {string} team its id, '' for oneself
   * @param {string} former
   * @returns {Promise<Outcome>}
   */
  async save(block, team, former) {
    if (team === '') return (await this.#own.save(block, former)) ? 'done' : 'failed';
    return this.#change(team, (team16) => saveBlock(this.#place, team16, block, former));
  }

  /** @param {ShownBlock} block @returns {Promise<Outcome>} */
  async remove({ id, team }) {
    if (team === '') return (await this.#own.remove(id)) ? 'done' : 'failed';
    return this.#change(team, (team16) => removeBlock(this.#place, team16, id));
  }

  /** @param {string} team @returns {Promise<Outcome>} */
  beginAnew(team) {
    return this.#change(team, (team16) => beginAnew(this.#place, team16));
  }

  /** Nobody is signed in. */
  clear() {
    this.#own.clear();
    this.teams.value = [];
  }

  /** @param {string} id @param {(team16: Uint8Array) => Promise<Outcome>} work @returns {Promise<Outcome>} */
  async #change(id, work) {
    const team = this.teams.value.find((one) => one.id === id);
    if (team === undefined) return 'failed';
    const outcome = await this.#inTurn(() => work(team.team16));
    await this.look();
    return outcome;
  }

  /** @template T @param {() => Promise<T>} work @returns {Promise<T>} */
  #inTurn(work) {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => {});
    return turn;
  }
}

/** @param {ShownBlock} one @param {ShownBlock} other */
function inOrder(one, other) {
  const first = Number(other.isEmergency) - Number(one.isEmergency);
  const teams = one.isEmergency ? Number(other.team !== '') - Number(one.team !== '') : 0;
  return first || teams || one.title.localeCompare(other.title) || (one.id < other.id ? -1 : 1);
}
