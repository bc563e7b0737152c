// What went wrong, as the code of a sentence. Views find the words under `access.problem_<code>`.

import { report } from '../../core/errors.js';
import { RemoteError } from '../../crypto/errors.js';
import { UNSUPPORTED_VERSION, WireError } from '../../wire/errors.js';

/** What can be nobody's name or passphrase is as wrong as any other, and not worth a word of its own. */
const WRONG = ['wrong_key', 'too_short', 'too_long', 'bad_character'];
/** @type {Record<string, string>} */
const OF_THE_RELAY = {
  unauthorised: 'wrong',
  expired: 'expired',
  stale: 'expired',
  [UNSUPPORTED_VERSION]: 'version',
};

/**
 * An unknown name, a wrong passphrase, a blocked account and a lying relay are one thing: nobody may
 * learn from these words which of them it was.
 * @param {unknown} error
 * @returns {string}
 */
export function problemOf(error) {
  if (error instanceof WireError) return ofTheRelay(error);
  if (error instanceof RemoteError) return WRONG.includes(error.code) ? 'wrong' : 'damaged';
  report('access', error);
  return error instanceof Error && 'code' in error && error.code === 'self_test_failed' ? 'self_test_failed' : 'other';
}

/** @param {WireError} error */
function ofTheRelay(error) {
  if (error.isUncertain) return 'unreachable';
  if (error.code === 'rate_limited') return error.isBusy ? 'slow_down' : 'rate_limited';
  return OF_THE_RELAY[error.code] ?? 'other';
}
