// "Meine Gespräche": what can be gone on with or read, and the way into a chat.

import { own } from '../../core/tasks.js';
import { timeOfDay } from '../../ui/format.js';
import { Fragment, html } from '../../ui/html.js';
import { icon } from '../../ui/icons.js';
import { lazy } from '../../ui/lazy.js';
import { language, t } from '../../ui/text.js';
import { dayOf } from './dates.js';
import { shownName } from '../../core/pseudonym.js';
import { Done, Heading, Problem } from './view-parts.js';

/** @typedef {import('./home.js').Conversation} Conversation */
/** @typedef {import('./home.js').HomeModel} HomeModel */
/** @typedef {import('./model.js').AccessModel} AccessModel */
/** @typedef {import('../enquiries/enquiry.js').Enquiry} Enquiry */
/** @typedef {import('../enquiries/standing.js').Promised} Promised */

/** @type {(props: { enquiry: Enquiry, promised: Promised, onOpen: () => void }) => any} */
const EnquiryRow = lazy(async () => (await import('../enquiries/view-list.js')).EnquiryRow, () =>
  html`<li><p class="muted" role="status">${t('common.moment')}</p></li>`);

/** @type {(props: { arrival: import('../newaccess/arrival.js').Arrival, onOpen: () => void }) => any} */
const ArrivalRow = lazy(async () => (await import('../newaccess/view.js')).ArrivalRow, () => null);

/** What a line says: the name of the thing, and what comes next. @param {Conversation} one */
function words({ state, startedMs, untilMs }) {
  if (state === 'waiting') return { name: t('access.home_waiting'), next: t('access.home_waiting_hint') };
  if (state === 'running') return { name: t('access.home_running'), next: t('access.home_running_hint') };
  const name = startedMs === 0 ? t('access.home_closed_now') : t('access.home_closed', { date: dayOf(startedMs, language()) });
  const until = { date: dayOf(untilMs, language()), time: timeOfDay(untilMs, language()) };
  return { name, next: untilMs === 0 ? t('access.home_read') : t('access.home_until', until) };
}

/** @param {{ model: AccessModel, one: Conversation }} props @returns {any} */
function Line({ model, one }) {
  const { name, next } = words(one);
  const isOpen = one.state !== 'closed';
  const open = () => own('opening a conversation', isOpen ? model.toLive() : model.toPast(one.entry));
  return html`<li><button type="button" class="talk" data-open=${isOpen ? '' : undefined} onClick=${open}>
    <span class="talk__icon">${icon(one.state === 'waiting' ? 'clock' : 'chat')}</span>
    <span class="talk__words"><span class="talk__name">${name}</span><span class="talk__next">${next}</span></span>
  </button></li>`;
}

/**
 * What runs or waits first, then what was last spoken in.
 * @param {AccessModel} model
 * @param {readonly Conversation[]} chats
 * @param {Promised} promised
 */
function rows(model, chats, promised) {
  const written = model.enquiries.value?.all.value ?? [];
  const lines = [
    ...chats.map((one) => ({
      key: String(one.entry.box16), isNow: one.state !== 'closed', atMs: one.startedMs, drawn: html`<${Line} model=${model} one=${one} />`,
    })),
    ...(model.arrivals.value?.all.value ?? []).map((arrival) => {
      const drawn = html`<${ArrivalRow} arrival=${arrival} onOpen=${() => model.toArrival(arrival)} />`;
      return { key: String(arrival.joinId16), isNow: arrival.isOpen, atMs: arrival.sinceMs, drawn };
    }),
    ...written.map((enquiry) => {
      const onOpen = () => own('opening an enquiry', model.toEnquiry(enquiry.box16));
      const drawn = html`<${EnquiryRow} enquiry=${enquiry} promised=${promised} onOpen=${onOpen} />`;
      return { key: String(enquiry.box16), isNow: false, atMs: enquiry.lastMs.value, drawn };
    }),
  ];
  return lines.sort((one, other) => Number(other.isNow) - Number(one.isNow) || other.atMs - one.atMs);
}

/** @param {{ model: AccessModel, home: HomeModel, promised: Promised }} props @returns {any} */
function List({ model, home, promised }) {
  const chats = home.conversations.value;
  const problem = home.problem.value;
  const isLoading = chats === null || (home.hasWritten.value && model.enquiries.value === null && model.arrivals.value === null);
  if (isLoading && problem === '' && model.problem.value === '') return html`<p class="muted" role="status">${t('access.home_loading')}</p>`;
  const found = rows(model, chats ?? [], promised);
  const again = () => model.toHome();
  return html`
    <${Problem} words=${problem === '' ? '' : t('access.home_problem')}>
      <button type="button" class="button button--small" onClick=${again}>${t('common.try_again')}</button><//>
    ${found.length === 0 && problem === '' && html`<p class="muted">${t('access.home_empty')}</p>`}
    ${found.length > 0 && html`<ul class="talks" aria-label=${t('access.home_list')}>${found.map(({ key, drawn }) => html`<${Fragment} key=${key}>${drawn}<//>`)}</ul>`}`;
}

/** The two ways to begin something. @param {{ model: AccessModel, name: string, goesOn: boolean }} props `goesOn`: a chat does @returns {any} */
function Begin({ model, name, goesOn }) {
  return html`<div class="begin">
    <div class="begin__way">
      <button type="button" class="button button--primary" onClick=${() => own('to a new enquiry', model.toEnquiry())}>${icon('pencil')}${t('access.home_write')}</button>
      <p class="field__hint">${t('access.home_write_hint')}</p>
    </div>
    ${!goesOn && html`<div class="begin__way">
      <button type="button" class="button" onClick=${() => own('to the chat', model.toLive())}>${icon('chat')}${t('access.home_chat')}</button>
      <p class="field__hint">${t('access.home_chat_hint', { name })}</p>
    </div>`}
  </div>`;
}

/** @param {{ model: AccessModel, home: HomeModel }} props @returns {any} */
function Reminder({ model, home }) {
  return html`<section class="access__reminder" aria-labelledby="reminder-title">
    <h2 class="access__reminder-title" id="reminder-title">${icon('alert')}${t('access.reminder_title')}</h2>
    <p>${t('access.reminder')}</p>
    <div class="cluster">
      <button type="button" class="button button--small" onClick=${() => model.toSettings('newSheet')}>${t('access.reminder_now')}</button>
      <button type="button" class="button button--small" onClick=${() => own('noting the sheet', home.noteSheet())}>${t('access.reminder_done')}</button>
    </div>
  </section>`;
}

/** @param {{ model: AccessModel, home: HomeModel, promised: Promised }} props @returns {any} */
export function Home({ model, home, promised }) {
  const name = shownName(home.pseudonym);
  const goesOn = home.conversations.value?.some(({ state }) => state !== 'closed') ?? false;
  const problem = model.problem.value;
  return html`<header class="access__head">
      <div><${Heading}>${t('access.home_title')}<//><p class="muted">${t('access.home_name', { name })}</p></div>
      <div class="cluster">
        <button type="button" class="button button--small" onClick=${() => model.toSettings()}>${icon('key')}${t('access.home_settings')}</button>
        <button type="button" class="button button--small" onClick=${() => own('signing out', model.signOut())}>${icon('leave')}${t('access.sign_out')}</button>
      </div>
    </header>
    <${Done} words=${model.notice.value === '' ? '' : t(`access.${model.notice.value}`)} />
    ${!home.isSheetNoted.value && html`<${Reminder} model=${model} home=${home} />`}
    <section class="stage__card">
      <${List} model=${model} home=${home} promised=${promised} />
      <${Problem} words=${problem === '' ? '' : t(problem === 'gone' ? 'access.home_gone' : 'access.home_failed')} />
      <${Begin} model=${model} name=${name} goesOn=${goesOn} />
    </section>`;
}
