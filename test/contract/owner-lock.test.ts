/**
 * Goal: one process writes a chain, and no death of it leaves the chain locked (threats row 86).
 * Method: real processes, which hold, ask and are killed.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, describe, expect, it } from 'vitest';
import { acquireByHandover, isAcquired, tryAcquire } from '../../src/platform/owner-lock.ts';
import type { LockHeld, OwnerLock } from '../../src/platform/owner-lock.ts';

const root = mkdtempSync(join(tmpdir(), 'mvb-lock-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let count = 0;
const freshDirectory = (): string => mkdtempSync(join(root, `${count++}-`));

async function startHolder(directory: string, role: string) {
  const script = join(import.meta.dirname, 'fixtures', 'lock-holder.mjs');
  const child = spawn(process.execPath, [script, directory, role], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  // From the start, for it may end before anybody asks.
  const exited = once(child, 'exit');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const nextLine = async (): Promise<string> => (await lines.next()).value as string;
  return { child, exited, nextLine, first: await nextLine() };
}

function acquired(result: OwnerLock | LockHeld): OwnerLock {
  if (!isAcquired(result)) throw new Error(`held by ${result.heldBy.pid}`);
  return result;
}

function holderOf(result: OwnerLock | LockHeld) {
  if (isAcquired(result)) throw new Error('nobody held it');
  return result.heldBy;
}

describe('the owner lock', () => {
  it('names its holder, and is free after it was released', () => {
    const directory = freshDirectory();
    const lock = acquired(tryAcquire(directory, 'miner'));
    expect(holderOf(tryAcquire(directory, 'sync'))).toMatchObject({
      pid: process.pid, role: 'miner',
    });
    expect(JSON.parse(readFileSync(join(directory, 'owner.lock'), 'utf8'))).toMatchObject({
      pid: process.pid,
    });
    lock.release();
    lock.release();
    acquired(tryAcquire(directory, 'sync')).release();
  });

  it('refuses a second process with the pid of the first', async () => {
    const directory = freshDirectory();
    const lock = acquired(tryAcquire(directory, 'miner'));
    const other = await startHolder(directory, 'miner');
    expect(other.first).toBe(`refused by miner ${process.pid}`);
    lock.release();
    await other.exited;
  });

  it('is free as soon as its holder was killed', async () => {
    const directory = freshDirectory();
    for (let round = 0; round < 3; round++) {
      const { child, exited, first } = await startHolder(directory, 'miner');
      expect(first).toBe('held');
      expect(holderOf(tryAcquire(directory, 'miner'))).toMatchObject({
        pid: child.pid, role: 'miner',
      });
      child.kill('SIGKILL');
      await exited;
      acquired(tryAcquire(directory, 'miner')).release();
    }
  });

  it('goes from a sync to the miner that asks for it', async () => {
    const directory = freshDirectory();
    const holder = await startHolder(directory, 'sync');
    expect(holder.first).toBe('held');
    const lock = acquired(await acquireByHandover(directory, 'miner', 30_000));
    expect(await holder.nextLine()).toBe(`gave it to miner ${process.pid}`);
    await holder.exited;
    lock.release();
  });

  it('is not waited for longer than asked, and ignores a file of another kind', async () => {
    const directory = freshDirectory();
    const lock = acquired(tryAcquire(directory, 'miner'));
    expect(holderOf(await acquireByHandover(directory, 'sync', 1)).role).toBe('miner');
    for (const text of ['', '{', '[]', 'null', '{"pid":"1"}',
      '{"pid":1,"role":"\\u001b[","since":1}', 'x'.repeat(5_000)]) {
      writeFileSync(join(directory, 'owner.lock'), text);
      expect(holderOf(tryAcquire(directory, 'sync'))).toEqual({
        pid: 0, role: 'unknown', since: 0,
      });
    }
    lock.release();
  });

  it('fails with the cause when the directory is not there', () => {
    expect(() => tryAcquire(join(root, 'nowhere'), 'miner')).toThrow(/cannot lock/);
  });
});
