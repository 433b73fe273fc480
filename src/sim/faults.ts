/**
 * Makes the faults of a plan happen, and makes them stop.
 *
 * Owns: partitions, crashes, clogs, resets and wrong clocks, each from a stream of chance of its
 * own. Does not own: how strong they are (`plan.ts`), lying peers (`liar.ts`), what must hold all
 * the same.
 */
import type { Machine } from './machine.ts';
import { FAIR_WEATHER } from './network.ts';
import type { Lan } from './network.ts';
import type { Plan } from './plan.ts';
import { Chance } from './random.ts';
import type { World } from './world.ts';

const PARTITION_MAX_MS = 240_000;
const DOWN_MAX_MS = 180_000;
const CLOG_MAX_MS = 40_000;
/** Computers that were off are switched on again within this time, when the faults end. */
const POWER_UP_MAX_MS = 2_000;

export interface FaultsParts {
  readonly world: World;
  readonly lan: Lan;
  readonly machines: readonly Machine[];
  readonly plan: Plan;
  readonly seed: number;
  /** A machine has started again. */
  restarted(machine: Machine): void;
}

export class Faults {
  readonly #parts: FaultsParts;
  #isOver = false;
  /** Counts partitions, so that an old one does not end a newer. */
  #partitions = 0;
  crashes = 0;

  constructor(parts: FaultsParts) {
    this.#parts = parts;
  }

  get partitions(): number {
    return this.#partitions;
  }

  start(): void {
    const { plan, lan, machines, seed } = this.#parts;
    const { faults, clockSkewMaxMs } = plan;
    lan.weather = plan.weather;
    const clocks = new Chance(seed, 'clocks');
    for (const machine of machines) {
      machine.clockAheadMs = clocks.between(-clockSkewMaxMs, clockSkewMaxMs);
    }
    this.#repeat('partition', faults.partition, (chance) => this.#partition(chance));
    this.#repeat('crash', faults.crash, (chance) => this.#crash(chance));
    this.#repeat('clog', faults.clog, (chance) => this.#clog(chance));
    this.#repeat('reset', faults.reset, (chance) => lan.breakLink(chance.pick(machines).host));
    this.#repeat('clock', faults.clockJump, (chance) => this.#jump(chance));
  }

  /**
   * From now on everything works: computers are on, clocks are right, everybody reaches everybody.
   */
  end(): void {
    const { world, lan, machines, seed } = this.#parts;
    this.#isOver = true;
    lan.weather = FAIR_WEATHER;
    lan.heal();
    const chance = new Chance(seed, 'power');
    for (const machine of machines) {
      machine.clockAheadMs = 0;
      world.after(chance.between(0, POWER_UP_MAX_MS), () => this.#restart(machine));
    }
    world.log.tell(world.now, 'world', 'faults end');
  }

  #repeat(name: string, meanMs: number | undefined, run: (chance: Chance) => void): void {
    if (meanMs === undefined) return;
    const chance = new Chance(this.#parts.seed, name);
    const next = (): void => {
      this.#parts.world.after(chance.waitMs(meanMs), () => {
        if (this.#isOver) return;
        run(chance);
        next();
      });
    };
    next();
  }

  #partition(chance: Chance): void {
    const { world, lan, machines } = this.#parts;
    const hosts = chance.shuffle(machines).map((machine) => machine.host);
    const count = chance.between(1, hosts.length - 1);
    const [one, other] = [hosts.slice(0, count), hosts.slice(count)];
    const isOneWay = chance.happens(0.25);
    lan.heal();
    lan.block(one, other);
    if (!isOneWay) lan.block(other, one);
    const number = ++this.#partitions;
    world.log.tell(world.now, 'world', 'partition', () =>
      `${one.join(' ')} ${isOneWay ? '->' : '|'} ${other.join(' ')}`);
    world.after(chance.waitMs(PARTITION_MAX_MS / 2), () => {
      if (number !== this.#partitions || this.#isOver) return;
      lan.heal();
      world.log.tell(world.now, 'world', 'partition ends');
    });
  }

  #crash(chance: Chance): void {
    const { world, machines } = this.#parts;
    const machine = chance.pick(machines);
    const how = chance.pick(['power', 'power', 'kill', 'stop'] as const);
    if (machine.program === undefined) return;
    this.crashes++;
    if (how === 'stop') machine.stop();
    else machine.crash(how);
    world.after(chance.between(100, DOWN_MAX_MS), () => this.#restart(machine));
  }

  #restart(machine: Machine): void {
    if (machine.program !== undefined) return;
    machine.start();
    this.#parts.restarted(machine);
  }

  #clog(chance: Chance): void {
    const [one, other] = chance.shuffle(this.#parts.machines);
    if (other === undefined) return;
    this.#parts.lan.clog(one!.host, other.host, chance.between(1_000, CLOG_MAX_MS));
  }

  #jump(chance: Chance): void {
    const { world, machines, plan } = this.#parts;
    const machine = chance.pick(machines);
    // Some jumps set the clock right again.
    const aheadMs = chance.between(-plan.clockJumpMaxMs, plan.clockJumpMaxMs);
    machine.clockAheadMs = chance.happens(0.3) ? 0 : aheadMs;
    const ahead = `${machine.clockAheadMs} ms ahead`;
    world.log.tell(world.now, machine.name, 'clock jumps', ahead);
  }
}
