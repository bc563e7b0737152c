// Deleting the access: what goes when, the passphrase, and the safe choice first.

import { own } from '../../core/tasks.js';
import { Dialog } from '../../ui/dialog.js';
import { timeOfDay } from '../../ui/format.js';
import { html, useRef, useState } from '../../ui/html.js';
import { language, t } from '../../ui/text.js';
import { dayOf } from './dates.js';
import { shownName } from '../../core/pseudonym.js';
import { KnownPassphrase, Problem, WhoseName, problemWords } from './view-parts.js';

/** @typedef {import('./model.js').AccessModel} AccessModel */
/** @typedef {import('./settings.js').SettingsModel} SettingsModel */
/** @typedef {import('./entrance.js').Stock} Stock */

const MINUTE_MS = 60_000;

/**
 * What becomes of the conversations, as sentences.
 * @param {Stock} stock
 * @param {number} hours
 */
function endings({ conversations }, hours) {
  const closed = conversations.filter((one) => one.purgeMinute > 0);
  const running = conversations.length - closed.length;
  const lastMs = Math.max(0, ...closed.map((one) => one.purgeMinute)) * MINUTE_MS;
  const when = t('access.delete_when', { date: dayOf(lastMs, language()), time: timeOfDay(lastMs, language()) });
  return [
    running === 1 ? t('access.delete_running_one', { hours }) : running > 1 ? t('access.delete_running', { n: running, hours }) : '',
    closed.length === 1 ? t('access.delete_closed_one', { when }) : closed.length > 1 ? t('access.delete_closed', { n: closed.length, when }) : '',
  ].filter((sentence) => sentence !== '');
}

/** @param {{ model: AccessModel, settings: SettingsModel, hours: number }} props @returns {any} */
export function DeleteDialog({ settings, hours }) {
  const field = useRef(/** @type {HTMLInputElement | null} */ (null));
  const [isMissing, setMissing] = useState(false);
  const busy = settings.busy.value;
  const problem = busy ? '' : settings.problem.value;
  const isWrong = problem === 'wrong_passphrase';
  const stock = settings.stock.value;
  const send = (/** @type {Event} */ event) => {
    event.preventDefault();
    const phrase = field.current?.value ?? '';
    setMissing(phrase === '');
    if (phrase !== '' && !busy) own('deleting the access', settings.delete(phrase));
  };
  const error = isMissing ? t('access.missing_passphrase') : isWrong ? problemWords(problem) : '';
  return html`<${Dialog} id="delete" title=${t('access.delete_title')} onCancel=${() => settings.close()} exit>
    <form class="dialog__form" onSubmit=${send} novalidate>
      <p>${t('access.delete_at_once')}</p>
      ${stock !== null && endings(stock, hours).map((sentence) => html`<p>${sentence}</p>`)}
      <p><strong>${t('access.delete_final')}</strong></p>
      <${WhoseName} name=${shownName(settings.pseudonym)} />
      <${KnownPassphrase} id="delete-passphrase" label=${t('access.passphrase')} field=${field} error=${error} />
      <${Problem} words=${problem === '' || isWrong ? '' : problemWords(problem)} />
      <div class="dialog__actions">
        <button type="button" class="button" data-first onClick=${() => settings.close()}>${t('access.cancel')}</button>
        <button type="submit" class="button button--danger" aria-disabled=${busy ? 'true' : undefined}>
          ${busy ? t('common.moment') : t('access.delete_submit')}</button>
      </div>
    </form>
  <//>`;
}
