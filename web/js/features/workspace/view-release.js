// Giving an own written conversation back to the team: who reads it from then on, and whether what is typed goes along;
// and the draft that came with one. Fetched when somebody wants to, or there is one.

import { Dialog } from '../../ui/dialog.js';
import { html, useEffect, useState } from '../../ui/html.js';
import { icon } from '../../ui/icons.js';
import { t } from '../../ui/text.js';
import { TeamReaders } from './view-enquiry.js';

/** @typedef {import('./casethread.js').CaseThread} CaseThread */
/** @typedef {import('./model.js').WorkModel} WorkModel */
/** @typedef {import('./view-desk.js').Desk} Desk */
/** @typedef {{ model: WorkModel, desk: Desk, id: string, thread: CaseThread }} OwnProps */

/** Who would read it, and whether these are leads only. @param {WorkModel} model @param {string} id @param {CaseThread} thread */
function useReaders(model, id, thread) {
  const [readers, setReaders] = useState(/** @type {(import('./place.js').Readers & { isForLeads: boolean }) | null} */ (null));
  useEffect(() => {
    let isShown = true;
    model.written.releases().then((releases) => { if (isShown) setReaders({ ...releases.readersOf(thread), isForLeads: releases.isForLeads(id) }); }, () => {});
    return () => { isShown = false; };
  }, []);
  return readers;
}

/** @param {OwnProps & { onDone: () => void }} props @returns {any} */
export function ReleaseDialog({ model, desk, id, thread, onDone }) {
  const [withDraft, setDraft] = useState(true);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState('');
  const hasDraft = thread.draft.value.trim() !== '';
  const name = thread.peerName.value;
  const readers = useReaders(model, id, thread);
  const release = async (/** @type {Event} */ event) => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    if (await desk.release(id, withDraft)) return;
    setBusy(false);
    setProblem(t('release.failed'));
  };
  const isForLeads = readers?.isForLeads ?? false;
  return html`<${Dialog} id="release" title=${t(isForLeads ? 'release.title_leads' : 'release.title')} onCancel=${onDone} wide>
    <form class="dialog__form" onSubmit=${release} novalidate>
      <p class="dialog__text">${t(isForLeads ? 'release.text_leads' : 'release.text', { name })}</p>
      <div class="detail__promise">${icon('shield')}<div><h3 class="detail__label">${t('release.reads')}</h3>
        ${readers !== null && html`<${TeamReaders} readers=${readers} />`}<p>${t('release.whole')}</p></div></div>
      ${hasDraft && html`<div><label class="choice"><input class="choice__input" type="checkbox" checked=${withDraft} aria-describedby="release-draft"
          onChange=${() => setDraft(!withDraft)} /><span>${t('release.draft')}</span></label>
        <p class="choice__about" id="release-draft">${t('release.draft_hint', { name })}</p></div>`}
      ${model.finding.noted.value.has(id) && html`<p class="dialog__text">${t('release.noted')}</p>`}
      <div class="field__alert" role="alert">${problem !== '' && html`<p class="field__error">${icon('alert')}<span>${problem}</span></p>`}</div>
      <div class="dialog__actions">
        <button type="button" class="button" data-first onClick=${onDone}>${t('common.cancel')}</button>
        <button type="submit" class="button button--primary" aria-disabled=${busy ? 'true' : undefined}>${busy ? t('common.moment') : t('release.go')}</button>
      </div>
    </form>
  <//>`;
}

/** Above the field, until I have written myself. @param {{ by: string }} props @returns {any} */
export function DraftBy({ by }) {
  return html`<p class="composer__status">${t('release.draft_by', { name: by || t('workspace.a_colleague') })}</p>`;
}

/** What came with a request that was given back. @param {{ content: import('./firstrequest.js').Content }} props @returns {any} */
export function GivenDraft({ content }) {
  return html`<section class="card" aria-labelledby="request-draft"><h3 id="request-draft">${t('release.draft_of', { name: content.draftBy || t('workspace.a_colleague') })}</h3>
    <p class="unsent">${content.draft}</p><p class="small muted">${t('release.draft_goes_along')}</p></section>`;
}
