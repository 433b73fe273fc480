/**
 * The nouns of the chain, as values that never change.
 *
 * Owns: what a payment, a reward, a header and a block hold.
 * Does not own: their bytes (`encoding.ts`) or which of them are valid (`checks.ts`, `state.ts`).
 * Ids, senders and digests are computed from bytes when a value is made or decoded; they are on no
 * wire, so nobody can claim another.
 */

declare const brand: unique symbol;

/** 64 lower-case hexadecimal digits: SHA-256 of a header. */
export type BlockId = string & { readonly [brand]: 'BlockId' };
/** 64 digits: SHA-256 of what a payment's owner signs, or of a reward. */
export type TransactionId = string & { readonly [brand]: 'TransactionId' };
/** 64 digits: SHA-256 of a public key. */
export type Address = string & { readonly [brand]: 'Address' };
/** 64 digits: the id of the genesis block, which commits to every chain parameter. */
export type NetworkId = BlockId;
/** 64 digits: the Merkle leaf of a transaction, over all of its bytes, signature included. */
export type Digest = string & { readonly [brand]: 'Digest' };
/** Money in units, 1 coin = 1,000,000 units; 0 to 2^63 - 1. */
export type Amount = bigint;
/** Expected hashes to find a block, or the sum of it over a chain. */
export type Work = bigint;

/** What a payer decides and signs. */
export interface PaymentTerms {
  /** The payer's public key: algorithm byte and canonical encoding (`crypto/keys.ts`). */
  readonly key: Uint8Array;
  readonly to: Address;
  readonly amount: Amount;
  readonly fee: Amount;
  /** How many payments the account has made before: 0, 1, 2... Makes each payment happen once. */
  readonly sequence: number;
  /** When the payer made it, in ms since 1970; information only. */
  readonly time: number;
}

export interface Payment extends PaymentTerms {
  readonly type: 'payment';
  readonly signature: Uint8Array;
  /** The address of `key`. */
  readonly from: Address;
  readonly id: TransactionId;
  readonly digest: Digest;
  /** The one encoding of all of it; its id and digest are of these bytes. */
  readonly bytes: Uint8Array;
}

/** The miner's pay, the last transaction of each block: new coins and the block's fees. */
export interface Reward {
  readonly type: 'reward';
  /** Makes the ids of two equal rewards differ (BIP 34). */
  readonly height: number;
  readonly to: Address;
  readonly amount: Amount;
  readonly id: TransactionId;
  readonly digest: Digest;
  readonly bytes: Uint8Array;
}

export type Transaction = Payment | Reward;

export interface BlockHeader {
  readonly version: number;
  /** 0 for genesis. */
  readonly height: number;
  readonly previousId: BlockId;
  /** 64 digits: the Merkle root of the transactions. */
  readonly merkleRoot: string;
  /** Milliseconds since 1970, as the miner stamped it. */
  readonly time: number;
  /** In 1/65,536 bit. */
  readonly difficulty: number;
  /** Who mined it, as it calls itself: printable ASCII, at most 20 characters. Proves nothing. */
  readonly tag: string;
  readonly nonce: bigint;
}

export interface Block {
  readonly id: BlockId;
  readonly header: BlockHeader;
  readonly transactions: readonly Transaction[];
  /** Of the block's encoding. */
  readonly byteLength: number;
}

/** What an address may spend. One that was never paid has zeros. */
export interface Account {
  readonly balance: Amount;
  /** The sequence that its next payment must have. */
  readonly sequence: number;
}

/** A place in the main chain, as one number (`history.ts`); 0 is nowhere. */
export type Place = number;

/** What the chain keeps of an account: besides, where its history begins. That decides nothing. */
export interface AccountRecord extends Account {
  /** Its newest payment. */
  readonly spentAt: Place;
  /** The newest payment or reward to it. */
  readonly receivedAt: Place;
}

export const UNITS_PER_COIN = 1_000_000n;
/** No amount, sum or balance is above this (consensus). CVE-2010-5139 is why sums count. */
export const AMOUNT_MAX = (1n << 63n) - 1n;
export const EMPTY_ACCOUNT: AccountRecord = {
  balance: 0n, sequence: 0, spentAt: 0, receivedAt: 0,
};
