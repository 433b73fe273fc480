/**
 * The parts of the bench, by name, each loaded when it is asked for.
 *
 * Owns: which parts there are, and their order.
 * Does not own: what a part measures.
 */
import { removeFolders } from './places.ts';
import type { Bench, BenchSize, Row } from './row.ts';

const PARTS = {
  mining: async () => (await import('./mining.ts')).miningBench,
  connect: async () => (await import('./connect.ts')).connectBench,
  sync: async () => (await import('./sync.ts')).syncBench,
  store: async () => (await import('./store.ts')).storeBench,
  reorg: async () => (await import('./reorg.ts')).reorgBench,
  start: async () => (await import('./start.ts')).startBench,
  memory: async () => (await import('./memory.ts')).memoryBench,
  propagation: async () => (await import('./propagation.ts')).propagationBench,
  api: async () => (await import('./api.ts')).apiBench,
  sim: async () => (await import('./sim.ts')).simBench,
} as const satisfies Record<string, () => Promise<Bench>>;

export type PartName = keyof typeof PARTS;

/** In the order in which they run. */
export const PART_NAMES = Object.keys(PARTS) as readonly PartName[];

export function isPartName(name: string): name is PartName {
  return Object.hasOwn(PARTS, name);
}

export interface RunOptions {
  readonly size: BenchSize;
  /** Takes lines about progress. */
  readonly say: (line: string) => void;
  /** Takes the rows of each part as soon as it is done. */
  readonly onPart: (part: PartName, rows: readonly Row[]) => void;
}

/** Runs the parts, one after the other, and gives all rows. */
export async function runBench(
  parts: readonly PartName[], { size, say, onPart }: RunOptions,
): Promise<Row[]> {
  const all: Row[] = [];
  try {
    for (const part of PART_NAMES.filter((name) => parts.includes(name))) {
      const rows = await (await PARTS[part]()).run(size, say);
      const bad = rows.find(({ value }) => !Number.isFinite(value));
      if (bad !== undefined) throw new Error(`${bad.name} gave ${bad.value}`);
      onPart(part, rows);
      all.push(...rows);
    }
    return all;
  } finally {
    removeFolders();
  }
}
