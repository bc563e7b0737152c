// A written enquiry as a line of "Meine Gespräche": what it is about, who answers, where it stands, what is new.

import { timeOfDay } from '../../ui/format.js';
import { html } from '../../ui/html.js';
import { icon } from '../../ui/icons.js';
import { language, t } from '../../ui/text.js';
import { dayOf } from '../accounts/dates.js';
import { dueDay, isOverdue } from './standing.js';
import { State } from './view-parts.js';
import { dayWords, newWords, titleOf } from './words.js';

/** @typedef {import('./enquiry.js').Enquiry} Enquiry */
/** @typedef {import('./standing.js').Promised} Promised */

/** What comes next. @param {Enquiry} enquiry @param {Promised} promised */
function nextWords({ stage, thread, problem }, promised) {
  const open = thread.value;
  if (stage.value !== 'sent') return t(`enquiries.row_${stage.value}`);
  if (open === null) return t(problem.value === '' ? 'enquiries.row_loading' : 'enquiries.row_failed');
  const { closed } = open;
  if (closed.value !== null) {
    const { purgeMs } = closed.value;
    return t('enquiries.row_until', { date: dayOf(purgeMs, language()), time: timeOfDay(purgeMs, language()) });
  }
  const due = dueDay(open.waitsSinceMs.value, promised);
  if (isOverdue(open.standing.value, due, open.serverNow())) return t('enquiries.late_title');
  return due === '' ? '' : t('enquiries.answer_by', { date: dayWords(due) });
}

/** @param {{ enquiry: Enquiry, promised: Promised, onOpen: () => void }} props @returns {any} */
export function EnquiryRow({ enquiry, promised, onOpen }) {
  const name = enquiry.thread.value?.peerName.value ?? '';
  const unread = enquiry.unread.value;
  const facts = [name, nextWords(enquiry, promised)].filter((one) => one !== '').join(' · ');
  return html`<li><button type="button" class="talk" data-new=${unread > 0 ? '' : undefined} onClick=${onOpen}>
    <span class="talk__icon">${icon(enquiry.stage.value === 'draft' ? 'pencil' : 'letter')}</span>
    <span class="talk__words"><span class="talk__name">${titleOf(enquiry)}</span>
      <span class="talk__next">${facts}</span>
      <span class="talk__state"><${State} enquiry=${enquiry} promised=${promised} />
        ${unread > 0 && html`<span class="badge enquiry-state" data-state="new"><span aria-hidden="true">${t('enquiries.new_short', { n: unread })}</span><span class="visually-hidden">${newWords(unread)}</span></span>`}</span></span>
  </button></li>`;
}
