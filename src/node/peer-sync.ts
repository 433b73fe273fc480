/**
 * What `sync.ts` knows of one peer between two messages.
 * Owns: the shape of it, and how it begins. Does not own: any change of it.
 */
import type { BlockId, Work } from '../consensus/types.ts';
import type { ElapsedMs, UnixMs } from '../ports.ts';
import type { HeaderProof } from './header-proof.ts';

/** What is going on with one peer. */
export interface PeerSync {
  /** Set while headers are asked for. */
  deadline: ElapsedMs | undefined;
  notBefore: ElapsedMs;
  /** Counts those that came, were asked or were given up; the least has waited longest. */
  turn: number;
  proof: HeaderProof | undefined;
  /** Ids that a proved run of many messages must pass again, the next one first. */
  milestones: BlockId[];
  /** Requests that were given up and may still be answered. */
  overdue: number;
  /** How far its newest header is ahead of our clock, when that is too far. */
  aheadMs: number | undefined;
  /** When that header is early no more, by the clock on the wall, which may be set. */
  earlyUntil: UnixMs | undefined;
  /** What it claimed when it had nothing better than we; a greater claim is asked about at once. */
  doubted: Work | undefined;
}

/** `turn` as in `PeerSync`. */
export function newPeerSync(turn: number): PeerSync {
  return {
    deadline: undefined, notBefore: 0, turn, proof: undefined, milestones: [], overdue: 0,
    aheadMs: undefined, earlyUntil: undefined, doubted: undefined,
  };
}
