// Pieces of the pages of written enquiries: the state in a word, and how it goes on.

import { html } from '../../ui/html.js';
import { addIcons, icon } from '../../ui/icons.js';
import { t } from '../../ui/text.js';
import { dueDay } from './standing.js';
import { dayWords, stateOf } from './words.js';

/** @typedef {import('./enquiry.js').Enquiry} Enquiry */
/** @typedef {import('./standing.js').Promised} Promised */
/** @typedef {import('./thread.js').WrittenThread} WrittenThread */

addIcons({
  letter: ['M4 6h16v12H4z', 'm4.5 7 7.5 6 7.5-6'],
  eyes: ['M2.8 12S6.2 6 12 6s9.2 6 9.2 6-3.4 6-9.2 6-9.2-6-9.2-6z', 'M12 9.2a2.8 2.8 0 1 1 0 5.6 2.8 2.8 0 0 1 0-5.6z'],
});

/** @param {{ enquiry: Enquiry, promised: Promised }} props @returns {any} */
export function State({ enquiry, promised }) {
  const { code, word } = stateOf(enquiry, promised);
  return word === '' ? null : html`<span class="badge enquiry-state" data-state=${code}>${word}</span>`;
}

/** @param {{ words: string, state?: 'done' | 'now' | '' }} props @returns {any} */
function Step({ words, state = '' }) {
  return html`<li class="onward__step" data-state=${state} aria-current=${state === 'now' ? 'step' : undefined}>
    <span class="onward__mark" aria-hidden="true">${state === 'done' && icon('check')}</span>
    <span>${words}${state === 'done' && html`<span class="visually-hidden"> (${t('enquiries.next_step_done')})</span>`}</span></li>`;
}

/**
 * "So geht es weiter": arrived, looking for somebody, an answer by then.
 * @param {{ thread: WrittenThread, promised: Promised }} props
 * @returns {any}
 */
export function HowItGoesOn({ thread, promised }) {
  const due = dueDay(thread.waitsSinceMs.value, promised);
  if (due === '') return null;
  const isForAll = thread.readers.value.some(({ isTeam }) => isTeam);
  const second = isForAll ? t('enquiries.next_search') : t('enquiries.next_waits', { name: thread.peerName.value });
  return html`<section class="card enquiry-next" aria-labelledby="next-title">
    <h2 class="enquiry-next__title" id="next-title">${t('enquiries.next_title')}</h2>
    <ol class="onward">
      <${Step} words=${t('enquiries.next_arrived')} state="done" />
      <${Step} words=${second} state="now" />
      <${Step} words=${t('enquiries.next_answer', { date: dayWords(due) })} />
    </ol>
    <p class="small muted">${t('enquiries.next_look')}</p>
  </section>`;
}
