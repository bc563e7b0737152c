// Written enquiries as the access room needs them, and invitations to a new access to one; both are fetched with the
// first one.

import { t } from '../../ui/text.js';
import { isArrival, isWritten } from '../enquiries/note.js';

/** @typedef {import('../../core/account.js').SeekerAccount} SeekerAccount */
/** @typedef {import('../../core/line.js').Line} Line */
/** @typedef {import('../../crypto/entry.js').Entry} Entry */
/** @typedef {import('../enquiries/enquiries.js').Enquiries} Enquiries */
/** @typedef {import('../enquiries/opening.js').Correspondence} Correspondence */
/** @typedef {import('../newaccess/arrivals.js').Arrivals} Arrivals */
/** @typedef {import('../newaccess/invited.js').Invited} Invited */

/**
 * What the page says of its portal.
 * @typedef {{ portal16: Uint8Array, teams: import('../../crypto/levels.js').Teams, portalName: string, language: string, unacceptedDays: number }} PortalConfig
 */

export class EnquiryPort {
  #config;
  #line;
  #argon2id;

  /**
   * @param {PortalConfig} config
   * @param {Line} line shared with the account
   * @param {import('../../core/argon2.js').Argon2id} argon2id
   */
  constructor(config, line, argon2id) {
    this.#config = config;
    this.#line = line;
    this.#argon2id = argon2id;
  }

  /** Tells whether an entry of the keyring is a written enquiry, be it one that has moved. @param {Entry} entry */
  isOf(entry) {
    return isWritten(entry);
  }

  /** Tells whether it is an invitation under way to one. @param {Entry} entry */
  isArrival(entry) {
    return isArrival(entry);
  }

  /** An invitation that somebody brings along. @returns {Promise<Invited>} */
  async invited() {
    const [{ Invited }, { fetchNewAccess }] = await Promise.all([import('../newaccess/invited.js'), import('../newaccess/room.js')]);
    await fetchNewAccess();
    return new Invited(this.#line, this.#argon2id);
  }

  /**
   * The invitations that this account has answered; nothing of them is asked before `load`.
   * @param {SeekerAccount} account
   * @param {(box16: Uint8Array, wasShown: boolean) => void} onArrived
   * @returns {Promise<Arrivals>}
   */
  async openArrivals(account, onArrived) {
    const [{ Arrivals }, { fetchNewAccess }, about] = await Promise.all([
      import('../newaccess/arrivals.js'), import('../newaccess/room.js'), this.#correspondence(account),
    ]);
    await fetchNewAccess();
    return new Arrivals(about, onArrived);
  }

  /**
   * All that this account has written and been answered; nothing of it is read before `load`.
   * @param {SeekerAccount} account
   * @returns {Promise<Enquiries>}
   */
  async open(account) {
    const [{ Enquiries }, about] = await Promise.all([import('../enquiries/enquiries.js'), this.#correspondence(account)]);
    return new Enquiries(about);
  }

  /** @param {SeekerAccount} account @returns {Promise<Correspondence>} */
  async #correspondence(account) {
    const [{ TeamPeople }, { fetchRoom }] = await Promise.all([import('../enquiries/people.js'), import('../enquiries/room.js')]);
    const { portal16, teams, portalName, language, unacceptedDays } = this.#config;
    await fetchRoom(teams.level);
    return {
      line: this.#line, account, people: new TeamPeople(this.#line, teams, portal16), portal16, language, unacceptedDays,
      teamName: t('enquiries.team', { portal: portalName }), myName: t('chat.you'),
    };
  }
}
