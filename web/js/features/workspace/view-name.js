// One's own name, signed: as the team and seekers see it.

import { html, useRef, useState } from '../../ui/html.js';
import { icon } from '../../ui/icons.js';
import { t } from '../../ui/text.js';
import { own } from '../../core/tasks.js';
import { useBusy } from './view-team-parts.js';

/** @typedef {import('./model.js').WorkModel} WorkModel */

const MAX_NAME_CHARS = 80;

/** @param {{ model: WorkModel }} props @returns {any} */
export function NameForm({ model }) {
  const field = useRef(/** @type {HTMLInputElement | null} */ (null));
  const [problem, setProblem] = useState('');
  const [busy, run] = useBusy();
  const save = (/** @type {Event} */ event) => {
    event.preventDefault();
    const name = field.current?.value.normalize('NFC').trim() ?? '';
    if (name === '' || [...name].length > MAX_NAME_CHARS) {
      setProblem(t('workspace.team_name_bad', { most: MAX_NAME_CHARS }));
      field.current?.focus();
      return;
    }
    own('saving the name', run(async () => setProblem(await model.saveName(name) ? '' : t('workspace.team_name_failed'))));
  };
  return html`<form class="name-form" onSubmit=${save} novalidate>
    <h3>${t('workspace.team_name_title')}</h3>
    <div class="field">
      <label class="field__label" for="own-name">${t('workspace.team_name')}</label>
      <p class="field__hint" id="own-name-hint">${t('workspace.team_name_hint')}</p>
      <input class="field__input" id="own-name" ref=${field} autocomplete="name" defaultValue=${model.me.value.name || model.formerName}
        aria-invalid=${problem === '' ? undefined : 'true'} aria-describedby="own-name-hint own-name-problem" />
      <div role="alert" id="own-name-problem">${problem !== '' && html`<p class="field__error">${icon('alert')}<span>${problem}</span></p>`}</div>
    </div>
    <button type="submit" class="button" aria-disabled=${busy ? 'true' : undefined}>${busy ? t('common.moment') : t('workspace.team_name_save')}</button>
  </form>`;
}
