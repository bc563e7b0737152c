// The log: entries with day dividers, kept at its end while somebody reads there.
//
// What was there first is shown in silence; each new message is spoken once, in a status line of its
// own (a live region around the list would read it twice, and the whole history at the start).

import { plain } from '../../core/richtext.js';
import { dayKey, dayName, timeOfDay } from '../../ui/format.js';
import { html, useEffect, useLayoutEffect, useRef, useState } from '../../ui/html.js';
import { icon } from '../../ui/icons.js';
import { language, t } from '../../ui/text.js';
import { after, deviceNow } from '../../ui/tick.js';
import { Entry, systemSentence } from './view-message.js';

/** @typedef {import('./chat.js').ChatModel} ChatModel */
/** @typedef {import('./view-message.js').Message} Message */
/** @typedef {(message: Message) => any} Card */

/** @type {Card} */
const plainly = () => null;
/** More entries than this make a phone slow; the rest comes on request. */
const WINDOW = 150;
const NEAR_PX = 80;
const MINUTE_MS = 60_000;
/** The log says how long is left when this many minutes are; nothing more, the machine does not counsel. */
const MARKS = [30, 10, 5];
/** What is said of the end, by who ended it. @type {Record<string, string>} */
const ENDINGS = { mine: 'chat.ended_at', theirs: 'chat.ended_at', service: 'chat.ended_by_service', left: 'workspace.left_page' };

/** @param {Message} message @param {string} name */
function spokenForm(message, name) {
  if (message.kind === 'system') return systemSentence(message, name);
  if (message.kind === 'problem') return t('chat.undecryptable');
  if (message.file !== undefined) return t('files.says', { name: message.author, file: message.file.name });
  return t('chat.says', { name: message.author, text: plain(message.text) });
}

/**
 * The latest message of the other side that came after the log was opened, as words.
 * @param {{ chat: import('./thread.js').Thread }} props
 * @returns {any}
 */
export function Spoken({ chat }) {
  const known = useRef(/** @type {Set<string> | null} */ (null));
  const [sentence, setSentence] = useState('');
  const messages = chat.messages.value;
  useEffect(() => {
    const before = known.current;
    known.current = new Set(messages.map((message) => message.key));
    if (before === null) return;
    const fresh = messages.filter((message) => !before.has(message.key) && !message.mine);
    if (fresh.length > 0) setSentence(fresh.map((message) => spokenForm(message, chat.peerName.peek())).join(' '));
  }, [messages]);
  return html`<p class="visually-hidden" role="status">${sentence}</p>`;
}

/**
 * Which marks of the time have passed, kept up to date.
 * @param {ChatModel} chat
 * @returns {{ minutes: number, atMs: number }[]}
 */
function useMarks(chat) {
  const [, again] = useState(0);
  // A chat that is over has no end ahead of it any more; what was said of it while it ran stays.
  const known = useRef(0);
  known.current = chat.endsMs.value || known.current;
  const endsMs = known.current;
  const nowMs = chat.closed.value?.closeMs ?? chat.serverNow();
  const all = (endsMs === 0 ? [] : MARKS).map((minutes) => ({ minutes, atMs: endsMs - minutes * MINUTE_MS }));
  const next = all.find((mark) => mark.atMs > nowMs);
  const isOpen = chat.closed.value === null;
  useEffect(() => {
    if (!isOpen || next === undefined) return undefined;
    return after(next.atMs - chat.serverNow() + 1, () => again((n) => n + 1));
  }, [next?.atMs, isOpen]);
  return all.filter((mark) => mark.atMs <= nowMs);
}

/** @param {{ minutes: number }} props @returns {any} */
function Mark({ minutes }) {
  return html`<li class="system-entry system-entry--warn">${t('chat.minutes_left_entry', { n: minutes })}</li>`;
}

/**
 * The entries with their days, and each mark before the first entry that came after it.
 * @param {ChatModel} chat
 * @param {readonly Message[]} shown
 * @param {{ minutes: number, atMs: number }[]} marks
 * @param {Card} card
 */
function drawAll(chat, shown, marks, card) {
  let done = 0;
  const parts = [];
  for (let i = 0; i <= marks.length; i += 1) {
    const mark = marks[i];
    const until = mark === undefined ? -1 : shown.findIndex((one, at) => at >= done && one.sentMs > mark.atMs);
    const to = until < 0 ? shown.length : until;
    parts.push(...withDays(chat, shown.slice(done, to), shown[done - 1], card));
    if (mark !== undefined) parts.push(html`<${Mark} key=${`mark-${mark.minutes}`} minutes=${mark.minutes} />`);
    done = to;
  }
  return parts;
}

/** @param {ChatModel} chat @param {readonly Message[]} shown @param {Message | undefined} before @param {Card} card */
function withDays(chat, shown, before, card) {
  const words = { today: t('chat.today'), yesterday: t('chat.yesterday') };
  let day = before === undefined ? '' : dayKey(before.sentMs);
  return shown.flatMap((message) => {
    const drawn = card(message) ?? html`<${Entry} key=${message.key} chat=${chat} message=${message} />`;
    if (message.sentMs <= 0 || dayKey(message.sentMs) === day) return [drawn];
    day = dayKey(message.sentMs);
    const name = dayName(message.sentMs, deviceNow(), language(), words);
    return [html`<li class="day-divider" key=${`day-${message.key}`}>${name}</li>`, drawn];
  });
}

/** The last entry once the chat is over. @param {{ chat: ChatModel, endings: Record<string, string> }} props @returns {any} */
function Ending({ chat, endings }) {
  const closed = chat.closed.value;
  if (closed === null) return null;
  const key = endings[closed.reason];
  const time = timeOfDay(closed.closeMs, language());
  return html`<li class="system-entry system-entry--end">${t(key, { time, name: chat.peerName.value })}</li>`;
}

/** @param {readonly Message[]} messages */
function countTheirs(messages) {
  return messages.filter((message) => !message.mine && message.kind !== 'system').length;
}

/**
 * Keeps the log at its end while the reader is there, and counts what arrives while not.
 * @param {ChatModel} chat
 * @param {number} marks how many marks of the time stand in the log
 */
function useFollowing(chat, marks) {
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  const follows = useRef(true);
  const seen = useRef(0);
  const lastKey = useRef('');
  const [missed, setMissed] = useState(0);
  const messages = chat.messages.value;
  const last = messages.at(-1);
  const toEnd = () => {
    if (box.current !== null) box.current.scrollTop = box.current.scrollHeight;
    follows.current = true;
    setMissed(0);
    if (!document.hidden) chat.markSeen();
  };
  useLayoutEffect(() => {
    // An own new message leads to the end; a tick that changes on it does not.
    const isOwnNew = last?.mine === true && last.key !== lastKey.current;
    lastKey.current = last?.key ?? '';
    if (follows.current || isOwnNew) toEnd();
    if (follows.current) seen.current = countTheirs(messages);
    else setMissed(countTheirs(messages) - seen.current);
  }, [messages, chat.closed.value, marks]);
  useWatching(chat, box, follows);
  const onScroll = () => {
    const element = box.current;
    // A scroll may be told after the log has gone: another chat stands here.
    if (element === null) return;
    follows.current = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_PX;
    if (!follows.current) return;
    seen.current = countTheirs(chat.messages.peek());
    setMissed(0);
    if (!document.hidden) chat.markSeen();
  };
  return { box, missed, toEnd, onScroll };
}

/**
 * Stays at the end when the log's height changes, and tells what is seen when the tab is looked at again.
 * @param {ChatModel} chat
 * @param {{ current: HTMLElement | null }} box
 * @param {{ current: boolean }} follows
 */
function useWatching(chat, box, follows) {
  useEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    // A keyboard, a longer composer or a turned phone changes the height: stay at the end.
    const watcher = new ResizeObserver(() => { if (follows.current) element.scrollTop = element.scrollHeight; });
    watcher.observe(element);
    const awake = () => { if (!document.hidden && follows.current) chat.markSeen(); };
    document.addEventListener('visibilitychange', awake);
    return () => {
      watcher.disconnect();
      document.removeEventListener('visibilitychange', awake);
    };
  }, [chat]);
}

/**
 * @param {{ chat: ChatModel, endings?: Record<string, string>, readers?: string, card?: Card }} props `endings`: keys of sentences, for
 *   what is no chat; `readers`: who can read, where that is not only the two; `card`: what is drawn in place of a line
 * @returns {any}
 */
export function Log({ chat, endings = ENDINGS, readers = '', card = plainly }) {
  const [extra, setExtra] = useState(0);
  const marks = useMarks(chat);
  const { box, missed, toEnd, onScroll } = useFollowing(chat, marks.length);
  const messages = chat.messages.value;
  const shown = messages.slice(-(WINDOW + extra));
  return html`<div class="chat__middle">
    <div class="chat__log" role="log" aria-live="off" aria-label=${t('chat.log')} tabindex="0" ref=${box} onScroll=${onScroll}>
      ${shown.length < messages.length && html`<p class="chat__earlier">
        <button type="button" class="button button--small" onClick=${() => { setExtra(extra + WINDOW); box.current?.focus({ preventScroll: true }); }}>${t('chat.earlier')}</button></p>`}
      <ol class="chat__messages">
        <li class="system-entry system-entry--secure" key="who">${icon('shield')}<span>${readers || t('chat.who_reads', { name: chat.peerName.value })}</span></li>
        ${drawAll(chat, shown, marks, card)}
        <${Ending} chat=${chat} endings=${endings} />
      </ol>
    </div>
    <${Spoken} chat=${chat} />
    ${missed > 0 && html`<div class="chat__new"><button type="button" class="button button--small" onClick=${() => { toEnd(); box.current?.focus({ preventScroll: true }); }}>
      ${icon('down')}${missed === 1 ? t('chat.new_one') : t('chat.new_many', { n: missed })}</button></div>`}
  </div>`;
}
