/**
 * The wallet's addresses, and the way to be paid at one.
 */
import { useState } from 'preact/hooks';
import type { Wallet, WalletKey } from '../../../api/schema/wallet.ts';
import { CsvButton } from '../../components/csv-button.tsx';
import { DataTable } from '../../components/data-table.tsx';
import type { Column } from '../../components/data-table.tsx';
import { Qr } from '../../components/qr.tsx';
import { Amount, Id } from '../../components/text.tsx';
import { WALLET } from '../../words/wallet.ts';

const HEADS = WALLET.columns;

export function KeysCard({ wallet }: { readonly wallet: Wallet }) {
  const [shown, setShown] = useState<string | undefined>(undefined);
  const key = wallet.keys.find(({ address }) => address === shown);
  return (
    <section class="card stack" aria-labelledby="keys">
      <h2 id="keys">{WALLET.keys}</h2>
      <DataTable
        caption={WALLET.keysCaption} isCaptionUnseen rows={wallet.keys}
        columns={columnsOf(wallet, shown, setShown)} keyOf={({ address }) => address}
      />
      {key === undefined ? null : <Receive {...key} onClose={() => setShown(undefined)} />}
      <div class="figure-foot">
        <CsvButton
          name="addresses" heading={['name', 'address', 'balance', 'pending']}
          rows={wallet.keys.map((one) => [one.name, one.address, one.balance, one.pending])}
        />
      </div>
    </section>
  );
}

function columnsOf(
  { rewards_to: rewardsTo }: Wallet, shown: string | undefined,
  show: (address: string | undefined) => void,
): readonly Column<WalletKey>[] {
  return [
    {
      name: 'name', head: HEADS.name,
      cell: ({ name }) => <strong>{name}</strong>,
    },
    {
      name: 'balance', head: HEADS.balance, look: 'right',
      cell: ({ balance }) => <Amount value={balance} />,
    },
    {
      name: 'pending', head: HEADS.pending, look: 'right',
      cell: ({ pending }) => <Amount value={pending} isChange />,
    },
    {
      name: 'address', head: HEADS.address,
      cell: ({ address }) => <Id kind="address" id={address} />,
    },
    {
      name: 'receive', head: HEADS.receive,
      cell: ({ name, address }) => (
        <button
          type="button" class="button small" aria-label={WALLET.receiveAt(name)}
          aria-expanded={address === shown}
          onClick={() => show(address === shown ? undefined : address)}
        >
          {WALLET.show}
        </button>
      ),
    },
    {
      name: 'key', head: HEADS.key,
      cell: ({ address, encrypted }) => (
        <span class="row muted">
          {encrypted ? WALLET.encrypted : WALLET.plain}
          {address === rewardsTo ? <span class="chip">{WALLET.rewards}</span> : null}
        </span>
      ),
    },
  ];
}

function Receive(
  { name, address, onClose }: WalletKey & { readonly onClose: () => void },
) {
  return (
    <div class="wallet-receive">
      <Qr text={address} label={WALLET.qr(name)} />
      <div class="stack">
        <h3>{WALLET.receiveAt(name)}</h3>
        <p>{WALLET.receiveWhy}</p>
        <Id kind="address" id={address} isWhole />
        <div>
          <button type="button" class="button small" onClick={onClose}>{WALLET.close}</button>
        </div>
      </div>
    </div>
  );
}
