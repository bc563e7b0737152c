// The three steps to an access, over the waiting room or the chat: whoever is asked there loses nothing
// of it. This module and everything behind it is fetched when somebody wants one.

import { CreateModel } from '../accounts/create.js';
import { showCreate } from '../accounts/view-create.js';
import { Dialog } from '../../ui/dialog.js';
import { html, useEffect, useRef, useState } from '../../ui/html.js';
import { language, t } from '../../ui/text.js';
import { report } from '../../core/errors.js';
import { own } from '../../core/tasks.js';

/** @typedef {import('./model.js').SeekerModel} SeekerModel */
/** From where somebody comes to the three steps; '' : nobody does. @typedef {'' | 'waiting' | 'chat'} Purpose */

/**
 * Draws the steps into `element`; returns what takes them away.
 * @param {SeekerModel} model
 * @param {'waiting' | 'chat'} purpose
 * @param {HTMLElement} element
 * @param {() => void} onClose
 */
async function draw(model, purpose, element, onClose) {
  const steps = await CreateModel.begin((chosen) => model.register(chosen), language());
  const onDone = (/** @type {boolean} */ sheetNoted) => {
    const keyring = model.account.peek()?.keyring;
    if (keyring !== undefined) own('noting the sheet', keyring.keepSettings(() => ({ sheetNoted })));
    onClose();
  };
  return showCreate(steps, { purpose, onDone, onCancel: onClose }, element);
}

/** @param {{ model: SeekerModel, purpose: 'waiting' | 'chat', onClose: () => void }} props @returns {any} */
export function AccessDialog({ model, purpose, onClose }) {
  // Empty here for good: what stands in it is drawn by the access room.
  const place = useRef(/** @type {HTMLElement | null} */ (null));
  const [state, setState] = useState(/** @type {'fetching' | 'there' | 'failed'} */ ('fetching'));
  useEffect(() => {
    let isThere = true;
    let takeAway = () => {};
    draw(model, purpose, /** @type {HTMLElement} */ (place.current), onClose).then((end) => {
      if (!isThere) end();
      else takeAway = end;
      if (isThere) setState('there');
    }).catch((error) => {
      report('drawing the three steps', error);
      if (isThere) setState('failed');
    });
    return () => {
      isThere = false;
      takeAway();
    };
  }, []);
  return html`<${Dialog} id="access" title=${t('wait.access')} exit wide onCancel=${onClose}>
    ${state !== 'there' && html`<p class="dialog__text" role="status">${t(state === 'failed' ? 'before.problem_unreachable' : 'common.moment')}</p>`}
    ${state === 'failed' && html`<div class="dialog__actions"><button type="button" class="button" onClick=${onClose}>${t('common.close')}</button></div>`}
    <div ref=${place}></div>
  <//>`;
}
