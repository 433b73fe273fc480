/**
 * Goal: the simulator gives what theory gives, from the shipped node's own behaviour. Method: few
 * repetitions of small scenarios with fixed seeds, compared with exact values within 3 standard
 * errors; `npm run papers` does the same with many. The formulas are Rosenfeld's (2014) and Eyal
 * and Sirer's (2014); the one for stale blocks is renewal theory: y/(1+y).
 */
import { expect, it } from 'vitest';
import type { ScenarioResult } from '../../src/sim/scenario/result.ts';
import { runScenario } from '../../src/sim/scenario/run.ts';
import { DEFAULT_SCENARIO, scenarioFault } from '../../src/sim/scenario/scenario.ts';
import type { Attacker, Scenario } from '../../src/sim/scenario/scenario.ts';

const SMALL: Scenario = {
  ...DEFAULT_SCENARIO, nodes: 6, miners: 6, topology: { kind: 'complete' },
  latency: { kind: 'constant', ms: 10 }, duration: { kind: 'blocks', blocks: 30 },
};
const scenario = (more: Partial<Scenario>): Scenario => ({ ...SMALL, ...more });

/** Of a share that was seen in so many independent trials. */
const errorOf = (share: number, trials: number): number =>
  Math.sqrt((share * (1 - share)) / trials);

function expectWithin(got: number, expected: number, error: number): void {
  expect(Math.abs(got - expected), `${got} for ${expected}, standard error ${error}`)
    .toBeLessThan(3 * error);
}

it('is the same run for the same seed, and another for another', () => {
  const lossy = scenario({
    paymentsPerHour: 200, blockSize: 2, blockWaitSeconds: 30,
    topology: { kind: 'random', degree: 3 }, latency: { kind: 'lognormal', medianMs: 80, sigma: 1 },
    faults: {
      partition: { fromHours: 0.1, toHours: 0.2, share: 0.4 },
      churn: { meanUpMinutes: 10, meanDownMinutes: 1 },
    },
  });
  const one = runScenario(lossy, 7);
  expect(runScenario(lossy, 7)).toEqual(one);
  expect(runScenario(lossy, 8).logHash).not.toBe(one.logHash);
  expect(one.payments).toBeGreaterThan(20);
  expect(one.confirmedPayments).toBeGreaterThan(10);
  expect(JSON.parse(JSON.stringify(one))).toEqual(one);
});

it('tells the run line by line without changing it', () => {
  const lines: string[] = [];
  const told = runScenario(SMALL, 3, { line: (text) => lines.push(text) });
  expect(told.logHash).toBe(runScenario(SMALL, 3).logHash);
  expect(lines.some((line) => line.includes('mines: height 1 '))).toBe(true);
});

it('spreads blocks in one step to linked peers, and divides them by hash power', () => {
  const result = runScenario(scenario({
    shares: { kind: 'list', weights: [5, 1, 1, 1, 1, 1] },
    duration: { kind: 'blocks', blocks: 300 },
  }), 1);
  const full = result.propagation.quantiles.find(({ share }) => share === 1)!;
  expect(full.seconds).toBeCloseTo(0.01, 3);
  const sum = result.miners.reduce((total, { main }) => total + main, 0);
  expect(sum).toBe(result.mainBlocks);
  expectWithin(result.miners[0]!.main / sum, 0.5, errorOf(0.5, sum));
  const mean = result.intervals.reduce((total, one) => total + one, 0) / result.intervals.length;
  expectWithin(mean, 60, 60 / Math.sqrt(result.intervals.length));
});

it('loses the blocks to forks that the delay costs', () => {
  const nodes = 10;
  const blocks = 1_000;
  const result = runScenario(scenario({
    nodes, miners: nodes, latency: { kind: 'constant', ms: 1_000 }, blockSeconds: 20,
    duration: { kind: 'blocks', blocks },
  }), 2);
  // Only others can fork a miner's block; a fork is not forked again.
  const y = (1 - 1 / nodes) * (1 / 20);
  expectWithin(result.staleRate, y / (1 + y), errorOf(y / (1 + y), blocks));
  // Whose block is late is told late of the other's, too.
  expect(result.propagation.uninformedSeconds).toBeGreaterThan(0.85);
  expect(result.propagation.uninformedSeconds).toBeLessThan(1.2);
});

/** Of these seeds, the share in which the merchant lost its money. */
function reversedShare(attacker: Attacker, runs: number): number {
  const race = scenario({
    nodes: 2, miners: 2, latency: { kind: 'constant', ms: 1 }, attacker,
    duration: { kind: 'blocks', blocks: 1_000 },
  });
  let reversed = 0;
  for (let seed = 1; seed <= runs; seed++) {
    const { attack } = runScenario(race, seed);
    if (attack?.kind === 'payment' && attack.isReversed) reversed++;
  }
  return reversed / runs;
}

it.each([
  // Starts level and must get strictly ahead; and Rosenfeld's table, with one block in advance.
  { headStart: 'level', share: 0.3, confirmations: 2, expected: 0.23297 },
  { headStart: 'preMined', share: 0.3, confirmations: 2, expected: 0.432 },
  { headStart: 'level', share: 0.1, confirmations: 0, expected: 0.11111 },
] as const)('spends twice as often as it should: %j', ({ expected, ...attack }) => {
  const runs = 120;
  const giveUp = { behind: 12 };
  const got = reversedShare(
    { kind: 'doubleSpend', giveUp, ...attack }, runs,
  );
  expectWithin(got, expected, errorOf(expected, runs));
});

it('always rewrites history with most of the hash power', () => {
  expect(reversedShare({ kind: 'majority', share: 0.7, depth: 6 }, 5)).toBe(1);
});

function attacked(attacker: Attacker, more: Partial<Scenario> = {}): ScenarioResult {
  return runScenario(scenario({
    nodes: 9, miners: 9, latency: { kind: 'constant', ms: 20 }, attacker,
    duration: { kind: 'blocks', blocks: 500 }, ...more,
  }), 1);
}

it.each([[0, 0.4], [0.5, 1 / 3]])('mines selfishly with gamma %f and share %f', (gamma, alpha) => {
  const { attack } = attacked({ kind: 'selfish', share: alpha, gamma });
  if (attack?.kind !== 'revenue') throw new Error('no revenue');
  expect(attack.ties).toBeGreaterThan(50);
  expectWithin(attack.gamma, gamma, 0.05);
  const a = alpha;
  const g = attack.gamma;
  const revenue = (a * (1 - a) ** 2 * (4 * a + g * (1 - 2 * a)) - a ** 3)
    / (1 - a * (1 + (2 - a) * a));
  // Blocks come in bursts, so fewer of them are independent than there are.
  expectWithin(attack.mainShare, revenue, errorOf(revenue, 500 / 3));
});

it('loses what it holds back', () => {
  const { attack, miners } = attacked(
    { kind: 'withholding', share: 0.3, holdSeconds: 180 },
    { duration: { kind: 'blocks', blocks: 200 } },
  );
  if (attack?.kind !== 'revenue') throw new Error('no revenue');
  expect(attack.mainShare).toBeLessThan(0.25);
  expect(miners[0]!.stale).toBeGreaterThan(10);
});

it('fools a victim that hears nobody else', () => {
  const { attack } = attacked({ kind: 'eclipse', share: 0.1, confirmations: 2 });
  expect(attack).toMatchObject({ kind: 'payment', isReversed: true, outcome: 'reversed' });
});

it('loses blocks of a clock that is too far ahead, and of the smaller part of a network', () => {
  const honest = attacked({ kind: 'timestamp', share: 0.3, aheadSeconds: 60 });
  const rushed = attacked({ kind: 'timestamp', share: 0.3, aheadSeconds: 300 });
  expect(rushed.miners[0]!.main).toBeLessThan(honest.miners[0]!.main / 2);
  const { attack } = attacked({
    kind: 'partition', cut: { fromHours: 0.5, toHours: 2, share: 0.4 },
  }, { duration: { kind: 'hours', hours: 3 } });
  if (attack?.kind !== 'partition') throw new Error('no partition');
  expect(attack.deepestReorg).toBeGreaterThan(10);
  expect(attack.staleBlocks).toBeGreaterThanOrEqual(attack.deepestReorg);
});

it('runs a hundred nodes', () => {
  const result = runScenario(scenario({
    nodes: 100, miners: 10, topology: { kind: 'smallWorld', degree: 6, rewired: 0.2 },
    duration: { kind: 'blocks', blocks: 20 },
  }), 1);
  expect(result.mainBlocks).toBe(20);
  expect(result.propagation.quantiles.map(({ share }) => share)).toContain(1);
});

it('says what is wrong with a scenario', () => {
  expect(scenarioFault(SMALL)).toBeUndefined();
  expect(scenarioFault({ ...SMALL, nodes: 1 })).toMatch(/nodes must be/);
  expect(scenarioFault({ ...SMALL, nodes: 100, miners: 100 })).toMatch(/complete network/);
  expect(scenarioFault({ ...SMALL, shares: { kind: 'list', weights: [1] } })).toMatch(/1 shares/);
  // The victim is cut off from somebody: two nodes are the attacker and the victim alone.
  const eclipse = { kind: 'eclipse', share: 0.3, confirmations: 1 } as const;
  const two = scenario({ nodes: 2, miners: 2, attacker: eclipse });
  expect(scenarioFault(two)).toMatch(/eclipse needs at least 3 nodes/);
  expect(scenarioFault({ ...two, nodes: 3 })).toBeUndefined();
});
