/** The place as the browser has it: read from its history, changed through it. */
import { useEffect, useState } from 'preact/hooks';
import { hrefOf, type Params, type Place, placeOf } from './place.ts';

const listeners = new Set<() => void>();
const tell = () => {
  for (const listener of listeners) listener();
};

/** The place now. */
function currentPlace(): Place {
  return placeOf(location.pathname, location.search);
}

/**
 * Goes to a place.
 * @param replace leaves no step in the history: for what the page fills in by itself.
 */
function go(view: string, params: Params, { replace = false } = {}): void {
  const href = hrefOf(view, params);
  if (href === location.pathname + location.search) return;
  history[replace ? 'replaceState' : 'pushState'](null, '', href);
  tell();
}

/** Changes some parameters of the view at hand; `undefined` takes one out. */
export function change(params: Params, options?: { readonly replace?: boolean }): void {
  const { view, params: before } = currentPlace();
  go(view, { ...before, ...params }, options);
}

/** The place, and a new rendering whenever it changes. */
export function usePlace(): Place {
  const [place, setPlace] = useState(currentPlace);
  useEffect(() => {
    const update = () => setPlace(currentPlace());
    listeners.add(update);
    addEventListener('popstate', update);
    update();
    return () => {
      listeners.delete(update);
      removeEventListener('popstate', update);
    };
  }, []);
  return place;
}

/**
 * Links within the page change the place without loading it anew. They stay ordinary links: they can be copied, opened
 * in another tab, and lead to the same when they are.
 */
export function followLinks(event: MouseEvent): void {
  const link = (event.target as Element).closest?.('a');
  const wantsMore = event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
  if (!link || wantsMore || event.defaultPrevented || link.target || link.hasAttribute('download') || link.hash) return;
  if (link.origin !== location.origin || !/^\/[a-z-]*$/.test(link.pathname)) return;
  event.preventDefault();
  const { view, params } = placeOf(link.pathname, link.search);
  go(view, params);
}
