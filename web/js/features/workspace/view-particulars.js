// What a counsellor notes about a person: read, typed by hand, and taken from the first request after being asked.

import { own } from '../../core/tasks.js';
import { Dialog } from '../../ui/dialog.js';
import { html, useEffect, useLayoutEffect, useState } from '../../ui/html.js';
import { icon } from '../../ui/icons.js';
import { t } from '../../ui/text.js';
import { underSameName } from './filters.js';
import { FIELDS, LONG_FIELDS, NOTHING_NOTED, tooLong, united } from './particularsform.js';
import { Problem, Take, problemWords, wordOf } from './view-particularstaken.js';

/** @typedef {import('./model.js').WorkModel} WorkModel */
/** @typedef {import('./casethread.js').CaseThread} CaseThread */
/** @typedef {import('./particulars.js').Particulars} Particulars */
/** @typedef {import('./particulars.js').Outcome} Outcome */
/** @typedef {import('./particularsform.js').About} About */
/** @typedef {import('./particularsform.js').Field} Field */
/** @typedef {import('./particularsform.js').Version} Version */
/** @typedef {{ model: WorkModel, particulars: Particulars, id: string, thread: CaseThread }} Props */

/** @param {{ about: About }} props @returns {any} */
function Noted({ about }) {
  return html`<dl class="pairs noted">${FIELDS.filter((field) => about[field] !== '').map((field) => html`<dt key=${field}>${wordOf(field)}</dt><dd>${about[field]}</dd>`)}</dl>`;
}

/** @param {{ about: About, field: Field, onType: (typed: string) => void, isFirst: boolean }} props @returns {any} */
function Typing({ about, field, onType, isFirst }) {
  const [long] = tooLong(about).filter((one) => one.field === field);
  const about16 = {
    id: `particulars-${field}`, class: 'field__input', value: about[field], autocomplete: 'off', 'data-first': isFirst || undefined,
    'aria-invalid': long === undefined ? undefined : 'true', 'aria-describedby': `particulars-${field}-long`,
    onInput: (/** @type {any} */ event) => onType(event.currentTarget.value),
  };
  return html`<div class="field"><label class="field__label" for=${about16.id}>${wordOf(field)}</label>
    ${LONG_FIELDS.includes(field) ? html`<textarea ...${about16}></textarea>` : html`<input ...${about16} />`}
    <div id=${`particulars-${field}-long`} role="status">${long !== undefined && html`<p class="field__error">${icon('alert')}<span>${t('particulars.too_long', { ...long, field: wordOf(field) })}</span></p>`}</div></div>`;
}

/** The pencil. @param {Props & { onDone: (said: string) => void }} props @returns {any} */
function Edit({ particulars, id, onDone }) {
  const [problem, setProblem] = useState('');
  const about = particulars.typed.value.get(id)?.about;
  if (about === undefined) return null;
  const save = async () => {
    const outcome = await particulars.save(id);
    if (outcome === 'done') onDone(t('particulars.saved'));
    else setProblem(problemWords(outcome, about));
  };
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    own('particulars', save());
  };
  const discard = async () => {
    await particulars.discard(id);
    onDone('');
  };
  return html`<form class="dialog__form" onSubmit=${submit} novalidate>
    ${FIELDS.map((field, at) => html`<${Typing} key=${field} about=${about} field=${field} isFirst=${at === 0} onType=${(/** @type {string} */ typed) => particulars.type(id, { [field]: typed })} />`)}
    <p class="small muted">${t('particulars.kept')}</p>
    <${Problem} words=${problem} />
    <div class="dialog__actions"><button type="button" class="button" onClick=${() => own('particulars', discard())}>${t('particulars.discard')}</button>
      <button type="submit" class="button button--primary">${t('particulars.save')}</button></div>
  </form>`;
}

/** @param {Props & { onDone: (said: string) => void }} props @returns {any} */
function Remove({ particulars, id, thread, onDone }) {
  const [problem, setProblem] = useState('');
  const remove = async () => {
    const outcome = await particulars.remove(id);
    if (outcome === 'done') onDone(t('particulars.removed'));
    else setProblem(problemWords(outcome, NOTHING_NOTED));
  };
  return html`<p class="dialog__text">${t('particulars.remove_ask', { name: thread.peerName.value })}</p><${Problem} words=${problem} />
    <div class="dialog__actions"><button type="button" class="button" data-first onClick=${() => onDone('')}>${t('common.cancel')}</button>
      <button type="button" class="button button--danger" onClick=${() => own('particulars', remove())}>${t('particulars.remove')}</button></div>`;
}

/** What another device wrote at the same time. @param {{ others: readonly Version[], onUnite: () => void }} props @returns {any} */
function Others({ others, onUnite }) {
  return others.length > 0 && html`<section class="card" aria-labelledby="particulars-others"><h3 id="particulars-others">${t('particulars.two_title')}</h3>
    <p>${t('particulars.two')}</p>${others.map((one) => html`<${Noted} key=${one.id} about=${one.about} />`)}
    <div class="card__actions"><button type="button" class="button button--small" onClick=${onUnite}>${t('particulars.unite')}</button></div></section>`;
}

/** What was typed elsewhere and not saved. @param {{ draft: Version | null, onGoOn: () => void, onDiscard: () => void }} props @returns {any} */
function Draft({ draft, onGoOn, onDiscard }) {
  return draft !== null && html`<section class="card" aria-labelledby="particulars-draft"><h3 id="particulars-draft">${t('particulars.draft_title')}</h3>
    <${Noted} about=${draft.about} />
    <div class="card__actions"><button type="button" class="button button--small" onClick=${onGoOn}>${t('particulars.go_on')}</button>
      <button type="button" class="button button--small button--quiet" onClick=${onDiscard}>${t('particulars.discard')}</button></div></section>`;
}

/** What stands beside other conversations under the same name: a name is no proof. @param {{ found: readonly Version[], name: string, onLink: (version: Version) => void }} props @returns {any} */
function SameName({ found, name, onLink }) {
  return found.map((version) => html`<section class="card" key=${version.id} aria-label=${t('particulars.same_title')}><p>${t('particulars.same', { name })}</p>
    <details class="fold"><summary class="fold__summary">${t('particulars.same_show')}</summary><div class="fold__body"><${Noted} about=${version.about} />
      <div class="card__actions"><button type="button" class="button button--small" onClick=${() => onLink(version)}>${t('particulars.same_yes')}</button></div></div></details></section>`);
}

/** @param {Props} props */
function sameNameOf({ model, particulars, id, thread }) {
  const all = model.written.cases.value.map((one) => ({ id: one.id, pseudonym: one.model?.pseudonym.value ?? '' }));
  return particulars.beside(id, underSameName({ id, pseudonym: thread.pseudonym.value }, all).map((one) => one.id));
}

/** @param {Props & { say: (said: string) => void, go: (step: 'take' | 'remove') => void, onDone: () => void }} props @returns {any} */
function Shown(props) {
  const { particulars, id, thread, say, go, onDone } = props;
  const [problem, setProblem] = useState('');
  const [version, ...others] = particulars.of(id);
  const about = version?.about ?? NOTHING_NOTED;
  const found = version === undefined ? sameNameOf(props) : [];
  const draft = particulars.draftOf(id);
  const change = async (/** @type {Promise<Outcome>} */ work, /** @type {string} */ words) => {
    const outcome = await work;
    setProblem(problemWords(outcome, about));
    if (outcome === 'done') say(words);
  };
  const link = (/** @type {Version} */ other) => own('particulars', change(particulars.link(id, other), t('particulars.saved')));
  const unlink = () => own('particulars', change(particulars.unlink(id, version), t('particulars.unlinked')));
  const count = version?.tickets.length ?? 0;
  return html`<p class="dialog__text">${t('particulars.intro')}</p>
    ${version === undefined ? html`<p class="dialog__text">${t('particulars.none')}</p>` : html`<${Noted} about=${about} />`}
    <${Others} others=${others} onUnite=${() => particulars.begin(id, united([version, ...others]), [version, ...others])} />
    <${Draft} draft=${draft} onGoOn=${() => draft !== null && particulars.goOn(id, draft)} onDiscard=${() => own('particulars', particulars.discard(id))} />
    <${SameName} found=${found} name=${thread.pseudonym.value} onLink=${link} />
    ${count > 1 && html`<p class="small muted">${t('particulars.linked', { n: count })} <button type="button" class="button button--small button--quiet" onClick=${unlink}>${t('particulars.unlink')}</button></p>`}
    <p class="small muted">${t('particulars.ends')}</p>
    <${Problem} words=${problem} />
    <div class="dialog__actions">
      ${version !== undefined && html`<button type="button" class="button button--quiet" onClick=${() => go('remove')}>${t('particulars.remove_go')}</button>`}
      ${enquiryOf(thread) !== null && html`<button type="button" class="button" onClick=${() => go('take')}>${t('particulars.take_go')}</button>`}
      <button type="button" class="button" onClick=${() => particulars.begin(id, about, version === undefined ? [] : [version])}>${icon('pencil')}${t('particulars.edit')}</button>
      <button type="button" class="button button--primary" onClick=${onDone}>${t('common.close')}</button></div>`;
}

/** What the first request carries; null where nothing of it is known here. @param {CaseThread} thread */
function enquiryOf({ learned, messages, topic, subject }) {
  const first = learned.enquiry.value;
  if (first === null) return null;
  return { topic: topic.value, subject: subject.value, text: messages.value.find(({ n }) => n === first.n)?.text ?? '' };
}

/** @param {Props & { onDone: () => void }} props @returns {any} */
export function Sheet(props) {
  const { model, particulars, id, thread, onDone } = props;
  const [at, go] = useState(/** @type {'shown' | 'take' | 'remove'} */ ('shown'));
  const [said, say] = useState('');
  const step = particulars.typed.value.has(id) ? 'edit' : at;
  // What had the focus is gone with the part that it stood in; at once, so that nothing is typed into another field.
  useLayoutEffect(() => {
    const first = document.querySelector('#particulars [data-first]') ?? document.querySelector('#particulars .dialog__title');
    /** @type {HTMLElement | null} */ (first)?.focus();
    if (step !== 'shown') say('');
  }, [step]);
  // What is typed is left: it is to be there on any device.
  useEffect(() => () => { if (particulars.typed.peek().has(id)) own('saving drafts', model.saveDrafts()); }, []);
  const back = (/** @type {string} */ words) => {
    say(words);
    go('shown');
  };
  const enquiry = enquiryOf(thread);
  return html`<${Dialog} id="particulars" title=${t('workspace.particulars')} onCancel=${onDone} wide>
    <p class="noted__said" role="status">${said !== '' && html`${icon('check')}${said}`}</p>
    ${step === 'edit' && html`<${Edit} ...${props} onDone=${back} />`}
    ${step === 'remove' && html`<${Remove} ...${props} onDone=${back} />`}
    ${step === 'take' && enquiry !== null && html`<${Take} particulars=${particulars} id=${id} enquiry=${enquiry} onDone=${back} />`}
    ${step === 'shown' && html`<${Shown} ...${props} say=${say} go=${go} />`}
  <//>`;
}
