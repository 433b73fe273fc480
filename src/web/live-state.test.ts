/**
 * Goal: what was read and what happened meanwhile make one picture, whichever was first.
 * Method: small stories of events; random orders of the same blocks.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { BlockSummary, Tree } from '../api/schema/chain.ts';
import type { ChainEvent, EventData, EventKind } from '../api/schema/events.ts';
import type { Peer, Status } from '../api/schema/network.ts';
import { NOTHING_KNOWN, RECENT_HEIGHTS, withEvent, withReading } from './live-state.ts';
import type { LiveState, Reading } from './live-state.ts';

function block(id: string, height: number, more: Partial<BlockSummary> = {}): BlockSummary {
  return {
    id, height, previous_id: 'g', time_ms: 1_000 * height, tag: 'bob', difficulty: 8, nonce: '0',
    merkle_root: 'm', bytes: 200, transactions: 2, paid: '1', fees: '0', reward_to: 'r',
    standing: 'main', depth: 1, received_at_ms: 1_000 * height, ...more,
  };
}

const peer: Peer = {
  session: 's', tag: 'bob', address: '10.0.0.1:2607', link: 'outbound', height: 1, tip_id: 'a1',
  work: '1', waiting: 0, is_miner: true, same_network: true, differences: [], latency_ms: 2,
  clock_offset_ms: 1, heard_at_ms: 5,
};

let count = 0;
function event<Kind extends EventKind>(kind: Kind, data: EventData<Kind>): ChainEvent {
  return { kind, id: String(count++), data } as ChainEvent;
}

const blockEvent = (one: BlockSummary): ChainEvent => event('block', { block: one, from: 'peer' });

function reading(blocks: readonly BlockSummary[], now_ms: number): Reading {
  const tree = { blocks, flags: [] } as unknown as Tree;
  const main = blocks.filter(({ standing }) => standing === 'main');
  return { status: { now_ms } as Status, blocks: main, tree, peers: [], rates: [] };
}

const after = (events: readonly ChainEvent[], from: LiveState = NOTHING_KNOWN): LiveState =>
  events.reduce(withEvent, from);

const standings = (state: LiveState): Record<string, string> =>
  Object.fromEntries(state.blocks.map(({ id, standing }) => [id, standing]));

describe('blocks', () => {
  test('that come while all is being read are kept', () => {
    const state = after([blockEvent(block('a2', 2))], withReading(NOTHING_KNOWN, reading([], 1)));
    expect(standings(withReading(state, reading([block('a1', 1)], 2)))).toEqual(
      { a1: 'main', a2: 'main' });
  });

  test('beside a winner of their height have lost', () => {
    const state = after([blockEvent(block('a1', 1)), blockEvent(block('b1', 1))]);
    expect(standings(state)).toEqual({ a1: 'side', b1: 'main' });
  });

  test('change sides in a reorganisation', () => {
    const name = (id: string, height: number) => ({ id, height, tag: 'bob' });
    const state = after([
      blockEvent(block('a1', 1)), blockEvent(block('b1', 1, { standing: 'side' })),
      blockEvent(block('b2', 2, { previous_id: 'b1' })),
      event('reorg', {
        at_ms: 9, fork_height: 0, disconnected: [name('a1', 1)], disconnected_count: 1,
        connected: [name('b1', 1), name('b2', 2)], connected_count: 2, returned: 0,
      }),
    ]);
    expect(standings(state)).toEqual({ a1: 'side', b1: 'main', b2: 'main' });
    expect(state.happenings[0]?.kind).toBe('reorg');
  });

  test('are the highest ones, however many come and in whatever order', () => {
    const heights = fc.array(fc.nat(200), { minLength: 1, maxLength: 60 });
    fc.assert(fc.property(heights, (all) => {
      const state = after(all.map((height) => (
        blockEvent(block(`b${height}`, height, { standing: 'side' })))));
      const top = Math.max(...all);
      const expected = [...new Set(all)].filter((height) => height > top - RECENT_HEIGHTS)
        .sort((a, b) => b - a);
      expect(state.blocks.map(({ height }) => height)).toEqual(expected);
    }));
  });

  test('are told of once, also when the page was opened after they came', () => {
    const read = withReading(NOTHING_KNOWN, reading([block('a1', 1), block('a2', 2)], 1));
    const again = withReading(after([blockEvent(block('a3', 3))], read),
      reading([block('a2', 2), block('a3', 3)], 2));
    const ids = again.happenings.map((one) => (one.kind === 'block' ? one.block.id : one.kind));
    expect(ids).toEqual(['a3', 'a2', 'a1']);
  });
});

describe('peers', () => {
  const linked = after([event('peer', { at_ms: 1, kind: 'joined', peer, reason: null })]);

  test('stay linked when they are heard on the air as well', () => {
    const heard: Peer = {
      ...peer, link: 'none', address: '10.0.0.1', latency_ms: null, clock_offset_ms: null,
      height: 7, tip_id: 'a7',
    };
    const state = after([event('peer', { at_ms: 2, kind: 'heard', peer: heard, reason: null })],
      linked);
    expect(state.peers).toEqual([{ ...peer, height: 7, tip_id: 'a7' }]);
  });

  test('go when they leave, and both is told', () => {
    const left = event('peer', { at_ms: 2, kind: 'left', peer, reason: 'closed' });
    const state = after([left], linked);
    expect(state.peers).toEqual([]);
    expect(state.happenings.map(({ kind }) => kind)).toEqual(['peer', 'peer']);
  });
});

test('rates are in the order of time, once each, and not without end', () => {
  const points = Array.from({ length: 2_000 }, (_, index) => event('hashrate',
    { at_ms: 1_000 * (1_999 - index), rate: index }));
  const { rates } = after([...points, ...points.slice(0, 5)]);
  expect(rates).toHaveLength(600);
  expect(rates.at(-1)).toEqual({ at_ms: 1_999_000, rate: 0 });
  const times = rates.map(({ at_ms }) => at_ms);
  expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
});
