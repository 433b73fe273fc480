/**
 * The node's own hash rate over time, and what all miners together are estimated to have.
 */
import { useMemo } from 'preact/hooks';
import type { Mining, RatePoint } from '../../../api/schema/network.ts';
import { hashRate } from '../../../lib/words.ts';
import { CsvButton } from '../../components/csv-button.tsx';
import { DataTable } from '../../components/data-table.tsx';
import { Figure } from '../../components/figure.tsx';
import { LineChart } from '../../components/line-chart.tsx';
import type { Line } from '../../components/line-chart.tsx';
import { EmptyState } from '../../components/state.tsx';
import { formatTime } from '../../format.ts';
import { rates } from '../../live.ts';
import { MINING } from '../../words/mining.ts';

export function RateFigure({ mining }: { readonly mining: Mining }) {
  const points = rates.value;
  const rows = points.map(({ at_ms, rate }) => [formatTime(at_ms), Math.round(rate)]);
  return (
    <Figure
      title={MINING.rateTitle} seeing={MINING.rateSeeing} json="/api/mining"
      table={<RateTable points={points} />}
      controls={<CsvButton name="hash-rate" heading={['time', 'rate']} rows={rows} />}
    >
      {points.length < 2
        ? <EmptyState what={MINING.rateEmpty}>{MINING.rateEmptyNext}</EmptyState>
        : <Chart points={points} mining={mining} />}
      <Network mining={mining} />
    </Figure>
  );
}

function Network({ mining }: { readonly mining: Mining }) {
  const { network_rate, network_rate_low, network_rate_high, waited_for_payments } = mining;
  if (network_rate === null) return <p class="muted">{MINING.networkNone}</p>;
  return (
    <p class="muted">
      {MINING.networkIs(
        hashRate(network_rate), hashRate(network_rate_low ?? 0), hashRate(network_rate_high ?? 0),
      )}{'. '}
      {waited_for_payments ? MINING.networkWaits : ''}
    </p>
  );
}

interface ChartProps {
  readonly points: readonly RatePoint[];
  readonly mining: Mining;
}

function Chart({ points, mining }: ChartProps) {
  const { network_rate: rate, network_rate_low: low, network_rate_high: high } = mining;
  const xs = useMemo(() => points.map(({ at_ms }) => at_ms), [points]);
  const lines = useMemo((): Line[] => {
    const flat = (value: number): number[] => points.map(() => value);
    const own: Line = {
      label: MINING.own, values: points.map((one) => one.rate), colour: 'var(--series-1)',
    };
    if (rate === null || low === null || high === null) return [own];
    const colour = 'var(--series-2)';
    return [
      own,
      { label: MINING.network, values: flat(rate), colour, isDashed: true },
      { label: MINING.low, values: flat(low), colour, width: 0.5 },
      { label: MINING.high, values: flat(high), colour, width: 0.5, bandTo: 2 },
    ];
  }, [points, rate, low, high]);
  return <LineChart label={MINING.rateTitle} isTime xs={xs} lines={lines} formatValue={hashRate} />;
}

function RateTable({ points }: { readonly points: readonly RatePoint[] }) {
  return (
    <DataTable
      caption={MINING.rateTitle} isCaptionUnseen rows={[...points].reverse()}
      keyOf={({ at_ms }) => at_ms}
      columns={[
        { name: 'time', head: MINING.time, cell: ({ at_ms }) => formatTime(at_ms) },
        { name: 'rate', head: MINING.own, look: 'right', cell: ({ rate }) => hashRate(rate) },
      ]}
    />
  );
}
