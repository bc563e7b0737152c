// The rooms of somebody who is signed in: "Meine Gespräche", the settings, a live chat, a chat to read, a
// written enquiry. One of the last four at a time; whoever leaves one leaves nothing of it behind, but that
// what is written stays open behind the list, so that the list tells what is new.

import { signal } from '../../core/signals.js';
import { HomeModel } from './home.js';
import { SettingsModel } from './settings.js';

/** @typedef {import('../../core/account.js').SeekerAccount} SeekerAccount */
/** @typedef {import('../../crypto/entry.js').Entry} Entry */
/** @typedef {import('../live/chat.js').ChatModel} ChatModel */
/** @typedef {import('../live/model.js').SeekerModel} SeekerModel */
/** @typedef {import('../enquiries/enquiries.js').Enquiries} Enquiries */
/** @typedef {import('../newaccess/arrivals.js').Arrivals} Arrivals */
/** @typedef {import('./enquiryport.js').EnquiryPort} EnquiryPort */
/** @typedef {import('./entrance.js').Entrance} Entrance */
/** @typedef {import('./liveport.js').LivePort} LivePort */

/**
 * What few visits need: fetched once, with the first wish for it, and let go of with the account.
 * @template {{ dispose: () => void }} T
 */
class Part {
  /** Null before it is fetched. @type {import('../../core/signals.js').Signal<T | null>} */
  current = signal(/** @type {T | null} */ (null));
  /** Under way, or done. @type {Promise<T | null> | null} */
  #fetching = null;

  /**
   * Null when the account was left meanwhile.
   * @param {() => Promise<T>} open
   * @returns {Promise<T | null>}
   */
  fetch(open) {
    if (this.#fetching !== null) return this.#fetching;
    /** @type {Promise<T | null>} */
    const fetching = open().then((found) => {
      if (this.#fetching !== fetching) {
        found.dispose();
        return null;
      }
      this.current.value = found;
      return found;
    });
    this.#fetching = fetching;
    fetching.catch(() => { if (this.#fetching === fetching) this.#fetching = null; });
    return fetching;
  }

  /** Nothing of it is left here. */
  close() {
    this.current.value?.dispose();
    this.current.value = null;
    this.#fetching = null;
  }
}

export class Rooms {
  /** @type {import('../../core/signals.js').Signal<HomeModel | null>} */
  home = signal(/** @type {HomeModel | null} */ (null));
  /** @type {import('../../core/signals.js').Signal<SettingsModel | null>} */
  settings = signal(/** @type {SettingsModel | null} */ (null));
  /** @type {import('../../core/signals.js').Signal<SeekerModel | null>} */
  live = signal(/** @type {SeekerModel | null} */ (null));
  /** A chat that is over, to be read. @type {import('../../core/signals.js').Signal<{ entry: Entry, chat: ChatModel } | null>} */
  past = signal(/** @type {{ entry: Entry, chat: ChatModel } | null} */ (null));
  /** @type {Part<Enquiries>} */
  #enquiries = new Part();
  enquiries = this.#enquiries.current;
  /** @type {Part<Arrivals>} */
  #arrivals = new Part();
  arrivals = this.#arrivals.current;
  #entrance;
  #language;
  #livePort;
  #enquiryPort;
  #onArrived;
  /** Counts what was opened or left, so that what comes too late is known. */
  #turn = 0;

  /**
   * @param {object} parts
   * @param {Entrance} parts.entrance
   * @param {string} parts.language of the page
   * @param {LivePort} parts.livePort
   * @param {EnquiryPort} parts.enquiryPort
   * @param {(box16: Uint8Array, wasShown: boolean) => void} parts.onArrived a conversation was given back
   */
  constructor({ entrance, language, livePort, enquiryPort, onArrived }) {
    this.#onArrived = onArrived;
    this.#entrance = entrance;
    this.#language = language;
    this.#livePort = livePort;
    this.#enquiryPort = enquiryPort;
  }

  /** @param {SeekerAccount} account */
  openHome(account) {
    this.leave();
    const startOf = (/** @type {Entry} */ entry) => this.#livePort.startOf(entry);
    const isWritten = (/** @type {Entry} */ entry) => this.#enquiryPort.isOf(entry) || this.#enquiryPort.isArrival(entry);
    this.home.value ??= new HomeModel({ entrance: this.#entrance, account, startOf, isWritten });
    return this.home.value;
  }

  /**
   * Reads what is written, where there is any.
   * @param {SeekerAccount} account
   */
  async readEnquiries(account) {
    if (!account.keyring.entries.some((entry) => this.#enquiryPort.isOf(entry))) return;
    const enquiries = await this.#fetchEnquiries(account);
    await enquiries?.load();
  }

  /**
   * Reads which invitations are under way, where there are any.
   * @param {SeekerAccount} account
   */
  async readArrivals(account) {
    if (!account.keyring.entries.some((entry) => this.#enquiryPort.isArrival(entry))) return;
    const arrivals = await this.#fetchArrivals(account);
    await arrivals?.load();
  }

  /**
   * Answers an invitation, on the screen; false when nobody waits for it any more.
   * @param {SeekerAccount} account
   * @param {Uint8Array} secret
   */
  async openArrival(account, secret) {
    const turn = this.#begin();
    const arrivals = await this.#fetchArrivals(account);
    if (arrivals === null || turn !== this.#turn) return false;
    arrivals.begin(secret);
    return true;
  }

  /**
   * Opens a conversation that was given back, also where this account had lost it before.
   * @param {SeekerAccount} account
   * @param {Uint8Array} box16
   */
  async takeBack(account, box16) {
    const enquiries = await this.#fetchEnquiries(account);
    await enquiries?.renew(box16);
  }

  /**
   * Begins one with words that were typed elsewhere; its box, or null without words.
   * @param {SeekerAccount} account
   * @param {string} text
   */
  async keepWords(account, text) {
    const enquiries = text === '' ? null : await this.#fetchEnquiries(account);
    return enquiries === null ? null : enquiries.begin(text).box16;
  }

  /**
   * Shows one that is written: that of a box, else a new one that begins with `text`. False when nobody waits
   * for it any more, null where there is none of that box.
   * @param {SeekerAccount} account
   * @param {Uint8Array | null} box16
   * @param {string} text
   */
  async openEnquiry(account, box16, text) {
    const turn = this.#begin();
    const enquiries = await this.#fetchEnquiries(account);
    if (enquiries === null || turn !== this.#turn) return false;
    if (box16 === null) {
      enquiries.begin(text);
      return true;
    }
    if (enquiries.find(box16) === null) await enquiries.load();
    if (turn !== this.#turn) return false;
    const found = enquiries.find(box16);
    if (found === null) return null;
    enquiries.show(found);
    return true;
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
    this.enquiries.value?.leave();
    this.arrivals.value?.leave();
  }

  /** Nothing of an account is left here. */
  close() {
    this.leave();
    this.#enquiries.close();
    this.#arrivals.close();
    this.home.value = null;
  }

  #begin() {
    this.leave();
    return this.#turn;
  }

  /** @param {SeekerAccount} account */
  #fetchEnquiries(account) {
    return this.#enquiries.fetch(() => this.#enquiryPort.open(account));
  }

  /** @param {SeekerAccount} account */
  #fetchArrivals(account) {
    return this.#arrivals.fetch(() => this.#enquiryPort.openArrivals(account, this.#onArrived));
  }
}
