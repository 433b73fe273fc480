/**
 * The `Log` door: lines on a stream, as text for people or as JSON, written by pino.
 *
 * Owns: levels, the limit on repeated lines, and that nothing from outside can forge or colour a
 * line. Does not own: what is worth logging. Loads pino when it is made, for commands that do not
 * log.
 */
import type { Fields, Log } from '../ports.ts';
import { LogLimit, WINDOW_MS } from './log-limit.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

export interface ConsoleLogOptions {
  /** The least level that is written; `silent` for none. */
  readonly level: LogLevel | 'silent';
  readonly format: 'pretty' | 'json';
  /** Lines are written here. */
  readonly stream: Pick<NodeJS.WritableStream, 'write'> & { readonly isTTY?: boolean };
  /** Milliseconds since 1970, for the limit; the system's clock by default. */
  readonly now?: () => number;
}

export interface ConsoleLog extends Log {
  /** Says what was left out and stops counting. Again does nothing. */
  close(): void;
}

/** Characters of a text field; what is longer is cut. */
const TEXT_LENGTH_MAX = 1_000;
/** C0 and C1 controls, line separators, and marks that turn the direction of text. */
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g;

/** Makes the log. */
export async function createConsoleLog(options: ConsoleLogOptions): Promise<ConsoleLog> {
  const { pino, stdTimeFunctions } = await import('pino');
  const format = options.format === 'json' ? undefined : await prettyFormat(options.stream);
  const write = (line: string): void => {
    options.stream.write(format === undefined ? line : format(line));
  };
  const logger = pino(
    { level: options.level, base: null, timestamp: stdTimeFunctions.isoTime }, { write },
  );
  const now = options.now ?? Date.now;
  const limit = new LogLimit();
  const report = (suppressed: ReturnType<LogLimit['takeSuppressed']>): void => {
    for (const { message, count } of suppressed) logger.warn({ message, count }, 'lines left out');
  };
  const timer = setInterval(() => report(limit.takeSuppressed(now())), WINDOW_MS);
  timer.unref();

  const log = (level: LogLevel, message: string, fields: Fields = {}): void => {
    if (!logger.isLevelEnabled(level)) return;
    report(limit.takeSuppressed(now()));
    // Debug lines are wanted by an operator who looks, and are many.
    if (level !== 'debug' && !limit.admit(message)) return;
    logger[level](cleanFields(fields), cleanText(message));
  };
  return {
    debug: (message, fields) => log('debug', message, fields),
    info: (message, fields) => log('info', message, fields),
    warn: (message, fields) => log('warn', message, fields),
    error: (message, fields) => log('error', message, fields),
    close: () => {
      clearInterval(timer);
      report(limit.takeAllSuppressed());
    },
  };
}

/** Lines for people; in colour on a terminal, unless NO_COLOR is set (https://no-color.org). */
async function prettyFormat(
  stream: ConsoleLogOptions['stream'],
): Promise<(line: string) => string> {
  const { prettyFactory } = await import('pino-pretty');
  const colorize = stream.isTTY === true && (process.env['NO_COLOR'] ?? '') === '';
  const format = prettyFactory({ colorize, singleLine: true, translateTime: 'SYS:HH:MM:ss' });
  return (line) => String(format(line));
}

function cleanFields(fields: Fields): Record<string, string | number | boolean> {
  const clean: Record<string, string | number | boolean> = {};
  for (const [name, value] of Object.entries(fields)) {
    clean[name] = typeof value === 'string' ? cleanText(value)
      : typeof value === 'bigint' ? value.toString() : value;
  }
  return clean;
}

function cleanText(text: string): string {
  const cut = text.length > TEXT_LENGTH_MAX ? `${text.slice(0, TEXT_LENGTH_MAX)}...` : text;
  return cut.replace(CONTROLS, (character) =>
    `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
