// The pages of a new access: what an invitation means, the words typed, and the wait for the confirmation.
// Fetched with the first invitation.

import { own } from '../../core/tasks.js';
import { timeOfDay } from '../../ui/format.js';
import { html, useState } from '../../ui/html.js';
import { icon } from '../../ui/icons.js';
import { hasText, language, t } from '../../ui/text.js';
import { dayOf } from '../accounts/dates.js';
import { Heading, Problem, Submit, TextField } from '../accounts/view-parts.js';

/** @typedef {import('../accounts/model.js').AccessModel} AccessModel */
/** @typedef {import('./arrival.js').Arrival} Arrival */
/** @typedef {import('./invited.js').Invited} Invited */

/**
 * Where somebody with an invitation goes on.
 * @typedef {object} Ways
 * @property {() => void} onCreate the three steps
 * @property {() => void} onSignIn
 * @property {() => void} onCancel
 * @property {boolean} isLost no line
 */

const STEPS = ['step_access', 'step_proof', 'step_back'];
/** Where it ends, and what is said there. @type {Record<string, string[]>} */
const ENDS = {
  over: ['over', 'over_access'],
  used: ['used', 'used_own', 'used_other'],
  refused: ['refused', 'refused_access'],
  stopped: ['stopped'],
};

/** @param {{ untilMs: number }} props 0: it is not known @returns {any} */
function Until({ untilMs }) {
  if (untilMs === 0) return null;
  return html`<p class="muted">${t('newaccess.until', { date: dayOf(untilMs, language()), time: timeOfDay(untilMs, language()) })}</p>`;
}

/** @param {{ invited: Invited, ways: Ways }} props @returns {any} */
function Welcome({ invited, ways }) {
  const isBegun = invited.stage.value === 'begun';
  const main = (/** @type {boolean} */ isMain) => (isMain ? 'button button--primary' : 'button');
  return html`<section class="stage__card">
    <${Heading}>${t('newaccess.title')}<//>
    <p class="stage__lead">${t('newaccess.lead')}</p>
    <ol class="newaccess__steps">${STEPS.map((step) => html`<li key=${step}>${t(`newaccess.${step}`)}</li>`)}</ol>
    <p>${t('newaccess.old')}</p>
    ${isBegun && html`<p class="access__lost">${t('newaccess.begun')}</p>`}
    <${Until} untilMs=${invited.untilMs.value} />
    <div class="stage__actions">
      ${!isBegun && html`<button type="button" class=${main(true)} onClick=${ways.onCreate}>${t('newaccess.create')}</button>`}
      <button type="button" class=${main(isBegun)} onClick=${ways.onSignIn}>${t('newaccess.sign_in')}</button>
      <button type="button" class="button button--quiet" onClick=${ways.onCancel}>${t('newaccess.cancel')}</button>
    </div>
  </section>`;
}

/** What is wrong with what was typed. @param {Invited} invited */
function typingError({ problem, detail }) {
  const { value: code } = problem;
  if (code === 'words' && detail.value === '1') return t('newaccess.typing_words_one');
  const key = `newaccess.typing_${code}`;
  return hasText(key) ? t(key, { n: Number(detail.value) || 0, word: detail.value }) : '';
}

/** Why nobody said whether it counts. @param {string} code '' for nothing */
function problemWords(code) {
  const key = `newaccess.problem_${code}`;
  return code === '' ? '' : t(hasText(key) ? key : 'newaccess.problem_other');
}

/** @param {{ invited: Invited, ways: Ways }} props @returns {any} */
function Typing({ invited, ways }) {
  const busy = invited.busy.value;
  const wrong = busy ? '' : typingError(invited);
  const next = (/** @type {Event} */ event) => {
    event.preventDefault();
    own('reading an invitation', invited.take());
  };
  return html`<section class="stage__card"><form class="access__form" onSubmit=${next} novalidate>
    <${Heading}>${t('newaccess.typing_title')}<//>
    <p>${t('newaccess.typing_intro')}</p>
    <${TextField} id="invitation" label=${t('newaccess.typing_label')} hint=${t('newaccess.typing_hint')} value=${invited.typed.value}
      error=${wrong} onInput=${(/** @type {string} */ typed) => invited.type(typed)}
      tag="textarea" more=${{ class: 'field__input code-field', rows: 2 }} />
    <${Problem} words=${busy || wrong !== '' ? '' : problemWords(invited.problem.value)} />
    <div class="stage__actions">
      <${Submit} busy=${busy} isLost=${ways.isLost}>${t('newaccess.typing_next')}<//>
      <button type="button" class="button button--quiet" onClick=${ways.onCancel}>${t('newaccess.back')}</button>
    </div>
  </form></section>`;
}

/** A link is being tried. @param {{ invited: Invited, ways: Ways }} props @returns {any} */
function Looking({ invited, ways }) {
  const problem = invited.busy.value ? '' : invited.problem.value;
  return html`<section class="stage__card">
    <${Heading}>${t('newaccess.title')}<//>
    <p class="muted" role="status">${t(ways.isLost ? 'newaccess.offline' : 'newaccess.looking')}</p>
    <${Problem} words=${problemWords(problem)} />
    <div class="stage__actions">
      ${problem !== '' && html`<button type="button" class="button button--primary" onClick=${() => own('reading an invitation', invited.take())}>${t('newaccess.again')}</button>`}
      <button type="button" class="button button--quiet" onClick=${ways.onCancel}>${t('newaccess.cancel')}</button>
    </div>
  </section>`;
}

/** A link that cannot be read, or has run out. @param {{ name: 'bad' | 'over', invited: Invited, ways: Ways }} props @returns {any} */
function NoWay({ name, invited, ways }) {
  return html`<section class="stage__card">
    <${Heading}>${t(`newaccess.${name}_title`)}<//>
    <p>${t(`newaccess.${name}`)}</p>
    <div class="stage__actions">
      ${name === 'bad' && html`<button type="button" class="button button--primary" onClick=${() => invited.toTyping()}>${t('newaccess.bad_type')}</button>`}
      <button type="button" class=${name === 'bad' ? 'button button--quiet' : 'button'} onClick=${ways.onCancel}>${t('newaccess.back')}</button>
    </div>
  </section>`;
}

/**
 * An invitation, before anybody is signed in.
 * @param {{ invited: Invited, ways: Ways }} props
 * @returns {any}
 */
function InvitedPage({ invited, ways }) {
  const stage = invited.stage.value;
  if (stage === 'invited' || stage === 'begun') return html`<${Welcome} key="invited" invited=${invited} ways=${ways} />`;
  if (stage === 'looking') return html`<${Looking} key="looking" invited=${invited} ways=${ways} />`;
  if (stage === 'typing') return html`<${Typing} key="typing" invited=${invited} ways=${ways} />`;
  return html`<${NoWay} key=${stage} name=${stage} invited=${invited} ways=${ways} />`;
}

/** @param {{ onHome: () => void, isMain?: boolean }} props @returns {any} */
function Home({ onHome, isMain = false }) {
  return html`<button type="button" class=${isMain ? 'button button--primary' : 'button'} onClick=${onHome}>${icon('back')}${t('newaccess.to_conversations')}</button>`;
}

/** @param {{ arrival: Arrival, isLost: boolean, onHome: () => void }} props @returns {any} */
function Waiting({ arrival, isLost, onHome }) {
  const [hasLooked, setLooked] = useState(false);
  const look = () => own('looking for the conversation', arrival.look().then(() => setLooked(true)));
  const said = isLost ? 'newaccess.offline' : hasLooked ? 'newaccess.waiting_looked' : 'newaccess.waiting_now';
  return html`<section class="stage__card">
    <${Heading}>${t('newaccess.waiting_title')}<//>
    <p class="stage__lead">${t('newaccess.waiting')}</p>
    <p>${t('newaccess.waiting_question')}</p>
    <p>${t('newaccess.waiting_leave')}</p>
    <p class="newaccess__wait" role="status">${t(said)}</p>
    <div class="stage__actions">
      <button type="button" class="button" aria-disabled=${arrival.isBusy.value ? 'true' : undefined} onClick=${look}>${t('newaccess.waiting_look')}</button>
      <${Home} onHome=${onHome} />
    </div>
  </section>`;
}

/** @param {{ arrival: Arrival, isLost: boolean, onHome: () => void }} props @returns {any} */
function UnderWay({ arrival, isLost, onHome }) {
  const problem = arrival.problem.value;
  const again = () => own('going on with an invitation', arrival.go());
  return html`<section class="stage__card">
    <${Heading}>${t('newaccess.title')}<//>
    <p role="status">${t(isLost ? 'newaccess.offline' : `newaccess.${arrival.stage.value === 'joining' ? 'joining' : 'answering'}`)}</p>
    <${Problem} words=${problemWords(problem)} />
    <div class="stage__actions">
      ${problem !== '' && html`<button type="button" class="button button--primary" onClick=${again}>${t('newaccess.again')}</button>`}
      <${Home} onHome=${onHome} />
    </div>
  </section>`;
}

/** @param {{ arrival: Arrival, onHome: () => void, onForget: () => void }} props @returns {any} */
function Ended({ arrival, onHome, onForget }) {
  const stage = arrival.stage.value;
  const { isKept } = arrival;
  return html`<section class="stage__card">
    <${Heading}>${t(`newaccess.${stage}_title`)}<//>
    ${ENDS[stage].map((line) => html`<p key=${line}>${t(`newaccess.${line}`)}</p>`)}
    <div class="stage__actions"><${Home} onHome=${onHome} isMain />
      ${isKept && html`<button type="button" class="button button--quiet" aria-describedby="forget-hint" onClick=${onForget}>${t('newaccess.forget')}</button>`}</div>
    ${isKept && html`<p class="field__hint" id="forget-hint">${t('newaccess.forget_hint')}</p>`}
  </section>`;
}

/**
 * An invitation of the account that is open, until its conversation is there.
 * @param {{ arrival: Arrival, isLost: boolean, onHome: () => void, onForget: () => void }} props
 * @returns {any}
 */
function ArrivalPage({ arrival, isLost, onHome, onForget }) {
  const stage = arrival.stage.value;
  if (stage in ENDS) return html`<${Ended} key=${stage} arrival=${arrival} onHome=${onHome} onForget=${onForget} />`;
  if (stage === 'waiting') return html`<${Waiting} key="waiting" arrival=${arrival} isLost=${isLost} onHome=${onHome} />`;
  return html`<${UnderWay} key="way" arrival=${arrival} isLost=${isLost} onHome=${onHome} />`;
}

/**
 * What of it is on the screen.
 * @param {{ model: AccessModel }} props
 * @returns {any}
 */
export function NewAccess({ model }) {
  const [invited, arrival, isLost] = [model.invited.value, model.arrivals.value?.shown.value, model.connection.value === 'lost'];
  if (model.stage.value === 'arrival') {
    const onForget = () => { if (arrival) own('forgetting an invitation', model.forgetArrival(arrival)); };
    return arrival && html`<${ArrivalPage} arrival=${arrival} isLost=${isLost} onHome=${() => model.toHome()} onForget=${onForget} />`;
  }
  const ways = { onCreate: () => own('to the three steps', model.toCreate()), onSignIn: () => model.toSignIn(), onCancel: () => model.cancelInvited(), isLost };
  return invited && html`<${InvitedPage} invited=${invited} ways=${ways} />`;
}

/** One that is under way, as a line of "Meine Gespräche". @param {{ arrival: Arrival, onOpen: () => void }} props @returns {any} */
export function ArrivalRow({ arrival, onOpen }) {
  const stage = arrival.stage.value;
  const waits = stage === 'waiting';
  const words = { waiting: 'row_waiting', over: 'row_ended', used: 'row_ended', refused: 'row_refused', stopped: 'row_stopped' }[/** @type {string} */ (stage)];
  return html`<li><button type="button" class="talk" onClick=${onOpen}>
    <span class="talk__icon">${icon('key')}</span>
    <span class="talk__words"><span class="talk__name">${t('newaccess.row_name')}</span>
      <span class="talk__next">${t(`newaccess.${words ?? 'row_answering'}`)}</span>
      <span class="talk__state">${waits && html`<span class="badge">${t('newaccess.row_state')}</span>`}</span></span>
  </button></li>`;
}
