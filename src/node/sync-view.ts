/**
 * The sync at one moment, for screens and the API.
 * Owns: what of it is shown. Does not own: the sync (`sync.ts`).
 */
import type { Peer } from './peer.ts';
import type { PeerSync } from './peer-sync.ts';

export interface SyncView {
  readonly isDownloading: boolean;
  /** The greatest height that a peer claims; a hint for progress bars. */
  readonly claimedHeight: number;
  /** How far most peers are ahead of our clock, in ms, when they are too far. */
  readonly clockBehindMs: number | undefined;
}

/** `states` are those of all peers. */
export function viewOf(
  peers: readonly Peer[], states: readonly PeerSync[], isDownloading: boolean,
): SyncView {
  const heights = peers.map((peer) => peer.status!.height);
  const ahead = states.flatMap((state) => state.aheadMs ?? []);
  const isBehind = ahead.length > 0 && ahead.length * 2 > states.length;
  return {
    isDownloading,
    claimedHeight: Math.max(0, ...heights),
    clockBehindMs: isBehind ? Math.min(...ahead) : undefined,
  };
}
