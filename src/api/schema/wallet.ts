/**
 * The wallet in JSON: keys, orders, sign-in, control of mining. All of it needs the token.
 *
 * Owns: these shapes.
 * Does not own: keys and signing, which are the program's (`wallet-door.ts`).
 */
import { z } from '@hono/zod-openapi';
import { Coins, CoinsChange, Id } from './common.ts';

const Passphrase = z.string().min(1).max(1_000)
  .openapi({ description: 'of the key file, when it has one', format: 'password' });

export const WalletKey = z.object({
  name: z.string(),
  address: Id,
  balance: Coins,
  pending: CoinsChange,
  encrypted: z.boolean(),
  file: z.string().openapi({ description: 'the key file, to be backed up' }),
}).openapi('WalletKey');
export type WalletKey = z.infer<typeof WalletKey>;

export const Wallet = z.object({
  keys: z.array(WalletKey),
  balance: Coins.openapi({ description: 'of all keys' }),
  pending: CoinsChange,
  rewards_to: Id.nullable().openapi({ description: 'the address that mining pays' }),
}).openapi('Wallet');
export type Wallet = z.infer<typeof Wallet>;

export const NewAddress = z.object({
  name: z.string().min(1).max(200),
  passphrase: Passphrase.optional(),
}).strict().openapi('NewAddress');
export type NewAddress = z.infer<typeof NewAddress>;

const orderFields = {
  from: z.string().min(1).max(200).openapi({ description: 'name or address of one\'s own key' }),
  to: z.string().min(1).max(200).openapi({ description: 'name of a key, or 64 digits' }),
  amount: z.string().max(40).openapi({ description: 'coins', example: '2.5' }),
  fee: z.string().max(40).default('0'),
  replaces: Id.optional()
    .openapi({ description: 'a waiting payment of the same key whose place this one takes' }),
};

export const Order = z.object(orderFields).strict().openapi('Order');
export type Order = z.input<typeof Order>;

export const SignedOrder = z.object({ ...orderFields, passphrase: Passphrase.optional() })
  .strict().openapi('SignedOrder');
export type SignedOrder = z.input<typeof SignedOrder>;

/** What an order would do, before it is signed. */
export const Review = z.object({
  from: z.object({ name: z.string(), address: Id }),
  to: z.object({
    name: z.string().nullable(),
    address: Id,
    is_known: z.boolean()
      .openapi({ description: 'one\'s own, or used on this chain before' }),
  }),
  amount: Coins,
  fee: Coins,
  total: Coins.openapi({ description: 'amount and fee' }),
  available: Coins.openapi({ description: 'what is not promised yet' }),
  left: CoinsChange.openapi({ description: 'afterwards' }),
  needs_passphrase: z.boolean(),
  warnings: z.array(z.string()),
}).openapi('Review');
export type Review = z.infer<typeof Review>;

export const MiningControl = z.object({
  paused: z.boolean().optional(),
  threads: z.int().min(1).max(256).optional(),
  load: z.int().min(1).max(100).optional()
    .openapi({ description: 'percent of each thread\'s time' }),
}).strict().openapi('MiningControl');
export type MiningControl = z.infer<typeof MiningControl>;

export const SignIn = z.object({
  code: z.string().min(1).max(100)
    .openapi({ description: 'of the address that the miner prints; works once' }),
}).strict().openapi('SignIn');
export type SignIn = z.infer<typeof SignIn>;

export const Session = z.object({
  token: z.string().openapi({ description: 'for `Authorization: Bearer`' }),
}).openapi('Session');
export type Session = z.infer<typeof Session>;

export const SignInCode = z.object({ code: z.string() }).openapi('SignInCode');
export type SignInCode = z.infer<typeof SignInCode>;

/** A header to be looked at, not added. */
export const HeaderToCheck = z.object({
  header: z.string().regex(/^[0-9a-f]{232}$/)
    .openapi({ description: '116 bytes; compared with the rules for a child of its parent' }),
}).strict().openapi('HeaderToCheck');
export type HeaderToCheck = z.infer<typeof HeaderToCheck>;
