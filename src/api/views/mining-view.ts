/**
 * Mining as JSON: rates, intervals between blocks, who found how many.
 *
 * Owns: the window that is looked back over, and the estimate of the network's rate.
 * Does not own: pictures.
 */
import { BoundedMap } from '../../lib/bounded-map.ts';
import type { BlockId } from '../../consensus/types.ts';
import { workOf } from '../../consensus/pow.ts';
import type { Observed } from '../observed/observed.ts';
import { MINING_BLOCKS_MAX } from '../schema/network.ts';
import type { Mining } from '../schema/network.ts';
import type { ApiSource } from '../source.ts';
import { minerJson } from './status-view.ts';

/** Of the normal distribution, both sides together 5 %. */
const BAND_95 = 1.96;

type Window = Pick<Mining,
  'window' | 'intervals_ms' | 'shares' | 'network_rate' | 'network_rate_low' | 'network_rate_high'>;

export class MiningView {
  readonly #source: ApiSource;
  readonly #observed: Observed;
  /** The last one: it only changes with the tip. */
  readonly #windows = new BoundedMap<BlockId, Window>(1);

  constructor(source: ApiSource, observed: Observed) {
    this.#source = source;
    this.#observed = observed;
  }

  json(): Mining {
    const { chain } = this.#source;
    const { blockSize, difficulty } = chain.params;
    return {
      miner: minerJson(this.#source, this.#observed),
      rates: this.#observed.rates.points().map(({ at, rate }) => ({ at_ms: at, rate })),
      waited_for_payments: blockSize > 1,
      expected_hashes: String(workOf(difficulty)),
      ...this.#window(),
    };
  }

  #window(): Window {
    const { tip } = this.#source.chain;
    const known = this.#windows.get(tip.id);
    if (known !== undefined) return known;
    const window = this.#look();
    this.#windows.set(tip.id, window);
    return window;
  }

  #look(): Window {
    const { chain } = this.#source;
    const to = chain.tip.header.height;
    // Genesis was mined by nobody, and has the time 0.
    const from = Math.max(1, to - MINING_BLOCKS_MAX + 1);
    const counts = new Map<string, number>();
    const times: number[] = [];
    for (let height = from; height <= to; height++) {
      const header = chain.headerAt(height)?.header;
      if (header === undefined) break;
      times.push(header.time);
      counts.set(header.tag, (counts.get(header.tag) ?? 0) + 1);
    }
    const intervals = times.slice(1).map((time, index) => time - times[index]!);
    return {
      window: { from: Math.min(from, to), to, blocks: times.length },
      intervals_ms: intervals,
      shares: [...counts].map(([tag, blocks]) => ({ tag, blocks }))
        .sort((a, b) => b.blocks - a.blocks),
      ...this.#rates(intervals),
    };
  }

  /**
   * Work over time. Intervals are exponential, so of n of them the rate's standard error is the
   * rate over the root of n.
   */
  #rates(intervals: readonly number[]): Pick<Window,
    'network_rate' | 'network_rate_low' | 'network_rate_high'> {
    const elapsedMs = intervals.reduce((sum, one) => sum + one, 0);
    if (intervals.length < 2 || elapsedMs <= 0) {
      return { network_rate: null, network_rate_low: null, network_rate_high: null };
    }
    const work = Number(workOf(this.#source.chain.params.difficulty)) * intervals.length;
    const rate = (1000 * work) / elapsedMs;
    const share = Math.min(1, BAND_95 / Math.sqrt(intervals.length));
    return {
      network_rate: rate,
      network_rate_low: rate * (1 - share),
      network_rate_high: rate * (1 + share),
    };
  }
}
