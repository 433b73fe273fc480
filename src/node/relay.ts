/**
 * News: what this node tells everybody, and what it hears from anybody.
 *
 * Owns: status at once on a new tip and at each interval; payments once when new, and one's own
 * again until they are confirmed; the budgets of each host and of all hosts for datagrams.
 * Does not own: what a payment or a claim is worth (`mempool.ts`, `sync.ts`).
 */
import { decodePayment } from '../consensus/encoding.ts';
import type { HeaderNode } from '../consensus/records.ts';
import { severityOf } from '../consensus/rejection.ts';
import type { BlockId, NetworkId, Payment } from '../consensus/types.ts';
import { BoundedMap } from '../lib/bounded-map.ts';
import { TokenBucket } from '../lib/token-bucket.ts';
import type { Cancel, Channel, Clock, ElapsedMs, Network } from '../ports.ts';
import { decodeDatagram, PLAIN_WIRE } from '../protocol/framing.ts';
import type { Wire } from '../protocol/framing.ts';
import type { Status } from '../protocol/messages.ts';
import type { AddPaymentResult } from './mempool.ts';
import { isLoopback } from './peer.ts';
import type { Peer } from './peer.ts';

/** (policy) New tips are announced at most this often; the last one always is. */
export const TIP_INTERVAL_MS = 50;
/** (policy) How often a node that has more answers the status of one that has less. */
export const ANSWER_INTERVAL_MS = 1_000;
/** (policy) Who follows the tips that a peer tells of says so at least once in so many blocks. */
export const SILENT_BLOCKS_MAX = 16;
/** (policy) Datagrams of one host: a burst, and a second's worth. All of loopback is one host. */
const DATAGRAM_BURST = 400;
const DATAGRAMS_PER_SECOND = 200;
const LOOPBACK_FACTOR = 5;
/** (policy) Of all hosts together: a source address is easily forged. */
export const ALL_DATAGRAMS_BURST = 8_000;
export const ALL_DATAGRAMS_PER_SECOND = 4_000;
const HOSTS_MAX = 4_096;

export interface RelayParts {
  readonly networkId: NetworkId;
  readonly clock: Clock;
  readonly network: Network;
  readonly statusIntervalMs: number;
  readonly paymentIntervalMs: number;
  /** As in `NodeOptions`. */
  readonly isTerse: boolean;
  /** Whether this node announces a chain: miners do, wallets only ask, once. */
  readonly announces: boolean;
  /** As in `PeerEvents`. */
  readonly wire?: Wire | undefined;
  status(): Status;
  peers(): readonly Peer[];
  /** One's own payments that are not confirmed yet. */
  outbox(): Iterable<Payment>;
  onStatus(status: Status, host: string): void;
  onPayment(payment: Payment): AddPaymentResult;
  /** One's own payment is due again: to be kept, and passed on with `payment`. */
  onOwnPayment(payment: Payment): void;
}

export class Relay {
  readonly #parts: RelayParts;
  readonly #wire: Wire;
  readonly #budgets = new BoundedMap<string, TokenBucket>(HOSTS_MAX);
  readonly #allBudget = new TokenBucket(ALL_DATAGRAMS_BURST, ALL_DATAGRAMS_PER_SECOND);
  readonly #timers: (Cancel | undefined)[] = [];
  #announcedAt: ElapsedMs = Number.NEGATIVE_INFINITY;
  #pending: { readonly at: ElapsedMs; readonly cancel: Cancel } | undefined;
  /** The last block of ours that each peer was sent: its status may be on the way. */
  readonly #foundTold = new WeakMap<Peer, BlockId>();
  #isStopped = false;
  /** The tip that linked peers know of; a link loses nothing, so they are told once. */
  #toldTipId: BlockId | undefined;
  /** Datagrams dropped because they were no message, or too many. */
  droppedDatagrams = 0;

  constructor(parts: RelayParts) {
    this.#parts = parts;
    this.#wire = parts.wire ?? PLAIN_WIRE;
  }

  start(): void {
    const { statusIntervalMs, paymentIntervalMs } = this.#parts;
    this.#every(0, statusIntervalMs, () => this.#announceStatus());
    this.#every(1, paymentIntervalMs, () => this.#announceOutbox());
    // A wallet speaks once, so that miners answer it and it need not wait for their interval.
    if (!this.#parts.announces) {
      const hello = this.#wire.encode({ kind: 'status', ...this.#parts.status() });
      this.#parts.network.announce('status', hello);
    }
    this.#announceStatus();
    this.#announceOutbox();
  }

  stop(): void {
    this.#isStopped = true;
    this.#pending?.cancel();
    for (const cancel of this.#timers) cancel?.();
  }

  /** There is a new tip: tells everybody now, or as soon as the limit allows. */
  tipChanged(): void {
    this.#announceWithin(TIP_INTERVAL_MS);
  }

  /**
   * Sends a block that was found here to linked peers that stand right before it, unasked. Others
   * learn of it by the status, and so does whoever is too slow.
   */
  found(block: HeaderNode, bytes: Uint8Array): void {
    const frame = this.#wire.encode({ kind: 'block', bytes });
    const { id, header: { previousId, height } } = block;
    for (const peer of this.#parts.peers()) {
      // Who did not take the last one, as too early for its clock, may be higher on another branch.
      const hasTaken = this.#foundTold.get(peer) === previousId
        && (peer.status?.height ?? 0) < height;
      const isNext = hasTaken || standsOn(peer, previousId, height - 1);
      if (!isNext || !peer.canTakeMore) continue;
      this.#foundTold.set(peer, id);
      peer.sendFrame(frame);
    }
  }

  /** Passes a new payment on to linked peers, and to the LAN when it is one's own. */
  payment(payment: Payment, isOwn: boolean): void {
    const { networkId } = this.#parts;
    const frame = this.#wire.encode({ kind: 'payment', networkId, bytes: payment.bytes });
    if (isOwn) this.#parts.network.announce('payment', frame);
    for (const peer of this.#parts.peers()) if (peer.canTakeMore) peer.sendFrame(frame);
  }

  /** A datagram from anybody. Whatever it is, nothing happens but what a message may cause. */
  onDatagram(channel: Channel, bytes: Uint8Array, from: string): void {
    if (!this.#allows(from)) {
      this.droppedDatagrams++;
      return;
    }
    const result = decodeDatagram(bytes);
    const message = result.kind === 'message' ? result.message : undefined;
    if (message?.kind === 'status' && channel === 'status') {
      this.#parts.onStatus(message, from);
    } else if (message?.kind === 'payment' && channel === 'payment') {
      this.onPaymentBytes(message.networkId, message.bytes);
    } else {
      this.droppedDatagrams++;
    }
  }

  /**
   * False when the bytes are no payment of this network, or one that can never be valid: nodes pass
   * on only what they have checked.
   */
  onPaymentBytes(networkId: NetworkId, bytes: Uint8Array): boolean {
    if (networkId !== this.#parts.networkId) return true;
    const payment = decodePayment(bytes, networkId);
    if (payment === undefined) return false;
    const result = this.#parts.onPayment(payment);
    return result.kind === 'added' || severityOf(result.rejection) !== 'invalid';
  }

  /**
   * Somebody on our network has less than we, or asks: it is told, and need not wait for the
   * interval.
   */
  answer(): void {
    this.#announceWithin(ANSWER_INTERVAL_MS);
  }

  #announceWithin(intervalMs: number): void {
    const at = this.#announcedAt + intervalMs;
    // A new tip does not wait for an answer that waits.
    if (this.#isStopped || (this.#pending !== undefined && this.#pending.at <= at)) return;
    this.#pending?.cancel();
    const waitMs = at - this.#parts.clock.elapsed();
    if (waitMs <= 0) return this.#announceStatus();
    this.#pending = { at, cancel: this.#parts.clock.after(waitMs, () => this.#announceStatus()) };
  }

  #announceStatus(): void {
    this.#pending?.cancel();
    this.#pending = undefined;
    if (this.#isStopped) return;
    this.#announcedAt = this.#parts.clock.elapsed();
    // One object for all who keep it: nodes of one process share it with their peers.
    const status = { kind: 'status', ...this.#parts.status() } as const;
    const frame = this.#wire.encode(status);
    if (this.#parts.announces) this.#parts.network.announce('status', frame);
    if (status.tipId === this.#toldTipId) return;
    this.#toldTipId = status.tipId;
    for (const peer of this.#parts.peers()) {
      if (this.#parts.isTerse && mayKeepSilent(peer, status)) continue;
      peer.told = status;
      peer.sendFrame(frame);
    }
  }

  #announceOutbox(): void {
    for (const payment of this.#parts.outbox()) this.#parts.onOwnPayment(payment);
  }

  #every(slot: number, intervalMs: number, run: () => void): void {
    this.#timers[slot] = this.#parts.clock.after(intervalMs, () => {
      if (this.#isStopped) return;
      this.#every(slot, intervalMs, run);
      run();
    });
  }

  #allows(host: string): boolean {
    let budget = this.#budgets.get(host);
    if (budget === undefined) {
      const factor = isLoopback(host) ? LOOPBACK_FACTOR : 1;
      budget = new TokenBucket(DATAGRAM_BURST * factor, DATAGRAMS_PER_SECOND * factor);
    }
    this.#budgets.set(host, budget);
    const now = this.#parts.clock.elapsed();
    // What one host sends too much costs the others nothing.
    return budget.take(now) && this.#allBudget.take(now);
  }
}

/**
 * A terse node saves half of the messages of a large network. Who watches a small one wants to see
 * when each node had each block, so `mvb` is not terse.
 *
 * Whether a peer that has our tip is left to guess that we have come to it: it has told us of it or
 * sent it, so it wants nothing of us, and most of all statuses would be such answers.
 */
function mayKeepSilent({ status, shownId, told }: Peer, { tipId, height }: Status): boolean {
  const hasIt = status?.tipId === tipId || shownId === tipId;
  return hasIt && told !== undefined && isFollowing(told.height, height);
}

/** Whether this block is the peer's tip, by its own words, by its block, or by `mayKeepSilent`. */
function standsOn({ status, shownId, told }: Peer, tipId: BlockId, height: number): boolean {
  if (status?.tipId === tipId || shownId === tipId) return true;
  return told?.tipId === tipId && status !== undefined && isFollowing(status.height, height);
}

/** Whether somebody who said to be at one height may come to the other without a word. */
function isFollowing(said: number, height: number): boolean {
  return said < height && height < said + SILENT_BLOCKS_MAX;
}
