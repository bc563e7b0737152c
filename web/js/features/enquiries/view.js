// The page of one written enquiry: the form until it is sent, then the conversation. Fetched with the first.

import { own } from '../../core/tasks.js';
import { html, useEffect, useRef } from '../../ui/html.js';
import { icon } from '../../ui/icons.js';
import { t } from '../../ui/text.js';
import { deviceNow } from '../../ui/tick.js';
import { Heading } from '../accounts/view-parts.js';
import { Form } from './view-form.js';
import { Conversation } from './view-thread.js';

/** @typedef {import('./enquiries.js').Enquiries} Enquiries */
/** @typedef {import('./enquiry.js').Enquiry} Enquiry */

/**
 * @typedef {object} EnquiryConfig
 * @property {import('./standing.js').Promised} promised
 * @property {readonly string[]} topics of the portal; none where it has none
 * @property {number} unacceptedDays
 * @property {number} idleDays
 * @property {number} retentionHours
 * @property {(notice: string) => void} onHome leads to "Meine Gespräche", with a word about what was done
 */

/** Nothing to write or read here. @param {{ words: { title: string, text: string }, about?: any, onHome: () => void, children?: any }} props @returns {any} */
function Nothing({ words, about, onHome, children }) {
  return html`<section class="stage__card">
    <${Heading}>${words.title}<//><p>${words.text}</p>${about}
    <div class="stage__actions">${children}<button type="button" class="button" onClick=${onHome}>${icon('back')}${t('enquiries.back')}</button></div>
  </section>`;
}

/** This access does not open it any more; what was not sent is still there to be copied. @param {{ enquiry: Enquiry, onHome: () => void }} props @returns {any} */
function Elsewhere({ enquiry, onHome }) {
  const isMoved = enquiry.stage.value === 'moved';
  const name = enquiry.movedBy.value;
  const words = { title: t(`enquiries.${isMoved ? 'moved' : 'lost'}_title`), text: t(`enquiries.${!isMoved ? 'lost_text' : name === '' ? 'moved_text_unnamed' : 'moved_text'}`, { name }) };
  const unsent = enquiry.unsent.value;
  return html`<${Nothing} words=${words} onHome=${onHome} about=${html`<p>${t('enquiries.moved_not_me')}</p>
    ${unsent !== '' && html`<h2 class="enquiry-next__title">${t('enquiries.unsent_title')}</h2><p class="unsent" tabindex="0">${unsent}</p>`}`} />`;
}

/** What is not to be believed is told as that. */
const REFUSED = ['damaged', 'not_witnessed'];

/** @param {{ enquiry: Enquiry, onHome: () => void }} props @returns {any} */
function NotOpen({ enquiry, onHome }) {
  const code = enquiry.problem.value;
  if (code === '') return html`<section class="stage__card"><${Heading}>${t('common.moment')}<//></section>`;
  const text = t(`enquiries.problem_${REFUSED.includes(code) ? code : 'other'}`);
  return html`<${Nothing} words=${{ title: t('enquiries.failed_title'), text }} onHome=${onHome}>
    <button type="button" class="button button--primary" onClick=${() => own('opening an enquiry', enquiry.takeUp())}>${t('common.try_again')}</button><//>`;
}

/** @param {{ enquiries: Enquiries, config: EnquiryConfig }} props @returns {any} */
export function EnquiryPage({ enquiries, config }) {
  const enquiry = enquiries.shown.value;
  const stage = enquiry?.stage.value ?? 'gone';
  const wasWritten = useRef(stage);
  useEffect(() => { if (stage === 'draft' || stage === 'sending') wasWritten.current = stage; }, [stage]);
  const toHome = () => config.onHome('');
  if (enquiry === null) return null;
  const thread = enquiry.thread.value;
  if (stage === 'gone') return html`<${Nothing} key="gone" words=${{ title: t('enquiries.gone_title'), text: t('enquiries.gone_text') }} onHome=${toHome} />`;
  if (stage === 'lost' || stage === 'moved') return html`<${Elsewhere} key=${stage} enquiry=${enquiry} onHome=${toHome} />`;
  if (stage !== 'sent') return html`<${Form} key=${enquiry.box16} enquiries=${enquiries} enquiry=${enquiry} config=${config} nowMs=${deviceNow()} />`;
  if (thread === null) return html`<${NotOpen} key="not" enquiry=${enquiry} onHome=${toHome} />`;
  const isNew = wasWritten.current !== 'sent';
  return html`<${Conversation} key=${`read ${enquiry.box16}`} enquiries=${enquiries} enquiry=${enquiry} thread=${thread} config=${config} isNew=${isNew} />`;
}
