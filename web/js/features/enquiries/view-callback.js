// Who should answer has left: what that means, and the way back to the team. Fetched with the first such conversation.

import { own } from '../../core/tasks.js';
import { html, useEffect, useState } from '../../ui/html.js';
import { icon } from '../../ui/icons.js';
import { addText, hasText, language, t } from '../../ui/text.js';
import { revokedOf } from './departed.js';
import { isPerson } from './standing.js';
import { RestartNotice } from './view-restart.js';
import { levelWords, listOf, teamNames } from './words.js';

/** @typedef {import('./enquiries.js').Enquiries} Enquiries */
/** @typedef {import('./enquiry.js').Enquiry} Enquiry */
/** @typedef {import('./thread.js').WrittenThread} WrittenThread */
/** @typedef {{ enquiries: Enquiries, enquiry: Enquiry, thread: WrittenThread }} Props */

/** The words that only this card says. */
export async function fetchWords() {
  if (!hasText('callback.title')) await addText(language() === 'en' ? import('../../../text/callback-en.js') : import('../../../text/callback-de.js'));
}

/** Who is meant: those who were revoked, and who else is there; '' where that is the team. @param {WrittenThread} thread */
function whoOf(thread) {
  const names = new Map(thread.readers.value.map(({ sidx, name }) => [sidx, name]));
  const persons = thread.guests.members.value.filter(isPerson);
  const gone = revokedOf(persons, thread.log);
  /** @param {typeof persons} some @param {string} unknown */
  const named = (some, unknown) => {
    const known = some.map(({ sidx }) => names.get(sidx) ?? '');
    return known.length === 0 || known.includes('') ? unknown : listOf(known);
  };
  const left = gone.length === 0 ? persons : gone;
  const others = persons.filter((one) => !left.includes(one));
  return { name: named(left, t('callback.somebody')), others: others.length === 0 ? '' : named(others, t('callback.a_colleague')) };
}

/** Where what is given back goes, by the portal's level: to the leads alone. @param {Enquiries} enquiries */
const goesToLeads = ({ team }) => (team.value?.leads.length ?? 0) > 0;

/** @param {boolean} toLeads @param {string} names */
function readsWords(toLeads, names) {
  if (names === '') return toLeads ? t('callback.leads_reads_unnamed') : levelWords('reads_unnamed', {}, 'callback');
  return toLeads ? t('callback.leads_reads', { names }) : levelWords('reads', { names }, 'callback');
}

/** What giving it to the team means, and the button. @param {Props & { name: string }} props @returns {any} */
function Way({ enquiries, enquiry, name }) {
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState('');
  const isRestarted = enquiries.restart.statement.value !== null;
  const toLeads = goesToLeads(enquiries);
  const names = teamNames((toLeads ? enquiries.team.value?.leads : enquiries.team.value?.persons) ?? []);
  const give = async () => {
    if (isBusy) return;
    setBusy(true);
    setProblem('');
    const code = await enquiry.callBack();
    setBusy(false);
    if (code === 'team_restarted') await enquiries.readTeam();
    else if (code !== '') setProblem(t(code === 'unreachable' ? 'callback.unreachable' : 'callback.failed'));
  };
  return html`<p>${t(toLeads ? 'callback.leads_can' : 'callback.can')}</p>
    <ul class="enquiry-before__list">
      <li>${icon('eyes')}<span>${readsWords(toLeads, names)}</span></li>
      <li>${icon('shield')}<span>${t('callback.leaves', { name })}</span></li>
      <li>${icon('smile')}<span>${t('callback.nothing_lost')}</span></li>
    </ul>
    ${isRestarted && html`<${RestartNotice} alarm=${enquiries.restart} />`}
    <div class="field__alert" role="alert">${problem !== '' && html`<p class="field__error">${icon('alert')}<span>${problem}</span></p>`}</div>
    ${!isRestarted && html`<div class="card__actions"><button type="button" class="button button--primary" aria-disabled=${isBusy ? 'true' : undefined} onClick=${give}>
      ${isBusy ? t('common.moment') : t(toLeads ? 'callback.leads_go' : 'callback.go')}</button></div>`}
    <p class="small muted">${t('callback.anew')}</p>`;
}

/** @param {Props} props @returns {any} */
export function CallBack({ enquiries, enquiry, thread }) {
  const where = thread.departure.value;
  // Whoever reads then is who is in the team now.
  useEffect(() => own('reading the team', enquiries.readTeam()), []);
  const { name, others } = whoOf(thread);
  return html`<section class="card enquiry-left" aria-labelledby="left-title">
    <h2 class="enquiry-next__title" id="left-title">${t('callback.title', { name })}</h2>
    ${where !== 'unlisted' && html`<p>${t('callback.held')}</p>`}
    ${where === 'ready' && html`<${Way} enquiries=${enquiries} enquiry=${enquiry} thread=${thread} name=${name} />`}
    ${where === 'waits' && html`<p>${goesToLeads(enquiries) ? t('callback.leads_waits') : t('callback.waits', { name })}</p>`}
    ${where === 'others' && html`<p>${others === '' ? t('callback.others_team') : t('callback.others', { others })}</p>`}
    ${where === 'unlisted' && html`<p>${t('callback.unlisted', { name })}</p>`}
  </section>`;
}
