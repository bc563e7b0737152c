// The pictures beside signed profiles: fetched one by one, when somebody looks, and believed only when
// they are what the profile states.

import { RemoteError } from '../crypto/errors.js';
import { openPicture } from '../crypto/picture.js';
import '../wire/catalogue-account.js';
import { WireError } from '../wire/errors.js';
import { toHex } from './resumeslot.js';

/** @typedef {() => Promise<Uint8Array | null>} Portrait fetches it; null when there is none to be had */

export class Portraits {
  #request;
  /** What has come, by hash: reading a team again fetches nothing twice. @type {Map<string, Promise<Uint8Array | null>>} */
  #found = new Map();

  /** @param {import('./connection.js').Request} request */
  constructor(request) {
    this.#request = request;
  }

  /**
   * What finds the picture that a profile states; null where it states none.
   * @param {Uint8Array} team16 that lists the person
   * @param {{ subject16: Uint8Array, pictureHash: Uint8Array }} profile as it was signed
   * @returns {Portrait | null}
   */
  of(team16, { subject16, pictureHash }) {
    if (pictureHash.length === 0) return null;
    const key = toHex(pictureHash);
    return () => {
      const found = this.#found.get(key) ?? this.#fetch(team16, subject16, pictureHash);
      this.#found.set(key, found);
      // Without a line there is none now, and perhaps one the next time.
      return found.then((raw) => {
        if (raw === null) this.#found.delete(key);
        return raw;
      });
    };
  }

  /** @param {Uint8Array} team16 @param {Uint8Array} subject16 @param {Uint8Array} pictureHash */
  async #fetch(team16, subject16, pictureHash) {
    try {
      const { picture } = await this.#request('profile_picture', { team16, subject16 });
      return openPicture(pictureHash, picture);
    } catch (error) {
      if (!(error instanceof RemoteError) && !(error instanceof WireError)) throw error;
      return null;
    }
  }
}
