/**
 * From one page of a list to the next. Each has an address of its own (`?cursor=`), which can be
 * sent to somebody.
 */
import { place } from '../router.ts';
import { COMMON } from '../words/common.ts';

interface PagerProps {
  /** What the API gave as `next`. */
  readonly next: string | null;
  /** The query's name, where a page has several lists. */
  readonly name?: string;
}

/** The cursor that the browser's address has, or undefined at the newest items. */
export function cursorNow(name = 'cursor'): string | undefined {
  return place.value.query.get(name) ?? undefined;
}

export function Pager({ next, name = 'cursor' }: PagerProps) {
  const isFirst = cursorNow(name) === undefined;
  if (isFirst && next === null) return null;
  return (
    <nav class="pager" aria-label="More of this list">
      {isFirst ? null : <a class="button small" href={hrefWith(name, undefined)}>{COMMON.newer}</a>}
      {next === null ? null
        : <a class="button small" href={hrefWith(name, next)}>{COMMON.older}</a>}
    </nav>
  );
}

function hrefWith(name: string, cursor: string | undefined): string {
  const query = new URLSearchParams(place.value.query);
  if (cursor === undefined) query.delete(name);
  else query.set(name, cursor);
  const text = query.toString();
  return `${place.value.path}${text === '' ? '' : `?${text}`}`;
}
