// Where one writes: the field that grows, formatting, emoji, and sending.

import { insert, toggleLines, toggleMark } from '../../ui/editing.js';
import { html, useEffect, useLayoutEffect, useRef, useState } from '../../ui/html.js';
import { icon } from '../../ui/icons.js';
import { lazy } from '../../ui/lazy.js';
import { t } from '../../ui/text.js';

/** @typedef {import('../../ui/editing.js').Edited} Edited */
/** @typedef {{ value: string, peek(): string }} DraftSignal */

/** @type {[string, string, (text: string, start: number, end: number) => Edited][]} */
const FORMATS = [
  ['bold', 'chat.bold', (text, start, end) => toggleMark(text, start, end, '**')],
  ['italic', 'chat.italic', (text, start, end) => toggleMark(text, start, end, '_')],
  ['list', 'chat.list', (text, start, end) => toggleLines(text, start, end, '- ')],
  ['quote', 'chat.quote', (text, start, end) => toggleLines(text, start, end, '> ')],
];

/** @type {(props: { onPick: (sign: string) => void, onClose: () => void }) => any} */
const EmojiPicker = lazy(async () => (await import('../../ui/emoji.js')).EmojiPicker, (_, hasFailed) =>
  html`<div class="emoji-picker" role="dialog" aria-label=${t('chat.emoji')}>
    <p class="emoji-picker__note" role="status">${t(hasFailed ? 'common.error_title' : 'common.moment')}</p></div>`);

/** True where Enter makes a line: the screen's keyboard has no Shift to hold. */
function isTouch() {
  return matchMedia('(pointer: coarse)').matches;
}

/** Grows the field where the style sheet alone cannot. @param {HTMLTextAreaElement | null} field */
function fit(field) {
  if (field === null || CSS.supports('field-sizing', 'content')) return;
  field.style.blockSize = 'auto';
  field.style.blockSize = `${field.scrollHeight + 2}px`;
}

/** @param {{ onFormat: (change: (typeof FORMATS)[number][2]) => void }} props @returns {any} */
function FormatBar({ onFormat }) {
  return html`<div class="composer__formats" role="group" aria-label=${t('chat.format')}>
    ${FORMATS.map(([name, key, change]) => html`<button type="button" class="icon-button" key=${name} aria-label=${t(key)} title=${t(key)}
      onClick=${() => onFormat(change)}>${icon(name)}</button>`)}
  </div>`;
}

/**
 * @param {{ draft: DraftSignal, enterSends: boolean, onSend: () => void, onTyping: (isTyping: boolean) => void,
 *   field: { current: HTMLTextAreaElement | null } }} props
 */
function fieldHandlers({ draft, enterSends, onSend, onTyping, field }) {
  return {
    onInput: () => {
      draft.value = field.current?.value ?? '';
      fit(field.current);
      onTyping(draft.value !== '');
    },
    onBlur: () => onTyping(false),
    onKeyDown: (/** @type {KeyboardEvent} */ event) => {
      if (event.key !== 'Enter' || event.isComposing || event.shiftKey || event.altKey) return;
      if ((isTouch() || !enterSends) && !event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      onSend();
    },
  };
}

/**
 * What buttons and pickers do to the field: text and selection, with the focus back in it.
 * @param {DraftSignal} draft
 * @param {{ current: HTMLTextAreaElement | null }} field
 */
function useEditing(draft, field) {
  /** @param {(text: string, start: number, end: number) => Edited} change */
  return (change) => {
    const element = field.current;
    if (element === null) return;
    const edited = change(element.value, element.selectionStart, element.selectionEnd);
    draft.value = edited.text;
    element.value = edited.text;
    element.focus();
    element.setSelectionRange(edited.start, edited.end);
  };
}

/** @param {{ open: string, attach: any, onToggle: (name: string) => void }} props @returns {any} */
function Tools({ open, attach, onToggle }) {
  const tool = (/** @type {string} */ name, /** @type {string} */ symbol, /** @type {string} */ words) => html`<button
    type="button" class="icon-button" aria-label=${words} title=${words} aria-expanded=${open === name ? 'true' : 'false'}
    onClick=${() => onToggle(open === name ? '' : name)}>${icon(symbol)}</button>`;
  return html`<div class="composer__tools">
    ${attach}${tool('emoji', 'smile', t('chat.emoji'))}${tool('format', 'letters', t('chat.format'))}
  </div>`;
}

/** @param {{ waits: boolean }} props @returns {any} */
function Send({ waits }) {
  return html`<button type="submit" class="icon-button icon-button--primary composer__send" aria-label=${t('chat.send')}
    title=${t('chat.send')} aria-disabled=${waits ? 'true' : undefined}>${icon('send')}
    <span class="composer__send-word" aria-hidden="true">${t('chat.send')}</span></button>`;
}

/**
 * @param {{ draft: DraftSignal, addressee: string, status?: any, attach?: any, extra?: ((change: ReturnType<typeof useEditing>) => any) | null, blocked?: boolean, enterSends?: boolean,
 *   onSend: (text: string) => void, onTyping?: (isTyping: boolean) => void }} props
 *   `addressee`: for the field's name; `status`: a line above it; `attach`: the button for
 *   files, where they can be sent; `extra`: what a room adds; `blocked`: writing goes on, sending waits; `enterSends`: else it makes a
 *   line, as in a letter
 * @returns {any}
 */
export function Composer({ draft, addressee, status = null, attach = null, extra = null, blocked = false, enterSends = true, onSend, onTyping = () => {} }) {
  const field = useRef(/** @type {HTMLTextAreaElement | null} */ (null));
  const [open, setOpen] = useState('');
  const change = useEditing(draft, field);
  const send = () => {
    const text = draft.peek().trim();
    if (text === '' || blocked) return;
    draft.value = '';
    setOpen('');
    onTyping(false);
    onSend(text);
    field.current?.focus();
  };
  const close = () => {
    setOpen('');
    field.current?.focus();
  };
  const insertPiece = (/** @type {string} */ piece) => change((text, start, end) => insert(text, start, end, piece));
  // Another chat: its own draft, no sheet left open.
  useEffect(() => setOpen(''), [draft]);
  useLayoutEffect(() => fit(field.current), [draft.value]);
  return html`<form class="composer" onSubmit=${(/** @type {Event} */ event) => { event.preventDefault(); send(); }}
      onKeyDown=${(/** @type {KeyboardEvent} */ event) => { if (event.key === 'Escape' && open !== '') close(); }}>
    ${status}
    ${open === 'format' && html`<${FormatBar} onFormat=${change} />`}
    ${open === 'emoji' && html`<${EmojiPicker} onClose=${close} onPick=${insertPiece} />`}
    ${extra?.(change)}
    <div class="composer__row">
      <${Tools} open=${open} attach=${attach} onToggle=${setOpen} />
      <textarea class="composer__field" id="message-field" rows="1" ref=${field} value=${draft.value} autocomplete="off"
        aria-label=${t('chat.message_to', { name: addressee })} placeholder=${t('chat.placeholder')}
        ...${fieldHandlers({ draft, enterSends, onSend: send, onTyping, field })}></textarea>
      <${Send} waits=${blocked || draft.value.trim() === ''} />
    </div>
    ${!isTouch() && enterSends && html`<p class="composer__hint">${t('chat.send_hint')}</p>`}
  </form>`;
}
