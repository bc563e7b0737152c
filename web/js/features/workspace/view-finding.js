// Search and filters above the lists, what was found, and what else came under the same name.

import { html, useRef } from '../../ui/html.js';
import { icon } from '../../ui/icons.js';
import { t } from '../../ui/text.js';
import { ALONG } from './enquiries.js';
import { EVERYTHING, isEverything, underSameName } from './filters.js';
import { lettersOf } from './words.js';

/** @typedef {import('./model.js').WorkModel} WorkModel */
/** @typedef {import('./view-desk.js').Desk} Desk */
/** @typedef {import('./filters.js').RequestFilter} RequestFilter */
/** One of the own conversations, or a first request that was read here. @typedef {{ id: string, name: string, line: string, note: string, isOwn: boolean, pseudonym: string }} Item */

/** @param {{ id: string, words: string, value: string, options: readonly [string, string][], onChoose: (value: any) => void }} props @returns {any} */
function Choice({ id, words, value, options, onChoose }) {
  return html`<label class="finding__choice" for=${id}><span>${words}</span>
    <select class="finding__select" id=${id} value=${value} onChange=${(/** @type {any} */ event) => onChoose(event.currentTarget.value)}>
      ${options.map(([one, label]) => html`<option key=${one} value=${one} selected=${one === value}>${label}</option>`)}
    </select></label>`;
}

/** @param {{ desk: Desk }} props @returns {any} */
function Search({ desk }) {
  const field = useRef(/** @type {HTMLInputElement | null} */ (null));
  const clear = () => {
    desk.query.value = '';
    field.current?.focus();
  };
  const onKey = (/** @type {KeyboardEvent} */ event) => { if (event.key === 'Escape' && desk.query.peek() !== '') clear(); };
  return html`<div class="finding__search"><label class="visually-hidden" for="finding-query">${t('desk.search')}</label>
    <input class="finding__query" id="finding-query" type="search" ref=${field} autocomplete="off" autocapitalize="none" spellcheck=${false}
      placeholder=${t('desk.search')} title=${t('desk.search_hint')} value=${desk.query.value} onKeyDown=${onKey}
      onInput=${(/** @type {any} */ event) => { desk.query.value = event.currentTarget.value; }} />
    ${desk.query.value !== '' && html`<button type="button" class="icon-button" aria-label=${t('desk.clear')} title=${t('desk.clear')} onClick=${clear}>${icon('close')}</button>`}
  </div>`;
}

/** @param {{ model: WorkModel, desk: Desk }} props @returns {any} */
function RequestFilters({ model, desk }) {
  const filter = desk.filter.value;
  const change = (/** @type {Partial<RequestFilter>} */ some) => {
    const next = { ...filter, ...some };
    desk.filter.value = isEverything(next) ? EVERYTHING : next;
  };
  const topics = [...new Set([...model.finding.read.value.values()].map(({ topic }) => topic).filter((one) => one !== ''))].sort();
  return html`<${Choice} id="filter-whose" words=${t('desk.whose')} value=${filter.whose} onChoose=${(/** @type {any} */ whose) => change({ whose })}
      options=${[['all', t('desk.whose_all')], ['me', t('desk.whose_me')], ['newcomers', t('desk.whose_newcomers')], ['marked', t('desk.marked')]]} />
    <${Choice} id="filter-state" words=${t('desk.state')} value=${filter.state} onChoose=${(/** @type {any} */ state) => change({ state })}
      options=${[['all', t('desk.state_all')], ['overdue', t('desk.state_overdue')], ['reserved', t('desk.state_reserved')]]} />
    <${Choice} id="filter-language" words=${t('desk.language')} value=${filter.language} onChoose=${(/** @type {any} */ one) => change({ language: one })}
      options=${[['', t('desk.language_all')], ['de', t('workspace.language_de')], ['en', t('workspace.language_en')]]} />
    <${Choice} id="filter-topic" words=${t('desk.topic')} value=${filter.topic} onChoose=${(/** @type {any} */ topic) => change({ topic })}
      options=${[['', t('desk.topic_all')], ...topics.map((one) => [one, one])]} />
    ${filter.topic !== '' && html`<p class="finding__note">${t('desk.topic_note')}</p>`}`;
}

/** @param {{ desk: Desk }} props @returns {any} */
function CaseFilters({ desk }) {
  return html`<${Choice} id="filter-cases" words=${t('desk.show')} value=${desk.caseFilter.value} onChoose=${(/** @type {any} */ one) => { desk.caseFilter.value = one; }}
    options=${[['all', t('desk.case_all')], ['waits', t('desk.case_waits')], ['overdue', t('desk.case_overdue')], ['marked', t('desk.marked')]]} />`;
}

/** What a filter hides, and the way back (S2.21). @param {{ model: WorkModel, desk: Desk, list: 'requests' | 'messages' }} props @returns {any} */
function Hidden({ model, desk, list }) {
  const [all, shown] = list === 'requests'
    ? [model.written.rows.value.length, desk.requests.value.length] : [desk.allOnShelf.length, desk.onShelf.length];
  const showAll = () => {
    desk.filter.value = EVERYTHING;
    desk.caseFilter.value = 'all';
  };
  const n = all - shown;
  return html`<div role="status">${n > 0 && html`<p class="finding__hidden">${icon('alert')}<span>${t(n === 1 ? 'desk.hidden_one' : 'desk.hidden', { n, all })}</span>
    <button type="button" class="button button--small" onClick=${showAll}>${t('desk.show_all')}</button></p>`}</div>`;
}

/** @param {{ model: WorkModel, desk: Desk, list: 'requests' | 'messages' }} props @returns {any} */
export function FindBar({ model, desk, list }) {
  const isActive = list === 'requests' ? !isEverything(desk.filter.value) : desk.caseFilter.value !== 'all';
  return html`<div class="finding"><${Search} desk=${desk} />
    ${desk.query.value === '' && html`<details class="finding__fold"><summary class="finding__summary">${t(isActive ? 'desk.filters_on' : 'desk.filters')}</summary>
        <div class="finding__filters">${list === 'requests' ? html`<${RequestFilters} model=${model} desk=${desk} />` : html`<${CaseFilters} desk=${desk} />`}</div></details>
      <${Hidden} model=${model} desk=${desk} list=${list} />`}
  </div>`;
}

/** Everything that can be found, by id. @param {WorkModel} model @returns {Map<string, Item>} */
function itemsOf(model) {
  /** @type {Map<string, Item>} */
  const items = new Map();
  for (const [id, { pseudonym, subject }] of model.finding.read.value) {
    const row = model.written.rowOf(id);
    const number = row?.number ?? 0;
    const name = pseudonym === '' ? t('workspace.enquiry_name', { n: number }) : pseudonym;
    items.set(id, { id, name, line: subject, note: ALONG.includes(row?.state ?? '') ? t('desk.with_team') : t('desk.waiting'), isOwn: false, pseudonym });
  }
  for (const { id, name, nickname, number, model: chat } of model.chats.value) {
    const shown = [name === '' ? t('wait.seeker_name', { n: number }) : name, nickname].filter(Boolean).join(' · ');
    items.set(id, { id, name: shown, line: t('workspace.kind_chat'), note: '', isOwn: true, pseudonym: chat?.pseudonym.value ?? '' });
  }
  for (const { id, name, nickname, model: thread } of model.written.cases.value) {
    const standing = thread?.standing.value ?? 'open';
    const note = t(`workspace.standing_${standing === 'open' ? 'taken' : standing}`);
    const shown = [name, nickname].filter(Boolean).join(' · ');
    items.set(id, { id, name: shown, line: thread?.subject.value ?? '', note, isOwn: true, pseudonym: thread?.pseudonym.value ?? '' });
  }
  return items;
}

/** @param {{ desk: Desk, item: Item }} props @returns {any} */
function Row({ desk, item }) {
  const { id, name, line, note, isOwn } = item;
  const open = () => (isOwn ? desk.openChat(id) : desk.showEnquiry(id));
  return html`<li><button type="button" class="row row--chat row--found" onClick=${open}>
    <span class="avatar" aria-hidden="true">${lettersOf(name)}</span>
    <span class="row__name">${name}</span>
    <span class="row__line">${line}</span>
    <span class="row__state">${t(isOwn ? 'desk.in_messages' : 'desk.in_requests')}${note === '' ? '' : ` · ${note}`}</span>
  </button></li>`;
}

/** @param {{ model: WorkModel, desk: Desk }} props @returns {any} */
export function Found({ model, desk }) {
  const items = itemsOf(model);
  const found = model.finding.find(desk.query.value).flatMap((id) => items.get(id) ?? []);
  const words = { 0: t('desk.found_none'), 1: t('desk.found_one') }[found.length] ?? t('desk.found', { n: found.length });
  return html`<div class="finding__found">
    <p class="finding__count" role="status">${words}</p>
    <ul class="rows" aria-label=${words}>${found.map((item) => html`<${Row} key=${item.id} desk=${desk} item=${item} />`)}</ul>
    <p class="finding__note">${t('desk.searched', { n: model.finding.read.value.size })}</p>
  </div>`;
}

/** What else this device knows under the name that the person gives (S2.46). @param {{ model: WorkModel, desk: Desk, id: string, pseudonym: string }} props @returns {any} */
export function Earlier({ model, desk, id, pseudonym }) {
  const others = underSameName({ id, pseudonym }, [...itemsOf(model).values()]);
  if (others.length === 0) return null;
  return html`<details class="earlier"><summary class="earlier__title">${t('desk.earlier', { n: others.length })}</summary>
    <p class="finding__note">${t('desk.earlier_note')}</p>
    <ul class="rows">${others.map((item) => html`<${Row} key=${item.id} desk=${desk} item=${item} />`)}</ul></details>`;
}
