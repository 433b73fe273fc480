/**
 * The wallet: for whoever has the token. Others are told how to sign in.
 */
import { useState } from 'preact/hooks';
import type { Wallet } from '../../../api/schema/wallet.ts';
import { PageHead } from '../../components/page.tsx';
import { EmptyState, Loading, Skeleton } from '../../components/state.tsx';
import { Amount } from '../../components/text.tsx';
import { isZeroAmount } from '../../format.ts';
import { changes, status } from '../../live.ts';
import { useLoad } from '../../load.ts';
import { node } from '../../node.ts';
import { isSignedIn, signOut } from '../../session.ts';
import { WALLET } from '../../words/wallet.ts';
import { Backups } from './backups.tsx';
import { KeysCard } from './keys-card.tsx';
import { NewAddressCard } from './new-address-card.tsx';
import { OwnPayments } from './own-payments.tsx';
import { SendCard } from './send-card.tsx';
import type { Draft } from './send-state.ts';
import { SignInCard } from './sign-in-card.tsx';

export function Page() {
  return (
    <>
      <PageHead title={WALLET.title} about={WALLET.about}>
        {isSignedIn.value ? (
          <button type="button" class="button small" onClick={signOut}>{WALLET.signOut}</button>
        ) : null}
      </PageHead>
      <Rooms />
    </>
  );
}

function Rooms() {
  if (status.value === undefined) return <div class="card"><Skeleton /></div>;
  if (status.value.read_only) {
    return <div class="card"><EmptyState what={WALLET.none}>{WALLET.noneNext}</EmptyState></div>;
  }
  return isSignedIn.value ? <OwnWallet /> : <SignInCard />;
}

function OwnWallet() {
  const [made, setMade] = useState(0);
  const fresh = `${changes.payments.value} ${status.value?.tip_id} ${made}`;
  const loaded = useLoad('wallet', () => node.wallet(), fresh);
  const refresh = (): void => setMade((count) => count + 1);
  return (
    <Loading of={loaded}>
      {(wallet) => <Open wallet={wallet} fresh={fresh} onChange={refresh} />}
    </Loading>
  );
}

interface OpenProps {
  readonly wallet: Wallet;
  /** Changes when payments may have changed. */
  readonly fresh: string;
  readonly onChange: () => void;
}

function Open({ wallet, fresh, onChange }: OpenProps) {
  // A new order for the form, such as one that takes another's place; the number tells them apart.
  const [order, setOrder] = useState<{ readonly number: number; readonly draft: Partial<Draft> }>(
    { number: 0, draft: {} },
  );
  return (
    <div class="stack">
      <Backups keys={wallet.keys} />
      <section class="card stack" aria-labelledby="money">
        <h2 id="money">{WALLET.money}</h2>
        <p class="big"><Amount value={wallet.balance} hasUnit /></p>
        {isZeroAmount(wallet.pending) ? null : (
          <p>
            <Amount value={wallet.pending} isChange />{' '}
            <span class="muted">{WALLET.pending}</span>
          </p>
        )}
      </section>
      <KeysCard wallet={wallet} />
      <div class="halves wallet-halves">
        <SendCard keys={wallet.keys} order={order} onSent={onChange} />
        <NewAddressCard onMade={onChange} />
      </div>
      <OwnPayments
        keys={wallet.keys} fresh={fresh}
        onRaise={(draft) => setOrder(({ number }) => ({ number: number + 1, draft }))}
      />
    </div>
  );
}
