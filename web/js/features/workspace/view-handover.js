// Handing an own conversation over, written or live: the way to it, and how it stands.

import { Dialog } from '../../ui/dialog.js';
import { focusOn } from '../../ui/focus.js';
import { html, useState } from '../../ui/html.js';
import { icon } from '../../ui/icons.js';
import { lazy } from '../../ui/lazy.js';
import { t } from '../../ui/text.js';

/** @typedef {import('./handovers.js').HandOvers} HandOvers */
/** @typedef {import('./place.js').Colleague} Colleague */
/** @typedef {import('./view-desk.js').Desk} Desk */
/** @typedef {import('./shared.js').SharedThread} SharedThread */
/**
 * `handOvers`: where it is done; null when nobody is signed in. `id` of the conversation. `isLive`: somebody waits at this
 * moment.
 * @typedef {{ handOvers: HandOvers | null, id: string, thread: SharedThread, isLive?: boolean }} OwnProps
 */

const load = () => import('./view-handover-dialog.js');

/** Nothing can be chosen before it is there. @type {(props: OwnProps & { onDone: () => void }) => any} */
const HandOverDialog = lazy(async () => (await load()).HandOverDialog, ({ onDone }, hasFailed) => html`<${Dialog} id="hand-over" title=${t('workspace.hand_over_title')} onCancel=${onDone} wide>
    <p class="dialog__text" role="status">${t(hasFailed ? 'common.error_title' : 'common.moment')}</p>
    <div class="dialog__actions"><button type="button" class="button" data-first onClick=${onDone}>${t('common.cancel')}</button></div><//>`);

/** @type {(props: { desk: Desk, thread: SharedThread, back: any, onDismiss: () => void }) => any} */
export const HandedAway = lazy(async () => (await load()).HandedAway, ({ back }) => html`<section class="chat case" aria-label=${t('common.moment')}><div class="chat__head">${back}</div></section>`);

/** The way to it, while nothing of the kind is going on. @param {OwnProps} props @returns {any} */
export function HandOverButton(props) {
  const [open, setOpen] = useState(false);
  const { thread } = props;
  const isFree = thread.closed.value === null && thread.handing.value === null && thread.predecessor.value === null;
  if (!isFree || props.handOvers?.isFollowed(props.id) !== true) return null;
  const words = t('workspace.hand_over');
  const show = () => setOpen(true);
  // The head of a chat is narrow, with its clock and its end.
  const button = props.isLive
    ? html`<button type="button" class="icon-button" aria-haspopup="dialog" aria-label=${words} title=${words} onClick=${show}>${icon('handover')}</button>`
    : html`<button type="button" class="button button--small" aria-haspopup="dialog" onClick=${show}>${icon('handover')}${words}</button>`;
  return html`${button}
    ${open && html`<${HandOverDialog} ...${props} onDone=${() => setOpen(false)} />`}`;
}

/** How it stands; the line is there before, so that it is spoken. @param {OwnProps} props @returns {any} */
export function Handing({ handOvers, id, thread }) {
  const handing = thread.handing.value;
  const code = handing?.stage === 'agreed' && handOvers?.hasFailed(id) ? 'failed' : handing?.stage ?? '';
  const takeBack = () => {
    focusOn('#message-field');
    handOvers?.takeBack(id);
  };
  return html`<div role="status">${handing !== null && html`<div class="case__bar case__bar--handing">${icon('handover')}
    <span>${t(`workspace.handing_${code}`, { seeker: thread.peerName.value, name: handing.name })}</span>
    <button type="button" class="button button--small" onClick=${takeBack}>${t('workspace.handing_take_back')}</button></div>`}</div>`;
}
