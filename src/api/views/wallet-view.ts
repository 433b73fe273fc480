/**
 * The wallet as JSON, and what an order would do.
 *
 * Owns: joining keys with what the chain says of them.
 * Does not own: keys (`WalletDoor`), the rules for payments (`wallet/build.ts`).
 */
import type { Address } from '../../consensus/types.ts';
import { formatCoins, formatPending } from '../../wallet/amount.ts';
import { costOf, fundsOf, pendingByPayer } from '../../wallet/payments.ts';
import type { Funds } from '../../wallet/payments.ts';
import type { Review, Wallet, WalletKey } from '../schema/wallet.ts';
import type { ApiSource, OrderFacts, OwnKey, WalletDoor } from '../source.ts';
import { isUsed } from './lookup.ts';

const NO_FUNDS: Funds = { balance: 0n, pending: 0n };

export async function walletJson(source: ApiSource, wallet: WalletDoor): Promise<Wallet> {
  const keys = await wallet.keys();
  const funds = fundsOf(source.chain, source.store, keys.map(({ address }) => address));
  const all = [...funds.values()];
  return {
    keys: keys.map((key) => keyJson(key, funds.get(key.address) ?? NO_FUNDS)),
    balance: formatCoins(all.reduce((sum, { balance }) => sum + balance, 0n)),
    pending: formatPending(all.reduce((sum, { pending }) => sum + pending, 0n)),
    rewards_to: wallet.rewardTo ?? null,
  };
}

/** A key that was made just now; its address may have been paid before all the same. */
export function newKeyJson({ chain, store }: ApiSource, key: OwnKey): WalletKey {
  return keyJson(key, fundsOf(chain, store, [key.address]).get(key.address) ?? NO_FUNDS);
}

/** What the order would do; nothing is signed. */
export function reviewJson(
  source: ApiSource, order: OrderFacts, replaces: string | undefined,
): Review {
  const { chain, store } = source;
  const { from, to, amount, fee } = order;
  let available = chain.account(from.address).balance;
  for (const { payment } of pendingByPayer(chain, store).get(from.address) ?? []) {
    if (payment.id !== replaces) available -= costOf(payment);
  }
  const total = amount + fee;
  const isKnown = order.toName !== undefined || isUsed(chain, to);
  return {
    from: { name: from.name, address: from.address },
    to: { name: order.toName ?? null, address: to, is_known: isKnown },
    amount: formatCoins(amount),
    fee: formatCoins(fee),
    total: formatCoins(total),
    available: formatCoins(available < 0n ? 0n : available),
    left: formatPending(available - total),
    needs_passphrase: from.isEncrypted,
    warnings: warningsOf({ order, isKnown, isCovered: total <= available }),
  };
}

function warningsOf(
  { order, isKnown, isCovered }: { order: OrderFacts; isKnown: boolean; isCovered: boolean },
): string[] {
  const { from, to, amount, fee } = order;
  const isOwn = (address: Address): boolean => address === from.address;
  return [
    ...isCovered ? [] : ['This is more than the key has free: the payment would be refused.'],
    ...isKnown ? [] : ['Nobody has used this address on this chain yet, and a typing error cannot '
      + 'be undone.'],
    ...isOwn(to) ? ['This pays the key itself; only the fee changes anything.'] : [],
    ...fee > amount ? ['The fee is more than what is paid.'] : [],
  ];
}

function keyJson(key: OwnKey, { balance, pending }: Funds): WalletKey {
  return {
    name: key.name, address: key.address, balance: formatCoins(balance),
    pending: formatPending(pending), encrypted: key.isEncrypted, file: key.file,
  };
}
