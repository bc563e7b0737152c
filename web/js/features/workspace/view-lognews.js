// What is new in the log since the last sign-in, with names and words.

import { html, useEffect, useState } from '../../ui/html.js';
import { t } from '../../ui/text.js';
import { own } from '../../core/tasks.js';
import { KeyWords, dateWords } from './view-team-parts.js';

/** @typedef {import('./lognews.js').NewsRow} NewsRow */
/** @typedef {import('./model.js').WorkModel} WorkModel */

/** @param {NewsRow} row */
function sentence({ code, name, place, n, tag }) {
  return t(`lognews.${code}`, { name: name || t('lognews.nobody'), place: place || t('lognews.no_place'), n, tag });
}

/** @param {{ model: WorkModel, row: NewsRow }} props @returns {any} */
function Row({ model, row }) {
  const { keys } = row;
  return html`<li class=${row.code === 'own' || row.code === 'team_restarted' ? 'log-news__row log-news__row--warn' : 'log-news__row'}>
    <p>${sentence(row)} <span class="muted small">${dateWords(row.atMs)}</span></p>
    ${keys !== null && html`<${KeyWords} load=${() => model.team.wordsOf(keys)} label=${t('lognews.words', { name: row.name || t('lognews.nobody') })} />`}</li>`;
}

/** @param {{ model: WorkModel }} props @returns {any} */
export function LogNewsRows({ model }) {
  const [rows, setRows] = useState(/** @type {readonly NewsRow[]} */ ([]));
  useEffect(() => { own('news of the log', model.readNews().then(setRows)); }, []);
  return html`<p class="small muted">${t('lognews.about')}</p>
    <ul class="log-news__rows" tabindex="0" aria-label=${t('lognews.list')}>${rows.map((row) => html`<${Row} key=${row.id} model=${model} row=${row} />`)}</ul>`;
}
