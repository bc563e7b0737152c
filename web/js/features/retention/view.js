// Deleted conversations, and what shows it. Fetched where somebody looks for them.

import { own } from '../../core/tasks.js';
import { isAlarm } from '../../crypto/evidence.js';
import { timeOfDay } from '../../ui/format.js';
import { html, useEffect, useState } from '../../ui/html.js';
import { addText, hasText, language, t } from '../../ui/text.js';
import { dateOf } from '../accounts/dates.js';
import { DeletionsModel } from './model.js';

/** @typedef {import('../../core/deletion.js').Deletion} Deletion */

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** The words that only this part says. */
export async function fetchWords() {
  if (!hasText('deletion.title')) await addText(language() === 'en' ? import('../../../text/deletion-en.js') : import('../../../text/deletion-de.js'));
}

/** A moment, as places of a sentence. @param {number} atMs */
const at = (atMs) => ({ date: dateOf(atMs, language()), time: timeOfDay(atMs, language()) });

/** @param {{ one: Deletion }} props @returns {any} */
function Row({ one }) {
  const { evidence, hour } = one.found;
  const words = t(`deletion.${evidence}`, at(hour > 0 ? hour * HOUR_MS : one.dueMinute * MINUTE_MS));
  const ended = t('deletion.ended', at(one.entry.closeMinute * MINUTE_MS));
  if (!isAlarm(evidence)) return html`<li><p><strong>${ended}</strong></p><p class="muted">${words}</p></li>`;
  return html`<li class="error-box"><p class="error-box__title">${ended}</p><p>${words}</p><p>${t('deletion.ask')}</p></li>`;
}

/** @param {{ read: () => Promise<readonly Deletion[]> }} props `read`: looks for all of them @returns {any} */
export function Deletions({ read }) {
  const [model] = useState(() => new DeletionsModel(read));
  useEffect(() => own('deletions', model.load()), []);
  const all = model.all.value;
  const hasFailed = model.hasFailed.value;
  const isLooking = all === null && !hasFailed;
  return html`<section class="stack" aria-labelledby="deletions">
    <h2 id="deletions">${t('deletion.title')}</h2>
    <p>${t('deletion.intro')}</p>
    <p class=${isLooking ? 'muted' : 'visually-hidden'} role="status">${isLooking ? t('deletion.looking') : ''}</p>
    ${hasFailed && html`<div class="error-box" role="alert"><p class="error-box__title">${t('deletion.failed')}</p>
      <button type="button" class="button button--small" onClick=${() => own('deletions', model.load())}>${t('common.try_again')}</button></div>`}
    ${all !== null && all.length === 0 && html`<p class="muted">${t('deletion.none')}</p>`}
    ${all !== null && all.length > 0 && html`<ul class="stack">${all.map((one) => html`<${Row} key=${String(one.entry.box16)} one=${one} />`)}</ul>`}
    <p class="field__hint">${t('deletion.unseen')}</p>
  </section>`;
}
