// The rail: where one is, what waits there, and whether one can be reached.

import { initials } from '../../ui/format.js';
import { Dialog } from '../../ui/dialog.js';
import { html, useState } from '../../ui/html.js';
import { addIcons, icon } from '../../ui/icons.js';
import { t } from '../../ui/text.js';

/** @typedef {import('./model.js').WorkModel} WorkModel */
/** @typedef {import('./view-desk.js').Desk} Desk */

addIcons({
  inbox: ['M4 13.5h4l1.5 3h5l1.5-3h4', 'M6.5 5h11L20 13.5V18a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1v-4.5z'],
  keys: ['M3.5 7h17v10h-17z', 'M7 10.2v.1', 'M10.3 10.2v.1', 'M13.7 10.2v.1', 'M17 10.2v.1', 'M8 14h8'],
  more: ['M5 11a1 1 0 1 1 0 2 1 1 0 0 1 0-2z', 'M12 11a1 1 0 1 1 0 2 1 1 0 0 1 0-2z', 'M19 11a1 1 0 1 1 0 2 1 1 0 0 1 0-2z'],
  person: ['M12 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8z', 'M4.5 20.5a7.5 7.5 0 0 1 15 0'],
  people: ['M9 5.5a3 3 0 1 1 0 6 3 3 0 0 1 0-6z', 'M3.5 19a5.5 5.5 0 0 1 11 0', 'M15.5 5.8a3 3 0 0 1 0 5.4', 'M17 14a5.5 5.5 0 0 1 3.5 5'],
});

/** What a small circle has room for; whoever cannot see it hears the number itself. */
const MOST_SHOWN = 999;

/** @param {{ n: number, late?: boolean, words: string }} props @returns {any} */
export function Counter({ n, late = false, words }) {
  if (n === 0) return null;
  return html`<span class=${late ? 'counter counter--late' : 'counter'}><span aria-hidden="true">${n > MOST_SHOWN ? `${MOST_SHOWN}+` : n}</span>
    <span class="visually-hidden">, ${words}</span></span>`;
}

/** @param {{ desk: Desk, room: import('./view-desk.js').Room, symbol: string, words: string, short: string, counter: any }} props @returns {any} */
function Item({ desk, room, symbol, words, short, counter }) {
  return html`<button type="button" class="rail__item" aria-current=${desk.room.value === room ? 'page' : undefined}
    onClick=${() => desk.go(room)}>${icon(symbol)}<span class="when-wide">${words}</span><span class="when-narrow">${short}</span>${counter}</button>`;
}

/** @param {{ model: WorkModel, desk: Desk }} props @returns {any} */
function Duty({ model, desk }) {
  const on = model.onDuty.value;
  return html`<button type="button" class="switch" role="switch" aria-checked=${on ? 'true' : 'false'} onClick=${() => desk.setDuty(!on)}>
    <span class="switch__track" aria-hidden="true"></span>${t('workspace.reachable')}</button>`;
}

/** @param {{ desk: Desk }} props @returns {any} */
function SoundChoice({ desk }) {
  return html`<label class="rail__sound"><span>${t('workspace.sounds')}</span>
    <select class="rail__select" value=${desk.volume.value} onChange=${(/** @type {any} */ event) => desk.setVolume(event.currentTarget.value)}>
      ${['off', 'soft', 'clear'].map((volume) => html`<option value=${volume} selected=${desk.volume.value === volume}>${t(`workspace.sound_${volume}`)}</option>`)}
    </select></label>`;
}

/** @param {{ desk: Desk, onKeys: () => void, onProfile: () => void }} props @returns {any} */
function More({ desk, onKeys, onProfile }) {
  return html`<div class="rail__more">
    <button type="button" class="rail__small" aria-current=${desk.room.value === 'profile' ? 'page' : undefined} onClick=${onProfile}>${icon('person')}${t('workspace.profile')}</button>
    <${SoundChoice} desk=${desk} />
    <button type="button" class="rail__small" onClick=${onKeys}>${icon('keys')}${t('workspace.keys_help')}</button>
    <button type="button" class="rail__small" onClick=${() => desk.signOut()}>${icon('leave')}${t('workspace.sign_out')}</button>
  </div>`;
}

/** On a narrow screen: what the rail has no room for. @param {{ desk: Desk, me: string, onKeys: () => void, onClose: () => void }} props @returns {any} */
function MoreDialog({ desk, me, onKeys, onClose }) {
  const keys = () => {
    onClose();
    onKeys();
  };
  const profile = () => {
    onClose();
    desk.go('profile');
  };
  return html`<${Dialog} id="more" title=${me} onCancel=${onClose}>
    <${More} desk=${desk} onKeys=${keys} onProfile=${profile} />
    <div class="dialog__actions"><button type="button" class="button" data-first onClick=${onClose}>${t('common.close')}</button></div>
  <//>`;
}

/** @param {{ model: WorkModel, desk: Desk, name: string, onKeys: () => void }} props @returns {any} */
export function Rail({ model, desk, name, onKeys }) {
  const [more, setMore] = useState(false);
  const { waiting, isLate, unread, team } = desk.counts.value;
  const me = model.me.value.name;
  return html`<div class="rail">
    <div class="rail__brand"><span class="brand__mark">${icon('shield')}</span><span>${name}</span></div>
    <nav class="rail__items" aria-label=${t('workspace.nav')}>
      <${Item} desk=${desk} room="requests" symbol="inbox" words=${t('workspace.first_requests')} short=${t('workspace.requests_short')}
        counter=${html`<${Counter} n=${waiting} late=${isLate} words=${t('workspace.count_waiting', { n: waiting })} />`} />
      <${Item} desk=${desk} room="messages" symbol="chat" words=${t('workspace.my_messages')} short=${t('workspace.messages_short')}
        counter=${html`<${Counter} n=${unread} words=${t('workspace.count_unread', { n: unread })} />`} />
      <${Item} desk=${desk} room="team" symbol="people" words=${t('workspace.team')} short=${t('workspace.team')}
        counter=${html`<${Counter} n=${team} words=${t('workspace.count_team', { n: team })} />`} />
    </nav>
    <div class="rail__me">
      <div class="rail__me-who"><span class="avatar" aria-hidden="true">${initials(me)}</span><span>${me}</span></div>
      ${!model.hasNoChats && html`<${Duty} model=${model} desk=${desk} />`}
      <${More} desk=${desk} onKeys=${onKeys} onProfile=${() => desk.go('profile')} />
    </div>
    <button type="button" class="rail__item rail__item--more" aria-haspopup="dialog" onClick=${() => setMore(true)}>${icon('more')}<span>${t('workspace.more')}</span></button>
    ${more && html`<${MoreDialog} desk=${desk} me=${me} onKeys=${onKeys} onClose=${() => setMore(false)} />`}
  </div>`;
}
