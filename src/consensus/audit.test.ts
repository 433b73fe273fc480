/**
 * Goal: the audit passes what the chain wrote, and finds any record that was changed or lost.
 * Method: a chain with payments, a fork and a reorganisation; then each record of it is bent in
 * turn.
 */
import { describe, expect, test } from 'vitest';
import { WriteOverlay } from '../lib/write-buffer.ts';
import type { Store } from '../ports.ts';
import {
  blockOn, mine, testChain, testPayment, testSigner, TEST_PARAMS,
} from '../../test/support/chain-fixture.ts';
import { accountWrite } from './account-records.ts';
import { auditStore } from './audit.ts';
import type { AuditProgress, AuditReport } from './audit.ts';
import type { Chain } from './chain.ts';
import { blockWrites, headerRemoval, headerWrite } from './header-records.ts';
import { historyWrites } from './history.ts';
import { networkIdOf } from './params.ts';
import { workOf } from './pow.ts';
import { blockAt, heightKey, idIn, metaWrite, SPACE } from './records.ts';
import { isRejection } from './rejection.ts';
import { RUN_BLOCKS } from './runs.ts';
import { Signatures } from './signatures.ts';
import { connectBlock, StateView } from './state.ts';
import type { Block, BlockId } from './types.ts';
import { ToyVerifier } from '../../test/support/toy-signatures.ts';

const [alice, bob] = [testSigner('alice'), testSigner('bob')];
const COIN = 1_000_000n;

function audit(store: Store, onStep: (step: AuditProgress) => void = () => {}): AuditReport {
  const steps = auditStore(store, new Signatures(new ToyVerifier(), networkIdOf(TEST_PARAMS)));
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    onStep(step.value);
  }
}

function pay(chain: Chain, sequence: number) {
  return testPayment(chain, alice, { to: bob.address, amount: COIN, sequence, fee: 1n });
}

/** Six blocks with two payments, and a branch that lost. */
function longChain(): { chain: Chain; store: Store } {
  const { chain, store } = testChain();
  mine(chain, alice.address);
  mine(chain, bob.address, [pay(chain, 0)]);
  const fork = chain.tip;
  mine(chain, bob.address);
  const side = blockOn(chain, alice.address, [pay(chain, 1)], fork);
  chain.addBlock(side, side.header.time);
  mine(chain, alice.address, [], chain.header(side.id));
  mine(chain, bob.address);
  return { chain, store };
}

describe('a store that the chain wrote', () => {
  test('is right, block by block', () => {
    const { store } = longChain();
    const heights: number[] = [];
    const report = audit(store, ({ height, tipHeight }) => {
      heights.push(height);
      expect(tipHeight).toBe(5);
    });
    expect(report).toEqual({
      isOvertaken: false,
      counts: { blocks: 6, sideBlocks: 1, payments: 2, accounts: 2, money: 50n * COIN },
    });
    expect(heights).toEqual([0, 1, 2, 3, 4, 5]);
  });

  test('is followed while it grows', () => {
    const { chain, store } = longChain();
    const report = audit(store, ({ height }) => {
      if (height === 3) mine(chain, alice.address);
    });
    expect(report).toMatchObject({ isOvertaken: false, counts: { blocks: 7 } });
    expect(report.fault).toBeUndefined();
  });

  test('is begun again when it was reorganised below what was checked', () => {
    const { chain, store } = testChain();
    mine(chain, alice.address);
    const fork = chain.headerAt(0)!;
    const report = audit(store, ({ height }) => {
      if (height !== 1) return;
      const first = blockOn(chain, bob.address, [], fork);
      chain.addBlock(first, first.header.time);
      mine(chain, bob.address, [], chain.header(first.id));
    });
    expect(report).toMatchObject({ isOvertaken: true });
    expect(report.fault).toBeUndefined();
  });
});

describe('a damaged store', () => {
  const audited = [
    SPACE.meta, SPACE.header, SPACE.body, SPACE.account, SPACE.trail, SPACE.block,
  ];

  test.each(audited)('is found out by any record of key space %i that is lost', (space) => {
    const count = [...longChain().store.scan(Uint8Array.of(space))].length;
    expect(count).toBeGreaterThan(0);
    for (let index = 0; index < count; index++) {
      const { chain, store } = longChain();
      const [key] = [...store.scan(Uint8Array.of(space))][index]!;
      const isFree = isUnchecked(chain, space, key);
      store.commit([{ key, value: undefined }]);
      if (space === SPACE.meta) expect(() => audit(store)).toThrow('empty');
      else if (isFree) expect(audit(store).fault).toBeUndefined();
      else expect(audit(store).fault, Buffer.from(key).toString('hex')).toBeDefined();
    }
  });

  test.each(audited.slice(1))('is found out by a flipped bit anywhere in space %i', (space) => {
    const count = [...longChain().store.scan(Uint8Array.of(space))].length;
    for (let index = 0; index < count; index++) {
      const { chain, store } = longChain();
      const [key, value] = [...store.scan(Uint8Array.of(space))][index]!;
      const isSideHeader = space === SPACE.header && key.length > 9;
      if (value.length === 0 || isSideHeader || isUnchecked(chain, space, key)) continue;
      const bent = value.slice();
      bent[bent.length - 1]! ^= 1;
      store.commit([{ key, value: bent }]);
      expect(audit(store).fault, Buffer.from(key).toString('hex')).toBeDefined();
    }
  });

  test('is found out by any record of a run that is lost, bent or too many', () => {
    const grown = () => {
      const made = testChain();
      for (let height = 1; height <= RUN_BLOCKS; height++) mine(made.chain, alice.address);
      return made.store;
    };
    const fault = { height: RUN_BLOCKS - 1, what: 'the index of transactions is wrong' };
    expect(audit(grown()).fault).toBeUndefined();
    for (const [key, value] of grown().scan(Uint8Array.of(SPACE.run))) {
      for (const other of [undefined, value.map((byte) => byte ^ 1)]) {
        const store = grown();
        store.commit([{ key, value: other }]);
        expect(audit(store).fault).toEqual(fault);
      }
    }
    const store = grown();
    store.commit([{ key: Uint8Array.of(SPACE.run, 1), value: Uint8Array.of(1) }]);
    expect(audit(store).fault?.what).toBe('the index of transactions has 3 entries, not 2');
  });

  test('is told by height and reason', () => {
    const { store } = longChain();
    store.commit([{ key: heightKey(SPACE.trail, 4), value: Uint8Array.of(1) }]);
    expect(audit(store).fault).toEqual({ height: 4, what: 'the index of transactions is wrong' });
  });

  test('with a block of the main chain that was never judged is found out', () => {
    const { chain, store } = longChain();
    store.commit([headerWrite({ ...chain.headerAt(2)!, status: 'stored' }, 'main')]);
    expect(audit(store).fault)
      .toMatchObject({ height: 2, what: expect.stringContaining('stored') });
  });

  test('with a heavier branch beside the main chain is found out, unless that is invalid', () => {
    const { chain, store } = longChain();
    const [side] = [...store.scan(Uint8Array.of(SPACE.header))]
      .flatMap(([key]) => (key.length > 9 ? chain.header(idOf(key)) ?? [] : []));
    const heavy = { ...side!, work: chain.tip.work + 1n };
    store.commit([headerWrite(heavy, 'beside')]);
    expect(audit(store).fault?.what).toBe(`${heavy.id} has more work than the tip`);
    store.commit([headerWrite({ ...heavy, status: 'invalid' }, 'beside')]);
    expect(audit(store).fault).toBeUndefined();
  });

  test('with a block above the tip on the main chain is found out', () => {
    const { chain, store } = longChain();
    const block = blockOn(chain, bob.address);
    const work = chain.tip.work + workOf(block.header.difficulty);
    const node = { id: block.id, header: block.header, work, status: 'invalid' } as const;
    store.commit(blockWrites(block, node, 'beside'));
    expect(audit(store).fault).toBeUndefined();
    store.commit([headerRemoval(blockAt(node), 'beside'), headerWrite(node, 'main')]);
    expect(audit(store).fault?.what).toBe('the main chain has 7 blocks, not 6');
  });

  test('with another id in the record of a block beside the main chain is found out', () => {
    const { store } = longChain();
    const [key, value] = [...store.scan(Uint8Array.of(SPACE.header))]
      .find((entry) => entry[0].length > 9)!;
    value[0]! ^= 1;
    store.commit([{ key, value }]);
    expect(audit(store).fault?.what).toBe(`header ${idIn(key)} is another's`);
  });

  test('with a block that breaks a rule is found out, though all records agree with it', () => {
    const params = { ...TEST_PARAMS, blockSize: 2 };
    const { chain, store } = testChain(params);
    mine(chain, alice.address);
    force(chain, store, blockOn(chain, bob.address));
    expect(audit(store).fault).toMatchObject({
      height: 2, what: expect.stringContaining('too-few-transactions'),
    });
  });

  test('with a payment that its payer did not sign is found out', () => {
    const { chain, store } = testChain();
    mine(chain, alice.address);
    const thief = { key: alice.key, sign: bob.sign };
    const stolen = testPayment(chain, thief, { to: bob.address, amount: COIN, sequence: 0 });
    force(chain, store, blockOn(chain, bob.address, [stolen]));
    expect(audit(store).fault).toEqual({ height: 2, what: 'bad-signature, index 0' });
  });

  test('with a forged balance is found out though every block is right', () => {
    const { store } = longChain();
    const [key, value] = [...store.scan(Uint8Array.of(SPACE.account))][0]!;
    store.commit([{ key, value: Uint8Array.of(...value.subarray(0, 7), 1, ...value.subarray(8)) }]);
    expect(audit(store).fault?.what).toMatch(/^account [0-9a-f]{64} has \d+ units, and/);
  });

  test('with money that no block made is found out', () => {
    const { store } = longChain();
    const key = Uint8Array.of(SPACE.account, ...new Uint8Array(32));
    store.commit([{ key, value: Uint8Array.of(...new Uint8Array(7), 1, ...new Uint8Array(24)) }]);
    expect(audit(store).fault?.what).toContain('0'.repeat(64));
  });
});

/** Writes a block on the tip as if it had passed every check, with all its records. */
function force(chain: Chain, store: Store, block: Block): void {
  const view = new StateView((address) => chain.account(address));
  const believing = new Signatures(
    { verify: () => true, prefetch: () => {} }, chain.networkId,
  );
  const trail = connectBlock(view, block, believing);
  if (isRejection(trail)) throw new Error(trail.code);
  const { id, header } = block;
  const work = chain.tip.work + workOf(header.difficulty);
  const node = { id, header, work, status: 'valid' } as const;
  store.commit([
    ...blockWrites(block, node, 'main'),
    ...historyWrites(new WriteOverlay(store), block, trail),
    ...[...view.changes].map(([address, account]) => accountWrite(address, account)),
    metaWrite({ tipId: id, tipHeight: header.height, params: chain.params }),
  ]);
}

function idOf(key: Uint8Array): BlockId {
  return idIn(key) as BlockId;
}

function isMain(chain: Chain, key: Uint8Array): boolean {
  return chain.isMain(chain.header(idOf(key))!);
}

/** What belongs to a block beside the main chain: a peer can give it again. */
function isUnchecked(chain: Chain, space: number, key: Uint8Array): boolean {
  return space === SPACE.body && !isMain(chain, key);
}
