// A commit that a member signs for a team's entry: the one who takes a first request on, or over, or who seals it to
// the team's next key. Twin of clientlib/teamcommit.py.

import { BadStatement } from '../../crypto/errors.js';
import { Role } from '../../crypto/roster.js';
import { sealCommit } from './commits.js';

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
 * @param {{ come: RosterEntry, go: readonly RosterEntry[], reason: number, es: EpochSecret, by: Uint8Array }} change `by`: the
 *   own certificate
 * @param {Parameters<typeof sealCommit>[2]} parts
 */
export function sealForTeam(transcript, { roster, team }, { come, go, reason, es, by }, parts) {
  const entries = [...[...roster.entries.values()].filter((one) => !go.includes(one)), come];
  return sealCommit(transcript, { entries, reason, es, by, sidx: team.sidx }, parts);
}
