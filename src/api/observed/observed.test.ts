/**
 * Goal: what a node saw happen is remembered as it was, within the maxima that are named.
 * Method: a real node that mines, hears and reorganises; where many are needed, the listener's
 * calls as a node makes them.
 */
import { describe, expect, it } from 'vitest';
import { ALICE, ApiScene, BANK } from '../../../test/support/api-scene.ts';
import { blockOn, START_TIME, testPayment } from '../../../test/support/chain-fixture.ts';
import { ManualClock } from '../../../test/support/manual-clock.ts';
import { statusOf } from '../../../test/support/peer-scene.ts';
import type { BlockId, Payment } from '../../consensus/types.ts';
import { reject } from '../../consensus/rejection.ts';
import {
  ANNOUNCERS_MAX, ARRIVALS_MAX, CLOCKS_MAX, Observed, REFUSALS_MAX, REORGS_MAX, SIGHTS_MAX,
} from './observed.ts';
import type { News } from './observed.ts';

function idOf(number: number): string {
  return number.toString(16).padStart(64, '0');
}

function sessionOf(number: number): string {
  return number.toString(16).padStart(16, '0');
}

/** The news, by kind. */
function heardBy(observed: Observed): string[] {
  const kinds: string[] = [];
  observed.onNews = ({ kind }: News) => kinds.push(kind);
  return kinds;
}

describe('blocks', () => {
  it('that are mined here come from here, and bring what they pay', () => {
    const scene = new ApiScene();
    const { observed } = scene;
    expect([observed.blocksSeen, observed.earned, observed.arrivals]).toEqual([0, 0n, []]);
    const kinds = heardBy(observed);
    scene.pay({ fee: 11n });
    scene.mine();
    scene.mine();
    const [newest, before] = observed.arrivals;
    expect(newest).toMatchObject({ id: scene.chain.tip.id, height: 14, from: 'own' });
    expect(before).toMatchObject({ height: 13, at: newest!.at - 1_000 });
    expect(observed.arrivalOf(newest!.id)).toBe(newest);
    expect(observed.arrivalOf(scene.chain.headerAt(3)!.id)).toBeUndefined();
    expect(observed.earned).toBe(20_000_011n);
    expect(kinds).toEqual(['payment', 'change', 'change']);
  });

  it('that give way are a reorganisation, and take back what they paid', async () => {
    const scene = new ApiScene();
    const { observed } = scene;
    scene.mine();
    scene.pay();
    scene.mine();
    const [second, first] = observed.arrivals.map(({ id }) => id);
    const kinds = heardBy(observed);
    await scene.reorganise(2);
    expect(observed.reorgs).toHaveLength(1);
    expect(observed.reorgs[0]).toMatchObject({
      forkHeight: 12, disconnectedCount: 2, connectedCount: 3, returned: 1,
    });
    expect(observed.reorgs[0]!.disconnected.map(({ id }) => id)).toEqual([second, first]);
    expect(observed.reorgs[0]!.connected.map(({ height }) => height)).toEqual([13, 14, 15]);
    expect([observed.earned, observed.staleSeen, observed.reorgCount]).toEqual([0n, 2, 1]);
    expect(observed.blocksSeen).toBe(5);
    expect(observed.arrivals[0]!.from).toBe('peer');
    expect(kinds).toContain('peer');
    expect(kinds.filter((kind) => kind === 'side' || kind === 'change' || kind === 'reorg'))
      .toEqual(['side', 'side', 'reorg', 'change']);
  });

  it('are remembered in a bounded number', () => {
    const scene = new ApiScene();
    const observed = new Observed(new ManualClock(START_TIME));
    const one = blockOn(scene.chain, BANK.address);
    for (let index = 0; index < ARRIVALS_MAX + 100; index++) {
      observed.sideBlock({ ...one, id: idOf(index) as BlockId }, 'peer');
    }
    expect(observed.arrivals).toHaveLength(ARRIVALS_MAX);
    expect(observed.staleSeen).toBe(ARRIVALS_MAX);
    expect(observed.blocksSeen).toBe(ARRIVALS_MAX + 100);
    expect(observed.arrivals[0]!.id).toBe(idOf(ARRIVALS_MAX + 99));
  });

  it('that come twice are seen once', () => {
    const scene = new ApiScene();
    const observed = new Observed(new ManualClock(START_TIME));
    const one = blockOn(scene.chain, BANK.address);
    observed.sideBlock(one, 'peer');
    observed.chainChanged({
      disconnected: [], connected: [one], tip: scene.chain.tip,
    } as never, 'peer');
    expect([observed.blocksSeen, observed.staleSeen]).toEqual([1, 0]);
  });
});

describe('announcements', () => {
  it('count from when the block was here, before and after', () => {
    const clock = new ManualClock(START_TIME);
    const observed = new Observed(clock);
    const one = blockOn(new ApiScene().chain, BANK.address);
    const say = (number: number): void => observed.statusHeard(
      statusOf(sessionOf(number), { tipId: one.id, tag: `n${number}`, time: START_TIME + 7_000 }),
      '10.0.0.1',
    );
    say(1);
    observed.statusHeard(statusOf(sessionOf(2), { tipId: idOf(9) as BlockId }), '10.0.0.1');
    clock.advance(50);
    observed.sideBlock(one, 'peer');
    clock.advance(30);
    say(2);
    clock.advance(30);
    say(2);
    const { announced, at } = observed.arrivalOf(one.id)!;
    expect([...announced].map(([session, { tag, at: time }]) => [session, tag, time - at]))
      .toEqual([[sessionOf(1), 'n1', -50], [sessionOf(2), 'n2', 30]]);
    expect(observed.clockOffsetOf(sessionOf(1))).toBe(7_000);
    expect(observed.clockOffsetOf(sessionOf(2))).toBe(6_890);
    expect(observed.clockOffsetOf(sessionOf(3))).toBeUndefined();
  });

  it('of a node that is heard for the first time do not say when it had the block', () => {
    const clock = new ManualClock(START_TIME);
    const observed = new Observed(clock);
    const scene = new ApiScene();
    const one = blockOn(scene.chain, BANK.address);
    observed.sideBlock(one, 'peer');
    clock.advance(3_600_000);
    const late = statusOf(sessionOf(1), { tipId: one.id, blockServerPort: 0 });
    observed.statusHeard(late, '10.0.0.1');
    expect(observed.arrivalOf(one.id)!.announced.size).toBe(0);
  });

  it('are kept of a bounded number of peers, blocks and clocks', () => {
    const observed = new Observed(new ManualClock(START_TIME));
    const one = blockOn(new ApiScene().chain, BANK.address);
    const say = (session: number, tipId: string): void =>
      observed.statusHeard(statusOf(sessionOf(session), { tipId: tipId as BlockId }), '10.0.0.1');
    for (let index = 0; index < CLOCKS_MAX + 50; index++) say(index, one.id);
    observed.sideBlock(one, 'peer');
    for (let index = 1_000; index < 1_100; index++) say(index, one.id);
    expect(observed.arrivalOf(one.id)!.announced.size).toBe(ANNOUNCERS_MAX);
    expect(observed.clockOffsetOf(sessionOf(0))).toBeUndefined();
    // Blocks that nobody ever brings push out those that were named before, and no more.
    const other = { ...one, id: idOf(1) as BlockId };
    say(1, other.id);
    for (let index = 0; index < ANNOUNCERS_MAX; index++) say(1, idOf(1_000 + index));
    observed.sideBlock(other, 'peer');
    expect(observed.arrivalOf(other.id)!.announced.size).toBe(0);
  });
});

describe('payments', () => {
  function payments(count: number): Payment[] {
    const { chain } = new ApiScene();
    return Array.from({ length: count }, (_, sequence) =>
      testPayment(chain, BANK, { to: ALICE.address, amount: 1n, sequence }));
  }

  it('that were refused are remembered newest first, once, with the reason', () => {
    const clock = new ManualClock(START_TIME);
    const observed = new Observed(clock);
    const [one, two] = payments(2);
    const refused = { kind: 'rejected', rejection: reject('fee-too-low') } as const;
    observed.paymentSeen(one!, refused);
    clock.advance(5);
    observed.paymentSeen(two!, refused);
    observed.paymentSeen(one!, refused);
    observed.paymentSeen(two!, { kind: 'rejected', rejection: reject('already-known') });
    expect(observed.refusals.map(({ payment, at }) => [payment.id, at]))
      .toEqual([[two!.id, START_TIME + 5], [one!.id, START_TIME]]);
    expect(observed.refusalCount).toBe(3);
    expect(observed.sightOf(one!.id)).toBe(START_TIME);
  });

  it('are remembered in bounded numbers', () => {
    const observed = new Observed(new ManualClock(START_TIME));
    const [one] = payments(1);
    const seen = (number: number): void => observed.paymentSeen(
      { ...one!, id: idOf(number) as never },
      { kind: 'rejected', rejection: reject('fee-too-low') },
    );
    for (let index = 0; index < SIGHTS_MAX + 10; index++) seen(index);
    expect(observed.refusals).toHaveLength(REFUSALS_MAX);
    expect(observed.refusals[0]!.payment.id).toBe(idOf(SIGHTS_MAX + 9));
    expect(observed.sightOf(idOf(9) as never)).toBeUndefined();
    expect(observed.sightOf(idOf(10) as never)).toBe(START_TIME);
  });
});

describe('reorganisations', () => {
  it('are remembered in bounded numbers, with a bounded number of blocks', () => {
    const scene = new ApiScene();
    const observed = new Observed(new ManualClock(START_TIME));
    const one = blockOn(scene.chain, BANK.address);
    const many = Array.from({ length: 300 }, (_, index) =>
      ({ ...one, id: idOf(index) as BlockId }));
    for (let index = 0; index < REORGS_MAX + 5; index++) {
      observed.chainChanged({
        disconnected: many, connected: many, tip: scene.chain.tip,
      } as never, 'peer');
    }
    expect(observed.reorgs).toHaveLength(REORGS_MAX);
    expect(observed.reorgCount).toBe(REORGS_MAX + 5);
    const { disconnected, connected, disconnectedCount } = observed.reorgs[0]!;
    expect([disconnected.length, connected.length, disconnectedCount]).toEqual([50, 50, 300]);
    // Those nearest to the tips.
    expect([disconnected[0]!.id, connected.at(-1)!.id]).toEqual([idOf(0), idOf(299)]);
  });
});
