// Starts a seeker's page: reads the shell, loads sentences and model, draws, and leaves at once when asked.

import { Clock } from './core/clock.js';
import { own } from './core/tasks.js';
import { showSeeker } from './features/live/view.js';
import { appElement, bytesOf, lineAddress, numberOf, onHide, onReturn, removeFallback, sendLast, tabStore } from './ui/shell.js';
import { loadText, t } from './ui/text.js';

const app = appElement();
const shell = app.dataset;
const language = shell.language ?? 'de';

const viewConfig = {
  portalName: shell.portalName ?? '',
  portalHref: shell.portalHref ?? '/',
  privacyHref: shell.privacyHref ?? '/',
  accessHref: shell.accessHref ?? '',
  safeHref: shell.safeHref ?? '/',
  crisis: JSON.parse(shell.crisis ?? '[]'),
  retentionHours: numberOf(shell, 'retentionHours'),
  placeMinutes: numberOf(shell, 'placeMinutes'),
};

function lineConfig() {
  return {
    url: lineAddress(),
    clock: new Clock(),
    fingerprint: bytesOf(shell.fingerprint),
    deploymentId: bytesOf(shell.deploymentId),
  };
}

function modelConfig() {
  return {
    portal16: bytesOf(shell.portal16),
    team16: bytesOf(shell.team16),
    language,
    myName: t('chat.you'),
    store: tabStore(),
    sendLast,
  };
}

async function main() {
  const [{ SeekerModel }, { Line }] = await Promise.all([
    import('./features/live/model.js'), import('./core/line.js'), loadText(language),
  ]);
  const model = new SeekerModel(modelConfig(), { line: new Line(lineConfig()) });
  removeFallback();
  // The tab's slot takes the words along; the access room reads them there.
  const onWrite = () => own('going to write', model.keepNow().then(() => location.replace(`${viewConfig.accessHref}#schreiben`)));
  const takeAway = showSeeker(model, { ...viewConfig, onWrite }, app);
  onReturn(() => model.connectionLine.nudge());
  onHide(() => model.rememberNow());
  document.addEventListener('quickexit', () => {
    model.leaveFast();
    takeAway();
  });
}

own('starting the page', main());
