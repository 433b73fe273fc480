/**
 * Scenarios in files: those that come with the program, and a user's own.
 *
 * Owns: finding and reading them, and writing one down. Does not own: values (`settings.ts`).
 *
 * A file is TOML, a setting a line; a list of numbers is as many values to try. The comment at its
 * beginning says what question it answers.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, TomlError } from 'smol-toml';
import { nearest, suggestion } from '../nearest.ts';
import { EXIT, usageError, UserError } from '../user-error.ts';
import { wrapped } from '../words.ts';
import { isSettingName, SETTING_NAMES, settingRow } from './options.ts';
import { settingError } from './settings.ts';
import type { Given } from './settings.ts';

export interface ScenarioFile {
  /** The file's name without its ending. */
  readonly name: string;
  /** The first question of the comment at its beginning. */
  readonly question: string;
  /** The whole comment. */
  readonly comment: string;
  readonly given: readonly Given[];
}

/** A scenario is a page at most; this bounds what a wrong path can cost. */
const FILE_BYTES_MAX = 1_000_000;
const ENDING = '.toml';
/** Beside `src/` and `dist/` alike. */
const FOLDER = fileURLToPath(new URL('../../../scenarios/', import.meta.url));

/** The names of the scenarios that come with the program. */
export function presetNames(): readonly string[] {
  return readdirSync(FOLDER).filter((name) => name.endsWith(ENDING)).sort()
    .map((name) => basename(name, ENDING));
}

/** A scenario that comes with the program. Throws a `UserError` when there is none of the name. */
export function readPreset(name: string): ScenarioFile {
  const names = presetNames();
  if (names.includes(name)) return readScenarioFile(join(FOLDER, `${name}${ENDING}`));
  const near = nearest(name, names);
  const isPath = name.includes('/') || name.endsWith(ENDING);
  throw usageError(
    `There is no scenario "${name}".${near === undefined ? '' : ` Did you mean ${near}?`}`,
    isPath ? `mvb simulate --scenario ${name}` : 'mvb simulate --list',
  );
}

/** Reads a file. Throws a `UserError` with the line of what is wrong. */
export function readScenarioFile(path: string): ScenarioFile {
  const text = readText(path);
  const shown = path.startsWith(FOLDER) ? relative(join(FOLDER, '..'), path) : path;
  let table: Record<string, unknown>;
  try {
    table = parse(text);
  } catch (cause) {
    const place = cause instanceof TomlError ? `, line ${cause.line}` : '';
    throw new UserError({
      exitCode: EXIT.files,
      code: 'bad-scenario-file',
      what: `${shown}${place} is not valid TOML.`,
      why: 'Each line is: name = value, with texts in quotation marks.',
      next: `mend ${shown}${place}`,
      cause,
    });
  }
  const given = Object.entries(table).map(([name, value]) =>
    givenOf(name, value, `${shown}${lineOf(text, name)}`));
  const comment = commentOf(text);
  const end = comment.indexOf('?');
  const question = end < 0 ? comment : comment.slice(0, end + 1);
  return { name: basename(path, ENDING), question, comment, given };
}

function readText(path: string): string {
  try {
    const bytes = statSync(path).size;
    if (bytes > FILE_BYTES_MAX) {
      throw new Error(`it has ${bytes} bytes, more than ${FILE_BYTES_MAX}`);
    }
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const isMissing = code === 'ENOENT';
    throw new UserError({
      exitCode: isMissing ? EXIT.usage : EXIT.files,
      code: 'no-scenario-file',
      what: isMissing ? `There is no file ${path}.` : `Cannot read ${path}.`,
      next: 'mvb simulate --list',
      cause,
    });
  }
}

function givenOf(name: string, value: unknown, origin: string): Given {
  if (!isSettingName(name)) {
    const hint = suggestion(name, SETTING_NAMES);
    throw new UserError({
      exitCode: EXIT.files,
      code: 'unknown-setting',
      what: `Unknown setting "${name}" (${origin}).${hint === undefined ? '' : ` ${hint}`}`,
      next: `mend ${origin}`,
    });
  }
  const texts = textsOf(name, value);
  const given: Given = { name, texts: texts ?? [], origin, isFile: true };
  if (texts !== undefined && texts.length > 0) return given;
  throw settingError(given, `${name} must be ${settingRow(name).form}`);
}

/** The texts of a value of TOML, or undefined for what is no value of a setting. */
function textsOf(name: string, value: unknown): readonly string[] | undefined {
  if (typeof value === 'string') return [value];
  if (typeof value === 'number' || typeof value === 'bigint') return [String(value)];
  if (!Array.isArray(value)) return undefined;
  const numbers = (list: readonly unknown[]): boolean =>
    list.every((item) => typeof item === 'number' || typeof item === 'bigint');
  // Two settings are lists themselves.
  if (name === 'shares' && numbers(value)) return [value.join(',')];
  if (name === 'topology') {
    const isPairs = value.every((pair) =>
      Array.isArray(pair) && pair.length === 2 && numbers(pair));
    return isPairs ? [value.map((pair: number[]) => pair.join('-')).join(',')] : undefined;
  }
  return value.every((item) => ['string', 'number', 'bigint'].includes(typeof item))
    ? value.map(String) : undefined;
}

/** The parser tells no line of what it could read, so it is looked for. */
function lineOf(text: string, name: string): string {
  const index = text.split('\n').findIndex((line) =>
    line.trimStart().replace(/^["']/, '').startsWith(name));
  return index < 0 ? '' : `, line ${index + 1}`;
}

function commentOf(text: string): string {
  const lines = text.split('\n');
  const end = lines.findIndex((line) => !line.startsWith('#'));
  return lines.slice(0, end < 0 ? lines.length : end)
    .map((line) => line.replace(/^#\s?/, '')).join(' ').trim();
}

/** A scenario as a file: what was given, in the order of the table. */
export function scenarioText(comment: string, given: readonly Given[]): string {
  const known = new Map(given.map((one) => [one.name, one]));
  const lines = SETTING_NAMES.flatMap((name) => {
    const one = known.get(name);
    if (one === undefined) return [];
    const values = one.texts.map((text) =>
      (/^-?\d+(\.\d+)?$/.test(text) ? text : JSON.stringify(text)));
    return [`${name} = ${values.length === 1 ? values[0] : `[${values.join(', ')}]`}`];
  });
  const head = comment === '' ? [] : wrapped(comment, COMMENT_COLUMNS).map((line) => `# ${line}`);
  return [...head, ...lines, ''].join('\n');
}

const COMMENT_COLUMNS = 96;
