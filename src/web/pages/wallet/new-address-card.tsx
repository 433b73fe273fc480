/**
 * Making an address.
 */
import { useState } from 'preact/hooks';
import { announce } from '../../announce.ts';
import { ErrorNote } from '../../components/state.tsx';
import { node } from '../../node.ts';
import { noticeRefusal } from '../../session.ts';
import { WALLET } from '../../words/wallet.ts';
import { Field } from './field.tsx';

export function NewAddressCard({ onMade }: { readonly onMade: () => void }) {
  const [name, setName] = useState('');
  const [passphrase, setPassphrase] = useState('');
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Error | undefined>(undefined);
  const make = async (): Promise<void> => {
    setBusy(true);
    try {
      const key = await node.newAddress(passphrase === '' ? { name } : { name, passphrase });
      setFailure(undefined);
      setName('');
      setPassphrase('');
      announce(WALLET.made(key.name));
      onMade();
    } catch (error) {
      noticeRefusal(error);
      setFailure(error as Error);
    }
    setBusy(false);
  };
  const submit = (event: Event): void => {
    event.preventDefault();
    if (!isBusy) void make();
  };
  return (
    <section class="card stack" aria-labelledby="new-address">
      <h2 id="new-address">{WALLET.newAddress}</h2>
      <form class="stack wallet-form" onSubmit={submit}>
        <Field label={WALLET.name} hint={WALLET.nameHint} value={name} onInput={setName} isNeeded />
        <Field
          label={WALLET.passphraseNew} hint={WALLET.passphraseHint} value={passphrase}
          onInput={setPassphrase} isSecret
        />
        {failure === undefined ? null : <ErrorNote error={failure} />}
        <div>
          <button type="submit" class="button" disabled={isBusy}>{WALLET.make}</button>
        </div>
      </form>
    </section>
  );
}
