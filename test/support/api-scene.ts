/**
 * A node with a past, and the API over it: a chain with a side branch, rewards, payments in blocks,
 * payments that wait and payments that were refused.
 *
 * Owns: setting the scene for tests of the API. Does not own: any rule; the node, the chain and the
 * server are the shipped ones, only the doors of the platform are a test's.
 */
import type { ChainParams } from '../../src/consensus/params.ts';
import type { Address, Block, Payment } from '../../src/consensus/types.ts';
import { sha256 } from '../../src/crypto/sha256.ts';
import { asciiToBytes, bytesToHex } from '../../src/lib/bytes.ts';
import { Observed } from '../../src/api/observed/observed.ts';
import type { ApiSource, MiningDoor, WalletDoor } from '../../src/api/source.ts';
import type { MiningControl } from '../../src/api/schema/wallet.ts';
import { BlockView } from '../../src/api/views/block-view.ts';
import { createNode } from '../../src/node/node.ts';
import type { Node } from '../../src/node/node.ts';
import type { Store, Verifier } from '../../src/ports.ts';
import { blockOn, START_TIME, TEST_PARAMS, testChain, testPayment, testSigner }
  from './chain-fixture.ts';
import { HandKernel } from './hand-kernel.ts';
import { ManualClock } from './manual-clock.ts';
import { MemoryStore } from './memory-store.ts';
import { serve, statusOf } from './peer-scene.ts';
import type { Actor } from './peer-scene.ts';
import { ToyVerifier } from './toy-signatures.ts';
import { linkPair, Stranger, VirtualLog, VirtualNetwork } from './virtual-world.ts';

export const BANK = testSigner('bank');
export const ALICE = testSigner('alice');
export const BOB = testSigner('bob');
/** Whose text a browser, a spreadsheet or a terminal might take for more than text. */
export const HOSTILE_TAG = '<img src=x onerror=1';

export const API_PARAMS: ChainParams = {
  ...TEST_PARAMS, blockReward: 10_000_000n, blockBytesMax: 1_000_000,
};

export interface SceneParts {
  readonly store?: Store;
  readonly verifier?: Verifier;
  /** Whose the first reward is, besides the bank's. */
  readonly alsoReward?: Address | undefined;
}

/** A mining door that remembers what it was asked. */
export class HandMining implements MiningDoor {
  readonly kernel = 'by hand';
  threads = 1;
  readonly threadsMax = 4;
  load = 100;
  isPaused = false;
  readonly #kernel: HandKernel;

  constructor(kernel: HandKernel) {
    this.#kernel = kernel;
  }

  hashCount(): bigint {
    return this.#kernel.hashes;
  }

  control({ paused, threads, load }: MiningControl): void {
    this.isPaused = paused ?? this.isPaused;
    this.threads = threads ?? this.threads;
    this.load = load ?? this.load;
  }
}

export class ApiScene {
  readonly clock = new ManualClock(START_TIME + 3_600_000);
  readonly kernel = new HandKernel();
  readonly network = new VirtualNetwork(this.clock);
  readonly log = new VirtualLog();
  readonly observed = new Observed(this.clock);
  readonly mining = new HandMining(this.kernel);
  readonly store: Store;
  readonly node: Node;
  /** Set it before `source` is asked for. */
  wallet: WalletDoor | undefined;
  #peers = 0;

  constructor({ store = new MemoryStore(), verifier = new ToyVerifier(), alsoReward }:
    SceneParts = {}) {
    this.store = store;
    layPast(store, alsoReward);
    this.node = createNode({
      params: API_PARAMS,
      options: {
        rewardTo: BANK.address, tag: HOSTILE_TAG, statusIntervalMs: 5_000,
        paymentIntervalMs: 5_000, peers: [], syncQuietMs: 1_000, isTerse: false,
      },
      platform: {
        clock: this.clock, random: { bytes: (count) => new Uint8Array(count).fill(7) },
        store, network: this.network, kernel: this.kernel, verifier, log: this.log,
      },
      listeners: [this.observed],
      outbox: () => [],
    });
    this.node.start();
    this.clock.advance(3_000);
  }

  get chain() {
    return this.node.view.chain;
  }

  get source(): ApiSource {
    return {
      version: '0.0.0-test', chain: this.chain, store: this.store, tag: HOSTILE_TAG,
      confirmationDepth: 3, node: this.node, mining: this.mining, wallet: this.wallet,
      log: this.log,
    };
  }

  get blocks(): BlockView {
    return new BlockView(this.source, this.observed);
  }

  /** A payment of the bank to somebody, given to the node as a wallet does. */
  pay(terms: { to?: Address; amount?: bigint; fee?: bigint; sequence?: number } = {}): Payment {
    const waiting = [...this.node.view.mempool.payments()].filter(({ from }) =>
      from === BANK.address).length;
    const sequence = this.chain.account(BANK.address).sequence + waiting;
    const payment = testPayment(this.chain, BANK, {
      to: ALICE.address, amount: 1_000n, sequence, ...terms,
    });
    this.node.submit(payment);
    return payment;
  }

  /** Finds the next block, with what waits. */
  mine(): void {
    this.clock.advance(1_000);
    this.kernel.last.report(0n);
  }

  /** A neighbour that has these blocks, or none. */
  async join(name: string, blocks: readonly Block[] = []): Promise<Actor> {
    const host = `10.0.0.${++this.#peers}`;
    const { a, b } = linkPair(this.clock, `${host}:2607`);
    this.network.events!.link(a);
    const stranger = new Stranger(b);
    const claim = (): void => {
      const tip = blocks.at(-1);
      const own = tip === undefined ? {} : {
        tipId: tip.id, height: tip.header.height, work: BigInt(tip.header.height + 1),
      };
      const session = bytesToHex(sha256(asciiToBytes(name)).subarray(0, 8));
      const status = statusOf(session, {
        params: API_PARAMS, tag: name, time: this.clock.now(), ...own,
      });
      stranger.say({ kind: 'hello', versionMin: 1, versionMax: 1, ...status });
    };
    const actor: Actor = { stranger, peer: undefined as never, blocks, claim };
    stranger.onMessage = (message) => serve(actor, message, API_PARAMS);
    claim();
    await this.pass();
    return actor;
  }

  /** Lets messages come and go, and hardly any time pass. */
  async pass(): Promise<void> {
    for (let turn = 0; turn < 300; turn++) {
      this.clock.advance(turn % 30 === 0 ? 100 : 0);
      await Promise.resolve();
    }
  }

  /** A neighbour brings a branch from `depth` below the tip that is one block longer. */
  async reorganise(depth: number): Promise<void> {
    const { chain } = this;
    const fork = chain.headerAt(chain.tip.header.height - depth)!;
    const past: Block[] = [];
    for (let height = 1; height <= fork.header.height; height++) {
      past.push(chain.block(chain.headerAt(height)!.id)!);
    }
    const branch: Block[] = [];
    let parent = fork;
    for (let left = depth; left >= 0; left--) {
      const block = blockOn(chain, BOB.address, [], parent);
      branch.push(block);
      parent = { ...parent, id: block.id, header: block.header };
    }
    await this.join(`fork${this.#peers}`, [...past, ...branch]);
    for (let turn = 0; turn < 20; turn++) await this.pass();
  }
}

/** Twelve blocks, with payments in the last ones, and a branch of two beside the sixth. */
function layPast(store: Store, alsoReward: Address | undefined): void {
  const { chain } = testChain(API_PARAMS, store);
  const add = (...parts: Parameters<typeof blockOn>): void => {
    const block = blockOn(...parts);
    const result = chain.addBlock(block, block.header.time);
    if (result.kind === 'rejected') throw new Error(result.rejection.code);
  };
  if (alsoReward !== undefined) add(chain, alsoReward);
  while (chain.tip.header.height < 8) add(chain, BANK.address);
  for (let sequence = 0; sequence < 8; sequence += 2) {
    const pay = (to: Address, at: number, amount: bigint): Payment =>
      testPayment(chain, BANK, { to, amount, fee: 5n, sequence: at });
    add(chain, sequence % 4 === 0 ? BOB.address : BANK.address, [
      pay(ALICE.address, sequence, 1_000n + BigInt(sequence)),
      pay(sequence === 2 ? BANK.address : BOB.address, sequence + 1, 7n),
    ]);
  }
  let parent = chain.headerAt(5)!;
  for (let left = 2; left > 0; left--) {
    const block = blockOn(chain, BOB.address, [], parent);
    chain.addBlock(block, block.header.time);
    parent = chain.header(block.id)!;
  }
  chain.flush();
}
