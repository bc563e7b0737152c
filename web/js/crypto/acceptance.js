// The counsellor's signed `accept` and what a seeker's client checks before it shows a name.
// Twin of crypto/acceptance.py.
//
//   accept = ticket16, certificate hash, log size, log root, expires_ms,
//            SIG(C,"accept",[ticket16, seeker key hash, log size, log root, expires_ms])
//
// The seeker key hash HASH("ticket",sign_pk) ties the acceptance to one seeker's key, so the relay
// cannot swap two seekers behind one acceptance (protocol section 5, live chat). Whoever signed it
// knows it again by `verifyAccept` under the own key, after a crash and on another device.

import { CLOCK_TOLERANCE_MS, runsAt } from './certificate.js';
import { BadSignature } from './errors.js';
import * as labels from './labels.js';
import { Position } from './logview.js';
import { equal, hash, sign, verify } from './primitives.js';
import { Role } from './statement.js';

/** @typedef {import('./certificate.js').Certificate} Certificate */
/** @typedef {import('./keys.js').SignPublic} SignPublic */
/** @typedef {import('./keys.js').SignSecret} SignSecret */
/** @typedef {import('./logview.js').LogView} LogView */

export const VALID_MS = 12 * 60 * 1000;

// Who certifies others or looks over shoulders does not counsel.
/** @type {readonly number[]} */
const MAY_ACCEPT = [Role.COUNSELLOR, Role.LEAD];

/** What the seeker's client makes of an acceptance; only OK may show a name. */
export const Verdict = Object.freeze({
  OK: 'ok',
  WRONG_TICKET: 'wrong_ticket',
  LOG_UNKNOWN: 'log_unknown',
  LOG_FORK: 'log_fork',
  UNKNOWN_CERTIFICATE: 'unknown_certificate',
  BAD_SIGNATURE: 'bad_signature',
  WRONG_ROLE: 'wrong_role',
  REVOKED: 'revoked',
  NOT_YET_VALID: 'not_yet_valid',
  ENDED: 'ended',
  NOT_IN_TEAM: 'not_in_team',
  LOG_STALE: 'log_stale',
  EXPIRED: 'expired',
  TOO_LONG: 'too_long',
});

/**
 * An acceptance as it crosses the relay; `logSize` and `logRoot` are the signer's view.
 * @typedef {object} Accept
 * @property {Uint8Array} ticket16
 * @property {Uint8Array} certificateHash
 * @property {number} logSize
 * @property {Uint8Array} logRoot
 * @property {number} expiresMs
 * @property {Uint8Array} signature
 */

/**
 * HASH("ticket", sign_pk): stands on the ticket and in the acceptance.
 * @param {SignPublic} seekerPk
 * @returns {Uint8Array}
 */
export function seekerKeyHash(seekerPk) {
  return hash(labels.TICKET, seekerPk);
}

/**
 * Signs an acceptance with the certified key; 64 bytes. `expiresMs` is VALID_MS from now by the
 * relay's time, by which seekers will judge it.
 * @param {SignSecret} secret
 * @param {Uint8Array} ticket16
 * @param {Uint8Array} seekerHash
 * @param {number} logSize
 * @param {Uint8Array} logRoot
 * @param {number} expiresMs
 * @returns {Uint8Array}
 */
export function signAccept(secret, ticket16, seekerHash, logSize, logRoot, expiresMs) {
  return sign(secret, labels.SIG_ACCEPT, [ticket16, seekerHash, logSize, logRoot, expiresMs]);
}

/**
 * Throws BadSignature unless `publicKey` accepted this ticket for this seeker key.
 * @param {SignPublic} publicKey
 * @param {Readonly<Accept>} accept
 * @param {Uint8Array} seekerHash
 */
export function verifyAccept(publicKey, accept, seekerHash) {
  const { ticket16, logSize, logRoot, expiresMs, signature } = accept;
  const signed = [ticket16, seekerHash, logSize, logRoot, expiresMs];
  verify(publicKey, labels.SIG_ACCEPT, signature, signed);
}

/**
 * Names the first check that the acceptance fails, or OK. `ticket16`, `seekerHash` and `team16` are
 * what the caller itself knows, never what came with the acceptance. LOG_UNKNOWN: fetch the log and
 * ask again. LOG_FORK is an alarm.
 *
 * Certificate and TEAM are judged by this device's own clock: by the relay's, a relay and somebody
 * who has left could revive what has ended. The twelve minutes are judged by the relay's time, as the
 * signer counted them: a phone may be 20 minutes off, and a relay that lies here gains nothing but
 * delay of a word that was given to this very seeker.
 * @param {LogView} view
 * @param {Readonly<Accept>} accept
 * @param {{ ticket16: Uint8Array, seekerHash: Uint8Array, team16: Uint8Array, deviceNowMs: number,
 *   relayNowMs: number }} known
 * @returns {string} one of Verdict
 */
export function judgeAccept(view, accept, { ticket16, seekerHash, team16, deviceNowMs, relayNowMs }) {
  if (!equal(accept.ticket16, ticket16)) return Verdict.WRONG_TICKET;
  const position = view.position(accept.logSize, accept.logRoot);
  if (position === Position.AHEAD) return Verdict.LOG_UNKNOWN;
  if (position !== Position.KNOWN) return Verdict.LOG_FORK;
  const signer = view.certificate(accept.certificateHash);
  if (signer === null) return Verdict.UNKNOWN_CERTIFICATE;
  try {
    verifyAccept(signer.signPk, accept, seekerHash);
  } catch (error) {
    if (error instanceof BadSignature) return Verdict.BAD_SIGNATURE;
    throw error;
  }
  const standing = judgeSigner(view, signer, team16, deviceNowMs);
  if (standing !== Verdict.OK) return standing;
  // Somebody who states a log without their own certificate has looked at another one.
  if (accept.logSize <= signer.index) return Verdict.LOG_STALE;
  if (accept.expiresMs <= relayNowMs) return Verdict.EXPIRED;
  const isFar = accept.expiresMs > relayNowMs + VALID_MS + CLOCK_TOLERANCE_MS;
  return isFar ? Verdict.TOO_LONG : Verdict.OK;
}

/**
 * @param {LogView} view
 * @param {Readonly<Certificate>} signer
 * @param {Uint8Array} team16
 * @param {number} deviceNowMs
 * @returns {string}
 */
function judgeSigner(view, signer, team16, deviceNowMs) {
  if (!MAY_ACCEPT.includes(signer.role)) return Verdict.WRONG_ROLE;
  if (signer.revokedAt !== null) return Verdict.REVOKED;
  if (!runsAt(signer, deviceNowMs)) {
    return deviceNowMs < signer.notBeforeMs ? Verdict.NOT_YET_VALID : Verdict.ENDED;
  }
  return view.inTeam(team16, signer.subject16, deviceNowMs) ? Verdict.OK : Verdict.NOT_IN_TEAM;
}
