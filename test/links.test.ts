/**
 * Goal: the pages lead where they say.
 * Method: every relative link of every page is looked for on disk.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const PAGES = [
  'README.md', 'CHANGELOG.md', 'kernels/README.md',
  ...readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
];

describe('the links of', () => {
  test.each(PAGES)('%s lead to files that exist', (page) => {
    const text = readFileSync(join(root, page), 'utf8');
    const targets = [...text.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)].map(([, target]) => target!);
    const local = targets.filter((target) => !/^[a-z]+:/.test(target));
    const missing = local.filter((target) => !existsSync(join(root, dirname(page), target)));
    expect(missing).toEqual([]);
  });
});
