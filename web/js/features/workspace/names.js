// What colleagues are called: profiles, each signed by a key that the log certifies. And what seekers
// call themselves.

import { shownName } from '../../core/pseudonym.js';
import { toHex } from '../../core/resumeslot.js';
import { RemoteError } from '../../crypto/errors.js';
import { BadCharacter, normalisePseudonym } from '../../crypto/passphrase.js';
import { encodeProfile, signProfile } from '../../crypto/ownprofile.js';
import { openProfile } from '../../crypto/profile.js';
import '../../wire/catalogue-staff.js';

/** @typedef {import('../../crypto/logview.js').LogView} LogView */
/** @typedef {{ name: string, texts: readonly string[] }} Shown */
/** @typedef {{ view: LogView, signed: { subject16: Uint8Array, profile: Uint8Array, signature: Uint8Array } }} Told */

const SECOND_MS = 1_000;

export class Names {
  /** Opened: by a key that the log certifies. @type {Map<string, Shown>} */
  #profiles = new Map();
  /** Of those whose certificates were all revoked. @type {Map<string, Shown>} */
  #former = new Map();
  /** As the relay told them, opened when somebody is named: a team has up to 200. @type {Map<string, Told>} */
  #told = new Map();

  /**
   * Reads the profiles of these teams; one that does not open is nobody's.
   * @param {import('../../core/connection.js').Request} request
   * @param {LogView} view
   * @param {readonly Uint8Array[]} teams
   */
  async read(request, view, teams) {
    const distinct = new Map(teams.map((team16) => [toHex(team16), team16]));
    for (const team16 of distinct.values()) {
      const { profiles } = await request('profiles', { team16 });
      for (const signed of profiles) this.#told.set(toHex(signed.subject16), { view, signed });
    }
  }

  /** What was just published. @param {Uint8Array} subject16 @param {string} name */
  learn(subject16, name) {
    const known = this.#profileOf(subject16);
    this.#profiles.set(toHex(subject16), { texts: [], ...known, name });
  }

  /** @param {Uint8Array} subject16 */
  of(subject16) {
    return this.#profileOf(subject16)?.name ?? '';
  }

  /** What somebody is called, or was called before their key was revoked. @param {Uint8Array} subject16 */
  once(subject16) {
    return this.of(subject16) || (this.#former.get(toHex(subject16))?.name ?? '');
  }

  /** What they say of themselves. @param {Uint8Array} subject16 */
  textsOf(subject16) {
    return this.#profileOf(subject16)?.texts ?? [];
  }

  /**
   * @param {Uint8Array} subject16
   * @returns {Shown | undefined}
   */
  #profileOf(subject16) {
    const key = toHex(subject16);
    const told = this.#told.get(key);
    this.#told.delete(key);
    if (told !== undefined) this.#open(told);
    return this.#profiles.get(key);
  }

  /** @param {Told} told */
  #open({ view, signed: { subject16, profile, signature } }) {
    for (const { signPk, revokedAt } of view.ownCertificates(subject16)) {
      try {
        const opened = openProfile(signPk, subject16, profile, signature);
        (revokedAt === null ? this.#profiles : this.#former).set(toHex(subject16), opened);
      } catch (error) {
        if (!(error instanceof RemoteError)) throw error;
      }
    }
  }
}

/**
 * Publishes the name of who is signed in; seconds count it, so that the newest counts on whichever device.
 * @param {import('../../core/connection.js').Request} request
 * @param {Pick<import('./session.js').Session, 'subject16' | 'signSecret'>} session
 * @param {string} name
 * @param {number} nowMs
 */
export async function publishName(request, { subject16, signSecret }, name, nowMs) {
  const counter = Math.floor(nowMs / SECOND_MS);
  const none = new Uint8Array(0);
  const profile = encodeProfile({ subject16, counter, name, languages: [], texts: ['', ''], status: '', pictureHash: none });
  await request('profile_put', { profile, signature: signProfile(signSecret, profile), picture: none });
}

/**
 * A pseudonym as a seeker told it, as it is shown; RemoteError for one that no account can have: it could look like
 * somebody else's name.
 * @param {string} given
 */
export function pseudonymOf(given) {
  if (normalisePseudonym(given) !== given) throw new BadCharacter('not a pseudonym');
  return shownName(given);
}
