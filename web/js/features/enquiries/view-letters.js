// The messages of a written conversation, as cards, newest at the bottom.

import { timeOfDay } from '../../ui/format.js';
import { html, useEffect, useRef } from '../../ui/html.js';
import { RichText } from '../../ui/richtext.js';
import { language, t } from '../../ui/text.js';
import { dayOf } from '../accounts/dates.js';
import { Spoken } from '../live/view-log.js';
import { Entry, Failed, Tick } from '../live/view-message.js';
import { ConsentCard } from './view-consent.js';

/** @typedef {import('../live/lines.js').Line} Line */
/** @typedef {import('./thread.js').WrittenThread} WrittenThread */

/** A longer conversation opens at its newest message. */
const MANY = 2;

/** @param {Line} line */
function when({ sentMs }) {
  return t('enquiries.sent_at', { date: dayOf(sentMs, language()), time: timeOfDay(sentMs, language()) });
}

/** @param {{ thread: WrittenThread, line: Line }} props @returns {any} */
function Letter({ thread, line }) {
  const { mine, author, state, text } = line;
  return html`<li class=${mine ? 'letter letter--own' : 'letter'} data-key=${line.key}>
    <p class="letter__head"><strong>${mine ? t('chat.you') : author}</strong><span class="letter__when">${when(line)}${mine && html`<span class="letter__tick"><${Tick} state=${state} /></span>`}</span></p>
    <${RichText} text=${text} />
    ${state === 'failed' && html`<${Failed} chat=${thread} message=${line} />`}
  </li>`;
}

/** @param {WrittenThread} thread @param {Line} line @returns {any} */
function drawn(thread, line) {
  const asked = thread.questions.value.get(line.key);
  if (asked !== undefined) return html`<${ConsentCard} key=${line.key} guests=${thread.guests} asked=${asked} by=${line.author} lineKey=${line.key} />`;
  if (line.kind === 'text') return html`<${Letter} key=${line.key} thread=${thread} line=${line} />`;
  return html`<${Entry} key=${line.key} chat=${thread} message=${line} />`;
}

/** @param {{ thread: WrittenThread }} props @returns {any} */
export function Letters({ thread }) {
  const log = useRef(/** @type {HTMLElement | null} */ (null));
  const shown = thread.messages.value;
  useEffect(() => {
    const last = log.current?.querySelector('ol > li:last-child');
    if (shown.length > MANY) last?.scrollIntoView({ block: 'center' });
  }, [thread]);
  useEffect(() => {
    const look = () => { if (!document.hidden) thread.markSeen(); };
    look();
    document.addEventListener('visibilitychange', look);
    return () => document.removeEventListener('visibilitychange', look);
  }, [shown]);
  return html`<div class="letters chat__log" role="log" aria-live="off" aria-label=${t('enquiries.log')} tabindex="-1" ref=${log}>
      <ol class="letters__list">${shown.map((line) => drawn(thread, line))}</ol>
    </div>
    <${Spoken} chat=${thread} />`;
}
