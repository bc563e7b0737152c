// The quick exit, on every page a seeker sees. Without this file the link still leads to /exit.
// Order of leaving: the page is gone in the same frame, then the app wipes, then the browser goes on.

const NEUTRAL_ICON = 'data:,';
const EXIT_PATH = '/exit';
const SHIFTS = 3;
const SHIFTS_WITHIN_MS = 5_000;
/** How long a listener that cancels `quickexit` may hold the page back; it is hidden meanwhile. */
const HOLD_MS = 300;

const link = /** @type {HTMLElement} */ (document.getElementById('exit'));
const progress = /** @type {HTMLElement} */ (document.getElementById('exit-progress'));

/**
 * Times of the Shift presses that still count, in ms since the page began.
 * @type {number[]}
 */
let presses = [];
/** True while Shift is down and nothing else was pressed: then it was not for a capital letter. */
let alone = false;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let fading;

/**
 * Hides the page, lets the app wipe itself, and leaves. Listeners of `quickexit` on `document` run
 * before the navigation; one that must finish something first may call preventDefault() and leave by
 * itself, but 300 ms later the page goes in any case.
 */
export function leaveQuickly() {
  document.documentElement.hidden = true;
  document.title = link.dataset.title ?? '';
  for (const icon of document.querySelectorAll('link[rel="icon"]')) {
    icon.setAttribute('href', NEUTRAL_ICON);
  }
  const goes = document.dispatchEvent(new CustomEvent('quickexit', { cancelable: true }));
  if (goes) location.replace(EXIT_PATH);
  else setTimeout(() => location.replace(EXIT_PATH), HOLD_MS);
}

/** @param {string} sentence */
function announce(sentence) {
  progress.textContent = sentence;
  clearTimeout(fading);
  if (sentence !== '') fading = setTimeout(() => announce(''), SHIFTS_WITHIN_MS);
}

function forget() {
  presses = [];
  announce('');
}

/** @param {number} nowMs */
function countShift(nowMs) {
  presses = [...presses.filter((earlier) => nowMs - earlier < SHIFTS_WITHIN_MS), nowMs];
  const missing = SHIFTS - presses.length;
  if (missing <= 0) leaveQuickly();
  else announce((missing === 1 ? link.dataset.oneMore : link.dataset.twoMore) ?? '');
}

document.addEventListener('click', (event) => {
  const target = event.target instanceof Element ? event.target.closest('[data-quick-exit]') : null;
  if (target === null) return;
  event.preventDefault();
  leaveQuickly();
});

// Capture, so that a dialog or a text field cannot swallow the keys.
document.addEventListener('keydown', (event) => {
  if (event.key === 'Shift') {
    if (!event.repeat) alone = true;
    return;
  }
  alone = false;
  if (presses.length > 0) forget();
}, { capture: true });

document.addEventListener('keyup', (event) => {
  if (event.key !== 'Shift' || !alone) return;
  alone = false;
  countShift(performance.now());
}, { capture: true });

// A page that comes back from the browser's memory could still show what was on it.
window.addEventListener('pageshow', (event) => {
  if (!event.persisted) return;
  document.documentElement.hidden = true;
  const back = link.dataset.back ?? '/';
  if (back === location.pathname) location.reload();
  else location.replace(back);
});
