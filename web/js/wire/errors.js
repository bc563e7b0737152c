// Refusals on their way over the wire. Twin of crypto/wire/errors.py.
//
// The relay's codes are ERROR_CODES of the catalogue; three more arise on this side of the wire.
// Words for people are in web/text/, found by code.

import { ERROR_CODES } from './catalogue.js';

/** The connection ended before an answer came: nobody knows whether the relay acted. */
export const DISCONNECTED = 'disconnected';
/** The relay is alive but has not answered this request in time; the same uncertainty. */
export const NO_ANSWER = 'no_answer';
/** The relay and this client share no version; only a newer page helps. */
export const UNSUPPORTED_VERSION = 'unsupported_version';
const INTERNAL = 'internal';
/** Whoever is told to come back sooner met a busy moment; else the budget of a day is used up. */
const LONG_RETRY_MS = 10 * 60_000;

const KNOWN = new Set([...ERROR_CODES, DISCONNECTED, NO_ANSWER]);

/** A request that was refused or got no answer; `retryMs` > 0 says when trying again makes sense. */
export class WireError extends Error {
  /**
   * @param {string} code a code this client does not know counts as `internal`
   * @param {number} [retryMs]
   */
  constructor(code, retryMs = 0) {
    const known = KNOWN.has(code) ? code : INTERNAL;
    super(known);
    this.name = 'WireError';
    this.code = known;
    this.retryMs = retryMs;
  }

  /** Tells whether the relay may have acted although no answer came: repeat the same bytes. */
  get isUncertain() {
    return this.code === DISCONNECTED || this.code === NO_ANSWER;
  }

  /** Of `rate_limited`: tells whether it passes in a moment. */
  get isBusy() {
    return this.retryMs > 0 && this.retryMs <= LONG_RETRY_MS;
  }
}

/**
 * For what may fail without a word: a refusal, or no answer. Anything else is a fault and goes on.
 * @param {unknown} error
 */
export function ignoreRefusal(error) {
  if (!(error instanceof WireError)) throw error;
}
