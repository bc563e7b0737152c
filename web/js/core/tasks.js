// Every promise has an owner: what is not awaited is handed in here, and a failure is reported.

import { report } from './errors.js';

/**
 * Owns a promise that nobody awaits.
 * @param {string} doing what it does, in fixed words, for the report
 * @param {Promise<unknown>} promise
 */
export function own(doing, promise) {
  promise.then(undefined, (error) => report(doing, error));
}
