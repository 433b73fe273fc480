/**
 * `minimum-viable-blockchain/consensus`: the rules, for programs that check or keep a chain.
 *
 * Owns: the promise: these names stay, and mean the same, through minor versions. Synchronous, pure
 * code; it needs a `Store` and a `Verifier`, such as those of `/platform`, or of one's own.
 */
export { openChain } from '../consensus/chain.ts';
export type { AddBlockResult, Chain } from '../consensus/chain.ts';
export { checkBody, checkHeader, checkPayment } from '../consensus/checks.ts';
export {
  addressOf, blockIdOf, decodeBlock, decodeHeader, decodePayment, encodeBlock, encodeHeader,
  makeBlock, makePayment, makeReward, signingBytes,
} from '../consensus/encoding.ts';
export { merkleRootOf } from '../consensus/merkle.ts';
export { DEFAULT_PARAMS, DIFFICULTY_BIT, genesisBlock, networkIdOf } from '../consensus/params.ts';
export type { ChainParams } from '../consensus/params.ts';
export { meetsDifficulty, targetOf, workOf } from '../consensus/pow.ts';
export type { HeaderNode } from '../consensus/records.ts';
export { isRejection, REJECTION_CODES, severityOf } from '../consensus/rejection.ts';
export type { Rejection, RejectionCode, Severity } from '../consensus/rejection.ts';
export type { ChainChange } from '../consensus/reorg.ts';
export { Signatures } from '../consensus/signatures.ts';
export { AMOUNT_MAX, UNITS_PER_COIN } from '../consensus/types.ts';
export type {
  Account, Address, Amount, Block, BlockHeader, BlockId, NetworkId, Payment, PaymentTerms, Reward,
  Transaction, TransactionId, Work,
} from '../consensus/types.ts';
export { MemoryStore } from '../lib/memory-store.ts';
