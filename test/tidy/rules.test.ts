/**
 * Goal: each house rule can fail, and does not fail on what is allowed.
 * Method: small trees of invented files, right and wrong.
 */
import { describe, expect, test } from 'vitest';
import { TREE_RULES, type Manifest } from './graph.ts';
import { FILE_RULES, sourceOf } from './rules.ts';

const HEADER = '/** Owns x. */\n';
const manifest: Manifest = { entries: ['src/cli/main.ts'], dependencies: ['lmdb', 'commander'] };

const checkFile = (rule: string, path: string, text: string): string[] =>
  FILE_RULES[rule]?.(sourceOf(path, text)) ?? ['no such rule'];

const checkTree = (rule: string, files: Readonly<Record<string, string>>): string[] =>
  TREE_RULES[rule]?.(Object.entries(files).map(([path, text]) => sourceOf(path, text)), manifest)
  ?? ['no such rule'];

const lines = (count: number): string => 'a;\n'.repeat(count);

describe('rules of a file', () => {
  const PURE = 'pure rooms take time, chance and the world through doors';
  const ANY = 'no value has the type any';

  test.each([
    [PURE, 'src/node/a.ts', 'const a = 1;\nconst t = Date.now();', 2],
    [PURE, 'src/ports.ts', 'const t = new Date();', 1],
    [PURE, 'src/lib/a.ts', 'const t = Math.random();', 1],
    [PURE, 'src/lib/a.ts', 'async function f() {}', 1],
    [PURE, 'src/lib/a.ts', 'type A = Promise<void>;', 1],
    [PURE, 'src/lib/a.ts', 'const s = `${Date.now()}`;', 1],
    [PURE, 'src/wallet/a.ts', `import fs from 'node:fs';`, 1],
    ['functions are short', 'src/lib/a.ts', `function f() {\n${lines(69)}}`, 1],
    ['files are short', 'src/lib/a.ts', lines(401), 401],
    ['files are short', 'src/consensus/a.ts', lines(221), 221],
    ['lines are short', 'test/a.test.ts', `\n// ${'x'.repeat(98)}`, 2],
    ['files begin with what they own', 'src/lib/a.ts', 'const a = 1;', 1],
    ['files begin with what they own', 'src/lib/a.ts', '// A note.\nconst a = 1;', 1],
    ['no known fault is left behind', 'src/lib/a.ts', `a;\n// ${'FIX' + 'ME'}: b`, 2],
    [ANY, 'src/lib/a.ts', 'function f(a: any) {}', 1],
    [ANY, 'src/lib/a.ts', 'const a = b as any;', 1],
    [ANY, 'src/lib/a.ts', 'const a = new Map<string, any>();', 1],
    [ANY, 'src/lib/a.ts', 'let a: any[];', 1],
    ['no text is run as code', 'src/cli/a.ts', `eval('1');`, 1],
    ['no text is run as code', 'src/cli/a.ts', `new Function('1');`, 1],
  ])('%s: %s breaks with %j', (rule, path, text, line) => {
    const found = checkFile(rule, path, text);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(new RegExp(`^${path.replaceAll('.', '\\.')}:${line}: .+`));
  });

  test.each([
    [PURE, 'src/node/a.ts', `// A Date, async.\nconst s = 'Date'; const t = \`await\`; update();`],
    [PURE, 'src/platform/a.ts', `import 'node:fs'; await Promise.resolve(new Date());`],
    [PURE, 'src/node/a.test.ts', 'await f();'],
    ['functions are short', 'src/lib/a.ts', `function f() {\n${lines(68)}}`],
    ['functions are short', 'src/lib/a.test.ts', `describe('a', () => {\n${lines(90)}});`],
    ['files are short', 'src/lib/a.ts', lines(400)],
    ['files are short', 'src/consensus/a.ts', lines(220)],
    ['lines are short', 'src/lib/a.ts', `${'é'.repeat(100)}\n`],
    ['files begin with what they own', 'src/cli/a.ts', `#!/usr/bin/env node\n${HEADER}`],
    [ANY, 'src/lib/a.ts', `// as any\nconst s = ': any'; const any = 1; f(any, company);`],
  ])('%s: %s keeps it with %j', (rule, path, text) => {
    expect(checkFile(rule, path, text)).toEqual([]);
  });
});

describe('rules of the tree', () => {
  const ROOMS = 'rooms import only what they may';
  const SHAPES = 'what runs in a browser takes types of the API alone';
  const FORM = 'imports end in .ts and nothing is passed on';
  const EXPORTS = 'every exported name is used';
  const DEAD = 'every file is used';

  test.each([
    [ROOMS, { 'src/lib/a.ts': `import { b } from '../crypto/b.ts';` }],
    [ROOMS, { 'src/lib/a.ts': `import type { b } from '../crypto/sha256.ts';` }],
    [ROOMS, { 'src/consensus/a.ts': `import { b } from '@noble/hashes/sha2.js';` }],
    [ROOMS, { 'src/platform/a.ts': `import { b } from 'not-declared';` }],
    [ROOMS, { 'src/platform/a.ts': `import { b } from '../node/b.ts';` }],
    [ROOMS, { 'src/cli/a.ts': `import { b } from '../sim/b.ts';` }],
    [ROOMS, { 'src/lib/a.ts': `import { b } from 'lmdb';` }],
    [ROOMS, { 'src/lib/a.ts': `import { b } from '../../test/b.ts';` }],
    [ROOMS, { 'src/web/a.tsx': `import { b } from 'lmdb';` }],
    [ROOMS, { 'src/web/a.tsx': `import { b } from '../node/b.ts';` }],
    [ROOMS, { 'src/client/a.ts': `import { b } from 'node:fs';` }],
    [SHAPES, { 'src/web/a.ts': `import { B } from '../api/schema/b.ts';` }],
    [SHAPES, { 'src/client/a.ts': `import type { B } from '../api/b.ts';` }],
    [ROOMS, { 'src/attic/a.ts': '' }],
    [FORM, { 'src/lib/a.ts': `import { b } from './b.js';` }],
    [FORM, { 'src/lib/a.ts': `export { b } from './b.ts';` }],
    [FORM, { 'src/lib/a.ts': `export * from './b.ts';` }],
    ['imports make no cycle', {
      'src/lib/a.ts': `import { b } from './b.ts';`,
      'src/lib/b.ts': `import type { c } from './c.ts';`,
      'src/lib/c.ts': `import { a } from './a.ts';`,
    }],
    ['imports make no cycle', { 'src/lib/a.ts': `import { a } from './a.ts';` }],
    [EXPORTS, { 'src/lib/a.ts': 'export function a() { return a; }' }],
    [EXPORTS, { 'src/lib/a.ts': 'export type A = 1;' }],
    [EXPORTS, { 'src/lib/a.ts': 'export const b = 1;', 'src/lib/b.ts': `import './a.ts';` }],
    [DEAD, { 'src/lib/a.ts': '', 'src/lib/a.test.ts': `import './a.ts';` }],
  ])('%s: breaks with %j', (rule, files) => {
    const found = checkTree(rule, files);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(/^src\/[\w/]+\.tsx?:1: .+/);
  });

  test.each([
    [ROOMS, {
      'src/crypto/a.ts': `import { b } from '@noble/hashes/sha2.js';import { c } from './c.ts';`,
      'src/platform/b.ts': `import { open } from 'lmdb'; import { c } from 'node:fs';`,
      'src/cli/commands/simulate.ts': `import { run } from '../../sim/run.ts';`,
      'src/lib/a.test.ts': `import { b } from '../node/b.ts';`,
    }],
    [ROOMS, { 'src/web/a.tsx': `import { h } from 'preact/hooks'; import '../client/b.ts';` }],
    [SHAPES, { 'src/web/a.ts': `import type { B } from '../api/schema/b.ts';` }],
    [FORM, {
      'src/lib/a.ts': `import { b } from './b.ts'; export { c }; import d from 'lmdb';`,
      'src/web/a.tsx': `import { B } from './b.tsx';`,
    }],
    ['imports make no cycle', {
      'src/lib/a.ts': `import { b } from './b.ts'; import { c } from './c.ts';`,
      'src/lib/b.ts': `import { c } from './c.ts';`,
      'src/lib/c.ts': '',
    }],
    [EXPORTS, {
      'src/lib/a.ts': 'export const a = 1; export type T = 1; export const t: T = 1;',
      'src/lib/a.test.ts': `import { a, t } from './a.ts';`,
      'src/lib/b.ts': 'export const b = 1;',
      'src/lib/c.ts': `import * as all from './b.ts';`,
      'src/cli/main.ts': 'export const started = 1;',
    }],
    [DEAD, {
      'src/cli/main.ts': `import '../lib/a.ts'; new URL('./search-worker.js', import.meta.url);`,
      'src/lib/a.ts': '',
      'src/cli/search-worker.ts': '',
    }],
  ])('%s: keeps with %j', (rule, files) => {
    expect(checkTree(rule, files)).toEqual([]);
  });
});
