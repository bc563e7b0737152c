// One entry of the log: a message in any state, a system line, or a message that cannot be opened.

import { focusOn } from '../../ui/focus.js';
import { timeOfDay } from '../../ui/format.js';
import { Component, html } from '../../ui/html.js';
import { icon } from '../../ui/icons.js';
import { RichText } from '../../ui/richtext.js';
import { hasText, language, t } from '../../ui/text.js';
import { FileMessage } from './view-attach.js';

/** @typedef {import('./thread.js').Thread} Thread */
/** @typedef {import('./lines.js').Line} Message */

/** @type {Record<string, string>} */
const TICKS = { pending: 'clock', stored: 'tick', delivered: 'ticks', read: 'ticks', failed: 'alert' };

/** @param {{ state: Message['state'] }} props @returns {any} */
export function Tick({ state }) {
  if (state === '') return null;
  const words = t(`chat.tick_${state}`);
  const drawn = icon(TICKS[state] ?? '', state === 'read' ? 'tick tick--read' : 'tick');
  if (state === 'failed') return html`${drawn}<span>${words}</span>`;
  return html`<span class="tick-box" title=${words}>${drawn}<span class="visually-hidden">${words}</span></span>`;
}

/** @param {{ chat: Thread, message: Message }} props @returns {any} */
function TextMessage({ chat, message }) {
  const kinds = ['message', message.mine && 'message--own',
    message.state === 'pending' && 'message--pending', message.state === 'failed' && 'message--failed'];
  return html`<li class=${kinds.filter(Boolean).join(' ')} data-key=${message.key}>
    <span class="visually-hidden">${message.mine ? t('chat.you') : message.author}:</span>
    <div class="message__bubble"><${RichText} text=${message.text} /></div>
    <span class="message__meta"><span>${timeOfDay(message.sentMs, language())}</span>
      ${message.mine && html`<${Tick} state=${message.state} />`}</span>
    ${message.state === 'failed' && html`<${Failed} chat=${chat} message=${message} />`}
  </li>`;
}

/** What can be done about a text that was not sent. @param {{ chat: Thread, message: Message }} props @returns {any} */
export function Failed({ chat, message: { key } }) {
  const go = (/** @type {() => void} */ action) => () => { action(); focusOn('.chat__log'); };
  return html`<div class="message__actions">
    <button type="button" class="button button--small" onClick=${go(() => chat.retry(key))}>${t('chat.send_again')}</button>
    <button type="button" class="button button--small button--quiet" onClick=${go(() => chat.discard(key))}>${t('chat.discard')}</button>
  </div>`;
}

/** @param {string} code */
function problemKey(code) {
  const key = `chat.problem_${code.toLowerCase()}`;
  return hasText(key) ? key : 'chat.undecryptable';
}

/** @param {{ chat: Thread, message: Message }} props @returns {any} */
function Problem({ chat, message }) {
  const key = problemKey(message.code);
  return html`<li class="message message--unreadable" data-key=${message.key}>
    <div class="message__bubble"><p>${t(key, { name: chat.peerName.value })}</p>
      ${key === 'chat.undecryptable' && html`<details class="message__why"><summary class="fold__summary">${t('chat.undecryptable_why')}</summary>
        <p>${t('chat.undecryptable_reason')}</p></details>`}</div>
    <div class="message__actions"><button type="button" class="button button--small"
      onClick=${() => chat.askAgain(message.n)}>${t('chat.ask_again')}</button></div>
  </li>`;
}

/**
 * The sentence of a system line.
 * @param {Message} message
 * @param {string} name of the other side, where it is about nobody else
 */
export function systemSentence(message, name) {
  const code = message.code.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  // Some lines only one side reads, and their words stand with the rest of that side's.
  const key = ['chat', 'workspace', 'access', 'enquiries'].map((room) => `${room}.line_${code}`).find(hasText);
  return key === undefined ? message.text : t(key, { name: message.author === '' ? name : message.author });
}

/** @param {{ chat: Thread, message: Message }} props @returns {any} */
function SystemLine({ chat, message }) {
  return html`<li class="system-entry" data-key=${message.key}>${systemSentence(message, chat.peerName.value)}</li>`;
}

/**
 * Draws an entry, and again only when it changed: a long log stays quick.
 * @extends {Component<{ chat: Thread, message: Message }, {}>}
 */
export class Entry extends Component {
  /** @param {{ chat: Thread, message: Message }} next */
  shouldComponentUpdate(next) {
    const { message } = this.props;
    return next.chat !== this.props.chat || next.message.state !== message.state
      || next.message.text !== message.text || next.message.author !== message.author || next.message.kind !== message.kind
      || next.message.code !== message.code || next.message.sentMs !== message.sentMs
      || next.message.file !== message.file || next.message.n !== message.n;
  }

  /** @returns {any} */
  render() {
    const { chat, message } = this.props;
    if (message.kind === 'system') return html`<${SystemLine} chat=${chat} message=${message} />`;
    if (message.kind === 'problem') return html`<${Problem} chat=${chat} message=${message} />`;
    if (message.file !== undefined) {
      const tick = html`<${Tick} state=${message.state} />`;
      return html`<${FileMessage} chat=${chat} message=${message} file=${message.file} tick=${tick} />`;
    }
    return html`<${TextMessage} chat=${chat} message=${message} />`;
  }
}
