// Schriftlich: who has written and waits for somebody to take it on. What a row says of its content was opened on
// this device, and only because somebody looks at it.

import { html } from '../../ui/html.js';
import { icon } from '../../ui/icons.js';
import { t } from '../../ui/text.js';
import { useTick } from '../../ui/tick.js';
import { FindBar, Found } from './findingroom.js';
import { Marked } from './view-parts.js';
import { WindowedList } from './view-window.js';
import { handedWords, isLate, sinceWords } from './words.js';

/** @typedef {import('./model.js').WorkModel} WorkModel */
/** @typedef {import('./view-desk.js').Desk} Desk */
/** @typedef {import('./enquiries.js').EnquiryRow} EnquiryRow */
/** @typedef {import('../enquiries/standing.js').Promised} Promised */

const MINUTE_MS = 60_000;

/** What a first request is called: as the seeker calls themselves, once that is read. @param {WorkModel} model @param {EnquiryRow} row */
export function enquiryName(model, row) {
  const pseudonym = model.written.first(row.id)?.content.value.pseudonym ?? '';
  return pseudonym === '' ? t('workspace.enquiry_name', { n: row.number }) : pseudonym;
}

/** What has become of a row; "" while it may be taken. @param {EnquiryRow} row */
export function fateOf(row) {
  if (row.state === 'open' || row.state === 'handed') return '';
  if (row.state === 'mine') return t(row.untilMs > 0 ? 'workspace.enquiry_reserved_by_me' : 'workspace.enquiry_mine');
  if (row.state === 'gone') return t('workspace.enquiry_gone');
  const code = { reserved: 'enquiry_reserved', taken: 'enquiry_taken', kept: 'enquiry_kept' }[/** @type {string} */ (row.state)] ?? 'enquiry_taken';
  return row.byName === '' ? t(`workspace.${code}`) : t(`workspace.${code}_by`, { name: row.byName });
}

/** @param {import('./firstrequest.js').Content | undefined} content */
function subjectWords(content) {
  if (content === undefined || content.subject !== '') return content?.subject ?? '\u2026';
  if (content.state === 'open') return t(content.hasHistory ? 'workspace.no_subject' : 'workspace.no_history');
  /** @type {string} */
  const state = content.state;
  return { noKey: t('workspace.row_no_key'), refused: t('workspace.row_refused'), offline: t('workspace.row_offline') }[state] ?? '\u2026';
}

/** @param {{ model: WorkModel, desk: Desk, row: EnquiryRow, promised: Promised, manyPortals: boolean }} props @returns {any} */
function Row({ model, desk, row, promised, manyPortals }) {
  const content = model.written.first(row.id)?.content.value;
  const fate = fateOf(row);
  const nowMs = desk.now();
  const isOver = fate !== '' && row.state !== 'mine';
  const isHanded = row.state === 'handed';
  return html`<button type="button" class="row row--written" aria-current=${desk.enquiry.value === row.id ? 'true' : undefined}
      data-over=${isOver ? '' : undefined} onClick=${() => desk.openEnquiry(row.id)}>
    <span class="row__name">${enquiryName(model, row)}</span>
    <span class="row__when">${fate === '' && !isHanded ? sinceWords(row.sinceMs, nowMs) : ''}</span>
    <span class="row__line">${fate === '' ? subjectWords(content) : fate}</span>
    <span class="row__tags">
      ${isHanded && html`<span class="badge badge--handed">${icon('handover')}${handedWords(row)}</span>`}
      ${isLate('open', row.sinceMs, nowMs, promised) && !isOver && !isHanded && html`<span class="badge badge--warn">${icon('alert')}${t('workspace.overdue')}</span>`}
      ${row.forLeads && html`<span class="badge">${t('workspace.for_leads')}</span>`}
      ${row.isAddressed && html`<span class="badge">${t('workspace.addressed_to_me')}</span>`}
      <${Marked} model=${model} id=${row.id} />
      ${(content?.topic ?? '') !== '' && html`<span class="tag">${content?.topic}</span>`}
      ${manyPortals && html`<span class="tag">${row.portalName}</span>`}
      ${row.language === 'en' && html`<span class="tag">${t('workspace.language_en')}</span>`}
    </span>
  </button>`;
}

/** @param {{ model: WorkModel, desk: Desk, promised: Promised, manyPortals: boolean }} props @returns {any} */
export function WrittenList({ model, desk, promised, manyPortals }) {
  useTick(MINUTE_MS);
  const rows = desk.requests.value;
  const isComplete = model.written.isComplete.value;
  const bar = html`<${FindBar} model=${model} desk=${desk} list="requests" />`;
  if (desk.query.value !== '' || rows.length === 0) {
    const isFiltered = model.written.rows.value.length > 0;
    const empty = isFiltered ? 'workspace.written_filtered' : 'workspace.written_none';
    return html`${bar}<div class="workspace__scroll" role="tabpanel" id="panel-written" aria-labelledby="tab-written">
      ${desk.query.value === ''
        ? html`<div class="empty-state">${icon('letter')}<p>${t(isComplete || isFiltered ? empty : 'common.moment')}</p></div>`
        : html`<${Found} model=${model} desk=${desk} />`}</div>`;
  }
  return html`${bar}<${WindowedList} rows=${rows} id="panel-written" labelledBy="tab-written" label=${t('workspace.written_requests')}
      onLook=${(/** @type {string[]} */ ids) => desk.lookAt(ids)}
      draw=${(/** @type {EnquiryRow} */ row) => html`<${Row} model=${model} desk=${desk} row=${row} promised=${promised} manyPortals=${manyPortals} />`} />
    <p class="visually-hidden" role="status">${isComplete ? '' : t('workspace.written_more')}</p>`;
}
