/**
 * Goal: what waits to be written is written, part after part, and then nothing happens any more.
 * Method: a chain on a store in memory that takes every two blocks for a download.
 */
import { describe, expect, it } from 'vitest';
import { BlockFactory, EASY_PARAMS, NOW } from '../../test/support/block-factory.ts';
import { ManualClock } from '../../test/support/manual-clock.ts';
import { MemoryStore } from '../../test/support/memory-store.ts';
import { ToyVerifier } from '../../test/support/toy-signatures.ts';
import { openChain } from '../consensus/chain.ts';
import type { Chain } from '../consensus/chain.ts';
import { SPACE } from '../consensus/records.ts';
import { Signatures } from '../consensus/signatures.ts';
import type { Address } from '../consensus/types.ts';
import { Flusher, FLUSH_INTERVAL_MS } from './flusher.ts';

const BLOCKS = 20;
const factory = new BlockFactory(EASY_PARAMS);
const accounts = { blockBytesMax: 1_000, recordsMax: 1, sweepRecords: 4 };

function open(store: MemoryStore): Chain {
  const signatures = new Signatures(new ToyVerifier(), factory.networkId);
  return openChain(EASY_PARAMS, store, signatures, { memory: { accounts } });
}

/** Adds blocks that pay somebody else each. */
function download(chain: Chain): void {
  let last = factory.genesis;
  for (let index = 0; index < BLOCKS; index++) {
    last = factory.block(last, { to: `${index + 10}`.repeat(32) as Address });
    chain.addBlock(last, NOW, 'soon');
  }
}

function scene(store = new MemoryStore()): {
  readonly store: MemoryStore; readonly chain: Chain; readonly flusher: Flusher;
  readonly clock: ManualClock;
} {
  const [clock, chain] = [new ManualClock(NOW), open(store)];
  return { store, chain, clock, flusher: new Flusher(clock, chain) };
}

describe('the flusher', () => {
  it('commits blocks at the next interval, and goes on until each account has its record', () => {
    const { store, chain, clock, flusher } = scene();
    download(chain);
    for (let times = 0; times < 3; times++) flusher.soon();
    expect(store.dump(SPACE.body)).toHaveLength(1);
    clock.advance(FLUSH_INTERVAL_MS);
    expect(store.dump(SPACE.body)).toHaveLength(1 + BLOCKS);
    expect([store.dump(SPACE.account).length, chain.isFlushed]).toEqual([0, false]);
    clock.advance(FLUSH_INTERVAL_MS);
    expect(store.dump(SPACE.account)).toHaveLength(4);
    clock.advance(6 * FLUSH_INTERVAL_MS);
    expect([store.dump(SPACE.account).length, store.dump(SPACE.delta).length])
      .toEqual([BLOCKS, 0]);
    expect(chain.isFlushed).toBe(true);
    const { calls } = store;
    clock.advance(100 * FLUSH_INTERVAL_MS);
    expect(store.calls).toBe(calls);
  });

  it('leaves nothing to be written when it stops', () => {
    const { store, chain, clock, flusher } = scene();
    download(chain);
    flusher.soon();
    flusher.stop();
    expect(chain.isFlushed).toBe(true);
    expect(store.dump(SPACE.account)).toHaveLength(BLOCKS);
    const { calls } = store;
    clock.advance(100 * FLUSH_INTERVAL_MS);
    expect(store.calls).toBe(calls);
  });

  it('writes what a crash has left', () => {
    const first = scene();
    download(first.chain);
    first.chain.flush();
    const { store, chain, clock, flusher } = scene(first.store);
    expect([store.dump(SPACE.account).length, chain.isFlushed]).toEqual([0, false]);
    flusher.soon();
    clock.advance(20 * FLUSH_INTERVAL_MS);
    expect([store.dump(SPACE.account).length, chain.isFlushed]).toEqual([BLOCKS, true]);
  });
});
