/**
 * Talks to miners without a chain of its own: tells payments, and asks what became of one.
 *
 * For a process that only reads the store because another one writes it. Owns: hearing who is
 * there, and links to them.
 * Does not own: whom to link to and how (`node/peer-table.ts`, as in a node), the chain.
 */
import { networkIdOf } from '../consensus/params.ts';
import type { ChainParams } from '../consensus/params.ts';
import type { HeaderNode } from '../consensus/records.ts';
import type { NetworkId, Payment, TransactionId } from '../consensus/types.ts';
import { BoundedMap } from '../lib/bounded-map.ts';
import { bytesToHex } from '../lib/bytes.ts';
import { HEARD_MAX } from '../node/node.ts';
import type { HeardNode } from '../node/node.ts';
import { PeerTable } from '../node/peer-table.ts';
import type { Peer } from '../node/peer.ts';
import { SWEEP_INTERVAL_MS } from '../node/sweeper.ts';
import type { Cancel, Clock, Log, Network, Random } from '../ports.ts';
import { decodeDatagram, encodeFrame } from '../protocol/framing.ts';
import type { PaymentReport, Status } from '../protocol/messages.ts';

export interface MessengerParts {
  readonly params: ChainParams;
  readonly clock: Clock;
  readonly random: Random;
  readonly network: Network;
  readonly log: Log;
  /** The name that others see. */
  readonly tag: string;
  /** "host:port" of miners to link to besides those heard. */
  readonly peers: readonly string[];
  /** The tip of the store, which is what we claim to have. */
  readonly tip: () => HeaderNode;
  readonly onReport?: (report: PaymentReport, peer: Peer) => void;
  /** A miner has linked; it may be asked. */
  readonly onReady?: (peer: Peer) => void;
}

export class Messenger {
  readonly #parts: MessengerParts;
  readonly #networkId: NetworkId;
  readonly #session: string;
  readonly #peers: PeerTable;
  readonly #heard = new BoundedMap<string, HeardNode>(HEARD_MAX);
  #sweepTimer: Cancel | undefined;

  constructor(parts: MessengerParts) {
    const { clock, network, log } = parts;
    this.#parts = parts;
    this.#networkId = networkIdOf(parts.params);
    this.#session = bytesToHex(parts.random.bytes(8));
    this.#peers = new PeerTable({
      networkId: this.#networkId, clock, network, log,
      configured: parts.peers,
      status: () => this.#status(),
      ready: (peer) => parts.onReady?.(peer),
      message: (peer, message) => {
        if (message.kind === 'status') peer.status = message;
        else if (message.kind === 'paymentReport') parts.onReport?.(message, peer);
        // Whatever else a miner says is for nodes with a chain.
      },
      closed: () => {},
    });
  }

  /** Nodes heard since the start, the latest last. */
  get heard(): readonly HeardNode[] {
    return [...this.#heard.values()];
  }

  /** Miners that are linked. */
  get peers(): readonly Peer[] {
    return this.#peers.ready;
  }

  start(): void {
    this.#parts.network.listen({
      datagram: (channel, bytes, from) => {
        if (channel === 'status') this.#hear(bytes, from);
      },
      // It serves nothing: who connects has mistaken it for another.
      link: (link) => link.close(),
    });
    this.#parts.network.announce('status', encodeFrame({ kind: 'status', ...this.#status() }));
    this.#sweep();
  }

  stop(): void {
    this.#sweepTimer?.();
    this.#peers.stop();
  }

  /** Tells everybody in reach, and every linked miner. */
  tell(payment: Payment): void {
    const { bytes } = payment;
    const frame = encodeFrame({ kind: 'payment', networkId: this.#networkId, bytes });
    this.#parts.network.announce('payment', frame);
    for (const peer of this.peers) if (peer.canTakeMore) peer.sendFrame(frame);
  }

  /** Asks every linked miner; answers come to `onReport`. */
  ask(id: TransactionId): void {
    for (const peer of this.peers) peer.send({ kind: 'getPayment', id });
  }

  #hear(bytes: Uint8Array, host: string): void {
    const result = decodeDatagram(bytes);
    if (result.kind !== 'message' || result.message.kind !== 'status') return;
    const { kind: _, ...status } = result.message;
    if (!this.#peers.hear(status, host)) return;
    this.#heard.set(status.session, { status, host, at: this.#parts.clock.now() });
  }

  #sweep(): void {
    this.#sweepTimer = this.#parts.clock.after(SWEEP_INTERVAL_MS, () => this.#sweep());
    this.#peers.sweep();
  }

  #status(): Status {
    const { params, tag, clock } = this.#parts;
    const { id, header, work } = this.#parts.tip();
    return {
      session: this.#session, params, tipId: id, height: header.height, work, tag,
      // The port 0 says: a wallet, which serves nothing and asks to be told who is there.
      blockServerPort: 0, waiting: 0, time: clock.now(),
    };
  }
}

/** Those of the heard nodes that serve blocks. */
export function minersOf(heard: readonly HeardNode[]): readonly HeardNode[] {
  return heard.filter(({ status }) => status.blockServerPort > 0);
}
