// An access that was locked while its page was open: said plainly, and what was typed can still be copied.

import { focusOn } from '../../ui/focus.js';
import { html, useLayoutEffect, useState } from '../../ui/html.js';
import { icon } from '../../ui/icons.js';
import { t } from '../../ui/text.js';
import { own } from '../../core/tasks.js';

/** @typedef {import('./signin.js').Kept} Kept */
/** @typedef {import('./model.js').WorkModel} WorkModel */

/** @param {{ kept: Kept, at: number }} props @returns {any} */
function Unsent({ kept: { to, text }, at }) {
  const [copied, setCopied] = useState(false);
  const id = `kept-${at}`;
  const copy = () => own('copying what was typed', navigator.clipboard.writeText(text).then(() => setCopied(true)));
  return html`<li class="stack">
    <h3 id=${id}>${to === '' ? t('again.locked_kept_profile') : t('again.locked_kept_to', { name: to })}</h3>
    <p class="kept__text" tabindex="0" aria-labelledby=${id}>${text}</p>
    <div><button type="button" class="button button--small" aria-describedby=${id} onClick=${copy}>${icon(copied ? 'check' : 'copy')}
      ${copied ? t('common.copied') : t('common.copy')}</button></div>
    <span class="visually-hidden" role="status">${copied ? t('common.copied') : ''}</span>
  </li>`;
}

/** @param {{ model: WorkModel, name: string }} props `name`: of the service @returns {any} */
export function LockedOut({ model, name }) {
  const kept = model.kept.value;
  // Reading goes on here, however late this came.
  useLayoutEffect(() => focusOn('[data-heading]'), []);
  return html`<div class="sign-in sign-in--wide">
    <div class="sign-in__brand"><span class="brand__mark">${icon('shield')}</span><span>${name}</span></div>
    <section class="sign-in__card">
      <h1 tabindex="-1" data-heading>${t('again.locked_title')}</h1>
      <p>${t('again.locked')}</p>
      <p>${t('again.locked_next')}</p>
      ${kept.length > 0 && html`<h2>${t('again.locked_kept')}</h2>
        <p>${t('again.locked_kept_text')}</p>
        <ul class="kept">${kept.map((one, at) => html`<${Unsent} key=${at} kept=${one} at=${at} />`)}</ul>`}
      <button type="button" class="button" onClick=${() => model.leaveLocked()}>${t('again.locked_leave')}</button>
    </section>
  </div>`;
}
