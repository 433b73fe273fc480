/**
 * A node of this process: its doors, opened in order and closed in order.
 *
 * Owns: network, kernel and node while they run, and giving the node new rows of the payments
 * table.
 * Does not own: store and lock, which outlive it (`node-place.ts`); what is told about it
 * (`node-lines.ts`).
 */
import { decodeHeader } from '../consensus/encoding.ts';
import type { ChainParams } from '../consensus/params.ts';
import type { Address } from '../consensus/types.ts';
import { createNode } from '../node/node.ts';
import type { NodeListener } from '../node/listener.ts';
import type { Node } from '../node/node.ts';
import { boundHeapGrowth } from '../platform/heap-growth.ts';
import { openLanNetwork } from '../platform/lan-network.ts';
import type { LanNetwork } from '../platform/lan-network.ts';
import { createWorkerKernel, defaultMiningThreads } from '../platform/kernels/worker-kernel.ts';
import type { WorkerKernel } from '../platform/kernels/worker-kernel.ts';
import type { LmdbStore } from '../platform/lmdb-store.ts';
import { useProcessorHash } from '../platform/processor-hash.ts';
import { SystemClock } from '../platform/system-clock.ts';
import { SystemRandom } from '../platform/system-random.ts';
import { createWorkerVerifier } from '../platform/worker-verifier.ts';
import type { WorkerVerifier } from '../platform/worker-verifier.ts';
import type { Kernel, Log, MiningJob } from '../ports.ts';
import type { Config } from './config.ts';
import { OwnPayments } from './own-payments.ts';
import { portOwner } from './port-owner.ts';
import { dataDirHint } from './reader.ts';
import { EXIT, UserError } from './user-error.ts';

export interface RunningNodeParts {
  readonly config: Config;
  readonly params: ChainParams;
  readonly store: LmdbStore;
  readonly log: Log;
  /** Where rewards go; a node without it does not mine. */
  readonly rewardTo?: Address;
  readonly listeners?: readonly NodeListener[];
  /** The kernel is given a job. */
  readonly onJob?: (job: MiningJob) => void;
}

/** The mining threads, as far as screen and page show and rule them. */
export type MinedWith = Pick<
  WorkerKernel,
  | 'name' | 'hashCount' | 'isPaused' | 'setPaused' | 'threads' | 'setThreads' | 'loadPercent'
  | 'setLoad'
>;

/** (policy) How often the table of payments is looked at for what other processes have saved. */
const TABLE_INTERVAL_MS = 250;
/**
 * (policy) A miner looks around for so long before it mines; whoever has more answers within a
 * second.
 */
const SYNC_QUIET_MS = 2_000;

/** Opens the sockets, those of a miner or those of a wallet. Rejects with a `UserError`. */
export async function openNetwork(config: Config, log: Log, isMiner: boolean): Promise<LanNetwork> {
  const { values } = config;
  try {
    return await openLanNetwork({
      statusPort: values.status_broadcast_port,
      paymentPort: values.transaction_port,
      blockServerPort: values.block_server_port,
      ...(values.broadcast_address.length === 0
        ? {} : { broadcastAddresses: values.broadcast_address }),
      listenForPayments: isMiner,
      serve: isMiner,
      log,
      host: values.listen_address,
    });
  } catch (cause) {
    throw networkError(config, cause, isMiner);
  }
}

function networkError(config: Config, cause: unknown, isMiner: boolean): UserError {
  const { block_server_port: port, listen_address: address } = config.values;
  const { code, message } = cause as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE' && isMiner) {
    const owner = portOwner(port);
    const named = owner === undefined ? 'another program' : `pid ${owner.pid}, ${owner.command}`;
    return new UserError({
      exitCode: EXIT.files,
      code: 'port-taken',
      what: `Port ${port} is used by ${named}.`,
      why: 'Each miner of a machine serves its blocks at a port of its own.',
      next: `take any free one: mvb miner block_server_port=0${dataDirHint(config)}`,
      cause,
      details: { port, ...(owner === undefined ? {} : { pid: owner.pid }) },
    });
  }
  return new UserError({
    exitCode: EXIT.network,
    code: 'no-network',
    what: `Cannot open the network at ${address}: ${message}.`,
    next: 'look at the ports and addresses: mvb config',
    cause,
  });
}

export class RunningNode {
  readonly node: Node;
  readonly #network: LanNetwork;
  readonly #kernel: WorkerKernel | undefined;
  readonly #verifier: WorkerVerifier;
  readonly #store: LmdbStore;
  readonly #table: NodeJS.Timeout;
  readonly #payments: OwnPayments;

  private constructor(
    parts: RunningNodeParts, network: LanNetwork, kernel: WorkerKernel | undefined,
  ) {
    const { config, params, store, log, rewardTo, listeners = [], onJob } = parts;
    const { values } = config;
    this.#network = network;
    this.#kernel = kernel;
    this.#verifier = createWorkerVerifier({ log });
    this.#store = store;
    const searching = kernel === undefined ? IDLE_KERNEL : watchedKernel(kernel, log, onJob);
    this.node = createNode({
      params,
      options: {
        rewardTo,
        tag: values.tag,
        // Parameters in seconds are parsed to milliseconds.
        statusIntervalMs: values.status_broadcast_interval_seconds,
        paymentIntervalMs: values.transaction_broadcast_interval_seconds,
        peers: values.peer,
        syncQuietMs: SYNC_QUIET_MS,
        isTerse: false,
      },
      platform: {
        clock: new SystemClock(), random: new SystemRandom(), verifier: this.#verifier,
        store, network, kernel: searching, log,
      },
      listeners: [tipTimes(log), ...listeners],
      outbox: () => this.#payments.pending(this.node.view.chain),
    });
    this.#payments = new OwnPayments(store, config.storeDir);
    this.#table = setInterval(() => this.#readTable(), TABLE_INTERVAL_MS);
  }

  /** Opens the doors and starts the node. Rejects with a `UserError`, with nothing left open. */
  static async start(parts: RunningNodeParts): Promise<RunningNode> {
    const { config, log, rewardTo } = parts;
    useProcessorHash();
    boundHeapGrowth();
    const network = await openNetwork(config, log, rewardTo !== undefined);
    let kernel: WorkerKernel | undefined;
    try {
      if (rewardTo !== undefined) {
        const {
          mining_threads: threads, mining_load: loadPercent, mining_kernel: wish,
        } = config.values;
        kernel = createWorkerKernel({
          threads: threads === 0 ? defaultMiningThreads() : threads, loadPercent, wish, log,
        });
      }
      const running = new RunningNode(parts, network, kernel);
      running.node.start();
      return running;
    } catch (error) {
      await Promise.all([network.stop(), kernel?.close()]);
      throw error;
    }
  }

  get kernel(): MinedWith {
    return this.#kernel ?? IDLE_KERNEL;
  }

  get network(): LanNetwork {
    return this.#network;
  }

  /**
   * Ends mining, links, sockets and threads, and waits until what was written is on disk.
   * `endViews` ends what shows the node to others, once it does nothing any more.
   */
  async stop(endViews: () => Promise<void> = async () => {}): Promise<void> {
    clearInterval(this.#table);
    try {
      this.node.stop(); // Throws when the last blocks cannot be committed.
    } finally {
      await endViews().finally(() => this.#closeDoors());
    }
    await new Promise<void>((resolve, reject) => {
      this.#store.flushed((error) => (error === undefined ? resolve() : reject(error)));
    });
  }

  async #closeDoors(): Promise<void> {
    await this.#network.stop();
    await Promise.all([this.#kernel?.close(), this.#verifier.close()]);
  }

  #readTable(): void {
    for (const payment of this.#payments.fresh(this.node.view.chain)) this.node.submit(payment);
  }
}

/** Of a node that does not mine. */
const IDLE_KERNEL: Kernel & MinedWith = {
  name: 'none', isPaused: false, threads: 0, loadPercent: 0, start: () => {}, stop: () => {},
  hashCount: () => 0n, setPaused: () => {}, setThreads: () => {}, setLoad: () => {},
};

/** Tells of each job that the kernel gets, and notes when it found something. */
function watchedKernel(
  kernel: Kernel, log: Log, onJob: ((job: MiningJob) => void) | undefined,
): Kernel {
  return {
    get name() {
      return kernel.name;
    },
    start: (job, onNonce) => {
      kernel.start(job, (nonce) => {
        const height = decodeHeader(job.header)?.height ?? 0;
        log.debug('Nonce found', { at_us: monotonicUs(), height });
        onNonce(nonce);
      });
      onJob?.(job);
    },
    stop: () => kernel.stop(),
    hashCount: () => kernel.hashCount(),
  };
}

/** Notes when the chain here got a new tip, to measure how blocks spread between processes. */
function tipTimes(log: Log): NodeListener {
  return {
    chainChanged: ({ tip }, from) => {
      const { id, header: { height } } = tip;
      log.debug('Tip changed', { at_us: monotonicUs(), height, id, from });
    },
  };
}

/** Microseconds on a clock that all processes of this machine share, and nobody can set. */
function monotonicUs(): number {
  return Number(process.hrtime.bigint() / 1_000n);
}
