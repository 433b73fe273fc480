/**
 * A node's sync between a real chain and peers that the test plays: honest ones that serve a list
 * of blocks, and ones that do what they are told.
 *
 * Owns: the wiring that `node.ts` does, without its miner and relay. Does not own: any rule.
 */
import type { Chain } from '../../src/consensus/chain.ts';
import {
  blockIdOf, decodeHeader, encodeBlock, HEADER_BYTES,
} from '../../src/consensus/encoding.ts';
import { genesisBlock } from '../../src/consensus/params.ts';
import type { ChainParams } from '../../src/consensus/params.ts';
import type { Block, Work } from '../../src/consensus/types.ts';
import { sha256 } from '../../src/crypto/sha256.ts';
import { asciiToBytes, bytesToHex } from '../../src/lib/bytes.ts';
import { Peer } from '../../src/node/peer.ts';
import { Sync } from '../../src/node/sync.ts';
import { HEADERS_MAX } from '../../src/protocol/messages.ts';
import type { Message, Status } from '../../src/protocol/messages.ts';
import { START_TIME, TEST_PARAMS, testChain } from './chain-fixture.ts';
import { ManualClock } from './manual-clock.ts';
import { linkPair, Stranger, VirtualLog } from './virtual-world.ts';

/** What a node says of itself that has nothing. */
export function statusOf(session: string, claim: Partial<Status> = {}): Status {
  const genesis = genesisBlock(claim.params ?? TEST_PARAMS);
  return {
    session, params: TEST_PARAMS, tipId: genesis.id, height: 0, work: 1n, blockServerPort: 2607,
    tag: 'test', waiting: 0, time: START_TIME, ...claim,
  };
}

/** A peer as a test plays it. */
export interface Actor {
  readonly stranger: Stranger;
  /** Our end. */
  readonly peer: Peer;
  /** What it serves when asked, genesis excluded, in order. */
  blocks: readonly Block[];
  /** Says that it has this much work, or what its blocks have. */
  claim(work?: Work): void;
}

export class SyncScene {
  readonly clock = new ManualClock(START_TIME + 1_000_000_000);
  readonly chain: Chain;
  readonly log = new VirtualLog();
  readonly sync: Sync;
  settled = 0;
  readonly #params: ChainParams;
  readonly #peers = new Set<Peer>();

  constructor(params: ChainParams = TEST_PARAMS) {
    const { chain, signatures } = testChain(params);
    const { clock, log } = this;
    this.#params = params;
    this.chain = chain;
    this.sync = new Sync({
      chain, signatures, clock, log,
      peers: () => [...this.#peers].filter((peer) => peer.isReady),
      addBlock: (block) => chain.addBlock(block, clock.now()),
      settled: () => this.settled++,
    });
  }

  /** Lets virtual time pass second by second, with the sweeps of a node. */
  async seconds(count: number): Promise<void> {
    for (let second = 0; second < count; second++) {
      await this.#pass(1_000);
      for (const peer of this.#peers) peer.sweep(this.clock.now());
      this.sync.sweep();
    }
    await this.#pass(0);
  }

  /** Lets messages arrive and be answered, and hardly any time pass: half a second. */
  async passing(): Promise<void> {
    await this.#pass(500);
  }

  /** Moves the clock; the toy verifier answers in microtasks, which get their turns in between. */
  async #pass(ms: number): Promise<void> {
    this.clock.advance(ms);
    for (let turn = 0; turn < 200; turn++) {
      await Promise.resolve();
      this.clock.advance(0);
    }
  }

  /**
   * A peer that serves these blocks; `answer` comes first, and true keeps the usual answer away.
   */
  join(
    name: string,
    blocks: readonly Block[],
    answer: (message: Message, actor: Actor) => boolean = () => false,
  ): Actor {
    const { a, b } = linkPair(this.clock, `10.0.0.${this.#peers.size + 1}:2607`);
    const peer = new Peer(a, 'outbound', this.clock, {
      message: (from, message) => this.#dispatch(from, message),
      closed: (from) => {
        this.#peers.delete(from);
        this.sync.onClosed(from);
      },
    });
    this.#peers.add(peer);
    const stranger = new Stranger(b);
    const actor: Actor = {
      stranger, peer, blocks,
      claim: (work) => {
        stranger.say({ kind: 'status', ...this.#statusOf(name, actor.blocks, work) });
      },
    };
    stranger.onMessage = (message) => {
      if (!answer(message, actor)) serve(actor, message, this.#params);
    };
    stranger.say({
      kind: 'hello', versionMin: 1, versionMax: 1, ...this.#statusOf(name, blocks, undefined),
    });
    return actor;
  }

  #statusOf(name: string, blocks: readonly Block[], work: Work | undefined): Status {
    const last = blocks.at(-1) ?? genesisBlock(this.#params);
    // At difficulty 0 each block is worth 1, genesis too.
    const own = { params: this.#params, tipId: last.id, height: last.header.height };
    const session = bytesToHex(sha256(asciiToBytes(name)).subarray(0, 8));
    return statusOf(session, { ...own, work: work ?? BigInt(last.header.height + 1) });
  }

  #dispatch(peer: Peer, message: Message): void {
    switch (message.kind) {
      case 'hello':
      case 'status':
        peer.status = message;
        return this.sync.onStatus(peer);
      case 'headers':
        return this.sync.onHeaders(peer, message.headers);
      case 'block': {
        const header = decodeHeader(message.bytes.subarray(0, HEADER_BYTES))!;
        return this.sync.onBlock(peer, message.bytes, blockIdOf(header));
      }
      case 'notFound':
        return this.sync.onNotFound(peer, message.id);
      default:
    }
  }
}

/** What an honest node answers. */
export function serve(actor: Actor, message: Message, params: ChainParams = TEST_PARAMS): void {
  const { blocks, stranger } = actor;
  if (message.kind === 'getHeaders') {
    const ids = new Map([[genesisBlock(params).id, 0]]);
    blocks.forEach((block, index) => ids.set(block.id, index + 1));
    const from = message.locator.map((id) => ids.get(id)).find((index) => index !== undefined) ?? 0;
    const headers = blocks.slice(from, from + HEADERS_MAX).map((block) => block.header);
    stranger.say({ kind: 'headers', headers });
  } else if (message.kind === 'getBlocks') {
    for (const id of message.ids) {
      const block = blocks.find((one) => one.id === id);
      stranger.say(block === undefined
        ? { kind: 'notFound', id }
        : { kind: 'block', bytes: encodeBlock(block) });
    }
  }
}
