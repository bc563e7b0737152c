// The only script of a portal page besides the quick exit: says whether the chat is open, and warms
// the browser's cache with the chat's modules while the person reads.

const CHECK_EVERY_MS = 60_000;
const DAY_MS = 86_400_000;

const state = /** @type {HTMLElement} */ (document.getElementById('open-state'));
const line = /** @type {HTMLElement} */ (document.getElementById('open-state-text'));
const start = /** @type {HTMLAnchorElement} */ (document.getElementById('chat-start'));

/** @type {Record<string, string>} */
const texts = JSON.parse(state.dataset.texts ?? '{}');
const language = state.dataset.language ?? 'de';
const seats = Number(state.dataset.seats);

/**
 * What GET /api/portal/<portal16> answers. `closes_ms` is 0 while no closing time is planned.
 * @typedef {{open: boolean, waiting: number, next_open_ms: number, closes_ms: number}} PortalState
 */

/** @param {string} key @param {Record<string, string | number>} [values] */
function say(key, values = {}) {
  return (texts[key] ?? '').replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}

/** @param {number} atMs */
function clock(atMs) {
  const form = { hour: '2-digit', minute: '2-digit' };
  return new Intl.DateTimeFormat(language, /** @type {any} */ (form)).format(atMs);
}

/** @param {number} atMs */
function day(atMs) {
  return new Intl.DateTimeFormat('en', { dateStyle: 'short' }).format(atMs);
}

/** @param {number} atMs @param {number} nowMs */
function opensAt(atMs, nowMs) {
  const values = {
    time: clock(atMs),
    day: new Intl.DateTimeFormat(language, { weekday: 'long' }).format(atMs),
  };
  if (day(atMs) === day(nowMs)) return say('state_opens_today', values);
  if (day(atMs) === day(nowMs + DAY_MS)) return say('state_opens_tomorrow', values);
  return say('state_opens_on', values);
}

/** @param {PortalState} portal @returns {[string, string]} the state's name and its sentence */
function describe(portal) {
  const nowMs = performance.timeOrigin + performance.now();
  if (!portal.open) {
    const next = portal.next_open_ms;
    return ['closed', next > nowMs ? opensAt(next, nowMs) : say('state_nobody')];
  }
  if (seats > 0 && portal.waiting >= seats) return ['full', say('state_full')];
  // The time alone would not say which day is meant, when it is not this one.
  const closesSoon = portal.closes_ms > nowMs && portal.closes_ms <= nowMs + DAY_MS;
  const open = closesSoon
    ? say('state_open_until', { time: clock(portal.closes_ms).replace(/^00:00$/, '24:00') })
    : say('state_open');
  if (portal.waiting === 0) return ['open', open];
  const key = portal.waiting === 1 ? 'state_waiting_one' : 'state_waiting';
  return ['open', `${open} · ${say(key, { n: portal.waiting })}`];
}

/** @param {string} name @param {string} sentence */
function show(name, sentence) {
  state.dataset.state = name;
  // A status region speaks on every change, so an equal sentence is left alone.
  if (line.textContent !== sentence) line.textContent = sentence;
  start.hidden = name === 'closed';
}

async function check() {
  try {
    const reply = await fetch(`/api/portal/${state.dataset.portal16}`, { cache: 'no-store' });
    if (!reply.ok) throw new Error('no answer');
    show(...describe(await reply.json()));
  } catch {
    show('unknown', say('state_unknown'));
  }
}

/** Fetches into the HTTP cache only; nothing runs before the person starts the chat. */
function prefetch() {
  const saves = /** @type {any} */ (navigator).connection?.saveData === true;
  if (saves) return;
  for (const address of (state.dataset.prefetch ?? '').split(' ')) {
    if (address !== '') fetch(address, /** @type {any} */ ({ priority: 'low' })).catch(() => {});
  }
}

show('checking', say('state_checking'));
check();
setInterval(() => { if (!document.hidden) check(); }, CHECK_EVERY_MS);
if (document.readyState === 'complete') prefetch();
else window.addEventListener('load', prefetch, { once: true });
