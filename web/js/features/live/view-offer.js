// "Somebody is here for you": asks whether to begin, and never hurries without saying so.

import { Dialog } from '../../ui/dialog.js';
import { minutesAndSeconds } from '../../ui/format.js';
import { html, useRef, useState } from '../../ui/html.js';
import { icon } from '../../ui/icons.js';
import { t } from '../../ui/text.js';
import { useTick } from '../../ui/tick.js';
import { Face } from './view-chat.js';

/** @typedef {import('./model.js').SeekerModel} SeekerModel */

const SECOND_MS = 1_000;
const SPOKEN_MINUTES = [5, 2, 1];
const SOON_MS = 60_000;

/**
 * What a screen reader hears of the countdown: only at 5, 2 and 1 minutes.
 * @param {number} leftMs
 */
function spokenCountdown(leftMs) {
  const reached = SPOKEN_MINUTES.filter((minutes) => leftMs <= minutes * SOON_MS + SECOND_MS).at(-1);
  if (reached === undefined) return '';
  return reached === 1 ? t('offer.countdown_spoken_one') : t('offer.countdown_spoken', { n: reached });
}

/** @param {{ model: SeekerModel }} props @returns {any} */
export function OfferDialog({ model }) {
  useTick(SECOND_MS);
  const [given, setGiven] = useState(false);
  const [busy, setBusy] = useState(false);
  const confirmButton = useRef(/** @type {HTMLButtonElement | null} */ (null));
  const offer = model.offer.value;
  if (offer === null) return null;
  const leftMs = offer.untilMs - model.serverNow();
  const confirm = async () => {
    if (busy) return;
    setBusy(true);
    try {
      await model.confirm();
    } finally {
      setBusy(false);
    }
  };
  const moreTime = () => {
    setGiven(true);
    model.moreTime();
    // The button goes away; the focus must not go with it.
    confirmButton.current?.focus();
  };
  return html`<${Dialog} id="offer" title=${t('offer.title')} exit onCancel=${() => model.cancelOffer()}>
    ${offer.portrait && html`<${Face} name=${offer.name} portrait=${offer.portrait} />`}
    <p class="dialog__text">${t('offer.text', { name: offer.name || t('offer.somebody') })}</p>
    <p class="offer__verified">${icon('shield')}${t('offer.verified')}</p>
    <p class=${leftMs <= SOON_MS ? 'countdown countdown--large countdown--soon' : 'countdown countdown--large'} aria-hidden="true">
      ${icon('clock')}${t('offer.countdown', { time: minutesAndSeconds(leftMs) })}</p>
    <p class="visually-hidden" role="status">${given ? t('offer.more_time_given') : ''} ${spokenCountdown(leftMs)}</p>
    ${given && html`<p class="muted" aria-hidden="true">${t('offer.more_time_given')}</p>`}
    <div class="dialog__actions dialog__actions--column">
      <button type="button" class="button button--primary button--block" ref=${confirmButton}
        aria-disabled=${busy ? 'true' : undefined} onClick=${confirm}>${busy ? t('common.moment') : t('offer.confirm')}</button>
      ${offer.moreTimeLeft && html`<button type="button" class="button button--block" onClick=${moreTime}>${t('offer.more_time')}</button>`}
      <button type="button" class="button button--quiet button--block" onClick=${() => model.cancelOffer()}>${t('offer.cancel')}</button>
    </div>
  <//>`;
}
