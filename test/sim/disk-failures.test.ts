/**
 * Goal: whichever call of its disk fails, a node ends, starts again, loses nothing that it said,
 * and comes to the chain of the others.
 * Method: two nodes mine and pay for a while. One run counts the calls of the first one's disk;
 * then there is a run for each of them, in which that call fails.
 */
import { describe, expect, it } from 'vitest';
import { Checkers, waitingPayments } from '../../src/sim/checkers.ts';
import { DiskError } from '../../src/sim/disk.ts';
import { EventLog } from '../../src/sim/event-log.ts';
import { Machine } from '../../src/sim/machine.ts';
import { Lan } from '../../src/sim/network.ts';
import { drawPlan } from '../../src/sim/plan.ts';
import { Chance } from '../../src/sim/random.ts';
import { Wallets } from '../../src/sim/wallets.ts';
import { World } from '../../src/sim/world.ts';
import type { StoreErrorCode } from '../../src/lib/store-error.ts';

const SEED = 1;
const BUSY_MS = 25_000;
const CALM_MS = 240_000;
const { params: drawn } = drawPlan(SEED, 2);
const params = { ...drawn, blockSize: 1, blockWaitSeconds: 0, difficulty: 65_536 };

interface Outcome {
  readonly calls: number;
  readonly ends: number;
  readonly blocks: number;
  readonly payments: number;
}

/** So little memory that accounts are in deltas and sweeps, too. */
const ACCOUNTS = { countMax: 4, blockBytesMax: 0, recordsMax: 0, sweepRecords: 1 };

/** Two nodes, of which the first one's disk fails at this call; throws what does not hold. */
function run(call: number, code: StoreErrorCode): Outcome {
  const world = new World(new EventLog());
  const lan = new Lan(world, new Chance(SEED, 'network'));
  const checkers = new Checkers(SEED);
  const machines = [0, 1].map((index) => new Machine(world, lan, {
    seed: SEED, index, params, isMiner: true, meanBlockMs: () => 5_000,
    disk: { flushMinMs: 1, flushMaxMs: 5 }, statusIntervalMs: 5_000, paymentIntervalMs: 5_000,
    peers: [], accounts: ACCOUNTS,
  }, {
    tipChanged: (machine, change, from) => {
      checkers.tipChanged(machine, change);
      if (from !== 'own') return;
      const { id } = change.tip;
      machine.program?.store.flushed((error) => error ?? checkers.said(machine, id));
    },
    logged: () => {},
  }));
  let ends = 0;
  const start = (machine: Machine): void => {
    machine.start();
    checkers.restarted(machine);
  };
  world.survives = (error) => {
    const failed = error instanceof DiskError && machines.find((machine) => machine.fail(error));
    if (failed instanceof Machine) world.after(1_000 * ++ends, () => start(failed));
    return failed instanceof Machine;
  };
  const wallets = new Wallets({
    world, machines, chance: new Chance(SEED, 'wallets'), meanPaymentMs: 2_500, strangers: [],
    isClumsy: true, promised: (payment) => checkers.confirmed.watch(payment),
  });
  const [first] = machines;
  first!.disk.failAt(call, code);
  for (const machine of machines) {
    machine.disk.committed = (batch) => checkers.committed(machine, batch);
    world.after(0, () => start(machine));
  }
  wallets.start();
  const check = (): 'go on' => {
    checkers.afterEvent();
    return 'go on';
  };
  world.run(BUSY_MS, check);
  const { calls } = first!.disk;
  first!.disk.mend();
  wallets.isPaused = true;
  const { agreement } = checkers;
  const isDone = (): boolean => agreement.isSo(machines) && agreement.isStored(machines)
    && waitingPayments(wallets.promised).length === 0;
  while (!isDone() && world.now < CALM_MS) world.run(world.now + 1_000, check);
  expect(isDone()).toBe(true);
  checkers.atEnd(machines);
  const blocks = first!.program!.chain.tip.header.height;
  return { calls, ends, blocks, payments: wallets.promised.length };
}

describe('a node whose disk fails', () => {
  it.each(['failed', 'damaged'] as const)('at any call, as %s, is none the worse', (code) => {
    const whole = run(Number.MAX_SAFE_INTEGER, code);
    expect(whole).toMatchObject({ ends: 0 });
    expect(whole.blocks).toBeGreaterThan(4);
    expect(whole.payments).toBeGreaterThan(2);
    let ended = 0;
    for (let call = 1; call <= whole.calls; call++) {
      try {
        ended += run(call, code).ends;
      } catch (cause) {
        throw new Error(`call ${call} of ${whole.calls} fails`, { cause });
      }
    }
    // Of the rest, a payer's program failed, or a flush was told to have.
    expect(ended).toBeGreaterThan(whole.calls * 0.4);
  });
});
