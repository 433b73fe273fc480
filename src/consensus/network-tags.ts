/**
 * What begins all that is signed or hashed for one network: a domain's tag and the network's id, so
 * that nothing made for one network stands for something in another (threats row 30).
 */
import { domainTag } from '../crypto/sha256.ts';
import { concatBytes, hexToBytes } from '../lib/bytes.ts';
import type { NetworkId } from './types.ts';

export interface NetworkTags {
  readonly networkId: NetworkId;
  readonly payment: Uint8Array;
  readonly reward: Uint8Array;
}

const PAYMENT_TAG = domainTag('mvb/payment/1');
const REWARD_TAG = domainTag('mvb/reward/1');

/** Of the network that was asked for last: a program has one. */
let last: NetworkTags | undefined;

export function tagsOf(networkId: NetworkId): NetworkTags {
  if (last?.networkId === networkId) return last;
  const id = hexToBytes(networkId)!;
  const payment = concatBytes(PAYMENT_TAG, id);
  last = { networkId, payment, reward: concatBytes(REWARD_TAG, id) };
  return last;
}
