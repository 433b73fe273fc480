/**
 * The one kind of error that people see: what happened, why, and the command to type next.
 * Owns: exit codes.
 * Does not own: how errors look (`output.ts`).
 */

/** What a program's end means, for scripts (`docs/` and `mvb --help` say the same). */
export const EXIT = {
  done: 0,
  /** A rule of the chain or of the wallet said no. */
  refused: 1,
  usage: 2,
  /** No network, or no peer. */
  network: 3,
  /** A key, a file or the store. */
  files: 4,
  timeout: 5,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export interface UserErrorParts {
  readonly exitCode: ExitCode;
  /** Small letters and hyphens; in JSON it is `LIKE_THIS`. */
  readonly code: string;
  /** One sentence, without a full stop when it ends in a command or a value. */
  readonly what: string;
  readonly why?: string;
  /** A command to type, or what to do. */
  readonly next?: string;
  /** The error below, which only `--verbose` shows. */
  readonly cause?: unknown;
  /** More for `--json`, such as the id that was refused. */
  readonly details?: Readonly<Record<string, string | number | boolean>>;
}

/** Thrown anywhere in the edge rooms; `main.ts` shows it and ends with its exit code. */
export class UserError extends Error {
  override readonly name = 'UserError';
  readonly exitCode: ExitCode;
  readonly code: string;
  readonly what: string;
  readonly why: string | undefined;
  readonly next: string | undefined;
  readonly details: Readonly<Record<string, string | number | boolean>>;

  constructor(parts: UserErrorParts) {
    super(parts.what, { cause: parts.cause });
    this.exitCode = parts.exitCode;
    this.code = parts.code;
    this.what = parts.what;
    this.why = parts.why;
    this.next = parts.next;
    this.details = parts.details ?? {};
  }
}

/** Wrong words on the command line: exit code 2. */
export function usageError(what: string, next?: string, why?: string): UserError {
  return new UserError({
    exitCode: EXIT.usage,
    code: 'usage',
    what,
    ...(why === undefined ? {} : { why }),
    ...(next === undefined ? {} : { next }),
  });
}
