/**
 * What a text in the search box may stand for.
 *
 * Owns: trying heights, ids, beginnings of ids, addresses and names, in that order.
 */
import type { Address } from '../../consensus/types.ts';
import type { SearchHit } from '../schema/chain.ts';
import type { Page } from '../schema/common.ts';
import type { ApiSource } from '../source.ts';
import { findBlocks, findTransactionIds, isUsed } from './lookup.ts';

const ADDRESS = /^[0-9a-f]{64}$/;

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
  const digits = words.toLowerCase();
  const isAddress = ADDRESS.test(digits);
  const named = names.get(words);
  const wasFound = items.length > 0;
  const address = named
    ?? (isAddress && (!wasFound || isUsed(source.chain, digits as Address))
      ? digits as Address : undefined);
  if (address !== undefined) {
    items.push({ kind: 'address', id: address, path: `/address/${address}` });
  }
  return { items, next: null };
}
