/**
 * The newest blocks side by side, and before them the one that comes next.
 *
 * Owns: the ghost of the next block, which fills with payments, the line between not yet and done,
 * and rivals that lost below the winners.
 */
import type { Miner } from '../../api/schema/network.ts';
import { formatAge } from '../../lib/words.ts';
import { arrivalOf } from '../chain/replay.ts';
import { DataTable } from '../components/data-table.tsx';
import type { Column } from '../components/data-table.tsx';
import { Figure } from '../components/figure.tsx';
import { Age, Amount, Id, MinerMark } from '../components/text.tsx';
import { formatNumber, shortBlockId } from '../format.ts';
import { now, recentBlocks, status } from '../live.ts';
import type { RecentBlock } from '../live-state.ts';
import { markOf } from '../palette.ts';
import { COMMON } from '../words/common.ts';
import { LIVE } from '../words/live.ts';

export function Strip() {
  const columns = columnsOf(recentBlocks.value);
  const miner = status.value!.miner;
  return (
    <Figure
      title={LIVE.strip} seeing={LIVE.stripSeeing} isBare table={<BlockTable />}
      json="/api/blocks" csv="/api/blocks?format=csv"
    >
      <div class="strip">
        <Ghost miner={miner} height={status.value!.height + 1} />
        <div class="strip-line" aria-hidden="true" />
        <ol class="strip-done">
          {columns.map((rivals) => (
            <li key={rivals[0]!.height} class="strip-column">
              {rivals.map((block) => <BlockCard key={block.id} block={block} />)}
            </li>
          ))}
        </ol>
      </div>
    </Figure>
  );
}

const HEADS = LIVE.columns;

const COLUMNS: readonly Column<RecentBlock>[] = [
  { name: 'height', head: HEADS.height, look: 'right', cell: ({ height }) => formatNumber(height) },
  { name: 'id', head: HEADS.id, cell: ({ id }) => <Id kind="block" id={id} isBare /> },
  { name: 'miner', head: HEADS.miner, cell: ({ tag }) => <MinerMark tag={tag} /> },
  {
    name: 'payments', head: HEADS.payments, look: 'right',
    cell: ({ transactions }) => (transactions === undefined ? '' : Math.max(0, transactions - 1)),
  },
  {
    name: 'paid', head: HEADS.paid, look: 'right',
    cell: ({ paid }) => (paid === undefined ? '' : <Amount value={paid} />),
  },
  {
    name: 'standing', head: HEADS.standing,
    cell: ({ standing }) => (standing === 'main' ? LIVE.inChain : LIVE.lost),
  },
  { name: 'time', head: HEADS.time, cell: (block) => <Age at={arrivalOf(block)} /> },
];

function BlockTable() {
  return (
    <DataTable
      caption={LIVE.strip} isCaptionUnseen columns={COLUMNS} rows={recentBlocks.value}
      keyOf={({ id }) => id}
    />
  );
}

/** The blocks of each height, the one of the main chain first. */
function columnsOf(blocks: readonly RecentBlock[]): RecentBlock[][] {
  const columns = new Map<number, RecentBlock[]>();
  for (const block of blocks) {
    const column = columns.get(block.height) ?? [];
    columns.set(block.height, block.standing === 'main' ? [block, ...column] : [...column, block]);
  }
  return [...columns.values()];
}

interface GhostProps {
  readonly miner: Miner | null;
  readonly height: number;
}

function Ghost({ miner, height }: GhostProps) {
  const needed = Math.max(0, (miner?.needed ?? status.value!.params.block_size) - 1);
  const ready = miner === null ? status.value!.waiting : Math.max(0, miner.ready - 1);
  const isFirst = height === 1;
  const fill = isFirst || needed === 0 ? 1 : Math.min(1, ready / needed);
  const isMining = miner?.state === 'mining';
  return (
    <a
      href="/pending" class={isMining ? 'block ghost mining' : 'block ghost'}
      aria-label={LIVE.ghostLabel(formatNumber(height), LIVE.payments(ready, needed))}
    >
      <span class="ghost-fill" style={{ height: `${fill * 100}%` }} aria-hidden="true" />
      <span class="block-height number">{formatNumber(height)}</span>
      <span>{LIVE.next}</span>
      <span class="number">{isFirst ? LIVE.firstBlock : LIVE.payments(ready, needed)}</span>
    </a>
  );
}

function BlockCard({ block }: { readonly block: RecentBlock }) {
  const { id, height, tag, standing, transactions } = block;
  const payments = transactions === undefined ? undefined : Math.max(0, transactions - 1);
  const isGenesis = height === 0;
  const miner = tag === '' ? COMMON.nameless : tag;
  return (
    <a
      href={`/block/${id}`} class={`block ${standing}`} title={id}
      aria-label={LIVE.blockLabel(formatNumber(height), miner, standing !== 'main')}
      style={standing === 'main' && !isGenesis ? { borderTopColor: markOf(tag).colour } : {}}
    >
      <span class="block-height number">{formatNumber(height)}</span>
      {isGenesis ? <span>{LIVE.genesis}</span> : <MinerMark tag={tag} />}
      {standing !== 'main' ? <span class="block-lost">{LIVE.lost}</span>
        : payments === undefined || isGenesis ? <code>{shortBlockId(id)}</code>
          : <span class="number">{LIVE.paymentsOf(payments)}</span>}
      {isGenesis ? null : (
        <span class="muted number">{COMMON.ago(formatAge(now.value - arrivalOf(block)))}</span>
      )}
    </a>
  );
}
