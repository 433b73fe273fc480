/**
 * What `sync.ts` knows of one peer between two messages.
 * Owns: the shape of it, and the one question that waits for an answer: headers, or the block that
 * it claims. Does not own: when to ask, and what answers are worth.
 */
import type { Chain } from '../consensus/chain.ts';
import type { BlockId, Work } from '../consensus/types.ts';
import type { ElapsedMs, UnixMs } from '../ports.ts';
import { BLOCK_DEADLINE_MS } from './download.ts';
import type { HeaderProof } from './header-proof.ts';
import type { Peer } from './peer.ts';

/** (policy) */
export const HEADERS_DEADLINE_MS = 8_000;
/** (policy) How long one peer has for the block that it claims before others are asked about it. */
export const BLOCK_PATIENCE_MS = 1_000;

/** What is going on with one peer. */
export interface PeerSync {
  readonly peer: Peer;
  /** Set while headers, or the block `wanted`, are asked for; and when that was last. */
  deadline: ElapsedMs | undefined;
  askedAt: ElapsedMs;
  /** The tip of its claim, asked for in the place of headers. */
  wanted: BlockId | undefined;
  notBefore: ElapsedMs;
  /** Counts those that came, were asked or were given up; the least has waited longest. */
  turn: number;
  proof: HeaderProof | undefined;
  /** Ids that a proved run of many messages must pass again, the next one first. */
  milestones: BlockId[];
  /** Requests for headers, and the last for a block, that were given up and may be answered. */
  overdue: number;
  late: BlockId | undefined;
  /** How far its newest header is ahead of our clock, when that is too far. */
  aheadMs: number | undefined;
  /** When that header is early no more, by the clock on the wall, which may be set. */
  earlyUntil: UnixMs | undefined;
  /** What it claimed when it had nothing better than we; a greater claim is asked about at once. */
  doubted: Work | undefined;
}

/** `turn` as in `PeerSync`. */
export function newPeerSync(peer: Peer, turn: number): PeerSync {
  return {
    peer, deadline: undefined, askedAt: 0, wanted: undefined, notBefore: 0, turn,
    proof: undefined, milestones: [], overdue: 0, late: undefined, aheadMs: undefined,
    earlyUntil: undefined, doubted: undefined,
  };
}

export function askHeaders(
  peer: Peer, state: PeerSync, locator: readonly BlockId[], now: ElapsedMs,
): void {
  state.notBefore = 0; // Of a wait that may have ended early; a new one begins with the answer.
  state.earlyUntil = undefined;
  putOff(state, now);
  peer.send({ kind: 'getHeaders', locator });
}

/**
 * Asks about its claim: for its tip, when that is the next block, else for headers. One peer first:
 * false when another owes that block and has been asked just now.
 */
export function askAbout(
  peer: Peer, state: PeerSync, chain: Pick<Chain, 'tip' | 'locator'>,
  { now, others }: { now: ElapsedMs; others: ReadonlyMap<Peer, PeerSync> },
): boolean {
  const { tipId, height } = peer.status!;
  const since = wantedSince(others.values(), tipId);
  if (since !== undefined && now - since < BLOCK_PATIENCE_MS) return false;
  const isNext = height === chain.tip.header.height + 1;
  if (isNext && since === undefined) askBlock(peer, state, tipId, now);
  else askHeaders(peer, state, chain.locator(), now);
  return true;
}

/** Whether no more than a few others should be asked meanwhile. */
export function isWaitedFor(state: PeerSync, now: ElapsedMs): boolean {
  if (state.deadline === undefined) return false;
  return state.wanted === undefined || now - state.askedAt < BLOCK_PATIENCE_MS;
}

function askBlock(peer: Peer, state: PeerSync, id: BlockId, now: ElapsedMs): void {
  state.wanted = id;
  state.askedAt = now;
  state.deadline = now + BLOCK_DEADLINE_MS;
  peer.send({ kind: 'getBlocks', ids: [id] });
}

/** The time for headers begins now. */
export function putOff(state: PeerSync, now: ElapsedMs): void {
  state.askedAt = now;
  state.deadline = now + HEADERS_DEADLINE_MS;
}

/** Whether this is the block that was asked for in the place of headers: that is answered now. */
export function endWant(state: PeerSync, id: BlockId): boolean {
  if (state.wanted !== id) return false;
  state.wanted = undefined;
  state.deadline = undefined;
  return true;
}

/** When the block was asked for in the place of headers, if somebody still owes it. */
function wantedSince(states: Iterable<PeerSync>, id: BlockId): ElapsedMs | undefined {
  for (const { wanted, askedAt } of states) if (wanted === id) return askedAt;
  return undefined;
}

/** Whether this is the last block that was asked for in vain. */
export function endLate(state: PeerSync, id: BlockId): boolean {
  if (state.late !== id) return false;
  state.late = undefined;
  return true;
}

/** Puts it into a list by its turn; there are few, and nearly in order. */
export function queueUp(list: PeerSync[], state: PeerSync): void {
  let place = list.push(state) - 1;
  for (; place > 0 && list[place - 1]!.turn > state.turn; place--) list[place] = list[place - 1]!;
  list[place] = state;
}

/** Nobody waits for the answer any more; one that comes is late, and no fault. */
export function dropQuestion(state: PeerSync): void {
  if (state.wanted !== undefined) state.late = state.wanted;
  else if (state.deadline !== undefined) state.overdue++;
  state.wanted = undefined;
  state.deadline = undefined;
}
