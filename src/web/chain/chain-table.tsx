/**
 * The same as the picture, as tables.
 */
import type { Flag, Overview, TreeBlock } from '../../api/schema/chain.ts';
import { DataTable } from '../components/data-table.tsx';
import type { Column } from '../components/data-table.tsx';
import { Id, MinerMark } from '../components/text.tsx';
import { formatDuration, formatNumber, formatTime } from '../format.ts';
import { CHAIN } from '../words/chain.ts';
import type { HeightRange } from './viewport.ts';

const { columns: HEADS } = CHAIN;

const BLOCKS: readonly Column<TreeBlock>[] = [
  { name: 'height', head: HEADS.height, look: 'right', cell: ({ height }) => formatNumber(height) },
  { name: 'id', head: HEADS.id, cell: ({ id }) => <Id kind="block" id={id} /> },
  { name: 'miner', head: HEADS.miner, cell: ({ tag }) => <MinerMark tag={tag} /> },
  { name: 'standing', head: HEADS.standing, cell: ({ standing }) => CHAIN.standing[standing] },
  { name: 'time', head: HEADS.time, cell: ({ time_ms }) => formatTime(time_ms) },
];

type Span = Overview['spans'][number];

const SPANS: readonly Column<Span>[] = [
  { name: 'from', head: HEADS.from, look: 'right', cell: ({ from }) => formatNumber(from) },
  { name: 'to', head: HEADS.to, look: 'right', cell: ({ to }) => formatNumber(to) },
  {
    name: 'interval', head: HEADS.interval, look: 'right',
    cell: ({ interval_ms }) => (interval_ms === null ? '–' : formatDuration(interval_ms)),
  },
  { name: 'time', head: HEADS.time, cell: ({ time_ms }) => formatTime(time_ms) },
];

const FLAGS: readonly Column<Flag>[] = [
  { name: 'node', head: HEADS.node, cell: ({ name }) => name },
  { name: 'height', head: HEADS.height, look: 'right', cell: ({ height }) => formatNumber(height) },
  { name: 'tip', head: HEADS.tip, cell: ({ tip_id }) => <Id kind="block" id={tip_id} /> },
];

interface ChainTableProps {
  readonly isNear: boolean;
  readonly seen: HeightRange;
  readonly blocks: readonly TreeBlock[];
  readonly spans: readonly Span[];
  readonly flags: readonly Flag[];
}

export function ChainTable({ isNear, seen, blocks, spans, flags }: ChainTableProps) {
  const isSeen = (from: number, to: number): boolean => to >= seen.from && from <= seen.to;
  if (!isNear) {
    return (
      <DataTable
        caption={CHAIN.tableCaption} columns={SPANS} keyOf={({ from }) => from}
        rows={spans.filter(({ from, to }) => isSeen(from, to))}
      />
    );
  }
  const rows = blocks.filter(({ height }) => isSeen(height, height)).reverse();
  return (
    <div class="stack">
      <DataTable
        caption={CHAIN.tableCaption} columns={BLOCKS} rows={rows} keyOf={({ id }) => id}
      />
      <DataTable
        caption={CHAIN.flagsCaption} columns={FLAGS} rows={flags}
        keyOf={({ session }) => session ?? ''}
      />
    </div>
  );
}
