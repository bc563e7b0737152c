// What is to be done in a team: admitting somebody, a team that was begun anew, requests that are sealed anew.

import { html, useState } from '../../ui/html.js';
import { focusOn } from '../../ui/focus.js';
import { icon } from '../../ui/icons.js';
import { t } from '../../ui/text.js';
import { own } from '../../core/tasks.js';
import { KeyWords, dateWords, failureWords, listed, nameOf, useBusy } from './view-team-parts.js';

/** @typedef {import('./model.js').WorkModel} WorkModel */
/** @typedef {import('./recommit.js').Failure} Failure */
/** @typedef {import('./teamview.js').Candidate} Candidate */
/** @typedef {import('./teamview.js').TeamView} TeamView */

/** @type {Record<string, string>} */
const FAILURES = { noKey: 'no_key', refused: 'refused', offline: 'offline' };

/** @param {Candidate} candidate */
function titleOf({ standing, isBack }) {
  if (isBack) return 'again.team_title';
  return standing === 'former' ? 'workspace.team_wants_back' : 'workspace.team_wants';
}

/**
 * Compares the words, then admits. Nothing but the person's own look tells whether they fit.
 * @param {{ model: WorkModel, team: TeamView, candidate: Candidate, onDone: (words: string) => void, onLater: () => void }} props
 * @returns {any}
 */
export function Admission({ model, team, candidate, onDone, onLater }) {
  const [busy, run] = useBusy();
  const [problem, setProblem] = useState('');
  const { certificate, isBack, before, id } = candidate;
  const name = nameOf({ name: candidate.name || before });
  const admit = () => own('admitting', run(async () => {
    const outcome = await model.team.admit(team.id, candidate);
    setProblem(failureWords(outcome));
    if (outcome === 'done') onDone(t('workspace.team_admitted', { name }));
  }));
  return html`<section class="card card--main" aria-labelledby=${`admit-${id}`}>
    <h3 id=${`admit-${id}`}>${t(titleOf(candidate), { name: before || name, place: team.place })}</h3>
    ${isBack && html`<p>${t('again.team_text', { name: before || name })}</p>`}
    ${isBack && candidate.name !== '' && candidate.name !== before && html`<p>${t('again.team_name', { name: candidate.name })}</p>`}
    <p>${t(isBack ? 'again.team_compare' : 'workspace.team_compare', { name })}</p>
    ${certificate !== null && html`<${KeyWords} load=${() => model.team.wordsOf(certificate)} label=${t('workspace.team_words_of', { name })} />`}
    <p>${t('workspace.team_compare_why')} ${t('workspace.team_differ')}</p>
    <div role="alert">${problem !== '' && html`<p class="field__error">${icon('alert')}<span>${problem}</span></p>`}</div>
    <div class="card__actions">
      <button type="button" class="button button--primary" aria-disabled=${busy ? 'true' : undefined} onClick=${admit}>
        ${icon('check')}${busy ? t('common.moment') : t('workspace.team_admit')}</button>
      <button type="button" class="button" aria-disabled=${busy ? 'true' : undefined} onClick=${() => { if (!busy) onLater(); }}>${t('workspace.team_later')}</button>
    </div>
  </section>`;
}

/** An admin alone has said who is in the team. @param {{ model: WorkModel, team: TeamView }} props @returns {any} */
export function RestartCard({ model, team }) {
  const [busy, run] = useBusy();
  const [problem, setProblem] = useState('');
  const { restart, place, id } = team;
  if (restart === null) return null;
  const { atMs, byName, signer } = restart;
  const seen = () => own('noting a restart', run(async () => {
    const isSaved = await model.team.acknowledge(team);
    setProblem(isSaved ? '' : t('workspace.team_failed'));
    if (isSaved) focusOn('[data-heading]');
  }));
  return html`<section class="card card--alarm" aria-labelledby=${`restart-${id}`}>
    <h3 id=${`restart-${id}`}>${icon('alert')}${t('workspace.team_restart_title', { place })}</h3>
    <p>${t('workspace.team_restart_by', { name: byName || t('workspace.team_restart_admin'), day: dateWords(atMs) })}</p>
    <p>${t('workspace.team_restart_compare')}</p>
    ${signer !== null && html`<${KeyWords} load=${() => model.team.wordsOf(signer)} label=${t('workspace.team_restart_label')} />`}
    <p>${t('workspace.team_restart_wrong')}</p>
    <div role="alert">${problem !== '' && html`<p class="field__error">${icon('alert')}<span>${problem}</span></p>`}</div>
    <div class="card__actions"><button type="button" class="button" aria-disabled=${busy ? 'true' : undefined} onClick=${seen}>
      ${busy ? t('common.moment') : t('workspace.team_restart_seen')}</button></div>
  </section>`;
}

/** Who could read what is not sealed anew yet. @param {TeamView} team */
function untilWords({ gone, lost, unnamed }) {
  const others = unnamed > 0 || gone.length + lost.length === 0 ? [t('workspace.team_gone_unnamed')] : [];
  const names = [...gone, ...lost.map((name) => t('workspace.team_lost_key', { name })), ...others];
  return t(names.length > 1 ? 'workspace.team_sealing_until_many' : 'workspace.team_sealing_until', { names: listed(names) });
}

/** @param {{ failed: readonly Failure[], onAgain: () => void }} props @returns {any} */
function NotSealed({ failed, onAgain }) {
  return html`<h4>${t('workspace.team_sealing_failed')}</h4>
    <ul class="team__failed">${failed.map(({ id, number, code }) => html`<li key=${id}>
      ${t(`workspace.team_sealing_${FAILURES[code] ?? 'error'}`, { name: t('workspace.enquiry_name', { n: number }) })}</li>`)}</ul>
    <div class="card__actions"><button type="button" class="button" onClick=${onAgain}>${t('workspace.team_sealing_again')}</button></div>`;
}

/** @param {{ model: WorkModel, team: TeamView }} props @returns {any} */
export function SealingCard({ model, team }) {
  const progress = model.team.sealing.value[team.id];
  if (progress === undefined || (progress.all === 0 && progress.failed.length === 0)) return null;
  const { isRunning, done, all, failed } = progress;
  const key = failed.length > 0 ? 'workspace.team_sealed_some' : 'workspace.team_sealed';
  return html`<section class="card" aria-labelledby=${`sealing-${team.id}`}>
    <h3 id=${`sealing-${team.id}`}>${t(isRunning ? 'workspace.team_sealing' : key, { done, all })}</h3>
    ${isRunning && html`<progress class="team__progress" aria-labelledby=${`sealing-${team.id}`} value=${done} max=${all}></progress>
      <p>${t(team.lost.length > 0 && team.gone.length + team.unnamed === 0 ? 'workspace.team_sealing_why_lost' : 'workspace.team_sealing_why')}</p>`}
    ${(isRunning || failed.length > 0) && html`<p>${untilWords(team)}</p>`}
    ${!isRunning && failed.length > 0 && html`<${NotSealed} failed=${failed} onAgain=${() => model.team.sealAgain()} />`}
  </section>`;
}
