// A new access for a seeker who has lost passphrase and sheet: the invitation shown once, and what stands in the
// conversation until somebody has answered and was confirmed.

import { own } from '../../core/tasks.js';
import { Dialog } from '../../ui/dialog.js';
import { timeOfDay } from '../../ui/format.js';
import { html, useState } from '../../ui/html.js';
import { icon } from '../../ui/icons.js';
import { hasText, language, t } from '../../ui/text.js';

/** @typedef {import('./newaccess.js').NewAccess} NewAccess */
/** @typedef {import('./newaccess.js').Shown} Shown */

const SEEKERS_STEPS = ['new_access_step_give', 'new_access_step_made', 'new_access_step_check'];

/** "Dienstag, 24. November, 18:00 Uhr" @param {number} atMs */
export function untilWords(atMs) {
  const day = new Intl.DateTimeFormat(language(), { weekday: 'long', day: 'numeric', month: 'long' }).format(atMs);
  return { day, time: timeOfDay(atMs, language()) };
}

/** Why the last step did not go. @param {{ access: Pick<NewAccess, 'problem'> }} props @returns {any} */
export function NotDone({ access }) {
  const code = access.problem.value;
  const key = `workspace.new_access_problem_${code}`;
  return html`<div role="alert">${code !== '' && html`<p class="field__error">${icon('alert')}<span>${t(hasText(key) ? key : 'workspace.new_access_problem_other')}</span></p>`}</div>`;
}

/** @param {{ value: string, label: string, isCode?: boolean }} props @returns {any} */
export function Copied({ value, label, isCode = false }) {
  const [isCopied, setCopied] = useState(false);
  const copy = () => own('copying an invitation', navigator.clipboard.writeText(value).then(() => setCopied(true)));
  return html`<div class="newaccess__copy" role="group" aria-label=${label}>
    <p class="newaccess__label">${label}</p>
    ${isCode
      ? html`<p class="words">${value.split(' ').map((word) => html`<span class="words__word">${word}</span> `)}</p>`
      : html`<p class="newaccess__link">${value}</p>`}
    <button type="button" class="button button--small" onClick=${copy}>${icon(isCopied ? 'check' : 'copy')}${t(isCopied ? 'common.copied' : 'common.copy')}<span class="visually-hidden">: ${label}</span></button>
    <p class="visually-hidden" role="status">${isCopied ? t('common.copied') : ''}</p>
  </div>`;
}

/** What it does, before anything is drawn. @param {{ access: NewAccess, name: string, onClose: () => void }} props @returns {any} */
function Before({ access, name, onClose }) {
  const busy = access.isBusy.value;
  return html`<p class="dialog__text">${t('workspace.new_access_text', { name })}</p>
    <ol class="newaccess__steps">${SEEKERS_STEPS.map((step) => html`<li key=${step}>${t(`workspace.${step}`)}</li>`)}</ol>
    <p class="dialog__text"><strong>${t('workspace.new_access_then')}</strong></p>
    <${NotDone} access=${access} />
    <div class="dialog__actions">
      <button type="button" class="button" data-first onClick=${onClose}>${t('common.cancel')}</button>
      <button type="button" class="button button--primary" aria-disabled=${busy ? 'true' : undefined} onClick=${() => own('inviting', access.invite())}>
        ${t(busy ? 'common.moment' : 'workspace.new_access_invite')}</button>
    </div>`;
}

/** @param {{ access: NewAccess, shown: Shown, onClose: () => void }} props @returns {any} */
function ToPassOn({ access, shown, onClose }) {
  const take = () => own('taking an invitation back', access.withdraw());
  return html`<p class="dialog__text" role="status">${t('workspace.new_access_shown', untilWords(shown.untilMs))}</p>
    <${Copied} label=${t('workspace.new_access_words')} value=${shown.words} isCode />
    <${Copied} label=${t('workspace.new_access_link')} value=${shown.link} />
    <h3 class="newaccess__title">${t('workspace.new_access_give_title')}</h3>
    <ul class="newaccess__ways">
      <li>${t('workspace.new_access_give_phone')}</li>
      <li>${t('workspace.new_access_give_link')}</li>
      <li>${t('workspace.new_access_give_never')}</li>
    </ul>
    <${NotDone} access=${access} />
    <div class="dialog__actions">
      <button type="button" class="button" aria-disabled=${access.isBusy.value ? 'true' : undefined} onClick=${take}>${t('workspace.new_access_withdraw')}</button>
      <button type="button" class="button button--primary" onClick=${onClose}>${t('workspace.new_access_given')}</button></div>`;
}

/** @param {{ access: NewAccess, name: string, onDone: () => void }} props @returns {any} */
export function NewAccessDialog({ access, name, onDone }) {
  const shown = access.shown.value;
  const inside = shown === null
    ? html`<${Before} access=${access} name=${name} onClose=${onDone} />`
    : html`<${ToPassOn} access=${access} shown=${shown} onClose=${onDone} />`;
  return html`<${Dialog} id="new-access" title=${t('workspace.new_access_title', { name })} onCancel=${onDone} wide>${inside}<//>`;
}

/** The agreed answer stays folded away until somebody asks for it. @param {{ access: NewAccess, name: string }} props @returns {any} */
function Question({ access, name }) {
  const agreed = access.question.value;
  if (agreed === null) return html`<p>${t('workspace.new_access_no_question', { name })}</p>`;
  return html`<dl class="pairs">
      <dt>${t('workspace.new_access_question')}</dt><dd>${agreed.question}</dd>
      <dt>${t('workspace.new_access_since')}</dt><dd>${untilWords(agreed.sinceMs).day}</dd></dl>
    <details class="fold"><summary class="fold__summary">${t('workspace.new_access_answer_show')}</summary>
      <div class="fold__body"><p class="newaccess__answer">${agreed.answer}</p><p class="small muted">${t('workspace.new_access_answer_hint')}</p></div></details>`;
}

/** Somebody has answered: is it the same person? @param {{ access: NewAccess, name: string }} props @returns {any} */
function Answered({ access, name }) {
  const busy = access.isBusy.value ? 'true' : undefined;
  return html`<section class="card newaccess__card" aria-labelledby="new-access-answered">
    <h3 class="newaccess__title" id="new-access-answered">${icon('key')}${t('workspace.new_access_answered_title')}</h3>
    <p>${t('workspace.new_access_answered', { name })}</p>
    <${Question} access=${access} name=${name} />
    <p><strong>${t('workspace.new_access_then')}</strong></p>
    <${NotDone} access=${access} />
    <div class="card__actions">
      <button type="button" class="button button--primary" aria-disabled=${busy} onClick=${() => own('confirming a new access', access.confirm())}>
        ${t(busy ? 'common.moment' : 'workspace.new_access_same')}</button>
      <button type="button" class="button" aria-disabled=${busy} onClick=${() => own('refusing a new access', access.withdraw())}>${t('workspace.new_access_other')}</button>
    </div>
  </section>`;
}

/** @param {{ words: string, access: NewAccess, action: string, isAlarm?: boolean }} props @returns {any} */
function Bar({ words, access, action, isAlarm = false }) {
  return html`<div class="newaccess__bar" data-alarm=${isAlarm ? '' : undefined}>
    ${icon(isAlarm ? 'alert' : 'key')}<div class="newaccess__words"><p role="status">${words}</p><${NotDone} access=${access} /></div>
    <button type="button" class="button button--small" aria-disabled=${access.isBusy.value ? 'true' : undefined}
      onClick=${() => own('taking an invitation back', access.withdraw())}>${t(action)}</button>
  </div>`;
}

/**
 * What stands above the field while an invitation runs.
 * @param {{ access: NewAccess, name: string }} props
 * @returns {any}
 */
export function NewAccessState({ access, name }) {
  const stage = access.stage.value;
  if (stage === 'answered') return html`<${Answered} access=${access} name=${name} />`;
  if (stage === 'open') return html`<${Bar} words=${t('workspace.new_access_open', untilWords(access.shown.value?.untilMs ?? 0))} access=${access} action="workspace.new_access_withdraw" />`;
  if (stage === 'over') return html`<${Bar} words=${t('workspace.new_access_over')} access=${access} action="workspace.new_access_clear" />`;
  if (stage === 'forged') return html`<${Bar} words=${t('workspace.new_access_forged')} access=${access} action="workspace.new_access_clear" isAlarm />`;
  return null;
}
