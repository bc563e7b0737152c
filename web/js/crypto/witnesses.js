// Whether the witnesses whom POLICY names have cosigned a log, enough of them and lately enough.
// Twin of crypto/witnesses.py. Fetched only where POLICY asks for witnesses.
//
// The log's own signature lets every leaf count at once, so that a revocation waits for nobody. Beside
// it stands one checkpoint, perhaps an older one, under which the cosignatures lie: whoever shows two
// people two logs, or one of them an old one, can do so for `cosignedHours` and no longer.

import { CLOCK_TOLERANCE_MS } from './certificate.js';
import { openCheckpoint } from './checkpoint.js';
import { cosigned } from './cosignature.js';
import { NotWitnessed, RemoteError } from './errors.js';
import { Position } from './logview.js';

/** @typedef {import('./logview.js').LogView} LogView */
/** @typedef {import('./statement.js').Policy} Policy */

const MS_PER_HOUR = 3_600_000;

/**
 * Since when (ms) enough witnesses have seen the first `size` leaves, as asked for.
 * @typedef {{ readonly size: number, readonly atMs: number }} Witnessed
 */

/**
 * Returns what the witnesses have seen; null where POLICY asks for none. NotWitnessed. `nowMs` is the
 * device's own clock, for a relay that could name the time could name an old one.
 * @param {LogView} view
 * @param {Uint8Array} note the cosigned checkpoint that came with the log
 * @param {number} nowMs
 * @returns {Witnessed | null}
 */
export function check(view, note, nowMs) {
  const policy = view.policy();
  if (policy === null || policy.witnessQuorum === 0) return null;
  const { opened, times } = open(policy, note);
  if (view.position(opened.size, opened.root) !== Position.KNOWN) {
    throw new NotWitnessed("the cosigned checkpoint is another log's");
  }
  return { size: opened.size, atMs: counted(policy, times, nowMs) };
}

/**
 * @param {Policy} policy
 * @param {Uint8Array} note
 */
function open(policy, note) {
  try {
    const opened = openCheckpoint(note, policy.logOrigin, policy.logPk);
    return { opened, times: cosigned(note, policy.witnesses).map(({ timeS }) => timeS * 1000) };
  } catch (error) {
    if (error instanceof RemoteError) throw new NotWitnessed('no cosigned checkpoint');
    throw error;
  }
}

/**
 * Returns the time of the last witness needed for the quorum, the newest counted first.
 * @param {Policy} policy
 * @param {number[]} times
 * @param {number} nowMs
 */
function counted(policy, times, nowMs) {
  const beginMs = nowMs - policy.cosignedHours * MS_PER_HOUR;
  const endMs = nowMs + CLOCK_TOLERANCE_MS;
  const fresh = times.filter((atMs) => beginMs <= atMs && atMs <= endMs);
  if (fresh.length < policy.witnessQuorum) throw new NotWitnessed('too few witnesses, or too long ago');
  return fresh.sort((a, b) => b - a)[policy.witnessQuorum - 1];
}
