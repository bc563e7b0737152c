// The question whether a colleague may go on: a quiet card among the messages, answered in one's own time.

import { html, useEffect, useRef, useState } from '../../ui/html.js';
import { addIcons, icon } from '../../ui/icons.js';
import { About as AboutPerson } from '../../ui/person.js';
import { t } from '../../ui/text.js';

/** @typedef {import('./consent.js').Asked} Asked */
/** @typedef {import('./people.js').Person} Person */
/** @typedef {import('./guests.js').Guests} Guests */

/** Looked for: not found out yet; nobody whom a team lists under this certificate, or by no name. @typedef {Person | 'looking' | null} Found */

// The page of a live chat has brought no others than its own.
addIcons({
  eyes: ['M2.8 12S6.2 6 12 6s9.2 6 9.2 6-3.4 6-9.2 6-9.2-6-9.2-6z', 'M12 9.2a2.8 2.8 0 1 1 0 5.6 2.8 2.8 0 0 1 0-5.6z'],
});

/** @param {Guests} guests @param {Asked} asked @returns {Found} */
function usePerson(guests, asked) {
  const [found, setFound] = useState(/** @type {Found} */ ('looking'));
  useEffect(() => {
    let isShown = true;
    const show = (/** @type {Found} */ person) => { if (isShown) setFound(person); };
    // Nobody agrees to somebody without a name.
    guests.whoIs(asked).then((person) => show(person?.name ? person : null), () => show(null));
    return () => { isShown = false; };
  }, [asked.n]);
  return found;
}

/** The words of their key, found when somebody looks. @param {{ guests: Guests, person: Person }} props @returns {any} */
function KeyWords({ guests, person }) {
  const [words, setWords] = useState(/** @type {readonly string[]} */ ([]));
  const look = (/** @type {any} */ event) => {
    if (event.currentTarget.open && words.length === 0) guests.wordsOf(person).then(setWords, () => setWords([]));
  };
  return html`<details class="fold" onToggle=${look}>
    <summary class="fold__summary">${t('enquiries.consent_check')}</summary>
    <div class="fold__body"><p>${t('enquiries.consent_words', { name: person.name })}</p>
      ${words.length === 0 ? html`<p role="status">${t('common.moment')}</p>` : html`<ol class="words">${words.map((word) => html`<li class="words__word">${word}</li>`)}</ol>`}</div>
  </details>`;
}

/** Who it is, and what a yes means. @param {{ guests: Guests, asked: Asked, person: Person, by: string }} props @returns {any} */
function About({ guests, asked, person, by }) {
  const { name } = person;
  const { isDeputy, withHistory } = asked;
  const { isAlong } = guests;
  // As one of the team they read all of it anyway.
  const reads = withHistory || isAlong ? 'consent_all' : isDeputy ? 'deputy_none' : 'consent_none';
  const stays = isAlong ? (isDeputy ? 'deputy_along' : 'consent_along') : isDeputy ? 'deputy_stays' : 'consent_leaves';
  return html`<div class="consent__who"><p>${t(isDeputy ? 'enquiries.deputy_who' : 'enquiries.consent_who', { name, by })}</p>
      <${AboutPerson} person=${person} />
      <${KeyWords} guests=${guests} person=${person} /></div>
    <ul class="enquiry-before__list">
      <li>${icon('eyes')}<span>${t(`enquiries.${reads}`, { name })}</span></li>
      <li>${icon('shield')}<span>${t(`enquiries.${stays}`, { name, by })}</span></li>
      <li>${icon('smile')}<span>${t('enquiries.consent_free')}</span></li>
    </ul>`;
}

/** What is said otherwise of one who stands in. @type {readonly string[]} */
const DEPUTY = ['yes', 'done', 'sentBack'];

/** What has become of it. @param {Guests} guests @param {Asked} asked @param {{ by: string, name: string }} who */
function outcome(guests, asked, who) {
  if (guests.isOpen(asked)) return guests.isAnswering.value ? t('enquiries.consent_sending') : '';
  if (asked.isDeputy && asked.answer === 'takenBack' && asked.addedN > 0) return t(guests.isAlong ? 'enquiries.deputy_ended_along' : 'enquiries.deputy_ended', who);
  if (asked.isDeputy && DEPUTY.includes(asked.answer)) return t(`enquiries.deputy_${asked.answer === 'sentBack' ? 'sent_back' : asked.answer}`, who);
  const code = { open: 'over', yes: 'yes', no: 'no', takenBack: 'taken_back', done: 'done', sentBack: 'sent_back' }[asked.answer];
  return t(`enquiries.consent_${code}`, who);
}

/** @param {{ guests: Guests, asked: Asked, by: string, lineKey: string }} props `by`: who asks @returns {any} */
export function ConsentCard({ guests, asked, by, lineKey }) {
  const card = useRef(/** @type {HTMLElement | null} */ (null));
  const found = usePerson(guests, asked);
  const person = found === 'looking' ? null : found;
  const isOpen = guests.isOpen(asked);
  const isBusy = guests.isAnswering.value;
  const answer = (/** @type {boolean} */ isYes) => () => {
    card.current?.querySelector('h2')?.focus();
    guests.answer(asked, isYes);
  };
  const name = person?.name || t('enquiries.readers_somebody');
  const buttons = isOpen && !isBusy && found !== 'looking';
  return html`<li class="consent card" data-key=${lineKey} ref=${card}>
    <h2 class="enquiry-next__title" tabindex="-1">${t(asked.isDeputy ? 'enquiries.deputy_title' : 'enquiries.consent_title', { by })}</h2>
    ${isOpen && found === 'looking' && html`<p role="status">${t('common.moment')}</p>`}
    ${isOpen && found === null && html`<p>${t(asked.isDeputy ? 'enquiries.deputy_unknown' : 'enquiries.consent_unknown')}</p>`}
    ${isOpen && person !== null && html`<${About} guests=${guests} asked=${asked} person=${person} by=${by} />`}
    ${buttons && html`<div class="card__actions">
      ${person !== null && html`<button type="button" class="button button--primary" onClick=${answer(true)}>${t('enquiries.consent_agree')}</button>`}
      <button type="button" class="button" onClick=${answer(false)}>${t('enquiries.consent_decline')}</button></div>`}
    <p class="consent__outcome" role="status">${outcome(guests, asked, { by, name })}</p>
  </li>`;
}
