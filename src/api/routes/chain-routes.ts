/**
 * Routes about the chain: blocks, the tree, payments, addresses.
 *
 * Owns: paths and what they take.
 * Does not own: the answers (`views/`).
 */
import { z } from '@hono/zod-openapi';
import type { Clock } from '../../ports.ts';
import type { Observed } from '../observed/observed.ts';
import {
  Address, Block, BlockPage, BlockSummary, HeaderCheck, HistoryEntry, HistoryPage, Overview,
  Payment, PaymentPage, Reorg, ReorgPage, SearchPage, Transaction, TransactionPage, Tree,
} from '../schema/chain.ts';
import { whole } from '../schema/common.ts';
import { Refusal, RefusalPage } from '../schema/network.ts';
import { HeaderToCheck } from '../schema/wallet.ts';
import type { ApiSource } from '../source.ts';
import { addressHistory, addressJson } from '../views/address-view.ts';
import type { BlockView } from '../views/block-view.ts';
import { checkHeaderText } from '../views/header-check.ts';
import { pageOfArray } from '../views/json.ts';
import { requireAddress, requireBlock, requireTransaction } from '../views/lookup.ts';
import type { PaymentView } from '../views/payment-view.ts';
import { searchJson } from '../views/search-view.ts';
import { overviewJson, reorgJson, treeJson } from '../views/tree-view.ts';
import type { Routes } from './route.ts';

export interface ChainRoutesParts {
  readonly source: ApiSource;
  readonly observed: Observed;
  readonly blocks: BlockView;
  readonly payments: PaymentView;
  readonly clock: Clock;
}

const Text = z.string().min(1).max(128);
const BlockName = z.object({
  id: Text.openapi({ description: 'a height, an id, at least 6 digits of one, or `tip`' }),
});
const PaymentName = z.object({
  id: Text.openapi({ description: 'an id, or at least 6 digits of one' }),
});
const AddressName = z.object({ address: Text });
const height = whole(0, Number.MAX_SAFE_INTEGER);
const Range = z.object({
  from: height.optional('the lowest height'), to: height.optional('the highest height'),
});
const SPANS_USUAL = 200;
const SPANS_MAX = 500;

export function addChainRoutes(routes: Routes, parts: ChainRoutesParts): void {
  addBlocks(routes, parts);
  addTree(routes, parts);
  addPayments(routes, parts);
  addAddresses(routes, parts);
}

function addBlocks(routes: Routes, { source, observed, blocks, clock }: ChainRoutesParts): void {
  routes.list({
    name: 'blocks', path: '/api/blocks', group: 'chain', summary: 'the main chain, newest first',
    item: BlockSummary, answer: BlockPage,
    handle: ({ query }) => blocks.list(query),
  }).get({
    name: 'block', path: '/api/blocks/{id}', group: 'chain', summary: 'a block, with its checks',
    params: BlockName, answer: Block,
    handle: ({ params }) => blocks.full(requireBlock(source, params.id), clock.now()),
  }).list({
    name: 'transactions', path: '/api/blocks/{id}/transactions',
    group: 'chain', summary: 'what is in a block',
    params: BlockName, item: Transaction, answer: TransactionPage,
    handle: ({ params, query }) => blocks.transactions(requireBlock(source, params.id), query),
  }).post({
    name: 'checkHeader', path: '/api/check', group: 'chain',
    summary: 'what a header would be worth; nothing is added to the chain',
    body: HeaderToCheck, answer: HeaderCheck,
    handle: ({ body }) => {
      const check = checkHeaderText(source.chain, body.header, clock.now());
      const { lessons } = observed;
      const isStored = source.chain.header(check.id as never) !== undefined;
      if (!isStored) {
        lessons.zeroBits = Math.max(lessons.zeroBits, check.zero_bits);
        lessons.brokenRule = check.checks.find(({ holds }) => !holds)?.name ?? lessons.brokenRule;
      }
      return check;
    },
  });
}

function addTree(routes: Routes, { source, observed }: ChainRoutesParts): void {
  routes.get({
    name: 'tree', path: '/api/tree',
    group: 'chain', summary: 'all known blocks of a range of heights',
    query: Range, answer: Tree,
    handle: ({ query }) => treeJson(source, observed, query),
  }).get({
    name: 'overview', path: '/api/tree/overview',
    group: 'chain', summary: 'the main chain from far away',
    query: Range.extend({
      spans: whole(1, SPANS_MAX).usually(SPANS_USUAL, 'parts at most'),
    }),
    answer: Overview,
    handle: ({ query }) => overviewJson(source, query),
  }).list({
    name: 'reorgs', path: '/api/reorgs', group: 'chain',
    summary: 'reorganisations since the node started, newest first',
    item: Reorg, answer: ReorgPage,
    handle: ({ query }) => {
      const { items, next } = pageOfArray(observed.reorgs, query);
      return { items: items.map(reorgJson), next };
    },
  });
}

function addPayments(routes: Routes, { source, payments, clock }: ChainRoutesParts): void {
  routes.get({
    name: 'payment', path: '/api/payments/{id}',
    group: 'chain', summary: 'a payment or a reward, and why it waits',
    params: PaymentName, answer: Payment,
    handle: ({ params, isOwner }) =>
      payments.one(requireTransaction(source, params.id), clock.now(), isOwner),
  }).list({
    name: 'pending', path: '/api/pending', group: 'chain',
    summary: 'payments that wait, in the order in which the next blocks would take them',
    item: Payment, answer: PaymentPage,
    handle: ({ query }) => payments.pending(query, clock.now()),
  }).list({
    name: 'refused', path: '/api/refused', group: 'chain',
    summary: 'payments that this node refused lately, newest first',
    item: Refusal, answer: RefusalPage,
    handle: ({ query }) => payments.refused(query),
  });
}

function addAddresses(routes: Routes, { source }: ChainRoutesParts): void {
  routes.get({
    name: 'address', path: '/api/addresses/{address}',
    group: 'chain', summary: 'what an address has',
    params: AddressName, answer: Address,
    handle: ({ params }) => addressJson(source, requireAddress(params.address)),
  }).list({
    name: 'history', path: '/api/addresses/{address}/history', group: 'chain',
    summary: 'what came and went, newest first, with the balance after each',
    params: AddressName, item: HistoryEntry, answer: HistoryPage,
    handle: ({ params, query }) => addressHistory(source, requireAddress(params.address), query),
  }).get({
    name: 'search', path: '/api/search', group: 'chain', summary: 'what a text may stand for',
    query: z.object({ q: z.string().min(1).max(200) }), answer: SearchPage,
    handle: async ({ query, isOwner }) => {
      const keys = isOwner ? await source.wallet?.keys() ?? [] : [];
      const names = new Map(keys.map(({ name, address }) => [name, address]));
      return searchJson(source, query.q, names);
    },
  });
}
