// Where text blocks stand in a conversation: words and views come with the first one that is opened.

import { own } from '../../core/tasks.js';
import { html, useEffect, useState } from '../../ui/html.js';
import { lazy } from '../../ui/lazy.js';
import { addText, hasText, language } from '../../ui/text.js';

/** @typedef {import('./view-textblocks.js').Change} Change */
/** @typedef {import('./shownblocks.js').ShownBlocks} Blocks */
/** @typedef {{ blocks: Blocks, draft: { value: string }, change: Change }} Props */

/** @type {(props: Props) => any} */
const Tool = lazy(load, () => null);

async function load() {
  if (!hasText('blocks.title')) await addText(language() === 'en' ? import('../../../text/desk-en.js') : import('../../../text/desk-de.js'));
  return (await import('./view-textblocks.js')).BlocksTool;
}

/** @param {{ model: import('./model.js').WorkModel, draft: { value: string }, change: Change }} props @returns {any} */
function Room({ model, draft, change }) {
  const [blocks, setBlocks] = useState(/** @type {Blocks | null} */ (null));
  useEffect(() => own('text blocks', model.blocks().then((found) => {
    setBlocks(found);
    return found.look();
  })), []);
  return blocks && html`<${Tool} blocks=${blocks} draft=${draft} change=${change} />`;
}

/**
 * What a composer has beside its own tools.
 * @param {import('./model.js').WorkModel} model
 * @param {{ value: string }} draft
 * @returns {(change: Change) => any}
 */
export function blocksIn(model, draft) {
  return (change) => html`<${Room} model=${model} draft=${draft} change=${change} />`;
}
