// Starts the workspace: reads the shell, loads sentences and model, draws.

import { own } from './core/tasks.js';
import { showWork } from './features/workspace/view.js';
import { Clock } from './core/clock.js';
import { bytesOf, lineAddress, onReturn } from './ui/shell.js';
import { loadText, t } from './ui/text.js';

const app = /** @type {HTMLElement} */ (document.getElementById('app'));

/** What the shell says in data-* attributes: part of the site that everybody can check. */
function readShell() {
  const shell = app.dataset;
  return {
    language: shell.language ?? 'de',
    name: shell.name ?? '',
    portals: JSON.parse(shell.portals ?? '[]'),
    fingerprint: shell.fingerprint ?? '',
    deploymentId: shell.deploymentId ?? '',
    retentionHours: Number(shell.retentionHours ?? 0),
    chatMinutes: Number(shell.chatMinutes ?? 0),
    confirmMinutes: Number(shell.confirmMinutes ?? 0),
    promised: { answerDays: Number(shell.answerDays ?? 0), holidays: JSON.parse(shell.holidays ?? '[]') },
  };
}

async function main() {
  const config = readShell();
  const workText = config.language === 'en' ? import('../text/workspace-en.js') : import('../text/workspace-de.js');
  const [{ WorkModel }] = await Promise.all([import('./features/workspace/model.js'), loadText(config.language, workText)]);
  const model = new WorkModel({
    url: lineAddress(),
    fingerprint: bytesOf(config.fingerprint),
    deploymentId: bytesOf(config.deploymentId),
    portals: config.portals.map((/** @type {any} */ one) => ({
      portal16: bytesOf(one.portal16),
      team16: bytesOf(one.team16),
      leads16: bytesOf(one.leads16),
      level: one.level,
      name: one.name,
      leadsName: t('workspace.leads_of', { portal: one.name }),
      accessPage: `${location.origin}${config.language === 'en' ? '/en' : ''}/p/${one.slug}/zugang`,
    })),
    language: config.language,
    seekerName: (n) => t('wait.seeker_name', { n }),
    enquiryName: (n) => t('workspace.enquiry_name', { n }),
    clock: new Clock(),
    later: globalThis.requestIdleCallback === undefined ? undefined : (work) => { requestIdleCallback(work); },
  });
  document.getElementById('fallback')?.remove();
  showWork(model, { ...config, portals: config.portals.length }, app);
  onReturn(() => model.line.nudge());
}

own('starting the workspace', main());
