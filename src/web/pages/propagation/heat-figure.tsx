/**
 * Who hears late: nodes by blocks, the stronger the later.
 */
import type { Propagation } from '../../../api/schema/network.ts';
import { DataTable } from '../../components/data-table.tsx';
import { Figure } from '../../components/figure.tsx';
import { MinerMark } from '../../components/text.tsx';
import { formatDuration, formatNumber } from '../../format.ts';
import { PROPAGATION } from '../../words/propagation.ts';
import { heatOf, HERE, SHADES_MS, shadeOf } from './delays.ts';
import type { Heat } from './delays.ts';

/** (policy) Cells that can be told apart. */
const BLOCKS_MAX = 40;
const ROWS_MAX = 24;
const CELL = 20;

type Row = Heat['rows'][number];

const nameOf = ({ session, tag }: Row): string => (session === HERE ? PROPAGATION.here
  : tag === '' ? session : tag);

export function HeatFigure({ blocks }: { readonly blocks: readonly Propagation[] }) {
  const heat = heatOf(blocks, BLOCKS_MAX, ROWS_MAX);
  return (
    <Figure
      title={PROPAGATION.heatTitle} seeing={PROPAGATION.heatSeeing}
      json="/api/propagation?limit=100" csv="/api/propagation?limit=100&format=csv"
      table={<HeatTable heat={heat} />}
    >
      <div class="heat" role="img" aria-label={PROPAGATION.heatTitle}>
        {heat.rows.map((row) => (
          <div key={row.session} class="heat-row">
            <span class="heat-name">
              {row.session === HERE ? PROPAGATION.here : <MinerMark tag={row.tag} />}
            </span>
            <Cells row={row} blocks={heat.blocks} />
          </div>
        ))}
      </div>
      <p class="row heat-legend">
        <span class="muted">{PROPAGATION.legend}</span>
        {[...SHADES_MS, Infinity].map((end, shade) => (
          <span key={end} class="row">
            <svg width={CELL} height={CELL} aria-hidden="true">
              <rect class={`shade-${shade}`} width={CELL} height={CELL} rx="3" />
            </svg>
            {end === Infinity ? `> ${formatDuration(SHADES_MS.at(-1)!)}`
              : `≤ ${formatDuration(end)}`}
          </span>
        ))}
      </p>
    </Figure>
  );
}

interface CellsProps {
  readonly row: Row;
  readonly blocks: readonly Propagation[];
}

function Cells({ row, blocks }: CellsProps) {
  const width = blocks.length * CELL;
  return (
    <svg
      viewBox={`0 0 ${width} ${CELL}`} style={{ maxWidth: `${width * 1.4}px` }} aria-hidden="true"
    >
      {row.delaysMs.map((delay, index) => {
        const { id, height } = blocks[index]!;
        const x = index * CELL;
        return (
          <g key={id}>
            <title>{PROPAGATION.cell(nameOf(row), formatNumber(height), wordsOf(delay))}</title>
            <rect
              x={x + 1} y="1" width={CELL - 2} height={CELL - 2} rx="3"
              class={delay === undefined ? 'shade-none' : `shade-${shadeOf(delay)}`}
            />
            {delay === 0 ? (
              <path class="heat-first" d={`M${x + 6} 6l8 8m0-8l-8 8`} />
            ) : null}
          </g>
        );
      })}
    </svg>
  );
}

function wordsOf(delay: number | undefined): string {
  if (delay === undefined) return PROPAGATION.silent;
  return delay === 0 ? PROPAGATION.first : formatDuration(delay);
}

function HeatTable({ heat: { blocks, rows } }: { readonly heat: Heat }) {
  return (
    <DataTable
      caption={PROPAGATION.heatTitle} isCaptionUnseen rows={rows} keyOf={({ session }) => session}
      columns={[
        { name: 'node', head: PROPAGATION.heatNode, cell: nameOf },
        ...blocks.map(({ id, height }, index) => ({
          name: id, head: formatNumber(height), look: 'right' as const,
          cell: ({ delaysMs }: Row) => wordsOf(delaysMs[index]),
        })),
      ]}
    />
  );
}
