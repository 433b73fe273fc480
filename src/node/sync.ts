/**
 * Follows the chain with the most work: asks peers that claim more for headers, believes only what
 * the headers prove, and then fetches the blocks. Who claims one block more is asked for the block.
 *
 * Owns: whom to ask for what and when, and the one download at a time.
 * Does not own: validity (`consensus/chain.ts`), links (`peer-table.ts`). Fork choice never acts on
 * a claim: a claim is only a reason to ask.
 */
import type { AddBlockResult, Chain } from '../consensus/chain.ts';
import { idOfHeader } from '../consensus/header-ids.ts';
import { CLOCK_DRIFT_MAX_MS } from '../consensus/params.ts';
import { severityOf } from '../consensus/rejection.ts';
import type { Rejection } from '../consensus/rejection.ts';
import type { Signatures } from '../consensus/signatures.ts';
import type { Block, BlockHeader, BlockId, Work } from '../consensus/types.ts';
import type { Clock, Log } from '../ports.ts';
import { HEADERS_MAX } from '../protocol/messages.ts';
import { Download } from './download.ts';
import type { DownloadOutcome } from './download.ts';
import { HeaderProof, unknownAmong } from './header-proof.ts';
import { FAULTS_MAX } from './peer.ts';
import type { Peer } from './peer.ts';
import {
  askAbout, askHeaders, dropQuestion, endLate, endWant, isWaitedFor, newPeerSync, putOff,
  queueUp,
} from './peer-sync.ts';
import type { PeerSync } from './peer-sync.ts';
import type { SharedWork } from './shared-work.ts';
import { viewOf } from './sync-view.ts';
import type { SyncView } from './sync-view.ts';
import { UnaskedBlocks } from './unasked-blocks.ts';

/** (policy) Peers that are asked for headers at the same time. */
export const HEADER_REQUESTS_MAX = 4;
/** (policy) How soon a peer that had nothing better is asked again. */
export const ASK_AGAIN_MS = 2_000;

export interface SyncParts {
  readonly chain: Chain;
  readonly signatures: Signatures;
  readonly clock: Clock;
  readonly log: Log;
  /** As in `NodeParts`. */
  readonly shared?: SharedWork | undefined;
  peers(): readonly Peer[];
  addBlock(block: Block, from: Peer): AddBlockResult;
  /** A download has ended, one way or the other. */
  settled(): void;
}

/** (policy) Of `FAULTS_MAX`, for a claim that the headers do not bear out. */
const EMPTY_CLAIM_POINTS = 5;
/** (policy) Early headers are asked for again when their time has come, or after this. */
const EARLY_WAIT_MAX_MS = 60_000;

export class Sync {
  readonly #parts: SyncParts;
  readonly #states = new Map<Peer, PeerSync>();
  readonly #unasked: UnaskedBlocks;
  #turns = 0;
  /** The most that any peer has claimed: who has as much need not look at each of them. */
  #claimedMost: Work = 0n;
  #download: Download | undefined;

  constructor(parts: SyncParts) {
    this.#parts = parts;
    this.#unasked = new UnaskedBlocks(parts.chain, parts.shared?.headerIn);
  }

  get view(): SyncView {
    const states = [...this.#states.values()];
    return viewOf(this.#parts.peers(), states, this.#download !== undefined);
  }

  /** Whether a peer claims more work than we have, and has not failed to show it just now. */
  get isBehind(): boolean {
    if (this.#download !== undefined) return true;
    for (const state of this.#states.values()) if (this.#isPromising(state)) return true;
    return false;
  }

  /** Whether `sweep` has nothing to do until a peer says something. */
  get isResting(): boolean {
    if (this.#download !== undefined) return false;
    const { work } = this.#parts.chain.tip;
    for (const { peer, deadline } of this.#states.values()) {
      if (deadline !== undefined || (peer.status?.work ?? 0n) > work) return false;
    }
    return true;
  }

  /** Blocks of the running download that are not connected yet; the one being connected counts. */
  get remaining(): number {
    return this.#download?.remaining ?? 0;
  }

  /** A peer is ready, or says that it has a new tip. */
  onStatus(peer: Peer): void {
    const state = this.#states.get(peer);
    if (state === undefined) {
      this.#states.set(peer, newPeerSync(peer, this.#turns++));
    } else if (state.doubted !== undefined && peer.status!.work > state.doubted) {
      state.doubted = undefined;
      state.notBefore = 0;
    }
    const { work } = peer.status!;
    if (work > this.#claimedMost) this.#claimedMost = work;
    // Most of what peers say is that they have come to our own tip: nobody is to be asked.
    if (work > this.#parts.chain.tip.work) this.step();
  }

  /**
   * Asks whoever is worth asking; cheap, and called after everything that may have changed that.
   */
  step(): void {
    this.#download?.pump();
    if (this.#download !== undefined || this.#claimedMost <= this.#parts.chain.tip.work) return;
    const now = this.#parts.clock.elapsed();
    let asked = 0;
    for (const state of this.#states.values()) if (isWaitedFor(state, now)) asked++;
    for (const state of this.#promising()) {
      if (asked >= HEADER_REQUESTS_MAX) return;
      if (state.deadline !== undefined) continue;
      if (!askAbout(state.peer, state, this.#parts.chain, { now, others: this.#states })) continue;
      state.turn = this.#turns++;
      asked++;
    }
  }

  onHeaders(peer: Peer, headers: readonly BlockHeader[]): void {
    const state = this.#states.get(peer);
    if (state !== undefined && state.overdue > 0) {
      // Answers come in the order of the questions: this one is late, and no fault of the sender's.
      state.overdue--;
      return;
    }
    const isAsked = state?.deadline !== undefined && state.wanted === undefined;
    if (!isAsked) return peer.penalise(FAULTS_MAX / 5, 'unasked headers');
    state.deadline = undefined;
    this.#useHeaders(peer, state, headers);
    this.step();
  }

  onBlock(peer: Peer, bytes: Uint8Array, id: BlockId): void {
    peer.shownId = id;
    // One that comes after its request was given up is no fault of the sender's.
    if (this.#download?.onBlock(peer, id, bytes) === true) return;
    const state = this.#states.get(peer);
    if (state === undefined) return;
    const isWanted = endWant(state, id);
    if (isWanted) this.#unasked.expect(peer);
    const isNews = this.#takeUnasked(peer, state, bytes, id);
    if (isWanted) return this.#askOn(peer, state);
    if (!isNews && !endLate(state, id)) peer.penalise(1, 'unasked block');
  }

  onNotFound(peer: Peer, id: BlockId): void {
    this.#download?.onNotFound(peer, id);
    const state = this.#states.get(peer);
    if (state !== undefined && endWant(state, id)) this.#askOn(peer, state);
  }

  onClosed(peer: Peer): void {
    this.#states.delete(peer);
    this.#download?.onClosed(peer);
    this.step();
  }

  /** Called every second. */
  sweep(): void {
    const now = this.#parts.clock.elapsed();
    for (const state of this.#states.values()) {
      if (state.deadline === undefined || now < state.deadline) continue;
      if (state.proof !== undefined && this.#download !== undefined) {
        putOff(state, now); // Blocks that we asked for come first.
        continue;
      }
      dropQuestion(state);
      this.#giveUp(state, 4 * ASK_AGAIN_MS);
      // Who says nothing at all may be cut off: `Peer` closes such a link, and nobody is to blame.
      if (state.peer.heardAt <= state.askedAt) continue;
      state.peer.penalise(FAULTS_MAX / 4, 'claims a chain and sends no headers');
    }
    this.#download?.sweep(now);
    this.step();
  }

  stop(): void {
    this.#download?.stop();
  }

  #isPromising(state: PeerSync): boolean {
    if (!state.peer.isReady) return false;
    const claimsMore = state.peer.status!.work > this.#parts.chain.tip.work;
    const { clock } = this.#parts;
    return claimsMore && (clock.elapsed() >= state.notBefore
      || (state.earlyUntil !== undefined && clock.now() >= state.earlyUntil));
  }

  /**
   * Peers that claim more than we have, who has waited longest first: by their claims, a few liars
   * would take all turns.
   */
  #promising(): PeerSync[] {
    const found: PeerSync[] = [];
    for (const state of this.#states.values()) if (this.#isPromising(state)) queueUp(found, state);
    return found;
  }

  #ask(peer: Peer, state: PeerSync, locator: readonly BlockId[]): void {
    state.turn = this.#turns++;
    askHeaders(peer, state, locator, this.#parts.clock.elapsed());
  }

  /** Unless its block was as good as its claim, its headers must show why. */
  #askOn(peer: Peer, state: PeerSync): void {
    const isFree = state.deadline === undefined && this.#download === undefined;
    if (!isFree || !this.#isPromising(state)) return this.step();
    this.#ask(peer, state, this.#parts.chain.locator());
  }

  #giveUp(state: PeerSync, forMs: number): void {
    state.proof = undefined;
    state.milestones = [];
    state.turn = this.#turns++;
    state.notBefore = this.#parts.clock.elapsed() + forMs;
  }

  #useHeaders(peer: Peer, state: PeerSync, headers: readonly BlockHeader[]): void {
    const isFull = headers.length === HEADERS_MAX;
    const unknown = state.proof === undefined ? unknownAmong(headers, this.#parts.chain) : headers;
    const [first] = unknown;
    if (first === undefined && state.proof !== undefined && this.#download !== undefined) {
      state.proof = undefined; // What is being fetched was all there is.
      state.milestones = [];
      return;
    }
    if (first === undefined) {
      const last = headers.at(-1);
      const known = last && this.#parts.chain.find({ id: idOfHeader(last), header: last });
      if (!isFull || known === undefined) return this.#doubt(peer, state);
      // More of them must follow from here, so that nobody can send the same ones for ever.
      state.proof = new HeaderProof(this.#parts.chain, known);
      return this.#ask(peer, state, [known.id]);
    }
    if (state.proof !== undefined && first.previousId !== state.proof.lastId) {
      // Other headers than those that follow: it lies, or has left that branch for a better one.
      this.#giveUp(state, ASK_AGAIN_MS);
      return peer.penalise(FAULTS_MAX / 5, 'headers that do not go on');
    }
    const fork = state.proof?.fork ?? this.#parts.chain.parentOf(first);
    if (fork === undefined) {
      this.#giveUp(state, ASK_AGAIN_MS);
      return peer.penalise(FAULTS_MAX / 2, 'headers that hang in the air');
    }
    state.proof ??= new HeaderProof(this.#parts.chain, fork);
    const result = state.proof.extend(unknown, this.#parts.clock.now());
    if (result.kind === 'extended') return this.#useProof(peer, state, isFull);
    if (result.kind === 'disconnected') {
      this.#giveUp(state, ASK_AGAIN_MS);
      return peer.penalise(FAULTS_MAX, 'headers that do not follow each other');
    }
    this.#useRejected(peer, state, result);
  }

  /** Headers before the bad one may still be worth having; an early one becomes good by waiting. */
  #useRejected(
    peer: Peer,
    state: PeerSync,
    { rejection, header }: { rejection: Rejection; header: BlockHeader },
  ): void {
    const isEarly = severityOf(rejection) === 'early';
    const { proof } = state;
    const aheadMs = header.time - this.#parts.clock.now();
    const waitMs = Math.min(aheadMs - CLOCK_DRIFT_MAX_MS + 1, EARLY_WAIT_MAX_MS);
    this.#giveUp(state, isEarly ? waitMs : ASK_AGAIN_MS);
    if (isEarly) {
      state.aheadMs = aheadMs;
      state.earlyUntil = header.time - CLOCK_DRIFT_MAX_MS + 1;
    } else peer.penaliseFor(rejection);
    const isBetter = proof !== undefined && proof.work > this.#parts.chain.tip.work;
    if (isEarly && isBetter && proof.milestones.length === 0) this.#fetch(peer, state, proof.batch);
  }

  #useProof(peer: Peer, state: PeerSync, isFull: boolean): void {
    const proof = state.proof!;
    state.aheadMs = undefined;
    // Another peer may have brought some of the blocks meanwhile.
    const { chain } = this.#parts;
    const next = state.milestones.findIndex((id) => chain.header(id) === undefined);
    state.milestones = next < 0 ? [] : state.milestones.slice(next);
    const [milestone] = state.milestones;
    if (milestone !== undefined) {
      // Messages need not end where they did: the chain may have grown, or be ours to begin with.
      const ids = new Set(proof.batch.map((entry) => entry.id));
      if (!ids.has(milestone)) {
        this.#giveUp(state, ASK_AGAIN_MS);
        return peer.penalise(FAULTS_MAX / 2, 'other headers than it proved');
      }
      state.milestones = state.milestones.filter((id) => !ids.has(id));
      if (state.milestones.length === 0 && !isFull) state.proof = undefined;
      return this.#fetch(peer, state, proof.batch);
    }
    if (proof.work > chain.tip.work) {
      const { header } = proof.batch[0]!;
      const isNext = header.previousId === this.#download?.lastId;
      if (isNext || chain.parentOf(header) !== undefined) {
        if (!isFull) state.proof = undefined;
        return this.#fetch(peer, state, proof.batch);
      }
      state.proof = undefined;
      state.milestones = [...proof.milestones];
      return this.#ask(peer, state, [proof.fork.id]);
    }
    if (isFull) return this.#ask(peer, state, [proof.lastId]);
    this.#doubt(peer, state);
  }

  /** It had nothing better: an honest claim may have been overtaken, a liar's is wearing thin. */
  #doubt(peer: Peer, state: PeerSync): void {
    this.#giveUp(state, ASK_AGAIN_MS);
    state.doubted = peer.status!.work;
    if (peer.status!.work <= this.#parts.chain.tip.work) return;
    peer.penalise(EMPTY_CLAIM_POINTS, 'claims work it has not');
  }

  /** A block that nobody asked for; false when it is no news. A branch under way goes first. */
  #takeUnasked(peer: Peer, state: PeerSync, bytes: Uint8Array, id: BlockId): boolean {
    const found = this.#unasked.judge(peer, bytes, id, this.#parts.clock.now());
    if (found.kind === 'rejected') peer.penaliseFor(found.rejection);
    if (found.kind === 'better') state.aheadMs = undefined;
    const isFree = state.proof === undefined && this.#download === undefined;
    if (found.kind === 'better' && isFree) this.#fetch(peer, state, found.batch, bytes);
    return found.kind !== 'noise';
  }

  /** One branch at a time: another has to be shown again later. `given` is its only block. */
  #fetch(source: Peer, state: PeerSync, batch: HeaderProof['batch'], given?: Uint8Array): void {
    const [first] = batch;
    if (first === undefined) return;
    const ids = batch.map((entry) => entry.id);
    const running = this.#download;
    if (running?.lastId === first.header.previousId) return running.append(ids);
    if (running !== undefined) return this.#giveUp(state, 0);
    const { chain, clock, signatures, addBlock } = this.#parts;
    const run: Download = new Download(ids, {
      networkId: chain.networkId,
      blockBytesMax: chain.params.blockBytesMax,
      clock,
      signatures,
      decodeBlock: this.#parts.shared?.decodeBlock,
      sources: () => this.#sourcesOf(source),
      connect: (block, from) => {
        this.#askAhead(source, run);
        return addBlock(block, from);
      },
      done: (outcome) => this.#fetched(source, outcome, run.lastId),
    });
    this.#download = run;
    if (given === undefined) run.pump();
    else run.give(source, run.lastId, given);
  }

  /** Asks for the next headers of a long branch while the blocks of the last ones still come. */
  #askAhead(source: Peer, run: Download): void {
    if (run.remaining > HEADERS_MAX) return;
    const state = this.#states.get(source);
    if (state?.proof === undefined || state.deadline !== undefined) return;
    this.#ask(source, state, [state.proof.lastId]);
  }

  /**
   * The peer that showed the headers first, then all that claim more than we have: even who has the
   * last block alone shall not be the only one that may send the first ones.
   */
  *#sourcesOf(source: Peer): Iterable<Peer> {
    if (source.isReady) yield source;
    const { work } = this.#parts.chain.tip;
    for (const peer of this.#parts.peers()) {
      if (peer !== source && peer.status!.work > work) yield peer;
    }
  }

  #fetched(source: Peer, outcome: DownloadOutcome, lastId: BlockId): void {
    this.#download = undefined;
    const state = this.#states.get(source);
    if (outcome.kind === 'rejected') {
      source.penaliseFor(outcome.rejection);
      this.#parts.log.warn('branch refused', { code: outcome.rejection.code, from: source.remote });
    }
    if (state !== undefined && outcome.kind !== 'complete') {
      dropQuestion(state); // Asked ahead: of no use any more.
      this.#giveUp(state, ASK_AGAIN_MS);
    }
    const isMore = state?.proof !== undefined && state.deadline === undefined;
    if (isMore) this.#ask(source, state, [lastId]);
    this.#parts.settled();
    this.step();
  }
}
