/**
 * Attacks that need no chain: junk, floods, old things told again, and silence.
 *
 * - `vandal` sends bytes, frames and datagrams that are no messages, forged payments.
 * - `flooder` sends far more than anybody asked for, and reads nothing.
 * - `replayer` tells old payments and blocks again, signed as they were, by datagram and by link.
 * - `tarpit` accepts and never answers, says hello and nothing more, or one byte a second.
 *
 * Owns: what these send. Does not own: how often, and from where (`liar.ts`).
 */
import { encodeBlock } from '../consensus/encoding.ts';
import type { Block, Payment } from '../consensus/types.ts';
import type { Link } from '../ports.ts';
import { encodeFrame } from '../protocol/framing.ts';
import type { Message } from '../protocol/messages.ts';
import { Attack, sendTo } from './attack.ts';
import type { Claim, Datagram, Target } from './attack.ts';
import { withJunkSignature } from './forgery.ts';

const FLOOD_MESSAGES = 105;
const REPLAYED_BLOCKS = 12;
const BYTE_MS = 1_000;

abstract class Noise extends Attack {
  protected readonly claim: Claim;

  constructor(target: Target) {
    super(target);
    this.claim = this.boast();
  }

  protected get newest(): Block {
    return this.target.blocks.at(-1)!;
  }

  protected paymentsOf({ transactions }: Block): Payment[] {
    return transactions.flatMap((transaction) =>
      (transaction.type === 'payment' ? [transaction] : []));
  }

  protected paymentMessage({ bytes }: Payment): Message {
    return { kind: 'payment', networkId: this.target.chain.networkId, bytes };
  }

  /** The newest two, and others. */
  protected drawBlocks(count: number): Block[] {
    const { blocks, chance } = this.target;
    return Array.from({ length: count }, (_, index) =>
      (index < 2 ? blocks.at(-1 - index)! : chance.pick(blocks)));
  }
}

export class Vandal extends Noise {
  readonly story = 'junk';

  override datagrams(): readonly Datagram[] {
    const { chance, chain } = this.target;
    const status = encodeFrame({ kind: 'status', ...this.status() });
    const junk = chance.bytes(chance.between(0, 1_200));
    const torn = status.subarray(0, chance.between(0, status.length - 1));
    const params = { ...chain.params, network: 'elsewhere' };
    const stranger = encodeFrame({ kind: 'status', ...this.status(), params });
    return [
      { channel: 'status', bytes: junk }, { channel: 'payment', bytes: junk },
      { channel: 'status', bytes: torn }, { channel: 'payment', bytes: status },
      { channel: 'status', bytes: stranger }, ...this.#forgedPayments(),
    ];
  }

  meet(link: Link): void {
    const { chance } = this.target;
    const hello = encodeFrame(this.hello());
    const flipped = hello.slice();
    flipped[chance.between(0, hello.length - 1)]! ^= 1 << chance.between(0, 7);
    const half = hello.subarray(0, hello.length - 3);
    const bytes = chance.pick([
      chance.bytes(300), flipped, half, new Uint8Array(0),
      Uint8Array.from([...hello, ...hello]), Uint8Array.from([...hello, ...chance.bytes(40)]),
    ]);
    if (bytes.length > 0) link.send(bytes);
  }

  /** Payments of the newest block with junk signatures. */
  #forgedPayments(): Datagram[] {
    const { networkId } = this.target.chain;
    return this.paymentsOf(this.newest).map((payment) => ({
      channel: 'payment',
      bytes: encodeFrame(this.paymentMessage(withJunkSignature(payment, networkId))),
    }));
  }
}

export class Flooder extends Noise {
  readonly story = 'floods';

  /** It does not read what it asked for: the victim must not keep that for it. */
  meet(link: Link): void {
    const { chain, chance } = this.target;
    const blocks = this.drawBlocks(20);
    const message = chance.pick<Message>([
      { kind: 'headers', headers: blocks.map(({ header }) => header) },
      { kind: 'getHeaders', locator: [chain.networkId] },
      { kind: 'status', ...this.status() },
      { kind: 'getBlocks', ids: [chain.networkId, chain.tip.id] },
      { kind: 'block', bytes: encodeBlock(chance.pick(blocks)) },
      { kind: 'notFound', id: chain.tip.id },
      { kind: 'getPayment', id: this.newest.transactions[0]!.id },
    ]);
    sendTo(link)(this.hello());
    const frame = encodeFrame(message);
    for (let count = 0; count < FLOOD_MESSAGES; count++) link.send(frame);
  }
}

export class Replayer extends Noise {
  readonly story = 'old payments and blocks';

  override datagrams(): readonly Datagram[] {
    return this.drawBlocks(REPLAYED_BLOCKS).flatMap((block) => this.paymentsOf(block))
      .map((payment) => ({
        channel: 'payment', bytes: encodeFrame(this.paymentMessage(payment)),
      }));
  }

  meet(link: Link): void {
    const send = sendTo(link);
    this.converse(link, send, () => undefined);
    for (const block of this.drawBlocks(REPLAYED_BLOCKS)) {
      for (const payment of this.paymentsOf(block)) send(this.paymentMessage(payment));
      send({ kind: 'block', bytes: encodeBlock(block) });
    }
  }
}

export class Tarpit extends Noise {
  readonly story: string;
  readonly #way: 'mute' | 'hello only' | 'slow hello' | 'slow block' | 'pings only';

  constructor(target: Target) {
    super(target);
    this.#way = target.chance.pick(
      ['mute', 'hello only', 'slow hello', 'slow block', 'pings only'] as const,
    );
    this.story = this.#way;
  }

  meet(link: Link): void {
    const hello = encodeFrame(this.hello());
    if (this.#way === 'mute') return;
    if (this.#way === 'slow hello') return this.#drip(link, hello);
    if (this.#way === 'pings only') return this.converse(link, sendTo(link), () => undefined);
    link.send(hello);
    if (this.#way !== 'slow block') return;
    this.#drip(link, encodeFrame({ kind: 'block', bytes: encodeBlock(this.newest) }));
  }

  /** A byte at a time, for as long as anybody listens. */
  #drip(link: Link, bytes: Uint8Array): void {
    const { world, life } = this.target;
    let sent = 0;
    let isOpen = true;
    link.onClose(() => {
      isOpen = false;
    });
    const next = (): void => {
      if (!isOpen || sent >= bytes.length) return;
      link.send(bytes.subarray(sent, ++sent));
      world.after(BYTE_MS, next, life);
    };
    next();
  }
}
