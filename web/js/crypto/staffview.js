// The questions that boxes ask about staff, answered from a replayed log. Twin of crypto/staffview.py.

import { runsAt } from './certificate.js';
import { equal } from './primitives.js';
import { Role } from './statement.js';

/** @typedef {import('./certificate.js').TeamStatement} TeamStatement */
/** @typedef {import('./logview.js').LogView} LogView */

/** A replayed log as a `StaffView` of roster.js; answers for any earlier size of the log too. */
export class LogStaff {
  /** Every envelope asks for the root it states; the view never changes. @type {Map<number, Uint8Array>} */
  #roots = new Map();

  /** @param {LogView} view */
  constructor(view) {
    this.view = view;
  }

  /** @param {Uint8Array} certificateHash */
  counsellor(certificateHash) {
    const found = this.view.certificate(certificateHash);
    // An auditor opens no box, whatever TEAM says; the trials of audits do not run in a browser.
    return found?.role === Role.AUDITOR ? null : found;
  }

  /** @param {Uint8Array} teamHash */
  team(teamHash) {
    return this.view.team(teamHash);
  }

  /**
   * Tells whether that TEAM was its team's newest in the first `logN` leaves, and ran.
   * @param {Uint8Array} teamHash
   * @param {number} logN
   * @param {number} atMs
   * @returns {boolean}
   */
  isCurrentTeam(teamHash, logN, atMs) {
    const found = this.view.team(teamHash);
    if (found === null) return false;
    const newest = this.#newest(found.team.team16, logN);
    return newest !== null && equal(newest.hash, teamHash) && runsAt(newest, atMs);
  }

  /**
   * Tells whether the team's current TEAM lists the person; empty `team16`: some team's.
   * @param {Uint8Array} team16
   * @param {Uint8Array} subject16
   * @param {number} logN
   * @param {number} atMs
   * @returns {boolean}
   */
  inTeam(team16, subject16, logN, atMs) {
    const teams = team16.length > 0 ? [team16] : this.view.teamIds();
    return teams.some((one) => {
      const newest = this.#newest(one, logN);
      if (newest === null || !runsAt(newest, atMs)) return false;
      return newest.team.members.some((member) => equal(member, subject16));
    });
  }

  /**
   * Returns the log's Merkle root at size `logN`; null when the log read is shorter.
   * @param {number} logN
   * @returns {Uint8Array | null}
   */
  logRoot(logN) {
    if (logN > this.view.size) return null;
    const root = this.#roots.get(logN) ?? this.view.rootAt(logN);
    this.#roots.set(logN, root);
    return root;
  }

  /**
   * @param {Uint8Array} team16
   * @param {number} logN
   * @returns {Readonly<TeamStatement> | null}
   */
  #newest(team16, logN) {
    const earlier = this.view.teamHistory(team16).filter((one) => one.index < logN);
    return earlier.length === 0 ? null : earlier[earlier.length - 1];
  }
}
