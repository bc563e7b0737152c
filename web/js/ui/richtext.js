// Draws the tree of a text. Text becomes text nodes; nothing else can come out.

import { parse } from '../core/richtext.js';
import { html } from './html.js';

/** @param {import('../core/richtext.js').Inline} run @returns {any} */
function drawRun(run) {
  if (run.kind === 'text') return run.text;
  const inner = run.children.map(drawRun);
  return run.kind === 'bold' ? html`<strong>${inner}</strong>` : html`<em>${inner}</em>`;
}

/** @param {import('../core/richtext.js').Block} block @returns {any} */
function drawBlock(block) {
  if (block.kind === 'list') {
    return html`<ul>${block.items.map((item) => html`<li>${item.map(drawRun)}</li>`)}</ul>`;
  }
  const inner = block.children.map(drawRun);
  return block.kind === 'quote' ? html`<blockquote>${inner}</blockquote>` : html`<p>${inner}</p>`;
}

/**
 * @param {{ text: string }} props
 * @returns {any}
 */
export function RichText({ text }) {
  return html`<div class="message__text">${parse(text).map(drawBlock)}</div>`;
}
