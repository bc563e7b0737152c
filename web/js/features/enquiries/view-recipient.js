// To whom somebody writes, and what that means: chosen and said before anything is sent.

import { equal } from '../../crypto/primitives.js';
import { html } from '../../ui/html.js';
import { icon } from '../../ui/icons.js';
import { About, Face } from '../../ui/person.js';
import { t } from '../../ui/text.js';
import { answerDay } from '../../core/workdays.js';
import { isChoice } from './people.js';
import { WHOLE_TEAM, isOpen, recipientOf } from './recipient.js';
import { dayWords, levelWords, spanWords, teamNames } from './words.js';

/** @typedef {import('./enquiry.js').Enquiry} Enquiry */
/** @typedef {import('./people.js').Person} Person */
/** @typedef {import('./people.js').Team} Team */
/** @typedef {import('./view.js').EnquiryConfig} EnquiryConfig */

/**
 * @param {{ id: string, name: string, face?: any, isChosen: boolean, isFixed: boolean, onChoose: () => void, children?: any }} props
 * @returns {any}
 */
function Choice({ id, name, face = null, isChosen, isFixed, onChoose, children }) {
  return html`<div class="recipient">
    <label class="choice"><input class="choice__input" type="radio" name="recipient" checked=${isChosen} disabled=${isFixed}
      aria-describedby=${`${id}-about`} onChange=${onChoose} />${face}<span class="recipient__name">${name}</span></label>
    <div class="recipient__about" id=${`${id}-about`}>${children}</div>
  </div>`;
}

/** @param {{ enquiry: Enquiry, team: Team | null, onEnd: () => void }} props @returns {any} */
export function Recipients({ enquiry, team, onEnd }) {
  const { addressee } = enquiry.typed.value;
  const people = choicesOf(team);
  const choose = (/** @type {Uint8Array} */ subject16) => () => enquiry.type({ addressee: subject16 });
  const isFixed = enquiry.isFixed;
  return html`<fieldset class="choice-group">
    <legend class="choice-group__legend">${t('enquiries.to')}</legend>
    <${Choice} id="to-team" name=${levelWords('to_team')} isChosen=${addressee.length === 0} isFixed=${isFixed} onChoose=${choose(WHOLE_TEAM)}>
      <p>${levelWords('to_team_hint')}</p><//>
    ${people.length > 0 && html`<details class="fold" open=${addressee.length > 0}>
      <summary class="fold__summary">${t('enquiries.to_person')}</summary>
      <div class="fold__body recipients">${people.map((person, n) => html`<${Choice} key=${String(person.subject16)} id=${`to-${n}`} name=${person.name}
        face=${html`<${Face} name=${person.name} portrait=${person.portrait} />`}
        isChosen=${equal(addressee, person.subject16)} isFixed=${isFixed} onChoose=${choose(person.subject16)}>
        <${Takes} team=${team} person=${person} onEnd=${onEnd} /><${About} person=${person} /><//>`)}</div>
    </details>`}
  </fieldset>`;
}

/** The own regular counsellor first, then who is known, then who has a place, else by name. @param {Team | null} team */
function choicesOf(team) {
  const place = (/** @type {Person} */ { subject16 }) => (team === null ? 0
    : 4 * Number(equal(team.regular, subject16)) + 2 * Number(isKnown(team, subject16)) + Number(isOpen(team.told, subject16)));
  return (team?.persons.filter(isChoice) ?? []).sort((one, other) => place(other) - place(one));
}

/** @param {Team} team @param {Uint8Array} subject16 */
function isKnown({ known, passing }, subject16) {
  return [...known, ...passing].some((one) => equal(one, subject16));
}

/** Has had a conversation that was done, and may begin another where there is no place. @param {Team} team @param {Uint8Array} subject16 */
function passes({ passing }, subject16) {
  return passing.some((one) => equal(one, subject16));
}

/** What somebody is to the one who writes, and whether they take on new enquiries. @param {{ team: Team | null, person: Person, onEnd: () => void }} props @returns {any} */
function Takes({ team, person, onEnd }) {
  if (team === null) return null;
  if (equal(team.regular, person.subject16)) {
    return html`<p class="recipient__takes" data-open="true">${icon('check')}<span>${t('enquiries.regular')}</span></p>
      <button type="button" class="button button--small button--quiet recipient__end" onClick=${onEnd}>${t('enquiries.regular_end')}</button>`;
  }
  return html`${isKnown(team, person.subject16) && html`<p class="recipient__known">${t('enquiries.known')}</p>`}<${Place} team=${team} person=${person} />`;
}

/** @param {Team} team @param {Person} person */
function isForRegulars({ told }, { subject16 }) {
  return told.takers.some((one) => one.isRegularsOnly === 1 && equal(one.subject16, subject16));
}

/** @param {{ team: Team, person: Person }} props @returns {any} */
function Place({ team, person }) {
  const isFree = isOpen(team.told, person.subject16);
  if (!isFree && !isForRegulars(team, person) && passes(team, person.subject16)) {
    return html`<p class="recipient__takes" data-open="true">${icon('check')}<span>${t('enquiries.takes_known')}</span></p>`;
  }
  return html`<p class="recipient__takes" data-open=${isFree}>${icon(isFree ? 'check' : 'clock')}<span>${t(isFree ? 'enquiries.takes' : isForRegulars(team, person) ? 'enquiries.takes_regulars' : 'enquiries.takes_none')}</span></p>`;
}

/**
 * Who would get it now, as far as is known: the chosen one, who steps in for them, or the team (empty).
 * @param {Enquiry} enquiry
 * @param {Team | null} team
 */
export function goesTo(enquiry, team) {
  const { addressee } = enquiry.typed.value;
  const isListed = team?.persons.some(({ subject16 }) => equal(subject16, addressee)) ?? false;
  return team === null || !isListed ? addressee : recipientOf(team.told, addressee, equal(team.regular, addressee), passes(team, addressee));
}

/** @param {Uint8Array} wanted @param {Team | null} team */
export function nameIn(wanted, team) {
  return team?.persons.find(({ subject16 }) => equal(subject16, wanted))?.name ?? '';
}

/** Who gets it instead, in words; '' where it goes to the chosen one. @param {Enquiry} enquiry @param {Team | null} team */
export function insteadWords(enquiry, team) {
  const { addressee } = enquiry.typed.value;
  const to = goesTo(enquiry, team);
  if (equal(to, addressee)) return '';
  const [name, instead] = [nameIn(addressee, team), nameIn(to, team)];
  return instead === '' ? levelWords('instead_team', { name }) : t('enquiries.instead_person', { name, instead });
}

/** @param {Uint8Array} to @param {Team | null} team */
function readsWords(to, team) {
  const name = nameIn(to, team);
  const leads = teamNames(team?.leads ?? []);
  if (name !== '') return levelWords('reads_person', { name, leads });
  const names = teamNames(team?.persons ?? []);
  return levelWords(names === '' ? 'reads_team_unnamed' : 'reads_team', { names, leads });
}

/**
 * Who will read it, by when there is an answer, until when it is kept: said before it is sent.
 * @param {{ enquiry: Enquiry, team: Team | null, config: EnquiryConfig, nowMs: number }} props
 * @returns {any}
 */
export function BeforeSending({ enquiry, team, config, nowMs }) {
  const { promised, unacceptedDays: days, idleDays, retentionHours: hours } = config;
  const date = dayWords(answerDay(nowMs, promised.answerDays, promised.holidays));
  const to = goesTo(enquiry, team);
  const [isForAll, instead] = [to.length === 0, insteadWords(enquiry, team)];
  const kept = t(isForAll ? 'enquiries.kept' : 'enquiries.kept_person', { days, months: spanWords(idleDays), hours });
  return html`<section class="enquiry-before" aria-labelledby="before-title">
    <h2 class="enquiry-before__title" id="before-title">${t('enquiries.before_title')}</h2>
    <div role="status">${instead !== '' && html`<p class="enquiry-before__instead">${icon('alert')}<span>${instead}</span></p>`}</div>
    <ul class="enquiry-before__list">
      <li>${icon('eyes')}<span>${readsWords(to, team)}</span></li>
      <li>${icon('letter')}<span>${isForAll ? t('enquiries.answer_someone', { date }) : t('enquiries.answer_by', { date })}</span></li>
      <li>${icon('clock')}<span>${kept}</span></li>
    </ul>
  </section>`;
}
