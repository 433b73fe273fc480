/**
 * Goal: `mvb simulate` leaves out the faults that it is told to, and `mvb simulate soak` runs seeds
 * until its time is over and adds up what it saw.
 * Method: the built program, for a second of soaking. What it does with a seed that fails is shown
 * where one does: `test/sim/shrink.test.ts` and `test/sim/planted-bugs.test.ts`.
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';

const PROGRAM = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

async function mvb(...args: string[]): Promise<{ stdout: string; stderr: string }> {
  return await promisify(execFile)(process.execPath, [PROGRAM, 'simulate', ...args]);
}

describe('mvb simulate soak', () => {
  test('runs seeds until the time is over, and says what it checked', async () => {
    const { stdout, stderr } = await mvb(
      'soak', '--minutes', '0.01', '--jobs', '1', '--from', '7', '--json',
    );
    expect(stderr).toContain('Runs new seeds from 7 on for 0.01 minutes');
    const totals = JSON.parse(stdout) as Record<string, number>;
    expect(totals).toMatchObject({ ok: true, failed: [] });
    expect(totals.seeds).toBeGreaterThan(0);
    expect(totals.agreed).toBe(totals.nodes);
    expect(totals.money).toBeGreaterThan(totals.blocks!);
  });
});

describe('mvb simulate --without', () => {
  test('leaves faults out', async () => {
    const small = ['--seed', '3', '--nodes', '3', '--hours', '0.1', '--json'];
    const [whole, less] = await Promise.all([
      mvb(...small), mvb(...small, '--without', 'crash,reset,liar:counterfeiter'),
    ]);
    const hashOf = ({ stdout }: { stdout: string }): string =>
      (JSON.parse(stdout) as { runs: { logHash: string }[] }).runs[0]!.logHash;
    expect(hashOf(less)).not.toBe(hashOf(whole));
  });

  test('lists the faults when there is none of this name', async () => {
    await expect(mvb('--without', 'liar:vandal,rain')).rejects.toMatchObject({
      code: 2, stderr: expect.stringMatching(/--without names faults.*partition.*liar:vandal/),
    });
  });
});
