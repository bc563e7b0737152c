// Starts the access room: reads the shell, loads sentences and model, draws, and leaves at once when asked.

import { argon2id } from './core/argon2.js';
import { Clock } from './core/clock.js';
import { Line } from './core/line.js';
import { own } from './core/tasks.js';
import { EnquiryPort } from './features/accounts/enquiryport.js';
import { Entrance } from './features/accounts/entrance.js';
import { LivePort } from './features/accounts/liveport.js';
import { showAccess } from './features/accounts/view.js';
import { IdleWatch } from './ui/idle.js';
import { appElement, bytesOf, lineAddress, numberOf, onHide, onReturn, removeFallback, sendLast, tabStore } from './ui/shell.js';
import { loadText, t } from './ui/text.js';
import { ignoreRefusal } from './wire/errors.js';

/** The portal's link straight to the three steps. */
const CREATE_HASH = '#neu';
/** An invitation to a new access, whose words follow. */
const INVITATION_HASH = '#einladung=';
/** The portal's, and the waiting room's: somebody would rather write. */
const WRITE_HASH = '#schreiben';
const MINUTE_MS = 60_000;

/** The first act of all: one entry in the tab's history, and no trace of the wish, or of a secret, in it. */
function takeFragment() {
  const { hash, pathname } = location;
  if (hash !== '') history.replaceState(null, '', pathname);
  return hash;
}

const hash = takeFragment();
// An invitation pasted into this tab loads nothing by itself.
window.addEventListener('hashchange', () => { if (location.hash.startsWith(INVITATION_HASH)) location.reload(); });

const app = appElement();
const shell = app.dataset;
const language = shell.language ?? 'de';
const clock = new Clock();

const viewConfig = {
  portalName: shell.portalName ?? '',
  portalHref: shell.portalHref ?? '/',
  privacyHref: shell.privacyHref ?? '/',
  safeHref: shell.safeHref ?? '/',
  crisis: JSON.parse(shell.crisis ?? '[]'),
  retentionHours: numberOf(shell, 'retentionHours'),
  placeMinutes: numberOf(shell, 'placeMinutes'),
  enquiries: {
    promised: { answerDays: numberOf(shell, 'answerDays'), holidays: JSON.parse(shell.holidays ?? '[]') },
    topics: JSON.parse(shell.topics ?? '[]'),
    unacceptedDays: numberOf(shell, 'unacceptedDays'),
    idleDays: numberOf(shell, 'idleDays'),
  },
};

function makeLine() {
  return new Line({
    url: lineAddress(),
    clock,
    fingerprint: bytesOf(shell.fingerprint),
    deploymentId: bytesOf(shell.deploymentId),
  });
}

/** What a live chat of this page needs. */
function liveConfig() {
  return {
    portal16: bytesOf(shell.portal16),
    team16: bytesOf(shell.team16),
    language,
    myName: t('chat.you'),
    store: tabStore(),
    sendLast,
  };
}

/**
 * What the waiting room has kept; without a line there is nothing, and it is still there later.
 * @param {Line} line
 * @param {import('./core/resumeslot.js').TabStore} store
 */
async function fromWaiting(line, store) {
  const { FromWaiting } = await import('./features/accounts/fromwaiting.js');
  try {
    return await FromWaiting.read(line, store);
  } catch (error) {
    ignoreRefusal(error);
    return null;
  }
}

async function main() {
  const accessText = language === 'en' ? import('../text/access-en.js') : import('../text/access-de.js');
  const formsText = language === 'en' ? import('../text/accessforms-en.js') : import('../text/accessforms-de.js');
  const [{ AccessModel }] = await Promise.all([import('./features/accounts/model.js'), loadText(language, accessText, formsText)]);
  const line = makeLine();
  const entrance = new Entrance(line, argon2id);
  const live = liveConfig();
  const { portalName, enquiries: { unacceptedDays } } = viewConfig;
  const teams = { team16: live.team16, leads16: bytesOf(shell.leads16), level: shell.level ?? 'offen' };
  const enquiryPort = new EnquiryPort({ portal16: live.portal16, language, teams, portalName, unacceptedDays }, line, argon2id);
  const model = new AccessModel({ entrance, language, livePort: new LivePort(live, line), enquiryPort });
  const limitMs = numberOf(shell, 'idleMinutes') * MINUTE_MS;
  const idle = new IdleWatch({ limitMs, clock, onLock: () => own('locking', model.lock('idle')) });
  if (hash === CREATE_HASH) await model.toCreate();
  if (hash.startsWith(INVITATION_HASH)) own('an invitation', model.toInvited(hash));
  if (hash === WRITE_HASH) await model.toWrite(await fromWaiting(line, live.store));
  removeFallback();
  const takeAway = showAccess(model, viewConfig, idle, app);
  onReturn(() => line.connection.nudge());
  onHide(() => model.hide());
  document.addEventListener('quickexit', () => {
    for (const frame of model.waiting.peek()?.lastFrames() ?? []) sendLast(frame);
    model.leaveFast();
    takeAway();
    idle.dispose();
  });
}

own('starting the access room', main());
