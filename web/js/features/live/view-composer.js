// Where one writes: the field that grows, formatting, emoji, and sending.

import { insert, toggleLines, toggleMark } from '../../ui/editing.js';
import { EmojiPicker } from '../../ui/emoji.js';
import { html, useEffect, useLayoutEffect, useRef, useState } from '../../ui/html.js';
import { icon } from '../../ui/icons.js';
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
 * @param {{ draft: DraftSignal, onSend: () => void, onTyping: (isTyping: boolean) => void,
 *   field: { current: HTMLTextAreaElement | null } }} props
 */
function fieldHandlers({ draft, onSend, onTyping, field }) {
  return {
    onInput: () => {
      draft.value = field.current?.value ?? '';
      fit(field.current);
      onTyping(draft.value !== '');
    },
    onBlur: () => onTyping(false),
    onKeyDown: (/** @type {KeyboardEvent} */ event) => {
      if (event.key !== 'Enter' || event.isComposing || event.shiftKey || event.altKey) return;
      if (isTouch() && !event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      onSend();
    },
  };
}

/**
 * @param {{ draft: DraftSignal, addressee: string, to?: string, status?: any, blocked?: boolean,
 *   onSend: (text: string) => void, onTyping?: (isTyping: boolean) => void }} props
 *   `addressee`: for the field's name; `to`: a visible line above; `blocked`: writing goes on, sending waits
 * @returns {any}
 */
export function Composer({ draft, addressee, to = '', status = null, blocked = false, onSend, onTyping = () => {} }) {
  const field = useRef(/** @type {HTMLTextAreaElement | null} */ (null));
  const [open, setOpen] = useState('');
  const send = () => {
    const text = draft.peek().trim();
    if (text === '' || blocked) return;
    draft.value = '';
    setOpen('');
    onTyping(false);
    onSend(text);
    field.current?.focus();
  };
  /** @param {Edited} edited */
  const apply = (edited) => {
    draft.value = edited.text;
    const element = field.current;
    if (element === null) return;
    element.value = edited.text;
    element.focus();
    element.setSelectionRange(edited.start, edited.end);
  };
  /** @param {(text: string, start: number, end: number) => Edited} change */
  const change = (change) => {
    const element = field.current;
    if (element !== null) apply(change(element.value, element.selectionStart, element.selectionEnd));
  };
  const close = () => {
    setOpen('');
    field.current?.focus();
  };
  // Another chat: its own draft, no sheet left open.
  useEffect(() => setOpen(''), [draft]);
  useLayoutEffect(() => fit(field.current), [draft.value]);
  const toggle = (/** @type {string} */ name) => setOpen(open === name ? '' : name);
  return html`<form class="composer" onSubmit=${(/** @type {Event} */ event) => { event.preventDefault(); send(); }}>
    ${status}
    ${to !== '' && html`<p class="composer__to">${to}</p>`}
    ${open === 'format' && html`<${FormatBar} onFormat=${change} />`}
    ${open === 'emoji' && html`<${EmojiPicker} onClose=${close}
      onPick=${(/** @type {string} */ emoji) => change((text, start, end) => insert(text, start, end, emoji))} />`}
    <div class="composer__row">
      <div class="composer__tools">
        <button type="button" class="icon-button" aria-label=${t('chat.emoji')} title=${t('chat.emoji')} aria-expanded=${open === 'emoji' ? 'true' : 'false'}
          onClick=${() => toggle('emoji')}>${icon('smile')}</button>
        <button type="button" class="icon-button" aria-label=${t('chat.format')} title=${t('chat.format')} aria-expanded=${open === 'format' ? 'true' : 'false'}
          onClick=${() => toggle('format')}>${icon('letters')}</button>
      </div>
      <textarea class="composer__field" id="message-field" rows="1" ref=${field} value=${draft.value} autocomplete="off"
        aria-label=${t('chat.message_to', { name: addressee })} placeholder=${t('chat.placeholder')}
        ...${fieldHandlers({ draft, onSend: send, onTyping, field })}></textarea>
      <button type="submit" class="icon-button icon-button--primary composer__send" aria-label=${t('chat.send')} title=${t('chat.send')}
        aria-disabled=${blocked || draft.value.trim() === '' ? 'true' : undefined}>${icon('send')}<span class="composer__send-word" aria-hidden="true">${t('chat.send')}</span></button>
    </div>
    ${!isTouch() && html`<p class="composer__hint">${t('chat.send_hint')}</p>`}
  </form>`;
}
