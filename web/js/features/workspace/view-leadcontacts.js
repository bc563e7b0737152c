// "Kontaktdaten" in the room of a leads' team: a list of enquiries, each opened by a button.

import { own } from '../../core/tasks.js';
import { html, useEffect } from '../../ui/html.js';
import { icon } from '../../ui/icons.js';
import { t } from '../../ui/text.js';
import { dateWords } from './view-team-parts.js';

/** @typedef {import('./contactdesk.js').ContactDesk} ContactDesk */
/** @typedef {import('./contactdesk.js').Row} Row */

/** @param {{ row: Row, desk: ContactDesk }} props @returns {any} */
function Found({ row, desk }) {
  const { found, problem } = desk.opened.value[row.id];
  if (found === null) return html`<p class="field__error">${icon('alert')}<span>${t(`leadcontacts.problem_${problem}`)}</span></p>`;
  return html`<dl class="pairs">${found.email !== '' && html`<dt>${t('leadcontacts.email')}</dt><dd>${found.email}</dd>`}
      ${found.phone !== '' && html`<dt>${t('leadcontacts.phone')}</dt><dd>${found.phone}</dd>`}</dl>
    <p class="small">${t('leadcontacts.left', { date: dateWords(found.atMs) })} ${t(found.isConfirmed ? 'leadcontacts.confirmed' : 'leadcontacts.not_confirmed')}</p>
    <p class="small">${t('leadcontacts.others')}</p>`;
}

/** @param {{ row: Row, desk: ContactDesk }} props @returns {any} */
function Line({ row, desk }) {
  const isOpen = desk.opened.value[row.id] !== undefined;
  const name = row.place === '' ? t('leadcontacts.row', { n: row.number }) : t('leadcontacts.row_of', { n: row.number, place: row.place });
  const toggle = () => (isOpen ? desk.hide(row) : own('contact data', desk.open(row)));
  return html`<li class="lead-contact">
    <p>${name}</p>
    <button type="button" class="button button--small" aria-expanded=${isOpen ? 'true' : 'false'} onClick=${toggle}>
      ${t(isOpen ? 'leadcontacts.hide' : 'leadcontacts.show')}<span class="visually-hidden"> ${name}</span></button>
    <div class="lead-contact__found" role="status">${isOpen && html`<${Found} row=${row} desk=${desk} />`}</div>
  </li>`;
}

/** @param {{ desk: ContactDesk }} props @returns {any} */
function Former({ desk }) {
  const n = desk.former.value;
  if (n === 0) return null;
  const look = () => own('contact data', desk.look());
  return html`<p>${n === 1 ? t('leadcontacts.former_one') : t('leadcontacts.former_many', { n })} ${t('leadcontacts.former')}
      ${desk.hasSkipped.value && html` ${t('leadcontacts.skipped')}`}</p>
    <div class="card__actions"><button type="button" class="button button--small" onClick=${look}>${t('leadcontacts.again')}</button></div>`;
}

/** @param {{ desk: ContactDesk, id: string }} props `id`: of the team @returns {any} */
export function LeadContactsCard({ desk, id }) {
  useEffect(() => {
    own('contact data', desk.look());
    return () => desk.hideAll();
  }, [desk]);
  const rows = desk.rows.value;
  const problem = desk.problem.value;
  return html`<section class="card" aria-labelledby=${`contacts-${id}`}>
    <h3 id=${`contacts-${id}`}>${t('leadcontacts.title')}</h3>
    <p class="muted small">${t('leadcontacts.text')}</p>
    <div role="alert">${problem !== '' && html`<p class="field__error">${icon('alert')}<span>${t(`leadcontacts.problem_${problem}`)}</span></p>`}</div>
    ${problem !== '' && html`<div class="card__actions"><button type="button" class="button button--small" onClick=${() => own('contact data', desk.look())}>${t('common.try_again')}</button></div>`}
    ${rows === null && problem === '' && html`<p class="muted" role="status">${t('common.moment')}</p>`}
    ${rows !== null && rows.length === 0 && html`<p>${t('leadcontacts.none')}</p>`}
    <${Former} desk=${desk} />
    ${rows !== null && rows.length > 0 && html`<ul class="lead-contacts">${rows.map((row) => html`<${Line} key=${row.id} row=${row} desk=${desk} />`)}</ul>`}
  </section>`;
}
