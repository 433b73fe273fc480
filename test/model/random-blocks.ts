/**
 * Random trees of blocks: mostly good payments, and every kind of bad one now and then.
 * Owns: plans that fast-check can shrink, and the blocks that a plan means.
 */
import fc from 'fast-check';
import { Signatures } from '../../src/consensus/signatures.ts';
import type { Block, Payment } from '../../src/consensus/types.ts';
import type { Signer } from '../../src/ports.ts';
import { addressOfSigner, BlockFactory, EASY_PARAMS } from '../support/block-factory.ts';
import { toySigner, ToyVerifier } from '../support/toy-signatures.ts';
import { NaiveChain } from './naive-chain.ts';
import type { Accounts } from './naive-chain.ts';

export const SIGNERS: readonly Signer[] = ['alice', 'bob', 'carol', 'dave'].map(toySigner);
export const ADDRESSES = SIGNERS.map(addressOfSigner);

/** Any hash will do; small rewards make for empty pockets. */
export const factory = new BlockFactory({ ...EASY_PARAMS, difficulty: 0, blockReward: 20n });

const VERDICTS = new Signatures(new ToyVerifier(), factory.networkId);

/** Whether the payer signed it, with a toy signature. */
export function isSigned(payment: Payment): boolean {
  return VERDICTS.isValid(payment);
}

const FLAWS = ['none', 'forged', 'replayed', 'skipped', 'overspent', 'nothing'] as const;
type Flaw = (typeof FLAWS)[number];

export interface PaymentPlan {
  readonly from: number;
  readonly to: number;
  readonly amount: number;
  readonly fee: number;
  readonly flaw: Flaw;
}

export interface BlockPlan {
  /** How many blocks back in the plan the parent stands: 0 is the block before. */
  readonly back: number;
  /** Whether it builds on an invalid block; otherwise it takes the next good one before. */
  readonly isOnBad?: boolean;
  readonly miner: number;
  readonly payments: readonly PaymentPlan[];
  readonly rewardError: number;
}

const person = fc.nat(SIGNERS.length - 1);
const flaw = fc.oneof(
  { weight: 25, arbitrary: fc.constant<Flaw>('none') },
  { weight: 1, arbitrary: fc.constantFrom(...FLAWS) },
);
const paymentPlan: fc.Arbitrary<PaymentPlan> = fc.record({
  from: person, to: person, amount: fc.nat(40), fee: fc.nat(3), flaw,
});
const back = fc.oneof(
  { weight: 12, arbitrary: fc.constant(0) },
  { weight: 2, arbitrary: fc.nat(3) },
  { weight: 1, arbitrary: fc.nat(9) },
);
const rewardError = fc.oneof(
  { weight: 30, arbitrary: fc.constant(0) },
  { weight: 1, arbitrary: fc.constantFrom(-1, 1) },
);
const isOnBad = fc.nat(3).map((value) => value === 0);
export const blockPlan: fc.Arbitrary<BlockPlan> = fc.record({
  back, isOnBad, miner: person, payments: fc.array(paymentPlan, { maxLength: 4 }), rewardError,
});

/** Plans of trees with up to `blocksMax` blocks. */
export function treePlans(blocksMax: number): fc.Arbitrary<BlockPlan[]> {
  return fc.array(blockPlan, { minLength: 1, maxLength: blocksMax, size: 'max' });
}

/**
 * One payment of the plan; without a flaw it is what the payer can afford, or undefined for
 * nothing.
 */
function paymentOf(plan: PaymentPlan, accounts: Accounts): Payment | undefined {
  const { balance, sequence } = accounts.get(ADDRESSES[plan.from]!) ?? { balance: 0n, sequence: 0 };
  const fee = BigInt(plan.fee);
  const wanted = 1n + BigInt(plan.amount);
  const most = balance - fee;
  if (plan.flaw === 'none' && most < 1n) return undefined;
  const amount = plan.flaw === 'nothing' ? 0n
    : plan.flaw === 'overspent' ? most + wanted
      : wanted < most ? wanted : most;
  const shift = plan.flaw === 'replayed' ? -1 : plan.flaw === 'skipped' ? 1 : 0;
  const payment = factory.pay({
    from: SIGNERS[plan.from]!,
    to: ADDRESSES[plan.to]!,
    amount: amount < 0n ? 1n : amount,
    fee,
    sequence: Math.max(0, sequence + shift),
  });
  return plan.flaw === 'forged' ? factory.forge(payment) : payment;
}

/** The payments of a plan, each made from what the ones before it have left. */
function paymentsOf(plan: BlockPlan, accounts: Accounts): Payment[] {
  const list: Payment[] = [];
  for (const one of plan.payments) {
    const payment = paymentOf(one, accounts);
    if (payment === undefined) continue;
    list.push(payment);
    const payer = accounts.get(payment.from) ?? { balance: 0n, sequence: 0 };
    const balance = payer.balance - payment.amount - payment.fee;
    accounts.set(payment.from, { balance, sequence: payer.sequence + 1 });
    const to = accounts.get(payment.to) ?? { balance: 0n, sequence: 0 };
    accounts.set(payment.to, { ...to, balance: to.balance + payment.amount });
  }
  return list;
}

/** The block that a plan means after these, genesis first; the model has them all. */
export function plantBlock(
  model: NaiveChain, blocks: readonly Block[], plan: BlockPlan,
): Block {
  let at = Math.max(0, blocks.length - 1 - plan.back);
  const { isOnBad = true } = plan;
  while (!isOnBad && model.accountsAt(blocks[at]!) === undefined) at--;
  const parent = blocks[at]!;
  const accounts = parent.header.height === 0 ? undefined : model.accountsAt(parent);
  const payments = accounts === undefined ? [] : paymentsOf(plan, accounts);
  let pay = factory.params.blockReward + BigInt(plan.rewardError);
  for (const { fee } of payments) pay += fee;
  const reward = factory.reward(parent.header.height + 1, ADDRESSES[plan.miner]!, pay);
  // Each differs from all others by its tag.
  const header = { tag: `${blocks.length - 1}` };
  return factory.block(parent, { transactions: [...payments, reward], header });
}

/** The blocks of a plan, parents first. */
export function plantTree(plans: readonly BlockPlan[]): Block[] {
  const model = new NaiveChain(factory.genesis, factory.params.blockReward, isSigned);
  const blocks = [factory.genesis];
  for (const plan of plans) {
    const block = plantBlock(model, blocks, plan);
    model.add(block);
    blocks.push(block);
  }
  return blocks.slice(1);
}
