// The access room's page: one stage at a time, and what surrounds it – title, skip link, idle lock.

import { own } from '../../core/tasks.js';
import { CrisisFolded } from '../../ui/crisis.js';
import { aimSkipLink } from '../../ui/focus.js';
import { effect, html, render } from '../../ui/html.js';
import { t } from '../../ui/text.js';
import { lazy } from '../../ui/lazy.js';
import { Create } from './view-create.js';
import { Home } from './view-home.js';
import { IdleDialog } from './view-idle.js';
import { LiveRoom } from './view-live.js';
import { Heading, TAKES_FOCUS } from './view-parts.js';
import { Recover } from './view-recover.js';
import { Locked, SignIn } from './view-signin.js';

/** @typedef {import('./model.js').AccessModel} AccessModel */
/** @typedef {import('../../ui/idle.js').IdleWatch} IdleWatch */
/** @typedef {import('../live/view.js').SeekerViewConfig} SeekerViewConfig */

/** What a page with an access has beyond a chat's. @typedef {SeekerViewConfig & { enquiries: Omit<import('../enquiries/view.js').EnquiryConfig, 'onHome' | 'retentionHours'> }} AccessViewConfig */

/** @param {{ model: AccessModel, config: AccessViewConfig }} props @returns {any} */
function Stage({ model, config }) {
  const hours = config.retentionHours;
  const [create, recover, home, settings] = [model.create.value, model.recover.value, model.home.value, model.settings.value];
  const enquiries = model.enquiries.value;
  switch (model.stage.value) {
    case 'create': return create && html`<section class="stage__card"><${Create} model=${create} around=${aroundCreate(model)} /></section>`;
    case 'recover': return recover && html`<section class="stage__card"><${Recover} model=${model} recover=${recover} /></section>`;
    case 'home': return home && html`<${Home} model=${model} home=${home} promised=${config.enquiries.promised} />`;
    case 'enquiry': return enquiries && html`<${EnquiryPage} enquiries=${enquiries} config=${enquiryConfig(model, config)} />`;
    case 'invited':
    case 'arrival': return html`<${NewAccess} model=${model} />`;
    case 'settings': return settings && html`<section class="stage__card"><${Settings} model=${model} settings=${settings} hours=${hours} /></section>`;
    case 'locked': return html`<${Locked} model=${model} />`;
    case 'deleted': return html`<${Deleted} href=${config.portalHref} />`;
    default: return html`<${SignIn} model=${model} />`;
  }
}

/** Beside this page. */
const WAITING_ROOM = 'chat';

/** @param {AccessModel} model @returns {import('./view-create.js').Around} */
function aroundCreate(model) {
  return {
    purpose: model.invited.value === null ? 'new' : 'invited',
    isLost: model.connection.value === 'lost',
    onDone: (isNoted) => own('noting the sheet', model.finishSheet(isNoted)),
    // What was jotted down waits where it came from.
    onCancel: () => (model.waiting.value === null ? model.toSignIn() : location.replace(WAITING_ROOM)),
  };
}

/** @param {{ href: string }} props @returns {any} */
function Deleted({ href }) {
  return html`<section class="stage__card">
    <${Heading}>${t('access.deleted_title')}<//>
    <p>${t('access.deleted_text')}</p>
    <div class="stage__actions"><a class="button button--primary" href=${href}>${t('access.to_portal')}</a></div>
  </section>`;
}

/** @type {(props: { enquiries: import('../enquiries/enquiries.js').Enquiries, config: import('../enquiries/view.js').EnquiryConfig }) => any} */
const EnquiryPage = lazy(async () => (await import('../enquiries/view.js')).EnquiryPage, (_, hasFailed) =>
  html`<p role="status">${t(hasFailed ? 'access.home_failed' : 'common.moment')}</p>`);

/** @type {(props: { model: AccessModel, chat: import('../live/chat.js').ChatModel, hours: number }) => any} */
const Past = lazy(async () => (await import('./view-past.js')).Past, (_, hasFailed) =>
  html`<p class="stage" role="status">${t(hasFailed ? 'access.home_failed' : 'common.moment')}</p>`);

/** @type {(props: { model: AccessModel, settings: import('./settings.js').SettingsModel, hours: number }) => any} */
const Settings = lazy(async () => (await import('./view-settings.js')).Settings, (_, hasFailed) =>
  html`<p role="status">${t(hasFailed ? 'access.problem_other' : 'common.moment')}</p>`);

/** @type {(props: { model: AccessModel }) => any} */
const NewAccess = lazy(async () => (await import('../newaccess/view.js')).NewAccess, (_, hasFailed) =>
  html`<p role="status">${t(hasFailed ? 'access.problem_other' : 'common.moment')}</p>`);

/**
 * What a written enquiry needs of the page.
 * @param {AccessModel} model
 * @param {AccessViewConfig} config
 */
function enquiryConfig(model, { enquiries, retentionHours }) {
  const onHome = (/** @type {string} */ notice) => (notice === 'draft_kept' ? own('keeping a draft', model.keepDraft()) : model.toHome(notice));
  return { ...enquiries, retentionHours, onHome };
}

/** Where somebody goes from the live room. @param {AccessModel} model */
function fromLive(model) {
  return { onHome: () => model.toHome(), onWrite: () => own('writing instead', model.writeInstead()) };
}

/** @param {{ model: AccessModel, config: AccessViewConfig, idle: IdleWatch }} props @returns {any} */
function Page({ model, config, idle }) {
  const stage = model.stage.value;
  const dialog = html`<${IdleDialog} idle=${idle} />`;
  const [live, past] = [model.live.value, model.past.value];
  if (stage === 'live' && live !== null) return html`<${LiveRoom} key="live" live=${live} config=${{ ...config, ...fromLive(model) }} />${dialog}`;
  if (stage === 'past' && past !== null) return html`<${Past} key="past" model=${model} chat=${past.chat} hours=${config.retentionHours} />${dialog}`;
  return html`<div class="stage access" key=${stage}>
    <${Stage} model=${model} config=${config} />
    <${CrisisFolded} lines=${config.crisis} />
  </div>${dialog}`;
}

/** How much is new, and nothing of what it is. @param {AccessModel} model @param {string} name */
function titleOf(model, name) {
  const unread = model.enquiries.value?.all.value.reduce((n, one) => n + one.unread.value, 0) ?? 0;
  return unread > 0 ? `(${unread}) ${name}` : name;
}

/** Tells whether there is a field for an answer. @param {AccessModel} model */
function isWriting(model) {
  const thread = model.stage.value === 'enquiry' ? model.enquiries.value?.shown.value?.thread.value : null;
  return thread?.closed.value === null;
}

/**
 * Draws the access room into `app`; returns what takes everything away again.
 * @param {AccessModel} model
 * @param {AccessViewConfig} config
 * @param {IdleWatch} idle
 * @param {HTMLElement} app
 * @returns {() => void}
 */
export function showAccess(model, config, idle, app) {
  render(html`<${Page} model=${model} config=${config} idle=${idle} />`, app);
  // The first heading is where the page begins; later ones take the focus.
  app.setAttribute(TAKES_FOCUS, '');
  const stops = [
    // The live room has words of its own for both.
    effect(() => {
      if (model.stage.value === 'live') return;
      document.title = idle.isWarning.value ? t('access.title_idle') : titleOf(model, config.portalName);
      if (isWriting(model)) aimSkipLink(t('common.skip_to_composer'), '#message-field');
      else aimSkipLink(t('common.skip_to_content'), '#content');
    }),
    effect(() => idle.rest(model.isResting)),
  ];
  return () => {
    for (const stop of stops) stop();
    render(null, app);
  };
}
