/**
 * The share of nodes that have a block, by the time since the first one had it.
 */
import { useMemo } from 'preact/hooks';
import type { Propagation } from '../../../api/schema/network.ts';
import { counted } from '../../../lib/words.ts';
import { CsvButton } from '../../components/csv-button.tsx';
import { DataTable } from '../../components/data-table.tsx';
import { Figure } from '../../components/figure.tsx';
import { LineChart } from '../../components/line-chart.tsx';
import type { Line } from '../../components/line-chart.tsx';
import { EmptyState } from '../../components/state.tsx';
import { formatDuration, formatPercent } from '../../format.ts';
import { PROPAGATION } from '../../words/propagation.ts';
import { curveOf, delaysOf, quantileOf } from './delays.ts';

/** Rows of the table: enough to draw the curve again. */
const QUANTILES = [0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 1];

export function CurveFigure({ blocks }: { readonly blocks: readonly Propagation[] }) {
  const delays = useMemo(() => delaysOf(blocks), [blocks]);
  if (delays.length === 0) {
    return (
      <section class="card stack" aria-labelledby="curve">
        <h2 id="curve">{PROPAGATION.curveTitle}</h2>
        <EmptyState what={PROPAGATION.curveEmpty}>{PROPAGATION.curveEmptyNext}</EmptyState>
      </section>
    );
  }
  const after = (share: number): string => formatDuration(quantileOf(delays, share)!);
  return (
    <Figure
      title={PROPAGATION.curveTitle} seeing={PROPAGATION.curveSeeing}
      json="/api/propagation?limit=100" table={<QuantileTable delays={delays} />}
      controls={(
        <CsvButton
          name="propagation-delays" heading={['delay_ms']} rows={delays.map((one) => [one])}
        />
      )}
    >
      <Chart delays={delays} />
      <p class="row">
        <span class="chip number">{PROPAGATION.half(after(0.5))}</span>
        <span class="chip number">{PROPAGATION.most(after(0.9))}</span>
        <span class="muted">
          {counted(delays.length, 'announcement')} · {counted(blocks.length, 'block')}
        </span>
      </p>
    </Figure>
  );
}

function Chart({ delays }: { readonly delays: readonly number[] }) {
  const { delaysMs, shares } = useMemo(() => curveOf(delays), [delays]);
  const lines = useMemo((): Line[] => [
    { label: PROPAGATION.share, values: shares, colour: 'var(--series-1)', isStepped: true },
    ...[0.5, 0.9].map((share): Line => ({
      label: formatPercent(share), values: shares.map(() => share), isDashed: true, width: 1,
      colour: 'var(--line-strong)',
    })),
  ], [shares]);
  return (
    <LineChart
      label={PROPAGATION.curveTitle} xs={delaysMs} lines={lines} xLabel={PROPAGATION.delay}
      formatX={formatDuration} formatValue={formatPercent}
    />
  );
}

function QuantileTable({ delays }: { readonly delays: readonly number[] }) {
  return (
    <DataTable
      caption={PROPAGATION.curveTitle} isCaptionUnseen rows={QUANTILES} keyOf={(share) => share}
      columns={[
        { name: 'share', head: PROPAGATION.share, look: 'right', cell: formatPercent },
        {
          name: 'delay', head: PROPAGATION.delay, look: 'right',
          cell: (share) => formatDuration(quantileOf(delays, share)!),
        },
      ]}
    />
  );
}
