/**
 * Random values of the chain's nouns, within what their encodings can hold.
 * Owns: shapes for properties. Does not own: validity; most of what comes out breaks some rule.
 */
import fc from 'fast-check';
import { makeBlock, makePayment, makeReward } from '../../src/consensus/encoding.ts';
import { KEY_BYTES_MAX, SIGNATURE_BYTES_MAX } from '../../src/crypto/keys.ts';
import {
  BLOCK_BYTES_LIMIT, BLOCK_SIZE_MAX, BLOCK_WAIT_SECONDS_MAX, DIFFICULTY_BIT, paramsFault,
} from '../../src/consensus/params.ts';
import type { ChainParams } from '../../src/consensus/params.ts';
import { AMOUNT_MAX } from '../../src/consensus/types.ts';
import type {
  Address, Block, BlockHeader, BlockId, NetworkId, Payment, PaymentTerms, Reward,
} from '../../src/consensus/types.ts';
import { bytesToHex } from '../../src/lib/bytes.ts';

/** The network of `payments`, `rewards` and `blocks`. */
export const NETWORK_ID = 'ab'.repeat(32) as NetworkId;

/** 64 digits, as any id or address has. */
export const id64 = fc.uint8Array({ minLength: 32, maxLength: 32 }).map(bytesToHex);

/** Integers of 8 bytes, often at the edges that matter. */
export const big64 = fc.oneof(
  fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
  fc.constantFrom(0n, 1n, (1n << 53n) + 1n, AMOUNT_MAX, AMOUNT_MAX + 1n, (1n << 64n) - 1n),
);

/** Whole numbers that a number holds exactly. */
export const whole = fc.oneof(fc.maxSafeNat(), fc.constantFrom(0, 1, Number.MAX_SAFE_INTEGER));

export const terms: fc.Arbitrary<PaymentTerms> = fc.record({
  key: fc.uint8Array({ maxLength: KEY_BYTES_MAX }),
  to: id64.map((id) => id as Address),
  amount: big64,
  fee: big64,
  sequence: whole,
  time: whole,
});

export const payments: fc.Arbitrary<Payment> = fc
  .tuple(terms, fc.uint8Array({ maxLength: SIGNATURE_BYTES_MAX }))
  .map(([some, signature]) => makePayment(some, signature, NETWORK_ID));

export const rewards: fc.Arbitrary<Reward> = fc
  .record({ height: whole, to: id64.map((id) => id as Address), amount: big64 })
  .map((some) => makeReward(some, NETWORK_ID));

const printable = fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code));

export const tags = fc.string({ unit: printable, maxLength: 20 });

export const headers: fc.Arbitrary<BlockHeader> = fc.record({
  version: fc.integer({ min: 0, max: 0xffff_ffff }),
  height: whole,
  previousId: id64.map((id) => id as BlockId),
  merkleRoot: id64,
  time: whole,
  difficulty: fc.integer({ min: 0, max: 0xffff_ffff }),
  tag: tags,
  nonce: big64,
});

export const blocks: fc.Arbitrary<Block> = fc
  .tuple(headers, fc.array(fc.oneof(payments, rewards), { maxLength: 6 }))
  .map(([header, transactions]) => makeBlock(header, transactions));

const networks = fc.string({
  unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
  minLength: 1,
  maxLength: 32,
});

/** Parameters that can found a network. */
export const chainParams: fc.Arbitrary<ChainParams> = fc
  .record({
    network: networks,
    difficulty: fc.integer({ min: 0, max: 255 * DIFFICULTY_BIT }),
    blockSize: fc.oneof(
      fc.integer({ min: 1, max: BLOCK_SIZE_MAX }), fc.integer({ min: 1, max: 9 }),
    ),
    blockReward: fc.bigInt({ min: 0n, max: AMOUNT_MAX }),
    blockWaitSeconds: fc.integer({ min: 0, max: BLOCK_WAIT_SECONDS_MAX }),
    blockBytesMax: fc.integer({ min: 0, max: BLOCK_BYTES_LIMIT }),
  })
  .filter((params) => paramsFault(params) === undefined);
