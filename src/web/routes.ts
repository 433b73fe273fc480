/**
 * Which page an address of the browser names. Pure.
 *
 * Owns: the page's paths; the server answers `index.html` for these.
 * Does not own: what a page shows (`pages.ts`), going there (`router.ts`).
 */

export type PageName =
  | 'live' | 'chain' | 'block' | 'payment' | 'address' | 'pending' | 'mining' | 'peers'
  | 'propagation' | 'wallet' | 'screen' | 'learn' | 'api';

/** What stands in a path's place of `:id`, by its name. */
export type Params = Readonly<Record<string, string>>;

/** What a page is given. */
export interface PageProps {
  readonly params: Params;
}

export interface Route {
  readonly page: PageName;
  readonly params: Params;
}

const PATTERNS: readonly (readonly [pattern: string, page: PageName])[] = [
  ['/', 'live'],
  ['/chain', 'chain'],
  ['/block/:id', 'block'],
  ['/payment/:id', 'payment'],
  ['/address/:id', 'address'],
  ['/pending', 'pending'],
  ['/mining', 'mining'],
  ['/peers', 'peers'],
  ['/propagation', 'propagation'],
  ['/wallet', 'wallet'],
  ['/screen', 'screen'],
  ['/learn', 'learn'],
  ['/api', 'api'],
];

/** The page of a path, or undefined when there is none. A slash at the end changes nothing. */
export function routeOf(path: string): Route | undefined {
  const parts = path.split('/').filter((part) => part !== '');
  for (const [pattern, page] of PATTERNS) {
    const params = paramsOf(pattern.split('/').filter((part) => part !== ''), parts);
    if (params !== undefined) return { page, params };
  }
  return undefined;
}

function paramsOf(pattern: readonly string[], parts: readonly string[]): Params | undefined {
  if (pattern.length !== parts.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, name] of pattern.entries()) {
    const part = parts[index]!;
    if (!name.startsWith(':')) {
      if (name !== part) return undefined;
      continue;
    }
    const value = decoded(part);
    if (value === undefined) return undefined;
    params[name.slice(1)] = value;
  }
  return params;
}

/** A stranger may write any link, and `%` alone is none. */
function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}
