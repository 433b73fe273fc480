/**
 * Fetches the bodies of one proved branch, from several peers at once, and connects them in order.
 *
 * Owns: which block is asked from whom, deadlines, and the bounded window of blocks that arrived
 * ahead of their turn. While some are on their way, others are decoded and their signatures are
 * checked beside the event loop, and those whose turn it is are connected.
 * Does not own: which branch (`sync.ts`), its order (`block-queue.ts`) or what is valid
 * (`consensus/chain.ts`).
 */
import type { AddBlockResult } from '../consensus/chain.ts';
import { decodeBlock } from '../consensus/encoding.ts';
import type { Rejection } from '../consensus/rejection.ts';
import { severityOf } from '../consensus/rejection.ts';
import type { Signatures } from '../consensus/signatures.ts';
import type { Block, BlockId, NetworkId } from '../consensus/types.ts';
import type { Cancel, Clock, ElapsedMs } from '../ports.ts';
import { GET_BLOCKS_MAX } from '../protocol/messages.ts';
import { BlockQueue } from './block-queue.ts';
import { FAULTS_MAX } from './peer.ts';
import type { Peer } from './peer.ts';

/** (policy) Blocks asked from one peer and not yet here, until it is known how large they are. */
export const IN_FLIGHT_AT_FIRST = 32;
/** (policy) The same for small blocks, of which so many have no more than these bytes. */
export const IN_FLIGHT_PEER_MAX = 128;
const IN_FLIGHT_PEER_BYTES = 8_000_000;
/** (policy) Blocks ahead of the next to connect. */
export const WINDOW_BLOCKS = 512;
/** (policy) No more is asked while blocks of this many bytes wait for their turn. */
export const WINDOW_BYTES = 8_000_000;
/** (policy) Blocks beyond these bytes are dropped, and asked for again in their turn. */
const ARRIVED_BYTES_MAX = 2 * WINDOW_BYTES;
/**
 * (policy) A peer that owes blocks and sends none for so long is asked no more. The block that all
 * wait for must come in this time whatever else its peer sends, when another peer may have it.
 */
export const BLOCK_DEADLINE_MS = 15_000;
/**
 * (policy) Blocks that a peer may lack before it is asked for no more of the branch: who lacks one
 * has none that builds on it, and each answer costs us a look at the whole window.
 */
export const LACKS_MAX = 32;
/** Blocks that the mean size is of. */
const MEAN_BLOCKS = 16;
/** (policy) Transactions connected before other events get their turn: some milliseconds. */
const TRANSACTIONS_PER_TURN = 512;

export interface DownloadParts {
  readonly networkId: NetworkId;
  /** (consensus) No block of the network has more bytes. */
  readonly blockBytesMax: number;
  readonly clock: Clock;
  readonly signatures: Signatures;
  /** As `decodeBlock`. */
  readonly decodeBlock?: typeof decodeBlock | undefined;
  /** Peers that may have the branch, the most promising first. */
  sources(): Iterable<Peer>;
  connect(block: Block, from: Peer): AddBlockResult;
  /** The branch is connected, or given up; called once. */
  done(outcome: DownloadOutcome): void;
}

export type DownloadOutcome =
  | { readonly kind: 'complete' }
  | { readonly kind: 'rejected'; readonly rejection: Rejection }
  /** Nobody gives the blocks. */
  | { readonly kind: 'starved' };

/** A block as it came: it is decoded in its turn, since objects cost more to keep than bytes. */
interface Arrived {
  readonly id: BlockId;
  readonly bytes: Uint8Array;
  readonly from: Peer;
  /** On its signatures, once they are there. */
  verdicts: readonly boolean[] | undefined;
}

interface Source {
  /** What it owes, with the time at which it was asked. */
  readonly asked: Map<BlockId, ElapsedMs>;
  /** What it is asked for no more. */
  readonly lacks: Set<BlockId>;
  /** What was taken back from it and may still come. */
  readonly late: Set<BlockId>;
  /** How often it said that it has not what it was asked for. */
  lacked: number;
  deadline: ElapsedMs;
  /** It once held up all others; from then on it is asked only for what nobody else has. */
  isSlow: boolean;
}

export class Download {
  readonly #parts: DownloadParts;
  readonly #queue = new BlockQueue();
  readonly #arrived = new Map<BlockId, Arrived>();
  readonly #sources = new Map<Peer, Source>();
  #arrivedBytes = 0;
  /** About what a block has, by those that came last. */
  #meanBytes = IN_FLIGHT_PEER_BYTES / IN_FLIGHT_AT_FIRST;
  #isDone = false;
  #turn: Cancel | undefined;

  /** `ids` are those of the branch, each the next one's parent; at least one. */
  constructor(ids: readonly BlockId[], parts: DownloadParts) {
    this.#parts = parts;
    this.#queue.append(ids);
  }

  /** Blocks of the branch that are not connected yet. */
  get remaining(): number {
    return this.#queue.total - this.#queue.done;
  }

  get lastId(): BlockId {
    return this.#queue.last!;
  }

  /** Goes on with what follows the last block. */
  append(ids: readonly BlockId[]): void {
    this.#queue.append(ids);
    this.pump();
  }

  /** Asks for what is missing; called at the start and whenever peers come or time passes. */
  pump(): void {
    if (this.#isDone) return;
    if (this.#queue.isAnyMissing(this.#window)) this.#askSources();
    const isOwed = [...this.#sources.values()].some((source) => source.asked.size > 0);
    const { next } = this.#queue;
    const isHere = next === undefined || this.#arrived.has(next);
    if (!isOwed && !isHere) this.#finish({ kind: 'starved' });
  }

  #askSources(): void {
    // Whoever is asked for much already may be asked for the block that all wait for, too.
    const isStuck = this.#queue.isAnyMissing(1);
    let missing: BlockId[] | undefined;
    for (const peer of this.#parts.sources()) {
      if ((this.#sources.get(peer)?.lacked ?? 0) >= LACKS_MAX) continue;
      if (!isStuck && !this.#isFree(peer)) continue;
      missing ??= this.#queue.missing(this.#window);
      if (missing.length === 0) return;
      const wanted = this.#pick(peer, missing);
      for (let first = 0; first < wanted.length; first += GET_BLOCKS_MAX) {
        peer.send({ kind: 'getBlocks', ids: wanted.slice(first, first + GET_BLOCKS_MAX) });
      }
    }
  }

  /** Whether the block was asked from this peer; it may be late. */
  onBlock(peer: Peer, id: BlockId, bytes: Uint8Array): boolean {
    const source = this.#sources.get(peer);
    if (this.#isDone || source === undefined) return false;
    if (!source.asked.delete(id) && !source.late.delete(id)) return false;
    source.deadline = this.#parts.clock.elapsed() + BLOCK_DEADLINE_MS;
    if (this.#arrived.has(id) || !this.#queue.isWithin(id, WINDOW_BLOCKS)) return true;
    const isRoom = this.#arrivedBytes + bytes.length <= ARRIVED_BYTES_MAX;
    if (!isRoom && id !== this.#queue.next) {
      // Until there is room, only the block that all wait for is asked for.
      this.#giveBack(id);
      return true;
    }
    if (bytes.length > this.#parts.blockBytesMax) {
      this.#giveBack(id);
      peer.penalise(FAULTS_MAX, 'sent a block that is too large');
      return true;
    }
    this.#queue.take(id);
    this.#keep({ id, bytes, from: peer, verdicts: undefined });
    this.pump();
    return true;
  }

  /** Takes a block of the branch that came unasked, as if it had been asked for. */
  give(peer: Peer, id: BlockId, bytes: Uint8Array): void {
    this.#queue.take(id);
    this.#sourceOf(peer).asked.set(id, this.#parts.clock.elapsed());
    this.onBlock(peer, id, bytes);
  }

  /** Until its turn has come; its signatures are checked meanwhile. */
  #keep(arrived: Arrived): void {
    const { id, bytes } = arrived;
    this.#arrived.set(id, arrived);
    this.#arrivedBytes += bytes.length;
    this.#meanBytes += (bytes.length - this.#meanBytes) / MEAN_BLOCKS;
    this.#parts.signatures.prefetchBlock(bytes, (verdicts) => {
      arrived.verdicts = verdicts;
      this.#connectReady();
    });
  }

  onNotFound(peer: Peer, id: BlockId): void {
    const source = this.#sources.get(peer);
    if (source?.asked.delete(id) !== true) return;
    source.lacks.add(id);
    source.lacked++;
    this.#giveBack(id);
    this.pump();
  }

  onClosed(peer: Peer): void {
    const source = this.#sources.get(peer);
    if (source === undefined) return;
    this.#sources.delete(peer);
    for (const id of source.asked.keys()) this.#giveBack(id);
    this.pump();
  }

  /** Called every second: takes requests back from peers that do not deliver. */
  sweep(now: ElapsedMs): void {
    for (const [peer, source] of this.#sources) {
      if (source.asked.size === 0 || now < source.deadline) continue;
      for (const id of source.asked.keys()) source.lacks.add(id);
      this.#takeBack(source);
      source.isSlow = true;
      // Who says nothing at all may be cut off, and nobody is to blame: see `sync.ts`.
      if (peer.heardAt <= source.deadline - BLOCK_DEADLINE_MS) continue;
      peer.penalise(FAULTS_MAX / 2, 'does not send the blocks that it has');
    }
    this.#takeNextBack(now);
    this.pump();
  }

  stop(): void {
    this.#isDone = true;
    this.#turn?.();
  }

  /** Each block renews its peer's deadline, so one now and then would hold up everything. */
  #takeNextBack(now: ElapsedMs): void {
    const { next } = this.#queue;
    if (next === undefined) return;
    for (const [peer, source] of this.#sources) {
      const askedAt = source.asked.get(next);
      if (askedAt === undefined || now - askedAt < BLOCK_DEADLINE_MS) continue;
      if (!this.#othersMayHave(peer, next)) continue;
      this.#takeBack(source);
      source.isSlow = true;
    }
  }

  #othersMayHave(peer: Peer, id: BlockId): boolean {
    for (const other of this.#parts.sources()) {
      if (other === peer) continue;
      const source = this.#sources.get(other);
      if (source === undefined) return true;
      if (!source.isSlow && source.lacked < LACKS_MAX && !source.lacks.has(id)) return true;
    }
    return false;
  }

  /** How many of the next blocks may be asked for. */
  get #window(): number {
    // With a full window only the block that everything waits for is worth asking for.
    return this.#arrivedBytes > WINDOW_BYTES ? 1 : WINDOW_BLOCKS;
  }

  #mayAsk(source: Source, id: BlockId): boolean {
    return source.asked.size < this.#inFlightMax || id === this.#queue.next;
  }

  get #inFlightMax(): number {
    const count = Math.floor(IN_FLIGHT_PEER_BYTES / this.#meanBytes);
    return Math.max(2, Math.min(count, IN_FLIGHT_PEER_MAX));
  }

  /** Asking in halves keeps a peer busy without a message for each block. */
  #isFree(peer: Peer): boolean {
    return (this.#sources.get(peer)?.asked.size ?? 0) <= this.#inFlightMax / 2;
  }

  /** Takes out of `missing` what this peer shall send. */
  #pick(peer: Peer, missing: BlockId[]): BlockId[] {
    const source = this.#sourceOf(peer);
    const wanted: BlockId[] = [];
    const now = this.#parts.clock.elapsed();
    for (let index = 0; index < missing.length && this.#mayAsk(source, missing[index]!); ) {
      const id = missing[index]!;
      if (source.lacks.has(id) || (source.isSlow && this.#othersMayHave(peer, id))) {
        index++;
        continue;
      }
      if (source.asked.size === 0) source.deadline = now + BLOCK_DEADLINE_MS;
      missing.splice(index, 1);
      this.#queue.take(id);
      source.asked.set(id, now);
      wanted.push(id);
    }
    return wanted;
  }

  #sourceOf(peer: Peer): Source {
    let source = this.#sources.get(peer);
    if (source === undefined) {
      source = {
        asked: new Map(), lacks: new Set(), late: new Set(), lacked: 0, deadline: 0, isSlow: false,
      };
      this.#sources.set(peer, source);
    }
    return source;
  }

  #connectReady(): void {
    if (this.#turn !== undefined) return;
    let budget = TRANSACTIONS_PER_TURN;
    while (!this.#isDone) {
      const id = this.#queue.next;
      const arrived = id === undefined ? undefined : this.#arrived.get(id);
      if (id === undefined || arrived?.verdicts === undefined) break;
      if (budget <= 0) {
        this.#turn = this.#parts.clock.after(0, () => {
          this.#turn = undefined;
          this.#connectReady();
        });
        break;
      }
      budget -= arrived.verdicts.length + 1;
      this.#arrived.delete(id);
      this.#arrivedBytes -= arrived.bytes.length;
      this.#decode(arrived, arrived.verdicts);
    }
    if (this.#queue.next === undefined) this.#finish({ kind: 'complete' });
    else this.pump();
  }

  #decode({ id, bytes, from }: Arrived, verdicts: readonly boolean[]): void {
    const block = (this.#parts.decodeBlock ?? decodeBlock)(bytes, this.#parts.networkId);
    if (block === undefined) {
      // Somebody else may have the right bytes of this header.
      this.#refuse(from, id);
      return from.penalise(FAULTS_MAX, 'sent a block that does not decode');
    }
    this.#parts.signatures.remember(block, verdicts);
    this.#connect(block, from);
  }

  #connect(block: Block, from: Peer): void {
    const result = this.#parts.connect(block, from);
    if (result.kind !== 'rejected') return this.#queue.advance();
    if (severityOf(result.rejection) !== 'mutated') {
      return this.#finish({ kind: 'rejected', rejection: result.rejection });
    }
    // The header is good, the body was not its own: somebody else may have the right one.
    this.#refuse(from, block.id);
    from.penaliseFor(result.rejection);
  }

  /** What this peer has sent for the block is of no use. */
  #refuse(from: Peer, id: BlockId): void {
    this.#sources.get(from)?.lacks.add(id);
    this.#giveBack(id);
  }

  /** It has to be asked for again, unless somebody else has brought it meanwhile. */
  #giveBack(id: BlockId): void {
    if (!this.#arrived.has(id)) this.#queue.giveBack(id);
  }

  /** What it was asked for may be asked from others, and may still come. */
  #takeBack(source: Source): void {
    for (const id of source.asked.keys()) {
      source.late.add(id);
      this.#giveBack(id);
    }
    source.asked.clear();
  }

  #finish(outcome: DownloadOutcome): void {
    if (this.#isDone) return;
    this.stop();
    this.#parts.done(outcome);
  }
}
