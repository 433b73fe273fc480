/**
 * `minimum-viable-blockchain/sim`: networks of the shipped node in virtual time.
 *
 * Owns: the promise: these names stay through minor versions. A run is a function of its options:
 * the same seed gives the same events.
 */
export { runScenario } from '../sim/scenario/run.ts';
export { DEFAULT_SCENARIO, scenarioFault } from '../sim/scenario/scenario.ts';
export type { Scenario } from '../sim/scenario/scenario.ts';
export type { ScenarioResult } from '../sim/scenario/result.ts';
export { simulate } from '../sim/simulation.ts';
export type { SimulationOptions, SimulationResult } from '../sim/simulation.ts';
