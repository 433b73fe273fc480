/**
 * How soon a block that was found is the tip of every node of one machine.
 *
 * Owns: rows `propagation/*`. One process mines, the others follow it, in folders of their own; all
 * notes the moments of a clock that they share: when a nonce was found, and when a block was the
 * tip. The time of a block is that of the last node; there are no forks, since one alone mines.
 * Does not own: the program's notes (`cli/running-node.ts`).
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { DIFFICULTY_BIT } from '../consensus/params.ts';
import type { ChainParams } from '../consensus/params.ts';
import { measureHashRate } from '../platform/kernels/hash-rate.ts';
import { SILENT_LOG } from '../platform/silent-log.ts';
import { paramsFor } from './generate-chain.ts';
import { environmentOf, newFolder } from './places.ts';
import { freeUdpPort } from './program.ts';
import type { Bench, BenchSize, Row } from './row.ts';

const PROGRAM = fileURLToPath(new URL('../cli/main.js', import.meta.url));
const NODES = { tiny: 3, full: 10 } as const;
const BLOCKS = { tiny: 3, full: 200 } as const;
/** The first blocks run code that is not compiled yet, in nodes that have just begun. */
const WARM_BLOCKS = { tiny: 1, full: 30 } as const;
/** The mining thread is always at work, and finds a block in about so long. */
const BLOCK_SECONDS = { tiny: 0.05, full: 0.4 } as const;
const HASH_RATE_MS = { tiny: 100, full: 1_000 } as const;
const TARGET_MS = 50;
const HANG_MS = 600_000;
const MICROSECONDS = 1_000;

export const propagationBench: Bench = {
  name: 'propagation',
  async run(size, say) {
    say(`propagation: ${BLOCKS[size]} blocks to ${NODES[size]} processes`);
    const times = await spread(size);
    const note = `from the nonce to the tip of the last of ${NODES[size]} processes, `
      + `${times.length} blocks`;
    const row = (name: string, share: number): Row => ({
      name: `propagation/${NODES[size]}-nodes-${name}`, value: quantile(times, share), unit: 'ms',
      better: 'lower', note,
    });
    return [row('p50', 0.5), { ...row('p99', 0.99), target: TARGET_MS }];
  },
};

/** The least value that this share of the values does not exceed. */
function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.ceil(share * sorted.length) - 1]!;
}

/** Milliseconds that each block took to the last node. */
async function spread(size: BenchSize): Promise<number[]> {
  const rate = await measureHashRate(HASH_RATE_MS[size], 'native', SILENT_LOG);
  const bits = Math.max(1, Math.round(Math.log2(rate * BLOCK_SECONDS[size])));
  const environment = await environmentFor({ ...paramsFor(0), difficulty: bits * DIFFICULTY_BIT });
  const count = WARM_BLOCKS[size] + BLOCKS[size];
  const watch = new SpreadWatch(NODES[size], count);
  const children: ChildProcess[] = [];
  const kill = (): void => {
    for (const child of children) child.kill('SIGKILL');
  };
  process.once('exit', kill);
  const timer = setTimeout(() => watch.fail('the blocks do not spread'), HANG_MS);
  const start = (words: readonly string[]): void => {
    children.push(startWatched(words, environment, watch));
  };
  try {
    start(['miner', '--verbose']);
    await watch.begun;
    while (children.length < NODES[size]) start(['wallet', 'sync', '--verbose']);
    const times = await watch.done;
    return times.slice(WARM_BLOCKS[size]);
  } finally {
    clearTimeout(timer);
    process.off('exit', kill);
    const ended = children.map((child) =>
      (child.exitCode ?? child.signalCode) === null ? once(child, 'exit') : undefined);
    for (const child of children) child.kill('SIGINT');
    await Promise.all(ended);
  }
}

async function environmentFor(params: ChainParams): Promise<NodeJS.ProcessEnv> {
  return environmentOf(params, {
    key_type: 'ed25519',
    status_broadcast_port: await freeUdpPort(),
    transaction_port: await freeUdpPort(),
  });
}

function startWatched(
  words: readonly string[], env: NodeJS.ProcessEnv, watch: SpreadWatch,
): ChildProcess {
  const child = spawn(process.execPath, [PROGRAM, ...words], {
    cwd: newFolder(), env, stdio: ['ignore', 'pipe', 'ignore'],
  });
  const lines = createInterface({ input: child.stdout as Readable });
  lines.on('line', (line) => watch.onLine(JSON.parse(line) as Line));
  child.once('error', (error) => watch.fail(error.message));
  child.once('exit', (code) => {
    if (code !== 0) watch.fail(`mvb ${words.join(' ')} ended with ${code}`);
  });
  return child;
}

/** A line of a node's log. */
interface Line {
  readonly message: string;
  readonly height: number;
  readonly at_us: number;
}

interface Spreading {
  foundUs: number | undefined;
  lastUs: number;
  /** That have it. */
  nodes: number;
}

/** What the nodes noted, put together. */
class SpreadWatch {
  /** The miner has a block. */
  readonly begun: Promise<void>;
  /** Milliseconds of each block, in order, once there are enough. */
  readonly done: Promise<number[]>;
  readonly #nodes: number;
  readonly #count: number;
  /** Nodes that follow the miner. */
  #linked = 0;
  /** Blocks that some nodes do not have, by height. */
  readonly #spreading = new Map<number, Spreading>();
  readonly #times: number[] = [];
  #onBegun = (): void => {};
  #onDone: (times: number[]) => void = () => {};
  #onFault: (error: Error) => void = () => {};

  constructor(nodes: number, count: number) {
    this.#nodes = nodes;
    this.#count = count;
    this.begun = new Promise((resolve) => {
      this.#onBegun = resolve;
    });
    this.done = new Promise((resolve, reject) => {
      this.#onDone = resolve;
      this.#onFault = reject;
    });
    // Whoever waits for it sees the fault.
    this.done.catch(() => {});
  }

  fail(why: string): void {
    this.#onFault(new Error(why));
  }

  onLine({ message, height, at_us: atUs }: Line): void {
    if (message === 'Wallet joined') this.#linked++;
    // Blocks from before that do not count.
    if (message === 'Nonce found' && this.#linked >= this.#nodes - 1) {
      this.#at(height).foundUs = atUs;
    }
    if (message === 'Tip changed') this.#arrived(height, atUs);
  }

  /** Lines of several processes are not read in the order in which they were written. */
  #at(height: number): Spreading {
    const one = this.#spreading.get(height) ?? { foundUs: undefined, lastUs: 0, nodes: 0 };
    this.#spreading.set(height, one);
    return one;
  }

  #arrived(height: number, atUs: number): void {
    this.#onBegun();
    const one = this.#at(height);
    one.lastUs = Math.max(one.lastUs, atUs);
    if (++one.nodes < this.#nodes) return;
    this.#spreading.delete(height);
    if (one.foundUs === undefined) return;
    this.#times.push((one.lastUs - one.foundUs) / MICROSECONDS);
    if (this.#times.length === this.#count) this.#onDone(this.#times);
  }
}
