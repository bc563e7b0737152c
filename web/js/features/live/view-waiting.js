// The waiting room: the place, the name, what happens next; sound and a private draft on request.

import { html, useEffect, useRef, useState } from '../../ui/html.js';
import { icon } from '../../ui/icons.js';
import { minutesSince } from '../../ui/format.js';
import { focusOn } from '../../ui/focus.js';
import { CrisisFolded } from '../../ui/crisis.js';
import { t } from '../../ui/text.js';
import { deviceNow, useTick } from '../../ui/tick.js';
import { TicketReason } from '../../wire/catalogue.js';
import { DraftField } from './view-before.js';

/** @typedef {import('./view.js').SeekerViewConfig} SeekerViewConfig */
/** @typedef {import('./view.js').Surroundings} Surroundings */
/** @typedef {import('./model.js').SeekerModel} SeekerModel */

const MINUTE_MS = 60_000;
/** After this the room says that it takes longer today. */
const LONG_MINUTES = 20;

/** What the place in the queue is in words. @param {number} ahead */
function place(ahead) {
  if (ahead <= 0) return t('wait.next');
  return ahead === 1 ? t('wait.ahead_one') : t('wait.ahead', { n: ahead });
}

/**
 * A sentence that a screen reader hears at most once a minute, however often it changes.
 * @param {string} sentence
 */
function useSpoken(sentence) {
  const [spoken, setSpoken] = useState(sentence);
  const latest = useRef(sentence);
  latest.current = sentence;
  const spokenAtMs = useRef(deviceNow());
  useTick(MINUTE_MS / 4);
  useEffect(() => {
    if (spoken === latest.current || deviceNow() - spokenAtMs.current < MINUTE_MS) return;
    spokenAtMs.current = deviceNow();
    setSpoken(latest.current);
  });
  return spoken;
}

/**
 * What the hours mean for this place: closing, nobody on duty. "" for nothing.
 * @param {SeekerModel} model
 * @param {Surroundings} surroundings
 */
function closing(model, { outlook }) {
  const isOpen = model.portalOpen.value;
  const hours = outlook.words({
    sinceMs: model.waitSinceMs.value, ahead: model.ahead.value, isOpen, closesMs: model.closesMs.value, nowMs: model.serverNow(),
  });
  return hours === '' && !isOpen ? t('wait.nobody') : hours;
}

/**
 * What else there is to say about the place: offline, handed back, or what the hours mean. "" for nothing.
 * @param {SeekerModel} model
 * @param {SeekerViewConfig} config
 * @param {Surroundings} surroundings
 * @param {string} hours
 */
function remark(model, config, { lastName }, hours) {
  if (model.connection.value === 'lost') return t('wait.offline', { n: config.placeMinutes });
  if (model.reason.value === TicketReason.RETURNED) return t('wait.declined', { name: lastName.value || t('wait.somebody') });
  return hours;
}

/** @param {{ surroundings: Surroundings }} props @returns {any} */
function Signals({ surroundings }) {
  const { wantsSound, wantsVibration } = surroundings;
  const canVibrate = 'vibrate' in navigator && matchMedia('(pointer: coarse)').matches;
  return html`<div class="waiting__signals">
    <label class="choice"><input class="choice__input" type="checkbox" checked=${wantsSound.value}
      onChange=${(/** @type {any} */ event) => surroundings.setSound(event.currentTarget.checked)} />${t('wait.sound')}</label>
    ${canVibrate && html`<label class="choice"><input class="choice__input" type="checkbox" checked=${wantsVibration.value}
      onChange=${(/** @type {any} */ event) => { wantsVibration.value = event.currentTarget.checked; }} />${t('wait.vibrate')}</label>`}
  </div>`;
}

/** Whoever has made an access on this page goes on where they sign in. @param {SeekerModel} model @param {SeekerViewConfig} config */
function wayToWrite(model, config) {
  return model.account.value !== null && config.onHome === undefined ? undefined : config.onWrite;
}

/** @param {{ onWrite: () => void }} props @returns {any} */
function Write({ onWrite }) {
  return html`<button type="button" class="button button--small" onClick=${onWrite}>${t('wait.write')}</button>`;
}

/** @param {{ onKeep: () => void, onWrite: (() => void) | undefined }} props @returns {any} */
function Long({ onKeep, onWrite }) {
  return html`<div class="waiting__long">
    <p>${t('wait.long')}</p>
    <button type="button" class="button button--small" onClick=${onKeep}>${t('wait.keep_waiting')}</button>
    ${onWrite && html`<${Write} onWrite=${onWrite} />`}
  </div>`;
}

/**
 * For whom it takes too long: writing, or an access that keeps the place. Who has made one hears what it is
 * good for.
 * @param {{ isMade: boolean, isOpen: boolean, onAccess: () => void, onWrite: (() => void) | undefined }} props
 * @returns {any}
 */
function OtherWays({ isMade, isOpen, onAccess, onWrite }) {
  const write = onWrite && html`<p>${t('wait.write_text')}</p><${Write} onWrite=${onWrite} />`;
  if (isMade) return html`<p>${t('access.place_kept')}</p>${write}`;
  return html`<details class="fold" open=${isOpen}>
    <summary class="fold__summary">${t('wait.access_title')}</summary>
    <div class="fold__body">
      <p>${t('wait.access_text')}</p>
      <button type="button" class="button button--small" onClick=${onAccess}>${t('wait.access')}</button>
      ${write}
    </div>
  </details>`;
}

/**
 * @param {{ model: SeekerModel, config: SeekerViewConfig, surroundings: Surroundings }} props
 * @returns {any}
 */
export function Waiting({ model, config, surroundings }) {
  const [kept, setKept] = useState(0);
  useTick(MINUTE_MS);
  const words = place(model.ahead.value);
  const spoken = useSpoken(words);
  const hours = closing(model, surroundings);
  const said = remark(model, config, surroundings, hours);
  const waited = minutesSince(model.waitSinceMs.value, deviceNow());
  const isLong = model.waitSinceMs.value > 0 && waited - kept >= LONG_MINUTES;
  const isRegistered = model.account.value !== null;
  const onWrite = wayToWrite(model, config);
  return html`<div class="stage">
    <section class="stage__card waiting">
      <div class="waiting__head">
        <div class="waiting__breath" aria-hidden="true"><span></span><span></span><span></span></div>
        <h1 class="stage__title" tabindex="-1" data-heading>${t('wait.title')}</h1>
      </div>
      <div class="waiting__facts">
        <p class="waiting__place" aria-hidden="true">${words}</p>
        <p class="visually-hidden" role="status">${spoken}</p>
        <p class=${said === '' ? 'visually-hidden' : 'waiting__remark'} role="status">${said}</p>
        ${isLong && html`<${Long} onKeep=${() => { setKept(waited); focusOn('[data-heading]'); }} onWrite=${onWrite} />`}
        <p>${t('wait.stay_open')}</p>
        <p>${t('wait.your_name')} <strong>${model.account.value?.shownName ?? t('wait.seeker_name', { n: model.number.value })}</strong></p>
      </div>
      <${Signals} surroundings=${surroundings} />
      <details class="fold" open=${model.draft.peek() !== ''}>
        <summary class="fold__summary">${t('wait.draft')}</summary>
        <div class="fold__body">
          <${DraftField} model=${model} id="wait-draft" label=${t('before.draft')} hint=${t('wait.draft_hint')} />
        </div>
      </details>
      <${OtherWays} isMade=${isRegistered} isOpen=${isLong || hours !== ''} onAccess=${() => surroundings.openAccess('waiting')} onWrite=${onWrite} />
      <div class="stage__actions">
        <button type="button" class="button" onClick=${() => model.withdraw()}>${t('wait.leave')}</button>
      </div>
    </section>
    <${CrisisFolded} lines=${config.crisis} />
    <p class="small muted">${t('wait.deleted_48', { hours: config.retentionHours })}</p>
  </div>`;
}

/**
 * The place is kept, but nobody will be asked for until this person says so.
 * @param {{ model: SeekerModel, config: SeekerViewConfig }} props
 * @returns {any}
 */
export function Resting({ model, config }) {
  const onWrite = wayToWrite(model, config);
  const reason = model.reason.value;
  const sentence = {
    [TicketReason.OFFER_EXPIRED]: t('offer.expired'),
    [TicketReason.NOBODY_ON_DUTY]: t('wait.nobody'),
  }[reason] ?? t('wait.rested');
  return html`<div class="stage">
    <section class="stage__card">
      <h1 class="stage__title" tabindex="-1" data-heading>${sentence}</h1>
      <p>${t('wait.place_kept')}</p>
      ${model.draft.value !== '' && html`<p class="stage__kept">${icon('check')}${t('chat.kept')}</p>`}
      <div class="stage__actions">
        <button type="button" class="button button--primary" onClick=${() => model.requeue()}>${t('wait.queue_again')}</button>
        ${onWrite && html`<${Write} onWrite=${onWrite} />`}
        <button type="button" class="button" onClick=${() => model.withdraw()}>${t('wait.leave')}</button>
      </div>
    </section>
    <${CrisisFolded} lines=${config.crisis} />
  </div>`;
}
