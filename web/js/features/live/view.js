// The seeker's page: one stage at a time, and what surrounds it – title, sound, wake lock, focus.

import { Dialog } from '../../ui/dialog.js';
import { effect, html, render, signal, untracked, useEffect, useLayoutEffect, useRef } from '../../ui/html.js';
import { aimSkipLink, focusOn } from '../../ui/focus.js';
import { Sounds } from '../../ui/sound.js';
import { language, t } from '../../ui/text.js';
import { lazy } from '../../ui/lazy.js';
import { own } from '../../core/tasks.js';
import { Before } from './view-before.js';
import { Chat, Who } from './view-chat.js';
import { Outlook } from './view-closing.js';
import { OfferDialog } from './view-offer.js';
import { Resting, Waiting } from './view-waiting.js';

/** @typedef {import('./model.js').SeekerModel} SeekerModel */
/**
 * @typedef {object} SeekerViewConfig
 * @property {string} portalName
 * @property {string} portalHref
 * @property {string} privacyHref
 * @property {string} safeHref
 * @property {import('../../ui/crisis.js').CrisisLine[]} crisis
 * @property {number} retentionHours
 * @property {number} placeMinutes
 * @property {string} [accessHref] where somebody with an access signs in
 * @property {() => void} [onHome] leads who is signed in to "Meine Gespräche"
 * @property {() => void} [onWrite] leads from the waiting room into writing
 */

const TITLES = /** @type {Record<string, string>} */ ({
  waiting: 'wait.title_waiting', resting: 'wait.title_waiting', offered: 'wait.title_here', starting: 'wait.title_here',
});

/** What is around the stage: sound and vibration on request, and a screen that stays on. */
export class Surroundings {
  wantsSound = signal(false);
  wantsVibration = signal(false);
  /** Whose offer was shown last; the offer itself is gone when it was taken back. */
  lastName = signal('');
  outlook = new Outlook();
  /** True while a reloaded tab finds its way back; the form before the chat must not show meanwhile. */
  comesBack = signal(false);
  /** From where somebody makes an access, over the stage. @type {import('../../core/signals.js').Signal<import('./view-access.js').Purpose>} */
  access = signal(/** @type {import('./view-access.js').Purpose} */ (''));
  sounds = new Sounds();
  /** @type {WakeLockSentinel | null} */
  #lock = null;

  /** @param {boolean} wanted from the click that ticks the box */
  setSound(wanted) {
    this.wantsSound.value = wanted;
    if (wanted) own('sounding once', this.sounds.unlock().then(() => this.sounds.play('message')));
  }

  /** @param {'waiting' | 'chat'} purpose */
  openAccess(purpose) {
    this.access.value = purpose;
  }

  /** Once, when somebody is there. */
  callOut() {
    if (this.wantsSound.peek()) this.sounds.play('offer');
    if (this.wantsVibration.peek() && 'vibrate' in navigator) navigator.vibrate([200, 100, 200]);
  }

  /** A phone that sleeps loses the place sooner; not every browser can, and a refusal is no fault. */
  async stayAwake() {
    if (!('wakeLock' in navigator) || document.hidden || this.#lock !== null) return;
    try {
      this.#lock = await navigator.wakeLock.request('screen');
      this.#lock.addEventListener('release', () => { this.#lock = null; });
    } catch {
      this.#lock = null;
    }
  }

  async sleep() {
    await this.#lock?.release();
    this.#lock = null;
  }

  dispose() {
    own('letting the screen sleep', this.sleep());
    this.sounds.dispose();
  }
}

/** The three steps to an access; fetched when somebody wants one. */
const AccessDialog = lazy(async () => (await import('./view-access.js')).AccessDialog, ({ onClose }, hasFailed) =>
  hasFailed && html`<${Dialog} id="access" title=${t('common.error_title')} exit onCancel=${onClose}>
    <p class="dialog__text">${t('before.problem_unreachable')}</p>
    <div class="dialog__actions"><button type="button" class="button" data-first onClick=${onClose}>${t('common.close')}</button></div><//>`);

/** As long as one of these is there, an access can be made of it. */
const CAN_REGISTER = ['waiting', 'resting', 'offered', 'starting', 'chat'];

/**
 * What lies over the stage, whichever it is: an offer that comes meanwhile lies over it in turn.
 * @param {{ model: SeekerModel, surroundings: Surroundings }} props
 * @returns {any}
 */
function Access({ model, surroundings }) {
  const purpose = surroundings.access.value;
  const isPossible = model.account.value !== null || CAN_REGISTER.includes(model.stage.value);
  const close = () => { surroundings.access.value = ''; };
  useEffect(() => { if (!isPossible) close(); }, [isPossible]);
  return purpose !== '' && isPossible ? html`<${AccessDialog} model=${model} purpose=${purpose} onClose=${close} />` : null;
}

/** The counsellor has offered to make an access. @param {{ hours: number, onAccess: () => void }} props @returns {any} */
function AccessOffer({ hours, onAccess }) {
  return html`<div class="chat__notice status-bar"><div class="status-bar__line">
    <span>${t('chat.access_offer', { hours })}</span>
    <button type="button" class="button button--small" onClick=${onAccess}>${t('wait.access')}</button></div></div>`;
}

/** Moves the focus to the heading of a new stage, so that reading goes on there. @param {string} stage */
function useHeading(stage) {
  const isFirst = useRef(true);
  useLayoutEffect(() => {
    if (!isFirst.current && stage !== 'offered') focusOn('[data-heading]');
    isFirst.current = false;
  }, [stage]);
}

/** While this tab's chat is fetched after a reload, or the page that comes last. @param {{ words?: string }} props @returns {any} */
function Moment({ words = t('common.moment') }) {
  return html`<div class="stage"><h1 class="stage__title" tabindex="-1" data-heading>${words}</h1></div>`;
}

/** Where nothing runs any more: fetched then. @type {(props: { model: SeekerModel, config: SeekerViewConfig }) => any} */
const Over = lazy(async () => (await import('./view-end.js')).Over, (_, hasFailed) => html`<${Moment} words=${t(hasFailed ? 'common.error_title' : 'common.moment')} />`);

/** The question whether a colleague may go on. @type {(props: any) => any} */
const Consent = lazy(async () => (await import('../enquiries/view-consent.js')).ConsentCard, () => null);

/** Who can read, where a second counsellor can; '' where only the two do. @param {import('./seekerchat.js').SeekerChat} chat */
function readersOf(chat) {
  const readers = chat.guests.value?.readers.value ?? [];
  const names = readers.map(({ name }) => name || t('enquiries.readers_somebody'));
  return names.length < 2 ? '' : t('chat.who_reads', { name: new Intl.ListFormat(language()).format(names) });
}

/** @param {import('./seekerchat.js').SeekerChat} chat @returns {import('./view-log.js').Card} */
const cardsOf = (chat) => ({ key, author }) => {
  const guests = chat.guests.value;
  const asked = guests?.questions.value.get(key);
  return asked && html`<${Consent} key=${key} guests=${guests} asked=${asked} by=${author} lineKey=${key} />`;
};

/** @param {{ model: SeekerModel, config: SeekerViewConfig, surroundings: Surroundings }} props @returns {any} */
function Stage({ model, config, surroundings }) {
  const stage = model.stage.value;
  // Offered and starting are the waiting room with a dialog over it.
  useHeading(stage === 'starting' ? 'offered' : stage);
  useEffect(() => {
    const isWaiting = ['waiting', 'offered', 'starting', 'chat'].includes(stage);
    own('keeping the screen on', isWaiting ? surroundings.stayAwake() : surroundings.sleep());
    if (stage === 'offered') surroundings.callOut();
  }, [stage]);
  const common = { model, config };
  if (stage === 'before' && surroundings.comesBack.value) return html`<${Moment} />`;
  switch (stage) {
    case 'before': return html`<${Before} ...${common} />`;
    case 'waiting': return html`<${Waiting} ...${common} surroundings=${surroundings} />`;
    case 'offered':
    case 'starting': return html`<${Waiting} ...${common} surroundings=${surroundings} /><${OfferDialog} model=${model} />`;
    case 'resting': return html`<${Resting} ...${common} />`;
    case 'chat': return html`<${Running} ...${common} surroundings=${surroundings} />`;
    default: return html`<${Over} ...${common} />`;
  }
}

/**
 * Sets the topic before what was written earlier: a first message, to be sent by an own click.
 * @param {SeekerModel} model
 * @param {import('./chat.js').ChatModel} chat
 */
function carryTopic(model, chat) {
  // A greeting may be here already; after a reload the topic is sent or was taken out.
  if (model.topic.peek() === '' || chat.messages.peek().some(({ mine }) => mine)) return;
  const line = t('before.topic_line', { topic: model.topic.peek() });
  const draft = chat.draft.peek();
  if (!draft.startsWith(line)) chat.draft.value = draft === '' ? line : `${line}\n\n${draft}`;
}

/** @param {{ model: SeekerModel, config: SeekerViewConfig, surroundings: Surroundings }} props @returns {any} */
function Running({ model, config, surroundings }) {
  const chat = model.chat.value;
  useEffect(() => {
    if (chat !== null) carryTopic(model, chat);
  }, [chat]);
  useEffect(() => {
    if (chat === null) return undefined;
    let before = chat.unread.peek();
    return effect(() => {
      const unread = chat.unread.value;
      if (unread > before && document.hidden && surroundings.wantsSound.peek()) surroundings.sounds.play('message');
      before = unread;
    });
  }, [chat]);
  if (chat === null) return null;
  const hours = config.retentionHours;
  const top = model.accountOffered.value && html`<${AccessOffer} hours=${hours} onAccess=${() => surroundings.openAccess('chat')} />`;
  return html`<${Chat} chat=${chat} role="seeker" hours=${hours} card=${cardsOf(chat)} readers=${readersOf(chat)} top=${top} crisis=${config.crisis} />`;
}

/** The page's header names the counsellor while a chat runs, else the portal. @param {{ model: SeekerModel }} props @returns {any} */
function Brand({ model }) {
  const chat = model.stage.value === 'chat' ? model.chat.value : null;
  // Drawn apart from the stage, so the stage cannot lead here when the chat begins.
  useEffect(() => { if (chat !== null) focusOn('#brand [data-heading]'); }, [chat]);
  return chat === null ? null : html`<${Who} chat=${chat} />`;
}

/**
 * Draws the seeker's page into `app`; returns what takes everything away again.
 * @param {SeekerModel} model
 * @param {SeekerViewConfig} config
 * @param {HTMLElement} app
 * @returns {() => void}
 */
export function showSeeker(model, config, app) {
  const surroundings = new Surroundings();
  if (model.canResume) {
    surroundings.comesBack.value = true;
    own('coming back after a reload', model.resume().finally(() => { surroundings.comesBack.value = false; }));
  }
  const brand = /** @type {HTMLElement} */ (document.getElementById('brand'));
  const portalBrand = [...brand.children];
  const who = document.createElement('div');
  who.className = 'chat__who-place';
  render(html`<${Stage} model=${model} config=${config} surroundings=${surroundings} />
    <${Access} model=${model} surroundings=${surroundings} />`, app);
  render(html`<${Brand} model=${model} />`, who);
  const stops = [
    effect(() => {
      brand.replaceChildren(...(model.stage.value === 'chat' && model.chat.value !== null ? [who] : portalBrand));
    }),
    effect(() => { document.title = pageTitle(model, config); }),
    effect(() => {
      const isInChat = model.stage.value === 'chat' && model.chat.value?.closed.value === null;
      if (isInChat) aimSkipLink(t('common.skip_to_composer'), '#message-field');
      else aimSkipLink(t('common.skip_to_content'), '#content');
    }),
    effect(() => { surroundings.lastName.value = model.offer.value?.name ?? surroundings.lastName.peek(); }),
  ];
  const awake = () => {
    if (!document.hidden && ['waiting', 'offered', 'chat'].includes(model.stage.peek())) own('keeping the screen on', surroundings.stayAwake());
  };
  document.addEventListener('visibilitychange', awake);
  return () => {
    document.removeEventListener('visibilitychange', awake);
    for (const stop of stops) stop();
    render(null, who);
    render(null, app);
    untracked(() => surroundings.dispose());
  };
}

/** Neutral, and nothing of the chat in it. @param {SeekerModel} model @param {SeekerViewConfig} config */
function pageTitle(model, config) {
  const key = TITLES[model.stage.value];
  if (key !== undefined) return t(key);
  const unread = model.stage.value === 'chat' ? model.chat.value?.unread.value ?? 0 : 0;
  return unread > 0 ? `(${unread}) ${config.portalName}` : config.portalName;
}
