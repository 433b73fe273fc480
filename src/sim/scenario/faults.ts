/**
 * What goes wrong in a scenario besides attacks: a partition, and nodes that come and go.
 *
 * Owns: when it happens. Does not own: how (`wan.ts`, `computer.ts`).
 */
import { Chance } from '../random.ts';
import type { World } from '../world.ts';
import type { Computer } from './computer.ts';
import type { Churn, Partition, Scenario } from './scenario.ts';
import type { Wan } from './wan.ts';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

export interface FaultParts {
  readonly world: World;
  readonly wan: Wan;
  readonly computers: readonly Computer[];
  readonly shares: readonly number[];
  readonly seed: number;
  readonly faults: Scenario['faults'];
  /** Is always on. */
  readonly observer: Computer;
}

/** Plans all of it, counted from now. */
export function startFaults(parts: FaultParts): void {
  const { partition, churn } = parts.faults;
  if (partition !== undefined) planPartition(parts, partition);
  if (churn !== undefined) planChurn(parts, churn);
}

export function planPartition(
  { world, wan, shares }: Pick<FaultParts, 'world' | 'wan' | 'shares'>, cut: Partition,
): void {
  const sides = sidesOf(shares, cut.share);
  world.post(cut.fromHours * HOUR_MS, () => {
    wan.cut(sides);
    world.log.tell(world.now, 'world', 'is cut', () =>
      `${sides.filter((side) => side === 1).length} nodes are on the smaller side`);
  });
  world.post(cut.toHours * HOUR_MS, () => {
    wan.heal();
    world.log.tell(world.now, 'world', 'is whole again');
  });
}

/**
 * 1 for the nodes of the smaller part, 0 for the others: of the miners the last ones, until they
 * have about this share; of the nodes that do not mine, the last ones in the same proportion.
 */
function sidesOf(shares: readonly number[], share: number): number[] {
  const sides = shares.map(() => 0);
  const miners = shares.filter((one) => one > 0).length;
  const idle = Math.round((shares.length - miners) * share);
  for (let node = shares.length - idle; node < shares.length; node++) sides[node] = 1;
  let power = 0;
  for (let node = miners - 1; node > 0; node--) {
    if (power + shares[node]! / 2 > share) break;
    power += shares[node]!;
    sides[node] = 1;
  }
  return sides;
}

function planChurn({ world, computers, seed, observer }: FaultParts, churn: Churn): void {
  for (const computer of computers) {
    if (computer === observer) continue;
    const chance = new Chance(seed, `churn ${computer.index}`);
    const goOn = (isUp: boolean): void => {
      const mean = isUp ? churn.meanUpMinutes : churn.meanDownMinutes;
      world.post(chance.waitMs(mean * MINUTE_MS), () => {
        if (isUp) computer.stop();
        else computer.start();
        goOn(!isUp);
      });
    };
    goOn(true);
  }
}
