// What a failure means for a seeker's page: the stage it ends in, and a code for the words.

import { RemoteError } from '../../crypto/errors.js';
import { WireError } from '../../wire/errors.js';
import { OfferRefused } from './offer.js';

/** While these hold, no chat can begin, whoever asks. */
const CLOSED_CODES = ['portal_closed', 'portal_full', 'purge_overdue'];

/**
 * `isFault`: something that nobody foresaw, to be reported. Null: a lost line, which comes back, or the
 * end of a sign-in, which the account itself tells.
 * @typedef {{ stage: 'refused' | 'closedPortal' | 'broken', problem: string, isFault: boolean } | null} Failure
 */

/**
 * A key that does not fit stops everything.
 * @param {unknown} error
 * @returns {Failure}
 */
export function failureOf(error) {
  if (error instanceof WireError && (error.isUncertain || error.code === 'unauthorised')) return null;
  if (error instanceof OfferRefused) return { stage: 'refused', problem: error.verdict, isFault: false };
  if (error instanceof WireError && CLOSED_CODES.includes(error.code)) {
    return { stage: 'closedPortal', problem: error.code, isFault: false };
  }
  const problem = error instanceof Error && 'code' in error ? String(error.code) : 'internal';
  return { stage: error instanceof RemoteError ? 'refused' : 'broken', problem, isFault: true };
}

/**
 * The relay knows no such ticket or box, or no longer.
 * @param {unknown} error
 */
export function isUnknown(error) {
  return error instanceof WireError && error.code === 'unknown';
}
