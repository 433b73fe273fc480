/**
 * What a text in the search box may stand for.
 *
 * Owns: trying heights, ids, beginnings of ids, addresses and names, in that order.
 */
import type { Address } from '../../consensus/types.ts';
import type { SearchHit } from '../schema/chain.ts';
import type { Page } from '../schema/common.ts';
import type { ApiSource } from '../source.ts';
import { addressIn, findBlocks, findTransactionIds, isUsed } from './lookup.ts';

/** `names` are those of the wallet, for who may see them. */
export function searchJson(
  source: ApiSource, text: string, names: ReadonlyMap<string, Address>,
): Page<SearchHit> {
  const words = text.trim();
  const items: SearchHit[] = findBlocks(source, words).map((node) => ({
    kind: 'block', id: node.id, path: `/block/${node.id}`,
  }));
  for (const id of findTransactionIds(source, words)) {
    items.push({ kind: 'payment', id, path: `/payment/${id}` });
  }
  const digits = addressIn(words);
  // What is a block or a payment is an address too only if the chain knows it as one.
  const isAddress = digits !== undefined && (items.length === 0 || isUsed(source.chain, digits));
  const address = names.get(words) ?? (isAddress ? digits : undefined);
  if (address !== undefined) {
    items.push({ kind: 'address', id: address, path: `/address/${address}` });
  }
  return { items, next: null };
}
