/**
 * Goal: the mutation check works: it sees what is killed and what is not. The whole of it takes
 * long and is run by hand (`npm run mutants`).
 * Method: a few faults of known outcome, in one lane, after each other; and the faults of a few
 * lines.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

interface Mutation {
  readonly line: number;
  readonly text: string;
  readonly change: string;
}

/** Plain JavaScript, which the script runs too. */
const path = new URL('mutations.mjs', import.meta.url).href;
const { mutationsOf } = await import(path) as { mutationsOf: (text: string) => Mutation[] };

function run(...words: readonly string[]): { status: number | null; stdout: string } {
  return spawnSync(process.execPath, ['scripts/mutants.mjs', ...words], {
    cwd: root, encoding: 'utf8', env: { PATH: process.env['PATH'] },
  });
}

describe('the faults of a source', () => {
  it('are checks that are gone, conditions turned round and limits off by one', () => {
    const text = `import { MAX } from './max.ts';
export function check(a: number, isOdd: boolean): string | undefined {
  assert(a > 0);
  if (a > MAX || isOdd) return reject('too-much', { a, by: 7 });
  note(a);
  return other(a) ?? undefined;
}`;
    expect(mutationsOf(text).map(({ line, change }) => `${line} ${change.split(' => ')[1]}`))
      .toEqual([
        `4 if (false) return reject('too-much', { a, by: 7 });`,
        `4 if (!(a > MAX || isOdd)) return reject('too-much', { a, by: 7 });`,
        `4 if ((a > MAX)) return reject('too-much', { a, by: 7 });`,
        `4 if ((isOdd)) return reject('too-much', { a, by: 7 });`,
        `4 if (a >= MAX || isOdd) return reject('too-much', { a, by: 7 });`,
        '5 ;',
        '6 return (other(a));',
        '6 return (undefined);',
      ]);
  });
});

describe('the mutation check', () => {
  it('tells what is killed from what is not, one after the other', () => {
    const { status, stdout } = run('state', '--lanes', '1', '--stages', '1',
      '--only', 'if (cost > account.balance) { => if (false)',
      '--only', 'at: Place = 1',
      '--only', '=> if (!(!signatures.isValid(transaction)))');
    expect(stdout).toMatch(/^killed .*if \(false\)/m);
    // Which test is the first is Vitest's choice: it remembers how long files took.
    expect(stdout).toMatch(/^ +by \S.* > .+$/m);
    expect(stdout).toMatch(/^SURVIVED .*at: Place = 1/m);
    expect(stdout).toMatch(/^killed .*if \(!\(!signatures/m);
    // Of three faults two are killed, and the survivor is explained.
    expect(stdout).toMatch(/^ +all +3 +2 +1 +0$/m);
    expect(status, stdout).toBe(0);
  }, 180_000);

  it('says what it does not know', () => {
    expect(run('nowhere').status).toBe(2);
    expect(run('state', '--only', 'no such words').status).toBe(2);
  });

  it('explains no fault that there is not', () => {
    const page = readFileSync(`${root}/test/mutants/survivors.md`, 'utf8');
    const rows = [...page.matchAll(/^- (\S+): `` (.+) ``$/gm)];
    expect(rows.length).toBeGreaterThan(5);
    expect(rows.length).toBe([...page.matchAll(/^- /gm)].length);
    const fileOf = (name: string): string =>
      `${root}/src/${name === 'amount' ? 'wallet' : 'consensus'}/${name}.ts`;
    const strangers = rows.filter(([, name, change]) =>
      !mutationsOf(readFileSync(fileOf(name!), 'utf8')).some((one) => one.change === change));
    expect(strangers.map(([row]) => row)).toEqual([]);
  });
});
