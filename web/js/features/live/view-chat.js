// A chat, the same for both sides: who, how long, the log, the composer, and its end.

import { CrisisDialog } from '../../ui/crisis.js';
import { Dialog } from '../../ui/dialog.js';
import { focusOn, keepFocus } from '../../ui/focus.js';
import { SECONDS_FROM_MS, initials, minutesAndSeconds, minutesLeft } from '../../ui/format.js';
import { html, useEffect, useLayoutEffect, useRef, useState } from '../../ui/html.js';
import { icon } from '../../ui/icons.js';
import { lazy } from '../../ui/lazy.js';
import { hasText, t } from '../../ui/text.js';
import { after, useTick } from '../../ui/tick.js';
import { NoticeKind } from '../../crypto/verdict.js';
import { FINAL_STOPS } from './thread.js';
import { Badge } from './view-badge.js';
import { Composer } from './view-composer.js';
import { AttachButton, FileSheet, dropHandlers } from './view-attach.js';
import { Log } from './view-log.js';

/** @typedef {import('./chat.js').ChatModel} ChatModel */

const SECOND_MS = 1_000;
/** Connecting and a lost line are not worth a word before this. */
const PATIENCE_MS = 1_000;
const SPOKEN_MINUTES = [30, 10, 5, 1];

/** Somebody who shows a picture; what draws it is fetched with the first one. */
export const Face = lazy(async () => (await import('../../ui/person.js')).Face, ({ name }) => html`<span class="avatar" aria-hidden="true">${initials(name)}</span>`);

/** @param {ChatModel} chat */
function presenceWords(chat) {
  if (chat.closed.value !== null) return t('chat.ended');
  const state = chat.peerPresent.value ? 'here' : 'away';
  if (chat.peer.role === 'counsellor') return t(`chat.${state}`);
  return t(`workspace.seeker_${state}${state === 'away' && chat.pseudonym.value !== '' ? '_known' : ''}`);
}

/**
 * The other side: name, and whether they are there.
 * @param {{ chat: ChatModel, heading?: 'h1' | 'h2', mark?: any }} props `mark`: what else tells this chat from others
 * @returns {any}
 */
export function Who({ chat, heading = 'h1', mark = null }) {
  const name = chat.peerName.value;
  const isHere = chat.peerPresent.value && chat.closed.value === null;
  // A seeker's name is a number; that is what one tells them apart by.
  const letters = /\d+$/.exec(name)?.[0] ?? initials(name);
  const { portrait } = chat.peer;
  return html`<div class="chat__who">${portrait ? html`<${Face} name=${name} portrait=${portrait} />` : html`<span class="avatar" aria-hidden="true">${letters}</span>`}
    <div class="chat__names"><${heading} class="chat__name" tabindex="-1" data-heading>${name}<//>
      <span class="chat__state"><span class=${isHere ? 'presence presence--here' : 'presence'}>${presenceWords(chat)}</span>${mark}</span></div></div>`;
}

/** @param {{ chat: ChatModel }} props @returns {any} */
function Countdown({ chat }) {
  useTick(SECOND_MS);
  const leftMs = chat.endsMs.value - chat.serverNow();
  const isSoon = leftMs <= SECONDS_FROM_MS;
  const spoken = SPOKEN_MINUTES.filter((minutes) => leftMs <= minutes * 60_000).at(-1);
  const words = isSoon ? t('chat.countdown_seconds', { time: minutesAndSeconds(leftMs) }) : t('chat.countdown', { n: minutesLeft(leftMs) });
  return html`<span class=${isSoon ? 'countdown countdown--soon' : 'countdown'}>${icon('clock')}<span>${words}</span></span>
    <span class="visually-hidden" role="status">${spoken === undefined ? '' : minutesEntry(spoken)}</span>`;
}

/** @param {number} n */
function minutesEntry(n) {
  return n === 1 ? t('chat.minutes_left_entry_one') : t('chat.minutes_left_entry', { n });
}

/**
 * What the end means: with an access, one may read on.
 * @param {ChatModel} chat
 * @param {'seeker' | 'counsellor'} role
 */
function endKey(chat, role) {
  if (role === 'seeker') return chat.staysReadable.value ? 'access.end_text' : 'chat.end_text_seeker';
  return chat.pseudonym.value === '' ? 'workspace.end_text' : 'workspace.end_text_kept';
}

/**
 * "Chat beenden?" The safe choice has the focus.
 * @param {{ chat: ChatModel, role: 'seeker' | 'counsellor', hours: number, onClose: () => void }} props
 * @returns {any}
 */
function EndDialog({ chat, role, hours, onClose }) {
  const words = t(endKey(chat, role), { name: chat.peerName.value, hours });
  const end = () => {
    onClose();
    chat.close();
  };
  return html`<${Dialog} id="end-chat" title=${t('chat.end_title')} exit=${role === 'seeker'} onCancel=${onClose}>
    <p class="dialog__text">${words}</p>
    <div class="dialog__actions">
      <button type="button" class="button" data-first onClick=${onClose}>${t('chat.cancel')}</button>
      <button type="button" class="button button--danger" onClick=${end}>${t('chat.end')}</button>
    </div>
  <//>`;
}

const LogProof = lazy(async () => (await import('./view-logproof.js')).load(), () => null);

/** @param {{ code: string, who: string }} stop @param {string} peerName */
function stopWords(stop, peerName) {
  const key = `chat.stop_${stop.code.toLowerCase()}`;
  return t(hasText(key) ? key : 'chat.fork', { name: stop.who === '' ? peerName : stop.who });
}

/** One line under the head: no connection, connected again, or a stop that asks for a decision. @param {{ chat: import('./thread.js').Thread }} props @returns {any} */
export function StatusBar({ chat }) {
  const state = chat.connection.value;
  const [shown, setShown] = useState('open');
  const wasLost = useRef(false);
  useEffect(() => {
    if (state === 'lost') wasLost.current = true;
    if (state === 'open' && wasLost.current) {
      wasLost.current = false;
      setShown('again');
      return after(4 * SECOND_MS, () => setShown('open'));
    }
    return after(state === 'connecting' ? PATIENCE_MS : 0, () => setShown(state));
  }, [state]);
  const stop = chat.paused.value;
  return html`<div class="chat__notice status-bar" role="status">
    ${shown === 'lost' && html`<p class="status-bar__line status-bar__line--warn">${icon('alert')}<span>${t('common.offline')}</span></p>`}
    ${shown === 'connecting' && html`<p class="status-bar__line">${t('common.connecting')}</p>`}
    ${shown === 'again' && html`<p class="status-bar__line status-bar__line--success">${icon('check')}${t('common.online_again')}</p>`}
    ${stop !== null && html`<div class="status-bar__line status-bar__line--warn">${icon('alert')}
      <span>${stopWords(stop, chat.peerName.value)}</span>
      ${stop.code === NoticeKind.OTHER_LOG && html`<${LogProof} chat=${chat} />`}
      ${!FINAL_STOPS.includes(stop.code) && html`<button type="button" class="button button--small" onClick=${() => { chat.proceed(); focusOn('#message-field'); }}>${t('chat.proceed')}</button>`}</div>`}
  </div>`;
}

/** To whom one writes, what they are doing, and the way to the numbers that help. @param {{ chat: ChatModel, to: string, onHelp?: (() => void) | undefined }} props @returns {any} */
function Status({ chat, to, onHelp }) {
  const words = chat.typing.value ? t('chat.typing', { name: chat.peerName.value }) : '';
  return html`<div class="composer__top">${to !== '' && html`<p class="composer__to">${to}</p>`}<p class="composer__status" role="status">${words}</p>
    ${onHelp !== undefined && html`<button type="button" class="composer__help" onClick=${onHelp}>${icon('phone')}${t('chat.help')}</button>`}</div>`;
}

/**
 * @param {{ chat: ChatModel, role: 'seeker' | 'counsellor', hours: number, to?: string, readers?: string, card?: import('./view-log.js').Card, who?: any, top?: any, foot?: any,
 *   crisis?: import('../../ui/crisis.js').CrisisLine[], extra?: Parameters<typeof Composer>[0]['extra'] }} props
 *   `who`: what stands first in the head (the seeker's page has it in the page's header);
 *   `readers`: who can read, where that is not only the two; `card`: what is drawn in place of a line; `top`: what is asked above the log; `foot`: instead of the composer; `extra`: of the composer
 * @returns {any}
 */
export function Chat({ chat, role, hours, to = '', readers = '', card, who = null, top = null, foot = null, crisis = [], extra = null }) {
  const [ending, setEnding] = useState(false);
  const [helping, setHelping] = useState(false);
  const [file, setFile] = useState(/** @type {File | null} */ (null));
  const isOpen = chat.closed.value === null;
  const name = chat.peerName.value;
  // The greeting's field, or the button that ended the chat, has just gone.
  useLayoutEffect(() => { if (role === 'counsellor') keepFocus('#message-field', '.chat .chat__name'); }, [isOpen]);
  const canAttach = isOpen && chat.paused.value === null;
  const attach = canAttach ? html`<${AttachButton} onFile=${setFile} />` : null;
  const status = html`<${Status} chat=${chat} to=${to} onHelp=${crisis.length > 0 ? () => setHelping(true) : undefined} />`;
  return html`<section class="chat" aria-label=${t('chat.message_to', { name })} ...${canAttach ? dropHandlers(setFile) : {}}>
    <div class="chat__head">
      ${who}
      <${Badge} chat=${chat} exit=${role === 'seeker'} readers=${readers} />
      ${isOpen && html`<${Countdown} chat=${chat} />
        <div class="chat__head-end"><button type="button" class="button button--small" onClick=${() => setEnding(true)}>
          <span class="when-wide">${t('chat.end')}</span><span class="when-narrow">${t('chat.end_short')}</span></button></div>`}
    </div>
    <${StatusBar} chat=${chat} />
    ${isOpen && top}
    <${Log} key=${chat} chat=${chat} readers=${readers} card=${card} />
    <div class="chat__foot">
      ${isOpen ? html`<${Composer} draft=${chat.draft} addressee=${name} status=${status} attach=${attach} extra=${extra} blocked=${chat.paused.value !== null}
        onSend=${(/** @type {string} */ text) => chat.say(text)} onTyping=${(/** @type {boolean} */ is) => chat.setTyping(is)} />` : foot}
    </div>
    ${ending && isOpen && html`<${EndDialog} chat=${chat} role=${role} hours=${hours} onClose=${() => setEnding(false)} />`}
    ${file !== null && isOpen && html`<${FileSheet} chat=${chat} file=${file} role=${role} onClose=${() => setFile(null)} />`}
    ${helping && html`<${CrisisDialog} lines=${crisis} onClose=${() => setHelping(false)} />`}
  </section>`;
}
