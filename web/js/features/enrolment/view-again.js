// What a lost key takes along, and what comes back: said before the first step and after the last.

import { html } from '../../ui/html.js';
import { icon } from '../../ui/icons.js';
import { t } from '../../ui/text.js';

const LOST = ['lost_talks', 'lost_own', 'lost_past'];
const BACK = ['back_team', 'back_profile', 'back_regular', 'back_seekers'];

/** @param {{ title: string, keys: readonly string[] }} props @returns {any} */
function List({ title, keys }) {
  return html`<h2>${t(`again.${title}`)}</h2><ul class="enrolment__list">${keys.map((key) => html`<li>${t(`again.${key}`)}</li>`)}</ul>`;
}

/** @param {{ isOldInForce: boolean }} props @returns {any} */
export function LostAndBack({ isOldInForce }) {
  return html`${isOldInForce && html`<p class="field__error">${icon('alert')}<span>${t('again.old_in_force')}</span></p>`}
    <${List} title="lost_title" keys=${LOST} /><${List} title="back_title" keys=${BACK} />`;
}
