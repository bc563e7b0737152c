// Parts of a page that are fetched when they are first drawn, because most visits never need them.

import { html, useEffect, useState } from './html.js';

/**
 * Makes a component of one that is still to be fetched.
 * @template Props
 * @param {() => Promise<(props: Props) => any>} load
 * @param {(props: Props, hasFailed: boolean) => any} meanwhile draws what stands there until then, and
 *   when it cannot be fetched
 * @returns {(props: Props) => any}
 */
export function lazy(load, meanwhile) {
  /** @type {((props: Props) => any) | null} */
  let part = null;
  return function Lazy(props) {
    const [, drawAgain] = useState(0);
    const [hasFailed, setFailed] = useState(false);
    useEffect(() => {
      if (part !== null) return undefined;
      let isShown = true;
      load().then((found) => {
        part = found;
        if (isShown) drawAgain(1);
      }).catch(() => { if (isShown) setFailed(true); });
      return () => { isShown = false; };
    }, []);
    return part === null ? meanwhile(props, hasFailed) : html`<${part} ...${props} />`;
  };
}
