/**
 * Going from page to page without loading the document anew (History API).
 *
 * Owns: where the browser is, links, and where the focus goes.
 * Does not own: which path is which page (`routes.ts`).
 */
import { signal } from '@preact/signals';

export interface Place {
  readonly path: string;
  readonly query: URLSearchParams;
}

export const place = signal<Place>(placeNow());

/** Whether the visitor has gone anywhere yet: the first page takes no focus. */
let hasMoved = false;

function placeNow(): Place {
  const { pathname, search } = window.location;
  return { path: pathname, query: new URLSearchParams(search) };
}

/** Follows every link within the page from now on. */
export function startRouter(): void {
  window.addEventListener('popstate', () => {
    hasMoved = true;
    place.value = placeNow();
  });
  document.addEventListener('click', (event) => {
    const href = hrefOf(event);
    if (href === undefined) return;
    event.preventDefault();
    navigate(href);
  });
}

/** The address of a link that this page follows itself; undefined leaves it to the browser. */
function hrefOf(event: MouseEvent): string | undefined {
  const isPlain = event.button === 0
    && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
  if (!isPlain || event.defaultPrevented || !(event.target instanceof Element)) return undefined;
  const link = event.target.closest('a');
  const href = link?.getAttribute('href');
  const isOurs = href?.startsWith('/') === true && !/^\/(?:api\/|metrics|health|\/)/.test(href);
  if (!isOurs || link?.hasAttribute('download') || link?.hasAttribute('target')) return undefined;
  return href;
}

/** Goes to a page; a new one begins at its top. */
export function navigate(href: string): void {
  hasMoved = true;
  window.history.pushState(null, '', href);
  const isOther = window.location.pathname !== place.value.path;
  place.value = placeNow();
  if (isOther) window.scrollTo(0, 0);
}

/** Changes what stands behind the `?`, without a step in the history and without moving focus. */
export function replaceQuery(changes: Readonly<Record<string, string | undefined>>): void {
  const query = new URLSearchParams(window.location.search);
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) query.delete(name);
    else query.set(name, value);
  }
  const text = query.toString();
  const href = `${window.location.pathname}${text === '' ? '' : `?${text}`}`;
  window.history.replaceState(window.history.state, '', href);
  place.value = placeNow();
}

/** Moves the focus to a new page's heading, so that a screen reader says where one is. */
export function focusHeading(heading: HTMLElement): void {
  if (hasMoved) heading.focus({ preventScroll: true });
}
