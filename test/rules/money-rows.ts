/** Rules about money: threats rows 1 to 15 (C1), as far as a chain decides them. */
import { encodeBlock, encodeHeader, makeBlock } from '../../src/consensus/encoding.ts';
import { DIFFICULTY_BIT } from '../../src/consensus/params.ts';
import { AMOUNT_MAX } from '../../src/consensus/types.ts';
import type { Payment } from '../../src/consensus/types.ts';
import { concatBytes } from '../../src/lib/bytes.ts';
import { ByteWriter } from '../../src/lib/codec.ts';
import { addressOfSigner, BlockFactory, EASY_PARAMS } from '../support/block-factory.ts';
import type { RowDraft, Script } from './script.ts';

const REWARD = EASY_PARAMS.blockReward;

/** Alice has the reward of block 1; her block with these payments is refused so. */
function refused(code: Parameters<Script['is']>[0], pay: (s: Script) => readonly Payment[]) {
  return (s: Script): void => {
    s.fund(s.alice);
    s.is(code, s.next({ payments: pay(s) })).has(s.alice, REWARD).has(s.bob, 0n);
    s.connects(s.next({ payments: [s.pay(0)] })).has(s.alice, REWARD - 1n).has(s.bob, 1n);
  };
}

export const SELF_AND_AMOUNT_ROWS: readonly RowDraft[] = [
  { threat: 1, name: 'paying oneself changes nothing but the fee', write: (s) => {
    s.fund(s.alice);
    const payments = [
      s.pay(0, { to: s.alice, amount: REWARD }),
      s.pay(1, { to: s.alice, amount: REWARD - 7n, fee: 7n }),
    ];
    s.connects(s.next({ payments, to: addressOfSigner(s.carol) }));
    s.has(s.alice, REWARD - 7n).has(s.carol, REWARD + 7n);
  } },
  { threat: 1, name: 'paying oneself more than one has',
    write: refused('insufficient-funds', (s) => [s.pay(0, { to: s.alice, amount: REWARD + 1n })]) },
  { threat: 1, name: 'a fee on top of all one has, paid to oneself',
    write: refused('insufficient-funds', (s) =>
      [s.pay(0, { to: s.alice, amount: REWARD, fee: 1n })]) },
  { threat: 2, name: 'an amount of nothing',
    write: refused('bad-amount', (s) => [s.pay(0, { amount: 0n })]) },
  { threat: 2, name: 'an amount that is negative as a signed integer',
    write: refused('bad-amount', (s) => [s.pay(0, { amount: (1n << 64n) - 20n })]) },
  { threat: 2, name: 'an amount of 2^63',
    write: refused('bad-amount', (s) => [s.pay(0, { amount: 1n << 63n })]) },
  { threat: 2, name: 'a fee that is negative as a signed integer',
    write: refused('bad-amount', (s) => [s.pay(0, { fee: (1n << 64n) - 1n })]) },
  { threat: 2, name: '2^53 + 1 units arrive to the unit',
    params: { blockReward: 1n << 60n }, write: (s) => {
      s.fund(s.alice);
      s.connects(s.next({ payments: [s.pay(0, { amount: (1n << 53n) + 1n })] }));
      s.has(s.bob, (1n << 53n) + 1n).has(s.alice, (1n << 60n) - (1n << 53n) - 1n);
    } },
  { threat: 3, name: 'amount and fee above all money',
    write: refused('amount-overflow', (s) => [s.pay(0, { amount: AMOUNT_MAX, fee: 1n })]) },
  { threat: 3, name: 'fees whose sum is above all money', write: (s) => {
    s.fund(s.alice);
    const payments = [s.pay(0, { fee: 1n << 62n }), s.pay(1, { fee: 1n << 62n })];
    s.is('amount-overflow', s.nextPaying(REWARD, payments));
    s.is('amount-overflow', s.nextPaying(REWARD + (1n << 63n), payments));
  } },
  { threat: 3, name: 'amounts and fees of all the money there can be are no overflow',
    params: { blockReward: 0n }, write: (s) => {
      s.fund(s.alice);
      const most = [s.pay(0, { amount: AMOUNT_MAX })];
      s.is('insufficient-funds', s.next({ payments: most }));
      const fees = [s.pay(0, { fee: AMOUNT_MAX - 1n }), s.pay(1, { fee: 1n })];
      s.is('insufficient-funds', s.next({ payments: fees }));
    } },
  { threat: 3, name: 'reward and fees above all money',
    params: { blockReward: AMOUNT_MAX }, write: (s) => {
      s.fund(s.alice);
      s.is('amount-overflow', s.nextPaying(0n, [s.pay(0, { fee: 1n })])).has(s.alice, AMOUNT_MAX);
    } },
  { threat: 3, name: 'a second block that lifts all money above 2^63 - 1',
    params: { blockReward: 1n << 62n }, write: (s) => {
      s.fund(s.alice);
      s.is('supply-overflow', s.next()).has(s.alice, 1n << 62n);
      s.is('bad-reward-amount', s.nextPaying(0n));
    } },
  { threat: 3, name: 'all the money there is, in one hand',
    params: { blockReward: AMOUNT_MAX }, write: (s) => {
      s.fund(s.alice);
      s.has(s.alice, AMOUNT_MAX).is('supply-overflow', s.next());
    } },
];

export const ORDER_ROWS: readonly RowDraft[] = [
  { threat: 4, name: 'two payments that are affordable alone, not together',
    write: refused('insufficient-funds', (s) =>
      [s.pay(0, { amount: 600n }), s.pay(1, { amount: 600n })]) },
  { threat: 4, name: 'fees that make a payment unaffordable',
    write: refused('insufficient-funds', (s) => [s.pay(0, { amount: 999n, fee: 1n }), s.pay(1)]) },
  { threat: 4, name: 'all that one has, to the unit, with the fee', write: (s) => {
    s.fund(s.alice);
    s.is('insufficient-funds', s.next({ payments: [s.pay(0, { amount: REWARD - 6n, fee: 7n })] }));
    s.connects(s.next({ payments: [s.pay(0, { amount: REWARD - 7n, fee: 7n })] }));
    s.has(s.alice, 0n).has(s.bob, REWARD - 7n);
    s.is('insufficient-funds', s.next({ payments: [s.pay(1)] }));
  } },
  { threat: 4, name: 'money received earlier in the block is spent', write: (s) => {
    s.fund(s.alice);
    const payments = [
      s.pay(0, { amount: REWARD }),
      s.pay(0, { from: s.bob, to: s.carol, amount: REWARD }),
    ];
    s.connects(s.next({ payments })).has(s.alice, 0n).has(s.bob, 0n).has(s.carol, REWARD);
  } },
  { threat: 4, name: 'money received later in the block is not there yet',
    write: refused('insufficient-funds', (s) =>
      [s.pay(0, { from: s.bob, to: s.carol }), s.pay(0)]) },
  { threat: 4, name: 'the reward of the same block is not there yet', write: (s) => {
    s.fund(s.alice);
    const payments = [s.pay(0, { from: s.bob, to: s.carol })];
    s.is('insufficient-funds', s.next({ payments, to: addressOfSigner(s.bob) })).has(s.bob, 0n);
  } },
  { threat: 4, name: 'a payment by nobody who has money',
    write: refused('insufficient-funds', (s) => [s.pay(0, { from: s.carol })]) },
  { threat: 5, name: 'the same payment twice in a block',
    write: refused('bad-sequence', (s) => [s.pay(0), s.pay(0)]) },
  { threat: 5, name: 'another payment with the same sequence in a block',
    write: refused('bad-sequence', (s) => [s.pay(0), s.pay(0, { amount: 2n })]) },
  { threat: 5, name: 'a sequence that is skipped',
    write: refused('bad-sequence', (s) => [s.pay(1)]) },
  { threat: 5, name: 'sequences in the wrong order',
    write: refused('bad-sequence', (s) => [s.pay(1), s.pay(0)]) },
  { threat: 5, name: 'the same payment in a later block', write: (s) => {
    s.fund(s.alice);
    const payments = [s.pay(0, { amount: 10n })];
    s.connects(s.next({ payments })).has(s.bob, 10n);
    s.is('bad-sequence', s.next({ payments })).has(s.bob, 10n);
    s.fund(s.carol, 3);
    s.is('bad-sequence', s.next({ payments })).has(s.bob, 10n);
  } },
];

export const REWARD_ROWS: readonly RowDraft[] = [
  { threat: 6, name: 'no reward', write: (s) => {
    s.fund(s.alice);
    s.is('bad-reward-position', s.next({ transactions: [s.pay(0)] }));
  } },
  { threat: 6, name: 'two rewards', write: (s) => {
    s.fund(s.alice);
    const reward = s.factory.reward(2, addressOfSigner(s.bob));
    const other = s.factory.reward(2, addressOfSigner(s.carol));
    s.is('bad-reward-position', s.next({ transactions: [reward, other] })).has(s.bob, 0n);
    s.is('bad-reward-position', s.next({ transactions: [reward, reward] })).has(s.bob, 0n);
  } },
  { threat: 6, name: 'a reward that is not last', write: (s) => {
    s.fund(s.alice);
    const reward = s.factory.reward(2, addressOfSigner(s.carol));
    s.is('bad-reward-position', s.next({ transactions: [reward, s.pay(0)] }));
    s.is('bad-reward-position', s.next({ transactions: [s.pay(0), reward, s.pay(1)] }));
  } },
  { threat: 6, name: 'a reward of one unit too much or too little', write: (s) => {
    s.is('bad-reward-amount', s.nextPaying(REWARD + 1n));
    s.is('bad-reward-amount', s.nextPaying(REWARD - 1n));
    s.is('bad-reward-amount', s.nextPaying(0n));
    s.is('bad-reward-amount', s.nextPaying((1n << 64n) - 1n));
    s.fund(s.alice);
  } },
  { threat: 6, name: 'a reward without all the fees, or with more', write: (s) => {
    s.fund(s.alice);
    const payments = [s.pay(0, { fee: 3n }), s.pay(1, { fee: 4n })];
    for (const fees of [0n, 3n, 6n, 8n]) {
      s.is('bad-reward-amount', s.nextPaying(REWARD + fees, payments));
    }
    s.connects(s.nextPaying(REWARD + 7n, payments)).has(s.carol, REWARD + 7n);
  } },
  { threat: 6, name: 'a network without new money', params: { blockReward: 0n }, write: (s) => {
    s.is('bad-reward-amount', s.nextPaying(1n));
    s.fund(s.alice, 2);
    s.has(s.alice, 0n).is('insufficient-funds', s.next({ payments: [s.pay(0)] }));
  } },
  { threat: 7, name: 'equal rewards are different transactions', write: (s) => {
    const [first] = s.fund(s.alice, 3);
    s.has(s.alice, 3n * REWARD);
    s.is('bad-reward-position', s.next({ transactions: first!.transactions }));
  } },
  { threat: 7, name: 'a reward for another height', write: (s) => {
    const to = addressOfSigner(s.alice);
    for (const height of [0, 2, Number.MAX_SAFE_INTEGER]) {
      s.is('bad-reward-position', s.next({ transactions: [s.factory.reward(height, to)] }));
    }
  } },
  { threat: 8, name: 'a spent reward whose block is left takes the payment with it', write: (s) => {
    const { genesis } = s.factory;
    s.fund(s.alice);
    s.connects(s.next({ payments: [s.pay(0, { amount: 400n })] })).has(s.bob, 400n);
    const other = s.factory.line(genesis, 3, { to: addressOfSigner(s.carol) });
    s.is('sideBranch', other[0]!).is('sideBranch', other[1]!).connects(other[2]!);
    s.has(s.alice, 0n).has(s.bob, 0n).has(s.carol, 3n * REWARD);
    s.is('insufficient-funds', s.next({ payments: [s.pay(0, { amount: 400n })] }));
  } },
];

const WAITING = { blockSize: 3, blockWaitSeconds: 60 };
/** Header, count and reward, and seven payments of the toy kind or of Ed25519. */
const SEVEN_PAYMENTS_BYTES = 116 + 4 + 49 + 7 * 166;

function sevenPayments(s: Script): Payment[] {
  return Array.from({ length: 7 }, (_, sequence) => s.pay(sequence));
}

export const SIZE_ROWS: readonly RowDraft[] = [
  { threat: 9, name: 'fewer transactions than block_size before the wait is over', params: WAITING,
    write: (s) => {
      const [first] = s.fund(s.alice) as [Parameters<Script['connects']>[0]];
      const { time } = first.header;
      const payments = [s.pay(0)];
      const early = { payments, header: { time: time + 59_999 } };
      s.is('too-few-transactions', s.next(early));
      s.is('too-few-transactions', s.next({ header: { time: time + 60_000 } }));
      s.connects(s.next({ payments, header: { time: time + 60_000 } }));
      s.connects(s.next({ payments: [s.pay(1), s.pay(2)] }));
      s.connects(s.next({ payments: [s.pay(3), s.pay(4), s.pay(5)] }));
      s.is('too-few-transactions', s.next({ payments: [s.pay(6)] }));
    } },
  { threat: 9, name: 'fewer transactions than block_size where waiting is switched off',
    params: { blockSize: 3, blockWaitSeconds: 0 }, write: (s) => {
      s.fund(s.alice);
      const late = { payments: [s.pay(0)], header: { time: 1_000_000_000 } };
      s.is('too-few-transactions', s.next(late));
      s.connects(s.next({ payments: [s.pay(0), s.pay(1)] }));
    } },
  { threat: 9, name: 'only height 1 is free of block_size, and holds the reward alone',
    params: WAITING,
    write: (s) => {
      const payments = [s.pay(0), s.pay(1)];
      s.is('bad-reward-position', s.next({ payments }));
      s.fund(s.alice);
      s.is('too-few-transactions', s.next());
      s.is('bad-height', s.next({ header: { height: 1 } }));
    } },
  { threat: 9, name: 'the shortest wait', params: { blockSize: 3, blockWaitSeconds: 1 },
    write: (s) => {
      const [first] = s.fund(s.alice) as [Parameters<Script['connects']>[0]];
      const after = (ms: number): Parameters<Script['next']>[0] =>
        ({ payments: [s.pay(0)], header: { time: first.header.time + ms } });
      s.is('too-few-transactions', s.next(after(999))).connects(s.next(after(1_000)));
    } },
  { threat: 9, name: 'the wait is counted from the parent, not from the tip', params: WAITING,
    write: (s) => {
      const [first] = s.fund(s.alice) as [Parameters<Script['connects']>[0]];
      const late = { payments: [s.pay(0)], header: { time: first.header.time + 60_000 } };
      s.connects(s.next(late));
      const again = { ...late, header: { time: late.header.time - 1 } };
      s.is('too-few-transactions', s.factory.block(first, again));
      const other = s.factory.block(first, { ...late, header: { ...late.header, tag: 'other' } });
      s.is('sideBranch', other);
      const soon = { payments: [s.pay(1)], header: { time: other.header.time + 59_999 } };
      s.is('too-few-transactions', s.factory.block(other, soon));
    } },
  { threat: 9, name: 'a body without transactions is never the one that was promised',
    write: (s) => {
      s.is('bad-merkle-root', s.next({ transactions: [] }));
    } },
  { threat: 9, name: 'a block of exactly max_block_bytes',
    params: { blockBytesMax: SEVEN_PAYMENTS_BYTES }, write: (s) => {
      s.fund(s.alice);
      s.is('block-too-large', s.next({ payments: [...sevenPayments(s), s.pay(7)] }));
      s.connects(s.next({ payments: sevenPayments(s) }));
    } },
  { threat: 9, name: 'a block of one byte more than max_block_bytes',
    params: { blockBytesMax: SEVEN_PAYMENTS_BYTES - 1 }, write: (s) => {
      s.fund(s.alice);
      s.is('block-too-large', s.next({ payments: sevenPayments(s) }));
      s.connects(s.next({ payments: sevenPayments(s).slice(0, 6) }));
    } },
];

export const BODY_ROWS: readonly RowDraft[] = [
  { threat: 10, name: 'a body with its last transactions doubled has another root', write: (s) => {
    s.fund(s.alice);
    const block = s.next({ payments: [s.pay(0), s.pay(1)] });
    const { header, transactions } = block;
    s.is('bad-merkle-root', makeBlock(header, [...transactions, transactions[2]!]));
    s.is('bad-merkle-root', makeBlock(header, [...transactions, ...transactions]));
    s.connects(block);
  } },
  { threat: 10, name: 'a body in another order has another root', write: (s) => {
    s.fund(s.alice);
    const block = s.next({ payments: [s.pay(0), s.pay(1)] });
    const [first, second, reward] = block.transactions;
    s.is('bad-merkle-root', makeBlock(block.header, [second!, first!, reward!])).connects(block);
  } },
  { threat: 11, name: 'a good header with another body first', write: (s) => {
    s.fund(s.alice);
    const block = s.next({ payments: [s.pay(0)] });
    const [payment, reward] = block.transactions as [Payment, Payment];
    const bodies = [
      [], [reward], [payment], [s.factory.forge(payment), reward], [payment, reward, reward],
      [payment, s.factory.reward(2, addressOfSigner(s.bob))], [payment, payment, reward],
    ];
    for (const body of bodies) s.is('bad-merkle-root', makeBlock(block.header, body));
    s.connects(block).has(s.bob, 1n);
  } },
  { threat: 13, name: 'an old block rewritten: what was built on the old one stays with it',
    write: (s) => {
      const blocks = s.fund(s.alice, 5);
      const rewritten = s.factory.block(blocks[0]!, { to: addressOfSigner(s.bob) });
      s.is('sideBranch', rewritten).has(s.alice, 5n * REWARD).has(s.bob, 0n);
      const moved = { ...blocks[2]!.header, previousId: rewritten.id };
      s.is('bad-proof-of-work', unproved(s, makeBlock(moved, blocks[2]!.transactions)));
    } },
  { threat: 14, name: 'bytes that nearly are a block', write: (s) => {
    const block = s.next();
    const bytes = encodeBlock(block);
    s.isNoBlock(new Uint8Array(0)).isNoBlock(bytes.subarray(0, 116));
    s.isNoBlock(bytes.subarray(0, -1));
    s.isNoBlock(concatBytes(bytes, Uint8Array.of(0)));
    const body = bytes.subarray(120);
    for (const count of [0, 2, 0xffff_ffff]) {
      const counted = new ByteWriter().u32(count).finish();
      s.isNoBlock(concatBytes(encodeHeader(block.header), counted, body));
    }
    for (const type of [0, 1, 3, 255]) {
      s.isNoBlock(concatBytes(bytes.subarray(0, 120), Uint8Array.of(type), body.subarray(1)));
    }
    const tagged = bytes.slice();
    tagged[107] = 0x41;
    s.isNoBlock(tagged).connects(block);
  } },
  { threat: 15, name: 'blocks of networks with other parameters', write: (s) => {
    for (const other of [{ network: 'other' }, { blockReward: 1_001n }, { blockSize: 2 }]) {
      const factory = new BlockFactory({ ...EASY_PARAMS, ...other });
      s.is('orphan', factory.block(factory.genesis));
    }
    const easier = new BlockFactory({ ...EASY_PARAMS, difficulty: DIFFICULTY_BIT });
    s.is('bad-difficulty', easier.block(s.tip));
    s.fund(s.alice);
  } },
];

/** The block with the first nonce that does not meet the difficulty. */
function unproved(s: Script, block: ReturnType<Script['next']>): typeof block {
  const { header, transactions } = block;
  const parent = { id: header.previousId, header };
  return s.factory.block(parent, { transactions, header, isUnproved: true });
}
