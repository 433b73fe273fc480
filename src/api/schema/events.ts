/**
 * What the event stream says.
 *
 * Owns: the kinds of events and the shape of each.
 * Does not own: ids and resuming (`event-feed.ts`).
 */
import { z } from '@hono/zod-openapi';
import { BlockSummary, Reorg } from './chain.ts';
import { Coins, Height, Id, TimeMs } from './common.ts';
import { Peer, RatePoint, Status } from './network.ts';

const BlockEvent = z.object({
  block: BlockSummary,
  from: z.enum(['own', 'peer']).openapi({ description: 'mined here, or heard of' }),
}).openapi('BlockEvent');

const PaymentEvent = z.object({
  at_ms: TimeMs,
  id: Id,
  from: Id,
  to: Id,
  amount: Coins,
  fee: Coins,
  kind: z.enum(['waiting', 'confirmed', 'returned', 'refused']).openapi({
    description: 'returned: the block that had it is no longer in the main chain',
  }),
  height: Height.nullable(),
  code: z.string().nullable().openapi({ description: 'of a refusal' }),
}).openapi('PaymentEvent');

const PeerEvent = z.object({
  at_ms: TimeMs,
  kind: z.enum(['joined', 'left', 'tip', 'heard']),
  peer: Peer,
  reason: z.string().nullable().openapi({ description: 'why it left' }),
}).openapi('PeerEvent');

/** Each kind with the shape of its data. */
export const EVENTS = {
  /** At most once a second, when something of it changed. */
  status: Status,
  block: BlockEvent,
  reorg: Reorg,
  payment: PaymentEvent,
  hashrate: RatePoint,
  peer: PeerEvent,
  /** What was missed is no longer known: read everything again. */
  reset: z.object({}),
} as const;

export type EventKind = keyof typeof EVENTS;
export type EventData<Kind extends EventKind> = z.infer<(typeof EVENTS)[Kind]>;

/** One event as the client gives it. */
export type ChainEvent = {
  readonly [Kind in EventKind]: {
    readonly kind: Kind;
    /** Give it as `Last-Event-ID` to go on after it. */
    readonly id: string;
    readonly data: EventData<Kind>;
  };
}[EventKind];
