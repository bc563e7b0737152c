// Starts the page of an invitation: takes the secret out of the address, reads the shell, draws.

import { argon2id } from './core/argon2.js';
import { Clock } from './core/clock.js';
import { Line } from './core/line.js';
import { own } from './core/tasks.js';
import { Enrolment } from './features/enrolment/enrolment.js';
import { showEnrolment } from './features/enrolment/view.js';
import { appElement, bytesOf, lineAddress, onReturn, removeFallback } from './ui/shell.js';
import { addText, loadText } from './ui/text.js';

/** The skip link's, before this page has taken it over. */
const SKIP = '#content';

/** The first act of all: neither address bar nor history keeps the secret. */
function takeFragment() {
  const { hash, pathname } = location;
  if (hash !== '') history.replaceState(null, '', pathname);
  return hash === SKIP ? '' : hash;
}

const fragment = takeFragment();
// Another link pasted into this tab loads nothing by itself.
window.addEventListener('hashchange', () => location.reload());

const app = appElement();
const shell = app.dataset;
const language = shell.language ?? 'de';

/** The portals, for their teams. */
function portals() {
  return JSON.parse(shell.portals ?? '[]').map((/** @type {{ team16: string, name: string }} */ one) => ({
    team16: bytesOf(one.team16), name: one.name,
  }));
}

async function main() {
  const isEnglish = language === 'en';
  const formsText = isEnglish ? import('../text/accessforms-en.js') : import('../text/accessforms-de.js');
  const enrolmentText = isEnglish ? import('../text/enrolment-en.js') : import('../text/enrolment-de.js');
  const [{ EnrolModel }] = await Promise.all([
    import('./features/enrolment/model.js'), loadText(language, formsText, enrolmentText),
  ]);
  const line = new Line({
    url: lineAddress(), clock: new Clock(), fingerprint: bytesOf(shell.fingerprint), deploymentId: bytesOf(shell.deploymentId),
  });
  const model = await EnrolModel.begin({ enrolment: new Enrolment(line, argon2id), portals: portals() }, language);
  const opening = model.open(fragment);
  if (model.isAgain.value) await addText(isEnglish ? import('../text/again-en.js') : import('../text/again-de.js'));
  const Again = model.isAgain.value ? (await import('./features/enrolment/view-again.js')).LostAndBack : null;
  removeFallback();
  showEnrolment(model, { name: shell.name ?? '', workHref: shell.workHref ?? '/team', Again }, app);
  onReturn(() => line.connection.nudge());
  await opening;
}

own('starting the invitation', main());
