// The page of an invitation: who invites, three steps, and the wait until somebody has signed.

import { own } from '../../core/tasks.js';
import { aimSkipLink } from '../../ui/focus.js';
import { html, render } from '../../ui/html.js';
import { icon } from '../../ui/icons.js';
import { t } from '../../ui/text.js';
import { Heading, Problem, Step, TAKES_FOCUS } from '../accounts/view-parts.js';
import { AgainStep, NameStep, PhraseStep, STEPS, problemWords } from './view-steps.js';

/** @typedef {import('./model.js').EnrolModel} EnrolModel */
/** Of the service; `Again` for who comes back. @typedef {{ readonly name: string, readonly workHref: string, readonly Again: typeof import('./view-again.js').LostAndBack | null }} EnrolViewConfig */
/** @typedef {{ model: EnrolModel, config: EnrolViewConfig }} Props */

/** What is lost and what comes back, for whom it concerns. @param {Props} props @returns {any} */
function Again({ model, config: { Again: Parts } }) {
  return Parts !== null && html`<${Parts} isOldInForce=${model.stage.value === 'invited' && model.isOldInForce.value} />`;
}

/** @param {{ words: readonly string[], label: string }} props @returns {any} */
function Words({ words, label }) {
  return html`<p class="words" role="group" aria-label=${label}>
    ${words.map((word) => html`<span class="words__word">${word}</span> `)}</p>`;
}

/** Where there is no way on from here. @param {{ room?: string, name: string, lines: readonly string[], href: string }} props @returns {any} */
function Ended({ room = 'enrolment', name, lines, href }) {
  return html`<section class="stage__card">
      <${Heading}>${t(`${room}.${name}_title`)}<//>
      ${lines.map((line) => html`<p>${t(`${room}.${line}`)}</p>`)}
    </section>
    <div class="access__other">
      <p>${t('enrolment.already')}</p>
      <a class="button" href=${href}>${t('enrolment.to_work')}</a>
    </div>`;
}

/** @param {Props} props @returns {any} */
function Invited({ model, config }) {
  const words = model.organisation.value;
  const problem = model.problem.value;
  const isLost = model.connection.value === 'lost';
  return html`<section class="stage__card">
    <${Heading}>${t(model.isAgain.value ? 'again.invited_title' : 'enrolment.invited_title')}<//>
    <p class="stage__lead">${t(model.isAgain.value ? 'again.invited' : 'enrolment.invited', { name: config.name })}</p>
    <${Again} model=${model} config=${config} />
    <h2>${t('enrolment.compare_title')}</h2>
    <p>${t('enrolment.compare')}</p>
    ${words.length > 0
      ? html`<${Words} words=${words} label=${t('enrolment.compare_label')} />`
      : problem === '' && html`<p class="muted" role="status">${t(isLost ? 'access.offline' : 'enrolment.compare_wait')}</p>`}
    <p>${t('enrolment.compare_not')}</p>
    <${Problem} words=${problemWords(problem)} />
    ${words.length > 0 && html`<div class="stage__actions">
      <button type="button" class="button button--primary" onClick=${() => model.toName()}>${t('enrolment.compare_yes')}</button>
      <button type="button" class="button button--quiet" onClick=${() => model.toAgain()}>${t('enrolment.began')}</button>
    </div>`}
    ${problem !== '' && html`<div class="stage__actions">
      <button type="button" class="button" onClick=${() => own('reading the log', model.readOrganisation())}>${t('enrolment.retry')}</button>
    </div>`}
  </section>`;
}

/** @param {Props} props @returns {any} */
function Waiting({ model }) {
  const isLost = model.connection.value === 'lost';
  return html`<section class="stage__card">
    <div><${Step} n=${STEPS} all=${STEPS} /><${Heading}>${t('enrolment.waiting_title')}<//></div>
    <p>${t('enrolment.waiting')}</p>
    <${Words} words=${model.keyWords.value} label=${t('enrolment.waiting_label')} />
    <p>${t('enrolment.waiting_differ')}</p>
    <h2>${t('enrolment.waiting_next_title')}</h2>
    <p>${t('enrolment.waiting_next')}</p>
    <${Problem} words=${problemWords(model.problem.value)} />
    <p class="enrolment__wait" role="status">${t(isLost ? 'access.offline' : 'enrolment.waiting_now')}</p>
  </section>`;
}

/** Without a team there is nothing to sign in for yet. @param {Props} props @returns {any} */
function Certified({ model, config }) {
  const teams = model.teams.value;
  const hasTeam = teams.some(({ isMember }) => isMember);
  return html`<section class="stage__card">
    <${Heading}>${t('enrolment.certified_title')}<//>
    <p class="stage__lead" role="status">${t(hasTeam ? 'enrolment.certified' : 'enrolment.certified_no_team')}</p>
    <h2>${t('enrolment.teams_title')}</h2>
    <dl class="pairs">${teams.map(({ name, isMember }) => html`<dt>${name}</dt>
      <dd>${t(isMember ? 'enrolment.team_in' : 'enrolment.team_missing')}</dd>`)}</dl>
    ${!hasTeam && html`<p>${t(model.isAgain.value ? 'again.team_key' : 'enrolment.team_key')}</p>`}
    <${Again} model=${model} config=${config} />
    <${Problem} words=${problemWords(model.problem.value)} />
    <div class="stage__actions">
      <a class=${hasTeam ? 'button button--primary' : 'button'} href=${config.workHref}>${t('enrolment.to_work')}</a></div>
  </section>`;
}

/** Where it ends, and what is said there. */
const ENDS = {
  noLink: { name: 'no_link', lines: ['no_link', 'no_link_again'] },
  badLink: { name: 'bad_link', lines: ['bad_link'] },
  over: { name: 'over', lines: ['over', 'over_again'] },
  used: { name: 'used', lines: ['used', 'used_own', 'used_other'] },
  stranger: { room: 'again', name: 'stranger', lines: ['stranger'] },
  back: { room: 'again', name: 'is_back', lines: ['is_back', 'is_back_other'] },
};
const STAGES = { invited: Invited, name: NameStep, passphrase: PhraseStep, again: AgainStep, waiting: Waiting, certified: Certified };

/** @param {Props} props @returns {any} */
function Page({ model, config }) {
  const stage = model.stage.value;
  const end = stage in ENDS ? ENDS[/** @type {keyof typeof ENDS} */ (stage)] : null;
  const Stage = STAGES[/** @type {keyof typeof STAGES} */ (stage)];
  return html`<div class="stage access" key=${stage}>
    <div class="enrolment__brand"><span class="brand__mark">${icon('shield')}</span><span>${config.name}</span></div>
    ${end !== null
      ? html`<${Ended} ...${end} href=${config.workHref} />`
      : html`<${Stage} model=${model} config=${config} />`}
  </div>`;
}

/**
 * Draws the page into `app`; returns what takes everything away again.
 * @param {EnrolModel} model
 * @param {EnrolViewConfig} config
 * @param {HTMLElement} app
 * @returns {() => void}
 */
export function showEnrolment(model, config, app) {
  render(html`<${Page} model=${model} config=${config} />`, app);
  // The first heading is where the page begins; later ones take the focus.
  app.setAttribute(TAKES_FOCUS, '');
  aimSkipLink(t('common.skip_to_content'), '[data-heading]');
  return () => {
    model.dispose();
    render(null, app);
  };
}
