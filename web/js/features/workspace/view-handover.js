// Handing an own conversation over, written or live, or having a colleague stand in: the way to it, and how it stands.

import { focusOn } from '../../ui/focus.js';
import { html, useState } from '../../ui/html.js';
import { icon } from '../../ui/icons.js';
import { lazy } from '../../ui/lazy.js';
import { addText, hasText, language, t } from '../../ui/text.js';
import { Waiting } from './view-parts.js';
import { handOverWords } from './words.js';

/** @typedef {import('./handovers.js').HandOvers} HandOvers */
/** @typedef {import('./place.js').Colleague} Colleague */
/** @typedef {import('./view-desk.js').Desk} Desk */
/** @typedef {import('./shared.js').SharedThread} SharedThread */
/**
 * `handOvers`: where it is done; null when nobody is signed in. `id` of the conversation. `isLive`: somebody waits at this
 * moment. `isDeputy`: a colleague is to stand in for a time. `isNoted`: there is something that does not go along.
 * @typedef {{ handOvers: HandOvers | null, id: string, thread: SharedThread, isLive?: boolean, isDeputy?: boolean, isNoted?: boolean }} OwnProps
 */

const load = async () => (await handOverWords(), import('./view-handover-dialog.js'));

/** @type {(props: OwnProps & { onDone: () => void }) => any} */
const HandOverDialog = lazy(async () => (await load()).HandOverDialog, Waiting);

/** @type {(props: { thread: SharedThread, name: string, onEnd: () => void, onDone: () => void }) => any} */
const EndDeputy = lazy(async () => (await load()).EndDeputy, Waiting);

/** Giving it back to the team, and the draft that came with one: words and views come when there is something to show. */
const loadRelease = async () => {
  if (!hasText('release.title')) await addText(language() === 'en' ? import('../../../text/release-en.js') : import('../../../text/release-de.js'));
  return import('./view-release.js');
};

/** @type {(props: import('./view-release.js').OwnProps & { onDone: () => void }) => any} */
const ReleaseDialog = lazy(async () => (await loadRelease()).ReleaseDialog, Waiting);
/** @type {(props: { content: import('./firstrequest.js').Content }) => any} */
export const GivenDraft = lazy(async () => (await loadRelease()).GivenDraft, () => null);
/** @type {(props: { by: string }) => any} */
export const DraftBy = lazy(async () => (await loadRelease()).DraftBy, () => null);

/** @type {(props: { desk: Desk, thread: SharedThread, back: any, onDismiss: () => void, taker?: string }) => any} */
export const HandedAway = lazy(async () => (await load()).HandedAway, ({ back }) => html`<section class="chat case" aria-label=${t('common.moment')}><div class="chat__head">${back}</div></section>`);

/** Nothing of the kind is going on. @param {SharedThread} thread */
function isFree({ closed, handing, predecessor }) {
  return closed.value === null && handing.value === null && predecessor.value === null;
}

/** The way back to the team, where all that was said is mine to hand on. @param {import('./view-release.js').OwnProps} props @returns {any} */
function ReleaseButton(props) {
  const [open, setOpen] = useState(false);
  if (!isFree(props.thread) || !props.thread.canGrant) return null;
  return html`<button type="button" class="button button--small" aria-haspopup="dialog" onClick=${() => setOpen(true)}>${t('workspace.release')}</button>
    ${open && html`<${ReleaseDialog} ...${props} onDone=${() => setOpen(false)} />`}`;
}

/** The way to it, while nothing of the kind is going on. @param {OwnProps} props @returns {any} */
export function HandOverButton(props) {
  const [open, setOpen] = useState(false);
  if (!isFree(props.thread) || props.handOvers?.isFollowed(props.id) !== true) return null;
  const words = t(props.isDeputy ? 'workspace.deputy' : 'workspace.hand_over');
  const show = () => setOpen(true);
  // The head of a chat is narrow, with its clock and its end.
  const button = props.isLive
    ? html`<button type="button" class="icon-button" aria-haspopup="dialog" aria-label=${words} title=${words} onClick=${show}>${icon('handover')}</button>`
    : html`<button type="button" class="button button--small" aria-haspopup="dialog" onClick=${show}>${words}</button>`;
  return html`${button}
    ${open && html`<${HandOverDialog} ...${props} onDone=${() => setOpen(false)} />`}`;
}

/**
 * Letting others answer: for good, for a time, or whoever of the team comes first.
 * @param {Omit<import('./view-release.js').OwnProps, 'thread'> & { thread: SharedThread }} props
 * @returns {any}
 */
export function PassingOn(props) {
  const [open, setOpen] = useState(false);
  const { model: { finding, written: { handOvers } }, id, thread } = props;
  if (!isFree(thread) || (handOvers?.isFollowed(id) !== true && !thread.canGrant)) return null;
  return html`<button type="button" class="button button--small" aria-expanded=${open ? 'true' : 'false'} onClick=${() => setOpen(!open)}>${icon('handover')}${t('workspace.pass_on')}</button>
    ${open && html`<div class="case__ways"><${HandOverButton} handOvers=${handOvers} id=${id} thread=${thread} isNoted=${finding.noted.value.has(id)} />
      <${HandOverButton} handOvers=${handOvers} id=${id} thread=${thread} isDeputy /><${ReleaseButton} ...${props} /></div>`}`;
}

/** How it stands; the line is there before, so that it is spoken. @param {OwnProps} props @returns {any} */
export function Handing({ handOvers, id, thread }) {
  const [isAsked, setAsked] = useState(false);
  const handing = thread.handing.value;
  const code = handing?.stage === 'agreed' && handOvers?.hasFailed(id) ? 'failed' : handing?.stage ?? '';
  const isDeputy = handing?.isDeputy === true;
  const end = () => {
    setAsked(false);
    focusOn('#message-field', '.chat .chat__name');
    if (thread.isLent.value) handOvers?.standDown(id);
    else handOvers?.takeBack(id);
  };
  const isEnding = isDeputy && handing?.stage === 'joined';
  const asks = isEnding || thread.isLent.value;
  const bar = (/** @type {string} */ words, /** @type {string} */ button) => html`<div class="case__bar case__bar--handing">${icon('handover')}<span>${words}</span>
    <button type="button" class="button button--small" aria-haspopup=${asks ? 'dialog' : undefined} onClick=${() => (asks ? setAsked(true) : end())}>${t(button)}</button></div>`;
  return html`<div role="status">
    ${handing !== null && bar(t(`workspace.${isDeputy ? 'deputising' : 'handing'}_${code}`, { seeker: thread.peerName.value, name: handing.name }), isEnding ? 'workspace.deputy_end' : 'workspace.handing_take_back')}
    ${thread.isLent.value && bar(t('workspace.deputy_for', { name: thread.lentBy.value || t('workspace.a_colleague') }), 'workspace.deputy_end')}</div>
    ${asks && isAsked && html`<${EndDeputy} thread=${thread} name=${isEnding ? handing.name : ''} onEnd=${end} onDone=${() => setAsked(false)} />`}`;
}
