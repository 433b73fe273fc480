/**
 * Goal: the house rules hold in every file; each finding is `file:line: what, why`.
 * Method: the rules of `tidy/`, whose own tests show that each can fail, run on the checkout.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { TREE_RULES, type Manifest } from './tidy/graph.ts';
import { FILE_RULES, sourceOf, type Source } from './tidy/rules.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

function sourcesBelow(folder: string): Source[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return sourcesBelow(path);
    return /\.tsx?$/.test(path) ? [sourceOf(path, readFileSync(join(root, path), 'utf8'))] : [];
  });
}

/** Every `./dist/x.js` in the entry points, as `src/x.ts`; patterns with a star are no entries. */
function entriesOf(value: unknown): string[] {
  if (typeof value === 'string') {
    const stem = /^(?:\.\/)?dist\/([^*]+)\.js$/.exec(value)?.[1];
    return stem === undefined ? [] : [`src/${stem}.ts`];
  }
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(entriesOf) : [];
}

function readManifest(): Manifest {
  const file: unknown = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const { bin, exports, dependencies } = file as Record<string, object>;
  return {
    // The page's document starts its first file.
    entries: [...entriesOf(bin), ...entriesOf(exports), 'src/web/main.tsx'],
    dependencies: Object.keys(dependencies ?? {}),
  };
}

const sources = ['src', 'test', 'bench'].flatMap(sourcesBelow);

test('the sources are found', () => {
  expect(sources.map((one) => one.path)).toContain('src/ports.ts');
});

describe('every file', () => {
  for (const [name, rule] of Object.entries(FILE_RULES)) {
    test(name, () => {
      expect(sources.flatMap(rule)).toEqual([]);
    });
  }
});

describe('all files together', () => {
  const manifest = readManifest();
  for (const [name, rule] of Object.entries(TREE_RULES)) {
    test(name, () => {
      expect(rule(sources, manifest)).toEqual([]);
    });
  }
});
