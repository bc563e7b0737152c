// Where the own profile is drawn: words and views come with the first look at it.

import { html } from '../../ui/html.js';
import { lazy } from '../../ui/lazy.js';
import { addText, hasText, language, t } from '../../ui/text.js';

/** @typedef {import('./model.js').WorkModel} WorkModel */

/** @type {(props: { model: WorkModel }) => any} */
export const ProfileRoom = lazy(load, (_, hasFailed) => html`<section class="workspace__whole"><div class="profile">
  <h1 class="profile__title" tabindex="-1" data-heading>${t('workspace.profile')}</h1>
  <p role="status">${t(hasFailed ? 'workspace.offline' : 'common.moment')}</p></div></section>`);

async function load() {
  if (!hasText('profile.title')) await Promise.all(ofLanguage().map(addText));
  return (await import('./view-profile.js')).ProfileRoom;
}

/** @returns {Promise<{ text: object }>[]} */
function ofLanguage() {
  return language() === 'en'
    ? [import('../../../text/profile-en.js'), import('../../../text/person-en.js')]
    : [import('../../../text/profile-de.js'), import('../../../text/person-de.js')];
}
