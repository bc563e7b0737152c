// An own written conversation: its row among the messages, and the conversation itself.

import { AttachButton, FileSheet, dropHandlers } from '../live/view-attach.js';
import { Badge } from '../live/view-badge.js';
import { StatusBar } from '../live/view-chat.js';
import { Composer } from '../live/view-composer.js';
import { Log } from '../live/view-log.js';
import { own } from '../../core/tasks.js';
import { Dialog } from '../../ui/dialog.js';
import { hoursLeft } from '../../ui/format.js';
import { keepFocus } from '../../ui/focus.js';
import { html, useLayoutEffect, useState } from '../../ui/html.js';
import { icon } from '../../ui/icons.js';
import { t } from '../../ui/text.js';
import { useTick } from '../../ui/tick.js';
import { DraftBy, HandedAway, Handing, PassingOn } from './view-handover.js';
import { blocksIn } from './blocksroom.js';
import { Earlier } from './findingroom.js';
import { MarkButton } from './view-parts.js';
import { ParticularsButton } from './particularsroom.js';
import { NewAccessButton, NewAccessState } from './newaccessroom.js';
import { Nickname, Rename } from './view-rename.js';
import { handedWords, isLate, lettersOf, listed, promisedDay } from './words.js';

/** @typedef {import('./casethread.js').CaseThread} CaseThread */
/** @typedef {import('./model.js').WorkModel} WorkModel */
/** @typedef {import('./view-desk.js').Desk} Desk */
/** @typedef {import('./view-desk.js').WorkCase} WorkCase */
/** @typedef {import('../enquiries/standing.js').Promised} Promised */

const MINUTE_MS = 60_000;
/** @type {Record<string, string>} */
const ENDINGS = {
  mine: 'workspace.case_ended_by_me', theirs: 'workspace.case_ended_by_them', service: 'workspace.case_ended_by_service', left: 'workspace.case_ended_by_service',
};
/** @type {Record<string, string>} */
const COLOURS = { open: 'badge badge--success', taken: 'badge badge--success', answered: 'badge', done: 'badge', closed: 'badge', handed: 'badge' };

/** Where it stands, and whether the promised day has passed. @param {{ thread: CaseThread, desk: Desk, promised: Promised }} props @returns {any} */
export function StandingBadge({ thread, desk, promised }) {
  const standing = thread.standing.value;
  // Mine already, though nothing is signed yet: to a counsellor it is in progress.
  const word = standing === 'open' ? 'taken' : standing;
  return html`<span class=${COLOURS[standing]}>${t(word === 'handed' && thread.isDeputy ? 'workspace.deputy_over' : `workspace.standing_${word}`)}</span>
    ${sharedWords(thread) !== '' && html`<span class="badge">${sharedWords(thread)}</span>`}
    ${isLate(standing, thread.waitsSinceMs.value, desk.now(), promised) && html`<span class="badge badge--warn">${icon('alert')}${t('workspace.overdue')}</span>`}`;
}

/** That it is on its way to a colleague, or who stands in for whom; '' else. @param {CaseThread} thread */
function sharedWords(thread) {
  const handing = thread.handing.value;
  if (thread.isLent.value) return handedWords({ byName: thread.lentBy.value, isDeputy: true });
  if (handing === null) return '';
  return handing.isDeputy && handing.stage === 'joined' ? t('workspace.deputy_badge', { name: handing.name }) : t(handing.isDeputy ? 'workspace.deputy_asked_badge' : 'workspace.handing_badge');
}

/** What it is about; without what was written before, that is not known. @param {CaseThread} thread */
export function subjectOf(thread) {
  return thread.subject.value || t(thread.hasHistory ? 'workspace.no_subject' : 'workspace.no_history');
}

/** Who can read it, where a colleague or the team does too; '' where only the two do. @param {import('./shared.js').SharedThread} thread */
export function readersOf(thread) {
  const others = thread.readers.value.filter(({ isMe, isTeam }) => !isMe && !isTeam).map(({ name }) => name || t('workspace.a_colleague'));
  if (thread.isAlong.value) return t('workspace.readers_along', { names: listed(others) });
  return others.length < 2 ? '' : t('workspace.readers_now', { names: listed(others) });
}

/** "Abschließen" and "Schließen und löschen". @param {{ model: WorkModel, item: WorkCase, thread: CaseThread, onClose: () => void }} props @returns {any} */
function CaseActions({ model, item, thread, onClose }) {
  if (thread.closed.value !== null) return null;
  const [isDone, isRegular] = [thread.standing.value === 'done', thread.isRegular.value];
  const isMine = !thread.isLent.value;
  return html`<div class="case__actions">
    ${!isDone && html`<button type="button" class="button button--small" onClick=${() => own('marking as done', model.written.markDone(item.id))}>${icon('check')}${t('workspace.mark_done')}</button>`}
    ${isMine && html`<button type="button" class="button button--small button--quiet" aria-pressed=${isRegular} onClick=${() => own('a regular client', model.written.setRegular(item.id, !isRegular))}>${isRegular && icon('check')}${t('workspace.regular')}</button>
    <button type="button" class="button button--small button--quiet" aria-haspopup="dialog" onClick=${onClose}>${t('workspace.close_case')}</button>`}
  </div>`;
}

/** @param {{ model: WorkModel, item: WorkCase, name: string, hours: number, onDone: () => void }} props @returns {any} */
function CloseDialog({ model, item, name, hours, onDone }) {
  const close = () => {
    onDone();
    own('closing', model.written.close(item.id));
  };
  return html`<${Dialog} id="close-case" title=${t('workspace.close_case_title')} onCancel=${onDone}>
    <p class="dialog__text">${t('workspace.close_case_text', { name, hours })}</p>
    <p class="dialog__text">${t('workspace.close_case_instead')}</p>
    <div class="dialog__actions">
      <button type="button" class="button" data-first onClick=${onDone}>${t('common.cancel')}</button>
      <button type="button" class="button button--danger" onClick=${close}>${t('workspace.close_case')}</button>
    </div>
  <//>`;
}

/** Who writes about what; and who can read it. @param {{ model: WorkModel, item: WorkCase, thread: CaseThread, desk: Desk, promised: Promised, back: any, tools: any }} props @returns {any} */
function Head({ model, item, thread, desk, promised, back, tools }) {
  const name = thread.peerName.value;
  return html`<div class="chat__head">${back}
    <div class="chat__who"><span class="avatar" data-tint=${item.colour || undefined} aria-hidden="true">${lettersOf(name)}</span>
      <div class="chat__names"><h2 class="chat__name" tabindex="-1" data-heading>${name}</h2>
        <span class="chat__state"><span class="muted">${thread.pseudonym.value === '' ? '' : t('workspace.enquiry_name', { n: item.number })}</span><${Nickname} chat=${item} /></span></div></div>
    ${tools}<${MarkButton} model=${model} desk=${desk} id=${item.id} /><${Badge} chat=${thread} readers=${readersOf(thread)} />
    <div class="case__about">
      <p class="case__subject">${subjectOf(thread)}</p>
      <div class="case__facts"><${StandingBadge} thread=${thread} desk=${desk} promised=${promised} />
        ${thread.topic.value !== '' && html`<span class="tag">${thread.topic.value}</span>`}
        <${PassingOn} model=${model} desk=${desk} id=${item.id} thread=${thread} /><${ParticularsButton} key=${item.id} model=${model} id=${item.id} thread=${thread} /></div>
      <${Earlier} model=${model} desk=${desk} id=${item.id} pseudonym=${thread.pseudonym.value} />
    </div>
  </div>`;
}

/** What a conversation says below its log that can be written to no more, or is done. @param {{ item: WorkCase, thread: CaseThread, desk: Desk }} props @returns {any} */
function Foot({ item, thread, desk }) {
  useTick(MINUTE_MS);
  const isClosed = thread.closed.value !== null;
  if (isClosed) return html`<p class="read-only">${icon('clock')}<span>${t('workspace.case_readable', { n: hoursLeft(item.purgeMs - desk.now()) })}</span></p>`;
  if (thread.standing.value !== 'done') return null;
  return html`<p class="case__bar" role="status">${icon('check')}<span>${t('workspace.done_note', { name: thread.peerName.value })}</span></p>`;
}

/** By when an answer is promised, above the field. @param {{ thread: CaseThread, to: string, promised: Promised }} props @returns {any} */
function To({ thread, to, promised }) {
  const due = promisedDay(thread.waitsSinceMs.value, promised);
  const by = thread.draftBy.value;
  return html`<div class="composer__top"><p class="composer__to">${to}</p>
    ${due !== '' && html`<p class="composer__status">${t('workspace.answer_until', { day: due })}</p>`}${by !== null && html`<${DraftBy} by=${by} />`}</div>`;
}

/** @typedef {{ model: WorkModel, desk: Desk, item: WorkCase, thread: CaseThread, hours: number, promised: Promised, back: any }} CaseProps */

/** @param {CaseProps} props @returns {any} */
export function CaseDetail(props) {
  const { model, desk, item, thread, back } = props;
  const isLost = thread.isLost.value;
  useLayoutEffect(() => { if (isLost) keepFocus('.chat .chat__name'); }, [isLost]);
  return isLost ? html`<${HandedAway} desk=${desk} thread=${thread} back=${back} taker=${model.written.takerOf(item.id)} onDismiss=${() => model.written.dismiss(item.id)} />` : html`<${OwnCase} ...${props} />`;
}

/** @param {CaseProps} props @returns {any} */
function OwnCase({ model, desk, item, thread, hours, promised, back }) {
  const [closing, setClosing] = useState(false);
  const [file, setFile] = useState(/** @type {File | null} */ (null));
  const isOpen = thread.closed.value === null;
  const name = thread.peerName.value;
  useLayoutEffect(() => keepFocus('#message-field', '.chat .chat__name'), [isOpen, thread.standing.value]);
  const canAttach = isOpen && thread.paused.value === null;
  const to = t('workspace.to', { name: [name, item.nickname].filter(Boolean).join(' · ') });
  const access = isOpen && !thread.isLent.value ? model.written.newAccess(item.id) : null;
  const tools = html`<${Rename} model=${model} chat=${item} isCase />${access && html`<${NewAccessButton} access=${access} name=${name} />`}`;
  return html`<section class="chat case" aria-label=${t('chat.message_to', { name })} ...${canAttach ? dropHandlers(setFile) : {}}>
    <${Head} model=${model} item=${item} thread=${thread} desk=${desk} promised=${promised} back=${back} tools=${tools} />
    <${StatusBar} chat=${thread} />
    <${Log} key=${thread} chat=${thread} endings=${ENDINGS} readers=${readersOf(thread)} />
    <div class="chat__foot">
      <${Handing} handOvers=${model.written.handOvers} id=${item.id} thread=${thread} />
      ${access && html`<${NewAccessState} access=${access} name=${name} />`}
      <${Foot} item=${item} thread=${thread} desk=${desk} />
      ${isOpen && html`<${Composer} draft=${thread.draft} addressee=${name} blocked=${thread.paused.value !== null} enterSends=${false}
        status=${html`<${To} thread=${thread} to=${to} promised=${promised} />`} attach=${canAttach ? html`<${AttachButton} onFile=${setFile} />` : null} extra=${blocksIn(model, thread.draft)}
        onSend=${(/** @type {string} */ text) => thread.say(text)} />`}
      <${CaseActions} model=${model} item=${item} thread=${thread} onClose=${() => setClosing(true)} />
    </div>
    ${closing && isOpen && html`<${CloseDialog} model=${model} item=${item} name=${name} hours=${hours} onDone=${() => setClosing(false)} />`}
    ${file !== null && isOpen && html`<${FileSheet} chat=${thread} file=${file} role="counsellor" onClose=${() => setFile(null)} />`}
  </section>`;
}
