/**
 * Runs one repetition of a scenario.
 *
 * Owns: putting its parts together, and when it is over.
 * Does not own: any of the parts.
 */
import { assert } from '../../lib/assert.ts';
import type { ScenarioResult } from './result.ts';
import { scenarioFault } from './scenario.ts';
import type { Scenario } from './scenario.ts';

/** What a run tells while it goes on. */
export interface ScenarioWatch {
  /** How much of the run is done, 0 to 1; called now and then. */
  progress?(done: number): void;
  /** Gets the readable event log line by line. */
  line?(text: string): void;
}

/**
 * One repetition with this seed: nothing but the two decides what happens. Throws when the scenario
 * cannot be run (`scenarioFault`) or a node breaks one of its assertions.
 */
export function runScenario(
  scenario: Scenario, seed: number, watch: ScenarioWatch = {},
): ScenarioResult {
  assert(scenarioFault(scenario) === undefined, 'a scenario that can be run');
  void watch;
  throw new Error(`seed ${seed} is not run yet`);
}
