// The live room as the access room needs it, fetched when somebody wants to chat or to read a chat.

import { RemoteError } from '../../crypto/errors.js';
import { decodeNote } from '../live/note.js';

/** @typedef {import('../../core/account.js').SeekerAccount} SeekerAccount */
/** @typedef {import('../../core/line.js').Line} Line */
/** @typedef {import('../../crypto/entry.js').Entry} Entry */
/** @typedef {import('../live/chat.js').ChatModel} ChatModel */
/** @typedef {import('../live/model.js').SeekerModel} SeekerModel */
/** @typedef {import('../live/model.js').SeekerConfig} SeekerConfig */

export class LivePort {
  #config;
  #line;

  /**
   * @param {SeekerConfig} config of the page's portal
   * @param {Line} line shared with the account
   */
  constructor(config, line) {
    this.#config = config;
    this.#line = line;
  }

  /**
   * When a conversation began or was asked for; 0 where its entry does not say.
   * @param {Entry} entry
   */
  startOf({ settings }) {
    try {
      return decodeNote(settings).sinceMs;
    } catch (error) {
      if (!(error instanceof RemoteError)) throw error;
      return 0;
    }
  }

  /**
   * The live chat of a signed-in seeker: a new one, or back in the one that is open.
   * @param {SeekerAccount} account
   * @returns {Promise<SeekerModel>}
   */
  async begin(account) {
    const { SeekerModel } = await import('../live/model.js');
    return new SeekerModel(this.#config, { line: this.#line, account });
  }

  /**
   * A chat that is over, to be read; null when the server has it no more.
   * @param {SeekerAccount} account
   * @param {Entry} entry
   * @returns {Promise<ChatModel | null>}
   */
  async openPast(account, entry) {
    const { openPast } = await import('../live/past.js');
    return openPast(this.#line, account, entry, this.#config.myName);
  }
}
