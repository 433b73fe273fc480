/**
 * Goal: wherever a chain ends, and however it came there, the index of transactions finds each that
 * is in it, and nothing else. Method: blocks of made-up ids, many of which begin alike, connected
 * and taken back over the ends of runs, against a plain list; and against a chain that was never
 * taken back.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemoryStore } from '../../test/support/memory-store.ts';
import { concatBytes, hexToBytes, u64Bytes } from '../lib/bytes.ts';
import { WriteOverlay } from '../lib/write-buffer.ts';
import { rangeOf } from './chunks.ts';
import { forgetWrites, historyWrites } from './history.ts';
import { placeOf } from './place.ts';
import { SPACE } from './records.ts';
import { placesIn, RUN_BLOCKS, runWrites } from './runs.ts';
import type { Block, Place } from './types.ts';

type Ids = readonly string[];

/** The first 8 bytes are one of a few, or as good as random; all 32 are the number's own. */
function idOf(number: number, kinds = 7): string {
  const mixed = Math.imul(number + 1, 0x9e37_79b1) >>> 0;
  const begins = mixed % kinds < 3
    ? `00000000${'ffffffff0000000180000000'.slice(8 * (mixed % kinds)).slice(0, 8)}`
    : mixed.toString(16).padStart(8, '0') + number.toString(16).padStart(8, '0');
  return begins.padEnd(48, '0') + number.toString(16).padStart(16, '0');
}

const ENDS = ['00', 'ff'].map((byte) => byte.repeat(32));

class World {
  readonly store: MemoryStore;
  /** Of each height, from 0 on; genesis has none. */
  readonly blocks: Ids[];

  constructor(from?: World) {
    this.store = from?.store.copy() ?? new MemoryStore();
    this.blocks = from?.blocks.slice() ?? [[]];
  }

  get tip(): number {
    return this.blocks.length - 1;
  }

  connect(ids: Ids): void {
    const block = blockOf(this.blocks.length, ids);
    const trail = ids.map(() => [1, 2] as const);
    this.store.commit(historyWrites(new WriteOverlay(this.store), block, trail));
    this.blocks.push(ids);
  }

  disconnect(): void {
    this.store.commit(forgetWrites(this.store, blockOf(this.tip, this.blocks.pop()!)));
  }

  found(prefix: Uint8Array): Place[] {
    return [...placesIn(this.store, rangeOf(prefix), this.tip)];
  }

  expected(prefix: Uint8Array): Place[] {
    const digits = Buffer.from(prefix.slice(0, 8)).toString('hex');
    return this.blocks.flatMap((ids, height) => ids.flatMap((id, index) =>
      (id.startsWith(digits) ? [placeOf({ height, index })] : []))).reverse();
  }
}

function blockOf(height: number, ids: Ids): Block {
  return { header: { height }, transactions: ids.map((id) => ({ id })) } as unknown as Block;
}

/** A chain of some length, made once. */
const bases = new Map<number, World>();
function base(tip: number): World {
  const known = bases.get(tip);
  if (known !== undefined) return known;
  const world = new World();
  for (let height = 1; height <= tip; height++) {
    world.connect(Array.from({ length: height % 3 }, (_, index) => idOf(3 * height + index)));
  }
  bases.set(tip, world);
  return world;
}

/** How far blocks are taken back at most. */
const DEPTH = 150;
const steps = fc.array(fc.record({
  back: fc.oneof(fc.nat(3), fc.nat(DEPTH)),
  /** How many transactions the new blocks have. */
  counts: fc.array(fc.nat(4), { maxLength: 140, size: 'max' }),
}), { minLength: 1, maxLength: 5 });

describe('the index of transactions', () => {
  it.each([DEPTH, 4_095 - 70, 4_096 + DEPTH, 8_191])(
    'finds what is in the chain, after any connecting and taking back about height %i', (tip) => {
      fc.assert(fc.property(steps, fc.nat(), (plan, salt) => {
        const world = new World(base(tip));
        let number = 100_000 + (salt % 1_000_000);
        for (const { back, counts } of plan) {
          for (let left = back; left > 0 && world.tip > tip - DEPTH; left--) world.disconnect();
          for (const count of counts) {
            world.connect(Array.from({ length: count }, () => idOf(number++)));
          }
          const some = world.blocks.slice(-200).flat().filter((_, index) => index % 19 === 0);
          for (const id of [...some, idOf(7), idOf(number), ...ENDS]) {
            const prefix = hexToBytes(id)!;
            expect(world.found(prefix)).toEqual(world.expected(prefix));
            const short = prefix.slice(0, 3);
            expect(world.found(short).sort((a, b) => b - a)).toEqual(world.expected(short));
          }
          const all = new Uint8Array(0);
          expect(world.found(all).sort((a, b) => b - a)).toEqual(world.expected(all));
        }
        const straight = new World(base(tip - DEPTH));
        for (const ids of world.blocks.slice(tip - DEPTH + 1)) straight.connect(ids);
        expect(world.store.dump(SPACE.trail, SPACE.run))
          .toEqual(straight.store.dump(SPACE.trail, SPACE.run));
        // What fails is not made smaller: each try takes a second, and its seed is enough.
      }), { numRuns: 4, endOnFailure: true });
    },
  );

});

/** A run as it is stored, with one entry. */
function runOf(level: number, first: number, id: string): { key: Uint8Array; value: Uint8Array }[] {
  const key = concatBytes(Uint8Array.of(SPACE.run, level), u64Bytes(first));
  const place = u64Bytes(placeOf({ height: first + 1, index: 0 }));
  return [
    { key, value: Uint8Array.of(0, 0, 0, 1) },
    {
      key: concatBytes(key, new Uint8Array(4)),
      value: concatBytes(hexToBytes(id)!.slice(0, 8), place),
    },
  ];
}

describe('runs of runs', () => {
  it('are made of 64 each, at any level, and searched from the newest back', () => {
    const store = new MemoryStore();
    const [level2, level3] = [RUN_BLOCKS ** 2, RUN_BLOCKS ** 3];
    const id = 'ab'.repeat(32);
    for (let run = 0; run < RUN_BLOCKS - 1; run++) {
      store.commit(runOf(2, run * level2, id));
      store.commit(runOf(1, level3 - level2 + run * RUN_BLOCKS, id));
    }
    const overlay = new WriteOverlay(store);
    overlay.add(historyWrites(new WriteOverlay(store), blockOf(level3 - 1, []), []));
    expect([...placesIn(overlay, rangeOf(hexToBytes(id)!), level3 - 1)]).toEqual([
      ...Array.from({ length: 63 }, (_, run) => level3 - level2 + run * RUN_BLOCKS + 1).reverse(),
      ...Array.from({ length: 63 }, (_, run) => run * level2 + 1).reverse(),
    ].map((height) => placeOf({ height, index: 0 })));
    const heads = runWrites(new WriteOverlay(store), level3 - 1)
      .filter(({ key }) => key.length === 10).map(({ key, value }) => [key[1], value![3]]);
    expect(heads).toEqual([[1, 0], [2, 63], [3, 126]]);
  });

  it('are left out where there would be too many transactions, and smaller ones searched', () => {
    const store = new MemoryStore();
    const id = 'ab'.repeat(32);
    for (let run = 0; run < RUN_BLOCKS - 1; run++) {
      const [head, chunk] = runOf(1, run * RUN_BLOCKS, id);
      // As if it had 20,000 entries, in the chunk of this id all but one left out.
      const at = Math.floor(((0xab_ab_ab_ab) * Math.ceil(20_000 / 208)) / 2 ** 32);
      const key = chunk!.key.slice();
      key[13] = at;
      store.commit([
        { key: head!.key, value: Uint8Array.of(0, 0, 20_000 >> 8, 20_000 & 0xff) },
        { key, value: chunk!.value },
      ]);
    }
    const writes = historyWrites(new WriteOverlay(store), blockOf(4_095, [id]), [[0, 0]]);
    const levels = writes.flatMap(({ key }) => (key[0] === SPACE.run ? [key[1]] : []));
    expect(levels).toEqual([1, 1]);
    store.commit(writes);
    expect([...placesIn(store, rangeOf(hexToBytes(id)!), 4_095)]).toHaveLength(64);
    const back = forgetWrites(store, blockOf(4_095, [id]));
    expect(back.map(({ key }) => [key[0], key.length])).toEqual([
      [SPACE.trail, 9], [SPACE.run, 10], [SPACE.run, 14],
    ]);
  });
});
