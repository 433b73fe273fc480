/**
 * What all attacks of liars have in common: one story, told to everybody who asks.
 *
 * Owns: what a liar knows and says of itself. Does not own: the stories (`false-chain.ts`,
 * `header-flood.ts`, `noise.ts`), or when and from where they are told (`liar.ts`).
 */
import type { Chain } from '../consensus/chain.ts';
import { workOf } from '../consensus/pow.ts';
import type { Address, Block, BlockId, Work } from '../consensus/types.ts';
import { bytesToHex } from '../lib/bytes.ts';
import type { Channel, Link, Signer } from '../ports.ts';
import { encodeFrame, FrameReader } from '../protocol/framing.ts';
import { PROTOCOL_VERSION } from '../protocol/messages.ts';
import type { Message, Status } from '../protocol/messages.ts';
import { EPOCH_MS } from './machine.ts';
import { SIM_PORT } from './network.ts';
import type { Chance } from './random.ts';
import type { Life, World } from './world.ts';

/** What a liar knows when it begins. */
export interface Target {
  readonly world: World;
  readonly chance: Chance;
  /** Of an honest node, which may be gone when the story is told. */
  readonly chain: Chain;
  /** All blocks of that chain as the attack begins, genesis first. */
  readonly blocks: readonly Block[];
  readonly signer: Signer;
  readonly beneficiary: Address;
  /** As long as the attack goes on. */
  readonly life: Life;
  /** Ends the attack at once, in the middle of whatever is being said. */
  quit(): void;
}

export interface Datagram {
  readonly channel: Channel;
  readonly bytes: Uint8Array;
}

/** What a liar says of the chain that it claims to have. */
export interface Claim {
  readonly tipId: BlockId;
  readonly height: number;
  readonly work: Work;
}

export type Send = (message: Message) => void;

export abstract class Attack {
  protected readonly target: Target;
  readonly #session: string;

  constructor(target: Target) {
    this.target = target;
    this.#session = bytesToHex(target.chance.bytes(8));
  }

  /** What it is about, for people. */
  abstract get story(): string;

  /** A link to a victim, from whichever side. */
  abstract meet(link: Link): void;

  /** What it sends to everybody as it begins. */
  datagrams(): readonly Datagram[] {
    return [{ channel: 'status', bytes: encodeFrame({ kind: 'status', ...this.status() }) }];
  }

  protected abstract get claim(): Claim;

  protected status(session: string = this.#session): Status {
    return {
      session,
      params: this.target.chain.params,
      ...this.claim,
      blockServerPort: SIM_PORT,
      tag: 'trust me',
      waiting: 0,
      time: EPOCH_MS + this.target.world.now,
    };
  }

  protected hello(session: string = this.#session): Message {
    const versions = { versionMin: PROTOCOL_VERSION, versionMax: PROTOCOL_VERSION };
    return { kind: 'hello', ...versions, ...this.status(session) };
  }

  /** Says hello, and then answers pings by itself and everything else by `answer`. */
  protected converse(
    link: Link, send: Send, answer: (message: Message, send: Send) => void, hello = this.hello(),
  ): void {
    const frames = new FrameReader();
    send(hello);
    link.onBytes((chunk) => {
      for (const result of frames.push(chunk)) {
        if (result.kind !== 'message') continue;
        const { message } = result;
        if (message.kind === 'ping') send({ kind: 'pong', token: message.token });
        else answer(message, send);
      }
    });
  }

  /** A tip that nobody has, with more work than anybody. */
  protected boast(): Claim {
    const { chain, chance } = this.target;
    const more = workOf(chain.params.difficulty) * BigInt(chance.between(1, 1_000_000));
    const height = chain.tip.header.height + 1;
    return { tipId: 'ab'.repeat(32) as BlockId, height, work: chain.tip.work + more };
  }
}

/** Sends whole messages. */
export function sendTo(link: Link): Send {
  return (message) => {
    link.send(encodeFrame(message));
  };
}
