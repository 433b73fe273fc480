/**
 * Goal: a shared store is a store like any other, and what disks have in common is in memory once,
 * however long the chain is and in whichever order they came to it. Method: the contract of the
 * door; disks that are written to as chains write, and counted.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { blockKey, heightKey, idKey, SPACE } from '../../src/consensus/records.ts';
import type { BlockId } from '../../src/consensus/types.ts';
import { u64Bytes } from '../../src/lib/bytes.ts';
import type { Write } from '../../src/ports.ts';
import { DiskPool } from '../../src/sim/scenario/shared-disk.ts';
import { SharedStore } from '../../src/sim/scenario/shared-store.ts';
import { MemoryStore } from '../support/memory-store.ts';
import { storeContract } from '../contract/store-contract.ts';

const b = (...bytes: readonly number[]): Uint8Array => Uint8Array.from(bytes);
const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

storeContract('shared', () => new SharedStore(new DiskPool(), setImmediate));

/** What a node writes of a block; `branch` tells blocks of one height apart. */
function stored(height: number, branch: number): Write[] {
  const id = (height * 16 + branch).toString(16).padStart(64, '0') as BlockId;
  return [SPACE.header, SPACE.body, SPACE.block].map((space) =>
    ({ key: blockKey(space, { id, height }), value: b(space, branch) }));
}

/** And what it writes when that block becomes the tip. */
function connected(height: number): Write[] {
  return [
    { key: heightKey(SPACE.trail, height), value: b(1) },
    { key: idKey(SPACE.account, String(height % 5).repeat(64)), value: u64Bytes(height) },
    { key: b(SPACE.meta), value: u64Bytes(height) },
  ];
}

/** Pages of all disks, equal ones of one memory counted once. */
function distinctPages(stores: readonly SharedStore[]): number {
  return new Set(stores.flatMap(({ disk }) => disk.pages)).size;
}

it('takes no more for each disk of a long chain than of a short one', () => {
  const pool = new DiskPool();
  const stores = range(40).map(() => new SharedStore(pool, setImmediate));
  let short = 0;
  for (const height of range(2_000)) {
    for (const [index, store] of stores.entries()) {
      const main = [...stored(height, 0), ...connected(height)];
      // Every tenth block has a rival, which some nodes have before it, some after, some never.
      const rival = height % 10 === 0 ? stored(height, 1) : [];
      const order = (index + height / 10) % 3;
      if (order === 0) store.commit(rival);
      store.commit(main);
      if (order === 1) store.commit(rival);
    }
    if (height === 400) short = distinctPages(stores);
  }
  const grown = distinctPages(stores) - short;
  // 8,640 keys on 34 pages, of which a few have other rivals; 40 disks of their own would have
  // 1,350 more.
  expect(grown).toBeLessThan(300);
  // Three of each block; and in the chain a trail, an account of five, and which block is the tip.
  const blocks = 3 * 2_200;
  expect(pool.counts).toEqual({ keys: blocks + 2_000 + 5 + 1, values: blocks + 3 * 2_000 });
  expect(stores[7]!.get(b(SPACE.meta))).toEqual(u64Bytes(1_999));
});

it('is what a store of its own would be, whatever others of its pool commit', () => {
  // Pages are shared when they are many: 2,560 heights are ten.
  const write = fc.record({
    key: fc.oneof(
      fc.nat(2_560).map((height) => heightKey(SPACE.trail, height)),
      fc.nat(3).map((digit) => idKey(SPACE.account, String(digit).repeat(64))),
    ),
    value: fc.option(fc.nat(2).map((byte) => b(byte)), { nil: undefined }),
  });
  const run = fc.integer({ min: 1_800, max: 2_560 }).map((count) =>
    range(count).map((height) => ({ key: heightKey(SPACE.trail, height), value: b(0) })));
  const steps = fc.array(fc.record({
    index: fc.nat(2),
    batch: fc.oneof({ arbitrary: fc.array(write, { maxLength: 20 }), weight: 3 }, run),
  }), { minLength: 4, maxLength: 16 });
  fc.assert(fc.property(steps, (plan) => {
    const pool = new DiskPool();
    const stores = range(3).map(() => new SharedStore(pool, setImmediate));
    const models = range(3).map(() => new MemoryStore());
    for (const { index, batch } of plan) {
      stores[index]!.commit(batch);
      models[index]!.commit(batch);
    }
    for (const [index, store] of stores.entries()) {
      expect([...store.scan(b())]).toEqual([...models[index]!.scan(b())]);
    }
  }), { numRuns: 20 });
});

it('starts again with what was committed', () => {
  const pool = new DiskPool();
  const before = new SharedStore(pool, setImmediate);
  before.commit([{ key: b(7), value: b(8) }]);
  before.close();
  expect(new SharedStore(pool, setImmediate, before.disk).get(b(7))).toEqual(b(8));
});
