// The own conversations of one kind, from the acceptance to the purge, in a stable order.

import { effect, signal } from '../../core/signals.js';

/** @typedef {import('../live/thread.js').Thread} Thread */
/** @typedef {import('./note.js').Note} Note */

/**
 * One of the own conversations. `greeting` is held here until the seeker of a live chat has confirmed (S0.11).
 * @template {Thread} Model
 * @typedef {{ id: string, name: string, number: number, state: 'offered' | 'active' | 'closed',
 *   model: Model | null, untilMs: number, purgeMs: number,
 *   greeting: import('../../core/signals.js').Signal<string>, nickname: string, colour: number }} OwnChat
 */

/** @template {Thread} Model */
export class ChatList {
  #seekerName;
  #onClosed;
  #onPurged;
  /** @type {(() => void)[]} */
  #ends = [];

  /**
   * @param {(number: number) => string} seekerName
   * @param {(model: Thread) => void} onClosed a listed chat has ended
   * @param {(model: Thread) => void} onPurged its box is gone
   */
  constructor(seekerName, onClosed, onPurged) {
    this.#seekerName = seekerName;
    this.#onClosed = onClosed;
    this.#onPurged = onPurged;
    /** @type {import('../../core/signals.js').Signal<readonly OwnChat<Model>[]>} */
    this.all = signal([]);
  }

  /**
   * @param {string} id
   * @returns {OwnChat<Model> | null}
   */
  find(id) {
    return this.all.value.find((one) => one.id === id) ?? null;
  }

  /**
   * An accepted request that waits for the seeker's yes.
   * @param {string} id
   * @param {{ number: number, untilMs: number }} row
   */
  offer(id, { number, untilMs }) {
    const known = this.find(id);
    if (known === null) this.#put(this.#blank(id, number, { untilMs }));
    else if (known.model === null) this.#put({ ...known, untilMs });
  }

  /**
   * An offer that has ended before it became a chat; a greeting that was typed goes with it.
   * @param {string} id
   */
  dropOffer(id) {
    const known = this.find(id);
    if (known !== null && known.model === null) this.all.value = this.all.value.filter((one) => one !== known);
  }

  /**
   * A box was opened. A greeting that was held leaves now.
   * @param {string} id
   * @param {Pick<Note, 'number' | 'nickname' | 'colour'>} note
   * @param {Model} model
   */
  open(id, { number, nickname, colour }, model) {
    const chat = this.find(id) ?? this.#blank(id, number, {});
    this.#put({ ...chat, state: 'active', model, untilMs: model.endsMs.value, nickname, colour });
    const { greeting } = chat;
    if (greeting.value !== '') model.say(greeting.value);
    greeting.value = '';
    this.#follow(id, model);
  }

  /**
   * @param {string} id
   * @param {Pick<OwnChat<Model>, 'nickname' | 'colour'>} looks
   */
  change(id, looks) {
    const chat = this.find(id);
    if (chat !== null) this.#put({ ...chat, ...looks });
  }

  /** A conversation that is somebody else's now. @param {string} id */
  drop(id) {
    const found = this.find(id);
    this.all.value = this.all.value.filter((one) => one !== found);
    found?.model?.dispose();
  }

  /** Lets go of everything that is open. */
  clear() {
    for (const end of this.#ends) end();
    this.#ends = [];
    for (const { model } of this.all.value) model?.dispose();
    this.all.value = [];
  }

  /**
   * @param {string} id
   * @param {number} number
   * @param {Partial<OwnChat<Model>>} known
   * @returns {OwnChat<Model>}
   */
  #blank(id, number, known) {
    return {
      id, name: this.#seekerName(number), number, state: 'offered', model: null, untilMs: 0, purgeMs: 0,
      greeting: signal(''), nickname: '', colour: 0, ...known,
    };
  }

  /** @param {OwnChat<Model>} chat */
  #put(chat) {
    const isKnown = this.all.value.some((one) => one.id === chat.id);
    this.all.value = isKnown
      ? this.all.value.map((one) => (one.id === chat.id ? chat : one))
      : [...this.all.value, chat];
  }

  /**
   * Keeps the row of a chat in step with its box, until the purge takes both away.
   * @param {string} id
   * @param {Model} model
   */
  #follow(id, model) {
    this.#ends.push(effect(() => {
      const name = model.peerName.value;
      const closed = model.closed.value;
      const purged = model.purged.value;
      const untilMs = model.endsMs.value;
      queueMicrotask(() => {
        const chat = this.find(id);
        if (chat === null || chat.model !== model) return;
        if (purged) this.#purged(chat, model);
        else if (closed !== null) {
          this.#put({ ...chat, name, state: 'closed', purgeMs: closed.purgeMs });
          this.#onClosed(model);
        }
        else if (chat.untilMs !== untilMs || chat.name !== name) this.#put({ ...chat, name, untilMs });
      });
    }));
  }

  /**
   * @param {OwnChat<Model>} chat
   * @param {Model} model
   */
  #purged(chat, model) {
    this.all.value = this.all.value.filter((one) => one !== chat);
    this.#onPurged(model);
    model.dispose();
  }
}
