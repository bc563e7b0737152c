// Written enquiries as the access room needs them; the room itself is fetched with the first one.

import { t } from '../../ui/text.js';
import { noteOf } from '../enquiries/note.js';

/** @typedef {import('../../core/account.js').SeekerAccount} SeekerAccount */
/** @typedef {import('../../core/line.js').Line} Line */
/** @typedef {import('../../crypto/entry.js').Entry} Entry */
/** @typedef {import('../enquiries/enquiries.js').Enquiries} Enquiries */

/**
 * What the page says of its portal.
 * @typedef {{ portal16: Uint8Array, team16: Uint8Array, portalName: string, language: string, unacceptedDays: number }} PortalConfig
 */

export class EnquiryPort {
  #config;
  #line;

  /**
   * @param {PortalConfig} config
   * @param {Line} line shared with the account
   */
  constructor(config, line) {
    this.#config = config;
    this.#line = line;
  }

  /** Tells whether an entry of the keyring is a written enquiry. @param {Entry} entry */
  isOf(entry) {
    return noteOf(entry) !== null;
  }

  /**
   * All that this account has written and been answered; nothing of it is read before `load`.
   * @param {SeekerAccount} account
   * @returns {Promise<Enquiries>}
   */
  async open(account) {
    const [{ Enquiries }, { TeamPeople }, { fetchRoom }] = await Promise.all([
      import('../enquiries/enquiries.js'), import('../enquiries/people.js'), import('../enquiries/room.js'),
    ]);
    await fetchRoom();
    const { portal16, team16, portalName, language, unacceptedDays } = this.#config;
    return new Enquiries({
      line: this.#line, account, people: new TeamPeople(this.#line, team16, portal16), portal16, language, unacceptedDays,
      teamName: t('enquiries.team', { portal: portalName }), myName: t('chat.you'),
    });
  }
}
