// Who is certified now; and the leads' own team, which lists people who are certified as leads, and nobody else. Twin of
// clientlib/leads.py.

import { runsAt } from '../crypto/certificate.js';
import { BadStatement } from '../crypto/errors.js';
import { isLeads } from '../crypto/levels.js';
import { Role } from '../crypto/statement.js';

/** @typedef {import('../crypto/logview.js').LogView} LogView */
/** @typedef {Readonly<import('../crypto/certificate.js').Certificate>} Certificate */

/**
 * Those that are neither revoked nor outside of their validity, in the log's order: the last is the one that counts.
 * @param {readonly Certificate[]} certificates of one person
 * @param {number} nowMs
 */
export function inForce(certificates, nowMs) {
  return certificates.filter((one) => one.revokedAt === null && runsAt(one, nowMs));
}

/**
 * The one under which somebody counsels; null without one.
 * @param {readonly Certificate[]} certificates of one person
 * @param {number} nowMs
 */
export function counselling(certificates, nowMs) {
  return inForce(certificates, nowMs).filter(({ role }) => role !== Role.ADMIN).at(-1) ?? null;
}

/**
 * Whom a leads' team lists though their certificate in force is no lead's.
 * @param {LogView} view
 * @param {Readonly<import('../crypto/statement.js').Team>} team
 * @param {number} nowMs
 * @returns {Uint8Array[]} their subject16
 */
export function strangersIn(view, { members }, nowMs) {
  return members.filter((subject16) => {
    const held = inForce(view.ownCertificates(subject16), nowMs).at(-1);
    return held !== undefined && held.role !== Role.LEAD;
  });
}

/**
 * BadStatement where something for leads alone would be sealed to somebody who is none.
 * @param {LogView} view
 * @param {import('../crypto/levels.js').Teams} teams
 * @param {Readonly<import('../crypto/statement.js').Team>} team
 * @param {number} nowMs
 */
export function checkLeads(view, teams, team, nowMs) {
  if (isLeads(teams, team.team16) && strangersIn(view, team, nowMs).length > 0) throw new BadStatement('among the leads is somebody who is none');
}
