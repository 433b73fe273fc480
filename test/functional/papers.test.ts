/**
 * Goal: the simulator comes to what the papers say; `npm run papers` shows it with small errors.
 * Method: some of the same claims with few repetitions. Seeds are fixed, so a verdict is the same
 * every time; each of 12 true figures is beyond 3.5 standard errors with a chance of one in 2,000.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { useProcessorHash } from '../../src/platform/processor-hash.ts';
import { claimsOf, verdictOn } from '../../src/sim/research/claims.ts';
import type { Claim, ClaimPart } from '../../src/sim/research/claims.ts';
import { digestOf } from '../../src/sim/research/digest.ts';
import type { Digest } from '../../src/sim/research/digest.ts';
import { runScenario } from '../../src/sim/scenario/run.ts';

const DEVIATION_MAX = 3.5;
const claims = claimsOf(1);

/** A claim with fewer repetitions, and shorter ones. */
function short(part: ClaimPart, keys: readonly number[], repetitions: number, blocks = 1): Claim {
  const claim = claims.find((one) => one.part === part && `${one.keys}` === `${keys}`)!;
  return {
    ...claim,
    scenario: { ...claim.scenario, repetitions, duration: { kind: 'blocks', blocks } },
  };
}

function digestsOf({ scenario }: Claim): readonly Digest[] {
  return Array.from({ length: scenario.repetitions }, (_, index) =>
    digestOf(runScenario(scenario, scenario.seed + index), scenario.blockSeconds));
}

beforeAll(() => useProcessorHash());

describe('the simulator comes to', () => {
  test.each([
    ['forks', [0.04], 4, 200], ['long', [0.2], 4, 100], ['growth', [0.1], 6, 100],
  ] as const)('the papers\' figure of %s at %j', (part, keys, repetitions, blocks) => {
    const claim = short(part, keys, repetitions, blocks);
    const verdict = verdictOn(claim, digestsOf(claim));
    expect(Math.abs(verdict.deviation), JSON.stringify({ ...verdict, claim: undefined }))
      .toBeLessThan(DEVIATION_MAX);
  });
});
