// "Sind Sie noch da?": the last two minutes before the page locks, counted down.

import { Dialog } from '../../ui/dialog.js';
import { minutesAndSeconds } from '../../ui/format.js';
import { html } from '../../ui/html.js';
import { icon } from '../../ui/icons.js';
import { t } from '../../ui/text.js';

/** @typedef {import('../../ui/idle.js').IdleWatch} IdleWatch */

const SECOND_MS = 1_000;

/** What is spoken; the countdown itself is only seen. @param {number} seconds */
function spoken(seconds) {
  return seconds > 60 ? t('access.idle_left_two') : t('access.idle_left_one');
}

/** @param {{ idle: IdleWatch }} props @returns {any} */
export function IdleDialog({ idle }) {
  if (!idle.isWarning.value) return null;
  const seconds = idle.secondsLeft.value;
  const stay = () => idle.here();
  return html`<${Dialog} id="idle" title=${t('access.idle_title')} onCancel=${stay} exit>
    <p class="dialog__text">${t('access.idle_text')}</p>
    <p class="countdown countdown--large countdown--soon" aria-live="off">${icon('hourglass')}
      ${t('access.idle_left', { time: minutesAndSeconds(seconds * SECOND_MS) })}</p>
    <p class="visually-hidden" role="status">${spoken(seconds)}</p>
    <div class="dialog__actions"><button type="button" class="button button--primary" data-first onClick=${stay}>${t('access.idle_here')}</button></div>
  <//>`;
}
