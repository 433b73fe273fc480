/**
 * What the page knows of the chain right now, and how an event changes it. Pure.
 *
 * Owns: merging what was read with what happened meanwhile: either may be the newer.
 * Does not own: reading and listening (`live.ts`), words for what happened (`words/happenings.ts`).
 */
import type { BlockSummary, Reorg, Tree, TreeBlock } from '../api/schema/chain.ts';
import type { ChainEvent, EventData } from '../api/schema/events.ts';
import type { Peer, RatePoint, Status } from '../api/schema/network.ts';
import { arrivalOf } from './chain/replay.ts';

/** (policy) Heights that the strip of blocks goes back. */
export const RECENT_HEIGHTS = 12;
const RECENT_BLOCKS_MAX = 60;
/** (policy) Points of the hash rate: ten minutes, when there is one each second. */
const RATES_MAX = 600;
const HAPPENINGS_MAX = 30;
const PEERS_MAX = 500;

/** A block of the strip; a branch's may be known from the tree alone, without its contents. */
export type RecentBlock = TreeBlock & Partial<Pick<BlockSummary, 'transactions' | 'paid'>>;

export type Happening =
  | { readonly kind: 'block'; readonly at: number; readonly block: RecentBlock }
  | { readonly kind: 'reorg'; readonly at: number; readonly event: Reorg }
  | { readonly kind: 'payment'; readonly at: number; readonly event: EventData<'payment'> }
  | { readonly kind: 'peer'; readonly at: number; readonly event: EventData<'peer'> };

export interface LiveState {
  readonly status: Status | undefined;
  /** Of the last heights, highest first; rivals of one height in the order of their ids. */
  readonly blocks: readonly RecentBlock[];
  readonly peers: readonly Peer[];
  /** Oldest first. */
  readonly rates: readonly RatePoint[];
  /** Newest first. */
  readonly happenings: readonly Happening[];
}

export const NOTHING_KNOWN: LiveState = {
  status: undefined, blocks: [], peers: [], rates: [], happenings: [],
};

/** What was read all at once. */
export interface Reading {
  readonly status: Status;
  readonly blocks: readonly BlockSummary[];
  readonly tree: Tree;
  readonly peers: readonly Peer[];
  readonly rates: readonly RatePoint[];
}

/** Takes what was read. Events that came while it was being read are in `state`, and stay. */
export function withReading(state: LiveState, reading: Reading): LiveState {
  const { status, blocks, tree, peers, rates } = reading;
  const isNewer = state.status === undefined || state.status.now_ms <= status.now_ms;
  const read = mergeBlocks(tree.blocks, blocks);
  // What was read is right about which branch is the main one, unless something came since.
  const merged = isNewer ? mergeBlocks(state.blocks, read) : mergeBlocks(read, state.blocks);
  return {
    status: isNewer ? status : state.status,
    blocks: recentOf(merged),
    peers: peers.slice(0, PEERS_MAX),
    rates: mergeRates(rates, state.rates),
    happenings: withBlocksOf(state.happenings, read),
  };
}

/** A page that was opened just now has seen nothing happen, but blocks tell when they came. */
function withBlocksOf(
  happenings: readonly Happening[], blocks: readonly RecentBlock[],
): readonly Happening[] {
  const told = new Set(happenings.map((one) => (one.kind === 'block' ? one.block.id : '')));
  const untold = blocks.filter(({ id, height }) => height > 0 && !told.has(id)).map(
    (block): Happening => ({ kind: 'block', at: arrivalOf(block), block }));
  return [...happenings, ...untold].sort((a, b) => b.at - a.at).slice(0, HAPPENINGS_MAX);
}

export function withEvent(state: LiveState, event: ChainEvent): LiveState {
  switch (event.kind) {
    case 'status': return { ...state, status: event.data };
    case 'block': return withNewBlock(state, event.data.block);
    case 'reorg': return withHappening({ ...state, blocks: reorganised(state.blocks, event.data) },
      { kind: 'reorg', at: event.data.at_ms, event: event.data });
    case 'payment': return withHappening(state,
      { kind: 'payment', at: event.data.at_ms, event: event.data });
    case 'hashrate': return { ...state, rates: mergeRates(state.rates, [event.data]) };
    case 'peer': return withPeer(state, event.data);
    case 'reset': return state; // Everything is read again.
  }
}

function withNewBlock(state: LiveState, block: BlockSummary): LiveState {
  const changed = { ...state, blocks: withBlock(state.blocks, block) };
  return withHappening(changed, { kind: 'block', at: arrivalOf(block), block });
}

function withHappening(state: LiveState, happening: Happening): LiveState {
  return { ...state, happenings: [happening, ...state.happenings].slice(0, HAPPENINGS_MAX) };
}

function withPeer(state: LiveState, event: EventData<'peer'>): LiveState {
  const before = state.peers.find((one) => one.session === event.peer.session);
  const others = state.peers.filter((one) => one !== before);
  // What is heard on the air says nothing of a link that there is.
  const peer = event.kind === 'heard' && before !== undefined && before.link !== 'none'
    ? { ...event.peer, ...linkOf(before) } : event.peer;
  const peers = event.kind === 'left' ? others : [...others, peer].slice(0, PEERS_MAX);
  const changed = { ...state, peers };
  return event.kind === 'joined' || event.kind === 'left'
    ? withHappening(changed, { kind: 'peer', at: event.at_ms, event }) : changed;
}

function linkOf({ link, address, latency_ms, clock_offset_ms }: Peer): Partial<Peer> {
  return { link, address, latency_ms, clock_offset_ms };
}

/** A new block of the main chain puts others of its height beside it. */
function withBlock(blocks: readonly RecentBlock[], block: BlockSummary): RecentBlock[] {
  const others = block.standing !== 'main' ? blocks : blocks.map((one) =>
    (one.height >= block.height && one.standing === 'main' ? { ...one, standing: 'side' as const }
      : one));
  return recentOf(mergeBlocks(others, [block]));
}

function reorganised(blocks: readonly RecentBlock[], reorg: Reorg): RecentBlock[] {
  const lost = new Set(reorg.disconnected.map(({ id }) => id));
  const won = new Set(reorg.connected.map(({ id }) => id));
  return blocks.map((one) => {
    if (lost.has(one.id)) return { ...one, standing: 'side' };
    return won.has(one.id) ? { ...one, standing: 'main' } : one;
  });
}

/** All blocks of both; what the later list says of a block counts. */
function mergeBlocks(
  earlier: readonly RecentBlock[], later: readonly RecentBlock[],
): RecentBlock[] {
  const byId = new Map(earlier.map((one) => [one.id, one]));
  for (const one of later) byId.set(one.id, { ...byId.get(one.id), ...one });
  return [...byId.values()];
}

function recentOf(blocks: readonly RecentBlock[]): RecentBlock[] {
  const sorted = [...blocks].sort((a, b) => b.height - a.height || (a.id < b.id ? -1 : 1));
  const top = sorted[0]?.height ?? 0;
  return sorted.filter((one) => one.height > top - RECENT_HEIGHTS).slice(0, RECENT_BLOCKS_MAX);
}

function mergeRates(earlier: readonly RatePoint[], later: readonly RatePoint[]): RatePoint[] {
  const byTime = new Map([...earlier, ...later].map((point) => [point.at_ms, point]));
  return [...byTime.values()].sort((a, b) => a.at_ms - b.at_ms).slice(-RATES_MAX);
}
