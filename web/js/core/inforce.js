// Who is certified now: one rule for staff and seekers. Apart from crypto/certificate.js, which pages have that ask for nobody.

import { runsAt } from '../crypto/certificate.js';

/** @typedef {Readonly<import('../crypto/certificate.js').Certificate>} Certificate */

/**
 * Those that are neither revoked nor outside of their validity, in the log's order: the last is the one that counts.
 * @param {readonly Certificate[]} certificates of one person
 * @param {number} nowMs
 */
export function inForce(certificates, nowMs) {
  return certificates.filter((one) => one.revokedAt === null && runsAt(one, nowMs));
}
