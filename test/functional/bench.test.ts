/**
 * Goal: the bench cannot rot. Every part runs, on tiny inputs, as its users run it; its rows are
 * whole and its files well-formed. Never how fast anything is.
 */
import { execFile } from 'node:child_process';
import {
  copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Row } from '../../src/bench/row.ts';
import { PART_NAMES } from '../../src/bench/run.ts';

const PROGRAM = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

const folder = mkdtempSync(join(tmpdir(), 'mvb-bench-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the program in the folder; gives what it printed on stdout. */
async function mvb(...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM, ...args], {
    cwd: folder, env: { ...process.env, NO_COLOR: '1' },
  });
  return stdout;
}

describe('mvb bench', () => {
  let rows: readonly Row[] = [];
  beforeAll(async () => {
    const answer = JSON.parse(await mvb('bench', '--tiny', '--json', '--out', 'results')) as {
      ok: boolean; size: string; rows: Row[];
    };
    expect(answer).toMatchObject({ ok: true, size: 'tiny' });
    rows = answer.rows;
  });

  test('has the rows that are promised', () => {
    expect(rows.map(({ name }) => name)).toEqual(expect.arrayContaining([
      'connect/rsa2048', 'connect/ed25519', 'sync/rsa2048', 'sync/ed25519', 'reorg/300-blocks',
      'store/bytes-per-payment-rsa2048', 'store/payment-many-accounts',
    ]));
    expect(new Set(rows.map(({ name }) => name)).size).toBe(rows.length);
    // Only Linux tells how much memory is a process's own.
    const parts = PART_NAMES.filter((part) => part !== 'memory' || process.platform === 'linux');
    expect([...new Set(rows.map(({ name }) => name.split('/')[0]))]).toEqual(parts);
  });

  test('has whole rows', () => {
    for (const { name, value, unit, better, limit, ratio } of rows) {
      expect(value, name).toBeGreaterThan(0);
      expect(value, name).toBeLessThan(Number.POSITIVE_INFINITY);
      expect(unit, name).not.toBe('');
      expect(['higher', 'lower'], name).toContain(better);
      if (limit === undefined) expect(ratio, name).toBe(undefined);
      else expect(ratio! / (value / limit), name).toBeCloseTo(1, 6);
    }
  });

  test.each(PART_NAMES)('writes the rows of %s and a picture of them', (part) => {
    const file = readFileSync(join(folder, 'results', `${part}.json`), 'utf8');
    const own = rows.filter(({ name }) => name.startsWith(`${part}/`));
    expect(JSON.parse(file)).toMatchObject({ part, size: 'tiny', rows: own });
    const picture = readFileSync(join(folder, 'results', `${part}.svg`), 'utf8');
    expect(openTags(picture)).toEqual([]);
    expect(picture).not.toMatch(/NaN|Infinity|undefined/);
    for (const { name } of own) expect(picture).toContain(`>${name}</text>`);
  });

  test('writes nothing else', () => {
    const files = PART_NAMES.flatMap((part) => [`${part}.json`, `${part}.svg`]);
    expect(readdirSync(join(folder, 'results')).sort()).toEqual(files.sort());
  });

  test('refuses a part that there is not, and names one that is near', async () => {
    await expect(mvb('bench', 'conect')).rejects.toMatchObject({
      code: 2, stderr: expect.stringContaining('connect is one') as unknown,
    });
  });
});

describe('mvb bench generate', () => {
  const numbers = ['--blocks', '30', '--payments-per-block', '3', '--accounts', '40'];

  test.each(['rsa2048', 'ed25519'])('makes a chain of %s payments that is sound', async (key) => {
    const place = ['--data-dir', `made-${key}`, '--json'];
    await mvb('bench', 'generate', ...place, ...numbers, '--key', key, 'key_type=ed25519');
    expect(JSON.parse(await mvb('verify', ...place))).toMatchObject({
      ok: true, blocks: 31, payments: 29 * 3,
    });
  });

  test('makes the same blockchain again from the same seed', async () => {
    const tipOf = async (place: string, seed: string): Promise<unknown> => {
      const all = ['--data-dir', place, '--json'];
      await mvb('bench', 'generate', ...all, '--blocks', '120', '--seed', seed);
      return (JSON.parse(await mvb('status', ...all)) as { tip: string }).tip;
    };
    const first = await tipOf('first', '1');
    for (const name of ['same', 'other']) {
      mkdirSync(join(folder, name));
      const key = 'mining_rewards.pem';
      copyFileSync(join(folder, 'first', key), join(folder, name, key));
    }
    expect(await tipOf('same', '1')).toBe(first);
    expect(await tipOf('other', '2')).not.toBe(first);
  });

  test('touches no blockchain that is there', async () => {
    const place = ['--data-dir', 'there'];
    await mvb('bench', 'generate', ...place, '--blocks', '2');
    await expect(mvb('bench', 'generate', ...place, '--blocks', '3')).rejects.toMatchObject({
      stderr: expect.stringContaining('already') as unknown,
    });
    expect(JSON.parse(await mvb('status', ...place, '--json'))).toMatchObject({ height: 2 });
  });
});

/** Tags that are not closed, or closed by another; elements of our pictures nest no deeper. */
function openTags(svg: string): string[] {
  const open: string[] = [];
  for (const [, slash, name, end] of svg.matchAll(/<(\/?)([a-z]+)(?:\s[^<>]*?)?(\/?)>/g)) {
    if (slash === '/') {
      if (open.pop() !== name) return [`</${name}>`];
    } else if (end !== '/') open.push(name!);
  }
  return /^<svg [^]*<\/svg>\n$/.test(svg) ? open : ['svg'];
}
