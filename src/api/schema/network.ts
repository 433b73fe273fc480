/**
 * The node and its neighbours in JSON: status, mining, peers, propagation, lessons.
 *
 * Owns: these shapes.
 * Does not own: what is measured (`observed/`).
 */
import { z } from '@hono/zod-openapi';
import { ChainParameters } from './chain.ts';
import { Coins, DurationMs, Hashes, Height, Id, pageOf, Tag, TimeMs } from './common.ts';

export const Miner = z.object({
  state: z.enum(['stopped', 'waiting', 'mining', 'paused']),
  height: Height.openapi({ description: 'of the block to be found' }),
  ready: z.int().openapi({ description: 'transactions that it has, the reward counted' }),
  needed: z.int(),
  waits_for: z.string().nullable().openapi({ description: 'a word such as `payments`' }),
  partial_at_ms: TimeMs.nullable()
    .openapi({ description: 'when a block with fewer may be mined' }),
  started_at_ms: TimeMs.nullable().openapi({ description: 'of the search at this height' }),
  hashes: Hashes.openapi({ description: 'tried for this block' }),
  expected_hashes: Hashes.openapi({ description: 'that a block takes on average' }),
  rate: z.number().openapi({ description: 'hashes per second, over the last seconds' }),
  kernel: z.string().openapi({ example: 'native-sha-ni x 3' }),
  threads: z.int(),
  threads_max: z.int(),
  load: z.int().openapi({ description: 'percent of each thread\'s time' }),
  blocks_found: z.int(),
  earned: Coins.openapi({ description: 'by blocks of this run that are in the main chain' }),
}).openapi('Miner');
export type Miner = z.infer<typeof Miner>;

export const Status = z.object({
  version: z.string(),
  now_ms: TimeMs,
  started_at_ms: TimeMs,
  network: z.string(),
  network_id: Id,
  params: ChainParameters,
  height: Height,
  tip_id: Id,
  tip_time_ms: TimeMs,
  tip_tag: Tag,
  work: Hashes,
  tag: Tag.openapi({ description: 'what this node calls itself' }),
  miner: Miner.nullable().openapi({ description: 'null for a node that does not mine' }),
  peers: z.int().openapi({ description: 'nodes with a link' }),
  heard: z.int().openapi({ description: 'nodes heard on the local network' }),
  waiting: z.int().openapi({ description: 'payments that wait for a block' }),
  sync_remaining: z.int().openapi({ description: 'blocks that are still to come' }),
  clock_behind_ms: DurationMs.nullable().openapi({
    description: 'how far this clock is behind most peers, when that is a matter',
  }),
  confirmation_depth: z.int(),
  read_only: z.boolean().openapi({ description: 'there is no wallet here and no control' }),
  source: z.enum(['node', 'store'])
    .openapi({ description: 'a running node, or the store of one' }),
}).openapi('Status');
export type Status = z.infer<typeof Status>;

export const RatePoint = z.object({ at_ms: TimeMs, rate: z.number() }).openapi('RatePoint');
export type RatePoint = z.infer<typeof RatePoint>;

const TagShare = z.object({
  tag: Tag,
  blocks: z.int(),
}).openapi('TagShare');

/** (policy) Blocks that `Mining` looks back over. */
export const MINING_BLOCKS_MAX = 500;

export const Mining = z.object({
  miner: Miner.nullable(),
  rates: z.array(RatePoint).openapi({ description: 'of this node, oldest first' }),
  window: z.object({
    from: Height, to: Height, blocks: z.int(),
  }).openapi({ description: 'the blocks that the rest is about' }),
  intervals_ms: z.array(DurationMs).openapi({
    description: 'between blocks of the window, oldest first, by their miners\' clocks',
  }),
  waited_for_payments: z.boolean().openapi({
    description: 'blocks here need payments, so intervals are not those of mining alone',
  }),
  expected_hashes: Hashes,
  network_rate: z.number().nullable()
    .openapi({ description: 'hashes per second of all miners together, estimated' }),
  network_rate_low: z.number().nullable().openapi({ description: 'of the 95 % band' }),
  network_rate_high: z.number().nullable(),
  shares: z.array(TagShare).openapi({ description: 'blocks by tag, most first' }),
}).openapi('Mining');
export type Mining = z.infer<typeof Mining>;

export const Peer = z.object({
  session: z.string().openapi({ description: '16 digits, drawn when it started' }),
  tag: Tag,
  address: z.string(),
  link: z.enum(['inbound', 'outbound', 'none'])
    .openapi({ description: 'who opened it; none for a node that was only heard' }),
  height: Height,
  tip_id: Id,
  work: Hashes,
  waiting: z.int(),
  is_miner: z.boolean().openapi({ description: 'it serves blocks; a wallet does not' }),
  same_network: z.boolean(),
  differences: z.array(z.string())
    .openapi({
      description: 'how its chain parameters differ', example: ['difficulty 20 (ours 24)'],
    }),
  latency_ms: DurationMs.nullable().openapi({ description: 'there and back' }),
  clock_offset_ms: DurationMs.nullable()
    .openapi({ description: 'its clock minus ours, with the time of the way in it' }),
  heard_at_ms: TimeMs,
}).openapi('Peer');
export type Peer = z.infer<typeof Peer>;

const Arrival = z.object({
  session: z.string(),
  tag: Tag,
  after_ms: DurationMs.openapi({ description: 'since this node had the block; may be below zero' }),
}).openapi('Arrival');

/** When a block came, and when peers said that they have it. */
export const Propagation = z.object({
  id: Id,
  height: Height,
  tag: Tag,
  had_at_ms: TimeMs,
  from: z.enum(['own', 'peer']),
  arrivals: z.array(Arrival).openapi({ description: 'earliest first' }),
}).openapi('Propagation');
export type Propagation = z.infer<typeof Propagation>;

export const PropagationPage = z.object({
  items: z.array(Propagation),
  next: z.string().nullable(),
  blocks_seen: z.int().openapi({ description: 'since this node started' }),
  stale_seen: z.int().openapi({ description: 'of them, not in the main chain' }),
}).openapi('PropagationPage');
export type PropagationPage = z.infer<typeof PropagationPage>;

const LESSONS = [
  'address', 'reward', 'payment', 'block', 'nonce', 'tamper', 'fork', 'double-spend',
] as const;

export const Lesson = z.object({
  name: z.enum(LESSONS),
  done: z.boolean(),
  detail: z.string().nullable().openapi({ description: 'what ticked it' }),
  path: z.string().nullable().openapi({ description: 'of the page that shows it' }),
}).openapi('Lesson');
export type Lesson = z.infer<typeof Lesson>;

export const Lessons = z.object({ lessons: z.array(Lesson) }).openapi('Lessons');
export type Lessons = z.infer<typeof Lessons>;

/** A payment that this node refused, lately. */
export const Refusal = z.object({
  at_ms: TimeMs,
  id: Id,
  from: Id,
  to: Id,
  amount: Coins,
  code: z.string(),
  sentence: z.string(),
}).openapi('Refusal');
export type Refusal = z.infer<typeof Refusal>;

export const PeerPage = pageOf('PeerPage', Peer);
export const RefusalPage = pageOf('RefusalPage', Refusal);

export const Health = z.object({
  ok: z.boolean(),
  reason: z.string(),
  height: Height,
}).openapi('Health');
export type Health = z.infer<typeof Health>;
