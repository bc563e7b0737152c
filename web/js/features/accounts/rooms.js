// The rooms of somebody who is signed in: "Meine Gespräche", the settings, a live chat, a chat to read.
// One of the last three at a time; whoever leaves one leaves nothing of it behind.

import { signal } from '../../core/signals.js';
import { HomeModel } from './home.js';
import { SettingsModel } from './settings.js';

/** @typedef {import('../../core/account.js').SeekerAccount} SeekerAccount */
/** @typedef {import('../../crypto/entry.js').Entry} Entry */
/** @typedef {import('../live/chat.js').ChatModel} ChatModel */
/** @typedef {import('../live/model.js').SeekerModel} SeekerModel */
/** @typedef {import('./entrance.js').Entrance} Entrance */
/** @typedef {import('./liveport.js').LivePort} LivePort */

export class Rooms {
  /** @type {import('../../core/signals.js').Signal<HomeModel | null>} */
  home = signal(/** @type {HomeModel | null} */ (null));
  /** @type {import('../../core/signals.js').Signal<SettingsModel | null>} */
  settings = signal(/** @type {SettingsModel | null} */ (null));
  /** @type {import('../../core/signals.js').Signal<SeekerModel | null>} */
  live = signal(/** @type {SeekerModel | null} */ (null));
  /** A chat that is over, to be read. @type {import('../../core/signals.js').Signal<{ entry: Entry, chat: ChatModel } | null>} */
  past = signal(/** @type {{ entry: Entry, chat: ChatModel } | null} */ (null));
  #entrance;
  #language;
  #livePort;
  /** Counts what was opened or left, so that what comes too late is known. */
  #turn = 0;

  /**
   * @param {object} parts
   * @param {Entrance} parts.entrance
   * @param {string} parts.language of the page
   * @param {LivePort} parts.livePort
   */
  constructor({ entrance, language, livePort }) {
    this.#entrance = entrance;
    this.#language = language;
    this.#livePort = livePort;
  }

  /** @param {SeekerAccount} account */
  openHome(account) {
    this.leave();
    const startOf = (/** @type {Entry} */ entry) => this.#livePort.startOf(entry);
    this.home.value ??= new HomeModel({ entrance: this.#entrance, account, startOf });
    return this.home.value;
  }

  /**
   * @param {SeekerAccount} account
   * @param {() => void} onDeleted
   */
  openSettings(account, onDeleted) {
    this.leave();
    this.settings.value = new SettingsModel({ entrance: this.#entrance, account, language: this.#language, onDeleted });
    return this.settings.value;
  }

  /**
   * Fetches the live room; false when nobody waits for it any more.
   * @param {SeekerAccount} account
   */
  async openLive(account) {
    const turn = this.#begin();
    const live = await this.#livePort.begin(account);
    if (turn === this.#turn) this.live.value = live;
    else live.dispose();
    return turn === this.#turn;
  }

  /**
   * Fetches a chat that is over: false when nobody waits for it any more, null when the server has it no more.
   * @param {SeekerAccount} account
   * @param {Entry} entry
   */
  async openPast(account, entry) {
    const turn = this.#begin();
    const chat = await this.#livePort.openPast(account, entry);
    if (chat === null) return null;
    if (turn === this.#turn) this.past.value = { entry, chat };
    else chat.dispose();
    return turn === this.#turn;
  }

  /** Leaves every room but the list, which stays as it was. */
  leave() {
    this.#turn += 1;
    this.settings.value?.wipe();
    this.settings.value = null;
    this.live.value?.dispose();
    this.live.value = null;
    this.past.value?.chat.dispose();
    this.past.value = null;
  }

  /** Nothing of an account is left here. */
  close() {
    this.leave();
    this.home.value = null;
  }

  #begin() {
    this.leave();
    return this.#turn;
  }
}
