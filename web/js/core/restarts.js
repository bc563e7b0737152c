// The alarm for a team that an admin has begun anew (protocol section 4). Every other change of a team is signed by
// one of its members; a restart is not: an admin alone says who is in the team and under which key. So whoever is
// about to trust that must have seen it. Pure. Twin of clientlib/restarts.py.

import { keyHash } from '../crypto/certificate.js';
import { equal } from '../crypto/primitives.js';

/** @typedef {import('../crypto/certificate.js').Certificate} Certificate */
/** @typedef {import('../crypto/certificate.js').TeamStatement} TeamStatement */
/** @typedef {import('../crypto/logview.js').LogView} LogView */

/**
 * The last restart of a team; what came before it counts no more.
 * @param {LogView} view
 * @param {Uint8Array} team16
 * @returns {Readonly<TeamStatement> | null}
 */
export function newestRestart(view, team16) {
  return view.teamHistory(team16).filter(({ team }) => team.restart).at(-1) ?? null;
}

/**
 * The last restart of a team if it is not among those that were seen.
 * @param {LogView} view
 * @param {Uint8Array} team16
 * @param {readonly Uint8Array[]} seen TEAM hashes
 * @returns {Readonly<TeamStatement> | null}
 */
export function unseenRestart(view, team16, seen) {
  const found = newestRestart(view, team16);
  return found === null || seen.some((one) => equal(one, found.hash)) ? null : found;
}

/**
 * What is kept once it was seen: one hash a team, the newest.
 * @param {LogView} view
 * @param {readonly Uint8Array[]} seen
 * @param {Readonly<TeamStatement>} statement
 * @returns {Uint8Array[]}
 */
export function withSeen(view, seen, statement) {
  const current = view.teamIds().flatMap((team16) => newestRestart(view, team16)?.hash ?? []);
  return current.filter((hash) => [...seen, statement.hash].some((one) => equal(one, hash)));
}

/**
 * Who signed a statement; null for a key that has no certificate.
 * @param {LogView} view
 * @param {Readonly<TeamStatement>} statement
 * @returns {Readonly<Certificate> | null}
 */
export function signerOf(view, statement) {
  const issuerHash = view.entries[statement.index]?.leaf?.issuerHash ?? null;
  const all = view.entries.flatMap(({ hash }) => view.certificate(hash) ?? []);
  return all.findLast((one) => issuerHash !== null && equal(keyHash(one.signPk), issuerHash)) ?? null;
}
