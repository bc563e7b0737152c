// Pages where nothing runs any more: the end, left, refused, closed, broken. Each says what is next.

import { CrisisFolded } from '../../ui/crisis.js';
import { focusOn } from '../../ui/focus.js';
import { html, useEffect, useLayoutEffect, useState } from '../../ui/html.js';
import { icon } from '../../ui/icons.js';
import { hasText, language, t } from '../../ui/text.js';
import { timeOfDay } from '../../ui/format.js';
import { Home } from './view-before.js';
import { after } from '../../ui/tick.js';
import { own } from '../../core/tasks.js';
import { CLOCKS_DIFFER } from './offer.js';

/** @typedef {import('./view.js').SeekerViewConfig} SeekerViewConfig */
/** @typedef {import('./model.js').SeekerModel} SeekerModel */

const MINUTE_MS = 60_000;
const UNSENT_MINUTES = 5;
/** Verdicts and codes that say: not this person, the log itself is wrong. */
const LOG_PROBLEMS = ['log_fork', 'log_unknown', 'bad_proof', 'bad_statement'];

/**
 * What was typed and not sent when somebody else ended the chat: to be copied, for 5 minutes.
 * @param {{ text: string, onGone: () => void }} props
 * @returns {any}
 */
function Unsent({ text, onGone }) {
  const [copied, setCopied] = useState(false);
  const [left, setLeft] = useState(UNSENT_MINUTES);
  useEffect(() => (left <= 0 ? onGone() : after(MINUTE_MS, () => setLeft(left - 1))), [left]);
  const copy = () => own('copying the unsent text', navigator.clipboard.writeText(text).then(() => setCopied(true)));
  return html`<section class="stack" aria-labelledby="unsent-title">
    <h2 id="unsent-title">${t('end.unsent_title')}</h2>
    <p class="small muted">${left === 1 ? t('end.unsent_text_one') : t('end.unsent_text', { n: left })}</p>
    <p class="unsent" tabindex="0" aria-labelledby="unsent-title">${text}</p>
    <button type="button" class="button button--small" onClick=${copy}>${icon(copied ? 'check' : 'copy')}
      ${copied ? t('common.copied') : t('common.copy')}</button>
    <span class="visually-hidden" role="status">${copied ? t('common.copied') : ''}</span>
  </section>`;
}

/** An end that nobody signed was the service's. @param {boolean} isService @param {string} time */
function endTitle(isService, time) {
  if (time === '') return t(isService ? 'end.title_service' : 'end.title');
  return t(isService ? 'end.at_service' : 'end.at', { time });
}

/**
 * What becomes of the chat. Without an access it is gone here and soon everywhere.
 * @param {{ isKept: boolean, config: SeekerViewConfig }} props
 * @returns {any}
 */
function Afterwards({ isKept, config }) {
  const hours = config.retentionHours;
  if (!isKept) return html`<div class="stack"><p>${t('end.gone')}</p><p>${t('end.purge', { hours })}</p></div>`;
  return html`<p>${t('access.end_kept', { hours })}</p>`;
}

/** Where to go from the end. @param {{ isKept: boolean, config: SeekerViewConfig }} props @returns {any} */
function Onwards({ isKept, config }) {
  const { accessHref = '' } = config;
  const isThere = isKept && config.onHome === undefined && accessHref !== '';
  return html`${isThere && html`<a class="button button--primary" href=${accessHref}>${t('access.to_conversations')}</a>`}
    <${Home} config=${config} isMain=${!isThere} words=${t('end.to_start')} />`;
}

/** @param {{ model: SeekerModel, config: SeekerViewConfig }} props @returns {any} */
function Ended({ model, config }) {
  const ended = model.ended.value;
  const isKept = (ended?.purgeMs ?? 0) > 0;
  const [forgotten, setForgotten] = useState(false);
  const unsent = ended === null || forgotten ? '' : ended.unsent;
  const time = ended === null || ended.closeMs <= 0 ? '' : timeOfDay(ended.closeMs, language());
  return html`<div class="stage">
    <section class="stage__card">
      <h1 class="stage__title" tabindex="-1" data-heading>${endTitle(ended?.reason === 'service', time)}</h1>
      <p class="stage__lead">${t('end.thanks')}</p>
      <${Afterwards} isKept=${isKept} config=${config} />
      ${unsent !== '' && html`<${Unsent} text=${unsent} onGone=${() => setForgotten(true)} />`}
      <div class="stage__actions"><${Onwards} isKept=${isKept} config=${config} /></div>
    </section>
    <${CrisisFolded} lines=${config.crisis} />
  </div>`;
}

/**
 * @param {{ title: string, words: string[], draft?: string, again?: (() => void) | undefined, againWords?: string, helps?: boolean, config: SeekerViewConfig }} props
 * @returns {any}
 */
function Stop({ title, words, draft = '', again, againWords = '', helps = false, config }) {
  return html`<div class="stage">
    <section class="stage__card">
      <h1 class="stage__title" tabindex="-1" data-heading>${title}</h1>
      ${words.map((sentence) => html`<p>${sentence}</p>`)}
      ${draft !== '' && html`<${Unsent} text=${draft} onGone=${() => {}} />`}
      <div class="stage__actions">
        ${again !== undefined && html`<button type="button" class="button button--primary" onClick=${again}>${againWords}</button>`}
        <${Home} config=${config} isMain=${again === undefined} words=${t('common.to_start')} />
      </div>
    </section>
    <${CrisisFolded} lines=${config.crisis} open=${helps} />
  </div>`;
}

/** @param {{ model: SeekerModel, config: SeekerViewConfig }} props @returns {any} */
function Gone({ model, config }) {
  return html`<${Stop} config=${config} title=${t('wait.left')} words=${[]}
    again=${() => model.requeue()} againWords=${t('wait.queue_again')} />`;
}

/** Why an acceptance was not believed. @param {string} problem */
function refusal(problem) {
  if (problem === CLOCKS_DIFFER) return t('offer.not_trusted_clock');
  if (problem === 'not_witnessed') return t('offer.not_trusted_witnesses');
  return t(LOG_PROBLEMS.includes(problem) ? 'offer.not_trusted_log' : 'offer.not_trusted');
}

/** The key of the person who accepted does not chain to the organisation's: there is no "go on anyway". @param {{ model: SeekerModel, config: SeekerViewConfig }} props @returns {any} */
function Refused({ model, config }) {
  return html`<${Stop} config=${config} title=${t('offer.not_trusted_title')} words=${[refusal(model.problem.value), t('offer.not_trusted_next')]}
    draft=${model.draft.value} again=${() => model.requeue()} againWords=${t('wait.queue_again')} />`;
}

/** @param {{ model: SeekerModel, config: SeekerViewConfig }} props @returns {any} */
function ClosedPortal({ model, config }) {
  const title = { purge_overdue: t('before.overdue'), portal_full: t('before.full') }[model.problem.value] ?? t('before.closed');
  return html`<${Stop} config=${config} title=${title} words=${[t('before.closed_next')]} helps draft=${model.draft.value} />`;
}

/** @param {{ model: SeekerModel, config: SeekerViewConfig }} props @returns {any} */
function Broken({ model, config }) {
  const code = model.problem.value;
  const key = `before.problem_${code}`;
  if (code === 'self_test_failed') {
    return html`<${Stop} config=${config} title=${t('common.error_title')} words=${[t('common.self_test_failed')]} draft=${model.draft.value} />`;
  }
  const words = [hasText(key) ? t(key) : t('common.error_text')];
  return html`<${Stop} config=${config} title=${t('common.error_title')} words=${words} draft=${model.draft.value}
    again=${() => location.reload()} againWords=${t('common.try_again')} />`;
}

/** @type {Record<string, (props: { model: SeekerModel, config: SeekerViewConfig }) => any>} */
const PAGES = { ended: Ended, gone: Gone, refused: Refused, closedPortal: ClosedPortal };

/** @param {{ model: SeekerModel, config: SeekerViewConfig }} props @returns {any} */
export function Over(props) {
  const stage = props.model.stage.value;
  // Reading goes on here, however late this page came.
  useLayoutEffect(() => focusOn('[data-heading]'), [stage]);
  return html`<${PAGES[stage] ?? Broken} ...${props} />`;
}
