// What runs out soon: the own certificate, and the TEAM statements that list me (protocol section 4). Pure.
// Twin of clientlib/duedates.py.
//
// A certificate is renewed by an admin, a TEAM by whichever member signs in during its last ten days; people are told
// in time, so that nobody stands outside on a Monday.

import { equal } from '../../crypto/primitives.js';

/** @typedef {import('../../crypto/logview.js').LogView} LogView */

/**
 * One line for people. `team16` is empty for a certificate; `levelDays` is the smallest of the levels that has been
 * reached, 0 when it has ended.
 * @typedef {Readonly<{ what: 'certificate' | 'team', team16: Uint8Array, levelDays: number, endMs: number }>} DueNotice
 */

/** Told from so many days before the end; 0: it has ended. */
export const LEVELS_DAYS = Object.freeze([30, 14, 3, 0]);
/** A TEAM runs 30 days and renews itself in the last ten: before, there is nothing to be done. */
export const TEAM_LEVELS_DAYS = Object.freeze([3, 0]);
const DAY_MS = 86_400_000;
const NO_TEAM = new Uint8Array(0);

/**
 * What of a person's runs out or has ended: the certificate first, then the teams. The newest of the certificates that
 * were not revoked counts; who has none is told elsewhere.
 * @param {LogView} view
 * @param {Uint8Array} subject16
 * @param {number} nowMs by the device's own clock, as validities are judged
 * @returns {DueNotice[]}
 */
export function dueNotices(view, subject16, nowMs) {
  const held = view.ownCertificates(subject16).filter((one) => one.revokedAt === null);
  const own = held.length === 0 ? null : Math.max(...held.map((one) => one.notAfterMs));
  const certificate = own === null ? [] : noticesOf('certificate', NO_TEAM, own, LEVELS_DAYS, nowMs);
  const teams = view.teamIds().flatMap((team16) => {
    const latest = view.latestTeam(team16);
    const isMine = latest !== null && latest.team.members.some((one) => equal(one, subject16));
    return isMine ? noticesOf('team', team16, latest.notAfterMs, TEAM_LEVELS_DAYS, nowMs) : [];
  });
  return [...certificate, ...teams];
}

/**
 * @param {DueNotice['what']} what
 * @param {Uint8Array} team16
 * @param {number} endMs
 * @param {readonly number[]} levels
 * @param {number} nowMs
 * @returns {DueNotice[]} one, or none while there is time
 */
function noticesOf(what, team16, endMs, levels, nowMs) {
  const reached = levels.filter((days) => endMs - nowMs <= days * DAY_MS);
  return reached.length === 0 ? [] : [{ what, team16, levelDays: Math.min(...reached), endMs }];
}
