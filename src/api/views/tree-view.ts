/**
 * The block tree as JSON: a range of heights with every branch, or the main chain from far away.
 *
 * Owns: how much of it one answer has.
 * Does not own: drawing.
 */
import type { HeaderNode } from '../../consensus/records.ts';
import type { Observed, ReorgRecord } from '../observed/observed.ts';
import { TREE_HEIGHTS_MAX } from '../schema/chain.ts';
import type { Flag, Overview, Reorg, Tree, TreeBlock } from '../schema/chain.ts';
import type { ApiSource } from '../source.ts';
import { blocksAt } from './block-view.ts';

/** (policy) Blocks in one answer, and of one height. */
const TREE_BLOCKS_MAX = 2_000;
const HEIGHT_BLOCKS_MAX = 64;
const HEIGHTS_USUAL = 60;
const SPANS_MAX = 500;

/** Heights, both with their ends. */
export interface HeightRange {
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

/** All known blocks of these heights, at most `TREE_HEIGHTS_MAX`. */
export function treeJson(source: ApiSource, observed: Observed, range: HeightRange): Tree {
  const { chain } = source;
  const tipHeight = chain.tip.header.height;
  const from = Math.min(range.from ?? Math.max(0, (range.to ?? tipHeight) - HEIGHTS_USUAL + 1),
    tipHeight);
  const to = Math.min(range.to ?? tipHeight, from + TREE_HEIGHTS_MAX - 1);
  const blocks: TreeBlock[] = [];
  // A branch may be longer than the main chain, of blocks with less work each; not here.
  for (let height = from; height <= to && blocks.length < TREE_BLOCKS_MAX; height++) {
    for (const id of blocksAt(source, height, HEIGHT_BLOCKS_MAX)) {
      const node = chain.at(id, height);
      if (node !== undefined) blocks.push(treeBlock(source, observed, node));
    }
  }
  return {
    from, to: Math.max(from, to), tip_height: tipHeight, tip_id: chain.tip.id, blocks,
    flags: flagsOf(source),
    is_cut: blocks.length >= TREE_BLOCKS_MAX,
  };
}

/** The main chain between two heights, in spans of equal length. */
export function overviewJson(
  { chain }: ApiSource, range: HeightRange & { readonly spans: number },
): Overview {
  const tipHeight = chain.tip.header.height;
  const from = Math.min(range.from ?? 0, tipHeight);
  const to = Math.min(range.to ?? tipHeight, tipHeight);
  const count = Math.max(1, Math.min(range.spans, SPANS_MAX, to - from + 1));
  const edgeOf = (index: number): number => from + Math.floor(((to - from + 1) * index) / count);
  const spans = [];
  for (let index = 0; index < count; index++) {
    const [first, next] = [edgeOf(index), edgeOf(index + 1)];
    const [start, end] = [chain.headerAt(first), chain.headerAt(Math.min(next, tipHeight))];
    if (start === undefined || end === undefined) break;
    const blocks = end.header.height - first;
    // Genesis has the time 0, long before anybody mined.
    const isTimed = blocks > 0 && first > 0;
    spans.push({
      from: first,
      to: Math.max(first, next - 1),
      time_ms: start.header.time,
      interval_ms: isTimed ? (end.header.time - start.header.time) / blocks : null,
    });
  }
  return { tip_height: tipHeight, spans };
}

export function reorgJson(reorg: ReorgRecord): Reorg {
  return {
    at_ms: reorg.at,
    fork_height: reorg.forkHeight,
    disconnected: [...reorg.disconnected],
    connected: [...reorg.connected],
    disconnected_count: reorg.disconnectedCount,
    connected_count: reorg.connectedCount,
    returned: reorg.returned,
  };
}

function treeBlock(
  { chain }: ApiSource, observed: Observed, node: HeaderNode,
): TreeBlock {
  const { id, header } = node;
  return {
    id, height: header.height, previous_id: header.previousId, time_ms: header.time,
    tag: header.tag,
    standing: chain.isMain(node) ? 'main' : node.status === 'invalid' ? 'invalid' : 'side',
    received_at_ms: observed.arrivalOf(id)?.at ?? null,
  };
}

/** Where this node and those that it knows stand. */
function flagsOf({ chain, node, tag }: ApiSource): Flag[] {
  const own: Flag = {
    name: tag, session: null, tip_id: chain.tip.id, height: chain.tip.header.height,
  };
  const peers = (node?.view.peers ?? []).map((peer): Flag => {
    const { tag: name, session, tipId, height } = peer.status!;
    return { name, session, tip_id: tipId, height };
  });
  return [own, ...peers];
}
