/**
 * One's own payments, and where each stands.
 */
import type { Payment } from '../../../api/schema/chain.ts';
import type { WalletKey } from '../../../api/schema/wallet.ts';
import { shortId } from '../../../lib/words.ts';
import { FetchedCsv } from '../../components/csv-button.tsx';
import { DataTable } from '../../components/data-table.tsx';
import type { Column } from '../../components/data-table.tsx';
import { cursorNow, Pager } from '../../components/pager.tsx';
import { EmptyState, Loading } from '../../components/state.tsx';
import { Age, Amount, Id } from '../../components/text.tsx';
import { useLoad } from '../../load.ts';
import { node } from '../../node.ts';
import { WALLET } from '../../words/wallet.ts';
import { leastFee } from './send-state.ts';
import type { Draft } from './send-state.ts';

interface OwnPaymentsProps {
  readonly keys: readonly WalletKey[];
  readonly fresh: string;
  readonly onRaise: (draft: Partial<Draft>) => void;
}

const HEADS = WALLET.ownColumns;
const LOOKS = { pending: 'warn', confirmed: 'good', superseded: 'bad', replaced: '' } as const;

export function OwnPayments({ keys, fresh, onRaise }: OwnPaymentsProps) {
  const cursor = cursorNow();
  const loaded = useLoad(`payments ${cursor}`,
    () => node.payments({ limit: 20, ...cursor === undefined ? {} : { cursor } }), fresh);
  return (
    <section class="card stack" aria-labelledby="own-payments">
      <div class="figure-head">
        <h2 id="own-payments">{WALLET.own}</h2>
        <p class="figure-seeing">{WALLET.ownSeeing}</p>
      </div>
      <Loading of={loaded}>
        {({ items, next }) => (items.length === 0 ? (
          <EmptyState what={WALLET.ownNone}>{WALLET.ownNoneNext}</EmptyState>
        ) : (
          <>
            <DataTable
              caption={WALLET.ownCaption} isCaptionUnseen rows={items}
              columns={columnsOf(keys, onRaise)} keyOf={({ id }) => id}
            />
            <Pager next={next} />
            <div class="figure-foot">
              <FetchedCsv
                name="payments" label={WALLET.csvPayments}
                fetch={() => node.csv('/api/wallet/payments?limit=100')}
              />
            </div>
          </>
        ))}
      </Loading>
    </section>
  );
}

function columnsOf(
  keys: readonly WalletKey[], onRaise: OwnPaymentsProps['onRaise'],
): readonly Column<Payment>[] {
  const nameOf = (address: string) => keys.find((key) => key.address === address)?.name
    ?? <Id kind="address" id={address} isBare />;
  return [
    { name: 'id', head: HEADS.id, cell: ({ id }) => <Id kind="payment" id={id} isBare /> },
    {
      name: 'when', head: HEADS.when,
      cell: ({ time_ms: time }) => (time === null ? '' : <Age at={time} />),
    },
    { name: 'from', head: HEADS.from, cell: ({ from }) => (from === null ? '' : nameOf(from)) },
    { name: 'to', head: HEADS.to, cell: ({ to }) => nameOf(to) },
    {
      name: 'amount', head: HEADS.amount, look: 'right',
      cell: ({ amount }) => <Amount value={amount} />,
    },
    {
      name: 'fee', head: HEADS.fee, look: 'right',
      cell: ({ fee }) => (fee === null ? '' : <Amount value={fee} />),
    },
    {
      name: 'state', head: HEADS.state,
      cell: ({ status }) => <span class={`chip ${LOOKS[status]}`}>{WALLET.states[status]}</span>,
    },
    { name: 'why', head: HEADS.why, look: 'wrap', cell: ({ reason }) => reason.sentence },
    {
      name: 'do', head: HEADS.do,
      cell: (payment) => (payment.status !== 'pending' ? '' : (
        <button
          type="button" class="button small" aria-label={WALLET.raiseLabel(shortId(payment.id))}
          onClick={() => onRaise({
            from: keys.find((key) => key.address === payment.from)?.name ?? '',
            to: payment.to, amount: payment.amount, fee: leastFee(payment.fee ?? '0'),
            replaces: payment.id,
          })}
        >
          {WALLET.raise}
        </button>
      )),
    },
  ];
}
