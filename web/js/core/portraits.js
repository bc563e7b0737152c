// The pictures beside signed profiles: fetched one by one, when somebody looks, and believed only when
// they are what the profile states.

import { RemoteError } from '../crypto/errors.js';
import { openPicture } from '../crypto/picture.js';
import '../wire/catalogue-account.js';
import { WireError } from '../wire/errors.js';
import { toHex } from './resumeslot.js';

/** @typedef {() => Promise<Uint8Array | null>} Portrait fetches it; null when there is none to be had */
/** @typedef {Readonly<{ subject16: Uint8Array, pictureHash: Uint8Array }>} Stating */

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
   * @param {Stating} profile as it was signed
   * @returns {Portrait | null}
   */
  of(team16, { subject16, pictureHash }) {
    if (pictureHash.length === 0) return null;
    const key = toHex(pictureHash);
    return () => {
      const found = this.#found.get(key) ?? portraitOf(this.#request, team16, { subject16, pictureHash });
      this.#found.set(key, found);
      // Without a line there is none now, and perhaps one the next time.
      return found.then((raw) => {
        if (raw === null) this.#found.delete(key);
        return raw;
      });
    };
  }
}

/**
 * Fetches the picture that a profile states; null when it cannot be had, or is another.
 * @param {import('./connection.js').Request} request
 * @param {Uint8Array} team16
 * @param {Stating} profile
 * @returns {Promise<Uint8Array | null>}
 */
export async function portraitOf(request, team16, { subject16, pictureHash }) {
  try {
    const { picture } = await request('profile_picture', { team16, subject16 });
    return openPicture(pictureHash, picture);
  } catch (error) {
    if (!(error instanceof RemoteError) && !(error instanceof WireError)) throw error;
    return null;
  }
}
