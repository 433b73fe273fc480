/**
 * Goal: what the API tells of a node is what the node and its chain are: the tree with its
 * branches, the far view, mining, what waits, searching.
 * Method: a real node with a past, and laws over all ranges.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ALICE, API_PARAMS, ApiScene, BANK, BOB, HOSTILE_TAG,
} from '../../../test/support/api-scene.ts';
import { blockOn, mine, testChain } from '../../../test/support/chain-fixture.ts';
import { DIFFICULTY_BIT } from '../../consensus/params.ts';
import { ProblemError } from '../problem.ts';
import { Block, BlockPage, Overview, PaymentPage, Tree } from '../schema/chain.ts';
import { Lessons, Mining, PeerPage, PropagationPage, Status } from '../schema/network.ts';
import { TREE_HEIGHTS_MAX } from '../schema/chain.ts';
import type { ApiSource } from '../source.ts';
import { pageOfArray } from './json.ts';
import { lessonsJson } from './lessons-view.ts';
import { requireAddress, requireBlock, requireTransaction } from './lookup.ts';
import { MiningView } from './mining-view.ts';
import { peersJson, propagationJson } from './network-view.ts';
import { PaymentView } from './payment-view.ts';
import { searchJson } from './search-view.ts';
import { healthJson, statusJson } from './status-view.ts';
import { overviewJson, treeJson } from './tree-view.ts';

function codeOf(run: () => unknown): string {
  try {
    run();
    return 'fine';
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return `${error.words.status} ${error.words.code}`;
  }
}

describe('the tree', () => {
  it('has every block of its heights, with side branches and flags', () => {
    const scene = new ApiScene();
    const tree = Tree.parse(treeJson(scene.source, scene.observed, {}));
    expect(tree).toMatchObject({ from: 0, to: 12, tip_height: 12, is_cut: false });
    expect(tree.blocks).toHaveLength(13 + 2);
    const side = tree.blocks.filter(({ standing }) => standing === 'side');
    expect(side.map(({ height }) => height)).toEqual([6, 7]);
    expect(side[1]!.previous_id).toBe(side[0]!.id);
    expect(side[0]!.previous_id).toBe(scene.chain.headerAt(5)!.id);
    expect(tree.flags).toEqual([
      { name: HOSTILE_TAG, session: null, tip_id: scene.chain.tip.id, height: 12 },
    ]);
  });

  it('of any range is that part of the whole', () => {
    const scene = new ApiScene();
    const whole = treeJson(scene.source, scene.observed, {}).blocks;
    const height = fc.option(fc.nat({ max: 30 }), { nil: undefined });
    fc.assert(fc.property(height, height, (from, to) => {
      const tree = Tree.parse(treeJson(scene.source, scene.observed, { from, to }));
      expect(tree.from).toBeLessThanOrEqual(12);
      expect(tree.to).toBeGreaterThanOrEqual(tree.from);
      const last = to !== undefined && to < tree.from ? -1 : Math.min(12, to ?? 12);
      expect(tree.blocks).toEqual(whole.filter((one) =>
        one.height >= tree.from && one.height <= last));
    }));
  });

  it('has a bounded number of heights', () => {
    const { chain, store } = testChain(API_PARAMS);
    while (chain.tip.header.height < TREE_HEIGHTS_MAX + 20) mine(chain, BANK.address);
    const source = { chain, store, node: undefined, tag: 'x' } as unknown as ApiSource;
    const scene = new ApiScene();
    const tree = treeJson(source, scene.observed, { from: 3 });
    expect([tree.from, tree.to, tree.blocks.length]).toEqual([3, 502, TREE_HEIGHTS_MAX]);
    expect(treeJson(source, scene.observed, {}).blocks).toHaveLength(60);
  });

  it('shows a reorganisation, and the peers\' flags', async () => {
    const scene = new ApiScene();
    scene.mine();
    const { id } = scene.chain.tip;
    await scene.reorganise(1);
    const tree = treeJson(scene.source, scene.observed, { from: 12 });
    expect(tree.blocks.map(({ height, standing }) => [height, standing]).sort())
      .toEqual([[12, 'main'], [13, 'main'], [13, 'side'], [14, 'main']]);
    expect(tree.blocks.find((one) => one.id === id)!.standing).toBe('side');
    expect(tree.flags.map(({ name, height }) => [name, height]))
      .toEqual([[HOSTILE_TAG, 14], ['fork0', 14]]);
    const blocks = BlockPage.parse(scene.blocks.list({ limit: 3 }));
    expect(blocks.items.map(({ received_at_ms: at }) => at === null)).toEqual([false, false, true]);
    const full = Block.parse(scene.blocks.full(requireBlock(scene.source, '13'), 0));
    expect(full.rivals).toEqual([id]);
    expect(full.next_id).toBe(scene.chain.tip.id);
    const left = Block.parse(scene.blocks.full(requireBlock(scene.source, id), 0));
    expect([left.standing, left.depth, left.next_id]).toEqual(['side', 0, null]);
  });
});

describe('the far view', () => {
  it('covers every height of its range once, in few spans', () => {
    const { source } = new ApiScene();
    const height = fc.nat({ max: 20 });
    fc.assert(fc.property(height, height, fc.integer({ min: 1, max: 500 }), (a, b, spans) => {
      const overview = Overview.parse(overviewJson(source, { from: a, to: b, spans }));
      const [from, to] = [Math.min(a, 12), Math.max(Math.min(a, 12), Math.min(b, 12))];
      expect(overview.spans.length).toBeLessThanOrEqual(spans);
      if (b < from) return;
      const heights = overview.spans.flatMap((span) =>
        Array.from({ length: span.to - span.from + 1 }, (_, index) => span.from + index));
      expect(heights).toEqual(Array.from({ length: to - from + 1 }, (_, index) => from + index));
    }));
  });

  it('knows the time between blocks, but not before the first', () => {
    const { source } = new ApiScene();
    const { spans } = overviewJson(source, { spans: 4 });
    expect(spans[0]!.interval_ms).toBeNull();
    expect(spans.slice(1).every(({ interval_ms: ms }) => ms === 1_000)).toBe(true);
  });
});

describe('lists of blocks', () => {
  it('are the main chain, whatever the limit', () => {
    const scene = new ApiScene();
    fc.assert(fc.property(fc.integer({ min: 1, max: 100 }), (limit) => {
      const heights: number[] = [];
      let cursor: string | undefined;
      do {
        const page = BlockPage.parse(scene.blocks.list({ cursor, limit }));
        heights.push(...page.items.map((one) => one.height));
        cursor = page.next ?? undefined;
      } while (cursor !== undefined);
      expect(heights).toEqual(Array.from({ length: 13 }, (_, index) => 12 - index));
    }));
  });

  it.each(['-1', '1.5', 'x', '', ' 1', '01', '1e3', '9'.repeat(16), '0x1', 'NaN', '１'])(
    'take no cursor %j', (cursor) => {
      expect(codeOf(() => new ApiScene().blocks.list({ cursor, limit: 5 }))).toBe('400 bad-cursor');
    });

  it('in memory are cut anywhere', () => {
    fc.assert(fc.property(fc.array(fc.nat()), fc.integer({ min: 1, max: 9 }), (all, limit) => {
      const items: number[] = [];
      let cursor: string | undefined;
      do {
        const page = pageOfArray(all, { cursor, limit });
        items.push(...page.items);
        cursor = page.next ?? undefined;
      } while (cursor !== undefined);
      expect(items).toEqual(all);
    }));
    expect(pageOfArray([1, 2], { cursor: '999', limit: 5 })).toEqual({ items: [], next: null });
  });
});

describe('what waits', () => {
  it('comes in the order in which blocks would take it; then what cannot go yet', () => {
    const scene = new ApiScene();
    const view = new PaymentView(scene.source, scene.observed);
    const first = scene.pay({ fee: 1n });
    const second = scene.pay({ fee: 900n });
    const gap = scene.pay({ fee: 9_000n, sequence: second.sequence + 2 });
    const now = scene.clock.now();
    const { items, next } = PaymentPage.parse(view.pending({ limit: 10 }, now));
    expect(items.map(({ id }) => id)).toEqual([first.id, second.id, gap.id]);
    expect(next).toBeNull();
    expect(items[0]).toMatchObject({
      status: 'pending', height: null, block_id: null, depth: null, key_name: null,
      reason: { code: 'mining' },
    });
    expect(items[2]!.reason.code).toBe('gap');
    const page = view.pending({ limit: 1, cursor: '1' }, now);
    expect(page.items.map(({ id }) => id)).toEqual([second.id]);
    scene.mine();
    const later = view.pending({ limit: 10 }, scene.clock.now());
    expect(later.items.map(({ id }) => id)).toEqual([gap.id]);
    const found = requireTransaction(scene.source, first.id);
    expect(view.one(found, scene.clock.now(), false))
      .toMatchObject({ status: 'confirmed', height: 13, depth: 1 });
  });
});

describe('mining', () => {
  it('looks back over the blocks that were mined, and estimates the rate of all', () => {
    const scene = new ApiScene();
    const view = new MiningView(scene.source, scene.observed);
    const mining = Mining.parse(view.json());
    expect(mining.window).toEqual({ from: 1, to: 12, blocks: 12 });
    expect(mining.intervals_ms).toEqual(Array<number>(11).fill(1_000));
    expect(mining.shares).toEqual([{ tag: 'test', blocks: 12 }]);
    // Difficulty 0: one hash a block, a block a second.
    expect(mining.network_rate).toBe(1);
    expect(mining.network_rate_low).toBeCloseTo(1 - 1.96 / Math.sqrt(11));
    expect(mining.network_rate_high).toBeCloseTo(1 + 1.96 / Math.sqrt(11));
    scene.mine();
    const later = view.json();
    expect(later.window.to).toBe(13);
    expect(later.shares).toEqual([{ tag: 'test', blocks: 12 }, { tag: HOSTILE_TAG, blocks: 1 }]);
  });

  it('knows no rate of a chain that has just begun', () => {
    const { chain, store } = testChain({ ...API_PARAMS, difficulty: 0 });
    const source = { chain, store, node: undefined, mining: undefined } as unknown as ApiSource;
    const observed = new ApiScene().observed;
    for (const blocks of [0, 1, 2]) {
      const mining = Mining.parse(new MiningView(source, observed).json());
      expect(mining.window.blocks).toBe(blocks);
      expect(mining.network_rate).toBeNull();
      mine(chain, BANK.address);
    }
    expect(Mining.parse(new MiningView(source, observed).json()).network_rate).toBe(1);
  });
});

describe('the node', () => {
  it('says how it is', async () => {
    const scene = new ApiScene();
    await scene.join('neighbour');
    scene.kernel.hashes = 5n;
    const status = Status.parse(statusJson(scene.source, scene.observed, scene.clock.now()));
    expect(status).toMatchObject({
      height: 12, peers: 1, read_only: true, source: 'node', tag: HOSTILE_TAG,
      miner: { state: 'mining', hashes: '5', ready: 1, earned: '0' },
    });
    scene.mining.isPaused = true;
    expect(statusJson(scene.source, scene.observed, 0).miner!.state).toBe('paused');
    const peers = PeerPage.parse(peersJson(scene.source, scene.observed, { limit: 5 }, 0));
    expect(peers.items).toMatchObject([{ tag: 'neighbour', link: 'inbound', same_network: true }]);
    expect(PropagationPage.parse(propagationJson(scene.observed, { limit: 5 })).items).toEqual([]);
  });

  it('is unwell when its search never ends', () => {
    const scene = new ApiScene();
    expect(healthJson(scene.source)).toMatchObject({ ok: true, reason: 'mining' });
    scene.kernel.hashes = 21n;
    expect(healthJson(scene.source).ok).toBe(false);
    expect(healthJson({ ...scene.source, node: undefined }).ok).toBe(true);
  });
});

describe('what somebody typed', () => {
  it('names blocks by height, id, the beginning of one, or tip', () => {
    const { source, chain } = new ApiScene();
    const { id } = chain.headerAt(7)!;
    for (const text of ['7', id, id.slice(0, 12), id.toUpperCase()]) {
      expect(requireBlock(source, text).id).toBe(id);
    }
    expect(requireBlock(source, 'tip').id).toBe(chain.tip.id);
    for (const text of ['13', '-1', '07', 'x', 'f'.repeat(64), '999999999999', ' 7', '7 ', '',
      id.slice(0, 5), `${id}0`, '../7', '%', '__proto__']) {
      expect(codeOf(() => requireBlock(source, text))).toBe('404 no-such-block');
    }
  });

  it('names payments, before and after the store has them', async () => {
    const scene = new ApiScene();
    const payment = scene.pay();
    const { id } = payment;
    for (const text of [id, id.slice(0, 8)]) {
      expect(requireTransaction(scene.source, text).transaction.id).toBe(id);
    }
    expect(codeOf(() => requireTransaction(scene.source, 'f'.repeat(64)))).toBe(
      '404 no-such-payment');
    scene.mine();
    expect(requireTransaction(scene.source, id)).toMatchObject({ height: 13 });
  });

  it('names a payment of a block that is not written yet', async () => {
    const scene = new ApiScene();
    const { chain } = scene;
    const payment = scene.pay();
    const block = blockOn(chain, BOB.address, [payment]);
    // As a node takes a peer's block: it is written a quarter of a second later.
    expect(chain.addBlock(block, block.header.time, 'soon').kind).toBe('connected');
    scene.node.view.mempool.onChainChange({
      connected: [block], disconnected: [], tip: chain.tip,
    } as never);
    expect(scene.node.view.mempool.has(payment.id)).toBe(false);
    const found = requireTransaction(scene.source, payment.id);
    expect(found).toMatchObject({ height: 13 });
    expect(new PaymentView(scene.source, scene.observed).one(found, scene.clock.now(), false))
      .toMatchObject({ status: 'confirmed', height: 13, block_id: block.id });
    expect(searchJson(scene.source, payment.id, new Map()).items).toHaveLength(1);
    expect(requireBlock(scene.source, block.id).id).toBe(block.id);
  });

  it('names addresses', () => {
    expect(requireAddress(ALICE.address.toUpperCase())).toBe(ALICE.address);
    for (const text of ['', 'ab', `${ALICE.address}0`, 'g'.repeat(64), ` ${ALICE.address}`]) {
      expect(codeOf(() => requireAddress(text))).toBe('400 bad-address');
    }
  });

  it('is searched in every way, and names of keys only for their owner', () => {
    const scene = new ApiScene();
    const { source, chain } = scene;
    const payment = scene.pay();
    const kinds = (text: string, names = new Map()): string[] =>
      searchJson(source, text, names).items.map(({ kind, id }) => `${kind} ${id}`);
    expect(kinds('7')).toEqual([`block ${chain.headerAt(7)!.id}`]);
    expect(kinds(` ${chain.tip.id} `)).toEqual([`block ${chain.tip.id}`]);
    expect(kinds(payment.id)).toEqual([`payment ${payment.id}`]);
    expect(kinds(ALICE.address)).toEqual([`address ${ALICE.address}`]);
    expect(kinds('savings')).toEqual([]);
    expect(kinds('savings', new Map([['savings', ALICE.address]])))
      .toEqual([`address ${ALICE.address}`]);
    expect(kinds('<script>alert(1)</script>')).toEqual([]);
  });
});

describe('the lessons', () => {
  const done = async (scene: ApiScene): Promise<string[]> =>
    Lessons.parse(await lessonsJson(scene.source, scene.observed)).lessons
      .filter((one) => one.done).map(({ name }) => name);

  it('are ticked off by what happened', async () => {
    const scene = new ApiScene();
    expect(await done(scene)).toEqual([]);
    scene.observed.lessons.zeroBits = 12;
    scene.observed.lessons.brokenRule = 'time';
    await scene.reorganise(1);
    expect(await done(scene)).toEqual(['nonce', 'tamper', 'fork']);
  });

  it('know a reward, whatever was paid to its address since', async () => {
    const scene = new ApiScene();
    const keys = [{ name: 'bob', address: BOB.address, isEncrypted: false, file: 'bob.pem' }];
    scene.wallet = { rewardTo: BANK.address, keys: async () => keys } as never;
    expect(await done(scene)).toContain('reward');
    scene.pay({ to: BOB.address });
    scene.mine();
    expect(await done(scene)).toContain('reward');
  });
});

describe('a difficulty with a fraction', () => {
  it('is shown as it is', () => {
    const { chain, store } = testChain({ ...API_PARAMS, difficulty: DIFFICULTY_BIT / 2 });
    const source = { chain, store, node: undefined } as unknown as ApiSource;
    expect(statusJson(source, new ApiScene().observed, 0).params.difficulty).toBe(0.5);
  });
});
