/**
 * What the store costs: time for each block as the chain grows, and bytes for each payment.
 *
 * Owns: rows `store/*`. The chain grows in one go; at each mark the time of the next blocks is
 * taken, in parts that each end with a commit, as in a long sync. Between the marks each reward
 * goes to a new account, so that there are about as many accounts as blocks; at the marks to few,
 * and once more at the last mark to all, so that length and accounts can be told apart. There the
 * mean of half a million blocks counts, for not every commit writes records of accounts.
 * Does not own: the chain (`chain-plan.ts`).
 */
import { rmSync } from 'node:fs';
import { networkIdOf } from '../consensus/params.ts';
import { decodeBlock } from '../consensus/encoding.ts';
import type { Block } from '../consensus/types.ts';
import { blocksOf } from './chain-plan.ts';
import type { BlocksWanted } from './chain-plan.ts';
import { planOf } from './generate-chain.ts';
import type { ChainSpec, GrowingChain } from './generate-chain.ts';
import { KEY_KINDS } from './keys.ts';
import type { KeyKind } from './keys.ts';
import {
  blockBytesOf, LARGE_BLOCK, paymentChain, paymentsIn, storeBytesOf,
} from './payment-chains.ts';
import { connectAll, encoded } from './pipeline.ts';
import { newFolder, placeOf } from './places.ts';
import { openChainIn } from './product.ts';
import type { OpenChain } from './product.ts';
import type { Bench, BenchSize, Row } from './row.ts';

const MARKS = {
  tiny: [50, 100, 200, 400],
  full: [1_000, 10_000, 100_000, 1_000_000],
} as const;
/** Of the smaller side; and of those who pay, on both. */
const FEW_ACCOUNTS = 100;
/**
 * Parts that are timed at each mark, of which the quartile counts, and the blocks of a part: fewer
 * than a sync commits at once, which are those of a quarter of a second.
 */
const PARTS = 4;
const PART_BLOCKS = { tiny: 5, full: 2_000 } as const;
/** So many times with many accounts: until a sweep has come and gone (`account-log.ts`). */
const MANY_TIMES = { tiny: 1, full: 66 } as const;
/** Blocks of a chain of their own, so that the first mark is not of code that is not compiled. */
const WARM_BLOCKS = { tiny: 20, full: 5_000 } as const;
const PAYMENTS_OF_BLOCK = 5;
const TARGET_GROWTH = 1.2;
const MICROSECONDS = 1_000;

export const storeBench: Bench = {
  name: 'store',
  async run(size, say) {
    say('store: warming up');
    const few = await withPayments(WARM_BLOCKS[size], FEW_ACCOUNTS, size);
    const grown = await grow(size, say);
    const sizes: Row[] = [];
    for (const key of KEY_KINDS) sizes.push(await bytesPerPayment(key, size, say));
    return [...growthRows(grown, { few, marks: MARKS[size] }), ...sizes];
  },
};

function growthRows(
  { costs, manyRewards, manyPayments }: Growth,
  { few, marks }: { readonly few: number; readonly marks: readonly number[] },
): Row[] {
  const [first, last] = [costs[0]!, marks.at(-1)!];
  const compared = (name: string, value: number, limit: number): Row => ({
    name: `store/${name}`, value, unit: 'us', better: 'lower', limit, ratio: value / limit,
  });
  return [
    ...costRows(costs, marks),
    {
      ...compared('cost-per-block-many-accounts', manyRewards, first), target: TARGET_GROWTH,
      note: `each reward to another of ${last} accounts; limit: to one of few, at ${marks[0]}`,
    },
    {
      ...compared('payment-many-accounts', manyPayments, few),
      grows: growth(manyPayments / few, FEW_ACCOUNTS, last, 'accounts'),
      note: `a payment to one of ${last} accounts; limit: to one of ${FEW_ACCOUNTS}`,
    },
  ];
}

function costRows(costs: readonly number[], marks: readonly number[]): Row[] {
  const [first, last] = [costs[0]!, marks.at(-1)!];
  return marks.map((mark, index): Row => {
    const cost = costs[index]!;
    const row: Row = {
      name: `store/cost-per-block-${mark}`, value: cost, unit: 'us', better: 'lower',
      note: `a block with a reward only, after ${mark} blocks; limit: after ${marks[0]}`,
    };
    if (index === 0) return row;
    const compared = { ...row, limit: first, ratio: cost / first };
    if (mark !== last) return compared;
    const grows = growth(cost / first, marks[0]!, last, 'blocks');
    return { ...compared, target: TARGET_GROWTH, grows };
  });
}

function growth(factor: number, from: number, to: number, what: string): string {
  return `${factor.toFixed(2)} x from ${from.toLocaleString('en')} to `
    + `${to.toLocaleString('en')} ${what}`;
}

/** Microseconds for each payment, in blocks of some, on a chain of `blocks` with `accounts`. */
async function withPayments(blocks: number, accounts: number, size: BenchSize): Promise<number> {
  const folder = newFolder();
  const growing = planOf(specOf(blocks, accounts));
  const opened = openChainIn(folder, growing.params);
  try {
    await connectAll(opened, encoded(blocksOf(growing.plan, growing.signing, {
      count: blocks, payments: 0,
    })));
    return await payments(opened, growing, size);
  } finally {
    await opened.close();
    rmSync(folder, { recursive: true });
  }
}

function specOf(blocks: number, accounts: number): ChainSpec {
  return { blocks, paymentsPerBlock: 0, accounts, payers: FEW_ACCOUNTS, key: 'ed25519', seed: 1 };
}

/** Microseconds for each payment, signatures left out: they are checked before the clock starts. */
async function payments(
  opened: OpenChain, growing: GrowingChain, size: BenchSize,
): Promise<number> {
  const cost = await timed(opened, growing, {
    count: PART_BLOCKS[size], payments: PAYMENTS_OF_BLOCK, rewards: 'payers',
  });
  return cost / PAYMENTS_OF_BLOCK;
}

interface Growth {
  /** Microseconds for a block at each mark. */
  readonly costs: readonly number[];
  /** At the end, as many accounts as blocks, each block paying another of them; the mean. */
  readonly manyRewards: number;
  /** Microseconds for a payment then. */
  readonly manyPayments: number;
}

async function grow(size: BenchSize, say: (line: string) => void): Promise<Growth> {
  const [marks, count] = [MARKS[size], PART_BLOCKS[size]];
  const last = marks.at(-1)!;
  const folder = newFolder();
  const growing = planOf(specOf(last, last));
  const opened = openChainIn(folder, growing.params);
  try {
    const costs: number[] = [];
    let height = 0;
    for (const mark of marks) {
      say(`store: growing to ${mark} blocks`);
      await connectAll(opened, encoded(blocksOf(growing.plan, growing.signing, {
        count: mark - height, payments: 0,
      })));
      costs.push(await timed(opened, growing, { count, payments: 0, rewards: 'payers' }));
      height = opened.chain.tip.header.height;
    }
    say('store: payments among many accounts');
    let rewards = 0;
    for (let times = 0; times < MANY_TIMES[size]; times++) {
      rewards += await timed(opened, growing, { count, payments: 0 });
    }
    const manyRewards = rewards / MANY_TIMES[size];
    return { costs, manyRewards, manyPayments: await payments(opened, growing, size) };
  } finally {
    await opened.close();
    rmSync(folder, { recursive: true });
  }
}

/** Microseconds for each of the next blocks, which are made and checked before the clock starts. */
async function timed(
  { chain, signatures }: OpenChain, { plan, signing }: GrowingChain, wanted: BlocksWanted,
): Promise<number> {
  const parts: number[] = [];
  while (parts.length < PARTS) {
    const blocks: Block[] = [];
    for await (const block of blocksOf(plan, signing, wanted)) {
      for (const one of block.transactions) if (one.type === 'payment') signatures.isValid(one);
      blocks.push(block);
    }
    const startedAt = performance.now();
    for (const block of blocks) chain.addBlock(block, Date.now(), 'soon');
    chain.flush();
    parts.push((MICROSECONDS * (performance.now() - startedAt)) / blocks.length);
  }
  return parts.sort((a, b) => a - b)[PARTS >> 2]!;
}

async function bytesPerPayment(
  key: KeyKind, size: BenchSize, say: (line: string) => void,
): Promise<Row> {
  const spec = paymentChain(key, LARGE_BLOCK, size);
  const place = await placeOf(spec, say);
  const networkId = networkIdOf(place.params);
  let encoded = 0;
  for (const bytes of blockBytesOf(place)) {
    encoded += payloadOf(decodeBlock(bytes, networkId)!);
  }
  const count = paymentsIn(spec);
  const value = storeBytesOf(place.storeDir) / count;
  return {
    name: `store/bytes-per-payment-${key}`, value, unit: 'bytes', better: 'lower',
    limit: encoded / count, ratio: (value * count) / encoded,
    note: 'of the file, everything in it counted; limit: the payment as it travels',
  };
}

function payloadOf(block: Block): number {
  return block.transactions.reduce((sum, transaction) =>
    sum + (transaction.type === 'payment' ? transaction.bytes.length : 0), 0);
}
