// Erstanfragen: who waits, how long, and one request in detail. No content is shown: there is none.

import { minutesAndSeconds, minutesSince } from '../../ui/format.js';
import { html, useEffect, useRef, useState } from '../../ui/html.js';
import { icon } from '../../ui/icons.js';
import { t } from '../../ui/text.js';
import { useTick } from '../../ui/tick.js';
import { LATE_MINUTES } from './view-desk.js';
import { AlongList, HandedDetail } from './view-handedlater.js';
import { Counter } from './view-rail.js';
import { Tabs } from './view-parts.js';
import { WrittenList } from './view-written.js';
import { handedWords } from './words.js';

/** @typedef {import('./model.js').WorkModel} WorkModel */
/** @typedef {import('./view-desk.js').Desk} Desk */
/** @typedef {ReturnType<WorkModel['queue']['peek']>[number]} Request */

const SECOND_MS = 1_000;

/** @param {Request} request */
export function requestName(request) {
  return t('wait.seeker_name', { n: request.number });
}

/** @param {Request} request */
function languageName(request) {
  return request.language === 'en' ? t('workspace.language_en') : t('workspace.language_de');
}

/** @param {Request} request @param {number} nowMs @returns {[string, boolean]} words, and whether it is late */
function waitWords(request, nowMs) {
  const minutes = minutesSince(request.sinceMs, nowMs);
  return [minutes === 0 ? t('workspace.waits_now') : t('workspace.waits', { n: minutes }), minutes > LATE_MINUTES];
}

/** What has become of a request. "" while it waits. @param {Request} request @returns {string} */
function fate(request) {
  if (request.state === 'resting') return t('workspace.resting');
  if (request.state === 'gone') return t('workspace.seeker_gone');
  if (request.state === 'waiting' || request.state === 'handed') return '';
  if (request.state === 'kept') return request.byName === '' ? t('workspace.enquiry_kept') : t('workspace.kept_by', { name: request.byName });
  if (request.mine) return request.state === 'offered' ? t('workspace.waits_for_confirmation') : t('workspace.accepted');
  return request.byName === '' ? t('workspace.taken') : t('workspace.taken_by', { name: request.byName });
}

/** @param {{ desk: Desk, request: Request }} props @returns {any} */
function Row({ desk, request }) {
  const [words, isLate] = waitWords(request, desk.now());
  const ended = fate(request);
  const isOver = ended !== '' && !request.mine && request.state !== 'resting';
  const name = requestName(request);
  const isHanded = request.state === 'handed';
  return html`<li><button type="button" class="row" aria-current=${desk.request.value === request.id ? 'true' : undefined}
      data-over=${isOver ? '' : undefined} onClick=${() => desk.openRequest(request.id)}>
    <span class="row__name">${name}</span>
    <span class=${isLate && ended === '' && !isHanded ? 'row__when row__when--late' : 'row__when'}>
      ${ended === '' && !isHanded ? words : ''}${isLate && ended === '' && !isHanded && icon('alert', 'row__mark')}</span>
    ${isHanded && html`<span class="row__tags"><span class="badge badge--handed">${icon('handover')}${handedWords(request)}</span></span>`}
    <span class="row__line">${ended === '' ? `${request.portalName} · ${languageName(request)}` : ended}</span>
  </button></li>`;
}

/** Promises a sound only where there is one. @param {boolean} onDuty @param {Desk} desk */
function emptyWords(onDuty, desk) {
  if (!onDuty) return t('workspace.nobody_waits_off');
  return t(desk.volume.value === 'off' ? 'workspace.nobody_waits_silent' : 'workspace.nobody_waits');
}

/** Who waits for a chat. @param {{ model: WorkModel, desk: Desk }} props @returns {any} */
function LiveList({ model, desk }) {
  useTick(10 * SECOND_MS);
  const rows = model.queue.value;
  const onDuty = model.onDuty.value;
  return html`<div class="workspace__scroll" role="tabpanel" id="panel-live" aria-labelledby="tab-live">
    ${rows.length > 0 && html`<ul class="rows">${rows.map((request) => html`<${Row} key=${request.id} desk=${desk} request=${request} />`)}</ul>`}
    ${rows.length === 0 && html`<div class="empty-state">${icon('inbox')}
      <p>${emptyWords(onDuty, desk)}</p></div>`}
  </div>`;
}

/** @param {{ model: WorkModel, desk: Desk, promised: import('../enquiries/standing.js').Promised, manyPortals: boolean }} props @returns {any} */
export function Queue({ model, desk, promised, manyPortals }) {
  const { waiting, written } = desk.counts.value;
  const shown = desk.tabShown;
  const tabs = [
    { id: 'live', words: t('workspace.live_requests'), counter: html`<${Counter} n=${waiting} words=${t('workspace.count_waiting', { n: waiting })} />` },
    { id: 'written', words: t('workspace.written_requests'), counter: html`<${Counter} n=${written} words=${t('workspace.count_written', { n: written })} />` },
    { id: 'along', words: t('workspace.team_requests') },
  ].filter(({ id }) => desk.tabs.some((one) => one === id));
  return html`<section class="workspace__list" aria-labelledby="list-title">
    <div class="pane-head">
      <h1 class="pane-head__title" id="list-title" tabindex="-1" data-heading>${t('workspace.first_requests')}</h1>
      <${Tabs} tabs=${tabs} chosen=${shown} onChoose=${(/** @type {import('./view-desk.js').Tab} */ id) => { desk.tab.value = id; }} labelledBy="list-title" />
    </div>
    ${shown === 'live' && html`<${LiveList} model=${model} desk=${desk} />`}
    ${shown === 'written' && html`<${WrittenList} model=${model} desk=${desk} promised=${promised} manyPortals=${manyPortals} />`}
    ${shown === 'along' && html`<${AlongList} model=${model} desk=${desk} promised=${promised} manyPortals=${manyPortals} />`}
    <p class="visually-hidden" role="status">${waiting > 0 ? t('workspace.count_waiting', { n: waiting }) : ''}</p>
  </section>`;
}

/** The chat was accepted: until the person says yes, it can be given back. @param {{ desk: Desk, request: Request }} props @returns {any} */
function Accepted({ desk, request }) {
  useTick(SECOND_MS);
  const left = minutesAndSeconds(request.untilMs - desk.now());
  return html`<div class="detail__actions">
      <button type="button" class="button button--primary" data-answer onClick=${() => desk.answer(request.id)}>${icon('chat')}${t('workspace.answer')}</button>
      ${request.state === 'offered' && html`<span class="detail__waits"><span>${t('workspace.waits_for_confirmation')}</span>
        <span class="countdown" aria-live="off">${icon('hourglass')}${left}</span></span>
      <button type="button" class="button button--quiet" onClick=${() => desk.handBack(request.id)}>${t('workspace.give_back')}</button>`}
    </div>`;
}

/** @param {{ model: WorkModel, desk: Desk, request: Request }} props @returns {any} */
function Actions({ model, desk, request }) {
  const [busy, setBusy] = useState(false);
  const wasMine = useRef(request.mine);
  // The button that had the focus is gone after accepting; the next step takes it.
  useEffect(() => {
    if (!request.mine || wasMine.current) return;
    wasMine.current = true;
    const answer = document.querySelector('[data-answer]');
    if (answer instanceof HTMLElement) answer.focus();
  }, [request.id, request.mine]);
  if (request.mine) return html`<${Accepted} desk=${desk} request=${request} />`;
  if (request.state !== 'waiting') return null;
  const accept = async () => {
    if (busy) return;
    setBusy(true);
    try {
      await desk.accept(request.id);
    } finally {
      setBusy(false);
    }
  };
  return html`<div class="detail__actions">
    <button type="button" class="button button--primary" aria-disabled=${busy || !model.onDuty.value ? 'true' : undefined} onClick=${accept}>
      ${icon('chat')}${busy ? t('common.moment') : t('workspace.start_chat')}</button></div>`;
}

/** A running chat that a colleague hands over. @param {{ model: WorkModel, desk: Desk, request: Request }} props @returns {any} */
function HandedChat({ model, desk, request: { id, byName, number } }) {
  useEffect(() => model.lookAtChat(id), [id]);
  const handed = model.handedChat(id);
  if (handed === null) return null;
  const content = handed.content.value;
  const ways = {
    onTake: () => desk.takeChat(id), onBack: () => desk.sendBackChat(id), onAgain: () => model.lookAtChat(id),
  };
  return html`<${HandedDetail} desk=${desk} name=${content.pseudonym || t('wait.seeker_name', { n: number })} byName=${byName}
    content=${content} ways=${ways} isLive />`;
}

/** @param {{ model: WorkModel, desk: Desk, confirmMinutes: number, chatMinutes: number }} props @returns {any} */
export function RequestDetail({ model, desk, confirmMinutes, chatMinutes }) {
  useTick(10 * SECOND_MS);
  const request = model.queue.value.find((one) => one.id === desk.request.value);
  if (request === undefined) {
    return html`<section class="workspace__detail"><div class="empty-state">${icon('inbox')}<p>${t('workspace.choose_request')}</p></div></section>`;
  }
  if (request.state === 'handed') return html`<${HandedChat} key=${request.id} model=${model} desk=${desk} request=${request} />`;
  const minutes = minutesSince(request.sinceMs, desk.now());
  const since = { 0: t('workspace.waits_now'), 1: t('workspace.waiting_since_one') }[minutes] ?? t('workspace.waiting_since', { n: minutes });
  const ended = fate(request);
  return html`<section class="workspace__detail" aria-labelledby="detail-title">
    <div class="workspace__scroll"><div class="detail">
      <button type="button" class="button button--small detail__back" onClick=${() => desk.back()}>${icon('back')}${t('common.back')}</button>
      <div class="detail__head"><span class="avatar avatar--large" aria-hidden="true">${request.number}</span>
        <div><h2 id="detail-title" tabindex="-1">${requestName(request)}</h2>
        <p class="muted">${ended === '' || request.mine ? since : ended}</p></div></div>
      ${request.mine && html`<p class="system-entry system-entry--secure system-entry--start" role="status">${icon('check')}${t('workspace.accepted')}</p>`}
      <dl class="pairs">
        <dt>${t('workspace.portal')}</dt><dd>${request.portalName}</dd>
        <dt>${t('workspace.language')}</dt><dd>${languageName(request)}</dd>
      </dl>
      <p class="detail__promise">${icon('shield')}<span>${t('workspace.no_content')}</span></p>
      <p class="small muted">${t('workspace.after_accept', { confirm_minutes: confirmMinutes, chat_minutes: chatMinutes })}</p>
    </div></div>
    <${Actions} key=${request.id} model=${model} desk=${desk} request=${request} />
  </section>`;
}
