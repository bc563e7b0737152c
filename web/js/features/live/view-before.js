// Before the chat: one page, nothing required but the tick at the privacy notice.

import { CrisisFolded } from '../../ui/crisis.js';
import { html, useRef, useState } from '../../ui/html.js';
import { icon } from '../../ui/icons.js';
import { lines, t } from '../../ui/text.js';

/** @typedef {import('./view.js').SeekerViewConfig} SeekerViewConfig */
/** @typedef {import('./model.js').SeekerModel} SeekerModel */

/** @param {{ model: SeekerModel }} props @returns {any} */
function Topics({ model }) {
  // The last choice says nothing and is the one at the beginning.
  const choices = [...lines('before.topics').map((word) => ({ value: word, word })), { value: '', word: t('before.topic_none') }];
  return html`<fieldset class="choice-group" aria-describedby="topic-hint">
    <legend class="choice-group__legend">${t('before.topic')}</legend>
    <p class="field__hint" id="topic-hint">${t('before.topic_hint')}</p>
    <div class="choice-group__options">
      ${choices.map(({ value, word }) => html`<label class="choice choice--pill" key=${value}>
        <input class="choice__input" type="radio" name="topic" value=${value} checked=${model.topic.value === value}
          onChange=${() => { model.topic.value = value; }} />${word}</label>`)}
    </div>
  </fieldset>`;
}

/** @param {{ model: SeekerModel, label: string, hint: string, id: string }} props @returns {any} */
export function DraftField({ model, label, hint, id }) {
  return html`<div class="field">
    <label class="field__label" for=${id}>${label}</label>
    <p class="field__hint" id=${`${id}-hint`}>${hint}</p>
    <textarea class="field__input" id=${id} rows="4" autocomplete="off" aria-describedby=${`${id}-hint`}
      value=${model.draft.value}
      onInput=${(/** @type {any} */ event) => { model.draft.value = event.currentTarget.value; }}></textarea>
  </div>`;
}

/** @param {{ config: SeekerViewConfig }} props @returns {any} */
function ExitNotice({ config }) {
  return html`<details class="fold">
    <summary class="fold__summary">${t('before.exit_title')}</summary>
    <div class="fold__body">
      <p>${t('before.exit_how')}</p>
      <p>${t('before.exit_limit')}</p>
      <p><a href=${config.safeHref} target="_blank" rel="noreferrer">${t('before.exit_more')}</a></p>
    </div>
  </details>`;
}

/**
 * @param {{ config: SeekerViewConfig, box: { current: HTMLInputElement | null }, missing: boolean, onChange: () => void }} props
 * @returns {any}
 */
function PrivacyTick({ config, box, missing, onChange }) {
  return html`<div class="field">
    <label class="choice"><input class="choice__input" type="checkbox" id="privacy-read" ref=${box}
      aria-invalid=${missing ? 'true' : undefined} aria-describedby=${missing ? 'privacy-missing' : undefined}
      onChange=${onChange} />${t('before.privacy')}</label>
    ${missing && html`<p class="field__error" id="privacy-missing" role="alert">${icon('alert')}${t('before.privacy_missing')}</p>`}
    <p class="small"><a href=${config.privacyHref} target="_blank" rel="noreferrer">${t('before.privacy_link')}</a></p>
  </div>`;
}

/** Why it takes long: there is no line to the service. @param {{ model: SeekerModel, busy: boolean }} props @returns {any} */
function Line({ model, busy }) {
  const isLost = busy && model.connection.value === 'lost';
  return html`<p class=${isLost ? 'waiting__remark' : 'visually-hidden'} role="status">${isLost ? t('before.problem_unreachable') : ''}</p>`;
}

/**
 * Away from here: to the portal, or where somebody is signed in, to their conversations. A link would
 * leave the page, and the sign-in with it.
 * @param {{ config: SeekerViewConfig, words: string, isMain?: boolean }} props
 * @returns {any}
 */
export function Home({ config: { onHome, portalHref }, words, isMain = false }) {
  const look = isMain ? 'button button--primary' : 'button';
  if (onHome === undefined) return html`<a class=${look} href=${portalHref}>${words}</a>`;
  return html`<button type="button" class=${look} onClick=${onHome}>${t('access.to_conversations')}</button>`;
}

/** @param {{ model: SeekerModel, config: SeekerViewConfig }} props @returns {any} */
export function Before({ model, config }) {
  const [missing, setMissing] = useState(false);
  const [busy, setBusy] = useState(false);
  const box = useRef(/** @type {HTMLInputElement | null} */ (null));
  const confirm = async (/** @type {Event} */ event) => {
    event.preventDefault();
    if (busy) return;
    const isRead = box.current?.checked === true;
    setMissing(!isRead);
    if (!isRead) {
      box.current?.focus();
      return;
    }
    setBusy(true);
    try {
      await model.start();
    } finally {
      setBusy(false);
    }
  };
  return html`<form class="stage" onSubmit=${confirm} novalidate>
    <h1 class="stage__title" tabindex="-1" data-heading>${t('before.title')}</h1>
    <div class="stage__card">
      <p class="muted">${t('before.intro')}</p>
      <${Topics} model=${model} />
      <${DraftField} model=${model} id="before-draft" label=${t('before.draft')} hint=${t('before.draft_hint')} />
      <${PrivacyTick} config=${config} box=${box} missing=${missing} onChange=${() => setMissing(false)} />
      <${ExitNotice} config=${config} />
      <div class="stage__actions">
        <button type="submit" class="button button--primary" aria-disabled=${busy ? 'true' : undefined}>
          ${busy ? t('common.moment') : t('before.confirm')}</button>
        <${Home} config=${config} words=${t('before.back')} />
      </div>
      <${Line} model=${model} busy=${busy} />
    </div>
    <${CrisisFolded} lines=${config.crisis} />
  </form>`;
}
