/**
 * Who may spend: the token, and codes that give it to a browser once.
 *
 * Owns: comparing both without telling anything by time, limiting guesses, codes that end.
 * Does not own: the token's file, which is the program's.
 *
 * A code stands in the address that the miner prints, behind the `#`, which no browser sends. It
 * works once, so that an address left on a screen, or in a history, is worth nothing.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { BoundedMap } from '../lib/bounded-map.ts';
import { TokenBucket } from '../lib/token-bucket.ts';
import type { Clock, ElapsedMs } from '../ports.ts';
import {
  SIGN_IN_CODE_MS, SIGN_IN_CODES_MAX, WRONG_TOKENS_BURST, WRONG_TOKENS_PER_SECOND,
} from './limits.ts';
import { ProblemError } from './problem.ts';

const CODE_BYTES = 18;

export class SignIn {
  readonly #token: string | undefined;
  readonly #clock: Clock;
  /** When each was made. */
  readonly #codes = new BoundedMap<string, ElapsedMs>(SIGN_IN_CODES_MAX);
  readonly #wrong = new TokenBucket(WRONG_TOKENS_BURST, WRONG_TOKENS_PER_SECOND);

  /** Without a token nobody may. */
  constructor(token: string | undefined, clock: Clock) {
    this.#token = token;
    this.#clock = clock;
  }

  /** A new code, or undefined where nobody may sign in. */
  newCode(): string | undefined {
    if (this.#token === undefined) return undefined;
    const code = randomBytes(CODE_BYTES).toString('base64url');
    this.#codes.set(code, this.#clock.elapsed());
    return code;
  }

  /** The token for a code, which is used up by it. Throws a `ProblemError`. */
  redeem(code: string): string {
    if (this.#token === undefined) throw readOnly();
    const known = this.#liveCodes().find((one) => isSame(code, one));
    if (known !== undefined) {
      this.#codes.delete(known);
      return this.#token;
    }
    this.#countWrong();
    throw new ProblemError({
      status: 403, code: 'bad-code',
      detail: 'This address has been used to sign in already, or is too old.',
      next: 'get a new one: mvb dashboard',
    });
  }

  /**
   * Whether the header is the token's; throws a `ProblemError` when it is a wrong one. Where there
   * is no token, one of another program at this address before opens and forbids nothing.
   */
  isOwner(authorization: string | undefined): boolean {
    if (authorization === undefined || this.#token === undefined) return false;
    if (isSame(authorization, `Bearer ${this.#token}`)) return true;
    this.#countWrong();
    throw new ProblemError({
      status: 401, code: 'bad-token', detail: 'The token is not the one of this wallet.',
      next: 'sign in again: mvb dashboard',
    });
  }

  /** Throws a `ProblemError` unless the header is the token's. */
  requireOwner(authorization: string | undefined): void {
    if (this.isOwner(authorization)) return;
    if (this.#token === undefined) throw readOnly();
    throw new ProblemError({
      status: 401, code: 'token-needed', detail: 'Keys and mining are for whoever has the token.',
      next: 'sign in with the address that the miner printed, or a new one: mvb dashboard',
    });
  }

  #liveCodes(): string[] {
    const since = this.#clock.elapsed() - SIGN_IN_CODE_MS;
    return [...this.#codes.keys()].filter((code) => this.#codes.get(code)! > since);
  }

  #countWrong(): void {
    if (this.#wrong.take(this.#clock.elapsed())) return;
    throw new ProblemError({
      status: 429, code: 'too-many-guesses', detail: 'Too many wrong tokens were given.',
      next: 'wait a minute',
    });
  }
}

/** Compares digests, so that neither length nor content shows in the time that it takes. */
function isSame(given: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

function readOnly(): ProblemError {
  return new ProblemError({
    status: 403, code: 'read-only', detail: 'There is no wallet here: these pages only show.',
  });
}
