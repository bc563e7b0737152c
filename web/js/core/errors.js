// The one place where a fault of ours becomes visible: the console, and whoever listens.
//
// A message could carry what somebody typed or a library's idea of it, so it is never printed:
// the console gets what was being done, the kind of error, its code and the lines of code.

/** @typedef {{ doing: string, name: string, code: string, where: string[] }} Report */

/** @type {Set<(report: Report) => void>} */
const listeners = new Set();

/**
 * Reports a fault that nobody else handles.
 * @param {string} doing what was being done, in fixed words
 * @param {unknown} error
 */
export function report(doing, error) {
  const made = describe(doing, error);
  console.error(`${made.doing}: ${made.name} ${made.code}\n${made.where.join('\n')}`);
  for (const listener of listeners) listener(made);
}

/**
 * Calls `listener` at each report; returns what ends that.
 * @param {(report: Report) => void} listener
 * @returns {() => void}
 */
export function onReport(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/**
 * @param {string} doing
 * @param {unknown} error
 * @returns {Report}
 */
function describe(doing, error) {
  if (!(error instanceof Error)) return { doing, name: typeof error, code: '', where: [] };
  const code = 'code' in error ? String(error.code) : '';
  // Only frames: the first lines of a stack repeat the message.
  const where = (error.stack ?? '').split('\n').filter((line) => /^\s*at |@.*:\d+/.test(line));
  return { doing, name: error.name, code, where };
}
