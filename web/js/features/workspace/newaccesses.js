// The new accesses that can be given, one for each open conversation of a counsellor.

import { own } from '../../core/tasks.js';
import '../../wire/catalogue-staff.js';
import { NewAccess } from './newaccess.js';

/** @typedef {import('./casethread.js').CaseThread} CaseThread */

export class NewAccesses {
  #place;
  /** @type {Map<string, NewAccess>} */
  #all = new Map();

  /** @param {import('./place.js').Place} place */
  constructor(place) {
    this.#place = place;
    place.line.on('invite_answered', (/** @type {any} */ { joinId16 }) => {
      for (const one of this.#all.values()) if (one.isOf(joinId16)) own('an answered invitation', one.look());
    });
  }

  /** @param {string} id of a conversation @returns {NewAccess | null} */
  of(id) {
    return this.#all.get(id) ?? null;
  }

  /**
   * @param {string} id
   * @param {import('./session.js').Session} session
   * @param {Uint8Array} portal16
   * @param {CaseThread} thread read to its end
   */
  follow(id, { keys, keyring }, portal16, thread) {
    const { request, clock, log, invitations } = this.#place;
    const access = new NewAccess({ request, clock, log, keys, keyring, ...invitations(portal16) }, thread);
    this.#all.set(id, access);
    if (access.stage.value !== 'none') own('an invitation', access.look());
  }

  /** On a new line: sees again whether somebody has answered. */
  readOn() {
    for (const one of this.#all.values()) if (one.stage.value !== 'none') own('an invitation', one.look());
  }

  clear() {
    this.#all.clear();
  }
}
