// Where text blocks stand in a conversation: words and views come with the first one that is opened.

import { html } from '../../ui/html.js';
import { lazy } from '../../ui/lazy.js';
import { addText, hasText, language } from '../../ui/text.js';

/** @typedef {import('./view-textblocks.js').Change} Change */
/** @typedef {{ blocks: import('./textblocks.js').TextBlocks, draft: { value: string }, change: Change }} Props */

/** @type {(props: Props) => any} */
const Tool = lazy(load, () => null);

async function load() {
  if (!hasText('blocks.title')) await addText(language() === 'en' ? import('../../../text/desk-en.js') : import('../../../text/desk-de.js'));
  return (await import('./view-textblocks.js')).BlocksTool;
}

/**
 * What a composer has beside its own tools.
 * @param {import('./model.js').WorkModel} model
 * @param {{ value: string }} draft
 * @returns {(change: Change) => any}
 */
export function blocksIn({ blocks }, draft) {
  return (change) => html`<${Tool} blocks=${blocks} draft=${draft} change=${change} />`;
}
