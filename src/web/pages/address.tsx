/**
 * An address: what it has, and what came and went.
 */
import type { Address, HistoryEntry } from '../../api/schema/chain.ts';
import { shortId } from '../../lib/words.ts';
import { DataTable } from '../components/data-table.tsx';
import type { Column } from '../components/data-table.tsx';
import { DataLinks, Figure } from '../components/figure.tsx';
import { LineChart } from '../components/line-chart.tsx';
import { PageHead } from '../components/page.tsx';
import { cursorNow, Pager } from '../components/pager.tsx';
import { Qr } from '../components/qr.tsx';
import { EmptyState, ErrorNote, Loading } from '../components/state.tsx';
import { Age, Amount, Id } from '../components/text.tsx';
import { formatNumber, formatShort, isZeroAmount } from '../format.ts';
import { changes, status } from '../live.ts';
import { useLoad } from '../load.ts';
import { node } from '../node.ts';
import type { PageProps } from '../routes.ts';
import { ADDRESS } from '../words/payment.ts';

export function Page({ params }: PageProps) {
  const address = params['id']!;
  if (!/^[0-9a-f]{64}$/.test(address)) {
    return (
      <>
        <PageHead title={ADDRESS.bad} about={ADDRESS.badWhy} />
        <p>{ADDRESS.badNext}</p>
      </>
    );
  }
  return (
    <>
      <PageHead title={ADDRESS.title(shortId(address))} about={ADDRESS.about} />
      <div class="stack"><Balance address={address} /><History address={address} /></div>
    </>
  );
}

function freshness(): string {
  return `${changes.payments.value} ${changes.blocks.value} ${status.value?.height}`;
}

function Balance({ address }: { readonly address: string }) {
  const loaded = useLoad(address, () => node.address(address), freshness());
  return (
    <section class="card address-head" aria-labelledby="balance">
      <div class="stack">
        <h2 id="balance">{ADDRESS.balance}</h2>
        <Loading of={loaded} lines={2}>{(value) => <Money {...value} />}</Loading>
        <Id kind="address" id={address} isWhole />
        <div class="figure-foot"><DataLinks json={`/api/addresses/${address}`} /></div>
      </div>
      <Qr text={address} label={ADDRESS.qr} />
    </section>
  );
}

function Money({ balance, pending, sequence, is_known }: Address) {
  if (!is_known) {
    return <EmptyState what={ADDRESS.unknown}>{ADDRESS.unknownNext}</EmptyState>;
  }
  return (
    <>
      <p class="big"><Amount value={balance} hasUnit /></p>
      {isZeroAmount(pending) ? null : (
        <p><Amount value={pending} isChange /> <span class="muted">{ADDRESS.pending}</span></p>
      )}
      <p class="muted">{ADDRESS.payments(formatNumber(sequence))}</p>
    </>
  );
}

const HEADS = ADDRESS.columns;

const COLUMNS: readonly Column<HistoryEntry>[] = [
  {
    name: 'height', head: HEADS.height, look: 'right',
    cell: ({ height }) => <a href={`/block/${height}`}>{formatNumber(height)}</a>,
  },
  { name: 'time', head: HEADS.time, cell: ({ time_ms }) => <Age at={time_ms} /> },
  { name: 'kind', head: HEADS.kind, cell: ({ kind }) => kind },
  {
    name: 'change', head: HEADS.change, look: 'right',
    cell: ({ change }) => <Amount value={change} isChange />,
  },
  {
    name: 'balance', head: HEADS.balance, look: 'right',
    cell: ({ balance }) => <Amount value={balance} />,
  },
  {
    name: 'other', head: HEADS.other,
    cell: ({ other }) => (other === null ? '' : <Id kind="address" id={other} isBare />),
  },
  { name: 'id', head: HEADS.id, cell: ({ id }) => <Id kind="payment" id={id} isBare /> },
];

function History({ address }: { readonly address: string }) {
  const cursor = cursorNow();
  const loaded = useLoad(`${address} ${cursor}`,
    () => node.history(address, { limit: 50, ...cursor === undefined ? {} : { cursor } }),
    freshness());
  const path = `/api/addresses/${address}/history?limit=100`;
  const { value, error, reload } = loaded;
  if (value === undefined && error !== undefined) {
    return <ErrorNote error={error} onRetry={reload} />;
  }
  const items = value?.items ?? [];
  const table = (isCaptionUnseen: boolean) => (
    <DataTable
      caption={ADDRESS.historyCaption} isCaptionUnseen={isCaptionUnseen} columns={COLUMNS}
      rows={items} keyOf={({ id, kind }) => `${id} ${kind}`}
    />
  );
  return (
    <>
      {items.length < 2 ? null : (
        <Figure
          title={ADDRESS.chart} seeing={ADDRESS.chartSeeing} json={path} csv={`${path}&format=csv`}
          table={table(false)}
        >
          <BalanceChart items={items} />
        </Figure>
      )}
      <section class="card stack" aria-labelledby="history">
        <h2 id="history">{ADDRESS.history}</h2>
        <Loading of={loaded}>
          {({ next }) => (items.length === 0 ? <EmptyState what={ADDRESS.nothing} /> : (
            <>
              {table(true)}
              <Pager next={next} />
              <div class="figure-foot"><DataLinks json={path} csv={`${path}&format=csv`} /></div>
            </>
          ))}
        </Loading>
      </section>
    </>
  );
}

/** One point for each block: the balance after the newest of its entries. */
function BalanceChart({ items }: { readonly items: readonly HistoryEntry[] }) {
  const byHeight = new Map<number, HistoryEntry>();
  for (const entry of items) if (!byHeight.has(entry.height)) byHeight.set(entry.height, entry);
  const points = [...byHeight.values()].reverse();
  return (
    <LineChart
      label={ADDRESS.chart} xs={points.map(({ height }) => height)} xLabel={HEADS.height}
      formatX={(height) => (Number.isInteger(height) ? formatNumber(height) : '')}
      formatValue={formatShort}
      lines={[{
        label: ADDRESS.balanceLine, colour: 'var(--series-1)', isStepped: true,
        // A picture may round what the table says exactly.
        values: points.map(({ balance }) => Number(balance)),
      }]}
    />
  );
}
