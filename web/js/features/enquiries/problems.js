// Why an enquiry did not go, as the code of a sentence: `enquiries.problem_<code>`.

import { report } from '../../core/errors.js';
import { NotWitnessed, RemoteError } from '../../crypto/errors.js';
import { WireError } from '../../wire/errors.js';
import { NoPlace } from './recipient.js';
import { TeamRestarted } from './restarted.js';
import { AddresseeGone } from './sending.js';

/** @type {Record<string, string>} */
const OF_THE_RELAY = { rate_limited: 'rate_limited', purge_overdue: 'overdue', storage: 'storage' };

/**
 * The end of a sign-in is told by the account itself, and what was typed waits until then.
 * @param {unknown} error
 */
export function problemOf(error) {
  if (error instanceof TeamRestarted) return 'team_restarted';
  if (error instanceof NoPlace) return 'no_place';
  if (error instanceof AddresseeGone) return 'addressee_gone';
  if (error instanceof WireError) return ofTheRelay(error);
  if (error instanceof NotWitnessed) return error.code;
  if (error instanceof RemoteError) return 'damaged';
  report('an enquiry', error);
  return 'other';
}

/** @param {WireError} error */
function ofTheRelay(error) {
  if (error.isUncertain) return 'unreachable';
  if (error.code === 'rate_limited' && error.isBusy) return 'slow_down';
  return OF_THE_RELAY[error.code] ?? 'other';
}
