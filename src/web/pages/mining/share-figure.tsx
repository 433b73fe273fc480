/**
 * Each miner's share of the newest blocks, with the band of chance.
 */
import type { Mining } from '../../../api/schema/network.ts';
import { CsvButton } from '../../components/csv-button.tsx';
import { DataTable } from '../../components/data-table.tsx';
import { Figure } from '../../components/figure.tsx';
import { EmptyState } from '../../components/state.tsx';
import { MinerMark } from '../../components/text.tsx';
import { formatPercent } from '../../format.ts';
import { markOf } from '../../palette.ts';
import { MINING } from '../../words/mining.ts';
import { binomialBand } from '../binomial.ts';

/** (policy) Bars of the picture; the table has all. */
const BARS_MAX = 12;

interface Share {
  readonly tag: string;
  readonly blocks: number;
  readonly share: number;
  readonly low: number;
  readonly high: number;
}

export function ShareFigure({ mining }: { readonly mining: Mining }) {
  const { shares: given, window: { blocks } } = mining;
  const shares = given.map(({ tag, blocks: found }): Share => {
    const [low, high] = binomialBand(found, blocks);
    return { tag, blocks: found, share: found / Math.max(1, blocks), low, high };
  });
  const heading = ['tag', 'blocks', 'share', 'band_low', 'band_high'];
  const rows = shares.map((one) => [one.tag, one.blocks, one.share, one.low, one.high]);
  return (
    <Figure
      title={MINING.sharesTitle} seeing={MINING.sharesSeeing(blocks)} json="/api/mining"
      table={<ShareTable shares={shares} />}
      controls={<CsvButton name="blocks-by-miner" heading={heading} rows={rows} />}
    >
      {shares.length === 0
        ? <EmptyState what={MINING.sharesEmpty}>{MINING.sharesEmptyNext}</EmptyState>
        : <ul class="shares">{shares.slice(0, BARS_MAX).map(ShareBar)}</ul>}
      {shares.length <= BARS_MAX ? null
        : <p class="muted">{MINING.rest(shares.length - BARS_MAX)}</p>}
    </Figure>
  );
}

const percent = (share: number): string => `${(share * 100).toFixed(2)}%`;

function ShareBar({ tag, blocks, share, low, high }: Share) {
  return (
    <li key={tag} class="share">
      <span class="row spread">
        <MinerMark tag={tag} />
        <span class="number">{formatPercent(share)} <span class="muted">({blocks})</span></span>
      </span>
      <span class="share-track">
        <span
          class="share-bar" style={{ width: percent(share), background: markOf(tag).colour }}
        />
        <span
          class="share-band" style={{ left: percent(low), width: percent(high - low) }}
          title={`${MINING.band}: ${MINING.bandOf(formatPercent(low), formatPercent(high))}`}
        />
      </span>
    </li>
  );
}

function ShareTable({ shares }: { readonly shares: readonly Share[] }) {
  return (
    <DataTable
      caption={MINING.sharesTitle} isCaptionUnseen rows={shares} keyOf={({ tag }) => tag}
      columns={[
        { name: 'miner', head: MINING.miner, cell: ({ tag }) => <MinerMark tag={tag} /> },
        { name: 'blocks', head: MINING.blocks, look: 'right', cell: ({ blocks }) => blocks },
        {
          name: 'share', head: MINING.share, look: 'right',
          cell: ({ share }) => formatPercent(share),
        },
        {
          name: 'band', head: MINING.band, look: 'right',
          cell: ({ low, high }) => MINING.bandOf(formatPercent(low), formatPercent(high)),
        },
      ]}
    />
  );
}
