// The dialog in which a chat gets a name and a colour of one's own. Fetched when it is opened first.

import { Dialog } from '../../ui/dialog.js';
import { html, useRef, useState } from '../../ui/html.js';
import { icon } from '../../ui/icons.js';
import { lines, t } from '../../ui/text.js';

/** @typedef {import('./view-rename.js').RenameProps} RenameProps */

const MAX_CODE_POINTS = 40;

/** @param {{ chosen: number, onChoose: (colour: number) => void }} props @returns {any} */
function Colours({ chosen, onChoose }) {
  return html`<fieldset class="choice-group">
    <legend class="choice-group__legend">${t('workspace.colour')}</legend>
    <div class="choice-group__options">
      ${lines('workspace.colours').map((name, colour) => html`<label class="choice choice--pill" key=${name}>
        <input class="choice__input" type="radio" name="colour" value=${colour} checked=${chosen === colour}
          onChange=${() => onChoose(colour)} /><span class="swatch" data-tint=${colour || undefined} aria-hidden="true"></span>${name}</label>`)}
    </div>
  </fieldset>`;
}

/** @param {string} typed @returns {string} what is wrong with it; "" for nothing */
function tooLong(typed) {
  const n = [...typed].length;
  return n > MAX_CODE_POINTS ? t('workspace.nickname_long', { most: MAX_CODE_POINTS, n }) : '';
}

/** @param {RenameProps} props @returns {any} */
export function RenameDialog({ model, chat, isCase, onClose }) {
  const field = useRef(/** @type {HTMLInputElement | null} */ (null));
  const [colour, setColour] = useState(chat.colour);
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState(false);
  const save = async (/** @type {Event} */ event) => {
    event.preventDefault();
    if (busy) return;
    const typed = field.current?.value.trim() ?? '';
    const wrong = tooLong(typed);
    setProblem(wrong);
    if (wrong !== '') {
      field.current?.focus();
      return;
    }
    setBusy(true);
    const isSaved = await model.rename(chat.id, typed, colour);
    setBusy(false);
    if (isSaved) onClose();
    else setProblem(t('workspace.rename_failed'));
  };
  return html`<${Dialog} id="rename" title=${t('workspace.rename_title')} onCancel=${onClose}>
    <form class="dialog__form" onSubmit=${save} novalidate>
      <div class="field">
        <label class="field__label" for="nickname">${t(isCase ? 'workspace.nickname_case' : 'workspace.nickname')}</label>
        <p class="field__hint" id="nickname-hint">${t('workspace.nickname_hint')}</p>
        <input class="field__input" id="nickname" ref=${field} defaultValue=${chat.nickname} autocomplete="off" data-first
          aria-invalid=${problem === '' ? undefined : 'true'} aria-describedby="nickname-hint nickname-problem" />
        <div role="alert" id="nickname-problem">${problem !== '' && html`<p class="field__error">${icon('alert')}<span>${problem}</span></p>`}</div>
      </div>
      <${Colours} chosen=${colour} onChoose=${setColour} />
      <div class="dialog__actions">
        <button type="button" class="button" onClick=${onClose}>${t('common.cancel')}</button>
        <button type="submit" class="button button--primary" aria-disabled=${busy ? 'true' : undefined}>${busy ? t('common.moment') : t('workspace.rename_save')}</button>
      </div>
    </form>
  <//>`;
}
