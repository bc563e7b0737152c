// A written conversation: what it is about, where it stands, who can read it, the messages, and the answer.

import { own } from '../../core/tasks.js';
import { Dialog } from '../../ui/dialog.js';
import { keepFocus } from '../../ui/focus.js';
import { timeOfDay } from '../../ui/format.js';
import { html, useEffect, useLayoutEffect, useState } from '../../ui/html.js';
import { icon } from '../../ui/icons.js';
import { lazy } from '../../ui/lazy.js';
import { language, t } from '../../ui/text.js';
import { ignoreRefusal } from '../../wire/errors.js';
import { dateOf, dayOf } from '../accounts/dates.js';
import { Done, Heading } from '../accounts/view-parts.js';
import { AttachButton, FileSheet, dropHandlers } from '../live/view-attach.js';
import { Badge } from '../live/view-badge.js';
import { StatusBar } from '../live/view-chat.js';
import { Composer } from '../live/view-composer.js';
import { dueDay, isOverdue } from './standing.js';
import { Letters } from './view-letters.js';
import { AgreedQuestion } from './view-question.js';
import { HowItGoesOn, State } from './view-parts.js';
import { dayWords, levelWords, readersWords, titleOf } from './words.js';

/** @typedef {import('./enquiry.js').Enquiry} Enquiry */
/** @typedef {import('./people.js').Team} Team */
/** @typedef {import('./thread.js').WrittenThread} WrittenThread */
/** @typedef {import('./view.js').EnquiryConfig} EnquiryConfig */

/** @type {(props: import('./view-callback.js').Props) => any} */
const CallBack = lazy(async () => {
  const { CallBack: found, fetchWords } = await import('./view-callback.js');
  await fetchWords();
  return found;
}, () => html`<p role="status">${t('common.moment')}</p>`);

/** @type {(props: { enquiry: Enquiry }) => any} */
const Contact = lazy(async () => (await import('./view-contact.js')).Contact, (_, hasFailed) => html`<p role="status">${t(hasFailed ? 'enquiries.problem_unreachable' : 'common.moment')}</p>`);

/** For the portal's leads alone; what is typed there stays while it is folded. @param {{ enquiry: Enquiry }} props @returns {any} */
function ContactFold({ enquiry }) {
  const [isWanted, setWanted] = useState(false);
  return html`<details class="fold enquiry-contact" onToggle=${(/** @type {any} */ event) => { if (event.currentTarget.open) setWanted(true); }}>
    <summary class="fold__summary">${t('enquiries.contact_title')}</summary>
    ${isWanted && html`<div class="fold__body"><${Contact} enquiry=${enquiry} /></div>`}</details>`;
}

/** While it is on the screen: whether who should answer is still there. @param {WrittenThread} thread */
function useLookingAround(thread) {
  useEffect(() => {
    const look = () => { if (!document.hidden) own('looking around', thread.lookAround().catch(ignoreRefusal)); };
    look();
    document.addEventListener('visibilitychange', look);
    return () => document.removeEventListener('visibilitychange', look);
  }, [thread]);
}

/** @param {WrittenThread} thread @param {Team | null} team @param {number} hours */
function readersNote(thread, team, hours) {
  const closesMs = thread.closesMs.value;
  const isFor = thread.readers.value.find(({ isTeam }) => isTeam);
  // Until somebody has it; where somebody has, the team reads on.
  const hasUntil = isFor !== undefined && thread.readers.value.length === 1;
  return html`<p>${readersWords(thread, team)} ${hasUntil && levelWords(isFor.isLeads ? 'readers_leads_until' : 'readers_team_until')}</p>
    ${closesMs > 0 && thread.closed.value === null && html`<p>${t('enquiries.closes', { date: dateOf(closesMs, language()), hours })}</p>`}`;
}

/** @param {{ enquiry: Enquiry, thread: WrittenThread, team: Team | null, config: EnquiryConfig }} props @returns {any} */
function Head({ enquiry, thread, team, config }) {
  const topic = thread.topic.value;
  return html`<header class="enquiry-head">
    <button type="button" class="button button--small" onClick=${() => config.onHome('')}>${icon('back')}${t('enquiries.back')}</button>
    <${Heading}>${titleOf(enquiry)}<//>
    <p class="enquiry-head__facts"><span class="enquiry-head__who">${thread.peerName.value}</span><${State} enquiry=${enquiry} promised=${config.promised} />
      ${topic !== '' && html`<span class="muted">${t('enquiries.topic_line', { topic })}</span>`}</p>
    <details class="fold">
      <summary class="fold__summary">${t('enquiries.readers_title')}</summary>
      <div class="fold__body">${readersNote(thread, team, config.retentionHours)}
        <p><${Badge} chat=${thread} exit readers=${readersWords(thread, team)} /></p></div>
    </details>
  </header>`;
}

/** The promised day has passed. @param {{ due: string }} props @returns {any} */
function Late({ due }) {
  return html`<section class="access__reminder" aria-labelledby="late-title">
    <h2 class="access__reminder-title" id="late-title">${icon('clock')}${t('enquiries.late_title')}</h2>
    <p>${t('enquiries.late', { date: dayWords(due) })}</p></section>`;
}

/** @param {{ thread: WrittenThread, config: EnquiryConfig }} props @returns {any} */
function Answer({ thread, config }) {
  const [file, setFile] = useState(/** @type {File | null} */ (null));
  const standing = thread.standing.value;
  const isBlocked = thread.isHeld.value;
  const attach = isBlocked ? null : html`<${AttachButton} onFile=${setFile} />`;
  const label = t(standing === 'answered' ? 'enquiries.answer' : 'enquiries.answer_more');
  // Before somebody has taken it, the card says by when.
  const due = standing === 'taken' && thread.departure.value === '' ? dueDay(thread.waitsSinceMs.value, config.promised) : '';
  const top = html`<div class="enquiry-answer__top"><h2 class="enquiry-answer__title">${label}</h2>
    ${due !== '' && html`<p class="small muted">${t('enquiries.next_answer', { date: dayWords(due) })}</p>`}
    ${standing === 'done' && html`<p class="small muted">${t('enquiries.done_hint')}</p>`}</div>`;
  return html`<section class="enquiry-answer" aria-label=${label} ...${isBlocked ? {} : dropHandlers(setFile)}>
    ${top}
    <${Composer} draft=${thread.draft} addressee=${thread.peerName.value} attach=${attach} blocked=${isBlocked} enterSends=${false}
      onSend=${(/** @type {string} */ text) => thread.say(text)} />
    <p class="field__hint">${t('enquiries.answer_hint')}</p>
    ${file !== null && html`<${FileSheet} chat=${thread} file=${file} role="seeker" onClose=${() => setFile(null)} />`}
  </section>`;
}

/** @param {{ enquiry: Enquiry, thread: WrittenThread, hours: number, onClose: () => void }} props @returns {any} */
function CloseDialog({ enquiry, thread, hours, onClose }) {
  const person = thread.readers.value.find(({ isTeam }) => !isTeam);
  const words = person === undefined ? t('enquiries.close_text_open', { hours }) : t('enquiries.close_text', { name: thread.peerName.value, hours });
  const close = () => {
    onClose();
    own('closing an enquiry', enquiry.close());
  };
  return html`<${Dialog} id="close-enquiry" title=${t('enquiries.close_title')} exit onCancel=${onClose}>
    <p class="dialog__text">${words}</p><p class="dialog__text">${t('enquiries.close_final')}</p>
    <div class="dialog__actions">
      <button type="button" class="button" data-first onClick=${onClose}>${t('enquiries.cancel')}</button>
      <button type="button" class="button button--danger" onClick=${close}>${t('enquiries.close')}</button>
    </div>
  <//>`;
}

/** @param {{ thread: WrittenThread }} props @returns {any} */
function Closed({ thread }) {
  const closed = thread.closed.value;
  if (closed === null) return null;
  const key = { mine: 'closed_mine', theirs: 'closed_theirs' }[/** @type {string} */ (closed.reason)] ?? 'closed_service';
  const until = { date: dayOf(closed.purgeMs, language()), time: timeOfDay(closed.purgeMs, language()) };
  const unsent = thread.unsentText();
  return html`<section class="card enquiry-closed" tabindex="-1" data-closed>
    <p><strong>${t(`enquiries.${key}`, { name: thread.peerName.value })}</strong></p>
    ${closed.purgeMs > 0 && html`<p>${t('enquiries.closed_until', until)}</p>`}
    ${unsent !== '' && html`<h2 class="enquiry-next__title">${t('enquiries.unsent_title')}</h2><p class="unsent" tabindex="0">${unsent}</p>`}
  </section>`;
}

/**
 * @param {{ enquiries: import('./enquiries.js').Enquiries, enquiry: Enquiry, thread: WrittenThread, config: EnquiryConfig,
 *   isNew: boolean }} props `isNew`: it has just been sent
 * @returns {any}
 */
export function Conversation({ enquiries, enquiry, thread, config, isNew }) {
  const [closes, setCloses] = useState(false);
  const { promised, retentionHours } = config;
  useLookingAround(thread);
  const isOpen = thread.closed.value === null;
  const standing = thread.standing.value;
  const due = dueDay(thread.waitsSinceMs.value, promised);
  const isLate = isOverdue(standing, due, thread.serverNow());
  const hasLeft = thread.departure.value !== '';
  // Its names are those of whom the team lists under the key that reads here now.
  const reader = thread.readers.value.find(({ isTeam }) => isTeam)?.sidx ?? -1;
  useEffect(() => { if (reader >= 0) own('reading the team', enquiries.readTeam()); }, [reader]);
  // The dialog that closed it, or the field, has just gone.
  useLayoutEffect(() => { if (!isOpen) keepFocus('[data-closed]', '[data-heading]'); }, [isOpen]);
  // The button that gave it to the team has just gone.
  useLayoutEffect(() => (hasLeft ? () => keepFocus('#message-field', '[data-heading]') : undefined), [hasLeft]);
  return html`<section class="stage__card enquiry">
    <${Head} enquiry=${enquiry} thread=${thread} team=${enquiries.team.value} config=${config} />
    <${Done} words=${isNew && due !== '' ? t('enquiries.sent', { date: dayWords(due) }) : ''} />
    ${isLate && !hasLeft && html`<${Late} due=${due} />`}
    <${StatusBar} chat=${thread} />
    <${Letters} key=${enquiry.box16} thread=${thread} />
    ${hasLeft && html`<${CallBack} enquiries=${enquiries} enquiry=${enquiry} thread=${thread} />`}
    ${standing === 'open' && !isLate && !hasLeft && html`<${HowItGoesOn} thread=${thread} promised=${promised} />`}
    ${isOpen ? html`<${Answer} thread=${thread} config=${config} />` : html`<${Closed} thread=${thread} />`}
    <${AgreedQuestion} thread=${thread} />
    ${isOpen && enquiry.hasLeads && html`<${ContactFold} enquiry=${enquiry} />`}
    ${isOpen && html`<div class="enquiry-end"><button type="button" class="button button--small button--quiet" onClick=${() => setCloses(true)}>${t('enquiries.close')}</button></div>`}
    ${closes && isOpen && html`<${CloseDialog} enquiry=${enquiry} thread=${thread} hours=${retentionHours} onClose=${() => setCloses(false)} />`}
  </section>`;
}
