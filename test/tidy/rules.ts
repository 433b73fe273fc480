/**
 * The house rules of `src/`, each a function from sources to findings.
 *
 * A finding says what is wrong and why the rule exists. The rules of one file are here; those that
 * look at how files use each other are in `graph.ts`.
 */
import { functionsOf, importsOf, lineAt, mask, type Masked } from './scan.ts';

/** A source: its path from the root, with slashes, and its text. */
export interface Source {
  readonly path: string;
  readonly text: string;
  readonly masked: Masked;
}

/** A broken rule: `src/x.ts:12: what, why`. */
export type Finding = string;

/** Makes a source of a path and its text. */
export function sourceOf(path: string, text: string): Source {
  return { path, text, masked: mask(text) };
}

/** One finding. */
export function finding(path: string, line: number, what: string): Finding {
  return `${path}:${line}: ${what}`;
}

const FUNCTION_LINES_MAX = 70;
const FILE_LINES_MAX = 400;
const CONSENSUS_LINES_MAX = 220;
const LINE_COLUMNS_MAX = 100;

/** The rooms of pure code: one event in, its effects out, nothing of the world. */
export const PURE: ReadonlySet<string> = new Set(
  ['ports', 'lib', 'crypto', 'consensus', 'protocol', 'wallet', 'node', 'sim', 'plot'],
);

/** The first folder below `src`, or the name of a file that lies there itself. */
export function roomOf(path: string): string {
  return /^src\/([^/.]+)/.exec(path)?.[1] ?? '';
}

/** Whether a file is a test, or lies among the tests. */
export function isTest(path: string): boolean {
  return path.endsWith('.test.ts') || path.startsWith('test/');
}

function isProduct(path: string): boolean {
  return path.startsWith('src/') && !isTest(path);
}

/** Findings for each place where `pattern` (with the flag g) stands in `text`. */
function findAll(source: Source, text: string, pattern: RegExp, what: string): Finding[] {
  return [...text.matchAll(pattern)].map((match) => {
    const shown = match[0].replace(/\s+/g, ' ').trim();
    return finding(source.path, lineAt(text, match.index), `\`${shown}\` ${what}`);
  });
}

/** Pure code takes time, chance and the world through the doors of `ports.ts`. */
export function checkPurity(source: Source): Finding[] {
  if (!isProduct(source.path) || !PURE.has(roomOf(source.path))) return [];
  const { code } = source.masked;
  const imports = importsOf(source.masked).filter((one) => one.specifier.startsWith('node:'));
  return [
    ...findAll(source, code, /\b(?:Date|Math\s*\.\s*random|randomBytes)\b/g,
      'in a pure room: time and chance come through a door, so that a run can be repeated'),
    ...findAll(source, code, /\b(?:async|await|Promise)\b/g,
      'in a pure room: an event is handled to its end before the next begins'),
    ...imports.map((one) => finding(source.path, one.line,
      `\`${one.specifier}\` in a pure room: the world comes through a door`)),
  ];
}

/** A function fits on one screen. */
export function checkFunctionLength(source: Source): Finding[] {
  if (!isProduct(source.path)) return [];
  return functionsOf(source.masked.code).filter((one) => one.lines > FUNCTION_LINES_MAX).map(
    (one) => finding(source.path, one.line,
      `${one.name} has ${one.lines} lines, at most ${FUNCTION_LINES_MAX}: it fits on a screen`),
  );
}

/** A file holds one thing. */
export function checkFileLength(source: Source): Finding[] {
  if (!isProduct(source.path)) return [];
  const max = roomOf(source.path) === 'consensus' ? CONSENSUS_LINES_MAX : FILE_LINES_MAX;
  const lines = source.text.replace(/\n$/, '').split('\n').length;
  if (lines <= max) return [];
  return [finding(source.path, max + 1, `the file has ${lines} lines, at most ${max}: split it`)];
}

/** Two files stand side by side on a screen. */
export function checkLineLength(source: Source): Finding[] {
  return source.text.split('\n').flatMap((text, i) => {
    const columns = [...text.replace(/\r$/, '')].length;
    return columns <= LINE_COLUMNS_MAX ? [] : [finding(source.path, i + 1,
      `the line has ${columns} columns, at most ${LINE_COLUMNS_MAX}: two files fit side by side`)];
  });
}

/** A file says first what it owns. */
export function checkHeader(source: Source): Finding[] {
  if (/^(?:#![^\n]*\n)?\/\*\*/.test(source.text)) return [];
  return [finding(source.path, 1,
    'no header: a file begins with `/**`, what it owns and what it does not')];
}

/** What is known to be wrong does not land. */
export function checkMarks(source: Source): Finding[] {
  return findAll(source, source.text, new RegExp('FIX' + 'ME', 'g'),
    'left behind: mend it, or write an issue');
}

/** A value of an unknown type is `unknown`, and is looked at before its use. */
export function checkAny(source: Source): Finding[] {
  return findAll(source, source.masked.code,
    /(?::\s*any\b(?!\s*[(.])|\bas\s+any\b|[<,|&]\s*any\s*[>,|&[])/g,
    'turns the compiler off: use `unknown`, or the type');
}

/** Nothing that arrives as text is ever run. */
export function checkDynamicCode(source: Source): Finding[] {
  if (!isProduct(source.path)) return [];
  return findAll(source, source.masked.code, /\beval\s*\(|\bnew\s+Function\s*\(/g,
    'runs text as code: nobody can check it');
}

/** The rules that look at one file. */
export const FILE_RULES: Readonly<Record<string, (source: Source) => Finding[]>> = {
  'pure rooms take time, chance and the world through doors': checkPurity,
  'functions are short': checkFunctionLength,
  'files are short': checkFileLength,
  'lines are short': checkLineLength,
  'files begin with what they own': checkHeader,
  'no known fault is left behind': checkMarks,
  'no value has the type any': checkAny,
  'no text is run as code': checkDynamicCode,
};
