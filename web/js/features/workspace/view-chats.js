// Meine Nachrichten: live chats and written conversations in a stable order, and the one that is open.

import { Chat, Who } from '../live/view-chat.js';
import { Composer } from '../live/view-composer.js';
import { plain } from '../../core/richtext.js';
import { hoursLeft, minutesAndSeconds, timeOfDay } from '../../ui/format.js';
import { focusOn } from '../../ui/focus.js';
import { html, useEffect } from '../../ui/html.js';
import { addIcons, icon } from '../../ui/icons.js';
import { lazy } from '../../ui/lazy.js';
import { RichText } from '../../ui/richtext.js';
import { language, t } from '../../ui/text.js';
import { useTick } from '../../ui/tick.js';
import { blocksIn } from './blocksroom.js';
import { FindBar, Found } from './findingroom.js';
import { NewConversations } from './newconversationroom.js';
import { CaseDetail, StandingBadge, readersOf, subjectOf } from './view-case.js';
import { HandOverButton, HandedAway, Handing } from './view-handover.js';
import { Marked, Tabs } from './view-parts.js';
import { Counter } from './view-rail.js';
import { Nickname, Rename } from './view-rename.js';
import { lettersOf, shortTime } from './words.js';

/** @typedef {import('./model.js').WorkModel} WorkModel */
/** @typedef {import('./view-desk.js').Desk} Desk */
/** @typedef {import('./view-desk.js').WorkCase} WorkCase */
/** @typedef {import('./view-desk.js').WorkChat} WorkChat */
/** @typedef {import('../enquiries/standing.js').Promised} Promised */

/** @type {(props: { read: () => Promise<any> }) => any} */
const Deletions = lazy(async () => {
  const { Deletions: found, fetchWords } = await import('../retention/view.js');
  await fetchWords();
  return found;
}, () => null);

const SECOND_MS = 1_000;

addIcons({
  letter: ['M4 6h16v12H4z', 'm4 7 8 6 8-6'],
  handover: ['M4 8h13', 'm13 4 4 4-4 4', 'M20 16H7', 'm11 12-4 4 4 4'],
  key: ['M8.5 10a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9z', 'M11.7 11.3 19.5 3.5', 'm16 7 3 3'],
});

/** @param {WorkChat} chat */
export function chatName(chat) {
  return chat.name === '' ? t('wait.seeker_name', { n: chat.number }) : chat.name;
}

/** The last words, opened on this device. @param {WorkChat | WorkCase} chat */
function preview(chat) {
  const last = chat.model?.messages.value.findLast((message) => message.kind === 'text' || message.kind === 'file');
  if (last === undefined) return chat.state === 'offered' ? t('workspace.waits_for_confirmation') : t('workspace.nothing_yet');
  const words = last.file === undefined ? plain(last.text) : t('files.line', { file: last.file.name });
  return last.mine ? `${t('chat.you')}: ${words}` : words;
}

/** @param {{ chat: WorkChat, desk: Desk }} props @returns {any} */
function State({ chat, desk }) {
  if (chat.model?.isLost.value === true) return html`<span class="badge">${t('workspace.standing_handed')}</span>`;
  if (chat.state === 'active') {
    const owed = desk.owedMinutes(chat);
    return html`<span class="badge badge--success">${t('workspace.active')}</span>
      ${chat.model?.handing.value && html`<span class="badge">${t('workspace.handing_badge')}</span>`}
      ${owed > 0 && html`<span class="row__owed">${t('workspace.waits', { n: owed })}</span>`}`;
  }
  if (chat.state === 'closed') {
    return html`<span class="badge">${t('chat.ended')}</span><span>${t('workspace.readable_for', { n: hoursLeft(chat.purgeMs - desk.now()) })}</span>`;
  }
  return html`<span class="badge badge--warn">${t('workspace.offered')}</span>`;
}

/** @param {{ chat: WorkChat, desk: Desk }} props @returns {any} */
function ChatRow({ chat, desk }) {
  const unread = chat.model?.unread.value ?? 0;
  const last = chat.model?.messages.value.at(-1);
  return html`<li><button type="button" class="row row--chat" aria-current=${desk.chat.value === chat.id ? 'true' : undefined}
      onClick=${() => desk.openChat(chat.id)}>
    <span class="avatar" data-tint=${chat.colour || undefined} aria-hidden="true">${chat.number}</span>
    <span class="row__name">${icon('chat', 'row__kind')}<span class="visually-hidden">${t('workspace.kind_chat')}: </span>${chatName(chat)}</span>
    <span class="row__when">${last === undefined ? '' : timeOfDay(last.sentMs, language())}</span>
    <span class="row__line">${chat.model?.isLost.value === true ? '' : preview(chat)}</span>
    <span class="row__end"><${Counter} n=${unread} words=${t('workspace.count_unread', { n: unread })} /></span>
    <span class="row__state"><${State} chat=${chat} desk=${desk} /><${Nickname} chat=${chat} /></span>
  </button></li>`;
}

/** A written conversation: who, what about, the last words, where it stands. @param {{ model: WorkModel, item: WorkCase, thread: import('./casethread.js').CaseThread, desk: Desk, promised: Promised }} props @returns {any} */
function CaseRow({ model, item, thread, desk, promised }) {
  const unread = thread.unread.value;
  const last = thread.messages.value.at(-1);
  return html`<li><button type="button" class="row row--chat" aria-current=${desk.chat.value === item.id ? 'true' : undefined}
      onClick=${() => desk.openChat(item.id)}>
    <span class="avatar" data-tint=${item.colour || undefined} aria-hidden="true">${lettersOf(item.name)}</span>
    <span class="row__name">${icon('letter', 'row__kind')}<span class="visually-hidden">${t('workspace.kind_case')}: </span>${item.name}</span>
    <span class="row__when">${last === undefined ? '' : shortTime(last.sentMs, desk.now())}</span>
    <span class="row__line row__line--subject">${subjectOf(thread)}</span>
    <span class="row__end"><${Counter} n=${unread} words=${t('workspace.count_unread', { n: unread })} /></span>
    <span class="row__line">${thread.isLost.value ? '' : preview(item)}</span>
    <span class="row__state"><${StandingBadge} thread=${thread} desk=${desk} promised=${promised} /><${Marked} model=${model} id=${item.id} /><${Nickname} chat=${item} /></span>
  </button></li>`;
}

/** @param {WorkModel} model @param {WorkChat | WorkCase} one @returns {one is WorkCase} */
function isCase(model, one) {
  return model.written.cases.value.some((item) => item === one);
}

/** What an empty shelf says. @param {WorkModel} model @param {'current' | 'done'} shelf */
function emptyKey(model, shelf) {
  if (shelf === 'done') return 'workspace.no_done';
  return model.written.cases.value.length > 0 ? 'workspace.no_current' : 'workspace.no_messages';
}

/** @param {{ model: WorkModel, desk: Desk, promised: Promised }} props @returns {any} */
export function Chats({ model, desk, promised }) {
  useTick(10 * SECOND_MS);
  const shown = desk.onShelf;
  const shelf = desk.shelf.value;
  const isEmpty = shown.length === 0;
  const isFiltered = isEmpty && desk.allOnShelf.length > 0;
  const tabs = [{ id: 'current', words: t('workspace.shelf_current') }, { id: 'done', words: t('workspace.shelf_done') }];
  return html`<section class="workspace__list" aria-labelledby="list-title">
    <div class="pane-head"><h1 class="pane-head__title" id="list-title" tabindex="-1" data-heading>${t('workspace.my_messages')}</h1>
      <${Tabs} tabs=${tabs} chosen=${shelf} onChoose=${(/** @type {'current' | 'done'} */ id) => { desk.shelf.value = id; }} labelledBy="list-title" /></div>
    <${FindBar} model=${model} desk=${desk} list="messages" />
    <div class="workspace__scroll" role="tabpanel" id=${`panel-${shelf}`} aria-labelledby=${`tab-${shelf}`}>
      ${desk.query.value === '' && shelf === 'current' && html`<${NewConversations} model=${model} desk=${desk} />`}
      ${desk.query.value !== '' && html`<${Found} model=${model} desk=${desk} />`}
      ${desk.query.value === '' && isEmpty && html`<div class="empty-state">${icon(shelf === 'done' ? 'check' : 'chat')}<p>${t(isFiltered ? 'workspace.written_filtered' : emptyKey(model, shelf))}</p></div>`}
      ${desk.query.value === '' && !isEmpty && html`<ul class="rows">${shown.map((one) => (isCase(model, one) && one.model !== null
        ? html`<${CaseRow} key=${one.id} model=${model} item=${one} thread=${one.model} desk=${desk} promised=${promised} />`
        : html`<${ChatRow} key=${one.id} chat=${one} desk=${desk} />`))}</ul>`}
      ${desk.query.value === '' && shelf === 'done' && html`<div class="workspace__below"><${Deletions} read=${() => model.deletions()} /></div>`}
    </div>
  </section>`;
}

/** @param {{ desk: Desk }} props @returns {any} */
function Back({ desk }) {
  return html`<button type="button" class="icon-button detail__back" aria-label=${t('common.back')} onClick=${() => desk.back()}>${icon('back')}</button>`;
}

/**
 * Accepted, not yet confirmed: a greeting may be written at once. It waits sealed on this device.
 * @param {{ model: WorkModel, desk: Desk, chat: WorkChat, draft: import('../../core/signals.js').Signal<string> }} props
 * @returns {any}
 */
function Offered({ model, desk, chat, draft }) {
  useTick(SECOND_MS);
  const name = chatName(chat);
  const held = chat.greeting.value;
  // The field has gone; the way to change the greeting is what comes next.
  useEffect(() => { if (held !== '') focusOn('[data-change]'); else if (document.activeElement === document.body) focusOn('#message-field'); }, [held]);
  const change = () => {
    draft.value = held;
    model.greet(chat.id, '');
  };
  return html`<section class="chat" aria-label=${name}>
    <div class="chat__head"><${Back} desk=${desk} />
      <div class="chat__who"><span class="avatar" aria-hidden="true">${chat.number}</span>
        <div class="chat__names"><h2 class="chat__name" tabindex="-1">${name}</h2>
        <span class="presence">${t('workspace.waits_for_confirmation')}</span></div></div>
      <span class="countdown" aria-live="off">${icon('hourglass')}${minutesAndSeconds(chat.untilMs - desk.now())}</span>
      <div class="chat__head-end"><button type="button" class="button button--small" onClick=${() => desk.handBack(chat.id)}>${t('workspace.give_back')}</button></div>
    </div>
    <div class="chat__notice status-bar"></div>
    <div class="chat__middle"><div class="chat__log" tabindex="0" role="region" aria-label=${t('chat.log')}><ol class="chat__messages">
      <li class="system-entry">${t('workspace.greeting_hint')}</li>
      ${held !== '' && html`<li class="message message--own message--pending">
        <div class="message__bubble"><${RichText} text=${held} /></div>
        <span class="message__meta">${icon('clock', 'tick')}${t('workspace.greeting_held')}</span>
        <div class="message__actions"><button type="button" class="button button--small" data-change onClick=${change}>${t('workspace.greeting_change')}</button></div></li>`}
    </ol></div></div>
    <div class="chat__foot">${held === '' && html`<${Composer} draft=${draft} addressee=${name} status=${html`<p class="composer__to">${t('workspace.to', { name })}</p>`}
      onSend=${(/** @type {string} */ text) => model.greet(chat.id, text)} />`}</div>
  </section>`;
}

/** "Continue later": the way to an access, offered before the end, once. @param {{ chat: import('../live/chat.js').ChatModel }} props @returns {any} */
function OfferAccess({ chat }) {
  const isPossible = chat.closed.value === null && chat.pseudonym.value === '' && !chat.accountOffered.value;
  const words = t('workspace.offer_access');
  return isPossible && html`<button type="button" class="icon-button" aria-label=${words} title=${words}
    onClick=${() => { chat.offerAccount(); focusOn('#message-field'); }}>${icon('key')}</button>`;
}

/** @param {{ chat: WorkChat, desk: Desk }} props @returns {any} */
function ReadOnly({ chat, desk }) {
  useTick(60 * SECOND_MS);
  return html`<p class="read-only">${icon('clock')}<span>${t('workspace.readable_note', { n: hoursLeft(chat.purgeMs - desk.now()) })}</span></p>`;
}

/** @param {{ model: WorkModel, desk: Desk, hours: number, promised: Promised }} props @returns {any} */
export function ChatDetail({ model, desk, hours, promised }) {
  const item = model.written.cases.value.find((one) => one.id === desk.chat.value);
  if (item !== undefined && item.model !== null) {
    return html`<div class="workspace__detail"><${CaseDetail} key=${item.id} model=${model} desk=${desk} item=${item} thread=${item.model}
      hours=${hours} promised=${promised} back=${html`<${Back} desk=${desk} />`} /></div>`;
  }
  const chat = model.chats.value.find((one) => one.id === desk.chat.value);
  if (chat === undefined) {
    return html`<section class="workspace__detail"><div class="empty-state">${icon('chat')}<p>${t('workspace.choose_chat')}</p></div></section>`;
  }
  const running = chat.model;
  const greeting = desk.greetingDraft(chat.id);
  if (running === null) {
    return html`<div class="workspace__detail"><${Offered} key=${chat.id} model=${model} desk=${desk} chat=${chat} draft=${greeting} /></div>`;
  }
  // What was typed and not yet sent when the chat began goes on as its draft.
  if (greeting.peek() !== '' && running.draft.peek() === '') {
    running.draft.value = greeting.peek();
    greeting.value = '';
  }
  const back = html`<${Back} desk=${desk} />`;
  if (running.isLost.value) {
    return html`<div class="workspace__detail"><${HandedAway} desk=${desk} thread=${running} back=${back} onDismiss=${() => model.dismissChat(chat.id)} /></div>`;
  }
  const to = t('workspace.to', { name: [chatName(chat), chat.nickname].filter(Boolean).join(' · ') });
  const own = { handOvers: model.chatHandOvers, id: chat.id, thread: running };
  return html`<div class="workspace__detail"><${Chat} key=${chat.id} chat=${running} role="counsellor" hours=${hours} to=${to} readers=${readersOf(running)} extra=${blocksIn(model, running.draft)}
    top=${html`<${Handing} ...${own} />`}
    who=${html`${back}<${Who} chat=${running} heading="h2" mark=${html`<${Nickname} chat=${chat} />`} /><${Rename} model=${model} chat=${chat} /><${OfferAccess} chat=${running} /><${HandOverButton} ...${own} isLive />`}
    foot=${html`<${ReadOnly} chat=${chat} desk=${desk} />`} /></div>`;
}
