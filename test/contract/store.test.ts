/**
 * Goal: both stores keep the laws of the door, and the one on disk survives what threats.md C7
 * lists. Method: the shared suite on each; then files that we damage, and processes that write to
 * the same directory and are killed while they do.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync,
  symlinkSync, truncateSync, writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { MemoryStore } from '../../src/lib/memory-store.ts';
import { StoreError } from '../../src/lib/store-error.ts';
import { findFault } from '../../src/platform/lmdb-check.ts';
import { inspectStoreFile, setAside } from '../../src/platform/lmdb-file.ts';
import { openLmdbStore } from '../../src/platform/lmdb-store.ts';
import { storeContract } from './store-contract.ts';

const root = mkdtempSync(join(tmpdir(), 'mvb.store-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let count = 0;
const freshDirectory = (): string => join(root, `${count++}`);
const b = (...bytes: readonly number[]): Uint8Array => Uint8Array.from(bytes);

storeContract('memory', () => new MemoryStore(setImmediate));
storeContract('lmdb', () => openLmdbStore(freshDirectory()));

/** A directory with a closed store of `rows` rows of 100 bytes. */
function filledDirectory(rows: number): string {
  const directory = freshDirectory();
  const store = openLmdbStore(directory);
  store.commit(Array.from({ length: rows }, (_, row) => ({
    key: b(1, row >> 8, row & 255), value: new Uint8Array(100).fill(row),
  })));
  store.close();
  return directory;
}

function errorOf(run: () => unknown): StoreError {
  try {
    run();
  } catch (error) {
    if (error instanceof StoreError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

function readAll(directory: string): number {
  const store = openLmdbStore(directory);
  try {
    return [...store.scan(b())].length;
  } finally {
    store.close();
  }
}

describe('the store on disk', () => {
  it('holds what was committed after it is opened again, also under a name with a dot', () => {
    const directory = join(root, 'a', 'b', 'data.d');
    const store = openLmdbStore(directory);
    store.commit([{ key: b(1), value: b(1, 2) }]);
    store.close();
    expect(existsSync(join(directory, 'data.mdb'))).toBe(true);
    const again = openLmdbStore(directory, { readOnly: true });
    expect(again.get(b(1))).toEqual(b(1, 2));
    expect(errorOf(() => again.commit([{ key: b(1), value: b(3) }])).code).toBe('read-only');
    again.close();
  });

  it('grows far beyond its first size while a scan is open', () => {
    const store = openLmdbStore(freshDirectory());
    store.commit([{ key: b(1), value: b(1) }, { key: b(2), value: b(2) }]);
    const scan = store.scan(b())[Symbol.iterator]();
    scan.next();
    for (let round = 0; round < 20; round++) {
      store.commit([{ key: b(9, round), value: new Uint8Array(1_000_000).fill(round) }]);
    }
    expect(scan.next().value).toEqual([b(2), b(2)]);
    expect(scan.next().done).toBe(true);
    expect(store.get(b(9, 19))![999_999]).toBe(19);
    store.close();
  });

  it('refuses a file, a missing store, and a place that cannot be made', () => {
    const file = freshDirectory();
    writeFileSync(file, 'x');
    expect(errorOf(() => openLmdbStore(file)).code).toBe('failed');
    expect(errorOf(() => openLmdbStore(join(file, 'below'))).code).toBe('failed');
    expect(errorOf(() => openLmdbStore(freshDirectory(), { readOnly: true })).code).toBe('missing');
    const missing = freshDirectory();
    errorOf(() => openLmdbStore(missing, { readOnly: true }));
    expect(existsSync(missing)).toBe(false);
    const dangling = freshDirectory();
    symlinkSync(join(root, 'nowhere'), dangling);
    expect(errorOf(() => openLmdbStore(dangling))).toBeInstanceOf(StoreError);
  });

  it('follows a symlink to a directory', () => {
    const target = filledDirectory(3);
    const link = freshDirectory();
    symlinkSync(target, link);
    expect(readAll(link)).toBe(3);
  });

  it('is read, and refused with a reason for writing, in a directory of somebody else', () => {
    const directory = filledDirectory(3);
    chmodSync(root, 0o755);
    chmodSync(directory, 0o555);
    const script = `import { openLmdbStore } from '${distStore()}';
      const store = openLmdbStore('${directory}', { readOnly: true });
      console.log([...store.scan(new Uint8Array(0))].length);
      store.close();
      try { openLmdbStore('${directory}'); } catch (error) { console.log(error.code); }`;
    // Root may write anywhere, so then somebody else does this.
    const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
    const result = spawnSync(process.execPath, ['--input-type=module', '-e', script], nobody);
    expect(String(result.stdout) + String(result.stderr)).toBe('3\nread-only\n');
    chmodSync(directory, 0o755);
  });
});

describe('a damaged store', () => {
  it('is told by its head when it is junk or cut, and can be set aside', () => {
    const sound = filledDirectory(2_000);
    const size = readFileSync(join(sound, 'data.mdb')).length;
    const kinds: ((path: string) => void)[] = [
      (path) => writeFileSync(path, Buffer.alloc(20_000, 7)),
      (path) => writeFileSync(path, Buffer.alloc(20_000)),
      (path) => writeFileSync(path, 'x'),
      (path) => truncateSync(path, 100),
      (path) => truncateSync(path, 4_096),
      (path) => truncateSync(path, 8_192),
      (path) => truncateSync(path, Math.floor(size / 2)),
      (path) => truncateSync(path, size - 4_096),
    ];
    for (const damage of kinds) {
      const directory = freshDirectory();
      mkdirSync(directory);
      copyFileSync(join(sound, 'data.mdb'), join(directory, 'data.mdb'));
      damage(join(directory, 'data.mdb'));
      expect(errorOf(() => openLmdbStore(directory)).code).toBe('damaged');
      expect(errorOf(() => openLmdbStore(directory, { readOnly: true })).code).toBe('damaged');
      expect(setAside(directory)).toBe(join(directory, 'data.mdb.bad-1'));
      expect(readAll(directory)).toBe(0);
      expect(setAside(directory)).toBe(join(directory, 'data.mdb.bad-2'));
      expect(readdirSync(directory)).not.toContain('lock.mdb');
    }
    expect(readAll(sound)).toBe(2_000);
  });

  it('is told when the newest meta page is random bytes', () => {
    for (const page of [0, 1]) {
      const directory = filledDirectory(10);
      const path = join(directory, 'data.mdb');
      const bytes = readFileSync(path);
      for (let index = 0; index < 4_096; index++) bytes[page * 4_096 + index] = index * 31 + 17;
      writeFileSync(path, bytes);
      expect(inspectStoreFile(directory).state).toBe('damaged');
      expect(errorOf(() => openLmdbStore(directory)).code).toBe('damaged');
    }
  });

  it('accepts a file that is only shorter than its last page says, when all can be read', () => {
    const directory = filledDirectory(10);
    const path = join(directory, 'data.mdb');
    const bytes = readFileSync(path);
    // Both meta pages name a page after the last: so does a commit that freed its last page.
    for (const page of [0, 1]) {
      const at = page * 4_096 + 24 + 120;
      bytes.writeBigUInt64LE(bytes.readBigUInt64LE(at) + 1n, at);
    }
    writeFileSync(path, bytes);
    expect(inspectStoreFile(directory).state).toBe('short');
    expect(findFault(directory)).toBeUndefined();
    expect(readAll(directory)).toBe(10);
  });

  it('gives an error and never wrong data when a byte of a record is flipped', () => {
    const directory = freshDirectory();
    const store = openLmdbStore(directory);
    const value = Uint8Array.from({ length: 40 }, (_, index) => 0xa0 + (index % 16));
    store.commit([{ key: b(1, 2, 3), value }, { key: b(1, 2, 4), value: b(5) }]);
    store.close();
    const path = join(directory, 'data.mdb');
    const original = readFileSync(path);
    const at = original.indexOf(Buffer.concat([Buffer.from(value.slice(0, 20))]));
    expect(at).toBeGreaterThan(8_192);
    // The checksum, then the value.
    for (let offset = at - 4; offset < at + value.length; offset++) {
      const bytes = Buffer.from(original);
      bytes[offset]! ^= 1 << (offset % 8);
      writeFileSync(path, bytes);
      const reader = openLmdbStore(directory, { readOnly: true });
      expect(errorOf(() => reader.get(b(1, 2, 3))).code).toBe('damaged');
      expect(errorOf(() => [...reader.scan(b(1))]).code).toBe('damaged');
      expect(reader.get(b(1, 2, 4))).toEqual(b(5));
      reader.close();
    }
  });
});

/** Starts a process that works on the store; it prints a line for every commit that returned. */
function startWriter(directory: string, id: number, rounds: number) {
  const script = join(import.meta.dirname, 'fixtures', 'store-writer.mjs');
  const child = spawn(process.execPath, [script, directory, String(id), String(rounds)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return { child, lines: createInterface({ input: child.stdout }) };
}

describe('several processes on one store', () => {
  it('lose no update, and see each other in a later turn or after a refresh', async () => {
    const directory = freshDirectory();
    const store = openLmdbStore(directory);
    expect(store.get(b(1))).toBeUndefined();
    const writers = [1, 2].map((id) => startWriter(directory, id, 150));
    await Promise.all(writers.map(({ child }) => once(child, 'exit')));
    store.refresh();
    expect([...store.scan(b(9))].length).toBe(300);
    const put = `const s = (await import('${distStore()}')).openLmdbStore('${directory}');
      s.commit([{ key: Uint8Array.of(7), value: Uint8Array.of(1) }]); s.close();`;
    const result = spawnSync(process.execPath, ['--input-type=module', '-e', put]);
    expect(result.status).toBe(0);
    store.refresh();
    expect(store.get(b(7))).toEqual(b(1));
    store.close();
  });

  it('keep every acknowledged commit of one that is killed', async () => {
    const directory = freshDirectory();
    const store = openLmdbStore(directory);
    for (let round = 0; round < 8; round++) {
      const { child, lines } = startWriter(directory, round, 100_000);
      let acknowledged = 0;
      for await (const line of lines) {
        acknowledged = Number(line);
        if (acknowledged === 20 + round) child.kill('SIGKILL');
      }
      store.refresh();
      const rows = [...store.scan(b(9, round))].length;
      expect(rows).toBeGreaterThanOrEqual(acknowledged);
      store.commit([{ key: b(5, round), value: b(1) }]);
    }
    store.checkReaders();
    store.close();
  });
});

describe('a reader that was killed', () => {
  it('is forgotten with the next commit, once an hour', async () => {
    const directory = freshDirectory();
    const store = openLmdbStore(directory);
    store.commit([{ key: b(1), value: b(1) }, { key: b(2), value: b(2) }]);
    const read = `const s = (await import('${distStore()}')).openLmdbStore('${directory}');
      for (const row of s.scan(Uint8Array.of())) {
        (await import('node:fs')).writeSync(1, 'reads');
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
      }`;
    const killReader = async (): Promise<void> => {
      const child = spawn(process.execPath, ['--input-type=module', '-e', read], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      await once(child.stdout, 'data');
      child.kill('SIGKILL');
      await once(child, 'exit');
    };
    await killReader();
    store.commit([{ key: b(3), value: b(1) }]);
    expect(store.checkReaders()).toBe(1);
    await killReader();
    const clock = vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 3_600_001);
    store.commit([{ key: b(3), value: b(2) }]);
    clock.mockRestore();
    expect(store.checkReaders()).toBe(0);
    store.close();
  });
});

function distStore(): string {
  return join(import.meta.dirname, '../../dist/platform/lmdb-store.js');
}
