/**
 * Every "no" of the API: `application/problem+json` (RFC 9457).
 *
 * Owns: the form, and that nothing of the inside (paths, stacks) comes out by mistake.
 * Does not own: the codes of the rules (`consensus/rejection.ts`), which pass through.
 */
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Problem } from './schema/common.ts';

export interface ProblemWords {
  readonly status: ContentfulStatusCode;
  /** Stable, for programs. */
  readonly code: string;
  /** What happened, and why. */
  readonly detail: string;
  /** What to do now. */
  readonly next?: string | undefined;
}

/** Thrown where a request cannot be served, and answered as what it says. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly words: ProblemWords;

  constructor(words: ProblemWords, cause?: unknown) {
    super(words.detail, cause === undefined ? undefined : { cause });
    this.words = words;
  }
}

const TITLES: Readonly<Partial<Record<number, string>>> = {
  400: 'Not understood',
  401: 'Token needed',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Not this method',
  406: 'Not this form',
  408: 'Too slow',
  409: 'Refused as things are',
  411: 'Length needed',
  413: 'Too large',
  415: 'Not this kind of content',
  417: 'Not to be expected',
  421: 'Not this host',
  422: 'Refused by the rules',
  429: 'Too many requests',
  431: 'Too large',
  500: 'A fault of this program',
  503: 'Not ready',
};

/** The JSON of a problem. */
export function problemOf({ status, code, detail, next }: ProblemWords): Problem {
  return {
    type: `urn:mvb:problem:${code}`,
    title: TITLES[status] ?? 'Problem',
    status, detail, code, next: next ?? null,
  };
}

/** The answer of a problem. */
export function problemResponse(
  words: ProblemWords, headers: Readonly<Record<string, string>> = {},
): Response {
  const all = new Headers(headers);
  all.set('content-type', 'application/problem+json');
  all.set('cache-control', 'no-store');
  return new Response(JSON.stringify(problemOf(words)), { status: words.status, headers: all });
}
