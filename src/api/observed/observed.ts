/**
 * What a node saw happen since it started, which no chain remembers: when blocks came and who had
 * them when, reorganisations, refusals, hash rates.
 *
 * Owns: these memories, each with a named maximum, and telling the event stream of news.
 * Does not own: what is in the chain (`views/`), JSON (`event-feed.ts`).
 */
import type { ChainChange } from '../../consensus/reorg.ts';
import type { Rejection } from '../../consensus/rejection.ts';
import type { Amount, Block, BlockId, Payment, TransactionId } from '../../consensus/types.ts';
import { BoundedMap } from '../../lib/bounded-map.ts';
import type { NodeListener } from '../../node/listener.ts';
import type { AddPaymentResult } from '../../node/mempool.ts';
import type { Peer } from '../../node/peer.ts';
import type { Clock, UnixMs } from '../../ports.ts';
import type { Status } from '../../protocol/messages.ts';
import { Lessons } from './lessons.ts';
import { RateSeries } from './rate-series.ts';

/** (policy) Blocks whose time of arrival is kept. */
export const ARRIVALS_MAX = 2_000;
/** (policy) Peers of a block whose announcement is kept. */
export const ANNOUNCERS_MAX = 64;
/** (policy) */
export const REORGS_MAX = 100;
/** (policy) */
export const REFUSALS_MAX = 200;
/** (policy) Payments whose first sight is kept. */
export const SIGHTS_MAX = 20_000;

/** (policy) Nodes whose clock is compared with ours. */
export const CLOCKS_MAX = 512;

/** How a block came. */
export interface Arrival {
  readonly id: BlockId;
  readonly height: number;
  readonly tag: string;
  readonly at: UnixMs;
  readonly from: 'own' | 'peer';
  /** By session: who has said that it has the block, and when it said so first. */
  readonly announced: ReadonlyMap<string, Announcement>;
}

export interface Announcement {
  readonly tag: string;
  readonly at: UnixMs;
}

export interface BlockName {
  readonly id: BlockId;
  readonly height: number;
  readonly tag: string;
}

/** A change of branches. */
export interface ReorgRecord {
  readonly at: UnixMs;
  readonly forkHeight: number;
  /** Newest first, and oldest first; at most so many of each as `REORG_BLOCKS_MAX`. */
  readonly disconnected: readonly BlockName[];
  readonly connected: readonly BlockName[];
  readonly disconnectedCount: number;
  readonly connectedCount: number;
  /** Payments that wait again. */
  readonly returned: number;
}

/** (policy) Blocks of either side of a reorganisation that are named. */
const REORG_BLOCKS_MAX = 50;

export interface RefusalRecord {
  readonly at: UnixMs;
  readonly payment: Payment;
  readonly rejection: Rejection;
}

/** What the event stream is told. */
export type News =
  | { readonly kind: 'change'; readonly change: ChainChange; readonly from: 'own' | 'peer' }
  | { readonly kind: 'side'; readonly block: Block; readonly from: 'own' | 'peer' }
  | { readonly kind: 'reorg'; readonly reorg: ReorgRecord }
  | { readonly kind: 'payment'; readonly payment: Payment; readonly code: string | undefined }
  | { readonly kind: 'peer'; readonly peer: Peer; readonly what: 'joined' | 'left' | 'tip' }
  | { readonly kind: 'heard'; readonly status: Status; readonly host: string };

export class Observed implements NodeListener {
  readonly rates = new RateSeries();
  readonly lessons = new Lessons();
  readonly startedAt: UnixMs;
  /** Set by the event stream. */
  onNews: (news: News) => void = () => {};
  readonly #clock: Clock;
  readonly #arrivals = new BoundedMap<BlockId, Arrival>(ARRIVALS_MAX);
  /** Announcements of blocks that are not here yet, by block. */
  readonly #early = new BoundedMap<BlockId, Map<string, Announcement>>(ANNOUNCERS_MAX);
  readonly #sights = new BoundedMap<TransactionId, UnixMs>(SIGHTS_MAX);
  readonly #reorgs: ReorgRecord[] = [];
  readonly #refusals: RefusalRecord[] = [];
  #blocksSeen = 0;
  #reorgCount = 0;
  #refusalCount = 0;
  readonly #ownBlocks = new BoundedMap<BlockId, true>(ARRIVALS_MAX);
  #earned: Amount = 0n;
  /** Blocks that came and are not in the main chain now. */
  readonly #stale = new BoundedMap<BlockId, true>(ARRIVALS_MAX);
  /** How far the clocks of nodes are ahead of ours, by session. */
  readonly #clocks = new BoundedMap<string, number>(CLOCKS_MAX);

  constructor(clock: Clock) {
    this.#clock = clock;
    this.startedAt = clock.now();
  }

  /** Blocks that came or were mined, side branches counted. */
  get blocksSeen(): number {
    return this.#blocksSeen;
  }

  /** Since the start, as `refusalCount`. */
  get reorgCount(): number {
    return this.#reorgCount;
  }

  get refusalCount(): number {
    return this.#refusalCount;
  }

  /** Of them, those that are not in the main chain now. */
  get staleSeen(): number {
    return this.#stale.size;
  }

  /** Newest first. */
  get arrivals(): readonly Arrival[] {
    return [...this.#arrivals.values()].reverse();
  }

  /** Newest first. */
  get reorgs(): readonly ReorgRecord[] {
    return this.#reorgs;
  }

  /** Newest first. */
  get refusals(): readonly RefusalRecord[] {
    return this.#refusals;
  }

  /** Rewards of blocks that were mined in this run and are in the main chain. */
  get earned(): Amount {
    return this.#earned;
  }

  /**
   * The clock of a node minus ours, when it last said something; the message's way is in it.
   */
  clockOffsetOf(session: string): number | undefined {
    return this.#clocks.get(session);
  }

  arrivalOf(id: BlockId): Arrival | undefined {
    return this.#arrivals.get(id);
  }

  /** When a payment was first seen here. */
  sightOf(id: TransactionId): UnixMs | undefined {
    return this.#sights.get(id);
  }

  chainChanged(change: ChainChange, from: 'own' | 'peer'): void {
    for (const block of change.connected) {
      this.#arrived(block, from);
      this.#earned += this.#rewardOf(block);
      this.#stale.delete(block.id);
    }
    for (const block of change.disconnected) {
      this.#earned -= this.#rewardOf(block);
      this.#stale.set(block.id, true);
    }
    if (change.disconnected.length > 0) this.#reorganised(change);
    this.onNews({ kind: 'change', change, from });
  }

  sideBlock(block: Block, from: 'own' | 'peer'): void {
    this.#arrived(block, from);
    this.#stale.set(block.id, true);
    this.onNews({ kind: 'side', block, from });
  }

  paymentSeen(payment: Payment, result: AddPaymentResult): void {
    if (result.kind === 'rejected' && result.rejection.code === 'already-known') return;
    if (!this.#sights.has(payment.id)) this.#sights.set(payment.id, this.#clock.now());
    if (result.kind === 'rejected') {
      // One that is in the chain already comes again from whoever has not heard of that.
      const { rejection } = result;
      this.#refusalCount += 1;
      const isRepeated = this.#refusals.some(({ payment: one }) => one.id === payment.id);
      if (isRepeated) return;
      keep(this.#refusals, { at: this.#clock.now(), payment, rejection }, REFUSALS_MAX);
    }
    const code = result.kind === 'rejected' ? result.rejection.code : undefined;
    this.onNews({ kind: 'payment', payment, code });
  }

  statusHeard(status: Status, host: string): void {
    this.#announced(status);
    this.onNews({ kind: 'heard', status, host });
  }

  peerReady(peer: Peer): void {
    this.#announced(peer.status!);
    this.onNews({ kind: 'peer', peer, what: 'joined' });
  }

  peerClaimed(peer: Peer): void {
    const isNew = this.#announced(peer.status!);
    if (isNew) this.onNews({ kind: 'peer', peer, what: 'tip' });
  }

  peerClosed(peer: Peer): void {
    this.onNews({ kind: 'peer', peer, what: 'left' });
  }

  #arrived({ id, header }: Block, from: 'own' | 'peer'): void {
    if (this.#arrivals.has(id)) return;
    this.#blocksSeen += 1;
    if (from === 'own') this.#ownBlocks.set(id, true);
    const at = this.#clock.now();
    const announced = this.#early.get(id) ?? new Map<string, Announcement>();
    this.#early.delete(id);
    const { height, tag } = header;
    this.#arrivals.set(id, { id, height, tag, at, from, announced });
  }

  /** What a block of one's own brought. */
  #rewardOf({ id, transactions }: Block): Amount {
    return this.#ownBlocks.has(id) ? transactions.at(-1)!.amount : 0n;
  }

  /** Whether this is the first time that the peer names this tip. */
  #announced({ session, tag, tipId, time }: Status): boolean {
    const isNewcomer = !this.#clocks.has(session);
    this.#clocks.set(session, time - this.#clock.now());
    let announced = this.#arrivals.get(tipId)?.announced as Map<string, Announcement> | undefined;
    // Where a node stands when it is first heard tells nothing of when it got there: a wallet's
    // command, or a miner that was started an hour later, would seem to be an hour late.
    if (isNewcomer && announced !== undefined) return false;
    if (announced === undefined) {
      announced = this.#early.get(tipId) ?? new Map<string, Announcement>();
      this.#early.set(tipId, announced);
    }
    if (announced.has(session) || announced.size >= ANNOUNCERS_MAX) return false;
    announced.set(session, { tag, at: this.#clock.now() });
    return true;
  }

  #reorganised({ disconnected, connected }: ChainChange): void {
    this.#reorgCount += 1;
    const back = new Set(disconnected.flatMap(idsOfPayments));
    for (const id of connected.flatMap(idsOfPayments)) back.delete(id);
    const reorg: ReorgRecord = {
      at: this.#clock.now(),
      forkHeight: connected[0]!.header.height - 1,
      disconnected: disconnected.slice(0, REORG_BLOCKS_MAX).map(nameOf),
      connected: connected.slice(-REORG_BLOCKS_MAX).map(nameOf),
      disconnectedCount: disconnected.length,
      connectedCount: connected.length,
      returned: back.size,
    };
    keep(this.#reorgs, reorg, REORGS_MAX);
    this.onNews({ kind: 'reorg', reorg });
  }
}

function nameOf({ id, header: { height, tag } }: Block): BlockName {
  return { id, height, tag };
}

function idsOfPayments({ transactions }: Block): TransactionId[] {
  return transactions.flatMap((one) => (one.type === 'payment' ? [one.id] : []));
}

/** Newest first. */
function keep<Record>(records: Record[], record: Record, countMax: number): void {
  records.unshift(record);
  if (records.length > countMax) records.pop();
}
