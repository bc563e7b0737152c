// What a colleague hands over: with what was written so far or without, who reads it now, and taking it over or not.

import { keepFocus } from '../../ui/focus.js';
import { html, useLayoutEffect, useState } from '../../ui/html.js';
import { icon } from '../../ui/icons.js';
import { RichText } from '../../ui/richtext.js';
import { t } from '../../ui/text.js';
import { Back, Closed, Files } from './view-parts.js';
import { handedWords, lettersOf, shortTime } from './words.js';

/** @typedef {import('./firstrequest.js').Content} Content */
/** @typedef {import('./view-desk.js').Desk} Desk */
/** What is done with it. @typedef {{ onTake: () => Promise<void>, onBack: () => Promise<void>, onAgain: () => void }} Ways */

/** What was said, by whom. @param {{ desk: Desk, name: string, content: Content }} props @returns {any} */
export function Said({ desk, name, content }) {
  const said = content.parts.filter(({ fileName }) => fileName === '');
  if (said.length === 0) return null;
  return html`<section class="card" aria-labelledby="handed-said">
    <h3 id="handed-said">${t(content.hasHistory ? 'workspace.handed_history' : 'workspace.handed_since')}</h3>
    <ol class="handed-parts">${said.map(({ n, author, sentMs, text }) => html`<li key=${n}>
      <p class="handed-parts__head"><strong>${author || name}</strong><span class="muted small">${shortTime(sentMs, desk.now())}</span></p>
      <div class="detail__words"><${RichText} text=${text} /></div></li>`)}</ol>
  </section>`;
}

/** @param {{ content: Content, isLive: boolean }} props @returns {any} */
function About({ content, isLive }) {
  if (!content.hasHistory) return html`<section class="card" aria-labelledby="handed-about"><h3 id="handed-about">${t('workspace.no_history')}</h3><p>${t('workspace.handed_no_history_text')}</p></section>`;
  // Who comes to a chat says no subject.
  return !isLive && html`<section class="card" aria-labelledby="handed-about"><h3 id="handed-about">${content.subject || t('workspace.no_subject')}</h3>
    ${content.topic !== '' && html`<p><span class="tag">${content.topic}</span></p>`}</section>`;
}

/** @param {{ content: Content, name: string }} props @returns {any} */
function Readers({ content, name }) {
  const from = content.from || t('workspace.a_colleague');
  return html`<div class="detail__promise">${icon('shield')}<div><h3 class="detail__label">${t('workspace.who_reads')}</h3>
    <p>${t(content.isAlong ? 'workspace.handed_readers_along' : content.isDeputy ? 'workspace.deputy_readers' : 'workspace.handed_readers', { name, from })}</p></div></div>`;
}

/** @param {{ ways: Ways, content: Content }} props @returns {any} */
function Actions({ ways, content }) {
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
      onClick=${go('take', ways.onTake)}>${icon('inbox')}${busy === 'take' ? t('common.moment') : t('workspace.handed_take')}</button>`}
    <button type="button" class="button" aria-disabled=${busy !== '' ? 'true' : undefined}
      onClick=${go('back', ways.onBack)}>${busy === 'back' ? t('common.moment') : t('workspace.handed_back')}</button></div>`;
}

/**
 * @param {{ desk: Desk, name: string, byName: string, content: Content, ways: Ways, isLive?: boolean }} props `name`: who
 *   seeks advice; `byName`: who hands over
 * @returns {any}
 */
export function HandedDetail({ desk, name, byName, content, ways, isLive = false }) {
  const isOpen = content.state === 'open';
  // What stood here while this was fetched has gone.
  useLayoutEffect(() => keepFocus('#detail-title'), []);
  return html`<section class="workspace__detail" aria-labelledby="detail-title">
    <div class="workspace__scroll"><div class="detail">
      <${Back} desk=${desk} />
      <div class="detail__head"><span class="avatar avatar--large" aria-hidden="true">${lettersOf(name)}</span>
        <div><h2 id="detail-title" tabindex="-1">${name}</h2><p class="detail__since"><span class="badge badge--handed">${icon('handover')}${handedWords({ byName, isDeputy: content.isDeputy })}</span></p></div></div>
      ${isOpen
        ? html`<${About} content=${content} isLive=${isLive} /><${Said} desk=${desk} name=${name} content=${content} /><${Files} content=${content} /><${Readers} content=${content} name=${name} />`
        : html`<${Closed} content=${content} onAgain=${ways.onAgain} isHanded />`}
    </div></div>
    <${Actions} ways=${ways} content=${content} />
  </section>`;
}
