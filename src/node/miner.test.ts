/**
 * Goal: the kernel always has the best job there is, is never disturbed for nothing, and what it
 * finds is looked at before it is believed.
 * Method: a kernel that finds what the test says, a clock that the test moves, and the real chain.
 */
import { describe, expect, test } from 'vitest';
import { BANK_ADDRESS, NodeScene } from '../../test/support/node-scene.ts';
import { testSigner } from '../../test/support/chain-fixture.ts';
import { HandKernel } from '../../test/support/hand-kernel.ts';
import { encodeHeader, makeBlock } from '../consensus/encoding.ts';
import { meetsDifficulty, targetOf } from '../consensus/pow.ts';
import { CLOCK_DRIFT_MAX_MS, DIFFICULTY_BIT } from '../consensus/params.ts';
import type { ChainParams } from '../consensus/params.ts';
import type { Block } from '../consensus/types.ts';
import { bytesToBigint, bytesToHex } from '../lib/bytes.ts';
import type { Log } from '../ports.ts';
import { Miner, MINER_REFRESH_MS, RETEMPLATE_DELAY_MS } from './miner.ts';

const PEOPLE = ['alice', 'bob', 'carol', 'dave'].map(testSigner);
const [ALICE, BOB] = [PEOPLE[0]!, PEOPLE[1]!];

/** A miner on a scene, which puts its blocks on the chain unless they are to be ignored. */
class Mine {
  readonly scene: NodeScene;
  readonly kernel = new HandKernel();
  readonly warnings: string[] = [];
  readonly blocks: Block[] = [];
  readonly miner: Miner;
  areBlocksIgnored = false;

  constructor(params: Partial<ChainParams> = {}) {
    const scene = new NodeScene(params);
    this.scene = scene;
    const log: Log = {
      debug: () => {}, info: () => {}, error: () => {},
      warn: (message) => this.warnings.push(message),
    };
    const { chain, mempool, clock } = scene;
    this.miner = new Miner({
      chain, mempool, clock, log, kernel: this.kernel, rewardTo: BANK_ADDRESS, tag: 'hand',
      onBlock: (block) => this.#onBlock(block),
    });
  }

  /** Somebody pays, and the miner hears of it. */
  add(...terms: Parameters<NodeScene['add']>): void {
    expect(this.scene.add(...terms).kind).toBe('added');
    this.miner.onMempool();
  }

  #onBlock(block: Block): void {
    this.blocks.push(block);
    if (this.areBlocksIgnored) return;
    if (this.scene.addBlock(block).kind === 'connected') this.miner.onTip();
  }
}

/** Four people with 1,000 each; blocks of five, or of what is named. */
function funded(params: Partial<ChainParams> = {}): Mine {
  const mine = new Mine({ blockSize: 5, blockWaitSeconds: 60, ...params });
  mine.scene.fund(1_000n, ...PEOPLE);
  return mine;
}

describe('the job', () => {
  test('is the header of the template and the target of the network', () => {
    const mine = new Mine();
    mine.miner.start();
    const { job, header } = mine.kernel.last;
    expect(header).toMatchObject({ height: 1, tag: 'hand', time: mine.scene.clock.now() });
    // 2^256 does not fit, and all hashes but one are below the greatest.
    expect(bytesToHex(job.target)).toBe('ff'.repeat(32));
    const harder = new Mine({ difficulty: 9 * DIFFICULTY_BIT + 1 });
    harder.miner.start();
    const { target } = harder.kernel.last.job;
    expect(bytesToBigint(target)).toBe(targetOf(9 * DIFFICULTY_BIT + 1));
    expect(target.length).toBe(32);
  });

  test('follows the tip at once', () => {
    const mine = new Mine();
    mine.miner.start();
    mine.scene.mine();
    mine.miner.onTip();
    expect(mine.kernel.jobs.length).toBe(2);
    expect(mine.kernel.last.header)
      .toMatchObject({ height: 2, previousId: mine.scene.chain.tip.id });
  });

  test('is taken from the kernel when the new tip leaves too few payments', () => {
    const mine = funded();
    for (const signer of PEOPLE) mine.add(signer, { sequence: 0 });
    mine.miner.start();
    expect(mine.kernel.isRunning).toBe(true);
    mine.scene.mine([...mine.scene.mempool.payments()]);
    mine.miner.onTip();
    expect(mine.kernel.isRunning).toBe(false);
    expect(mine.miner.view).toMatchObject({
      state: 'waiting', reason: 'payments', height: 4, ready: 1, needed: 5, transactions: 0,
    });
  });

  test('is replaced for higher fees or more payments, once for all that came in a while', () => {
    const mine = funded({ blockSize: 1 });
    mine.miner.start();
    mine.add(ALICE, { sequence: 0 });
    mine.scene.clock.advance(RETEMPLATE_DELAY_MS - 1);
    mine.add(BOB, { sequence: 0 });
    expect(mine.kernel.jobs.length).toBe(1);
    mine.scene.clock.advance(1);
    expect(mine.kernel.jobs.length).toBe(2);
    expect(mine.miner.view).toMatchObject({ state: 'mining', transactions: 3 });
    mine.add(BOB, { sequence: 0, fee: 5n });
    mine.scene.clock.advance(RETEMPLATE_DELAY_MS);
    expect(mine.kernel.jobs.length).toBe(3);
    expect(mine.miner.view.transactions).toBe(3);
  });

  test('is left alone while a block with the new payments is no better', () => {
    const mine = funded({ blockSize: 1 });
    mine.add(ALICE, { sequence: 0 });
    mine.miner.start();
    mine.add(BOB, { sequence: 1 });
    mine.scene.clock.advance(RETEMPLATE_DELAY_MS);
    mine.miner.onMempool();
    mine.scene.clock.advance(RETEMPLATE_DELAY_MS);
    expect(mine.kernel.jobs.length).toBe(1);
    expect(mine.kernel.isRunning).toBe(true);
  });

  test('gets the time of the clock now and then, and keeps its transactions', () => {
    const mine = funded({ blockSize: 1 });
    mine.miner.start();
    const first = mine.kernel.last.header;
    mine.scene.clock.advance(MINER_REFRESH_MS);
    expect(mine.kernel.last.header).toEqual({ ...first, time: first.time + MINER_REFRESH_MS });
    mine.scene.clock.advance(MINER_REFRESH_MS);
    expect(mine.kernel.jobs.length).toBe(3);
    // It never goes back, or a partial block might be younger than it must be.
    mine.scene.clock.shift(-MINER_REFRESH_MS - 1);
    mine.scene.clock.advance(MINER_REFRESH_MS);
    expect(mine.kernel.jobs.length).toBe(3);
    expect(mine.kernel.isRunning).toBe(true);
    mine.scene.clock.shift(-CLOCK_DRIFT_MAX_MS - MINER_REFRESH_MS);
    mine.scene.clock.advance(MINER_REFRESH_MS);
    expect(mine.kernel.jobs.length).toBe(4);
    expect(mine.kernel.last.header.time).toBe(mine.scene.clock.now());
  });
});

describe('waiting for a partial block', () => {
  test('ends at the moment from which it is valid', () => {
    const mine = funded();
    mine.scene.setClockAfterTip(20_000);
    mine.add(ALICE, { sequence: 0 });
    mine.miner.start();
    const partialAt = mine.scene.chain.tip.header.time + 60_000;
    expect(mine.miner.view).toMatchObject({
      state: 'waiting', reason: 'payments', ready: 2, needed: 5, partialAt,
    });
    mine.scene.clock.advance(39_999);
    expect(mine.kernel.jobs.length).toBe(0);
    mine.scene.clock.advance(1);
    expect(mine.kernel.last.header.time).toBe(partialAt);
    mine.kernel.last.report(0n);
    expect(mine.scene.chain.tip.header.height).toBe(3);
  });

  test('begins again with a payment that comes after it', () => {
    const mine = funded();
    mine.miner.start();
    expect(mine.miner.view.partialAt).toBeUndefined();
    mine.add(ALICE, { sequence: 0 });
    mine.scene.clock.advance(RETEMPLATE_DELAY_MS);
    expect(mine.miner.view).toMatchObject({ state: 'mining', ready: 2, transactions: 2 });
  });

  test('notices a clock that was set while it waited', () => {
    const mine = funded();
    mine.scene.setClockAfterTip(1_000);
    mine.add(ALICE, { sequence: 0 });
    mine.miner.start();
    mine.scene.clock.shift(3_600_000);
    mine.scene.clock.advance(MINER_REFRESH_MS);
    expect(mine.kernel.isRunning).toBe(true);
    const back = funded();
    back.scene.setClockAfterTip(1_000);
    back.add(ALICE, { sequence: 0 });
    back.miner.start();
    back.scene.clock.shift(-100_000);
    back.scene.clock.advance(60_000);
    expect(back.kernel.isRunning).toBe(false);
    back.scene.clock.advance(99_000);
    expect(back.kernel.isRunning).toBe(true);
  });
});

describe('a result', () => {
  test('becomes a block, and the next job is on top of it', () => {
    const mine = new Mine();
    mine.miner.start();
    const { header, report } = mine.kernel.last;
    report(77n);
    expect(mine.blocks.map((block) => block.header)).toEqual([{ ...header, nonce: 77n }]);
    expect(mine.scene.chain.tip.id).toBe(mine.blocks[0]!.id);
    expect(mine.kernel.last.header.previousId).toBe(mine.blocks[0]!.id);
    expect(mine.miner.view).toMatchObject({ state: 'mining', blocksFound: 1, staleResults: 0 });
  });

  test('for a job that is over is dropped and counted', () => {
    const mine = new Mine();
    mine.miner.start();
    const first = mine.kernel.last;
    mine.scene.mine();
    mine.miner.onTip();
    first.report(0n);
    expect(mine.miner.view).toMatchObject({ staleResults: 1, blocksFound: 0, badResults: 0 });
    const second = mine.kernel.last;
    second.report(0n);
    second.report(1n);
    mine.miner.stop();
    mine.kernel.last.report(0n);
    expect(mine.miner.view).toMatchObject({ staleResults: 3, blocksFound: 1 });
    expect(mine.blocks.length).toBe(1);
    expect(mine.warnings).toEqual([]);
  });

  test('for a tip that the miner was not told to leave yet is dropped too', () => {
    const mine = new Mine();
    mine.miner.start();
    mine.scene.mine();
    mine.kernel.last.report(0n);
    expect(mine.blocks).toEqual([]);
    expect(mine.miner.view.staleResults).toBe(1);
    mine.scene.clock.advance(MINER_REFRESH_MS);
    expect(mine.kernel.last.header.height).toBe(2);
  });

  test('that solves nothing is counted, warned of once, and does not end the search', () => {
    const mine = new Mine({ difficulty: 8 * DIFFICULTY_BIT });
    mine.miner.start();
    const { header, report } = mine.kernel.last;
    const isSolution = (nonce: bigint): boolean =>
      meetsDifficulty(makeBlock({ ...header, nonce }, []).id, header.difficulty);
    const nonces = Array.from({ length: 5_000 }, (_, index) => BigInt(index));
    const wrong = nonces.filter((nonce) => !isSolution(nonce)).slice(0, 2);
    for (const nonce of [...wrong, -1n, 1n << 64n]) report(nonce);
    expect(mine.miner.view).toMatchObject({ state: 'mining', badResults: 4, blocksFound: 0 });
    expect(mine.warnings.length).toBe(1);
    expect(mine.kernel.jobs.length).toBe(1);
    report(nonces.find(isSolution)!);
    expect(mine.miner.view).toMatchObject({ blocksFound: 1, height: 2 });
  });

  test('that the chain does not take makes it try again, after a while', () => {
    const mine = new Mine();
    mine.areBlocksIgnored = true;
    mine.miner.start();
    mine.kernel.last.report(0n);
    expect(mine.kernel.jobs.length).toBe(1);
    expect(mine.miner.view.state).toBe('waiting');
    mine.scene.clock.advance(RETEMPLATE_DELAY_MS);
    expect(mine.kernel.jobs.length).toBe(2);
    expect(mine.kernel.isRunning).toBe(true);
  });
});

describe('starting and stopping', () => {
  test('nothing happens before start and after stop', () => {
    const mine = new Mine();
    const quiet = (): void => {
      mine.miner.onTip();
      mine.miner.onMempool();
      mine.scene.clock.advance(10 * MINER_REFRESH_MS);
    };
    quiet();
    expect(mine.kernel.jobs.length).toBe(0);
    mine.miner.start();
    mine.miner.start();
    mine.miner.onMempool();
    expect(mine.kernel.jobs.length).toBe(1);
    mine.miner.stop();
    mine.miner.stop();
    expect(mine.kernel.isRunning).toBe(false);
    quiet();
    expect(mine.kernel.jobs.length).toBe(1);
    expect(mine.miner.view).toMatchObject({ state: 'stopped', transactions: 0 });
    mine.miner.start();
    expect(mine.kernel.isRunning).toBe(true);
  });

  test('the search counts from its first job at a height', () => {
    const mine = funded({ blockSize: 1, difficulty: 0 });
    mine.kernel.hashes = 1_000n;
    mine.miner.start();
    const startedAt = mine.scene.clock.now();
    mine.kernel.hashes = 5_000n;
    mine.add(ALICE, { sequence: 0 });
    mine.scene.clock.advance(2 * MINER_REFRESH_MS);
    expect(mine.miner.view).toMatchObject({ startedAt, hashesAtStart: 1_000n, expectedHashes: 1n });
    mine.kernel.last.report(0n);
    expect(mine.miner.view)
      .toMatchObject({ startedAt: mine.scene.clock.now(), hashesAtStart: 5_000n, height: 4 });
  });
});

test('a job is exactly the header that the block will have but for its nonce', () => {
  const mine = new Mine();
  mine.miner.start();
  const { job, report } = mine.kernel.last;
  report((1n << 64n) - 1n);
  const bytes = encodeHeader(mine.blocks[0]!.header);
  expect(bytesToHex(bytes.subarray(0, 108))).toBe(bytesToHex(job.header.subarray(0, 108)));
  expect(bytesToHex(bytes.subarray(108))).toBe('ff'.repeat(8));
});
