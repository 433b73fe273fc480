/**
 * Goal: whatever happens to the store's file, the check tells of it, or no record is another one
 * than it was. A miss would be a wrong balance or the end of the process.
 * Method: a file with all that LMDB has (branches, big values, free pages), damaged at places that
 * chance picks; what the check lets pass is read and written by LMDB.
 */
import {
  closeSync, copyFileSync, fstatSync, ftruncateSync, mkdirSync, mkdtempSync, openSync, readFileSync,
  readSync, rmSync, utimesSync, writeFileSync, writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findFault } from '../../src/platform/lmdb-check.ts';
import { inspectStoreFile } from '../../src/platform/lmdb-file.ts';
import {
  branchNode, DATA_FILE, leafNode, nodeOffsets, PAGE_KIND, readNewestMeta, readPage,
} from '../../src/platform/lmdb-pages.ts';
import { salvage } from '../../src/platform/lmdb-salvage.ts';
import { openLmdbStore } from '../../src/platform/lmdb-store.ts';
import type { LmdbStore } from '../../src/platform/lmdb-store.ts';
import type { Chance } from '../../src/sim/random.ts';
import { chanceFor, scaled } from '../functional/scale.ts';

const ROUNDS = scaled(150, 5_000);
const COMMITS = 60;
const PAGE_BYTES = 4_096;

const root = mkdtempSync(join(tmpdir(), 'mvb.damage-'));
const sound = join(root, 'sound');
const hurt = join(root, 'hurt');
/** What the store held after its last commit, and after the one before. */
let states: readonly [string, string];

function contentOf(store: LmdbStore): string {
  return [...store.scan(new Uint8Array())].map(([key, value]) =>
    `${Buffer.from(key).toString('hex')} ${Buffer.from(value).toString('base64')}`).join('\n');
}

beforeAll(() => {
  const chance = chanceFor('store damage');
  const store = openLmdbStore(sound);
  let before = '';
  for (let commit = 0; commit < COMMITS; commit++) {
    before = contentOf(store);
    store.commit(Array.from({ length: chance.between(1, 60) }, () => {
      const key = Uint8Array.of(chance.between(1, 3), chance.between(0, 255), chance.between(0, 3));
      const bytes = chance.happens(0.05) ? chance.between(3_000, 20_000) : chance.between(0, 300);
      return { key, value: chance.happens(0.2) ? undefined : chance.bytes(bytes) };
    }));
  }
  states = [contentOf(store), before];
  store.close();
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** A copy of the sound file, for damage. */
function freshCopy(): number {
  rmSync(hurt, { recursive: true, force: true });
  mkdirSync(hurt);
  copyFileSync(join(sound, DATA_FILE), join(hurt, DATA_FILE));
  return openSync(join(hurt, DATA_FILE), 'r+');
}

function flip(file: number, at: number, bit: number): void {
  const byte = Buffer.alloc(1);
  readSync(file, byte, 0, 1, at);
  writeSync(file, Buffer.of(byte[0]! ^ (1 << bit)), 0, 1, at);
}

/** Damages the file, and says how. */
function damage(file: number, chance: Chance): string {
  const { size } = fstatSync(file);
  const page = chance.between(0, size / PAGE_BYTES - 1);
  const at = page * PAGE_BYTES;
  const kinds: readonly (() => string)[] = [
    () => {
      const length = chance.between(1, size - 1);
      ftruncateSync(file, length);
      return `cut to ${length}`;
    },
    () => {
      const pages = chance.between(1, 4);
      writeSync(file, Buffer.alloc(pages * PAGE_BYTES), 0, pages * PAGE_BYTES, at);
      return `${pages} pages of zeros at ${at}`;
    },
    () => {
      const bytes = chance.between(1, PAGE_BYTES);
      writeSync(file, chance.bytes(bytes), 0, bytes, at);
      return `${bytes} bytes of noise at ${at}`;
    },
    () => {
      // Where pages say what they are.
      const [byte, bit] = [chance.between(0, 200), chance.between(0, 7)];
      flip(file, at + byte, bit);
      return `bit ${bit} of byte ${byte} of page ${page}`;
    },
    () => {
      const bits = Array.from({ length: chance.between(1, 5) }, () => chance.between(0, size - 1));
      for (const one of bits) flip(file, one, chance.between(0, 7));
      return `flipped bits in ${bits.join(', ')}`;
    },
    () => {
      const other = chance.between(0, size / PAGE_BYTES - 1);
      const bytes = Buffer.alloc(PAGE_BYTES);
      readSync(file, bytes, 0, PAGE_BYTES, other * PAGE_BYTES);
      writeSync(file, bytes, 0, PAGE_BYTES, at);
      return `page ${other} in the place of ${page}`;
    },
  ];
  return chance.pick(kinds)();
}

test(`the check misses none of ${ROUNDS} damages that would change a record`, () => {
  const chance = chanceFor('store check');
  let told = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const file = freshCopy();
    const words = `round ${round}: ${damage(file, chance)}`;
    closeSync(file);
    if (inspectStoreFile(hurt).state === 'damaged' || findFault(hurt) !== undefined) {
      told++;
      continue;
    }
    const store = openLmdbStore(hurt);
    const content = contentOf(store);
    // The meta pages have no checksum: a flip may bring back the last state but one, whole.
    expect(states.includes(content), words).toBe(true);
    store.commit([{ key: Uint8Array.of(9), value: chance.bytes(9_000) }]);
    expect(contentOf(store).startsWith(content), words).toBe(true);
    store.close();
    expect(findFault(hurt), words).toBeUndefined();
  }
  console.log(`store check: told of ${told} of ${ROUNDS} damages`);
  expect(told).toBeGreaterThan(ROUNDS / 3);
}, scaled(60_000, 1_800_000));

test('a page that is free though it is used, or free twice, is told of', () => {
  const cases = [
    (file: number) => Number(readNewestMeta(file).records.page),
    (file: number, at: number) => freePageAt(file, at + 8),
  ];
  for (const pageFor of cases) {
    const file = freshCopy();
    const at = findFreeList(file);
    expect(findFault(hurt)).toBeUndefined();
    const page = pageFor(file, at);
    const entry = Buffer.alloc(8);
    entry.writeBigInt64LE(BigInt(page));
    writeSync(file, entry, 0, 8, at);
    closeSync(file);
    expect(findFault(hurt)).toBe(`page ${page} is there twice`);
  }
});

/** Where a list of free pages has its first number, of two single pages or more. */
function findFreeList(file: number): number {
  const { pageBytes, free } = readNewestMeta(file);
  let number = Number(free.page);
  for (let { depth } = free; depth > 1; depth--) {
    const branch = readPage(file, number, pageBytes, PAGE_KIND.branch);
    number = branchNode(branch, nodeOffsets(branch)[0]!).child;
  }
  const leaf = readPage(file, number, pageBytes, PAGE_KIND.leaf);
  const lists = nodeOffsets(leaf).map((at) => {
    const node = leafNode(leaf, at);
    // Behind a page's header of 24 bytes, or in the leaf; before the numbers there is their count.
    return 8 + (node.kind === 'big' ? node.page * pageBytes + 24
      : number * pageBytes + node.data.byteOffset - leaf.byteOffset);
  });
  const list = lists.find((at) => freePageAt(file, at - 8) >= 2 && freePageAt(file, at) > 0
    && freePageAt(file, at + 8) > 0);
  expect(list).toBeDefined();
  return list!;
}

function freePageAt(file: number, at: number): number {
  const entry = Buffer.alloc(8);
  readSync(file, entry, 0, 8, at);
  return Number(entry.readBigInt64LE(0));
}

test('a file that changed since its last writer closed it is checked, another is not', () => {
  closeSync(freshCopy());
  openLmdbStore(hurt).close(); // Nobody has looked at all of it: no note.
  const first = openLmdbStore(hurt);
  first.check();
  first.close();
  const bytes = readFileSync(join(hurt, DATA_FILE));
  // A record that is in use, and the copies of it in pages that are free by now.
  const record = Buffer.from(recordInUse());
  const file = openSync(join(hurt, DATA_FILE), 'r+');
  for (let at = bytes.indexOf(record); at >= 0; at = bytes.indexOf(record, at + 1)) {
    flip(file, at, 0);
  }
  closeSync(file);
  utimesSync(join(hurt, DATA_FILE), 0, 0); // Other programs set times as they like.
  const second = openLmdbStore(hurt);
  expect(() => second.check()).toThrow(/damaged: the record [0-9a-f]+ is damaged/);
  second.close();
});

/** The bytes of some long value. */
function recordInUse(): Uint8Array {
  const values = states[0].split('\n').map((line) => Buffer.from(line.split(' ')[1]!, 'base64'));
  return values.find(({ length }) => length > 100 && length < 300)!;
}

test('what is whole in a broken file can be read', () => {
  const prefix = Uint8Array.of(2);
  const file = freshCopy();
  writeSync(file, Buffer.alloc(2 * PAGE_BYTES), 0, 2 * PAGE_BYTES, 0); // No meta pages, no roots.
  closeSync(file);
  const found = salvage(hurt, prefix);
  const lines = new Set(states[0].split('\n').filter((line) => line.startsWith('02')));
  expect(lines.size).toBeGreaterThan(20);
  for (const line of lines) expect(found.has(line.split(' ')[0]!)).toBe(true);
  for (const key of found.keys()) expect(key.startsWith('02')).toBe(true);

  writeFileSync(join(hurt, DATA_FILE), 'this was a blockchain');
  expect(salvage(hurt, prefix).size).toBe(0);
});
