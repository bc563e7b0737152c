// "Team": who belongs to it, who would like to, and what follows when somebody leaves.

import { Dialog } from '../../ui/dialog.js';
import { focusOn, keepFocus } from '../../ui/focus.js';
import { initials, timeOfDay } from '../../ui/format.js';
import { html, useEffect, useLayoutEffect, useRef, useState } from '../../ui/html.js';
import { icon } from '../../ui/icons.js';
import { lazy } from '../../ui/lazy.js';
import { language, t } from '../../ui/text.js';
import { own } from '../../core/tasks.js';
import { NameForm } from './view-name.js';
import { Admission, RestartCard, SealingCard } from './view-team-cards.js';
import { KeyWords, dateWords, failureWords, nameOf, useBusy } from './view-team-parts.js';

/** @typedef {import('./model.js').WorkModel} WorkModel */
/** @typedef {import('./teamview.js').Candidate} Candidate */
/** @typedef {import('./teamview.js').Person} Person */
/** @typedef {import('./teamview.js').TeamView} TeamView */
/** @typedef {(words: string) => void} Say tells once, also to a screen reader */

/**
 * Typing the name is no hurdle but a moment: a new key is drawn, and everybody is told nothing.
 * @param {{ model: WorkModel, team: TeamView, person: Person, onClose: () => void, onDone: Say }} props
 * @returns {any}
 */
function TakeOutDialog({ model, team, person, onClose, onDone }) {
  const field = useRef(/** @type {HTMLInputElement | null} */ (null));
  const [problem, setProblem] = useState('');
  const [busy, run] = useBusy();
  const name = nameOf(person);
  const wanted = person.name === '' ? t('workspace.team_take_out_word') : person.name;
  const takeOut = (/** @type {Event} */ event) => {
    event.preventDefault();
    if (field.current?.value.trim().toLowerCase() !== wanted.toLowerCase()) {
      setProblem(t('workspace.team_take_out_differs'));
      field.current?.focus();
      return;
    }
    own('taking out of the team', run(async () => {
      const outcome = await model.team.takeOut(team.id, person.id);
      setProblem(failureWords(outcome));
      if (outcome === 'done') onDone(t('workspace.team_taken_out', { name }));
    }));
  };
  return html`<${Dialog} id="take-out" title=${t('workspace.team_take_out_title', { name })} onCancel=${onClose}>
    <form class="dialog__form" onSubmit=${takeOut} novalidate>
      <ul class="team__meaning"><li>${t('workspace.team_take_out_next', { name })}</li><li>${t('workspace.team_take_out_keys')}</li><li>${t('workspace.team_take_out_own', { name })}</li></ul>
      <div class="field">
        <label class="field__label" for="take-out-name">${t('workspace.team_take_out_type', { name: wanted })}</label>
        <input class="field__input" id="take-out-name" ref=${field} autocomplete="off" autocapitalize="none" spellcheck=${false} data-first
          aria-invalid=${problem === '' ? undefined : 'true'} aria-describedby="take-out-problem" />
        <div role="alert" id="take-out-problem">${problem !== '' && html`<p class="field__error">${icon('alert')}<span>${problem}</span></p>`}</div>
      </div>
      <div class="dialog__actions">
        <button type="button" class="button" onClick=${onClose}>${t('common.cancel')}</button>
        <button type="submit" class="button button--danger" aria-disabled=${busy ? 'true' : undefined}>${busy ? t('common.moment') : t('workspace.team_take_out_now')}</button>
      </div>
    </form>
  <//>`;
}

/** @param {{ model: WorkModel, person: Person }} props @returns {any} */
function Words({ model, person: { certificate, name } }) {
  const [isOpen, setOpen] = useState(false);
  if (certificate === null) return null;
  const label = t('workspace.team_words_of', { name: nameOf({ name }) });
  return html`<details class="fold team__words" onToggle=${(/** @type {any} */ event) => setOpen(event.currentTarget.open)}>
    <summary class="fold__summary">${t('workspace.team_words')}<span class="visually-hidden">${nameOf({ name })}</span></summary>
    ${isOpen && html`<div class="fold__body"><${KeyWords} load=${() => model.team.wordsOf(certificate)} label=${label} /></div>`}
  </details>`;
}

/** @param {{ model: WorkModel, person: Person, note: string, children?: any }} props @returns {any} */
function Row({ model, person, note, children }) {
  const name = nameOf(person);
  return html`<li class="team__person">
    <span class="avatar" aria-hidden="true">${initials(person.name)}</span>
    <div class="team__who"><p class="team__name">${person.isMe ? t('workspace.team_me', { name }) : name}</p><p class="muted small">${note}</p></div>
    ${children}
    <${Words} model=${model} person=${person} />
  </li>`;
}

/** @param {{ model: WorkModel, team: TeamView, onSay: Say }} props @returns {any} */
function Members({ model, team, onSay }) {
  const [leaving, setLeaving] = useState(/** @type {Person | null} */ (null));
  const done = (/** @type {string} */ words) => {
    setLeaving(null);
    onSay(words);
  };
  const noteOf = (/** @type {Person} */ { untilMs }) => (untilMs === 0 ? t('workspace.team_not_certified') : t('workspace.team_until', { day: dateWords(untilMs) }));
  return html`<section class="card" aria-labelledby=${`members-${team.id}`}>
    <h3 id=${`members-${team.id}`}>${t('workspace.team_members')}</h3>
    <ul class="team__people">${team.members.map((person) => html`<${Row} key=${person.id} model=${model} person=${person} note=${noteOf(person)}>
      ${!person.isMe && team.restart === null && html`<button type="button" class="button button--quiet button--small team__out" aria-haspopup="dialog"
        onClick=${() => setLeaving(person)}>${t('workspace.team_take_out')}<span class="visually-hidden"> ${nameOf(person)}</span></button>`}
    <//>`)}</ul>
    ${team.members.some((person) => person.isMe && person.name === '') && html`<${NameForm} model=${model} />`}
    <p class="muted small">${t('workspace.team_key_until', { day: dateWords(team.untilMs) })}</p>
    ${leaving !== null && html`<${TakeOutDialog} model=${model} team=${team} person=${leaving} onClose=${() => setLeaving(null)} onDone=${done} />`}
  </section>`;
}

/** @param {{ model: WorkModel, team: TeamView, others: readonly Candidate[], onOpen: (id: string) => void }} props @returns {any} */
function Others({ model, team, others, onOpen }) {
  if (others.length === 0) return null;
  return html`<details class="fold" data-others><summary class="fold__summary">${t('workspace.team_others')}</summary>
    <div class="fold__body"><p class="muted small">${t('workspace.team_others_text')}</p>
      <ul class="team__people">${others.map((person) => html`<${Row} key=${person.id} model=${model} person=${person} note=${t(person.isBack ? 'workspace.team_standing_back' : `workspace.team_standing_${person.standing}`)}>
        ${team.restart === null && html`<button type="button" class="button button--quiet button--small team__out" onClick=${() => onOpen(person.id)}>${t('workspace.team_admit_open')}
          <span class="visually-hidden"> ${nameOf(person)}</span></button>`}<//>`)}</ul>
    </div></details>`;
}

/** Only leads have it. @type {(props: { desk: import('./contactdesk.js').ContactDesk, id: string }) => any} */
const LeadContactsCard = lazy(async () => (await import('./view-leadcontacts.js')).LeadContactsCard, (_, hasFailed) => html`<p role="status">${t(hasFailed ? 'workspace.team_offline' : 'common.moment')}</p>`);

/** @param {{ model: WorkModel, team: TeamView }} props @returns {any} */
function LeadContacts({ model, team }) {
  const [desk, setDesk] = useState(/** @type {import('./contactdesk.js').ContactDesk | null} */ (null));
  useEffect(() => { own('contact data', model.team.contactsOf(team.id).then(setDesk)); }, []);
  return desk === null ? null : html`<${LeadContactsCard} desk=${desk} id=${team.id} />`;
}

/** @param {{ model: WorkModel, team: TeamView, onSay: Say }} props @returns {any} */
function Team({ model, team, onSay }) {
  const [opened, setOpened] = useState(/** @type {readonly string[]} */ ([]));
  const isAsked = (/** @type {Candidate} */ one) => opened.includes(one.id) || (one.standing === 'new' && !model.team.isPutOff(one.id));
  const asked = team.restart === null ? team.candidates.filter(isAsked) : [];
  const later = (/** @type {string} */ id) => {
    setOpened(opened.filter((one) => one !== id));
    model.team.putOff(id);
    focusOn('[data-heading]');
  };
  return html`<section class="team" aria-labelledby=${`team-${team.id}`}>
    <h2 id=${`team-${team.id}`}>${team.place}</h2>
    <${RestartCard} model=${model} team=${team} />
    ${asked.map((candidate) => html`<${Admission} key=${candidate.id} model=${model} team=${team} candidate=${candidate} onDone=${onSay} onLater=${() => later(candidate.id)} />`)}
    <${SealingCard} model=${model} team=${team} />
    ${team.isLeads && team.restart === null && html`<${LeadContacts} key=${`contacts ${team.id}`} model=${model} team=${team} />`}
    <${Members} model=${model} team=${team} onSay=${onSay} />
    <${Others} model=${model} team=${team} others=${team.candidates.filter((one) => !asked.includes(one))}
      onOpen=${(/** @type {string} */ id) => { setOpened([...opened, id]); focusOn('[data-heading]'); }} />
  </section>`;
}

/** What stands there while there is nothing to show. @param {WorkModel} model */
function emptyWords({ team, connection }) {
  if (team.isRead.value) return t('workspace.team_none');
  return t(connection.value === 'lost' ? 'workspace.team_offline' : 'workspace.team_loading');
}

/** @param {number} atMs */
function witnessedWords(atMs) {
  return t('lognews.witnessed', { day: dateWords(atMs), time: timeOfDay(atMs, language()) });
}

/** @param {{ model: WorkModel }} props @returns {any} */
export function TeamRoomView({ model }) {
  const [said, setSaid] = useState('');
  const { teams, problem } = model.team;
  // What stood here until it was fetched had the focus.
  useLayoutEffect(() => keepFocus('[data-heading]'), []);
  useEffect(() => { own('looking at the team', model.team.look()); }, []);
  // The button that had the focus is gone; the sentence stands under the heading.
  const say = (/** @type {string} */ words) => {
    setSaid(words);
    focusOn('[data-heading]');
  };
  return html`<section class="workspace__room" aria-labelledby="team-title">
    <div class="pane-head pane-head--alone"><h1 class="pane-head__title" id="team-title" tabindex="-1" data-heading>${t('workspace.team')}</h1></div>
    <div class="workspace__scroll"><div class="team-room">
      <div role="status">${said !== '' && html`<p class="team__said">${icon('check')}<span>${said}</span></p>`}</div>
      ${problem.value !== '' && html`<div class="notice notice--warn team__notice"><p>${t(problem.value === 'offline' ? 'workspace.team_offline' : 'workspace.team_problem')}</p>
        <p><button type="button" class="button button--small" onClick=${() => own('looking at the team', model.team.look())}>${t('common.try_again')}</button></p></div>`}
      ${teams.value.map((team) => html`<${Team} key=${team.id} model=${model} team=${team} onSay=${say} />`)}
      ${model.witnessed !== null && html`<p class="small muted">${witnessedWords(model.witnessed.atMs)}</p>`}
      ${teams.value.length === 0 && html`<div class="empty-state">${icon('people')}<p role="status">${emptyWords(model)}</p></div>`}
    </div></div>
  </section>`;
}
