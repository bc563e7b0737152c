// What is drawn of the team, and of an access that was locked: fetched when somebody looks at it.

import { focusOn } from '../../ui/focus.js';
import { html, useState } from '../../ui/html.js';
import { lazy } from '../../ui/lazy.js';
import { addText, hasText, language, t } from '../../ui/text.js';

/** @typedef {import('./model.js').WorkModel} WorkModel */

/** @type {(props: { model: WorkModel }) => any} */
export const TeamRoom = lazy(async () => {
  await addWords();
  await addLogWords();
  return (await import('./view-team.js')).TeamRoomView;
}, (_, hasFailed) => html`<section class="workspace__room"><div class="pane-head pane-head--alone">
  <h1 class="pane-head__title" tabindex="-1" data-heading>${t('workspace.team')}</h1></div>${moment(hasFailed)}</section>`);

/** @type {(props: { model: WorkModel, name: string }) => any} */
export const LockedOut = lazy(async () => {
  await addWords();
  return (await import('./view-lockedout.js')).LockedOut;
}, (_, hasFailed) => moment(hasFailed));

/** What is new in the log, once somebody unfolds it. @type {(props: { model: WorkModel }) => any} */
const LogNewsRows = lazy(async () => {
  await addLogWords();
  return (await import('./view-lognews.js')).LogNewsRows;
}, (_, hasFailed) => moment(hasFailed));

/** The quiet card about what is new in the log since the last sign-in. @param {{ model: WorkModel }} props @returns {any} */
export function LogNews({ model }) {
  const [isOpen, setOpen] = useState(false);
  const n = model.news.value;
  const hide = () => {
    model.hideNews();
    focusOn('[data-heading]');
  };
  return html`<div class="status-bar__line log-news">
    <details class="fold" onToggle=${(/** @type {Event} */ event) => setOpen(/** @type {HTMLDetailsElement} */ (event.currentTarget).open)}>
      <summary class="fold__summary">${t(n === 1 ? 'workspace.news_one' : 'workspace.news', { n })}</summary>
      ${isOpen && html`<${LogNewsRows} model=${model} />`}</details>
    <button type="button" class="button button--small" onClick=${hide}>${t('workspace.team_due_hide')}</button></div>`;
}

/** @param {boolean} hasFailed */
function moment(hasFailed) {
  return html`<p role="status">${t(hasFailed ? 'workspace.offline' : 'common.moment')}</p>`;
}

/** The words about who comes back with another key. */
async function addWords() {
  if (!hasText('again.team_title')) await addText(language() === 'en' ? import('../../../text/again-en.js') : import('../../../text/again-de.js'));
}

async function addLogWords() {
  if (!hasText('lognews.about')) await addText(language() === 'en' ? import('../../../text/lognews-en.js') : import('../../../text/lognews-de.js'));
}
