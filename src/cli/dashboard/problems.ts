/**
 * What a user of the page can mend, as an answer of the API.
 *
 * Owns: which HTTP status a `UserError` has, and that its next step fits a page.
 * Does not own: the words, which are those of the command line (`keys.ts`, `payment-order.ts`).
 */
import { ProblemError } from '../../api/problem.ts';
import { commandHere } from '../output.ts';
import { EXIT, UserError } from '../user-error.ts';
import type { ExitCode } from '../user-error.ts';
import { explained } from '../world-errors.ts';

type Status = 400 | 409 | 422 | 503;

const STATUSES: Readonly<Partial<Record<ExitCode, Status>>> = {
  [EXIT.refused]: 422, [EXIT.usage]: 400, [EXIT.files]: 409, [EXIT.timeout]: 503,
  [EXIT.network]: 503,
};

/** Where the next step on the command line is none on a page. */
const NEXT_STEPS: Readonly<Record<string, string>> = {
  'fee-too-low': 'raise the fee',
  'key-bad-name': 'choose another name',
  'key-exists': 'choose another name',
  'key-passphrase-needed': 'give the passphrase of the key',
  'key-wrong-passphrase': 'type the passphrase again',
};

/** Runs something; rejects with a `ProblemError` instead of a `UserError` of the data directory. */
export async function withProblems<Result>(
  dataDir: string, act: () => Promise<Result>,
): Promise<Result> {
  try {
    return await act();
  } catch (error) {
    throw asProblem(explained(error), dataDir);
  }
}

/** The problem; an error that nobody can mend here stays what it is. */
function asProblem(error: unknown, dataDir: string): unknown {
  if (!(error instanceof UserError)) return error;
  const { what, why, code } = error;
  // A disk that is full or fails is not the asker's doing.
  const isOfStore = code.startsWith('store-') || code === 'file-failed';
  return new ProblemError({
    status: isOfStore ? 503 : STATUSES[error.exitCode] ?? 409,
    code,
    detail: why === undefined ? what : `${what} ${why}`,
    next: nextOf(error, dataDir),
  }, error);
}

function nextOf({ code, next }: UserError, dataDir: string): string | undefined {
  const own = NEXT_STEPS[code];
  if (own !== undefined || next === undefined) return own;
  // Help for the words of a command is none for the fields of a form.
  return next.endsWith('--help') ? undefined
    : commandHere(next, { dataDir, environment: process.env });
}
