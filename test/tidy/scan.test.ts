/**
 * Goal: the scanner sees in small pieces of code what a reader sees.
 * Method: one snippet for each thing that could mislead it.
 */
import { describe, expect, test } from 'vitest';
import { exportsOf, functionsOf, importsOf, mask, stringsOf } from './scan.ts';

const codeOf = (text: string): string => mask(text).code.replace(/\s+/g, ' ').trim();

describe('mask', () => {
  test.each([
    ['a line comment', 'a; // Date\nb;', 'a; b;'],
    ['a block comment', 'a /* Date \n async */ b', 'a b'],
    ['a shebang', '#!/usr/bin/env node\nb;', 'b;'],
    ['strings', `f('Date', "it\\'s \\" Date")`, `f(' ', " ")`],
    ['a comment sign in a string', `f('// no'); g`, `f(' '); g`],
    ['a string sign in a comment', `a; // don't\nb;`, 'a; b;'],
    ['a template', 'f(`Date ${a} Date`)', 'f( a )'],
    ['nested templates', 'f(`x ${g(`y ${h({ a: 1 })} z`)} w`) + k', 'f( g( h({ a: 1 }) ) ) + k'],
    ['a regular expression', 'f(/[/"\']+`/g, b)', 'f(/ /g, b)'],
    ['a regular expression after return', 'return /async/.test(a)', 'return / /.test(a)'],
    ['elements', 'const p = <p a={b}>{c}</p>; f(<br />, "x")', 'const p = <p a={b}>{c}</p>; '
      + 'f(<br />, " ")'],
    ['division', 'a / b / c; d', 'a / b / c; d'],
  ])('handles %s', (_name, text, expected) => {
    expect(codeOf(text)).toBe(expected);
  });

  test('keeps every position', () => {
    const text = '/** é */ f(`a\n${b}`); // x\n\'c\'';
    const masked = mask(text);
    expect(masked.code).toHaveLength(text.length);
    expect(masked.withStrings).toHaveLength(text.length);
    expect(masked.withStrings).toContain("'c'");
  });
});

describe('functionsOf', () => {
  const namesOf = (text: string): string[] => functionsOf(mask(text).code).map((f) => f.name);

  test.each([
    ['a function', 'export function f(a: A): void {\n}', ['f']],
    ['a generator', 'function* f() {}', ['f']],
    ['an object return type', 'function f(): { a: number } | undefined {\n}', ['f']],
    ['a predicate', 'function f(a: A): asserts a is B<{ c: D }> {\n}', ['f']],
    ['a generic', 'function f<T extends A>(a: T): Map<string, () => void> {}', ['f']],
    ['methods', 'class A extends B {\n  #x(): number { }\n  get y() { }\n}', ['#x', 'y']],
    ['an arrow', 'const f = (a: A): B => { return a; };', ['f']],
    ['an arrow with one parameter', 'list.map(a => { return a; });', ['(unnamed)']],
    ['an argument', 'run((a) => {\n});', ['(unnamed)']],
    ['a defaulted object parameter', 'function f({ a = {} }: A = {}) {}', ['f']],
    ['control flow', 'if (a) { }\nfor (;;) { }\nswitch (a) { case f(b): { } }', []],
    ['a ternary', 'const x = a ? f(b) : { c: 1 };', []],
    ['an interface', 'interface A {\n  f(a: B): { c: D };\n  g(): void;\n}', []],
    ['an arrow to a value', 'const f = (a: A) => ({ a });', []],
  ])('finds %s', (_name, text, expected) => {
    expect(namesOf(text)).toEqual(expected);
  });

  test('counts the lines from the parameters to the closing brace', () => {
    const text = '\nfunction f(\n  a: A,\n): B {\n  const s = `}\n}`;\n  return s;\n}\n';
    expect(functionsOf(mask(text).code)).toEqual([{ name: 'f', line: 2, lines: 7 }]);
  });
});

describe('importsOf', () => {
  test.each([
    [`import { a, type B as C } from './x.ts';`, './x.ts', ['a', 'B']],
    [`import type { A } from './x.ts';`, './x.ts', ['A']],
    [`import {\n  a,\n  b,\n} from './x.ts';`, './x.ts', ['a', 'b']],
    [`import * as all from './x.ts';`, './x.ts', ['*']],
    [`import d, { e } from "x";`, 'x', ['default', 'e']],
    [`import './x.ts';`, './x.ts', []],
    [`const x = await import('./x.ts');`, './x.ts', ['*']],
    [`type X = import('./x.ts').Y;`, './x.ts', ['*']],
    [`export { a as b } from './x.ts';`, './x.ts', ['a']],
  ])('reads %s', (text, specifier, names) => {
    expect(importsOf(mask(text))).toMatchObject([{ specifier, names, line: 1 }]);
  });

  test('ignores comments and strings', () => {
    const text = `// import { a } from './x.ts';\nconst s = "import { a } from './x.ts'";\n`
      + "const t = `\nimport { a } from './x.ts';\n`;";
    expect(importsOf(mask(text))).toEqual([]);
  });

  test('does not run together what two statements say', () => {
    const text = `export const a = 1;\nimport { b } from './x.ts';\nexport interface C { }`;
    expect(importsOf(mask(text))).toEqual([
      { specifier: './x.ts', line: 2, names: ['b'], reexport: false, isType: false },
    ]);
  });
});

test('importsOf tells imports of types alone', () => {
  const text = `import type { A } from './a.ts';\nimport { type B } from './b.ts';`;
  expect(importsOf(mask(text)).map((one) => one.isType)).toEqual([true, false]);
});

test('exportsOf reads every form', () => {
  const text = [
    'export const a = 1;', 'export function b() {}', 'export async function* c() {}',
    'export class D {}', 'export abstract class E {}', 'export type F = 1;',
    'export interface G { }', 'export { h, i as j };', 'export type { K };',
    `export { l } from './x.ts';`, '// export const m = 1;', 'export default n;',
  ].join('\n');
  expect(exportsOf(mask(text)).map((e) => [e.name, e.line, e.isType])).toEqual([
    ['a', 1, false], ['b', 2, false], ['c', 3, false], ['D', 4, false], ['E', 5, false],
    ['F', 6, true], ['G', 7, true], ['h', 8, false], ['j', 8, false], ['K', 9, true],
    ['default', 12, false],
  ]);
});

test('stringsOf reads quoted strings and no comments', () => {
  expect(stringsOf(mask(`f('a', "b's"); // 'c'`))).toEqual(['a', "b's"]);
});
