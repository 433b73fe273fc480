/**
 * A block: what is in it, and whether it is valid.
 */
import type { ComponentChildren } from 'preact';
import { useMemo } from 'preact/hooks';
import type { Block, Transaction } from '../../api/schema/chain.ts';
import { sha256Hex } from '../../crypto/sha256.ts';
import { hexToBytes } from '../../lib/bytes.ts';
import { Checks } from '../block/checks.tsx';
import { HashView, HeaderBytes } from '../block/hash-view.tsx';
import { Sandbox } from '../block/sandbox.tsx';
import { DataTable } from '../components/data-table.tsx';
import type { Column } from '../components/data-table.tsx';
import { Facts } from '../components/facts.tsx';
import { DataLinks } from '../components/figure.tsx';
import { PageHead } from '../components/page.tsx';
import { cursorNow, Pager } from '../components/pager.tsx';
import { EmptyState, Loading } from '../components/state.tsx';
import { Age, Amount, Id, MinerMark } from '../components/text.tsx';
import { formatDuration, formatNumber, formatShort, formatTime } from '../format.ts';
import { changes } from '../live.ts';
import { useLoad } from '../load.ts';
import { node } from '../node.ts';
import type { PageProps } from '../routes.ts';
import { BLOCK } from '../words/block.ts';

export function Page({ params }: PageProps) {
  const id = params['id']!;
  const loaded = useLoad(id, () => node.block(id), changes.blocks.value);
  const block = loaded.value;
  return (
    <>
      <PageHead title={titleOf(block, id)} about={block === undefined ? undefined : aboutOf(block)}>
        {block === undefined ? null : <Neighbours block={block} />}
      </PageHead>
      <Loading of={loaded} lines={8}>{(value) => <Content block={value} />}</Loading>
    </>
  );
}

function titleOf(block: Block | undefined, id: string): string {
  if (block !== undefined) {
    return block.height === 0 ? BLOCK.genesis : BLOCK.title(formatNumber(block.height));
  }
  return /^\d{1,16}$/.test(id) ? BLOCK.title(formatNumber(Number(id))) : BLOCK.titleUnknown;
}

function aboutOf({ standing, depth }: Block): string {
  return standing === 'main' ? BLOCK.about.main(formatNumber(depth)) : BLOCK.about[standing];
}

function Neighbours({ block: { height, previous_id, next_id } }: { readonly block: Block }) {
  return (
    <div class="row tight">
      {height === 0 ? null : (
        <a class="button small" href={`/block/${previous_id}`}>← {BLOCK.earlier}</a>
      )}
      {next_id === null ? null : (
        <a class="button small" href={`/block/${next_id}`}>{BLOCK.later} →</a>
      )}
      <a class="button small" href={`/chain?at=${height}`}>{BLOCK.inChain}</a>
    </div>
  );
}

function Content({ block }: { readonly block: Block }) {
  return (
    <div class="stack">
      <section class="card stack">
        <Facts facts={factsOf(block)} />
        <div class="figure-foot"><DataLinks json={`/api/blocks/${block.id}`} /></div>
      </section>
      <Transactions block={block} />
      <div class="block-halves">
        <Hash block={block} />
        <section class="card stack" aria-labelledby="checks">
          <div>
            <h2 id="checks">{BLOCK.checks}</h2>
            <p class="figure-seeing">{BLOCK.checksSeeing}</p>
          </div>
          <Checks checks={block.checks} />
        </section>
      </div>
      <Sandbox key={block.id} block={block} />
    </div>
  );
}

function factsOf(block: Block): (readonly [string, ComponentChildren])[] {
  const { facts } = BLOCK;
  const payments = Math.max(0, block.transactions - (block.reward_to === null ? 0 : 1));
  const isGenesis = block.height === 0;
  return [
    [facts.id, <Id kind="block" id={block.id} isWhole />],
    ...isGenesis ? [] : [
      [facts.miner, <><MinerMark tag={block.tag} /> <span class="muted">{BLOCK.tagNote}</span></>],
      [facts.stamped, (
        <>{formatTime(block.time_ms)} <span class="muted">{BLOCK.stampedNote}</span></>
      )],
      [facts.received, block.received_at_ms === null ? BLOCK.facts.before
        : <><Age at={block.received_at_ms} /> ({formatTime(block.received_at_ms)})</>],
      [facts.payments, <span class="number">{formatNumber(payments)}</span>],
      [facts.paid, <Amount value={block.paid} hasUnit />],
      [facts.fees, <Amount value={block.fees} hasUnit />],
      [facts.rewardTo, block.reward_to === null ? '–'
        : <Id kind="address" id={block.reward_to} />],
    ] as const,
    [facts.size, BLOCK.bytes(formatNumber(block.bytes))],
    [facts.work, BLOCK.hashes(formatShort(Number(block.work)))],
    ...block.rivals.length === 0 ? [] : [[facts.rivals, (
      <span class="row">{block.rivals.map((id) => <Id key={id} kind="block" id={id} />)}</span>
    )] as const],
  ];
}

function Hash({ block }: { readonly block: Block }) {
  const bytes = useMemo(() => hexToBytes(block.header)!, [block.header]);
  const { hash, tookMs } = useMemo(() => measuredHash(bytes), [bytes]);
  const isSame = hash === block.id;
  return (
    <section class="card stack" aria-labelledby="hash">
      <div>
        <h2 id="hash">{BLOCK.hash}</h2>
        <p class="figure-seeing">{BLOCK.hashSeeing}</p>
      </div>
      <HeaderBytes bytes={bytes} />
      <HashView hash={hash} wanted={block.height === 0 ? 0 : block.difficulty} />
      <p class={isSame ? 'muted' : 'bad'}>
        {isSame ? BLOCK.hashMatches(formatDuration(tookMs)) : BLOCK.hashDiffers}
      </p>
    </section>
  );
}

function measuredHash(bytes: Uint8Array): { readonly hash: string; readonly tookMs: number } {
  const began = performance.now();
  const hash = sha256Hex(bytes);
  return { hash, tookMs: performance.now() - began };
}

const HEADS = BLOCK.columns;

const COLUMNS: readonly Column<Transaction>[] = [
  { name: 'id', head: HEADS.id, cell: ({ id }) => <Id kind="payment" id={id} /> },
  { name: 'type', head: HEADS.type, cell: ({ type }) => BLOCK.kinds[type] },
  {
    name: 'from', head: HEADS.from,
    cell: ({ from }) => (from === null ? <span class="muted">{BLOCK.newMoney}</span>
      : <Id kind="address" id={from} isBare />),
  },
  { name: 'to', head: HEADS.to, cell: ({ to }) => <Id kind="address" id={to} isBare /> },
  {
    name: 'amount', head: HEADS.amount, look: 'right',
    cell: ({ amount }) => <Amount value={amount} />,
  },
  {
    name: 'fee', head: HEADS.fee, look: 'right',
    cell: ({ fee }) => (fee === null ? '' : <Amount value={fee} />),
  },
  { name: 'sequence', head: HEADS.sequence, look: 'right', cell: ({ sequence }) => sequence ?? '' },
];

function Transactions({ block: { id } }: { readonly block: Block }) {
  const cursor = cursorNow();
  const loaded = useLoad(`${id} ${cursor}`,
    () => node.transactions(id, cursor === undefined ? {} : { cursor }));
  const path = `/api/blocks/${id}/transactions`;
  return (
    <section class="card stack" aria-labelledby="transactions">
      <h2 id="transactions">{BLOCK.transactions}</h2>
      <Loading of={loaded}>
        {({ items, next }) => (items.length === 0 ? (
          <EmptyState what={BLOCK.noTransactions}>{BLOCK.noTransactionsNext}</EmptyState>
        ) : (
          <>
            <DataTable
              caption={BLOCK.transactionsCaption} columns={COLUMNS} rows={items}
              keyOf={(one) => one.id}
            />
            <Pager next={next} />
            <div class="figure-foot">
              <DataLinks json={`${path}?limit=100`} csv={`${path}?limit=100&format=csv`} />
            </div>
          </>
        ))}
      </Loading>
    </section>
  );
}
