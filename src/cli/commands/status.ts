/**
 * `mvb status`: the blockchain here, its network, who is at work, and the limits of this program.
 * Owns: the summary.
 * Does not own: any of the figures.
 */
import { paramsInWords } from '../../node/difference.ts';
import { findKernels, openKernel } from '../../platform/kernels/kernel-choice.ts';
import type { KernelWish } from '../../platform/kernels/kernel-choice.ts';
import { defaultMiningThreads } from '../../platform/kernels/worker-kernel.ts';
import type { Holder } from '../../platform/owner-lock.ts';
import { SILENT_LOG } from '../../platform/silent-log.ts';
import { pendingOf } from '../../wallet/payments.ts';
import type { CommandContext } from '../context.ts';
import { ownerOf } from '../owner.ts';
import { openReader } from '../reader.ts';
import { formatAge } from '../../lib/words.ts';
import { LIMITS } from '../limits.ts';
import { formatTime, pairs } from '../words.ts';

export async function run({ config, output }: CommandContext): Promise<void> {
  const { chain, store, params, close } = await openReader(config);
  try {
    const { id, header, work } = chain.tip;
    const owner = ownerOf(config.storeDir);
    const pending = pendingOf(chain, store).length;
    const kernel = kernelName(config.values.mining_threads, config.values.mining_kernel);
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

function ownerWords({ pid, role, since }: Holder): string {
  return `${role}, pid ${pid}, for ${formatAge(Date.now() - since)}`;
}

/** What a miner would search with here: some milliseconds, to find out which is the fastest. */
function kernelName(threads: number, wish: KernelWish): string {
  const count = threads === 0 ? defaultMiningThreads() : threads;
  for (const source of findKernels(wish, {}, SILENT_LOG)) {
    try {
      return `${openKernel(source).name} x ${count}`;
    } catch {
      // A miner says in its log why it takes the next one.
    }
  }
  return 'none';
}
