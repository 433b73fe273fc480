/**
 * How many blocks lost, against how many the delay lets one expect.
 */
import type { Mining, PropagationPage } from '../../../api/schema/network.ts';
import { CsvButton } from '../../components/csv-button.tsx';
import { Figure } from '../../components/figure.tsx';
import { formatDuration, formatNumber } from '../../format.ts';
import { PROPAGATION } from '../../words/propagation.ts';
import { binomialBand } from '../binomial.ts';
import { delaysOf, forkShare, meanOf } from './delays.ts';

/** The picture's end at least: 1 %. */
const SHARE_MIN = 0.01;

interface ForkFigureProps {
  readonly page: PropagationPage;
  readonly mining: Mining | undefined;
}

export function ForkFigure({ page, mining }: ForkFigureProps) {
  const { blocks_seen: seen, stale_seen: stale } = page;
  const measured = seen === 0 ? undefined : stale / seen;
  const [low, high] = binomialBand(stale, seen);
  const delay = meanOf(delaysOf(page.items));
  const interval = meanOf(mining?.intervals_ms ?? []);
  const isKnown = delay !== undefined && interval !== undefined && interval > 0;
  const expected = isKnown ? forkShare(delay, interval) : undefined;
  const end = Math.min(1, 1.1 * Math.max(SHARE_MIN, high, expected ?? 0));
  const at = (share: number): string => `${((share / end) * 100).toFixed(2)}%`;
  const rows = [[seen, stale, measured, low, high, expected, delay, interval]];
  return (
    <Figure
      title={PROPAGATION.forkTitle} seeing={PROPAGATION.forkSeeing}
      json="/api/propagation?limit=100"
      controls={<CsvButton name="fork-rate" heading={HEADING} rows={rows} />}
    >
      <dl class="facts">
        <dt>{PROPAGATION.measured}</dt>
        <dd>
          {measured === undefined ? PROPAGATION.nothingSeen : (
            <>
              {PROPAGATION.measuredValue(formatNumber(stale), formatNumber(seen), fine(measured))}
              {' '}<span class="muted">({PROPAGATION.band(fine(low), fine(high))})</span>
            </>
          )}
          <span class="share-track" aria-hidden="true">
            <span class="share-bar fork-bar" style={{ width: at(measured ?? 0) }} />
            <span
              class="share-band" style={{ left: at(low), width: at(Math.min(end, high) - low) }}
            />
          </span>
        </dd>
        <dt>{PROPAGATION.predicted}</dt>
        <dd>
          {expected === undefined ? PROPAGATION.forkUnknown
            : PROPAGATION.predictedValue(fine(expected))}
          <span class="share-track" aria-hidden="true">
            <span class="share-bar fork-expected" style={{ width: at(expected ?? 0) }} />
          </span>
        </dd>
        {isKnown ? (
          <>
            <dt>{PROPAGATION.numbers}</dt>
            <dd>{PROPAGATION.numbersValue(formatDuration(delay), formatDuration(interval))}</dd>
          </>
        ) : null}
      </dl>
      {mining?.waited_for_payments === true ? <p class="note">{PROPAGATION.forkWaits}</p> : null}
      <p class="muted small">{PROPAGATION.forkSource}</p>
    </Figure>
  );
}

const HEADING = ['blocks_seen', 'stale_seen', 'share', 'band_low', 'band_high', 'expected',
  'mean_delay_ms', 'mean_interval_ms'];

/** Forks are rare: parts of a percent count. */
function fine(share: number): string {
  const percent = share * 100;
  if (percent > 0 && percent < 0.01) return '< 0.01 %';
  return `${percent.toFixed(percent < 1 ? 2 : 1)} %`;
}
