// "Was ist noch auf dem Server über mich?": exact counts in words, and when each of it goes.

import { own } from '../../core/tasks.js';
import { timeOfDay } from '../../ui/format.js';
import { html } from '../../ui/html.js';
import { icon } from '../../ui/icons.js';
import { lazy } from '../../ui/lazy.js';
import { language, t } from '../../ui/text.js';
import { dateOf, dayOf } from './dates.js';
import { Heading, Problem, problemWords } from './view-parts.js';

/** @typedef {import('./model.js').AccessModel} AccessModel */
/** @typedef {import('./settings.js').SettingsModel} SettingsModel */
/** @typedef {import('./entrance.js').Stock} Stock */

/** @type {(props: { read: () => Promise<any> }) => any} */
const Deletions = lazy(async () => {
  const { Deletions: found, fetchWords } = await import('../retention/view.js');
  await fetchWords();
  return found;
}, () => null);

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** Exact: whoever asks wants no rounding. @param {number} bytes */
function size(bytes) {
  return bytes === 1 ? t('access.stock_bytes_one') : t('access.stock_bytes', { n: new Intl.NumberFormat(language()).format(bytes) });
}

/**
 * A count with its size.
 * @param {string} key with `_one` and `_many`
 * @param {number} n
 * @param {number} bytes
 */
function counted(key, n, bytes) {
  return n === 1 ? t(`${key}_one`, { size: size(bytes) }) : t(`${key}_many`, { n, size: size(bytes) });
}

/** When a box goes. @param {number} purgeMinute 0: while it is open @param {number} hours */
export function purgeWords(purgeMinute, hours) {
  const atMs = purgeMinute * MINUTE_MS;
  if (purgeMinute === 0) return t('access.stock_purge_later', { hours });
  return t('access.stock_purge_at', { date: dayOf(atMs, language()), time: timeOfDay(atMs, language()) });
}

/** @param {{ stock: Stock }} props @returns {any} */
function Account({ stock }) {
  const { createdDay, doors, pages, pageBytes, signIns } = stock;
  return html`<section class="stack" aria-labelledby="stock-account">
    <h2 id="stock-account">${t('access.stock_account')}</h2>
    <dl class="pairs">
      <dt>${t('access.stock_created')}</dt><dd>${dateOf(createdDay * DAY_MS, language())}</dd>
      <dt>${t('access.stock_doors')}</dt><dd>${t(doors === 1 ? 'access.stock_doors_one' : 'access.stock_doors_two')}</dd>
      <dt>${t('access.stock_pages')}</dt><dd>${counted('access.stock_pages', pages, pageBytes)}</dd>
      <dt>${t('access.stock_sign_ins')}</dt>
      <dd>${signIns === 1 ? t('access.stock_sign_ins_one') : t('access.stock_sign_ins_many', { n: signIns })}</dd>
    </dl>
    <p class="field__hint">${t('access.stock_account_until')}</p>
  </section>`;
}

/** @param {{ one: Stock['conversations'][number], n: number, hours: number }} props @returns {any} */
function Conversation({ one, n, hours }) {
  const files = one.attachments === 0 ? t('access.stock_files_none') : counted('access.stock_files', one.attachments, one.attachmentBytes);
  return html`<li class="access__counted">
    <h3>${t('access.stock_conversation', { n })}</h3>
    <dl class="pairs">
      <dt>${t('access.stock_envelopes')}</dt><dd>${counted('access.stock_envelopes', one.envelopes, one.envelopeBytes)}</dd>
      <dt>${t('access.stock_files')}</dt><dd>${files}</dd>
      <dt>${t('access.stock_purge')}</dt><dd>${purgeWords(one.purgeMinute, hours)}</dd>
    </dl></li>`;
}

/** @param {{ model: AccessModel, settings: SettingsModel, hours: number }} props @returns {any} */
export function StockPanel({ settings, hours }) {
  const stock = settings.stock.value;
  const problem = settings.problem.value;
  return html`<div class="access__form">
    <${Heading}>${t('access.stock_title')}<//>
    <p>${t('access.stock_intro')}</p>
    <p class=${stock === null && problem === '' ? 'muted' : 'visually-hidden'} role="status">${stock === null && problem === '' ? t('common.moment') : ''}</p>
    <${Problem} words=${problem === '' ? '' : problemWords(problem)}>
      <button type="button" class="button button--small" onClick=${() => own('counting', settings.count())}>${t('common.try_again')}</button><//>
    ${stock !== null && html`<${Account} stock=${stock} />
      <section class="stack" aria-labelledby="stock-conversations">
        <h2 id="stock-conversations">${t('access.stock_conversations')}</h2>
        ${stock.conversations.length === 0 && html`<p>${t('access.stock_none')}</p>`}
        ${stock.conversations.length > 0 && html`<ol class="access__counts">
          ${stock.conversations.map((one, i) => html`<${Conversation} key=${i} one=${one} n=${i + 1} hours=${hours} />`)}</ol>`}
      </section>
      <${Deletions} read=${() => settings.deletions()} />
      <section class="stack" aria-labelledby="stock-never">
        <h2 id="stock-never">${t('access.stock_never_title')}</h2><p>${t('access.stock_never')}</p></section>`}
    <div class="stage__actions"><button type="button" class="button" onClick=${() => settings.close()}>${icon('back')}${t('access.back')}</button></div>
  </div>`;
}
