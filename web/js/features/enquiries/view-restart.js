// Before sending to a team that an admin has begun anew: what that means, and a step of one's own.

import { own } from '../../core/tasks.js';
import { html, useState } from '../../ui/html.js';
import { icon } from '../../ui/icons.js';
import { language, t } from '../../ui/text.js';

/** @param {{ alarm: import('./restarted.js').RestartAlarm }} props @returns {any} */
export function RestartNotice({ alarm }) {
  const [problem, setProblem] = useState('');
  const statement = alarm.statement.value;
  if (statement === null) return null;
  const day = new Intl.DateTimeFormat(language(), { day: 'numeric', month: 'long' }).format(statement.notBeforeMs);
  const seen = () => own('noting a restart', alarm.acknowledge().then((isKept) => setProblem(isKept ? '' : t('enquiries.restart_failed'))));
  return html`<section class="card card--alarm" aria-labelledby="restart-title">
    <h2 id="restart-title">${icon('alert')}${t('enquiries.restart_title')}</h2>
    <p>${t('enquiries.restart_text', { day })}</p>
    <p>${t('enquiries.restart_ask')}</p>
    <div role="alert">${problem !== '' && html`<p class="field__error">${icon('alert')}<span>${problem}</span></p>`}</div>
    <div class="stage__actions"><button type="button" class="button" onClick=${seen}>${t('enquiries.restart_go')}</button></div>
  </section>`;
}
