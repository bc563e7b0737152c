// Im Team: what colleagues have while the whole team reads along. Read only; whoever wants to answer takes it over.

import { Dialog } from '../../ui/dialog.js';
import { keepFocus } from '../../ui/focus.js';
import { html, useLayoutEffect, useState } from '../../ui/html.js';
import { icon } from '../../ui/icons.js';
import { t } from '../../ui/text.js';
import { useTick } from '../../ui/tick.js';
import { Earlier } from './findingroom.js';
import { Said } from './view-handed.js';
import { Back, Closed, Files, MarkButton, Marked } from './view-parts.js';
import { WindowedList } from './view-window.js';
import { enquiryName } from './view-written.js';
import { TeamReaders } from './view-enquiry.js';
import { isLate, lettersOf } from './words.js';

/** @typedef {import('./enquiries.js').EnquiryRow} EnquiryRow */
/** @typedef {import('./firstrequest.js').Content} Content */
/** @typedef {import('./model.js').WorkModel} WorkModel */
/** @typedef {import('./view-desk.js').Desk} Desk */
/** @typedef {import('../enquiries/standing.js').Promised} Promised */
/** @typedef {{ model: WorkModel, desk: Desk, row: EnquiryRow, content: Content, name: string, promised: Promised, onAgain: () => void }} Props */

const MINUTE_MS = 60_000;
/** @type {Record<string, string>} */
const WORDS = { waiting: 'workspace.standing_taken', answered: 'workspace.standing_answered', done: 'workspace.standing_done' };

/** Who has it. @param {EnquiryRow} row */
function whoseWords({ byName }) {
  return byName === '' ? t('along.with_somebody') : t('along.with', { name: byName });
}

/** Where it stands, as the relay tells it. @param {{ row: EnquiryRow, desk: Desk, promised: Promised }} props @returns {any} */
function State({ row: { state, sinceMs }, desk, promised }) {
  const isOverdue = state === 'waiting' && isLate('taken', sinceMs, desk.now(), promised);
  return html`<span class=${state === 'waiting' ? 'badge badge--success' : 'badge'}>${t(WORDS[state])}</span>
    ${isOverdue && html`<span class="badge badge--warn">${icon('alert')}${t('workspace.overdue')}</span>`}`;
}

/** @param {{ model: WorkModel, desk: Desk, row: EnquiryRow, promised: Promised, manyPortals: boolean }} props @returns {any} */
function Row({ model, desk, row, promised, manyPortals }) {
  const content = model.written.first(row.id)?.content.value;
  return html`<button type="button" class="row row--written" aria-current=${desk.enquiry.value === row.id ? 'true' : undefined} onClick=${() => desk.openEnquiry(row.id)}>
    <span class="row__name">${enquiryName(model, row)}</span>
    <span class="row__when">${whoseWords(row)}</span>
    <span class="row__line">${content === undefined || content.state !== 'open' ? '\u2026' : content.subject || t('workspace.no_subject')}</span>
    <span class="row__tags"><${State} row=${row} desk=${desk} promised=${promised} /><${Marked} model=${model} id=${row.id} />
      ${(content?.topic ?? '') !== '' && html`<span class="tag">${content?.topic}</span>`}
      ${manyPortals && html`<span class="tag">${row.portalName}</span>`}
      ${row.language === 'en' && html`<span class="tag">${t('workspace.language_en')}</span>`}</span>
  </button>`;
}

/** @param {{ model: WorkModel, desk: Desk, promised: Promised, manyPortals: boolean }} props @returns {any} */
export function AlongList({ model, desk, promised, manyPortals }) {
  useTick(MINUTE_MS);
  const rows = model.written.along.value;
  if (rows.length === 0) {
    return html`<div class="workspace__scroll" role="tabpanel" id="panel-along" aria-labelledby="tab-along">
      <div class="empty-state">${icon('people')}<p>${t(model.written.isComplete.value ? 'along.none' : 'common.moment')}</p></div></div>`;
  }
  return html`<${WindowedList} rows=${rows} id="panel-along" labelledBy="tab-along" label=${t('workspace.team_requests')}
    onLook=${(/** @type {string[]} */ ids) => desk.lookAt(ids)}
    draw=${(/** @type {EnquiryRow} */ row) => html`<${Row} model=${model} desk=${desk} row=${row} promised=${promised} manyPortals=${manyPortals} />`} />`;
}

/** What taking it over means. @param {Props & { onDone: () => void }} props @returns {any} */
function TakeOverDialog({ model, desk, row, content, name, onDone }) {
  const [busy, setBusy] = useState(false);
  // From whom one has read here that it goes to oneself, and from nobody else.
  const [seen] = useState(() => model.written.holdersOf(row.id));
  const by = row.byName || t('workspace.a_colleague');
  const take = async () => {
    if (busy) return;
    setBusy(true);
    await desk.take(row, content.pseudonym, seen);
    onDone();
  };
  return html`<${Dialog} id="take-over" title=${t('along.title')} onCancel=${onDone}>
    <p class="dialog__text">${t('along.text', { by, name })}</p>
    <p class="dialog__text">${t('along.unsent', { by })}</p>
    <div class="dialog__actions">
      <button type="button" class="button" data-first onClick=${onDone}>${t('common.cancel')}</button>
      <button type="button" class="button button--primary" aria-disabled=${busy ? 'true' : undefined} onClick=${take}>${busy ? t('common.moment') : t('workspace.take')}</button>
    </div>
  <//>`;
}

/** @param {Props} props @returns {any} */
export function AlongDetail(props) {
  const { model, desk, row, content, name, promised, onAgain } = props;
  const [asks, setAsks] = useState(false);
  const isOpen = content.state === 'open';
  // What stood here while this was fetched has gone.
  useLayoutEffect(() => keepFocus('#detail-title'), []);
  return html`<section class="workspace__detail" aria-labelledby="detail-title">
    <div class="workspace__scroll"><div class="detail">
      <${Back} desk=${desk} />
      <div class="detail__head"><span class="avatar avatar--large" aria-hidden="true">${lettersOf(name)}</span>
        <div><h2 id="detail-title" tabindex="-1">${name}</h2>
        <p class="detail__since"><span class="muted">${whoseWords(row)}</span><${State} row=${row} desk=${desk} promised=${promised} /></p></div>
        <${MarkButton} model=${model} desk=${desk} id=${row.id} /></div>
      <${Earlier} model=${model} desk=${desk} id=${row.id} pseudonym=${content.pseudonym} />
      ${isOpen ? html`<section class="card" aria-labelledby="along-subject"><h3 id="along-subject">${content.subject || t('workspace.no_subject')}</h3>
          ${content.topic !== '' && html`<p><span class="tag">${content.topic}</span></p>`}</section>
        <${Said} desk=${desk} name=${name} content=${content} /><${Files} content=${content} />
        <div class="detail__promise">${icon('shield')}<div><h3 class="detail__label">${t('workspace.who_reads')}</h3>
          <${TeamReaders} key=${row.id} readers=${model.written.readersOf(row.id)} /></div></div>`
        : html`<${Closed} content=${content} onAgain=${onAgain} />`}
    </div></div>
    ${isOpen && html`<div class="detail__actions"><p class="muted small">${t('along.read_only')}</p>
      <button type="button" class="button button--primary" aria-haspopup="dialog" onClick=${() => setAsks(true)}>${icon('inbox')}${t('along.take')}</button></div>`}
    ${asks && isOpen && html`<${TakeOverDialog} ...${props} onDone=${() => setAsks(false)} />`}
  </section>`;
}
