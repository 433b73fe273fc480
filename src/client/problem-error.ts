/**
 * An answer of the API that says no, or none at all, as an error.
 *
 * Owns: turning `application/problem+json` into something to catch.
 */
import type { Problem } from '../api/schema/common.ts';

/** Thrown by every method of the client. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  /** A stable word, such as `insufficient-funds`; `no-answer` when nobody answered. */
  readonly code: string;
  /** Of HTTP; 0 when nobody answered. */
  readonly status: number;
  /** What to do now, if that is known. */
  readonly next: string | null;

  constructor(problem: Pick<Problem, 'code' | 'detail' | 'status' | 'next'>, cause?: unknown) {
    super(problem.detail, cause === undefined ? undefined : { cause });
    this.code = problem.code;
    this.status = problem.status;
    this.next = problem.next;
  }
}

/** The error of an answer whose status is not 2xx. */
export async function errorOf(response: Response): Promise<ApiError> {
  const text = await response.text().catch(() => '');
  const problem = problemIn(text);
  if (problem !== undefined) return new ApiError(problem);
  return new ApiError({
    code: 'bad-answer', status: response.status, next: null,
    detail: `The answer was ${response.status} ${response.statusText}, without a reason.`,
  });
}

/** The error when no answer came. */
export function noAnswer(url: string, cause: unknown): ApiError {
  return new ApiError({
    code: 'no-answer', status: 0, next: 'start it: mvb miner',
    detail: `Nobody answers at ${url}.`,
  }, cause);
}

function problemIn(text: string): Problem | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isProblem = typeof value === 'object' && value !== null
      && 'code' in value && 'detail' in value && 'status' in value;
    return isProblem ? value as Problem : undefined;
  } catch {
    return undefined;
  }
}
