/**
 * Routes about keys and money: all of them need the token, but signing in.
 *
 * Owns: paths and what they take.
 * Does not own: keys and signing (`WalletDoor`), carrying an order out once (`wallet/orders.ts`).
 */
import { z } from '@hono/zod-openapi';
import type { Clock } from '../../ports.ts';
import { ProblemError } from '../problem.ts';
import { Payment, PaymentPage } from '../schema/chain.ts';
import {
  NewAddress, Order, Review, Session, SignedOrder, SignIn as SignInBody, SignInCode, Wallet,
  WalletKey,
} from '../schema/wallet.ts';
import type { SignIn } from '../sign-in.ts';
import type { ApiSource, WalletDoor } from '../source.ts';
import type { PaymentView } from '../views/payment-view.ts';
import { newKeyJson, reviewJson, walletJson } from '../views/wallet-view.ts';
import type { Routes } from './route.ts';

export interface WalletRoutesParts {
  readonly source: ApiSource;
  readonly payments: PaymentView;
  readonly signIn: SignIn;
  readonly clock: Clock;
}

const KEY_HEADER = 'idempotency-key';
const OrderHeaders = z.object({
  [KEY_HEADER]: z.string().min(1).max(64)
    .openapi({ description: 'of one\'s own choice: one key is one payment, however often asked' }),
});

export function addWalletRoutes(routes: Routes, parts: WalletRoutesParts): void {
  addSignIn(routes, parts);
  addKeys(routes, parts);
  addOrders(routes, parts);
}

function addSignIn(routes: Routes, { signIn }: WalletRoutesParts): void {
  routes.post({
    name: 'signIn', path: '/api/session', group: 'wallet',
    summary: 'the token, for the code of an address that the miner printed; a code works once',
    body: SignInBody, answer: Session,
    handle: ({ body }) => ({ token: signIn.redeem(body.code) }),
  }).post({
    name: 'signInCode', path: '/api/session/code', group: 'wallet', isOwn: true,
    summary: 'a code that signs another browser in',
    body: z.object({}).strict(), answer: SignInCode, status: 201,
    handle: () => ({ code: signIn.newCode()! }),
  });
}

function addKeys(routes: Routes, { source }: WalletRoutesParts): void {
  routes.get({
    name: 'wallet', path: '/api/wallet',
    group: 'wallet', isOwn: true, summary: 'keys and what they have',
    answer: Wallet,
    handle: () => walletJson(source, walletOf(source)),
  }).post({
    name: 'newAddress', path: '/api/wallet/addresses', group: 'wallet', isOwn: true,
    summary: 'makes a key, and the address to pay it at',
    body: NewAddress, answer: WalletKey, status: 201,
    handle: async ({ body }) =>
      newKeyJson(source, await walletOf(source).newKey(body.name, body.passphrase)),
  });
}

function addOrders(routes: Routes, { source, payments, clock }: WalletRoutesParts): void {
  routes.post({
    name: 'review', path: '/api/wallet/review', group: 'wallet', isOwn: true,
    summary: 'what an order would do; nothing is signed',
    body: Order, answer: Review,
    handle: async ({ body }) =>
      reviewJson(source, await walletOf(source).understand(wordsOf(body)), body.replaces),
  }).post({
    name: 'send', path: '/api/wallet/payments', group: 'wallet', isOwn: true,
    summary: 'signs, saves and broadcasts a payment',
    headers: OrderHeaders, body: SignedOrder, answer: Payment, status: 201,
    handle: async ({ body, header }) => {
      const key = header(KEY_HEADER)!; // The schema asks for it.
      const sent = await walletOf(source).send(wordsOf(body), key, body.passphrase);
      return payments.one({ transaction: sent, height: undefined }, clock.now(), true);
    },
  }).list({
    name: 'payments', path: '/api/wallet/payments', group: 'wallet', isOwn: true,
    summary: 'one\'s own payments, newest first',
    item: Payment, answer: PaymentPage,
    handle: ({ query }) => payments.own(query, clock.now()),
  });
}

function walletOf({ wallet }: ApiSource): WalletDoor {
  if (wallet !== undefined) return wallet;
  throw new ProblemError({
    status: 403, code: 'read-only', detail: 'There is no wallet here: these pages only show.',
  });
}

function wordsOf({ from, to, amount, fee, replaces }: z.output<typeof Order>) {
  return { from, to, amount, fee, replaces };
}
