/**
 * The page about payments that wait: what the next block takes, and why each of them waits.
 */
import type { Payment } from '../../../api/schema/chain.ts';
import type { Refusal } from '../../../api/schema/network.ts';
import { DataTable } from '../../components/data-table.tsx';
import { DataLinks } from '../../components/figure.tsx';
import { PageHead } from '../../components/page.tsx';
import { cursorNow, Pager } from '../../components/pager.tsx';
import { EmptyState, Loading } from '../../components/state.tsx';
import { Age, Amount, Id } from '../../components/text.tsx';
import { changes, status } from '../../live.ts';
import { shortId } from '../../../lib/words.ts';
import { useLoad } from '../../load.ts';
import { node } from '../../node.ts';
import { PENDING } from '../../words/pending.ts';
import { NextBlock } from './next-block-picture.tsx';

/** (policy) Payments of one page. */
const LIMIT = 50;
const REFUSED_LIMIT = 20;

export function Page() {
  const cursor = cursorNow();
  const fresh = `${changes.payments.value} ${changes.blocks.value}`;
  const first = useLoad('first', () => node.pending({ limit: 100 }), fresh);
  const list = useLoad(`pending ${cursor ?? ''}`,
    () => node.pending({ limit: LIMIT, ...cursor === undefined ? {} : { cursor } }), fresh);
  const refused = useLoad('refused', () => node.refused({ limit: REFUSED_LIMIT }), fresh);
  return (
    <>
      <PageHead title={PENDING.title} about={PENDING.about} />
      <div class="stack">
        <Loading of={first} lines={3}>{({ items }) => <NextBlock payments={items} />}</Loading>
        <section class="card stack" aria-labelledby="waiting">
          <ListHead id="waiting" title={PENDING.listTitle} seeing={PENDING.listSeeing} />
          <Loading of={list}>
            {({ items, next }) => (
              <>
                {items.length === 0 ? <Nothing /> : <Waiting payments={items} />}
                <Pager next={next} />
              </>
            )}
          </Loading>
          <div class="figure-foot">
            <DataLinks json="/api/pending?limit=100" csv="/api/pending?limit=100&format=csv" />
          </div>
        </section>
        <section class="card stack" aria-labelledby="refused">
          <ListHead id="refused" title={PENDING.refusedTitle} seeing={PENDING.refusedSeeing} />
          <Loading of={refused} lines={2}>
            {({ items }) => (items.length > 0 ? <Refused refusals={items} />
              : <EmptyState what={PENDING.refusedEmpty}>{PENDING.refusedEmptyNext}</EmptyState>)}
          </Loading>
          <div class="figure-foot">
            <DataLinks json="/api/refused?limit=100" csv="/api/refused?limit=100&format=csv" />
          </div>
        </section>
      </div>
    </>
  );
}

interface ListHeadProps {
  readonly id: string;
  readonly title: string;
  readonly seeing: string;
}

function ListHead({ id, title, seeing }: ListHeadProps) {
  return (
    <div class="figure-head"><h2 id={id}>{title}</h2><p class="figure-seeing">{seeing}</p></div>
  );
}

function Nothing() {
  return (
    <EmptyState what={PENDING.empty}>
      {PENDING.emptyNext}
      {status.value?.read_only === true ? null
        : <>{' '}<a href="/wallet#send">{PENDING.send}</a></>}
    </EmptyState>
  );
}

function Waiting({ payments }: { readonly payments: readonly Payment[] }) {
  return (
    <DataTable
      caption={PENDING.listTitle} isCaptionUnseen rows={payments} keyOf={({ id }) => id}
      columns={[
        {
          name: 'id', head: PENDING.payment,
          cell: ({ id }) => <Id kind="payment" id={id} isBare />,
        },
        {
          name: 'amount', head: PENDING.amount, look: 'right',
          cell: ({ amount }) => <Amount value={amount} />,
        },
        {
          name: 'fee', head: PENDING.fee, look: 'right',
          cell: ({ fee }) => <Amount value={fee ?? '0'} />,
        },
        { name: 'age', head: PENDING.age, look: 'right', cell: ageOf },
        {
          name: 'why', head: PENDING.why, look: 'wrap',
          cell: ({ reason }) => (
            <>{reason.sentence}{' '}<span class="muted">{reason.next}</span></>
          ),
        },
        {
          name: 'from', head: PENDING.from,
          cell: ({ from }) => (from === null ? null : <Id kind="address" id={from} isBare />),
        },
        { name: 'to', head: PENDING.to, cell: ({ to }) => <Id kind="address" id={to} isBare /> },
      ]}
    />
  );
}

function ageOf({ seen_at_ms, time_ms }: Payment) {
  const at = seen_at_ms ?? time_ms;
  return at === null ? null : <Age at={at} isBare />;
}

function Refused({ refusals }: { readonly refusals: readonly Refusal[] }) {
  return (
    <DataTable
      caption={PENDING.refusedTitle} isCaptionUnseen rows={refusals} keyOf={({ id }) => id}
      columns={[
        {
          name: 'when', head: PENDING.when, look: 'right',
          cell: ({ at_ms }) => <Age at={at_ms} />,
        },
        {
          name: 'id', head: PENDING.payment,
          cell: ({ id }) => <code title={id}>{shortId(id)}</code>,
        },
        {
          name: 'amount', head: PENDING.amount, look: 'right',
          cell: ({ amount }) => <Amount value={amount} />,
        },
        {
          name: 'rule', head: PENDING.rule, look: 'wrap',
          cell: ({ code, sentence }) => <><code>{code}</code> {sentence}</>,
        },
        {
          name: 'from', head: PENDING.from,
          cell: ({ from }) => <Id kind="address" id={from} isBare />,
        },
        { name: 'to', head: PENDING.to, cell: ({ to }) => <Id kind="address" id={to} isBare /> },
      ]}
    />
  );
}
