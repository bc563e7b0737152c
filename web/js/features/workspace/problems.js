// What went wrong at a sign-in, as a code that a sentence belongs to.

import { BadProof, BadStatement, NotWitnessed, RemoteError } from '../../crypto/errors.js';
import { BadCharacter, TooLong, TooShort } from '../../crypto/passphrase.js';
import { WireError } from '../../wire/errors.js';
import { NotInForce } from './session.js';

/**
 * The code of what went wrong at the sign-in.
 * @param {unknown} error
 * @returns {string}
 */
export function problemOf(error) {
  if (error instanceof NotInForce) return error.code;
  if (error instanceof NotWitnessed) return 'notWitnessed';
  if (error instanceof BadProof || error instanceof BadStatement) return 'logFork';
  if (error instanceof TooShort || error instanceof TooLong || error instanceof BadCharacter) return 'wrong';
  if (error instanceof WireError && error.isUncertain) return 'disconnected';
  if (error instanceof WireError && error.code === 'forbidden') return 'notCertified';
  if (error instanceof WireError && error.code === 'rate_limited') return 'slow';
  if (error instanceof RemoteError || (error instanceof WireError && error.code === 'unauthorised')) return 'wrong';
  return 'internal';
}
