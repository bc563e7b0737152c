// What became of conversations whose end this account has seen: asked of the public lists and the log.

import { signal } from '../../core/signals.js';
import { RemoteError } from '../../crypto/errors.js';
import { WireError } from '../../wire/errors.js';

/** @typedef {import('../../core/deletion.js').Deletion} Deletion */
/** @typedef {import('../../core/translog.js').LogReader} LogReader */

/** What is not due yet is told where it still lies; what is published no more says nothing. @type {string[]} */
const UNTOLD = ['later', 'past'];

export class DeletionsModel {
  /** Null until it was looked. @type {import('../../core/signals.js').Signal<readonly Deletion[] | null>} */
  all = signal(/** @type {readonly Deletion[] | null} */ (null));
  /** They could not be looked for. */
  hasFailed = signal(false);
  #read;

  /** @param {() => Promise<readonly Deletion[]>} read */
  constructor(read) {
    this.#read = read;
  }

  /** Looks anew; what is shown stays until then. */
  async load() {
    this.hasFailed.value = false;
    try {
      const found = await this.#read();
      this.all.value = found.filter((one) => !UNTOLD.includes(one.found.evidence));
    } catch (error) {
      // No list, or no log that could be believed: then nothing is said of any of them.
      if (!(error instanceof WireError) && !(error instanceof RemoteError)) throw error;
      this.all.value = null;
      this.hasFailed.value = true;
    }
  }
}

/**
 * Looks for the tombs of a keyring. What it takes is fetched with the first look. The later of the two clocks counts: a
 * relay whose time stands still puts off no alarm.
 * @param {{ keyring: { readonly entries: readonly import('../../crypto/entry.js').Entry[] }, log: LogReader,
 *   clock: Pick<import('../../core/clock.js').Clock, 'now' | 'serverNow'> }} place
 */
export async function readDeletions({ keyring, log, clock }) {
  const [{ dayLists, deletionsOf }] = await Promise.all([import('../../core/deletion.js'), log.update()]);
  return deletionsOf(keyring.entries, log.view, dayLists(), Math.max(clock.now(), clock.serverNow()));
}
