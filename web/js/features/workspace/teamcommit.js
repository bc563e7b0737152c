// A commit that a member signs for a team's entry: the one who takes a first request on, or who seals it to the
// team's next key. It is made and checked as every member will check it, before anything is kept or sent: one that
// they refuse would damage the box for good.

import { checkCommit, encodeCommit, makeCommit } from '../../crypto/commit.js';
import { Kind, sealE1 } from '../../crypto/envelope.js';
import { kid } from '../../crypto/epoch.js';
import { BadStatement } from '../../crypto/errors.js';
import { randomBytes } from '../../crypto/random.js';
import { Role } from '../../crypto/roster.js';

/** @typedef {import('../../crypto/keys.js').EpochSecret} EpochSecret */
/** @typedef {import('../../crypto/roster.js').RosterEntry} RosterEntry */
/** @typedef {import('../../crypto/roster.js').RosterState} RosterState */
/** @typedef {import('../../crypto/transcript.js').Transcript} Transcript */

/**
 * What a reader of the team's commits on: read to its end, and sound.
 * @typedef {{ roster: RosterState, team: RosterEntry, es: EpochSecret }} Ground
 */

/**
 * Who is in it now, the team's entry and the present secret; BadStatement where no team is in it.
 * @param {Transcript} transcript
 * @returns {Ground}
 */
export function groundOf({ state: { roster, es } }) {
  const team = [...(roster?.entries.values() ?? [])].find(({ role }) => role === Role.TEAM);
  if (roster === null || es === null || team === undefined) throw new BadStatement('no team is in it');
  return { roster, team, es };
}

/**
 * @param {Transcript} transcript
 * @param {Ground} ground
 * @param {{ log: Pick<import('../../core/translog.js').LogReader, 'staff' | 'view'>, sign: import('../../crypto/keys.js').SignSecret,
 *   by: Uint8Array, nowMs: number, entry: RosterEntry, reason: number, es: EpochSecret }} parts `entry` takes the
 *   team's place; `by`: the own certificate
 * @returns {{ e1: Uint8Array, oldKid: Uint8Array, newKid: Uint8Array, epoch: number }}
 */
export function sealForTeam(transcript, { roster, team }, { log, sign, by, nowMs, entry, reason, es }) {
  const entries = [...[...roster.entries.values()].filter((one) => one !== team), entry];
  const { commit, wraps } = makeCommit(roster, entries, reason, es, by);
  // Read before the log was: who may sign for the team is judged by the newest.
  transcript.staff = log.staff;
  const body = transcript.draft({
    kind: Kind.COMMIT,
    stream: new DataView(randomBytes(4).slice().buffer).getUint32(0, true),
    i: 0,
    sentMs: nowMs,
    logN: log.view.size,
    payload: encodeCommit(commit),
    sidx: team.sidx,
  });
  checkCommit(roster, commit, team.sidx, wraps, { logN: body.logN, atMs: body.sentMs }, log.staff);
  const { key } = transcript;
  return {
    e1: sealE1(key, sign, body, wraps), oldKid: key.kid8, newKid: kid(es, roster.box16, commit.epoch), epoch: commit.epoch,
  };
}
