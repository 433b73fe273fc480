/**
 * The node at one moment as JSON.
 *
 * Owns: gathering it, and the hash rate of the last seconds.
 * Does not own: any of the figures.
 */
import { formatCoins } from '../../wallet/amount.ts';
import type { Observed } from '../observed/observed.ts';
import type { Health, Miner, Status } from '../schema/network.ts';
import type { ApiSource } from '../source.ts';
import { paramsJson } from './json.ts';

export function statusJson(source: ApiSource, observed: Observed, now: number): Status {
  const { chain, node } = source;
  const { tip, params } = chain;
  const view = node?.view;
  const behind = view === undefined ? 0 : view.sync.claimedHeight - tip.header.height;
  return {
    version: source.version,
    now_ms: now,
    started_at_ms: observed.startedAt,
    network: params.network,
    network_id: chain.networkId,
    params: paramsJson(params),
    height: tip.header.height,
    tip_id: tip.id,
    tip_time_ms: tip.header.time,
    tip_tag: tip.header.tag,
    work: String(tip.work),
    tag: source.tag,
    miner: minerJson(source, observed),
    peers: view?.peers.length ?? 0,
    heard: view?.heard.length ?? 0,
    waiting: view?.mempool.size ?? 0,
    sync_remaining: view?.sync.isDownloading === true ? Math.max(0, behind) : 0,
    clock_behind_ms: view?.sync.clockBehindMs ?? null,
    confirmation_depth: source.confirmationDepth,
    read_only: source.wallet === undefined,
    source: node === undefined ? 'store' : 'node',
  };
}

export function minerJson(source: ApiSource, observed: Observed): Miner | null {
  const { node, mining } = source;
  const miner = node?.view.miner;
  if (miner === undefined || mining === undefined) return null;
  const isSearching = miner.startedAt !== undefined;
  return {
    state: mining.isPaused ? 'paused' : miner.state,
    height: miner.height,
    ready: miner.ready,
    needed: miner.needed,
    waits_for: miner.reason ?? null,
    partial_at_ms: miner.partialAt ?? null,
    started_at_ms: miner.startedAt ?? null,
    hashes: String(isSearching ? mining.hashCount() - miner.hashesAtStart : 0n),
    expected_hashes: String(miner.expectedHashes),
    rate: miner.state === 'mining' && !mining.isPaused ? observed.rates.last?.rate ?? 0 : 0,
    kernel: mining.kernel,
    threads: mining.threads,
    threads_max: mining.threadsMax,
    load: mining.load,
    blocks_found: miner.blocksFound,
    earned: formatCoins(observed.earned),
  };
}

/** (policy) One search in half a thousand million takes so many times the expected hashes. */
const SEARCH_FACTOR_MAX = 20n;

/** Whether somebody should look: 200 or 503 for whoever watches. */
export function healthJson(source: ApiSource): Health {
  const { chain, node, mining } = source;
  const { height } = chain.tip.header;
  const fine = (reason: string): Health => ({ ok: true, reason, height });
  if (node === undefined) return fine('reading the store of another process');
  const { sync, miner } = node.view;
  if (sync.clockBehindMs !== undefined) {
    return { ok: false, reason: 'the clock here is behind that of most peers', height };
  }
  if (sync.isDownloading) return fine('fetching blocks');
  if (miner?.state === 'waiting') return fine('waiting for payments');
  const isSearching = miner?.startedAt !== undefined && mining !== undefined;
  const hashes = isSearching ? mining.hashCount() - miner.hashesAtStart : 0n;
  if (isSearching && hashes > SEARCH_FACTOR_MAX * miner.expectedHashes) {
    return { ok: false, reason: 'the search takes so long that the kernel may be wrong', height };
  }
  return fine(isSearching ? 'mining' : 'running');
}
