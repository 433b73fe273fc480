/**
 * A row for each block with a symbol for each neighbour, at the time at which it had the block.
 */
import { scaleSymlog } from 'd3-scale';
import type { Propagation } from '../../../api/schema/network.ts';
import { DataTable } from '../../components/data-table.tsx';
import { Figure } from '../../components/figure.tsx';
import { Age, Id, MinerMark } from '../../components/text.tsx';
import { useWidth } from '../../components/width.ts';
import { formatDuration, formatNumber } from '../../format.ts';
import { markOf, shapePath } from '../../palette.ts';
import { PROPAGATION } from '../../words/propagation.ts';
import { spacedOut, ticksOf } from './ticks.ts';

const ROWS_MAX = 16;
const WIDTH_USUAL = 1_000;
/** What a tick's words need, in pixels; beside the picture are names, and nothing when narrow. */
const TICK_WIDTH = 62;
const BESIDE = 240;
const BESIDE_NARROW = 60;
const NARROW = 560;
const JSON_PATH = '/api/propagation?limit=100';

export function ArrivalsFigure({ blocks }: { readonly blocks: readonly Propagation[] }) {
  const rows = blocks.slice(0, ROWS_MAX);
  const afters = rows.flatMap(({ arrivals }) => arrivals.map(({ after_ms }) => after_ms));
  const [low, high] = [Math.min(-10, ...afters), Math.max(100, ...afters)];
  // Milliseconds and minutes in one picture: linear around zero, then by the logarithm.
  const scale = scaleSymlog([low, high], [0, 100]).constant(10);
  const at = (ms: number): string => `${scale(ms).toFixed(2)}%`;
  const [ref, width] = useWidth<HTMLDivElement>(WIDTH_USUAL);
  const track = width - (width < NARROW ? BESIDE_NARROW : BESIDE);
  const ticks = spacedOut(ticksOf(low, high), scale, (100 * TICK_WIDTH) / Math.max(1, track));
  return (
    <Figure
      title={PROPAGATION.rowsTitle} seeing={PROPAGATION.rowsSeeing} json={JSON_PATH}
      csv={`${JSON_PATH}&format=csv`} table={<ArrivalTable blocks={blocks} />}
    >
      <div class="arrivals" ref={ref}>
        <div class="arrival-row axis" aria-hidden="true">
          <span />
          <span class="arrival-track">
            {ticks.map((ms) => (
              <span key={ms} class="tick" style={{ left: at(ms) }}>
                {ms === 0 ? '0' : `${ms < 0 ? '−' : '+'}${formatDuration(Math.abs(ms))}`}
              </span>
            ))}
          </span>
        </div>
        <ol>{rows.map((block) => <Row key={block.id} block={block} at={at} />)}</ol>
      </div>
      <p class="muted">{PROPAGATION.rowsClock}</p>
    </Figure>
  );
}

interface RowProps {
  readonly block: Propagation;
  readonly at: (ms: number) => string;
}

function Row({ block: { id, height, tag, arrivals }, at }: RowProps) {
  return (
    <li class="arrival-row">
      <span class="arrival-block">
        <a class="number" href={`/block/${id}`}>{formatNumber(height)}</a>
        <MinerMark tag={tag} />
      </span>
      <span class="arrival-track">
        <span class="zero" style={{ left: at(0) }} />
        {arrivals.length === 0
          ? <span class="muted alone">{PROPAGATION.noArrivals}</span> : null}
        {arrivals.map((one) => {
          const { colour, shape } = markOf(one.tag);
          return (
            <svg
              key={one.session} class="arrival" viewBox="-8 -8 16 16" role="img"
              style={{ left: at(one.after_ms) }} aria-label={wordsOf(one)}
            >
              <title>{wordsOf(one)}</title>
              <path d={shapePath(shape, 6.5)} style={{ fill: colour }} />
            </svg>
          );
        })}
      </span>
    </li>
  );
}

function wordsOf({ tag, session, after_ms }: Propagation['arrivals'][number]): string {
  const time = formatDuration(Math.abs(after_ms));
  const when = after_ms < 0 ? PROPAGATION.before(time)
    : after_ms > 0 ? PROPAGATION.after(time) : PROPAGATION.atOnce;
  return PROPAGATION.arrival(tag === '' ? session : tag, when);
}

function ArrivalTable({ blocks }: { readonly blocks: readonly Propagation[] }) {
  return (
    <DataTable
      caption={PROPAGATION.rowsTitle} isCaptionUnseen rows={blocks} keyOf={({ id }) => id}
      columns={[
        {
          name: 'block', head: PROPAGATION.block,
          cell: ({ id, height }) => <>{formatNumber(height)} <Id kind="block" id={id} isBare /></>,
        },
        {
          name: 'miner', head: PROPAGATION.miner, cell: ({ tag }) => <MinerMark tag={tag} />,
        },
        {
          name: 'had', head: PROPAGATION.had, look: 'right',
          cell: ({ had_at_ms }) => <Age at={had_at_ms} />,
        },
        {
          name: 'by', head: PROPAGATION.by, look: 'wrap',
          cell: ({ arrivals }) => (arrivals.length === 0 ? PROPAGATION.noArrivals
            : arrivals.map(wordsOf).join('; ')),
        },
      ]}
    />
  );
}
