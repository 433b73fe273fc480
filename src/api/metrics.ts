/**
 * The node's figures for Prometheus.
 *
 * Owns: names, types and help of each; they follow the naming rules of Prometheus (base units,
 * `_total` for counters).
 * Does not own: the figures.
 */
import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import type { Clock } from '../ports.ts';
import { formatCoins } from '../wallet/amount.ts';
import type { EventFeed } from './event-feed.ts';
import type { Observed } from './observed/observed.ts';
import type { ApiSource } from './source.ts';

/** Gauges of the library that are called as only counters may be; each is the sum of another. */
const MISNAMED = [
  'nodejs_active_handles_total', 'nodejs_active_requests_total', 'nodejs_active_resources_total',
];

export interface MetricsParts {
  readonly feed: EventFeed;
  readonly clock: Clock;
}

export class Metrics {
  readonly #registry = new Registry();

  constructor(source: ApiSource, observed: Observed, { feed, clock }: MetricsParts) {
    const { chain, node, mining } = source;
    collectDefaultMetrics({ register: this.#registry });
    for (const name of MISNAMED) this.#registry.removeSingleMetric(name);
    this.#gauge('mvb_info', 'The program and the network; always 1.', () => 1, {
      version: source.version, network: chain.params.network, network_id: chain.networkId,
    });
    this.#gauge('mvb_chain_height', 'Blocks before the tip.', () => chain.tip.header.height);
    this.#gauge('mvb_chain_tip_age_seconds', 'Time since the tip was mined, by its miner\'s clock.',
      () => (clock.now() - chain.tip.header.time) / 1000);
    this.#gauge('mvb_chain_supply_coins', 'All coins there are.',
      () => Number(formatCoins(chain.params.blockReward * BigInt(chain.tip.header.height))));
    this.#counter('mvb_blocks_received_total', 'Blocks since the start, side branches counted.',
      () => observed.blocksSeen);
    this.#counter('mvb_reorgs_total', 'Changes of branches since the start.',
      () => observed.reorgCount);
    this.#counter('mvb_payments_refused_total', 'Payments refused since the start.',
      () => observed.refusalCount);
    this.#gauge('mvb_event_streams', 'Open event streams.', () => feed.streams);
    if (node !== undefined) {
      this.#gauge('mvb_peers', 'Nodes with a link.', () => node.view.peers.length);
      this.#gauge('mvb_mempool_payments', 'Payments that wait.', () => node.view.mempool.size);
      this.#gauge('mvb_mempool_bytes', 'Their bytes.', () => node.view.mempool.byteLength);
      this.#counter('mvb_datagrams_dropped_total', 'Datagrams that were not looked at.',
        () => node.view.droppedDatagrams);
    }
    if (mining === undefined || node === undefined) return;
    this.#counter('mvb_mining_hashes_total', 'Hashes tried.', () => Number(mining.hashCount()));
    this.#counter('mvb_mining_blocks_total', 'Blocks found.',
      () => node.view.miner?.blocksFound ?? 0);
    this.#gauge('mvb_mining_threads', 'Mining threads.', () => mining.threads);
    this.#gauge('mvb_mining_paused', '1 while mining is paused.', () => Number(mining.isPaused));
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }

  #gauge(
    name: string, help: string, read: () => number,
    labels: Readonly<Record<string, string>> = {},
  ): void {
    new Gauge({
      name, help, labelNames: Object.keys(labels), registers: [this.#registry],
      collect() {
        this.set(labels, read());
      },
    });
  }

  /** `read` gives the count since the start. */
  #counter(name: string, help: string, read: () => number): void {
    new Counter({
      name, help, registers: [this.#registry],
      collect() {
        this.reset();
        this.inc(read());
      },
    });
  }
}
