/**
 * A small scanner of TypeScript for the house rules: the compiler's own API is not available in
 * TypeScript 7. It knows comments, strings, templates, regular expressions and brackets, and is
 * meant for code that compiles and looks like ours.
 *
 * It does not parse: a rule that needs types belongs to the compiler.
 */

/** A source with the parts that are not code blanked; positions and lines stay as they were. */
export interface Masked {
  /** Neither comments nor the contents of strings, templates and regular expressions. */
  readonly code: string;
  /** No comments; strings are whole. */
  readonly withStrings: string;
}

/** A function with a body. */
export interface FunctionSpan {
  readonly name: string;
  readonly line: number;
  readonly lines: number;
}

/** One `import`, `export ... from` or `import('...')`. */
export interface Import {
  readonly specifier: string;
  readonly line: number;
  /** The names as the other file exports them; '*' for all of them. */
  readonly names: readonly string[];
  readonly reexport: boolean;
  /** `import type`: gone in what runs. */
  readonly isType: boolean;
}

/** One name that a file exports. */
export interface Export {
  readonly name: string;
  readonly line: number;
  readonly isType: boolean;
}

/** The line, from 1, of a position. */
export function lineAt(text: string, position: number): number {
  let line = 1;
  for (let i = 0; i < position; i++) if (text[i] === '\n') line++;
  return line;
}

/** After these words a slash begins a regular expression, not a division. */
const BEFORE_REGEX = /(?:^|[^\w$.])(?:return|typeof|case|in|of|do|else|void|delete|yield|await)$/;

function startsRegex(before: string): boolean {
  const text = before.trimEnd();
  const last = text.at(-1);
  if (last === undefined || '([{,;=:?!&|+-*%<>~^}'.includes(last)) return true;
  return BEFORE_REGEX.test(text);
}

/** The position after a quoted string that opens at `start`. */
function endOfString(text: string, start: number): number {
  const quote = text[start];
  for (let i = start + 1; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === quote || text[i] === '\n') return i + 1;
  }
  return text.length;
}

/** The position after a regular expression's closing slash. */
function endOfRegex(text: string, start: number): number {
  let inClass = false;
  for (let i = start + 1; i < text.length; i++) {
    const c = text[i];
    if (c === '\\') i++;
    else if (c === '[') inClass = true;
    else if (c === ']') inClass = false;
    else if ((c === '/' && !inClass) || c === '\n') return i + 1;
  }
  return text.length;
}

/** The end of a template's piece: after its closing back quote, or after a `${`. */
function endOfTemplatePiece(text: string, start: number): number {
  for (let i = start; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === '`') return i + 1;
    else if (text[i] === '$' && text[i + 1] === '{') return i + 2;
  }
  return text.length;
}

type Kind = 'comment' | 'string' | 'template' | 'regex';

/** The next part that is not code, if one begins at `i`. */
function partAt(text: string, i: number, code: string): { kind: Kind; end: number } | undefined {
  const c = text[i];
  if (c === "'" || c === '"') return { kind: 'string', end: endOfString(text, i) };
  if (c === '`') return { kind: 'template', end: endOfTemplatePiece(text, i + 1) };
  if (c !== '/' && !(c === '#' && i === 0 && text[1] === '!')) return undefined;
  if (c === '#' || text[i + 1] === '/') {
    const end = text.indexOf('\n', i);
    return { kind: 'comment', end: end < 0 ? text.length : end };
  }
  if (text[i + 1] === '*') {
    const end = text.indexOf('*/', i + 2);
    return { kind: 'comment', end: end < 0 ? text.length : end + 2 };
  }
  // `</p>` and `<br />` are elements.
  if (text[i - 1] === '<' || text[i + 1] === '>') return undefined;
  return startsRegex(code) ? { kind: 'regex', end: endOfRegex(text, i) } : undefined;
}

function blank(text: string): string {
  return text.replace(/[^\n]/g, ' ');
}

/** Keeps the quotes and blanks what is between. */
function blankInside(text: string): string {
  return text.length < 2 ? text : text.at(0) + blank(text.slice(1, -1)) + text.at(-1);
}

/** Blanks comments, and the contents of strings, templates and regular expressions. */
export function mask(text: string): Masked {
  let code = '';
  let withStrings = '';
  /** For each open `${`, how many braces are open inside it. */
  const templates: number[] = [];
  for (let i = 0; i < text.length;) {
    const c = text[i] ?? '';
    const depth = templates.at(-1);
    let part = partAt(text, i, code);
    if (c === '}' && depth === 0) {
      templates.pop();
      part = { kind: 'template', end: endOfTemplatePiece(text, i + 1) };
    } else if (depth !== undefined && (c === '{' || c === '}')) {
      templates[templates.length - 1] = depth + (c === '{' ? 1 : -1);
    }
    if (part === undefined) {
      code += c;
      withStrings += c;
      i++;
      continue;
    }
    const piece = text.slice(i, part.end);
    if (part.kind === 'template' && piece.endsWith('${')) templates.push(0);
    // What opens and closes a piece of a template must not look like a bracket of the code.
    code += part.kind === 'comment' || part.kind === 'template' ? blank(piece) : blankInside(piece);
    withStrings += part.kind === 'comment' ? blank(piece) : piece;
    i = part.end;
  }
  return { code, withStrings };
}

const CLOSING: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/** The position after the bracket that closes the one at `open`. */
export function endOfBracket(code: string, open: number): number {
  const stack: string[] = [];
  for (let i = open; i < code.length; i++) {
    const c = code[i] ?? '';
    const closing = CLOSING[c];
    if (closing !== undefined) stack.push(closing);
    else if (c === stack.at(-1)) {
      stack.pop();
      if (stack.length === 0) return i + 1;
    }
  }
  return code.length;
}

function endOfAngle(code: string, open: number): number {
  let depth = 0;
  for (let i = open; i < code.length; i++) {
    const c = code[i] ?? '';
    if (c === '<') depth++;
    else if (c === '>' && code[i - 1] !== '=' && --depth === 0) return i + 1;
    else if (CLOSING[c] !== undefined) i = endOfBracket(code, i) - 1;
    else if (c === ';' || c === ')' || c === '}') return i;
  }
  return code.length;
}

/** Words of a type that another part of the type follows. */
const TYPE_OPERATOR = /^(?:keyof|readonly|typeof|asserts|is|infer|extends|unique)$/;

/** The `{` of a body behind a return type that starts at `start`, or -1 when none follows. */
function bodyAfterType(code: string, start: number): number {
  let operand = true; // Whether the type goes on, so that a `{` here opens an object type.
  for (let i = start; i < code.length;) {
    const c = code[i] ?? '';
    const word = /^[\w$.]+/.exec(code.slice(i, i + 80))?.[0];
    if (/\s/.test(c)) {
      i++;
    } else if (c === '{' && !operand) {
      return i;
    } else if (CLOSING[c] !== undefined) {
      i = endOfBracket(code, i);
      operand = false;
    } else if (c === '<') {
      i = endOfAngle(code, i);
    } else if (c === '=' && code[i + 1] === '>') {
      const next = i + 2 + (/^\s*/.exec(code.slice(i + 2))?.[0].length ?? 0);
      if (code[next] === '{') return next;
      operand = true;
      i += 2;
    } else if ('|&?:'.includes(c)) {
      operand = true;
      i++;
    } else if ('\'"`'.includes(c)) {
      i = endOfString(code, i);
      operand = false;
    } else if (word !== undefined) {
      if (TYPE_OPERATOR.test(word)) operand = true;
      else if (!operand) return -1;
      else operand = false;
      i += word.length;
    } else {
      return -1;
    }
  }
  return -1;
}

const CONTROL = /(?:^|[^\w$.])(?:if|for|while|switch|catch|with|await)\s*$/;

/** Where the body of a function begins whose parameters close at `end`, or -1 when it has none. */
function bodyAfterParameters(code: string, end: number): number {
  const rest = /^\s*(\{|:|=>\s*\{?)/.exec(code.slice(end));
  if (rest === null) return -1;
  if (rest[1] === ':') return bodyAfterType(code, end + rest[0].length);
  return rest[0].endsWith('{') ? end + rest[0].length - 1 : -1;
}

function nameBefore(code: string, position: number): string {
  const before = code.slice(Math.max(0, position - 200), position);
  const name = /([\w$#]+)\s*(?:<[^()]*>)?\s*$/.exec(before)?.[1];
  if (name !== undefined && name !== 'async' && name !== 'function') return name;
  const assigned = /([\w$#]+)\s*(?::[^=;]*)?=\s*(?:async\b|function\b|\*|\s)*$/.exec(before);
  return assigned?.[1] ?? '(unnamed)';
}

/** Every function with a block for a body, in the order of their bodies. */
export function functionsOf(code: string): FunctionSpan[] {
  const bodies = new Map<number, { name: string; start: number }>();
  for (let i = 0; i < code.length; i++) {
    if (code[i] === '(' && !CONTROL.test(code.slice(Math.max(0, i - 20), i))) {
      const body = bodyAfterParameters(code, endOfBracket(code, i));
      if (body >= 0) bodies.set(body, { name: nameBefore(code, i), start: i });
    }
  }
  for (const match of code.matchAll(/([\w$]+)\s*=>\s*\{/g)) {
    const start = match.index;
    const body = start + match[0].length - 1;
    if (!bodies.has(body)) bodies.set(body, { name: nameBefore(code, start), start });
  }
  return [...bodies].sort(([a], [b]) => a - b).map(([body, { name, start }]) => {
    const line = lineAt(code, start);
    return { name, line, lines: lineAt(code, endOfBracket(code, body) - 1) - line + 1 };
  });
}

/** The names that a clause such as `Foo, { type A, B as C }` or `* as all` takes. */
function namesOf(clause: string): string[] {
  const text = clause.replace(/^\s*type\s+(?=[{*\w])/, '');
  if (/^\s*\*/.test(text)) return ['*'];
  const names: string[] = [];
  const braces = /\{([\s\S]*)\}/.exec(text);
  const outside = text.replace(/\{[\s\S]*\}/, '').replaceAll(',', '').trim();
  if (outside !== '') names.push(outside.startsWith('*') ? '*' : 'default');
  for (const item of (braces?.[1] ?? '').split(',')) {
    const name = item.trim().replace(/^type\s+/, '').split(/\s+as\s+/)[0];
    if (name !== undefined && name !== '') names.push(name);
  }
  return names;
}

/** Every import of a file, types included. */
export function importsOf({ code, withStrings }: Masked): Import[] {
  const found: Import[] = [];
  const add = (position: number, one: Omit<Import, 'line'>): void => {
    found.push({ ...one, line: lineAt(code, position) });
  };
  const clauses = /(?<=^|[;}\n])[ \t]*(import|export)\b([^;'"`=()]*?)\bfrom\s*(['"])(.*?)\3/g;
  for (const match of withStrings.matchAll(clauses)) {
    const position = match.index + match[0].indexOf(match[1] ?? '');
    if (!code.startsWith(match[1] ?? '', position)) continue; // It stands in a string.
    const clause = match[2] ?? '';
    add(position, {
      specifier: match[4] ?? '', names: namesOf(clause), reexport: match[1] === 'export',
      isType: /^\s*type\s+[{*\w]/.test(clause),
    });
  }
  for (const match of withStrings.matchAll(/\bimport\s*(\(?)\s*(['"])(.*?)\2/g)) {
    if (!code.startsWith('import', match.index)) continue;
    const names = match[1] === '(' ? ['*'] : [];
    add(match.index, { specifier: match[3] ?? '', names, reexport: false, isType: false });
  }
  return found.sort((a, b) => a.line - b.line);
}

const DECLARATION = new RegExp('(?<=^|[;}\\n])[ \\t]*export\\s+(?:declare\\s+)?(?:' + [
  '(?<type>type|interface)\\s+(?<typeName>[\\w$]+)',
  '(?:abstract\\s+)?class\\s+(?<className>[\\w$]+)',
  '(?:async\\s+)?function\\s*\\*?\\s*(?<functionName>[\\w$]+)',
  '(?:const|let|var)\\s+(?<variable>[\\w$]+)',
  '(?<typeList>type\\s+)?\\{(?<list>[^}]*)\\}(?!\\s*from)',
  '(?<default>default)\\b',
].join('|') + ')', 'g');

/** Every name that a file exports of its own; not what it passes on from another. */
export function exportsOf({ code }: Masked): Export[] {
  const found: Export[] = [];
  for (const match of code.matchAll(DECLARATION)) {
    const groups = match.groups ?? {};
    const line = lineAt(code, match.index + match[0].indexOf('export'));
    const listed = groups['list']?.split(',');
    const names = listed?.map((item) => item.trim().split(/\s+as\s+/).at(-1) ?? '')
      ?? [groups['typeName'] ?? groups['className'] ?? groups['functionName']
        ?? groups['variable'] ?? 'default'];
    const isType = groups['type'] !== undefined || groups['typeList'] !== undefined;
    for (const name of names) {
      if (name !== '') found.push({ name: name.replace(/^type\s+/, ''), line, isType });
    }
  }
  return found;
}

/** The contents of every quoted string. */
export function stringsOf({ code, withStrings }: Masked): string[] {
  const found: string[] = [];
  for (let i = 0; i < code.length; i++) {
    if (code[i] !== "'" && code[i] !== '"') continue;
    const end = endOfString(withStrings, i);
    found.push(withStrings.slice(i + 1, end - 1));
    i = end - 1;
  }
  return found;
}
