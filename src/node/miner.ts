/**
 * Keeps a kernel busy with the best block that this node can make.
 *
 * Owns: when to search, what for, and what becomes of a result.
 * Does not own: the search (`Kernel`), the block's content (`template.ts`), its verdict: `onBlock`
 * gives it to the chain as if a stranger had sent it.
 */
import type { Chain } from '../consensus/chain.ts';
import { encodeHeader, makeBlock } from '../consensus/encoding.ts';
import { CLOCK_DRIFT_MAX_MS } from '../consensus/params.ts';
import { meetsDifficulty, targetOf, workOf } from '../consensus/pow.ts';
import type { Address, Block, Work } from '../consensus/types.ts';
import { bigintToBytes } from '../lib/bytes.ts';
import type { Cancel, Clock, Kernel, Log, UnixMs } from '../ports.ts';
import type { Mempool } from './mempool.ts';
import { buildTemplate } from './template.ts';
import type { MineableTemplate, Template, WaitingTemplate } from './template.ts';

/** (policy) New payments are gathered for so long before the job is looked at again. */
export const RETEMPLATE_DELAY_MS = 250;
/** (policy) How old a job's time may be, and how often a miner that waits looks at the clock. */
export const MINER_REFRESH_MS = 15_000;

export interface MinerParts {
  readonly chain: Chain;
  readonly mempool: Mempool;
  readonly kernel: Kernel;
  readonly clock: Clock;
  readonly log: Log;
  readonly rewardTo: Address;
  /** What the miner calls itself in its blocks: printable ASCII, at most 20 characters. */
  readonly tag: string;
  /** Takes a found block to the chain; `onTip` is expected to be called if it becomes the tip. */
  readonly onBlock: (block: Block) => void;
}

/** The miner at one moment, for screens and the API. */
export interface MinerView {
  readonly state: 'stopped' | 'waiting' | 'mining';
  /** Of the block to be found. */
  readonly height: number;
  /** Transactions that the block has or would have, the reward counted. */
  readonly ready: number;
  readonly needed: number;
  /** What it waits for, while it does. */
  readonly reason?: WaitingTemplate['reason'];
  /** When a block with fewer than `needed` may be mined. */
  readonly partialAt?: UnixMs;
  /** Since when it has been searching at this height without a pause. */
  readonly startedAt?: UnixMs;
  /** The kernel's `hashCount` then. */
  readonly hashesAtStart: bigint;
  /** Hashes that a block takes on average. */
  readonly expectedHashes: Work;
  /** Transactions in the block that is being searched for; 0 while none is. */
  readonly transactions: number;
  readonly blocksFound: number;
  /** Results that came for a job that was over. */
  readonly staleResults: number;
  /** Results that were no solutions: the kernel is faulty. */
  readonly badResults: number;
}

/** One call of the kernel; its identity tells late results from current ones. */
interface Job {
  readonly template: MineableTemplate;
}

export class Miner {
  readonly #parts: MinerParts;
  readonly #target: Uint8Array;
  readonly #expectedHashes: Work;
  #isRunning = false;
  /** At most one of these two is set. */
  #job: Job | undefined;
  #waiting: WaitingTemplate | undefined;
  #startedAt: UnixMs | undefined;
  #hashesAtStart = 0n;
  #blocksFound = 0;
  #staleResults = 0;
  #badResults = 0;
  #cancelRetemplate: Cancel | undefined;
  #cancelRefresh: Cancel | undefined;

  constructor(parts: MinerParts) {
    this.#parts = parts;
    const { difficulty } = parts.chain.params;
    this.#target = targetBytesOf(difficulty);
    this.#expectedHashes = workOf(difficulty);
  }

  start(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#follow(this.#build());
  }

  stop(): void {
    if (!this.#isRunning) return;
    this.#isRunning = false;
    this.#rest();
    this.#waiting = undefined;
    this.#clearTimers();
  }

  /** The chain has another tip, which the mempool knows: the search so far is worth nothing now. */
  onTip(): void {
    if (!this.#isRunning) return;
    this.#startedAt = undefined;
    this.#clearTimers();
    this.#follow(this.#build());
  }

  /** The mempool has changed. */
  onMempool(): void {
    if (this.#isRunning) this.#scheduleRetemplate();
  }

  get view(): MinerView {
    const { params, tip } = this.#parts.chain;
    const transactions = this.#job?.template.transactions.length ?? 0;
    const waiting = this.#waiting;
    const height = tip.header.height + 1;
    return {
      state: this.#job !== undefined ? 'mining' : this.#isRunning ? 'waiting' : 'stopped',
      height,
      ready: waiting?.ready ?? transactions,
      needed: height === 1 ? 1 : params.blockSize,
      ...(waiting === undefined ? {} : { reason: waiting.reason }),
      ...(waiting?.partialAt === undefined ? {} : { partialAt: waiting.partialAt }),
      ...(this.#startedAt === undefined ? {} : { startedAt: this.#startedAt }),
      hashesAtStart: this.#hashesAtStart,
      expectedHashes: this.#expectedHashes,
      transactions,
      blocksFound: this.#blocksFound,
      staleResults: this.#staleResults,
      badResults: this.#badResults,
    };
  }

  #build(): Template {
    const { chain, mempool, clock, rewardTo, tag } = this.#parts;
    return buildTemplate({ chain, mempool, now: clock.now(), rewardTo, tag });
  }

  #follow(template: Template): void {
    if (template.kind === 'mineable') {
      this.#mine(template);
      return;
    }
    this.#rest();
    this.#waiting = template;
    // The clock may be set while a timer runs, so a long wait is taken in steps.
    const waitMs = (template.partialAt ?? Infinity) - this.#parts.clock.now();
    this.#scheduleRefresh(Math.min(waitMs, MINER_REFRESH_MS));
  }

  #mine(template: MineableTemplate): void {
    const { kernel, clock, log } = this.#parts;
    const { header, transactions, reward } = template;
    this.#waiting = undefined;
    if (this.#startedAt === undefined) {
      this.#startedAt = clock.now();
      this.#hashesAtStart = kernel.hashCount();
    }
    const job: Job = { template };
    this.#job = job;
    const search = { header: encodeHeader(header), target: this.#target };
    kernel.start(search, (nonce) => this.#onNonce(job, nonce));
    log.debug('mining job', { height: header.height, transactions: transactions.length, reward });
    this.#scheduleRefresh(MINER_REFRESH_MS);
  }

  /** Ends the search, if there is one. */
  #rest(): void {
    if (this.#job !== undefined) this.#parts.kernel.stop();
    this.#job = undefined;
    this.#startedAt = undefined;
  }

  #onNonce(job: Job, nonce: bigint): void {
    // The tip moves ahead of `onTip` while blocks are downloaded.
    if (job !== this.#job || !this.#isOnTip(job.template)) {
      this.#staleResults++;
      return;
    }
    const block = solvedBlock(job.template, nonce);
    if (block === undefined) {
      this.#onBadNonce(nonce);
      return;
    }
    this.#blocksFound++;
    this.#rest();
    this.#parts.onBlock(block);
    // It is not the tip, or `onTip` would have come. Not at once: that might go on for ever.
    const isIdle = this.#job === undefined && this.#waiting === undefined;
    if (this.#isRunning && isIdle) this.#scheduleRetemplate();
  }

  #onBadNonce(nonce: bigint): void {
    const { kernel, log } = this.#parts;
    this.#badResults++;
    // Once, because a kernel that is wrong is wrong again and again.
    if (this.#badResults > 1) return;
    log.warn('the kernel reports nonces that solve nothing', { kernel: kernel.name, nonce });
  }

  /** Not put off by further calls, so that a steady flow of payments does not hold up a job. */
  #scheduleRetemplate(): void {
    this.#cancelRetemplate ??= this.#parts.clock.after(RETEMPLATE_DELAY_MS, () => {
      this.#cancelRetemplate = undefined;
      const template = this.#build();
      const current = this.#job?.template;
      if (current === undefined || !this.#isOnTip(current)) this.#follow(template);
      else if (template.kind === 'mineable' && isBetter(template, current)) this.#mine(template);
    });
  }

  #scheduleRefresh(delayMs: number): void {
    this.#cancelRefresh?.();
    this.#cancelRefresh = this.#parts.clock.after(delayMs, () => {
      this.#cancelRefresh = undefined;
      this.#refresh();
    });
  }

  /** Moves the job's time up to the clock's; while there is no job, looks again for one. */
  #refresh(): void {
    const now = this.#parts.clock.now();
    const template = this.#job?.template;
    // The clock may have been set back so far that the block would be refused.
    const isOver = template === undefined || !this.#isOnTip(template)
      || template.header.time > now + CLOCK_DRIFT_MAX_MS;
    if (isOver) this.#follow(this.#build());
    else if (now > template.header.time) {
      this.#mine({ ...template, header: { ...template.header, time: now } });
    } else this.#scheduleRefresh(MINER_REFRESH_MS);
  }

  #isOnTip(template: MineableTemplate): boolean {
    return template.header.previousId === this.#parts.chain.tip.id;
  }

  #clearTimers(): void {
    this.#cancelRetemplate?.();
    this.#cancelRetemplate = undefined;
    this.#cancelRefresh?.();
    this.#cancelRefresh = undefined;
  }
}

/** The block that this nonce makes of the template, or undefined when it does not solve it. */
function solvedBlock(template: MineableTemplate, nonce: bigint): Block | undefined {
  if (nonce < 0n || nonce >= 1n << 64n) return undefined;
  const block = makeBlock({ ...template.header, nonce }, template.transactions);
  return meetsDifficulty(block.id, block.header.difficulty) ? block : undefined;
}

/** Whether it is worth to start again: for more money, or for more payments at the same. */
function isBetter(template: MineableTemplate, current: MineableTemplate): boolean {
  if (template.reward !== current.reward) return template.reward > current.reward;
  return template.transactions.length > current.transactions.length;
}

/** The target in a job's 32 bytes; 2^256, which does not fit, becomes the greatest that does. */
function targetBytesOf(difficulty: number): Uint8Array {
  const target = targetOf(difficulty);
  return target >> 256n === 0n ? bigintToBytes(target, 32) : new Uint8Array(32).fill(0xff);
}
