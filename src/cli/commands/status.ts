/**
 * `mvb status`: the blockchain here, its network, who is at work, and the limits of this program.
 * Owns: the summary.
 * Does not own: any of the figures.
 */
import { readFileSync } from 'node:fs';
import { BLOCK_BYTES_LIMIT } from '../../consensus/params.ts';
import { REFUSED_MAX } from '../../consensus/chain.ts';
import { VERDICTS_MAX } from '../../consensus/signatures.ts';
import { HEADERS_CACHED_MAX } from '../../consensus/tree.ts';
import { paramsInWords } from '../../node/difference.ts';
import { MEMPOOL_BYTES_MAX, MEMPOOL_PAYMENTS_MAX } from '../../node/mempool.ts';
import { PEERS_MAX } from '../../node/peer-table.ts';
import { createWasmSearch } from '../../platform/kernels/wasm-search.ts';
import { defaultMiningThreads } from '../../platform/kernels/worker-kernel.ts';
import { ACCOUNT_PAYMENTS_MAX } from '../../consensus/waiting.ts';
import { pendingOf } from '../../wallet/payments.ts';
import type { CommandContext } from '../context.ts';
import { ownerOf } from '../owner.ts';
import type { Owner } from '../owner.ts';
import { openReader } from '../reader.ts';
import { formatAge, formatTime, pairs } from '../words.ts';

/** What may grow, and how far. */
const LIMITS: Readonly<Record<string, number>> = {
  'bytes of a block': BLOCK_BYTES_LIMIT,
  'waiting payments of an account': ACCOUNT_PAYMENTS_MAX,
  'waiting payments of a node': MEMPOOL_PAYMENTS_MAX,
  'bytes of waiting payments': MEMPOOL_BYTES_MAX,
  'peers of a node': PEERS_MAX,
  'headers in memory': HEADERS_CACHED_MAX,
  'signatures remembered': VERDICTS_MAX,
  'refused blocks remembered': REFUSED_MAX,
};

export async function run({ config, output }: CommandContext): Promise<void> {
  const { chain, store, params, close } = await openReader(config);
  try {
    const { id, header, work } = chain.tip;
    const owner = ownerOf(config.storeDir);
    const pending = pendingOf(chain, store).length;
    const kernel = kernelName(config.values.mining_threads);
    const words = paramsInWords(params);
    const age = header.height === 0 ? 'no block yet' : `${formatAge(Date.now() - header.time)} ago`;
    const text = pairs([
      ['network', `${params.network}  ${chain.networkId}`],
      ['height', String(header.height)],
      ['tip', id],
      ['found', header.height === 0 ? age : `${age}, ${formatTime(header.time)}`],
      ['work', `${work} hashes`],
      ['owner', owner === undefined ? 'nobody is mining or syncing here' : ownerWords(owner)],
      ['pending', `${pending} of your payments`],
      ['kernel', kernel],
      ...words.slice(1),
      ...Object.entries(LIMITS).map(([name, value]) => ['at most', `${value} ${name}`] as const),
    ]);
    output.result(text, {
      network: params.network,
      network_id: chain.networkId,
      height: header.height,
      tip: id,
      tip_time_ms: header.time,
      work: String(work),
      owner: owner === undefined
        ? null : { pid: owner.pid, role: owner.role, since_ms: owner.since },
      pending,
      kernel,
      params: Object.fromEntries(words),
      limits: LIMITS,
    });
  } finally {
    close();
  }
}

function ownerWords({ pid, role, since }: Owner): string {
  return `${role}, pid ${pid}, for ${formatAge(Date.now() - since)}`;
}

/** What a miner would search with here. */
function kernelName(threads: number): string {
  const count = threads === 0 ? defaultMiningThreads() : threads;
  try {
    createWasmSearch(readFileSync(new URL('../../kernels/search.wasm', import.meta.url)));
    return `wasm-simd x ${count}`;
  } catch {
    return `reference x ${count}`; // A miner says the reason in its log.
  }
}
