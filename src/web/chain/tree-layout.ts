/**
 * Where each block of the tree stands: heights go to the right, branches have lanes. Pure.
 *
 * Owns: lanes. The main chain has lane 0; a branch has the lowest lane below that is free from its
 * fork to its end.
 * Does not own: pixels (`tree-drawing.tsx`).
 */
import type { TreeBlock } from '../../api/schema/chain.ts';

/** (policy) Branches side by side; whoever makes more of them makes no page longer. */
export const LANES_MAX = 10;

export interface PlacedBlock {
  readonly block: TreeBlock;
  readonly lane: number;
  /** Of its parent; the same as its own when that is not known. */
  readonly parentLane: number;
}

export interface TreeLayout {
  /** By height. */
  readonly placed: readonly PlacedBlock[];
  /** How many lanes are in use, that of the main chain with them. */
  readonly lanes: number;
  /** Blocks of branches for which there was no lane. */
  readonly hidden: number;
}

/** A run of blocks beside the main chain, each the parent of the next. */
interface Branch {
  readonly blocks: readonly TreeBlock[];
  readonly from: number;
  readonly to: number;
}

export function placeBlocks(blocks: readonly TreeBlock[]): TreeLayout {
  const sorted = [...blocks].sort((a, b) => a.height - b.height || (a.id < b.id ? -1 : 1));
  const lanes = new Map<string, number>();
  for (const block of sorted) if (block.standing === 'main') lanes.set(block.id, 0);
  const ends: number[] = [];
  for (const branch of branchesOf(sorted.filter(({ standing }) => standing !== 'main'))) {
    const lane = freeLane(ends, branch);
    if (lane === undefined) continue;
    ends[lane] = branch.to;
    for (const { id } of branch.blocks) lanes.set(id, lane);
  }
  const placed = sorted.flatMap((block): PlacedBlock[] => {
    const lane = lanes.get(block.id);
    if (lane === undefined) return [];
    return [{ block, lane, parentLane: lanes.get(block.previous_id) ?? lane }];
  });
  const used = Math.max(0, ...placed.map(({ lane }) => lane)) + 1;
  return { placed, lanes: used, hidden: sorted.length - placed.length };
}

function freeLane(ends: readonly number[], { from }: Branch): number | undefined {
  for (let lane = 1; lane < LANES_MAX; lane++) {
    if ((ends[lane] ?? -1) < from) return lane;
  }
  return undefined;
}

/** Cuts the blocks, which are by height, into branches; the longest child goes on, others fork. */
function branchesOf(blocks: readonly TreeBlock[]): Branch[] {
  const tops = new Map<string, number>();
  for (const { id, previous_id, height } of [...blocks].reverse()) {
    const top = Math.max(height, tops.get(id) ?? 0);
    tops.set(id, top);
    tops.set(previous_id, Math.max(top, tops.get(previous_id) ?? 0));
  }
  const branches = new Map<string, TreeBlock[]>();
  const goesOn = new Set<string>();
  const byReach = [...blocks].sort(
    (a, b) => a.height - b.height || tops.get(b.id)! - tops.get(a.id)! || (a.id < b.id ? -1 : 1));
  for (const block of byReach) {
    const branch = branches.get(block.previous_id);
    if (branch === undefined || goesOn.has(block.previous_id)) {
      branches.set(block.id, [block]);
      continue;
    }
    goesOn.add(block.previous_id);
    branch.push(block);
    branches.set(block.id, branch);
  }
  return [...new Set(branches.values())].map((members) => (
    { blocks: members, from: members[0]!.height, to: members.at(-1)!.height }
  )).sort((a, b) => a.from - b.from || b.to - a.to);
}
