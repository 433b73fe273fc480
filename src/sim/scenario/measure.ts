/**
 * What is measured while a scenario runs.
 *
 * Owns: found blocks, how they spread, reorganisations; and the sums over them at the end.
 * Does not own: what makes them happen. A block's arrivals are kept until it is settled; then only
 * sums stay, so that a run may be as long as it likes.
 */
import type { ChainChange } from '../../consensus/reorg.ts';
import type { Chain } from '../../consensus/chain.ts';
import type { Block, BlockId } from '../../consensus/types.ts';
import { assert } from '../../lib/assert.ts';
import type { MinerResult, Propagation, ScenarioResult } from './result.ts';

/** Blocks deeper than this below the newest are as good as settled; but for an attacker's. */
const SETTLED_DEPTH = 200;
/** Shares of all nodes whose times are told. */
const QUANTILES = [0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 1] as const;
/** f(t) is kept at this many times for each factor of ten. */
const STEPS_PER_DECADE = 20;
const MS_PER_SECOND = 1_000;

interface Found {
  readonly miner: number;
  readonly height: number;
  readonly at: number;
  readonly spread: Spread;
}

/** When each node first had a block, in order of time. */
class Spread {
  readonly delays: Float64Array;
  readonly nodes: Uint32Array;
  readonly #has: Uint8Array;
  count = 0;

  constructor(nodes: number) {
    this.delays = new Float64Array(nodes);
    this.nodes = new Uint32Array(nodes);
    this.#has = new Uint8Array(nodes);
  }

  /** A node that comes back to a branch has had its blocks before. */
  add(node: number, delayMs: number): void {
    if (this.#has[node] === 1) return;
    this.#has[node] = 1;
    this.delays[this.count] = delayMs;
    this.nodes[this.count++] = node;
  }
}

export class Measure {
  readonly #shares: readonly number[];
  readonly #observed: (node: number) => boolean;
  readonly #open = new Map<BlockId, Found>();
  readonly #main: number[];
  readonly #found: number[];
  readonly #intervals: number[] = [];
  readonly #depths = new Map<number, number>();
  readonly #quantileSums = QUANTILES.map(() => ({ seconds: 0, count: 0 }));
  /** Hash power that had a block by each step of time, summed over blocks. */
  readonly #coverage = new Map<number, number>();
  #spreadBlocks = 0;
  #uninformedMs = 0;
  /** The greatest height that anybody had, and since when each node has been below it. */
  #greatest = 0;
  readonly #behindSince: (number | undefined)[];
  #behindMs = 0;
  #foundCount = 0;
  #settledTo = 0;
  #lastFoundAt: number | undefined;
  /** Payments on the main chain that is settled. */
  #confirmed = 0;

  /** `observed` says whose reorganisations count: those of honest nodes. */
  constructor(shares: readonly number[], observed: (node: number) => boolean) {
    this.#shares = shares;
    this.#observed = observed;
    this.#main = shares.map(() => 0);
    this.#found = shares.map(() => 0);
    this.#behindSince = shares.map(() => undefined);
  }

  get foundCount(): number {
    return this.#foundCount;
  }

  tipChanged(node: number, change: ChainChange, now: number): void {
    const depth = change.disconnected.length;
    if (depth > 0 && this.#observed(node)) {
      this.#depths.set(depth, (this.#depths.get(depth) ?? 0) + 1);
    }
    for (const block of change.connected) this.#arrived(node, block, now);
    this.#reached(node, change.tip.header.height, now);
  }

  /** Who has a block of the greatest height, whichever, makes no rival of it any more. */
  #reached(node: number, height: number, now: number): void {
    if (height < this.#greatest) return;
    const since = this.#behindSince[node];
    if (since !== undefined) this.#behindMs += this.#shares[node]! * (now - since);
    if (height > this.#greatest) {
      this.#greatest = height;
      for (let other = 0; other < this.#shares.length; other++) this.#behindSince[other] ??= now;
    }
    this.#behindSince[node] = undefined;
  }

  #arrived(node: number, block: Block, now: number): void {
    const found = this.#open.get(block.id);
    if (found !== undefined) return found.spread.add(node, now - found.at);
    if (block.header.height <= this.#settledTo) return;
    // The finder is the first who connects it.
    const { height } = block.header;
    const spread = new Spread(this.#shares.length);
    spread.add(node, 0);
    this.#open.set(block.id, { miner: node, height, at: now, spread });
    this.#foundCount++;
    this.#found[node]! += 1;
  }

  /** Sums up what is deep enough, or all of it at the end, by what is this chain's. */
  settle(chain: Chain, isEnd: boolean): void {
    const tip = chain.tip.header.height;
    const last = isEnd ? tip : tip - SETTLED_DEPTH;
    if (!isEnd && last < this.#settledTo + SETTLED_DEPTH) return;
    for (let height = this.#settledTo + 1; height <= last; height++) {
      const id = chain.headerAt(height)!.id;
      const found = this.#open.get(id);
      assert(found !== undefined, 'a block that nobody found');
      const rivals = [...this.#open.values()].filter((one) =>
        one.height === height && one !== found);
      this.#settleMain(found, chain.block(id)!, rivals);
    }
    for (const [id, { height }] of this.#open) if (height <= last) this.#open.delete(id);
    this.#settledTo = Math.max(this.#settledTo, last);
  }

  #settleMain(found: Found, block: Block, rivals: readonly Found[]): void {
    this.#main[found.miner]! += 1;
    this.#confirmed += block.transactions.length - 1;
    if (this.#lastFoundAt !== undefined) {
      this.#intervals.push((found.at - this.#lastFoundAt) / MS_PER_SECOND);
    }
    this.#lastFoundAt = found.at;
    this.#spreadBlocks++;
    this.#addQuantiles(found.spread);
    this.#addCoverage(found, rivals);
  }

  #addQuantiles({ delays, nodes, count }: Spread): void {
    for (const [index, share] of QUANTILES.entries()) {
      const place = Math.ceil(share * nodes.length) - 1;
      if (place >= count) continue;
      const sum = this.#quantileSums[index]!;
      sum.seconds += delays[place]! / MS_PER_SECOND;
      sum.count++;
    }
  }

  /** Who has a rival of the block already cannot fork it any more, and counts as informed. */
  #addCoverage(found: Found, rivals: readonly Found[]): void {
    const soonest = new Map<number, number>();
    for (const { at, spread: { delays, nodes, count } } of [found, ...rivals]) {
      for (let index = 0; index < count; index++) {
        const node = nodes[index]!;
        if (this.#shares[node] === 0) continue;
        const delayMs = Math.max(0, at + delays[index]! - found.at);
        soonest.set(node, Math.min(soonest.get(node) ?? Infinity, delayMs));
      }
    }
    for (const [node, delayMs] of soonest) {
      const share = this.#shares[node]!;
      this.#uninformedMs += share * delayMs;
      const step = stepOf(delayMs);
      this.#coverage.set(step, (this.#coverage.get(step) ?? 0) + share);
    }
  }

  /** After the last `settle`. */
  result(): Omit<
    ScenarioResult, 'seed' | 'logHash' | 'events' | 'virtualSeconds' | 'payments' | 'attack'
  > {
    const mainBlocks = this.#main.reduce((sum, one) => sum + one, 0);
    const staleBlocks = this.#foundCount - mainBlocks;
    return {
      mainBlocks,
      foundBlocks: this.#foundCount,
      staleBlocks,
      staleRate: this.#foundCount === 0 ? 0 : staleBlocks / this.#foundCount,
      miners: this.#miners(),
      intervals: this.#intervals,
      propagation: this.#propagation(),
      reorgs: [...this.#depths]
        .sort(([a], [b]) => a - b)
        .map(([depth, count]) => ({ depth, count })),
      confirmedPayments: this.#confirmed,
    };
  }

  #miners(): MinerResult[] {
    return this.#shares.flatMap((share, node) => {
      const main = this.#main[node]!;
      return share > 0 ? [{ node, share, main, stale: this.#found[node]! - main }] : [];
    });
  }

  #propagation(): Propagation {
    let sum = 0;
    const coverage = [...this.#coverage].sort(([a], [b]) => a - b).map(([step, share]) => {
      sum += share;
      return { seconds: msOf(step) / MS_PER_SECOND, share: sum / this.#spreadBlocks };
    });
    const quantiles = QUANTILES.flatMap((share, index) => {
      const { seconds, count } = this.#quantileSums[index]!;
      return count === 0 ? [] : [{ share, seconds: seconds / count }];
    });
    const uninformedSeconds = this.#uninformedMs / Math.max(1, this.#spreadBlocks) / MS_PER_SECOND;
    const behindSeconds = this.#behindMs / Math.max(1, this.#greatest) / MS_PER_SECOND;
    return { quantiles, coverage, uninformedSeconds, behindSeconds };
  }
}

/** Each time up to this many ms has a step of its own, later ones share theirs. */
function stepOf(ms: number): number {
  return ms === 0 ? -1 : Math.ceil(Math.log10(ms) * STEPS_PER_DECADE);
}

/** The latest time of a step. */
function msOf(step: number): number {
  return step < 0 ? 0 : 10 ** (step / STEPS_PER_DECADE);
}
