/**
 * The histogram of block intervals with the curve of chance.
 */
import type { Mining } from '../../../api/schema/network.ts';
import { Bars } from '../../components/bars.tsx';
import { CsvButton } from '../../components/csv-button.tsx';
import { DataTable } from '../../components/data-table.tsx';
import { Figure } from '../../components/figure.tsx';
import { EmptyState } from '../../components/state.tsx';
import { formatDuration } from '../../format.ts';
import { MINING } from '../../words/mining.ts';
import { histogramOf } from './intervals.ts';
import type { Bin } from './intervals.ts';

const HEADING = ['height', 'interval_ms'];

export function IntervalFigure({ mining }: { readonly mining: Mining }) {
  const histogram = histogramOf(mining.intervals_ms);
  if (histogram === undefined) {
    return (
      <section class="card stack" aria-labelledby="intervals">
        <h2 id="intervals">{MINING.intervalsTitle}</h2>
        <EmptyState what={MINING.intervalsEmpty}>{MINING.intervalsEmptyNext}</EmptyState>
      </section>
    );
  }
  const { bins, count, meanMs, spread } = histogram;
  const rows = mining.intervals_ms.map((ms, index) => [mining.window.from + index + 1, ms]);
  return (
    <Figure
      title={MINING.intervalsTitle} json="/api/mining" table={<BinTable bins={bins} />}
      seeing={MINING.intervalsSeeing(count, formatDuration(meanMs))}
      controls={<CsvButton name="block-intervals" heading={HEADING} rows={rows} />}
    >
      <Bars
        label={MINING.intervalsTitle} curve={bins.map(({ expected }) => expected)}
        bars={bins.map((bin) => ({
          label: formatDuration(bin.fromMs), hint: rangeOf(bin), value: bin.count,
        }))}
      />
      <p class={mining.waited_for_payments ? 'note' : 'muted'}>
        {mining.waited_for_payments ? MINING.waits : MINING.noWaits}
      </p>
      <p class="muted">{MINING.spread(spread.toFixed(2))}</p>
    </Figure>
  );
}

function rangeOf({ fromMs, toMs }: Bin): string {
  return toMs === Infinity ? MINING.beyond(formatDuration(fromMs))
    : MINING.range(formatDuration(fromMs), formatDuration(toMs));
}

function BinTable({ bins }: { readonly bins: readonly Bin[] }) {
  return (
    <DataTable
      caption={MINING.intervalsTitle} isCaptionUnseen rows={bins} keyOf={({ fromMs }) => fromMs}
      columns={[
        { name: 'range', head: MINING.intervalsTitle, cell: rangeOf },
        { name: 'count', head: MINING.blocks, look: 'right', cell: ({ count }) => count },
        {
          name: 'expected', head: MINING.byChance, look: 'right',
          cell: ({ expected }) => expected.toFixed(1),
        },
      ]}
    />
  );
}
