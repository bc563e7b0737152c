// The only script of the page about checking this service besides the quick exit: its own address in
// the commands, what the service says about its deletions, and whether this browser refuses a module
// that the page does not name.

// Not a literal import: one would put the module into the page's integrity map.
const UNNAMED = new URL('./unnamed.js', import.meta.url).href;

const health = /** @type {HTMLElement} */ (document.getElementById('health'));
const probe = /** @type {HTMLElement} */ (document.getElementById('probe'));
const probeStart = /** @type {HTMLButtonElement} */ (document.getElementById('probe-start'));
const probeSaid = /** @type {HTMLElement} */ (document.getElementById('probe-said'));

/** @type {Record<string, string>} */
const texts = JSON.parse(health.dataset.texts ?? '{}');

/**
 * What GET /healthz answers; times in ms since the epoch, 0 for "not yet".
 * @typedef {{ purge_last_run_ms: number, purge_next_run_ms: number, purge_overdue: number,
 *   pages_signed: number }} Health
 */

/** @param {string} key @param {Record<string, string | number>} [values] */
function sentence(key, values = {}) {
  return (texts[key] ?? '').replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}

/** @param {HTMLElement} line @param {'good' | 'bad' | ''} state @param {string[]} sentences */
function say(line, state, ...sentences) {
  line.dataset.state = state;
  line.textContent = sentences.join(' ');
}

/** @param {number} atMs */
function moment(atMs) {
  const form = { dateStyle: 'short', timeStyle: 'medium' };
  return new Intl.DateTimeFormat(health.dataset.language, /** @type {any} */ (form)).format(atMs);
}

/** @param {Health} found @returns {['good' | 'bad', string]} */
function deletions(found) {
  if (found.purge_last_run_ms === 0) return ['bad', sentence('not_yet')];
  const values = { last: moment(found.purge_last_run_ms), next: moment(found.purge_next_run_ms), n: found.purge_overdue };
  return found.purge_overdue === 0 ? ['good', sentence('in_time', values)] : ['bad', sentence('overdue', values)];
}

async function showHealth() {
  try {
    // With something overdue the answer is 503, and has its figures all the same.
    const reply = await fetch(health.dataset.href ?? '', { cache: 'no-store' });
    /** @type {Health} */
    const found = await reply.json();
    const [state, words] = deletions(found);
    const isSigned = found.pages_signed === 1;
    say(health, isSigned ? state : 'bad', words, sentence(isSigned ? 'signed' : 'not_signed'));
  } catch {
    say(health, 'bad', sentence('unknown'));
  }
}

async function tryBrowser() {
  const reply = await fetch(UNNAMED).catch(() => null);
  if (reply === null || !reply.ok) return say(probeSaid, 'bad', sentence('not_tried'));
  const ran = await import(UNNAMED).then(() => true, () => false);
  return say(probeSaid, ran ? 'bad' : 'good', sentence(ran ? 'ran' : 'refused'));
}

for (const place of document.querySelectorAll('[data-origin]')) place.textContent = location.origin;
probe.hidden = false;
probeStart.addEventListener('click', tryBrowser);
showHealth();
