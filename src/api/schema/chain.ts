/**
 * Blocks, transactions and addresses in JSON.
 *
 * Owns: these shapes.
 * Does not own: how they are read from the chain (`views/`).
 */
import { z } from '@hono/zod-openapi';
import {
  Coins, CoinsChange, Hashes, Height, Id, pageOf, Reason, Tag, TimeMs,
} from './common.ts';

export const ChainParameters = z.object({
  network: z.string(),
  difficulty: z.number().openapi({ description: 'bits; one more doubles the work' }),
  block_size: z.int().openapi({ description: 'transactions a block needs, the reward counted' }),
  block_reward: Coins,
  block_wait_seconds: z.int()
    .openapi({ description: 'after so long a smaller block is valid; 0 means never' }),
  max_block_bytes: z.int(),
}).openapi('ChainParameters');

const Standing = z.enum(['main', 'side', 'invalid']).openapi('Standing', {
  description: 'in the main chain, on a branch beside it, or refused because it breaks a rule',
});

export const BlockSummary = z.object({
  id: Id,
  height: Height,
  previous_id: Id,
  time_ms: TimeMs.openapi({ description: 'as its miner stamped it' }),
  tag: Tag,
  difficulty: z.number(),
  nonce: z.string(),
  merkle_root: Id,
  bytes: z.int(),
  transactions: z.int(),
  paid: Coins.openapi({ description: 'the sum of its payments' }),
  fees: Coins,
  reward_to: Id.nullable().openapi({ description: 'null for genesis' }),
  standing: Standing,
  depth: z.int().openapi({ description: '1 for the tip, 0 beside the main chain' }),
  received_at_ms: TimeMs.nullable()
    .openapi({ description: 'when this node had it; null when that was before it started' }),
}).openapi('BlockSummary');
export type BlockSummary = z.infer<typeof BlockSummary>;

/** A rule, and whether it holds. */
export const Check = z.object({
  name: z.string().openapi({ example: 'proof of work' }),
  holds: z.boolean(),
  detail: z.string().openapi({ example: '24 zero bits wanted, 27 found' }),
}).openapi('Check');
export type Check = z.infer<typeof Check>;

export const Block = BlockSummary.extend({
  header: z.string().regex(/^[0-9a-f]{232}$/)
    .openapi({ description: 'the 116 bytes of the header; the id is their SHA-256' }),
  target: Id.openapi({ description: 'the id, as a number, must be below it' }),
  work: Hashes.openapi({ description: 'expected hashes of this block and all before it' }),
  checks: z.array(Check),
  next_id: Id.nullable().openapi({ description: 'the block after it in the main chain' }),
  rivals: z.array(Id).openapi({ description: 'other blocks known at this height' }),
}).openapi('Block');
export type Block = z.infer<typeof Block>;

export const Transaction = z.object({
  id: Id,
  type: z.enum(['payment', 'reward']),
  from: Id.nullable(),
  to: Id,
  amount: Coins,
  fee: Coins.nullable(),
  sequence: z.int().nullable()
    .openapi({ description: 'payments that its account made before' }),
  time_ms: TimeMs.nullable().openapi({ description: 'when the payer made it' }),
  bytes: z.int(),
}).openapi('Transaction');
export type Transaction = z.infer<typeof Transaction>;

const PaymentState = z.enum(
  ['pending', 'confirmed', 'superseded', 'replaced'],
).openapi('PaymentState', {
  description: 'superseded: another payment took its place in the chain; replaced: a later one '
    + 'with a higher fee stands for it',
});

/** A transaction with what became of it. */
export const Payment = Transaction.extend({
  status: PaymentState,
  height: Height.nullable(),
  block_id: Id.nullable(),
  depth: z.int().nullable().openapi({ description: 'blocks from it to the tip; 1 in the tip' }),
  final_depth: z.int().openapi({ description: 'the depth at which it counts as final here' }),
  by: Id.nullable().openapi({ description: 'the payment that took its place' }),
  reason: Reason,
  seen_at_ms: TimeMs.nullable()
    .openapi({ description: 'when this node first heard of it, or it was saved here' }),
  key_name: z.string().nullable()
    .openapi({ description: 'of the key that signed it, for one\'s own with the token' }),
}).openapi('Payment');
export type Payment = z.infer<typeof Payment>;

export const Address = z.object({
  address: Id,
  balance: Coins,
  pending: CoinsChange.openapi({ description: 'what waiting payments would change' }),
  sequence: z.int().openapi({ description: 'payments that it made' }),
  is_known: z.boolean().openapi({ description: 'whether the chain ever saw it' }),
}).openapi('Address');
export type Address = z.infer<typeof Address>;

export const HistoryEntry = z.object({
  id: Id,
  kind: z.enum(['reward', 'received', 'sent', 'to itself']),
  height: Height,
  time_ms: TimeMs.openapi({ description: 'of the block' }),
  change: CoinsChange,
  fee: Coins,
  other: Id.nullable(),
  balance: Coins.openapi({ description: 'after it' }),
}).openapi('HistoryEntry');
export type HistoryEntry = z.infer<typeof HistoryEntry>;

/** A block as the tree draws it. */
export const TreeBlock = z.object({
  id: Id,
  height: Height,
  previous_id: Id,
  time_ms: TimeMs,
  tag: Tag,
  standing: Standing,
  received_at_ms: TimeMs.nullable(),
}).openapi('TreeBlock');
export type TreeBlock = z.infer<typeof TreeBlock>;

/** Where a node stands. */
export const Flag = z.object({
  name: z.string(),
  session: z.string().nullable().openapi({ description: 'null for this node' }),
  tip_id: Id,
  height: Height,
}).openapi('Flag');
export type Flag = z.infer<typeof Flag>;

/** (policy) Heights of a tree in one answer. */
export const TREE_HEIGHTS_MAX = 500;

export const Tree = z.object({
  from: Height,
  to: Height,
  tip_height: Height,
  tip_id: Id,
  blocks: z.array(TreeBlock).openapi({ description: 'by height; known branches with it' }),
  flags: z.array(Flag).openapi({ description: 'the tips of this node and its peers' }),
  is_cut: z.boolean().openapi({ description: 'there are more blocks than fit in an answer' }),
}).openapi('Tree');
export type Tree = z.infer<typeof Tree>;

/** The main chain from far away. */
export const Overview = z.object({
  tip_height: Height,
  spans: z.array(z.object({
    from: Height,
    to: Height.openapi({ description: 'the last of the span' }),
    time_ms: TimeMs.openapi({ description: 'of the block `from`' }),
    interval_ms: z.number().nullable()
      .openapi({ description: 'the average time between its blocks' }),
  })),
}).openapi('Overview');
export type Overview = z.infer<typeof Overview>;

const BlockName = z.object({ id: Id, height: Height, tag: Tag });

export const Reorg = z.object({
  at_ms: TimeMs,
  fork_height: Height,
  disconnected: z.array(BlockName).openapi({ description: 'newest first' }),
  connected: z.array(BlockName).openapi({ description: 'oldest first' }),
  disconnected_count: z.int(),
  connected_count: z.int(),
  returned: z.int().openapi({ description: 'payments that wait again' }),
}).openapi('Reorg');
export type Reorg = z.infer<typeof Reorg>;

/** What a header would be worth. */
export const HeaderCheck = z.object({
  id: Id,
  zero_bits: z.int(),
  checks: z.array(Check),
}).openapi('HeaderCheck');
export type HeaderCheck = z.infer<typeof HeaderCheck>;

export const SearchHit = z.object({
  kind: z.enum(['block', 'payment', 'address']),
  id: Id,
  path: z.string().openapi({ description: 'of the page that shows it', example: '/block/8' }),
}).openapi('SearchHit');
export type SearchHit = z.infer<typeof SearchHit>;

export const BlockPage = pageOf('BlockPage', BlockSummary);
export const TransactionPage = pageOf('TransactionPage', Transaction);
export const PaymentPage = pageOf('PaymentPage', Payment);
export const HistoryPage = pageOf('HistoryPage', HistoryEntry);
export const ReorgPage = pageOf('ReorgPage', Reorg);
export const SearchPage = pageOf('SearchPage', SearchHit);
