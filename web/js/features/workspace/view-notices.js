// Lines of the bar that come from the teams: begun anew, being sealed anew, running out.

import { html, useState } from '../../ui/html.js';
import { focusOn } from '../../ui/focus.js';
import { t } from '../../ui/text.js';
import { dateWords } from './view-team-parts.js';

/** @typedef {import('./duedates.js').DueNotice} DueNotice */
/** @typedef {import('./model.js').WorkModel} WorkModel */
/** @typedef {import('./view-desk.js').Desk} Desk */

/** @param {DueNotice} notice @param {WorkModel} model */
function dueWords({ what, team16, levelDays, endMs }, model) {
  const day = dateWords(endMs);
  const when = { 0: '_over', 3: '_soon' }[levelDays] ?? '';
  if (what === 'certificate') return t(`workspace.team_due_certificate${when}`, { day });
  const place = model.team.teams.value.find((one) => one.team16.join() === team16.join())?.place ?? '';
  return t(`workspace.team_due_team${when}`, { day, place });
}

/** One that was read goes until it is closer. @param {{ model: WorkModel }} props @returns {any} */
function DueLines({ model }) {
  const [hidden, setHidden] = useState(/** @type {readonly string[]} */ ([]));
  const idOf = (/** @type {DueNotice} */ { what, team16, levelDays }) => `${what} ${team16.join()} ${levelDays}`;
  const shown = model.team.due.value.filter((one) => !hidden.includes(idOf(one)));
  const hide = (/** @type {DueNotice} */ notice) => {
    setHidden([...hidden, idOf(notice)]);
    focusOn('[data-heading]');
  };
  return shown.map((notice) => html`<p key=${idOf(notice)} class=${notice.levelDays > 3 ? 'status-bar__line' : 'status-bar__line status-bar__line--warn'}>
    <span>${dueWords(notice, model)}</span>
    <button type="button" class="button button--small" onClick=${() => hide(notice)}>${t('workspace.team_due_hide')}</button></p>`);
}

/** @param {{ model: WorkModel, desk: Desk }} props @returns {any} */
export function TeamLines({ model, desk }) {
  const restarted = model.team.teams.value.filter(({ restart }) => restart !== null);
  const sealing = Object.values(model.team.sealing.value).filter(({ isRunning }) => isRunning);
  const isElsewhere = desk.room.value !== 'team';
  return html`${restarted.map(({ id, place }) => html`<p key=${id} class="status-bar__line status-bar__line--alarm"><span>${t('workspace.team_restart_bar', { place })}</span>
      ${isElsewhere && html`<button type="button" class="button button--small" onClick=${() => desk.go('team')}>${t('workspace.team_restart_show')}</button>`}</p>`)}
    ${isElsewhere && sealing.map(({ done, all }, at) => html`<p key=${at} class="status-bar__line"><span>${t('workspace.team_sealing', { done, all })}</span>
      <button type="button" class="button button--small" onClick=${() => desk.go('team')}>${t('workspace.team_restart_show')}</button></p>`)}
    <${DueLines} model=${model} />`;
}
