// Signing in: name and passphrase. Paste and password managers work; nothing is locked after a slip.

import { html, useEffect, useRef, useState } from '../../ui/html.js';
import { icon } from '../../ui/icons.js';
import { hasText, t } from '../../ui/text.js';
import { after } from '../../ui/tick.js';

/** @typedef {import('./model.js').WorkModel} WorkModel */

/** No waiting longer than this without a reason. */
const SLOW_MS = 4_000;

/** @param {string} code */
function problemWords(code) {
  if (code === 'slow') return t('workspace.sign_in_slow_down');
  const key = `workspace.sign_in_${code.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`;
  return hasText(key) ? t(key) : t('workspace.sign_in_internal');
}

/** @param {{ field: { current: HTMLInputElement | null }, isWrong: boolean }} props @returns {any} */
function Passphrase({ field, isWrong }) {
  const [shown, setShown] = useState(false);
  return html`<div class="field">
    <label class="field__label" for="passphrase">${t('workspace.passphrase')}</label>
    <input class="field__input" id="passphrase" name="passphrase" type=${shown ? 'text' : 'password'} ref=${field} required
      aria-invalid=${isWrong ? 'true' : undefined} aria-describedby="sign-in-problem" autocomplete="current-password" autocapitalize="none" autocorrect=${false} spellcheck=${false} />
    <button type="button" class="button button--quiet button--small" aria-pressed=${shown ? 'true' : 'false'}
      onClick=${() => setShown(!shown)}>${shown ? t('workspace.hide_passphrase') : t('workspace.show_passphrase')}</button>
  </div>`;
}

/** @param {{ model: WorkModel, name: string }} props `name`: of the service @returns {any} */
export function SignIn({ model, name }) {
  const user = useRef(/** @type {HTMLInputElement | null} */ (null));
  const phrase = useRef(/** @type {HTMLInputElement | null} */ (null));
  const [slow, setSlow] = useState(false);
  const busy = model.stage.value === 'signingIn';
  const isLost = model.connection.value === 'lost';
  const problem = busy ? '' : model.problem.value;
  useEffect(() => {
    setSlow(false);
    return busy ? after(SLOW_MS, () => setSlow(true)) : undefined;
  }, [busy]);
  useEffect(() => { if (problem !== '') phrase.current?.focus(); }, [problem]);
  const submit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    const [typedName, typedPhrase] = [user.current?.value.trim() ?? '', phrase.current?.value ?? ''];
    if (busy || typedName === '' || typedPhrase === '') return;
    await model.signIn(typedName, typedPhrase);
  };
  return html`<div class="sign-in">
    <div class="sign-in__brand"><span class="brand__mark">${icon('shield')}</span><span>${name}</span></div>
    <form class="sign-in__card" onSubmit=${submit}>
      <h1 tabindex="-1" data-heading>${t('workspace.sign_in_title')}</h1>
      <p class="muted small">${t('workspace.title')}</p>
      <div class="field">
        <label class="field__label" for="user-name">${t('workspace.name')}</label>
        <input class="field__input" id="user-name" name="username" ref=${user} required autocomplete="username"
          autocapitalize="none" autocorrect=${false} spellcheck=${false} />
      </div>
      <${Passphrase} field=${phrase} isWrong=${problem === 'wrong'} />
      <div role="alert" id="sign-in-problem">${problem !== '' && html`<p class="field__error">${icon('alert')}<span>${problemWords(problem)}</span></p>`}</div>
      <button type="submit" class="button button--primary button--block" aria-disabled=${busy ? 'true' : undefined}>
        ${busy ? t('common.moment') : t('workspace.sign_in')}</button>
      <p class="small muted" role="status">${slow ? t(isLost ? 'workspace.offline' : 'workspace.sign_in_slow') : ''}</p>
    </form>
  </div>`;
}
