/**
 * Goal: the simulator comes to what the papers say; `npm run papers` shows it with small errors.
 * Method: some of the same claims with few repetitions. Seeds are fixed, so a verdict is the same
 * every time; of 6 true figures, one is beyond 3.5 standard errors with a chance of 1 in 350.
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
function short(
  part: ClaimPart, keys: readonly number[], repetitions: number, blocks: number,
): Claim {
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
    ['level', [0.1, 0], 60, 1_000], ['level', [0.4, 1], 30, 1_000], ['selfish', [0.4, 1], 3, 100],
    ['forks', [0.04], 3, 150], ['long', [0.2], 3, 80],
  ] as const)('the papers\' figure of %s at %j', (part, keys, repetitions, blocks) => {
    const claim = short(part, keys, repetitions, blocks);
    const verdict = verdictOn(claim, digestsOf(claim));
    expect(Math.abs(verdict.deviation), JSON.stringify({ ...verdict, claim: undefined }))
      .toBeLessThan(DEVIATION_MAX);
  });
});

test('a head start is told apart from none', () => {
  const preMined = short('preMined', [0.2, 1], 40, 1_000);
  const level = short('level', [0.2, 1], 40, 1_000);
  const digests = digestsOf(preMined);
  expect(Math.abs(verdictOn(preMined, digests).deviation)).toBeLessThan(DEVIATION_MAX);
  // 0.4, held against 0.13.
  expect(verdictOn({ ...preMined, scenario: level.scenario }, digests).deviation)
    .toBeGreaterThan(DEVIATION_MAX);
});
