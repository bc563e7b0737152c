// Before the workspace's door: certified, and waiting for somebody of the team who compares the words.

import { html } from '../../ui/html.js';
import { icon } from '../../ui/icons.js';
import { t } from '../../ui/text.js';
import { own } from '../../core/tasks.js';
import { NameForm } from './view-name.js';
import { KeyWords } from './view-team-parts.js';

/** @typedef {import('./model.js').WorkModel} WorkModel */

/** @param {{ model: WorkModel, name: string }} props `name`: of the service @returns {any} */
export function NoTeam({ model, name }) {
  const isLost = model.connection.value === 'lost';
  const me = model.me.value.name;
  return html`<div class="sign-in sign-in--wide">
    <div class="sign-in__brand"><span class="brand__mark">${icon('shield')}</span><span>${name}</span></div>
    <section class="sign-in__card">
      <h1 tabindex="-1" data-heading>${t('workspace.team_wait_title')}</h1>
      ${me !== '' && html`<p class="team__name">${me}</p>`}
      <p>${t('workspace.team_wait')}</p>
      <${KeyWords} load=${() => model.ownWords()} label=${t('workspace.team_wait_label')} />
      ${me === '' && html`<${NameForm} model=${model} />`}
      <p role="status">${t(isLost ? 'workspace.offline' : 'workspace.team_wait_now')}</p>
      ${model.problem.value === 'notWitnessed' && html`<p class="field__error">${icon('alert')}<span>${t('workspace.not_witnessed')}</span></p>`}
      ${model.problem.value === 'logFork' && html`<p class="field__error">${icon('alert')}<span>${t('workspace.log_fork')}</span></p>`}
      <button type="button" class="button" onClick=${() => own('signing out', model.signOut())}>${t('workspace.sign_out')}</button>
    </section>
  </div>`;
}
