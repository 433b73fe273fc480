/**
 * The rules that a network chooses when it is founded, as values: the same on every node of it.
 *
 * Owns: the chain parameters, their limits, their one encoding, and the genesis block that commits
 * to them.
 * Does not own: what a node may choose for itself (ports, intervals), which never changes validity.
 * There are no built-in networks: a network is a value of `ChainParams`, and its id is its genesis
 * block's.
 */
import { domainTag, sha256 } from '../crypto/sha256.ts';
import { asciiToBytes, bytesToAscii, bytesToHex, concatBytes } from '../lib/bytes.ts';
import { ByteReader, ByteWriter } from '../lib/codec.ts';
import { blockIdOf, HEADER_VERSION, ZERO_ID } from './encoding.ts';
import { AMOUNT_MAX, UNITS_PER_COIN } from './types.ts';
import type { Amount, Block, BlockHeader, NetworkId } from './types.ts';

/** (consensus) */
export interface ChainParams {
  /** 1 to 32 printable ASCII characters. */
  readonly network: string;
  /** Zero bits that a block's id begins with, on average, in 1/65,536 bit; 0 to 255 bits. */
  readonly difficulty: number;
  /** Transactions that a block needs, its reward counted; 1 to 10,000. */
  readonly blockSize: number;
  /** New money of each block, in units; 0 to 2^63 - 1. */
  readonly blockReward: Amount;
  /** After this many seconds a block with fewer payments is valid too; 0 means never. */
  readonly blockWaitSeconds: number;
  /**
   * Greatest encoding of a block, in bytes; up to 8,000,000, and room for `blockSize` of the
   * largest payments.
   */
  readonly blockBytesMax: number;
}

/** One bit of difficulty. */
export const DIFFICULTY_BIT = 65_536;
export const BLOCK_SIZE_MAX = 10_000;
export const BLOCK_BYTES_LIMIT = 8_000_000;
export const BLOCK_WAIT_SECONDS_MAX = 1_000_000;
export const NETWORK_NAME_MAX = 32;
/** A block may be this far ahead of a node's clock, in ms (consensus, but only ever *early*). */
export const CLOCK_DRIFT_MAX_MS = 120_000;
/** How many blocks the median of the time rule looks at. */
export const MEDIAN_TIME_BLOCKS = 11;

/** Header, count and reward, and an RSA-4096 payment. */
const BLOCK_BYTES_FIXED = 116 + 4 + 49;
const PAYMENT_BYTES_MAX = 1108;
const PARAMS_VERSION = 1;
const PARAMS_TAG = domainTag('mvb/params/1');

/** What a user gets who chooses nothing. */
export const DEFAULT_PARAMS: ChainParams = {
  network: 'main',
  difficulty: 26 * DIFFICULTY_BIT,
  blockSize: 5,
  blockReward: 10n * UNITS_PER_COIN,
  blockWaitSeconds: 60,
  blockBytesMax: 1_000_000,
};

/**
 * The first thing that is wrong with the parameters, in words, or undefined when they can found a
 * network.
 */
export function paramsFault(params: ChainParams): string | undefined {
  const { network } = params;
  const isWhole = (value: number, min: number, max: number): boolean =>
    Number.isInteger(value) && value >= min && value <= max;
  if (network.length < 1 || network.length > NETWORK_NAME_MAX || !/^[\x21-\x7e]+$/.test(network)) {
    return `network must be 1 to ${NETWORK_NAME_MAX} printable characters without spaces`;
  }
  if (!isWhole(params.difficulty, 0, 255 * DIFFICULTY_BIT)) return 'difficulty must be 0 to 255';
  if (!isWhole(params.blockSize, 1, BLOCK_SIZE_MAX)) {
    return `block_size must be 1 to ${BLOCK_SIZE_MAX}`;
  }
  if (params.blockReward < 0n || params.blockReward > AMOUNT_MAX) {
    return `block_reward must be 0 to ${AMOUNT_MAX / UNITS_PER_COIN} coins`;
  }
  if (!isWhole(params.blockWaitSeconds, 0, BLOCK_WAIT_SECONDS_MAX)) {
    return `block_wait_seconds must be 0 to ${BLOCK_WAIT_SECONDS_MAX}`;
  }
  const bytesMin = BLOCK_BYTES_FIXED + (Math.max(params.blockSize, 2) - 1) * PAYMENT_BYTES_MAX;
  if (!isWhole(params.blockBytesMax, bytesMin, BLOCK_BYTES_LIMIT)) {
    return `max_block_bytes must be ${bytesMin} to ${BLOCK_BYTES_LIMIT} for this block_size`;
  }
  return undefined;
}

/**
 * The one encoding. A parameter added later gets version 2, used only when it is set, so old ids
 * stay.
 */
export function encodeParams(params: ChainParams): Uint8Array {
  return new ByteWriter()
    .u8(PARAMS_VERSION)
    .short(asciiToBytes(params.network))
    .u32(params.difficulty)
    .u32(params.blockSize)
    .big64(params.blockReward)
    .u32(params.blockWaitSeconds)
    .u32(params.blockBytesMax)
    .finish();
}

/**
 * The parameters, or undefined when the bytes are not the encoding of parameters within their
 * limits.
 */
export function decodeParams(bytes: Uint8Array): ChainParams | undefined {
  const reader = new ByteReader(bytes);
  if (reader.u8() !== PARAMS_VERSION) reader.fail();
  const network = bytesToAscii(reader.short());
  const params: ChainParams = {
    network: network ?? '',
    difficulty: reader.u32(),
    blockSize: reader.u32(),
    blockReward: reader.big64(),
    blockWaitSeconds: reader.u32(),
    blockBytesMax: reader.u32(),
  };
  return reader.complete && paramsFault(params) === undefined ? params : undefined;
}

/**
 * The block that every chain of the network begins with. It has no transactions and pays nothing;
 * where other headers have their Merkle root it has the hash of the parameters.
 */
export function genesisBlock(params: ChainParams): Block {
  const header: BlockHeader = {
    version: HEADER_VERSION,
    height: 0,
    previousId: ZERO_ID,
    merkleRoot: bytesToHex(sha256(concatBytes(PARAMS_TAG, encodeParams(params)))),
    time: 0,
    difficulty: params.difficulty,
    tag: '',
    nonce: 0n,
  };
  return { id: blockIdOf(header), header, transactions: [], byteLength: 116 + 4 };
}

/** Whether two sets of parameters found the same network; cheaper than comparing ids. */
export function equalParams(a: ChainParams, b: ChainParams): boolean {
  return a.network === b.network && a.difficulty === b.difficulty && a.blockSize === b.blockSize
    && a.blockReward === b.blockReward && a.blockWaitSeconds === b.blockWaitSeconds
    && a.blockBytesMax === b.blockBytesMax;
}

/** The id of the network that these parameters found. */
export function networkIdOf(params: ChainParams): NetworkId {
  return genesisBlock(params).id;
}
