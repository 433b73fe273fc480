/**
 * How long news of blocks took, from times that nodes had them. Pure.
 *
 * Owns: delays after the first node, their curve, and the share of blocks that a delay costs.
 * Does not own: when a node had a block: that is what it said, as it came here.
 */
import type { Propagation } from '../../../api/schema/network.ts';

/** The session by which this node stands among others. */
export const HERE = '';

/** A node that had a block. */
export interface Holder {
  readonly session: string;
  readonly tag: string;
  /** After the first node that had it: 0 for that one. */
  readonly delayMs: number;
}

/** All that had a block, first one first; this node is one of them. */
export function holdersOf({ arrivals }: Pick<Propagation, 'arrivals'>): Holder[] {
  const all = [{ session: HERE, tag: '', after_ms: 0 }, ...arrivals];
  const first = Math.min(...all.map(({ after_ms }) => after_ms));
  return all.map(({ session, tag, after_ms }) => ({ session, tag, delayMs: after_ms - first }))
    .sort((a, b) => a.delayMs - b.delayMs);
}

/** Delays of all nodes but each block's first, which needed no news; shortest first. */
export function delaysOf(blocks: readonly Pick<Propagation, 'arrivals'>[]): number[] {
  return blocks.flatMap((block) => holdersOf(block).slice(1).map(({ delayMs }) => delayMs))
    .sort((a, b) => a - b);
}

/** The least delay that at least such a share does not exceed; of none it is undefined. */
export function quantileOf(sorted: readonly number[], share: number): number | undefined {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}

/** Of none it is undefined. */
export function meanOf(values: readonly number[]): number | undefined {
  if (values.length === 0) return undefined;
  return values.reduce((sum, one) => sum + one, 0) / values.length;
}

/** (policy) Steps of a curve. */
const STEPS_MAX = 200;

export interface Curve {
  readonly delaysMs: number[];
  /** Nodes that have the block by then, 0 to 1. */
  readonly shares: number[];
}

/** The cumulative curve through sorted delays, from nobody at 0 ms to all. */
export function curveOf(sorted: readonly number[]): Curve {
  const delaysMs = [0];
  const shares = [sorted.filter((one) => one <= 0).length / Math.max(1, sorted.length)];
  const each = Math.max(1, Math.ceil(sorted.length / STEPS_MAX));
  for (const [index, delay] of sorted.entries()) {
    const isLast = index === sorted.length - 1;
    // Of equal delays the last one says how many there are; xs of a chart must grow.
    if ((index % each !== each - 1 && !isLast) || delay <= 0) continue;
    if (delay === delaysMs.at(-1)) shares[shares.length - 1] = (index + 1) / sorted.length;
    else {
      delaysMs.push(delay);
      shares.push((index + 1) / sorted.length);
    }
  }
  return { delaysMs, shares };
}

/** The share of blocks that lose against a rival which was found while news was on its way. */
export function forkShare(delayMs: number, intervalMs: number): number {
  return intervalMs > 0 ? 1 - Math.exp(-Math.max(0, delayMs) / intervalMs) : 1;
}

/** Nodes and blocks of the heat map. */
export interface Heat {
  /** Oldest first. */
  readonly blocks: readonly Propagation[];
  readonly rows: readonly HeatRow[];
}

interface HeatRow {
  readonly session: string;
  readonly tag: string;
  /** For each block; undefined when the node never told of it. */
  readonly delaysMs: readonly (number | undefined)[];
}

/** `newestFirst` as the API gives them. This node's row is the first, then those that told most. */
export function heatOf(
  newestFirst: readonly Propagation[], blocksMax: number, rowsMax: number,
): Heat {
  const blocks = newestFirst.slice(0, blocksMax).reverse();
  const holders = blocks.map((block) =>
    new Map(holdersOf(block).map((one) => [one.session, one])));
  const tags = new Map(holders.flatMap((one) => [...one.values()])
    .map(({ session, tag }) => [session, tag]));
  const rows = [...tags].map(([session, tag]): HeatRow => ({
    session, tag, delaysMs: holders.map((one) => one.get(session)?.delayMs),
  }));
  const told = ({ delaysMs }: HeatRow): number =>
    delaysMs.filter((one) => one !== undefined).length;
  const rank = ({ session }: HeatRow): number => (session === HERE ? 1 : 0);
  rows.sort((a, b) => rank(b) - rank(a) || told(b) - told(a) || (a.session < b.session ? -1 : 1));
  return { blocks, rows: rows.slice(0, rowsMax) };
}

/** Upper ends of the heat map's shades, in ms; what is longer has the last one. */
export const SHADES_MS = [10, 50, 200, 1_000, 5_000] as const;

/** 0 is the faintest. */
export function shadeOf(delayMs: number): number {
  const index = SHADES_MS.findIndex((end) => delayMs <= end);
  return index < 0 ? SHADES_MS.length : index;
}
