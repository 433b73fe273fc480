/**
 * Payments as JSON: what they say, what became of them, and why.
 *
 * Owns: gathering what is known here; the order of the waiting list.
 * Does not own: the sentences (`payment-reason.ts`), what became of a payment
 * (`wallet/payments.ts`).
 */
import type { BlockId, Payment as ChainPayment, Reward } from '../../consensus/types.ts';
import type { PaymentReport } from '../../protocol/messages.ts';
import { formatCoins } from '../../wallet/amount.ts';
import {
  paymentStatus, readPayment, trackPayments,
} from '../../wallet/payments.ts';
import type { PaymentStatus } from '../../wallet/payments.ts';
import type { Observed } from '../observed/observed.ts';
import { reasonOf } from '../payment-reason.ts';
import type { Payment } from '../schema/chain.ts';
import type { Page, Reason } from '../schema/common.ts';
import type { Refusal } from '../schema/network.ts';
import type { ApiSource } from '../source.ts';
import { pageOfArray, transactionJson } from './json.ts';
import type { ListRequest } from './json.ts';
import type { FoundTransaction } from './lookup.ts';

/** (policy) The order of waiting payments is found out at most so often; it takes milliseconds. */
const ORDER_MS = 500;
/** (policy) A list up to this length takes no time that anybody would notice. */
const SHORT_LIST = 1_000;

/** The waiting list as it was. */
interface WaitingOrder {
  readonly at: number;
  readonly tipId: BlockId;
  readonly size: number;
  readonly payments: readonly ChainPayment[];
  /** So many of them, the first ones, the next blocks could take. */
  readonly readyCount: number;
}

export class PaymentView {
  readonly #source: ApiSource;
  readonly #observed: Observed;
  #order: WaitingOrder | undefined;

  constructor(source: ApiSource, observed: Observed) {
    this.#source = source;
    this.#observed = observed;
  }

  /** `isOwner`: whoever asks has the token, and sees the names of keys. */
  one({ transaction, height }: FoundTransaction, now: number, isOwner: boolean): Payment {
    if (transaction.type === 'reward') return this.#reward(transaction, height);
    const { chain, store } = this.#source;
    const saved = readPayment(store, chain.networkId, transaction.id);
    const status = this.#waitingStatus(transaction) ?? paymentStatus(chain, store, transaction);
    return this.#payment(transaction, status, {
      now, savedAt: saved?.savedAt, keyName: isOwner ? saved?.keyName : undefined,
    });
  }

  /** What waits, in the order in which the next blocks would take it; then what cannot go yet. */
  pending(request: ListRequest, now: number): Page<Payment> {
    const { items, next } = pageOfArray(this.#waiting(now)?.payments ?? [], request);
    return {
      items: items.map((transaction) => this.one({ transaction, height: undefined }, now, false)),
      next,
    };
  }

  /** One's own payments, newest first. */
  own(request: ListRequest, now: number): Page<Payment> {
    const { chain, store } = this.#source;
    const { items, next } = pageOfArray(trackPayments(chain, store), request);
    return {
      items: items.map(({ payment, status, savedAt, keyName }) =>
        this.#payment(payment, status, { now, savedAt, keyName })),
      next,
    };
  }

  refused(request: ListRequest): Page<Refusal> {
    const { items, next } = pageOfArray(this.#observed.refusals, request);
    return {
      items: items.map(({ at, payment, rejection }) => ({
        at_ms: at, id: payment.id, from: payment.from, to: payment.to,
        amount: formatCoins(payment.amount), code: rejection.code,
        sentence: REFUSALS[rejection.code] ?? `A rule said no: ${rejection.code}.`,
      })),
      next,
    };
  }

  #waiting(now: number): WaitingOrder | undefined {
    const mempool = this.#source.node?.view.mempool;
    if (mempool === undefined) return undefined;
    const { id: tipId } = this.#source.chain.tip;
    const { size } = mempool;
    const known = this.#order;
    const isSame = known?.tipId === tipId && (known.size === size || size > SHORT_LIST);
    if (isSame && Math.abs(now - known.at) < ORDER_MS) return known;
    const chosen = mempool.select({ bytesMax: Number.MAX_SAFE_INTEGER });
    const ready = new Set(chosen.map(({ id }) => id));
    const others = [...mempool.payments()].filter(({ id }) => !ready.has(id));
    const payments = [...chosen, ...others];
    this.#order = { at: now, tipId, size, payments, readyCount: chosen.length };
    return this.#order;
  }

  #payment(
    payment: ChainPayment, status: PaymentStatus,
    { now, savedAt, keyName }: {
      now: number; savedAt: number | undefined; keyName: string | undefined;
    },
  ): Payment {
    const { chain, confirmationDepth } = this.#source;
    const seenAt = savedAt ?? this.#observed.sightOf(payment.id);
    const height = 'height' in status ? status.height : undefined;
    return {
      ...transactionJson(payment),
      status: status.kind,
      height: height ?? null,
      block_id: height === undefined ? null : chain.headerAt(height)?.id ?? null,
      depth: 'depth' in status ? status.depth : null,
      final_depth: confirmationDepth,
      by: 'by' in status ? status.by : null,
      reason: this.#reason(payment, status, now - (seenAt ?? payment.time), now),
      seen_at_ms: seenAt ?? null,
      key_name: keyName ?? null,
    };
  }

  #reward(reward: Reward, height: number | undefined): Payment {
    const { chain, confirmationDepth } = this.#source;
    const at = height ?? reward.height;
    const depth = chain.tip.header.height - at + 1;
    const isFinal = depth >= confirmationDepth;
    return {
      ...transactionJson(reward),
      status: 'confirmed',
      height: at,
      block_id: chain.headerAt(at)?.id ?? null,
      depth,
      final_depth: confirmationDepth,
      by: null,
      reason: {
        code: isFinal ? 'final' : 'confirmed',
        sentence: `The reward of block ${at}, ${depth} deep: new coins and the block's fees.`,
        next: 'nothing',
      },
      seen_at_ms: this.#observed.sightOf(reward.id) ?? null,
      key_name: null,
    };
  }

  #reason(payment: ChainPayment, status: PaymentStatus, ageMs: number, now: number): Reason {
    const { chain, confirmationDepth, node } = this.#source;
    if (node === undefined && status.kind === 'pending') return STORE_REASON;
    const { header } = chain.tip;
    const miners = (node?.view.heard ?? [])
      .filter(({ status: { blockServerPort } }) => blockServerPort > 0)
      .map(({ at, status: { height } }) => ({ heardAgoMs: now - at, height }));
    if (node?.view.miner !== undefined) miners.push({ heardAgoMs: 0, height: header.height });
    const report = status.kind === 'pending' ? this.#ownReport(payment, now) : undefined;
    return reasonOf({
      status, payment, ageMs, params: chain.params, finalDepth: confirmationDepth,
      tip: { height: header.height, ageMs: now - header.time },
      balance: chain.account(payment.from).balance,
      miners, reports: report === undefined ? [] : [report],
    });
  }

  /** Of a payment that waits at this node, which knows without a look at the store. */
  #waitingStatus(payment: ChainPayment): PaymentStatus | undefined {
    const mempool = this.#source.node?.view.mempool;
    if (mempool?.has(payment.id) !== true) return undefined;
    const { kind } = mempool.reasonOf(payment);
    if (kind === 'ready') return { kind: 'pending' };
    return { kind: 'pending', hindrance: kind === 'gap' ? 'gap' : 'funds' };
  }

  /** What this node would answer if a wallet asked it. */
  #ownReport(payment: ChainPayment, now: number): PaymentReport | undefined {
    const { node } = this.#source;
    if (node?.view.mempool.has(payment.id) !== true) return undefined;
    const { mempool, miner } = node.view;
    // A miner that waits looks at new payments a moment later; the reward is one of those ready.
    const ready = miner?.state === 'waiting'
      ? 1 + (this.#waiting(now)?.readyCount ?? 0) : miner?.ready ?? 0;
    return {
      kind: 'paymentReport', id: payment.id, state: 'waiting', height: 0,
      reason: mempool.reasonOf(payment).kind, ready, needed: miner?.needed ?? 0,
    };
  }
}

const STORE_REASON: Reason = {
  code: 'pending',
  sentence: 'Pending: it is not in a block yet. Why, only a running node can tell.',
  next: 'ask where it was made: mvb wallet why',
};

/** What a refusal means to people. */
const REFUSALS: Readonly<Record<string, string>> = {
  'bad-signature': 'It was not signed by the owner of the address, so nobody may take it.',
  'sequence-used': 'The account has made a payment with this number already: the second of a '
    + 'double spend, or one that came late.',
  'fee-too-low': 'Another payment of the same account with this number waits, and the fee is not '
    + 'high enough to take its place.',
  'not-funded': 'The account has not enough confirmed money for it and those that wait before it.',
  'too-many-pending': 'The account has as many waiting payments as a node keeps.',
  'sequence-gap': 'Too many payments of the account before this one are not known here.',
  'mempool-full': 'The list is full, and every payment in it pays more for its bytes.',
  'bad-amount': 'The amount is nothing, or more than there can be.',
  'amount-overflow': 'Amount and fee together are more than there can be.',
  'bad-key': 'The key is not of a kind that the network takes.',
};
