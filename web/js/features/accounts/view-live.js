// The live room in its place on the access page, fetched with the first chat.

import { own } from '../../core/tasks.js';
import { html, useEffect, useRef, useState } from '../../ui/html.js';
import { t } from '../../ui/text.js';

/** @typedef {import('../live/model.js').SeekerModel} SeekerModel */
/** @typedef {import('../live/view.js').SeekerViewConfig} SeekerViewConfig */

/** @param {{ live: SeekerModel, config: SeekerViewConfig }} props @returns {any} */
export function LiveRoom({ live, config }) {
  const place = useRef(/** @type {HTMLElement | null} */ (null));
  const [isThere, setThere] = useState(false);
  useEffect(() => {
    let takeAway = () => {};
    let isWanted = true;
    own('fetching the live room', import('../live/view.js').then(({ showSeeker }) => {
      if (!isWanted || place.current === null) return;
      setThere(true);
      takeAway = showSeeker(live, config, place.current);
    }));
    return () => {
      isWanted = false;
      takeAway();
    };
  }, [live]);
  return html`${!isThere && html`<p class="stage" role="status">${t('common.moment')}</p>`}
    <div class="access__live" ref=${place}></div>`;
}
