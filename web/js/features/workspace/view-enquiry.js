// One first request: what was written, who can read it now, and taking it on.

import { own } from '../../core/tasks.js';
import { html, useEffect, useState } from '../../ui/html.js';
import { icon } from '../../ui/icons.js';
import { RichText } from '../../ui/richtext.js';
import { t } from '../../ui/text.js';
import { useTick } from '../../ui/tick.js';
import { ALONG } from './enquiries.js';
import { Earlier } from './findingroom.js';
import { AlongDetail, HandedDetail } from './view-handedlater.js';
import { readersOf } from './view-case.js';
import { Back, Closed, Files, MarkButton } from './view-parts.js';
import { GivenDraft } from './view-handover.js';
import { enquiryName, fateOf } from './view-written.js';
import { isLate, lettersOf, listed, promisedDay, sinceWords } from './words.js';

/** @typedef {import('./model.js').WorkModel} WorkModel */
/** @typedef {import('./view-desk.js').Desk} Desk */
/** @typedef {import('./enquiries.js').EnquiryRow} EnquiryRow */
/** @typedef {import('./firstrequest.js').Content} Content */
/** @typedef {import('../enquiries/standing.js').Promised} Promised */

const MINUTE_MS = 60_000;
/** A longer team is a number first, its names are unfolded. */
const FEW_NAMES = 20;

/** @param {{ model: WorkModel, id: string }} props @returns {any} */
function Readers({ model, id }) {
  const readers = model.written.readersOf(id);
  return html`<div class="detail__promise">${icon('shield')}<div>
    <h3 class="detail__label">${t('workspace.who_reads')}</h3>
    ${readers.isAddressed ? html`<p>${t('workspace.readers_me')}</p>` : html`<${TeamReaders} key=${id} readers=${readers} />`}
    </div></div>`;
}

/** All of a team, until somebody takes it on, or for good. @param {{ readers: import('./place.js').Readers }} props @returns {any} */
export function TeamReaders({ readers }) {
  const [few, many] = readers.isAlong ? ['workspace.readers_team_along', 'workspace.readers_many_along'] : ['workspace.readers_team', 'workspace.readers_many'];
  return readers.count > FEW_NAMES
    ? html`<p>${t(many, { n: readers.count })}</p><${AllNames} readers=${readers} />`
    : html`<p>${t(few, { names: namesIn(readers) })}</p>`;
}

/** @param {{ readers: import('./place.js').Readers }} props @returns {any} */
function AllNames({ readers }) {
  const [isOpen, setOpen] = useState(false);
  return html`<details class="fold" onToggle=${(/** @type {any} */ event) => setOpen(event.currentTarget.open)}>
    <summary class="fold__summary">${t('workspace.readers_all')}</summary>${isOpen && html`<p>${namesIn(readers)}</p>`}</details>`;
}

/** @param {import('./place.js').Readers} readers */
function namesIn(readers) {
  const { names, unnamed } = readers.named();
  const others = { 0: [], 1: [t('workspace.readers_unnamed_one')] }[unnamed] ?? [t('workspace.readers_unnamed', { n: unnamed })];
  return listed([...names, ...others]);
}

/** What was written, opened on this device. @param {{ content: Content, name: string }} props @returns {any} */
function Words({ content, name }) {
  const said = content.parts.filter(({ fileName }) => fileName === '');
  // Of one that somebody has given back: who said what.
  const isTalk = said.some(({ author }) => author !== '');
  return html`<section class="card" aria-labelledby="request-subject">
      <h3 id="request-subject">${content.subject === '' ? t('workspace.no_subject') : content.subject}</h3>
      <div class="detail__words">${said.map(({ n, text, author }) => html`<div key=${n}>${isTalk && html`<p><strong>${author || name}</strong></p>`}<${RichText} text=${text} /></div>`)}</div>
    </section>
    <${Files} content=${content} />
    ${content.draft !== '' && html`<${GivenDraft} content=${content} />`}`;
}

/** @param {{ row: EnquiryRow, content: Content, promised: Promised }} props @returns {any} */
function Facts({ row, content, promised }) {
  const due = promisedDay(row.sinceMs, promised);
  return html`<section class="card" aria-labelledby="request-facts"><h3 id="request-facts">${t('workspace.facts')}</h3>
    <dl class="pairs">
      ${content.topic !== '' && html`<dt>${t('workspace.topic')}</dt><dd>${content.topic}</dd>`}
      <dt>${t('workspace.answer_by')}</dt><dd>${due}</dd>
      <dt>${t('workspace.language')}</dt><dd>${t(row.language === 'en' ? 'workspace.language_en' : 'workspace.language_de')}</dd>
      <dt>${t('workspace.portal')}</dt><dd>${row.portalName}</dd>
    </dl></section>`;
}

/** @param {{ desk: Desk, row: EnquiryRow, content: Content }} props @returns {any} */
function Actions({ desk, row, content }) {
  const [busy, setBusy] = useState(false);
  if (content.state !== 'open' || !['open', 'mine'].includes(row.state)) return null;
  const take = async () => {
    if (busy) return;
    setBusy(true);
    try {
      await desk.take(row, content.pseudonym);
    } finally {
      setBusy(false);
    }
  };
  return html`<div class="detail__actions">
    <button type="button" class="button button--primary" aria-disabled=${busy ? 'true' : undefined} onClick=${take}>
      ${icon('inbox')}${busy ? t('common.moment') : t('workspace.take')}</button></div>`;
}

/** What came of it, in words. @param {import('./view-desk.js').End} end @param {string} readers while who gave it away is in it; '' else @returns {[string, string]} title and text */
function endWords({ outcome, name, byName, isDeputy = false, isAlong = false }, readers) {
  const by = byName || t('workspace.a_colleague');
  if (outcome === 'taken' && isDeputy) return [t('workspace.deputy_took_title', { name: by }), t('workspace.deputy_took_text')];
  if (outcome === 'taken') return [t('workspace.took_title'), readers || t(isAlong ? 'workspace.took_text_along' : 'workspace.took_text', { name: name || t('workspace.the_person') })];
  if (outcome === 'kept') return [t(isDeputy ? 'workspace.deputy_kept_title' : 'workspace.kept_title'), t('workspace.kept_text', { name: by })];
  if (outcome === 'sentBack') return [t('workspace.sent_back_title'), t(isDeputy ? 'workspace.deputy_sent_back_text' : 'workspace.sent_back_text', { name: by })];
  return [t('workspace.late_title'), byName === '' ? t('workspace.late') : t('workspace.late_by', { name: byName })];
}

/** Taken on, sent back, or somebody else was faster: what comes next. @param {{ model: WorkModel, desk: Desk, id: string, end: import('./view-desk.js').End }} props @returns {any} */
function Ended({ model, desk, id, end }) {
  useEffect(() => { document.querySelector('[data-next]')?.scrollIntoView({ block: 'nearest' }); }, [id]);
  const isMine = end.outcome === 'taken';
  const thread = model.written.cases.value.find((one) => one.id === id)?.model;
  const [title, text] = endWords(end, thread?.predecessor.value ? readersOf(thread) : '');
  return html`<section class="workspace__detail" aria-labelledby="detail-title">
    <div class="workspace__scroll"><div class="detail">
      <${Back} desk=${desk} />
      <div class="detail__done" data-next>${icon(isMine || end.outcome === 'sentBack' ? 'check' : 'smile', 'detail__done-icon')}
        <h2 id="detail-title" tabindex="-1">${title}</h2>
        <p>${text}</p>
        <div class="card__actions">
          ${isMine && html`<button type="button" class="button button--primary" onClick=${() => desk.openChat(id)}>${icon('chat')}${t('workspace.answer_now')}</button>`}
          <button type="button" class=${isMine ? 'button' : 'button button--primary'} onClick=${() => desk.leaveEnquiry()}>${t(isMine ? 'workspace.stay_in_list' : 'workspace.back_to_list')}</button>
        </div></div>
    </div></div></section>`;
}

/** @param {{ model: WorkModel, desk: Desk, promised: Promised }} props @returns {any} */
export function EnquiryDetail({ model, desk, promised }) {
  useTick(MINUTE_MS);
  const id = desk.enquiry.value;
  const end = desk.end.value;
  if (end !== null && end.id === id) return html`<${Ended} model=${model} desk=${desk} id=${id} end=${end} />`;
  const row = model.written.rowOf(id);
  const content = model.written.first(id)?.content.value;
  if (row === undefined || content === undefined) {
    const over = row === undefined ? '' : fateOf(row);
    const words = id === '' ? t('workspace.choose_request') : over || t('workspace.enquiry_over');
    return html`<section class="workspace__detail"><div class="empty-state">${icon('letter')}<p>${words}</p>
      ${id !== '' && html`<button type="button" class="button button--small detail__back" onClick=${() => desk.back()}>${t('common.back')}</button>`}</div></section>`;
  }
  const name = enquiryName(model, row);
  const onAgain = () => own('opening a request', model.written.first(id)?.open() ?? Promise.resolve());
  if (row.state === 'handed') {
    const ways = { onTake: () => desk.take(row, content.pseudonym), onBack: () => desk.sendBack(row), onAgain };
    return html`<${HandedDetail} key=${id} desk=${desk} name=${name} byName=${row.byName} content=${content} ways=${ways} />`;
  }
  if (ALONG.includes(row.state)) return html`<${AlongDetail} key=${id} model=${model} desk=${desk} row=${row} content=${content} name=${name} promised=${promised} onAgain=${onAgain} />`;
  const fate = fateOf(row);
  return html`<section class="workspace__detail" aria-labelledby="detail-title">
    <div class="workspace__scroll"><div class="detail">
      <${Back} desk=${desk} />
      <div class="detail__head"><span class="avatar avatar--large" aria-hidden="true">${lettersOf(name)}</span>
        <div><h2 id="detail-title" tabindex="-1">${name}</h2>
        <p class="detail__since"><span class="muted">${fate === '' ? sinceWords(row.sinceMs, desk.now()) : fate}</span>
          ${isLate('open', row.sinceMs, desk.now(), promised) && html`<span class="badge badge--warn">${icon('alert')}${t('workspace.overdue')}</span>`}</p></div>
        <${MarkButton} model=${model} desk=${desk} id=${id} /></div>
      <${Earlier} model=${model} desk=${desk} id=${id} pseudonym=${content.pseudonym} />
      ${content.state === 'open' ? html`<${Words} content=${content} name=${name} />` : html`<${Closed} content=${content} onAgain=${onAgain} />`}
      <${Facts} row=${row} content=${content} promised=${promised} />
      ${content.state === 'open' && html`<${Readers} model=${model} id=${id} />`}
    </div></div>
    <${Actions} key=${id} desk=${desk} row=${row} content=${content} />
  </section>`;
}
