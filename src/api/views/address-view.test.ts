/**
 * Goal: the pages of a history are the whole history with right balances, however it is cut, and a
 * cursor that somebody made up shows nothing of others and breaks nothing.
 * Method: random chains of payments among few, to themselves too; a naive ledger beside them.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ALICE, ApiScene, BANK, BOB } from '../../../test/support/api-scene.ts';
import {
  mine, TEST_PARAMS, testChain, testPayment,
} from '../../../test/support/chain-fixture.ts';
import type { Chain } from '../../consensus/chain.ts';
import type { Address, Transaction } from '../../consensus/types.ts';
import { parseCoins } from '../../wallet/amount.ts';
import { ProblemError } from '../problem.ts';
import type { HistoryEntry } from '../schema/chain.ts';
import { HistoryEntry as EntrySchema } from '../schema/chain.ts';
import type { ApiSource } from '../source.ts';
import { addressHistory, addressJson } from './address-view.ts';

const PEOPLE = [BANK, ALICE, BOB];

/** Who pays whom, by their places among the people, in one block. */
interface Plan {
  readonly reward: number;
  readonly payments: readonly {
    readonly from: number; readonly to: number; readonly amount: number; readonly fee: number;
  }[];
}

const plans: fc.Arbitrary<Plan[]> = fc.array(fc.record({
  reward: fc.nat({ max: 2 }),
  payments: fc.array(fc.record({
    from: fc.nat({ max: 2 }), to: fc.nat({ max: 2 }), amount: fc.integer({ min: 1, max: 900 }),
    fee: fc.nat({ max: 9 }),
  }), { maxLength: 5 }),
}), { minLength: 1, maxLength: 12 });

/** A payment that is not covered is left out. */
function chainOf(plan: readonly Plan[]): Chain {
  const { chain } = testChain({ ...TEST_PARAMS, blockReward: 1_000n });
  for (const { reward, payments } of plan) {
    const free = new Map(PEOPLE.map(({ address }) => [address, chain.account(address).balance]));
    const sequences = new Map(PEOPLE.map(({ address }) => [address,
      chain.account(address).sequence]));
    const covered = payments.flatMap(({ from, to, amount, fee }) => {
      const [payer, { address }] = [PEOPLE[from]!, PEOPLE[to]!];
      const left = free.get(payer.address)! - BigInt(amount + fee);
      if (left < 0n) return [];
      free.set(payer.address, left);
      const sequence = sequences.get(payer.address)!;
      sequences.set(payer.address, sequence + 1);
      return [testPayment(chain, payer, {
        to: address, amount: BigInt(amount), fee: BigInt(fee), sequence,
      })];
    });
    expect(mine(chain, PEOPLE[reward]!.address, covered).kind).toBe('connected');
  }
  return chain;
}

/** What each transaction of the address left it with, newest first, by adding up from genesis. */
function ledgerOf(chain: Chain, address: Address): { id: string; balance: bigint }[] {
  const rows: { id: string; balance: bigint }[] = [];
  let balance = 0n;
  for (let height = 1; height <= chain.tip.header.height; height++) {
    for (const one of chain.block(chain.headerAt(height)!.id)!.transactions) {
      if (!isOf(one, address)) continue;
      if (one.type === 'payment' && one.from === address) balance -= one.amount + one.fee;
      if (one.to === address) balance += one.amount;
      rows.unshift({ id: one.id, balance });
    }
  }
  return rows;
}

function isOf(one: Transaction, address: Address): boolean {
  return one.to === address || (one.type === 'payment' && one.from === address);
}

function sourceOf(chain: Chain): ApiSource {
  return { chain, node: undefined } as unknown as ApiSource;
}

function allPages(source: ApiSource, address: Address, limit: number): HistoryEntry[] {
  const items: HistoryEntry[] = [];
  let cursor: string | undefined;
  for (let pages = 0; pages < 200; pages++) {
    const page = addressHistory(source, address, { cursor, limit });
    expect(page.items.length).toBeLessThanOrEqual(limit);
    items.push(...page.items);
    if (page.next === null) return items;
    expect(page.items.length).toBe(limit);
    cursor = page.next;
  }
  throw new Error('the pages never end');
}

describe('the pages of a history', () => {
  it('together are the whole history, with the balance after each', () => {
    fc.assert(fc.property(plans, fc.integer({ min: 1, max: 7 }), (plan, limit) => {
      const chain = chainOf(plan);
      for (const { address } of PEOPLE) {
        const items = allPages(sourceOf(chain), address, limit);
        for (const item of items) EntrySchema.parse(item);
        const shown = items.map(({ id, balance }) => ({ id, balance: parseCoins(balance) }));
        expect(shown).toEqual(ledgerOf(chain, address));
      }
    }), { numRuns: 40 });
  });

  it('of an address that nobody knows are empty', () => {
    const address = '12'.repeat(32) as Address;
    const source = sourceOf(chainOf([{ reward: 0, payments: [] }]));
    expect(addressHistory(source, address, { limit: 5 })).toEqual({ items: [], next: null });
    expect(addressJson(source, address)).toEqual({
      address, balance: '0', pending: '+0.000000', sequence: 0, is_known: false,
    });
  });
});

/** The page, or undefined when the cursor is refused; nothing else is thrown. */
function pageOrRefusal(...asked: Parameters<typeof addressHistory>) {
  try {
    return addressHistory(...asked);
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    expect(error.words).toMatchObject({ status: 400, code: 'bad-cursor' });
    return undefined;
  }
}

describe('a cursor that somebody made up', () => {
  const { chain } = new ApiScene();
  const source = sourceOf(chain);
  const place = fc.oneof(
    fc.tuple(fc.nat({ max: 15 }), fc.nat({ max: 4 })).map(([height, index]) =>
      String(height * 2 ** 18 + index)),
    fc.nat().map(String), fc.constantFrom('0', '999999999999999', '00', '1', ''),
  );
  const seal = fc.nat({ max: 12 }).map((height) =>
    `${height}.${chain.headerAt(height)!.id.slice(0, 12)}`);
  const balance = fc.constantFrom('0', '5', '9999999999999999999', '80000000');
  const forged = fc.oneof(
    { weight: 4, arbitrary: fc.tuple(place, place, balance, seal).map((parts) => parts.join('.')) },
    fc.string(), fc.constantFrom('..', '1.1', '-1.1.1', '1.1.1.1', '1e3.1.1', '0x1.1.1', ' 1.1.1',
      '1.1.1\n'),
  );

  it('is refused, or shows entries of the address alone, with no money below nothing', () => {
    fc.assert(fc.property(forged, fc.integer({ min: 1, max: 100 }), (cursor, limit) => {
      for (const { address } of PEOPLE) {
        const page = pageOrRefusal(source, address, { cursor, limit });
        if (page === undefined) continue;
        const own = new Set(ledgerOf(chain, address).map(({ id }) => id));
        for (const item of page.items) {
          expect(own).toContain(item.id);
          EntrySchema.parse(item);
          expect(parseCoins(item.balance)).toBeDefined();
        }
        // What follows on a false balance may be refused a page later.
        if (page.next !== null) pageOrRefusal(source, address, { cursor: page.next, limit });
      }
    }), { numRuns: 500 });
  });
});

describe('a cursor of before', () => {
  it('goes on below new blocks, and ends with its block', async () => {
    const scene = new ApiScene();
    const page = (cursor?: string) =>
      addressHistory(scene.source, BANK.address, { cursor, limit: 3 });
    const { next, items } = page();
    const rest = page(next!);
    expect(items[2]!.height).toBe(12);
    scene.pay();
    scene.mine();
    expect(page(next!)).toEqual(rest);
    // Block 12 goes, and the balances below it are others.
    await scene.reorganise(4);
    expect(scene.chain.tip.header.height).toBe(14);
    expect(() => page(next!)).toThrow(ProblemError);
    expect(page().items).toHaveLength(3);
  });
});

describe('an address', () => {
  it('has what waits beside what it has', () => {
    const scene = new ApiScene();
    const before = parseCoins(addressJson(scene.source, BANK.address).balance);
    scene.pay({ amount: 1_500_000n, fee: 100n });
    scene.pay({ to: BANK.address, amount: 7n, fee: 3n });
    expect(addressJson(scene.source, BANK.address)).toMatchObject({
      pending: '-1.500103', is_known: true,
    });
    expect(addressJson(scene.source, ALICE.address).pending).toBe('+1.500000');
    expect(parseCoins(addressJson(scene.source, BANK.address).balance)).toBe(before);
    scene.mine();
    expect(addressJson(scene.source, BANK.address).pending).toBe('+0.000000');
  });
});
