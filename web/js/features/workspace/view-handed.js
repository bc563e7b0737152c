// What a colleague hands over: with what was written so far or without, who reads it now, and taking it over or not.

import { html, useState } from '../../ui/html.js';
import { icon } from '../../ui/icons.js';
import { RichText } from '../../ui/richtext.js';
import { t } from '../../ui/text.js';
import { Back, Closed, Files } from './view-parts.js';
import { enquiryName, handedWords } from './view-written.js';
import { lettersOf, shortTime } from './words.js';

/** @typedef {import('./enquiries.js').EnquiryRow} EnquiryRow */
/** @typedef {import('./firstrequest.js').Content} Content */
/** @typedef {import('./model.js').WorkModel} WorkModel */
/** @typedef {import('./view-desk.js').Desk} Desk */

/** @param {{ desk: Desk, name: string, content: Content }} props @returns {any} */
function Said({ desk, name, content }) {
  const said = content.parts.filter(({ fileName }) => fileName === '');
  if (said.length === 0) return null;
  return html`<section class="card" aria-labelledby="handed-said">
    <h3 id="handed-said">${t(content.hasHistory ? 'workspace.handed_history' : 'workspace.handed_since')}</h3>
    <ol class="handed-parts">${said.map(({ n, author, sentMs, text }) => html`<li key=${n}>
      <p class="handed-parts__head"><strong>${author || name}</strong><span class="muted small">${shortTime(sentMs, desk.now())}</span></p>
      <div class="detail__words"><${RichText} text=${text} /></div></li>`)}</ol>
  </section>`;
}

/** @param {{ content: Content }} props @returns {any} */
function About({ content }) {
  if (!content.hasHistory) return html`<section class="card" aria-labelledby="handed-about"><h3 id="handed-about">${t('workspace.no_history')}</h3><p>${t('workspace.handed_no_history_text')}</p></section>`;
  return html`<section class="card" aria-labelledby="handed-about"><h3 id="handed-about">${content.subject || t('workspace.no_subject')}</h3>
    ${content.topic !== '' && html`<p><span class="tag">${content.topic}</span></p>`}</section>`;
}

/** @param {{ content: Content, name: string }} props @returns {any} */
function Readers({ content, name }) {
  const from = content.from || t('workspace.a_colleague');
  return html`<div class="detail__promise">${icon('shield')}<div><h3 class="detail__label">${t('workspace.who_reads')}</h3>
    <p>${t('workspace.handed_readers', { name, from })}</p></div></div>`;
}

/** @param {{ desk: Desk, row: EnquiryRow, content: Content }} props @returns {any} */
function Actions({ desk, row, content }) {
  const [busy, setBusy] = useState('');
  const go = (/** @type {string} */ code, /** @type {() => Promise<void>} */ work) => async () => {
    if (busy !== '') return;
    setBusy(code);
    try {
      await work();
    } finally {
      setBusy('');
    }
  };
  const canAct = !['opening', 'closed', 'offline', 'gone'].includes(content.state);
  if (!canAct) return null;
  return html`<div class="detail__actions">
    ${content.state === 'open' && html`<button type="button" class="button button--primary" aria-disabled=${busy !== '' ? 'true' : undefined}
      onClick=${go('take', () => desk.take(row, content.pseudonym))}>${icon('inbox')}${busy === 'take' ? t('common.moment') : t('workspace.handed_take')}</button>`}
    <button type="button" class="button" aria-disabled=${busy !== '' ? 'true' : undefined}
      onClick=${go('back', () => desk.sendBack(row))}>${busy === 'back' ? t('common.moment') : t('workspace.handed_back')}</button></div>`;
}

/** @param {{ model: WorkModel, desk: Desk, row: EnquiryRow, content: Content }} props @returns {any} */
export function HandedDetail({ model, desk, row, content }) {
  const name = enquiryName(model, row);
  const isOpen = content.state === 'open';
  return html`<section class="workspace__detail" aria-labelledby="detail-title">
    <div class="workspace__scroll"><div class="detail">
      <${Back} desk=${desk} />
      <div class="detail__head"><span class="avatar avatar--large" aria-hidden="true">${lettersOf(name)}</span>
        <div><h2 id="detail-title" tabindex="-1">${name}</h2><p class="detail__since"><span class="badge badge--handed">${icon('handover')}${handedWords(row)}</span></p></div></div>
      ${isOpen
        ? html`<${About} content=${content} /><${Said} desk=${desk} name=${name} content=${content} /><${Files} content=${content} /><${Readers} content=${content} name=${name} />`
        : html`<${Closed} model=${model} row=${row} content=${content} />`}
    </div></div>
    <${Actions} desk=${desk} row=${row} content=${content} />
  </section>`;
}
