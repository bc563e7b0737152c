// A chat that is over, read again under "Meine Gespräche". Its drawing is the live room's, fetched with it.

import { timeOfDay } from '../../ui/format.js';
import { html } from '../../ui/html.js';
import { icon } from '../../ui/icons.js';
import { lazy } from '../../ui/lazy.js';
import { language, t } from '../../ui/text.js';
import { dayOf } from './dates.js';
import { Heading } from './view-parts.js';

/** @typedef {import('./model.js').AccessModel} AccessModel */
/** @typedef {import('../live/chat.js').ChatModel} ChatModel */

const Chat = lazy(
  async () => (await import('../live/view-chat.js')).Chat,
  (_, hasFailed) => html`<p class="stage" role="status">${t(hasFailed ? 'access.home_failed' : 'common.moment')}</p>`,
);

/** @param {ChatModel} chat */
function note(chat) {
  const purgeMs = chat.closed.value?.purgeMs ?? 0;
  if (purgeMs === 0) return t('access.past_note_soon');
  return t('access.past_note', { date: dayOf(purgeMs, language()), time: timeOfDay(purgeMs, language()) });
}

/** @param {{ model: AccessModel, chat: ChatModel, hours: number }} props @returns {any} */
export function Past({ model, chat, hours }) {
  const back = html`<button type="button" class="button button--small" onClick=${() => model.toHome()}>${icon('back')}${t('access.past_back')}</button>`;
  const who = html`<div class="past__who">${back}<${Heading}>${chat.peerName.value}<//></div>`;
  return html`<${Chat} chat=${chat} role="seeker" hours=${hours} who=${who} foot=${html`<p class="read-only">${note(chat)}</p>`} />`;
}
