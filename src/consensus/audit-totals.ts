/**
 * The part of the audit that looks at the store as a whole, once every block was replayed.
 *
 * Owns: comparing all accounts, all headers, and the sizes of the indexes with what the replay
 * gave.
 * Does not own: the replay (`audit.ts`). Each check gives what is wrong in words, or what it
 * counted.
 */
import { ByteReader } from '../lib/codec.ts';
import type { Store } from '../ports.ts';
import { storedAccounts } from './account-records.ts';
import { agedKey } from './ages.ts';
import { blockIdOf } from './encoding.ts';
import { decodeNode } from './header-records.ts';
import { heightKey, idIn, SPACE } from './records.ts';
import type { HeaderNode } from './records.ts';
import { EMPTY_ACCOUNT } from './types.ts';
import type { AccountRecord, Address, Amount, BlockId } from './types.ts';

/** Whether the stored accounts are exactly these; then how many there are and what they hold. */
export function compareAccounts(
  store: Store,
  right: ReadonlyMap<Address, AccountRecord>,
): { accounts: number; money: Amount } | string {
  let [accounts, money] = [0, 0n];
  for (const [address, account] of storedAccounts(store)) {
    const { balance, sequence, spentAt, receivedAt } = account;
    const expected = right.get(address) ?? EMPTY_ACCOUNT;
    if (balance !== expected.balance) {
      return `account ${address} has ${balance} units, and its payments give ${expected.balance}`;
    }
    if (sequence !== expected.sequence) {
      return `account ${address} counts ${sequence} payments, and made ${expected.sequence}`;
    }
    if (spentAt !== expected.spentAt || receivedAt !== expected.receivedAt) {
      return `the history of account ${address} begins elsewhere`;
    }
    accounts++;
    money += balance;
  }
  if (accounts !== right.size) return `there are ${accounts} accounts, not ${right.size}`;
  return { accounts, money };
}

/** Each header is its key's, and no branch that may be valid has more work than the tip. */
export function checkHeaders(
  store: Store, tip: HeaderNode,
): { readonly main: number; readonly side: number } | string {
  let [main, side] = [0, 0];
  for (const [key, value] of store.scan(Uint8Array.of(SPACE.header))) {
    const node = decodeNode(value);
    const height = new ByteReader(key.subarray(1)).u64();
    const isMain = key.length === MAIN_KEY_BYTES;
    const id = isMain ? node.id : idIn(key) as BlockId;
    const isWhole = node.id === id && node.header.height === height
      && blockIdOf(node.header) === id;
    const place = store.get(agedKey(SPACE.block, height, id));
    const isFound = place !== undefined && new ByteReader(place).u64() === height;
    if (!isWhole || !isFound) return `header ${id} is another's`;
    const mayBeBest = node.status !== 'invalid' && node.work > tip.work;
    if (mayBeBest) return `${id} has more work than the tip`;
    if (isMain) main++;
    else side++;
  }
  return { main, side };
}

const MAIN_KEY_BYTES = heightKey(SPACE.header, 0).length;

/** The replay compared every entry that must be there; this finds those that must not. */
export function checkIndexes(
  store: Store,
  totals: { readonly blocks: number; readonly headers: number; readonly runRecords: number },
): string | undefined {
  const expected = [
    ['blocks', SPACE.block, totals.headers],
    ['transactions', SPACE.run, totals.runRecords],
    ['trails', SPACE.trail, totals.blocks - 1],
  ] as const;
  for (const [name, space, right] of expected) {
    let count = 0;
    for (const _entry of store.scan(Uint8Array.of(space))) count++;
    if (count !== right) return `the index of ${name} has ${count} entries, not ${right}`;
  }
  return undefined;
}
