/**
 * The `Log` door as lines: for a terminal, for files, or JSON (by pino) for programs.
 *
 * Owns: the form of a line, and the limit on lines that others cause.
 * Does not own: where it goes, which is the caller's `print`.
 */
import { pino, stdTimeFunctions } from 'pino';
import type { Logger } from 'pino';
import type { Fields, Log } from '../ports.ts';
import { LogLimit } from '../platform/log-limit.ts';
import { printable } from './output.ts';
import type { Output } from './output.ts';

/**
 * `screen`: the time of day and no level; `lines`: full time and level; `json`: one object a line.
 */
export type LogForm = 'screen' | 'lines' | 'json';

export interface LineLogOptions {
  readonly print: (line: string) => void;
  readonly form: LogForm;
  /** Prints `debug` too. */
  readonly isVerbose: boolean;
  readonly colours: Output['outColours'];
}

type Level = 'debug' | 'info' | 'warn' | 'error';

export class LineLog implements Log {
  readonly #options: LineLogOptions;
  readonly #limit = new LogLimit();
  readonly #json: Logger | undefined;

  constructor(options: LineLogOptions) {
    this.#options = options;
    if (options.form === 'json') this.#json = jsonLogger(options.print);
  }

  /** What this process did itself: as `info`, and never left out. */
  event(message: string, fields?: Fields): void {
    this.#write('info', message, fields);
  }

  debug(message: string, fields?: Fields): void {
    if (this.#options.isVerbose) this.#write('debug', message, fields);
  }

  info(message: string, fields?: Fields): void {
    this.#writeLimited('info', message, fields);
  }

  warn(message: string, fields?: Fields): void {
    this.#writeLimited('warn', message, fields);
  }

  error(message: string, fields?: Fields): void {
    this.#writeLimited('error', message, fields);
  }

  /** Others can cause such lines, and must not be able to fill a disk with them. */
  #writeLimited(level: Level, message: string, fields?: Fields): void {
    for (const { message: left, count } of this.#limit.takeSuppressed(Date.now())) {
      this.#write('warn', 'Lines left out', { message: left, count });
    }
    if (this.#limit.admit(message)) this.#write(level, message, fields);
  }

  #write(level: Level, message: string, fields: Fields = {}): void {
    if (this.#json !== undefined) {
      this.#json[level](withoutBigints(fields), message);
      return;
    }
    const { print, form, colours } = this.#options;
    const time = new Date();
    const words = Object.entries(fields).map(
      ([name, value]) => `${name}=${valueText(form === 'screen' ? shortened(value) : value)}`,
    );
    // What others said of themselves may be among the values.
    const text = printable([message, ...words].join(' '));
    const shown = level === 'error' ? colours.red(text)
      : level === 'warn' ? colours.yellow(text) : text;
    print(form === 'screen'
      ? `${colours.dim(clockText(time))} ${shown}`
      : `${time.toISOString()} ${level.toUpperCase().padEnd(5)} ${shown}`);
  }
}

/** One object a line: time, level, message and the fields. */
function jsonLogger(print: (line: string) => void): Logger {
  return pino({
    level: 'debug',
    base: null,
    messageKey: 'message',
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (level) => ({ level }) },
  }, { write: (line) => print(line.trimEnd()) });
}

/** JSON has no integers of any size, so amounts and work are text. */
function withoutBigints(fields: Fields): Record<string, string | number | boolean> {
  return Object.fromEntries(Object.entries(fields).map(
    ([name, value]) => [name, typeof value === 'bigint' ? String(value) : value],
  ));
}

/** As it is, or in quotation marks when it would not end where it ends. */
function valueText(value: string | number | bigint | boolean): string {
  const text = String(value);
  return /^[^\s"=]+$/.test(text) ? text : JSON.stringify(text);
}

/** Whole ids would wrap on a terminal; both ends are enough to know one again. */
function shortened(value: string | number | bigint | boolean): string | number | bigint | boolean {
  if (typeof value !== 'string' || !/^[0-9a-f]{64}$/.test(value)) return value;
  return `${value.slice(0, 8)}..${value.slice(-4)}`;
}

/** The local time of day. */
function clockText(time: Date): string {
  return [time.getHours(), time.getMinutes(), time.getSeconds()]
    .map((part) => String(part).padStart(2, '0')).join(':');
}
