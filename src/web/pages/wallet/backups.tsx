/**
 * The reminder to copy key files, until the visitor says that it was done.
 */
import { useState } from 'preact/hooks';
import type { WalletKey } from '../../../api/schema/wallet.ts';
import { readStored, writeStored } from '../../stored.ts';
import { WALLET } from '../../words/wallet.ts';

/** (policy) Addresses that are remembered as copied. */
const COPIED_MAX = 1_000;

export function Backups({ keys }: { readonly keys: readonly WalletKey[] }) {
  const [copied, setCopied] = useState<readonly string[]>(copiedBefore);
  const left = keys.filter(({ address }) => !copied.includes(address));
  if (left.length === 0) return null;
  const tick = (address: string): void => {
    const next = [...copied, address].slice(-COPIED_MAX);
    writeStored('mvb-copied-keys', next.join(' '));
    setCopied(next);
  };
  return (
    <section class="note warn" aria-labelledby="backup">
      <h2 id="backup" class="note-title">{WALLET.backup}</h2>
      <p>{WALLET.backupWhy}</p>
      <ul class="stack-tight">
        {left.map(({ name, address, file }) => (
          <li key={address} class="row">
            <code>{file}</code>
            <button type="button" class="button small" onClick={() => tick(address)}>
              {WALLET.backupDone(name)}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function copiedBefore(): readonly string[] {
  return (readStored('mvb-copied-keys') ?? '').split(' ').filter((text) => text !== '');
}
