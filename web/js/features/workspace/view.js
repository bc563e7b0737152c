// The workspace: rail, list and detail, and the keys that move between them.

import { Dialog } from '../../ui/dialog.js';
import { effect, html, render, useEffect, useLayoutEffect, useRef, useState } from '../../ui/html.js';
import { aimSkipLink, focusOn } from '../../ui/focus.js';
import { onHide } from '../../ui/shell.js';
import { t } from '../../ui/text.js';
import { LockedOut, LogNews, TeamRoom } from './teamrooms.js';
import { ProfileRoom } from './profileroom.js';
import { ChatDetail, Chats } from './view-chats.js';
import { Desk } from './view-desk.js';
import { EnquiryDetail } from './view-enquiry.js';
import { Queue, RequestDetail } from './view-queue.js';
import { NoTeam } from './view-noteam.js';
import { TeamLines } from './view-notices.js';
import { Rail } from './view-rail.js';
import { SignIn } from './view-signin.js';

/** @typedef {import('./model.js').WorkModel} WorkModel */
/**
 * @typedef {{ name: string, retentionHours: number, chatMinutes: number, confirmMinutes: number, portals: number,
 *   promised: import('../enquiries/standing.js').Promised }} WorkViewConfig `portals`: how many there are
 */

/** @type {[string, string][]} */
const KEYS = [
  ['Alt + ↑ / ↓', 'workspace.key_switch'],
  ['{ctrl} + Enter', 'workspace.key_send'],
  ['Alt + N', 'workspace.key_emergency'],
  ['Alt + ?', 'workspace.key_help'],
  ['Esc', 'workspace.key_close'],
];

/** @param {{ onClose: () => void }} props @returns {any} */
function KeysDialog({ onClose }) {
  return html`<${Dialog} id="keys" title=${t('workspace.keys_help')} onCancel=${onClose}>
    <dl class="pairs">${KEYS.map(([keys, words]) => html`<dt><kbd class="key">${keys.replace('{ctrl}', t('workspace.key_ctrl'))}</kbd></dt><dd>${t(words)}</dd>`)}</dl>
    <div class="dialog__actions"><button type="button" class="button" data-first onClick=${onClose}>${t('common.close')}</button></div>
  <//>`;
}

/** @param {{ model: WorkModel, desk: Desk }} props @returns {any} */
function Bar({ model, desk }) {
  const isLost = model.connection.value === 'lost';
  const isOfChats = desk.room.value === 'messages' && !model.written.cases.value.some(({ id }) => id === desk.chat.value);
  const isLive = desk.room.value === 'requests' ? desk.tabShown === 'live' : isOfChats;
  return html`<div class="workspace__bar status-bar" role="status">
    ${isLost && html`<p class="status-bar__line status-bar__line--warn">${t('workspace.offline')}</p>`}
    ${model.problem.value === 'logFork' && html`<p class="status-bar__line status-bar__line--warn">${t('workspace.log_fork')}</p>`}
    ${model.problem.value === 'notWitnessed' && html`<p class="status-bar__line status-bar__line--warn">${t('workspace.not_witnessed')}</p>`}
    ${model.problem.value === 'letterRefused' && html`<p class="status-bar__line status-bar__line--warn">${t('workspace.letter_refused')}</p>`}
    ${model.news.value > 0 && html`<${LogNews} model=${model} />`}
    <${TeamLines} model=${model} desk=${desk} />
    ${desk.notice.value !== '' && html`<p class="status-bar__line status-bar__line--warn">${t(desk.notice.value)}</p>`}
    ${isLive && !model.onDuty.value && !model.hasNoChats && html`<p class="status-bar__line status-bar__line--warn"><span>${t('workspace.not_reachable_banner')}</span>
      <button type="button" class="button button--small" onClick=${() => { desk.setDuty(true); focusOn('[data-heading]'); }}>${t('workspace.become_reachable')}</button></p>`}
  </div>`;
}

/** @param {Desk} desk @param {() => void} onHelp */
function useKeys(desk, onHelp) {
  useEffect(() => {
    const onKey = (/** @type {KeyboardEvent} */ event) => {
      if (!event.altKey || event.ctrlKey || event.metaKey) return;
      if (event.key === 'ArrowDown') desk.step(1);
      else if (event.key === 'ArrowUp') desk.step(-1);
      else if (event.key === '?') onHelp();
      else return;
      event.preventDefault();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [desk]);
}

/** What is chosen from the lists of a room; another tab alone moves nobody. @param {Desk} desk */
function placeIn(desk) {
  if (desk.room.value === 'messages') return desk.chat.value;
  return `${desk.request.value} ${desk.enquiry.value} ${desk.end.value?.outcome ?? ''}`;
}

/** Where reading goes on when another room, request or chat was chosen. @param {Desk} desk */
function useFocus(desk) {
  const place = `${desk.room.value} ${desk.pane.value} ${placeIn(desk)}`;
  useLayoutEffect(() => {
    if (desk.pane.peek() === 'list') focusOn('[data-heading]');
    else if (desk.room.peek() === 'requests') focusOn('#detail-title');
    else focusOn('#message-field', '.chat .chat__name');
  }, [place]);
}

/** @param {{ model: WorkModel, desk: Desk, config: WorkViewConfig }} props @returns {any} */
function Workspace({ model, desk, config }) {
  const [helps, setHelps] = useState(false);
  useKeys(desk, () => setHelps(true));
  useFocus(desk);
  const [room, { promised }] = [desk.room.value, config];
  return html`<div class="workspace" data-pane=${desk.pane.value}>
    <${Rail} model=${model} desk=${desk} name=${config.name} onKeys=${() => setHelps(true)} />
    <${Bar} model=${model} desk=${desk} />
    ${room === 'team' && html`<${TeamRoom} model=${model} />`}
    ${room === 'requests' && html`<${Queue} model=${model} desk=${desk} promised=${promised} manyPortals=${config.portals > 1} />
      ${desk.tabShown === 'live'
        ? html`<${RequestDetail} model=${model} desk=${desk} confirmMinutes=${config.confirmMinutes} chatMinutes=${config.chatMinutes} />`
        : html`<${EnquiryDetail} model=${model} desk=${desk} promised=${promised} />`}`}
    ${room === 'messages' && html`<${Chats} model=${model} desk=${desk} promised=${promised} />
      <${ChatDetail} model=${model} desk=${desk} hours=${config.retentionHours} promised=${promised} />`}
    ${room === 'profile' && html`<${ProfileRoom} model=${model} />`}
    ${helps && html`<${KeysDialog} onClose=${() => setHelps(false)} />`}
  </div>`;
}

/** @param {{ model: WorkModel, desk: Desk, config: WorkViewConfig }} props @returns {any} */
function Page({ model, desk, config }) {
  const stage = model.stage.value;
  const isIn = stage === 'work' || stage === 'noTeam';
  const wasIn = useRef(false);
  useLayoutEffect(() => {
    if (wasIn.current && !isIn) focusOn('[data-heading]');
    wasIn.current = isIn;
  }, [isIn]);
  useLayoutEffect(() => { if (stage === 'noTeam') focusOn('[data-heading]'); }, [stage]);
  if (stage === 'noTeam') return html`<${NoTeam} model=${model} name=${config.name} />`;
  if (stage === 'lockedOut') return html`<${LockedOut} model=${model} name=${config.name} />`;
  if (!isIn) return html`<${SignIn} model=${model} name=${config.name} />`;
  return html`<${Workspace} model=${model} desk=${desk} config=${config} />`;
}

/**
 * Draws the workspace into `app`; returns what takes everything away again.
 * @param {WorkModel} model
 * @param {WorkViewConfig} config
 * @param {HTMLElement} app
 * @returns {() => void}
 */
export function showWork(model, config, app) {
  const desk = new Desk(model, config.promised);
  render(html`<${Page} model=${model} desk=${desk} config=${config} />`, app);
  const stop = effect(() => {
    const { waiting, unread } = desk.counts.value;
    const n = model.stage.value === 'work' ? waiting + unread : 0;
    document.title = n > 0 ? `(${n}) ${t('workspace.title')}` : `${t('workspace.title')} – ${config.name}`;
  });
  const stopAiming = effect(() => {
    const all = [...model.chats.value, ...model.written.cases.value];
    const isOpen = desk.room.value === 'messages' && all.some((one) => one.id === desk.chat.value && one.state !== 'closed');
    if (model.stage.value === 'work' && isOpen) aimSkipLink(t('common.skip_to_composer'), '#message-field');
    else aimSkipLink(t('common.skip_to_content'), '[data-heading]');
  });
  onHide(() => desk.saveDrafts());
  return () => {
    stop();
    stopAiming();
    desk.dispose();
    render(null, app);
  };
}
