/**
 * What a command says: results on stdout, everything else on stderr, or one JSON value.
 *
 * Owns: the two streams, colours, and the look of an error.
 * Does not own: the words of any command.
 */
import { inspect } from 'node:util';
import pc from 'picocolors';
import { EXIT, UserError } from './user-error.ts';
import type { ExitCode } from './user-error.ts';

export interface OutputOptions {
  readonly isJson: boolean;
  readonly isVerbose: boolean;
  /** `auto`: when the stream is a terminal and nobody says `NO_COLOR`. */
  readonly colour: 'auto' | 'always' | 'never';
}

/** What `--json` prints: money is decimal text in coins, since JSON's numbers are not exact. */
export type Json =
  | string | number | boolean | null | readonly Json[]
  | { readonly [name: string]: Json | undefined };

type Colours = ReturnType<typeof pc.createColors>;

export class Output {
  readonly options: OutputOptions;
  /** Colours of stdout and of stderr; plain functions when there are none. */
  readonly outColours: Colours;
  readonly errorColours: Colours;
  /** The data directory of this run, for the commands that errors name. */
  dataDir = '.';

  constructor(options: OutputOptions) {
    this.options = options;
    this.outColours = pc.createColors(hasColours(options, process.stdout));
    this.errorColours = pc.createColors(hasColours(options, process.stderr));
  }

  get isJson(): boolean {
    return this.options.isJson;
  }

  /** The result of the command: text for people, or a value for programs, never both. */
  result(text: string, json: { readonly [name: string]: Json | undefined }): void {
    if (this.isJson) this.line(JSON.stringify({ ok: true, ...json }));
    else this.line(text);
  }

  /** One or more lines on stdout. */
  line(text: string): void {
    process.stdout.write(`${text}\n`);
  }

  /** A remark on stderr, with `--json` too. */
  note(text: string): void {
    process.stderr.write(`${text}\n`);
  }

  /** A remark that somebody should act on. */
  warn(text: string): void {
    this.note(`${this.errorColours.yellow('Warning:')} ${text}`);
  }

  /** Says what went wrong, why, and what to do; gives the exit code. */
  failure(error: unknown): ExitCode {
    const shown = error instanceof UserError ? error : unexpected(error);
    const { what, why } = shown;
    const next = shown.next === undefined
      ? undefined : commandHere(shown.next, { dataDir: this.dataDir, environment: process.env });
    if (this.isJson) {
      this.line(JSON.stringify({
        ok: false,
        code: shown.code.toUpperCase().replaceAll('-', '_'),
        message: what,
        why: why ?? null,
        next: next ?? null,
        ...(Object.keys(shown.details).length === 0 ? {} : { details: shown.details }),
      }));
    } else {
      this.note(printable(`${this.errorColours.red('Error:')} ${what}`));
      if (why !== undefined) this.note(printable(why));
      if (next !== undefined) this.note(printable(`Next: ${next}`));
    }
    if (this.options.isVerbose) this.#causes(error);
    return shown.exitCode;
  }

  /** The errors below an error; only what is no user's error has its stack shown. */
  #causes(error: unknown): void {
    let cause = error instanceof UserError ? error.cause : error;
    for (let depth = 0; cause !== undefined && depth < CAUSES_MAX; depth++) {
      const text = cause instanceof Error ? cause.stack ?? cause.message : inspect(cause);
      this.note(printable(`Cause: ${text}`));
      cause = cause instanceof Error ? cause.cause : undefined;
    }
  }
}

const CAUSES_MAX = 8;

/**
 * The next step as it works from here: the program called as it was called now, and with its data
 * directory. A step that says a folder, asks for help or is for another place stays.
 */
export function commandHere(
  next: string,
  { dataDir, environment }: {
    readonly dataDir: string; readonly environment: NodeJS.ProcessEnv;
  },
): string {
  // What npx and npm set; who types `mvb` has it on the path.
  const isByNpm = environment['npm_command'] === 'exec'
    || environment['npm_lifecycle_event'] !== undefined;
  return next.split('; ').map((step) => {
    if (!/(^|: )mvb [a-z-]/.test(step)) return step;
    const named = isByNpm ? step.replace(/(^|: )mvb /, '$1npx mvb ') : step;
    const isWhole = /--data-dir|--help|mvb simulate| there$/.test(step);
    return dataDir === '.' || isWhole ? named : `${named} --data-dir ${dataDir}`;
  }).join('; ');
}

function unexpected(error: unknown): UserError {
  const said = error instanceof Error ? error.message : String(error);
  return new UserError({
    exitCode: EXIT.files,
    code: 'unexpected',
    what: `Something went wrong that should not: ${said}`,
    next: 'the same command with --verbose shows more; please report it',
    cause: error,
  });
}

/**
 * Keeps what others wrote from steering the terminal: control characters become `?`, lines stay.
 */
export function printable(text: string): string {
  // ESC [ n m is a colour, of our own making.
  return text.replace(/(?!\u001b\[\d+m)[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g, '?');
}

function hasColours(options: OutputOptions, stream: NodeJS.WriteStream): boolean {
  if (options.isJson || options.colour === 'never') return false;
  if (options.colour === 'always') return true;
  // https://no-color.org: any text that is not empty.
  const isRefused = (process.env['NO_COLOR'] ?? '') !== '' || process.env['TERM'] === 'dumb';
  return stream.isTTY === true && !isRefused;
}
