/**
 * Goal: `docs/threats.md` cannot rot: it speaks of every threat of its range, and each test that it
 * names exists.
 * Method: the page's tables are read as text; a test exists when its file has its title as a text
 * of the code, in the place where a title stands.
 */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const root = new URL('../', import.meta.url);
const page = readFileSync(new URL('docs/threats.md', root), 'utf8');

interface Row {
  readonly row: number;
  readonly file: string;
  readonly title: string;
}

/** Every test that the page names. */
function namedTests(text: string): Row[] {
  return text.split('\n').filter((line) => /^\| \d+ \|/.test(line)).flatMap((line) => {
    const [row, , , shown] = line.slice(2, -2).split(' | ');
    return shown!.split('<br>').map((one) => {
      const match = /^`([^`]+)`: (.+)$/.exec(one);
      expect(match, `row ${row} names no test: ${one}`).not.toBeNull();
      return { row: Number(row), file: match![1]!, title: match![2]! };
    });
  });
}

/**
 * Whether the code has the title as an argument, but of a test that is left out, or as the name of
 * a row of a table.
 */
function hasTitle(code: string, title: string): boolean {
  const [single, back] = [`'${title.replaceAll('\'', '\\\'')}'`, `\`${title}\``];
  return [single, back].some((literal) => code.split(literal).slice(0, -1).some((before) =>
    /(?:\(|\bname:)\s*$/.test(before) && !/\.(?:skip|todo|fails)\(\s*$/.test(before)));
}

const tests = namedTests(page);

describe('the page of threats', () => {
  it('names tests that exist', () => {
    const missing = tests.filter(({ file, title }) => {
      const path = new URL(file, root);
      return !existsSync(path) || !hasTitle(readFileSync(path, 'utf8'), title);
    });
    expect(missing).toEqual([]);
  });

  it('speaks of every row that applies, in order', () => {
    // Those of libp2p, 114 to 121, come with it.
    const ranges = [[1, 113], [122, 131]] as const;
    const all = ranges.flatMap(([first, last]) =>
      Array.from({ length: last - first + 1 }, (_, index) => first + index));
    const rows = [...new Set(tests.map(({ row }) => row))];
    expect(rows).toEqual([...rows].sort((a, b) => a - b));
    // Those without a test are said to have none, at the end.
    const [, open = ''] = page.split('\n## What is not defended, or not shown\n');
    const said = [...open.matchAll(/^- \*\*([0-9, ]+)\*\*/gm)].flatMap(([, numbers]) =>
      numbers!.split(', ').map(Number));
    expect(all.filter((row) => !rows.includes(row) && !said.includes(row))).toEqual([]);
  });

  it('would show a test that is not there', () => {
    const code = `it('is here', () => {}); // it says 'is nowhere'\nconst a = { name: 'a row' };`;
    expect([hasTitle(code, 'is here'), hasTitle(code, 'a row')]).toEqual([true, true]);
    expect(hasTitle(`it.skip('is here', () => {});`, 'is here')).toBe(false);
    expect([hasTitle(code, 'is nowhere'), hasTitle(code, 'here')]).toEqual([false, false]);
    expect(namedTests('| 7 | a | b | `x.ts`: one<br>`y.ts`: two |')).toHaveLength(2);
  });
});
