/** Rules about branches: threats rows 45 to 52 (C4), as far as a chain decides them. */
import { genesisBlock } from '../../src/consensus/params.ts';
import type { Block } from '../../src/consensus/types.ts';
import { addressOfSigner, BlockFactory, EASY_PARAMS } from '../support/block-factory.ts';
import type { Parent } from '../support/block-factory.ts';
import type { RowDraft, Script } from './script.ts';

const REWARD = EASY_PARAMS.blockReward;

/** Good blocks whose reward is Bob's, on any parent. */
function branch(s: Script, parent: Parent, count: number): Block[] {
  return s.factory.line(parent, count, { to: addressOfSigner(s.bob) });
}

/** A block that only breaks a rule of accounts, so that it is found when its branch is adopted. */
function overspending(s: Script, parent: Parent): Block {
  return s.factory.block(parent, { payments: [s.pay(0, { from: s.carol })] });
}

/**
 * On the first block of Alice's six lies a branch of six in which that at `depth` is bad. The old
 * tip stays,
 */
function badBlockAt(depth: number) {
  return (s: Script): void => {
    const fork = s.fund(s.alice, 6)[0]!;
    const before = branch(s, fork, depth - 1);
    const bad = overspending(s, before.at(-1) ?? fork);
    const after = branch(s, bad, 6 - depth);
    const all = [...before, bad, ...after];
    for (const block of all.slice(0, 5)) s.is('sideBranch', block);
    s.is('insufficient-funds', all[5]!).has(s.alice, 6n * REWARD).has(s.bob, 0n);
    s.is('insufficient-funds', all[5]!);
    if (depth < 6) s.is('invalid-ancestor', bad);
    for (const block of after.slice(0, -1)) s.is('invalid-ancestor', block);
    s.is('invalid-ancestor', s.factory.block(all[5]!));
    s.is('invalid-ancestor', s.factory.block(bad));
    s.restart();
    s.is(depth < 6 ? 'invalid-ancestor' : 'insufficient-funds', all[5]!);
    for (const block of before) s.is('known', block);
    const good = branch(s, before.at(-1) ?? fork, 7 - depth);
    for (const block of good.slice(0, -1)) s.is('sideBranch', block);
    s.connects(good.at(-1)!).has(s.alice, REWARD).has(s.bob, 6n * REWARD);
  };
}

export const BRANCH_ROWS: readonly RowDraft[] = [
  { threat: 45, name: 'a branch that claims work which it does not have', write: (s) => {
    s.fund(s.alice, 2);
    const { genesis } = s.factory;
    s.is('bad-height', s.factory.block(genesis, { header: { height: 1_000_000 } }));
    const unproved = s.factory.block(genesis, { isUnproved: true, header: { tag: 'liar' } });
    s.is('bad-proof-of-work', unproved);
    // What cost nothing is not remembered, or it would push out what is: its child has no parent.
    for (const block of branch(s, unproved, 3).slice(0, 1)) s.is('orphan', block);
  } },
  { threat: 46, name: 'a lighter branch', write: (s) => {
    s.fund(s.alice, 5);
    for (const block of branch(s, s.factory.genesis, 4)) s.is('sideBranch', block);
    s.has(s.alice, 5n * REWARD).has(s.bob, 0n);
  } },
  ...[1, 2, 3, 5, 6].map((depth) => ({
    threat: 47,
    name: `a heavier branch of six whose block ${depth} is bad`,
    write: badBlockAt(depth),
  })),
  { threat: 47, name: 'a bad block on the tip leaves no trace, and its sibling is good',
    write: (s) => {
      s.fund(s.alice, 2);
      const bad = s.next({ payments: [s.pay(0, { amount: 10n }), s.factory.forge(s.pay(1))] });
      s.is('bad-signature', bad).has(s.alice, 2n * REWARD).has(s.bob, 0n);
      s.is('bad-signature', bad).is('invalid-ancestor', s.factory.block(bad));
      s.connects(s.next({ payments: [s.pay(0, { amount: 10n })] })).has(s.bob, 10n);
    } },
  { threat: 47, name: 'bad blocks beside the chain are refused at once', write: (s) => {
    const fork = s.fund(s.alice, 4)[0]!;
    const beside = (parts: Parameters<Script['next']>[0]): Block => s.factory.block(fork, parts);
    s.is('bad-proof-of-work', beside({ isUnproved: true }));
    s.is('bad-version', beside({ header: { version: 2 } }));
    s.is('bad-difficulty', beside({ header: { difficulty: 0 } }));
    s.is('time-too-old', beside({ header: { time: 0 } }));
    const reward = s.factory.reward(2, addressOfSigner(s.bob), REWARD + 1n);
    s.is('bad-reward-amount', beside({ transactions: [reward] }));
    s.is('bad-amount', beside({ payments: [s.pay(0, { amount: 0n })] }));
    s.is('bad-reward-position', beside({ transactions: [s.pay(0)] }));
    s.is('sideBranch', beside({})).has(s.alice, 4n * REWARD);
  } },
  { threat: 47, name: 'two branches on one bad block', write: (s) => {
    const fork = s.fund(s.alice, 4)[0]!;
    const bad = overspending(s, fork);
    const [left, right] = [branch(s, bad, 3), s.factory.line(bad, 3, { header: { tag: 'right' } })];
    s.is('sideBranch', bad).is('sideBranch', right[0]!).is('sideBranch', right[1]!);
    s.is('sideBranch', left[0]!).is('sideBranch', left[1]!).is('insufficient-funds', left[2]!);
    s.is('insufficient-funds', right[2]!).is('invalid-ancestor', right[1]!);
    s.fund(s.alice);
  } },
];

export const REORGANISATION_ROWS: readonly RowDraft[] = [
  { threat: 48, name: 'the first seen wins a tie, and the next block decides', write: (s) => {
    const { genesis } = s.factory;
    s.fund(s.alice);
    const [rival, next] = branch(s, genesis, 2);
    s.is('sideBranch', rival!).has(s.alice, REWARD).has(s.bob, 0n);
    s.restart().is('known', rival!);
    s.connects(next!).has(s.alice, 0n).has(s.bob, 2n * REWARD);
  } },
  ...[1, 10].map((depth) => ({
    threat: 49, name: `a reorganisation of depth ${depth}`, write: (s: Script): void => {
      s.fund(s.alice);
      const fork = s.tip;
      const payments = [s.pay(0, { amount: 100n })];
      s.connects(s.next({ payments })).has(s.bob, 100n);
      s.fund(s.carol, depth - 1);
      const blocks = branch(s, fork, depth + 1);
      for (const block of blocks.slice(0, -1)) s.is('sideBranch', block);
      s.connects(blocks.at(-1)!);
      s.has(s.alice, REWARD).has(s.carol, 0n).has(s.bob, BigInt(depth + 1) * REWARD);
      s.connects(s.next({ payments })).has(s.alice, REWARD - 100n);
    },
  })),
  { threat: 49, name: 'the same money goes elsewhere on the heavier branch', write: (s) => {
    const fork = s.fund(s.alice)[0]!;
    s.connects(s.next({ payments: [s.pay(0, { amount: REWARD })] })).has(s.bob, REWARD);
    const payments = [s.pay(0, { amount: REWARD, to: s.carol })];
    const left = s.factory.block(fork, { payments });
    s.is('sideBranch', left).connects(s.factory.block(left));
    s.has(s.alice, 0n).has(s.bob, 0n).has(s.carol, REWARD);
    s.is('bad-sequence', s.next({ payments: [s.pay(0, { amount: REWARD })] }));
    s.is('insufficient-funds', s.next({ payments: [s.pay(0, { from: s.bob })] }));
  } },
  { threat: 49, name: 'a branch is judged by its own accounts and times', write: (s) => {
    const [fork] = s.fund(s.alice, 2) as [Block, Block];
    for (const time of [50_000, 60_000, 70_000, 80_000]) s.connects(s.next({ header: { time } }));
    const rich = s.factory.line(fork, 4, { to: addressOfSigner(s.bob) });
    for (const block of rich) s.is('sideBranch', block);
    const paid = s.factory.block(rich[3]!, { payments: [s.pay(0, { from: s.bob, to: s.carol })] });
    s.is('sideBranch', paid);
    const median = rich[1]!.header.time;
    s.is('time-too-old', s.factory.block(paid, { header: { time: median } }));
    s.connects(s.factory.block(paid, { header: { time: median + 1 } }));
    s.has(s.carol, 1n).has(s.bob, 4n * REWARD - 1n).has(s.alice, REWARD);
  } },
  { threat: 50, name: 'back and forth between two branches', write: (s) => {
    s.fund(s.alice);
    for (let flip = 0; flip < 20; flip++) {
      const fork = s.tip;
      s.fund(flip % 2 === 0 ? s.alice : s.bob, 2);
      const line = s.factory.line(fork, 3, { to: addressOfSigner(s.carol) });
      s.is('sideBranch', line[0]!).is('sideBranch', line[1]!).connects(line[2]!);
      s.has(s.carol, BigInt(3 * (flip + 1)) * REWARD).has(s.alice, REWARD).has(s.bob, 0n);
    }
  } },
  { threat: 52, name: 'a block whose parent is unknown, until the parent comes', write: (s) => {
    const [first, second, third] = branch(s, s.factory.genesis, 3) as [Block, Block, Block];
    s.is('orphan', third).is('orphan', second).connects(first).is('orphan', third).connects(second);
    s.connects(third).is('known', first).is('known', third).has(s.bob, 3n * REWARD);
  } },
  { threat: 52, name: 'genesis again, and another one', write: (s) => {
    const other = genesisBlock({ ...EASY_PARAMS, network: 'other' });
    s.is('known', s.factory.genesis).is('orphan', other);
    s.fund(s.alice);
    s.is('known', s.factory.genesis);
  } },
  { threat: 52, name: 'a block of another network far up', write: (s) => {
    const other = new BlockFactory({ ...EASY_PARAMS, network: 'other' });
    for (const block of other.line(other.genesis, 3)) s.is('orphan', block);
  } },
];
