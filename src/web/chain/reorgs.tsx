/**
 * The reorganisations since the node started.
 */
import type { Reorg } from '../../api/schema/chain.ts';
import { counted } from '../../lib/words.ts';
import { DataTable } from '../components/data-table.tsx';
import type { Column } from '../components/data-table.tsx';
import { DataLinks } from '../components/figure.tsx';
import { cursorNow, Pager } from '../components/pager.tsx';
import { EmptyState, Loading } from '../components/state.tsx';
import { Age, MinerMark } from '../components/text.tsx';
import { formatNumber } from '../format.ts';
import { changes } from '../live.ts';
import { useLoad } from '../load.ts';
import { node } from '../node.ts';
import { CHAIN } from '../words/chain.ts';

const HEADS = CHAIN.reorgColumns;
const CURSOR = 'reorgs';

const COLUMNS: readonly Column<Reorg>[] = [
  { name: 'at', head: HEADS.at, cell: ({ at_ms }) => <Age at={at_ms} /> },
  {
    name: 'fork', head: HEADS.fork, look: 'right',
    cell: ({ fork_height }) => (
      <a href={`/chain?at=${fork_height}`}>{formatNumber(fork_height)}</a>
    ),
  },
  {
    name: 'lost', head: HEADS.lost,
    cell: ({ disconnected, disconnected_count }) => (
      <Blocks blocks={disconnected} count={disconnected_count} />
    ),
  },
  {
    name: 'won', head: HEADS.won,
    cell: ({ connected, connected_count }) => <Blocks blocks={connected} count={connected_count} />,
  },
  { name: 'returned', head: HEADS.returned, look: 'right', cell: ({ returned }) => returned },
];

interface BlocksProps {
  readonly blocks: Reorg['connected'];
  readonly count: number;
}

function Blocks({ blocks, count }: BlocksProps) {
  const tags = [...new Set(blocks.map(({ tag }) => tag))];
  const last = blocks.at(-1);
  const words = counted(count, 'block');
  return (
    <span class="row tight">
      {last === undefined ? words : <a href={`/block/${last.id}`}>{words}</a>}
      {tags.slice(0, 3).map((tag) => <MinerMark key={tag} tag={tag} />)}
    </span>
  );
}

export function Reorgs() {
  const cursor = cursorNow(CURSOR);
  const loaded = useLoad(`reorgs ${cursor}`,
    () => node.reorgs({ limit: 10, ...cursor === undefined ? {} : { cursor } }),
    changes.blocks.value);
  return (
    <section class="card stack" aria-labelledby="reorgs">
      <div>
        <h2 id="reorgs">{CHAIN.reorgs}</h2>
        <p class="figure-seeing">{CHAIN.reorgsSeeing}</p>
      </div>
      <Loading of={loaded}>
        {({ items, next }) => (items.length === 0 ? (
          <EmptyState what={CHAIN.reorgsEmpty}>{CHAIN.reorgsEmptyNext}</EmptyState>
        ) : (
          <>
            <DataTable
              caption={CHAIN.reorgs} isCaptionUnseen columns={COLUMNS} rows={items}
              keyOf={({ at_ms, fork_height }) => `${at_ms} ${fork_height}`}
            />
            <Pager next={next} name={CURSOR} />
            <div class="figure-foot">
              <DataLinks json="/api/reorgs" csv="/api/reorgs?format=csv" />
            </div>
          </>
        ))}
      </Loading>
    </section>
  );
}
