/**
 * Goal: a run that fails is made small, and the small one fails in the same way.
 * Method: runs are not run: a rule says which of them fail, as a bug would. `planted-bugs.test.ts`
 * shrinks the run of a real one.
 */
import { describe, expect, it } from 'vitest';
import { drawPlan, FAULT_NAMES, faultsOf } from '../../src/sim/plan.ts';
import type { FaultName } from '../../src/sim/plan.ts';
import { kindOfFailure, shrink } from '../../src/sim/shrink.ts';
import type { Failure, Run } from '../../src/sim/shrink.ts';

const SEED = 54;
const LARGE: Run = { seed: SEED, nodes: 12, hours: 2 };

function faultsOfRun({ seed, nodes, without }: Run): FaultName[] {
  return faultsOf(drawPlan(seed, nodes, without));
}

/** Shrinks with this bug: it says how runs fail. Gives the result and how many runs it took. */
function shrinkWith(bug: (run: Run) => string | undefined): { found: Failure; tries: number } {
  const search = shrink({ run: LARGE, message: bug(LARGE)! });
  let tries = 0;
  for (let step = search.next(); ; step = search.next(bug(step.value))) {
    if (step.done === true) return { found: step.value, tries };
    tries++;
  }
}

function message(run: Run, what: string, seconds = 90): string {
  return `seed ${run.seed}, at ${seconds}.125 s, node ${run.nodes - 1}: ${what}`;
}

describe('shrinking', () => {
  it('leaves the one fault that a bug needs, the fewest nodes and the shortest time', () => {
    const [needed] = faultsOfRun(LARGE);
    const { found, tries } = shrinkWith((run) => {
      const fails = faultsOfRun(run).includes(needed!) && run.nodes >= 3 && run.hours >= 0.03;
      return fails ? message(run, `it has ${run.nodes * 17} units of money`) : undefined;
    });
    expect(faultsOfRun(found.run)).toEqual([needed]);
    expect(found.run.nodes).toBe(3);
    expect(found.run.hours).toBeLessThan(0.04);
    expect(tries).toBeLessThan(100);
  });

  it('keeps two faults that are only bad together', () => {
    const names = faultsOfRun(LARGE);
    const needed = [names[1]!, names.at(-1)!];
    const { found } = shrinkWith((run) => {
      const left = faultsOfRun(run);
      return needed.every((name) => left.includes(name)) ? message(run, 'torn') : undefined;
    });
    expect(faultsOfRun(found.run)).toEqual(needed);
  });

  it('leaves nothing of a network that fails by itself', () => {
    const { found, tries } = shrinkWith((run) => message(run, 'always'));
    expect(faultsOfRun(found.run)).toEqual([]);
    expect(found.run).toMatchObject({ seed: SEED, nodes: 2 });
    expect(found.run.without!.every((name) => FAULT_NAMES.includes(name))).toBe(true);
    expect(tries).toBeLessThan(20);
  });

  it('does not take another failure for the same', () => {
    const { found } = shrinkWith((run) =>
      message(run, run.nodes >= 7 ? 'its work fell from 90 to 80' : 'its fork is torn'));
    expect(found.run.nodes).toBe(7);
  });

  it('gives the smallest so far when the time is over', () => {
    let tries = 0;
    const search = shrink({ run: LARGE, message: message(LARGE, 'always') }, () => tries > 2);
    let step = search.next();
    for (; step.done !== true; tries++) step = search.next(message(step.value, 'always'));
    expect(tries).toBe(4);
    expect(step.value.run.hours).toBeLessThan(LARGE.hours);
  });

  it('gives up on a failure that comes and goes', () => {
    const { found } = shrinkWith((run) => (run === LARGE ? message(run, 'once') : undefined));
    expect(found.run).toBe(LARGE);
  });
});

describe('two failures are the same', () => {
  const one = 'seed 7, at 12.000 s, node 3: account 9f86d081884c7d65 has 12 units after 3';
  it.each([
    ['seed 7, at 3.500 s, node 0: account 0123456789abcdef has 7000 units after 1', true],
    ['seed 7, at 12.000 s, node 3: its fork is torn', false],
  ])('%s: %s', (other, isSame) => {
    expect(kindOfFailure(other) === kindOfFailure(one)).toBe(isSame);
  });
});
