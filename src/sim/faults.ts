/**
 * Makes the faults of a plan happen, and makes them stop.
 *
 * Owns: partitions, crashes, clogs, resets, wrong clocks and failing disks, each from a stream of
 * chance of its own; and starting again what they ended. Does not own: how strong they are
 * (`plan.ts`), lying peers (`liar.ts`), what must hold all the same.
 */
import { readMeta } from '../consensus/records.ts';
import { DiskError } from './disk.ts';
import type { Machine } from './machine.ts';
import { FAIR_WEATHER } from './network.ts';
import type { Lan } from './network.ts';
import type { Plan } from './plan.ts';
import { Chance } from './random.ts';
import type { World } from './world.ts';

const PARTITION_MAX_MS = 240_000;
const DOWN_MAX_MS = 180_000;
const CLOG_MAX_MS = 40_000;
const FULL_MAX_MS = 180_000;
const STALL_MAX_MS = 60_000;
/** Calls that a disk may still answer before it fails one. */
const FAILS_WITHIN_CALLS = 400;
/** How soon a program is started again that ended because of its disk. */
const AGAIN_MIN_MS = 500;
const AGAIN_MAX_MS = 30_000;
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
  readonly #repairs: Chance;
  crashes = 0;
  /** Programs that ended because of their disk, and disks that were set aside. */
  diskFailures = 0;
  damages = 0;

  constructor(parts: FaultsParts) {
    this.#parts = parts;
    this.#repairs = new Chance(parts.seed, 'repairs');
    parts.world.survives = (error) => error instanceof DiskError && this.#survives(error);
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
    this.#repeat('disk failure', faults.diskFailure, (chance) => {
      chance.pick(machines).disk.failAt(chance.between(1, FAILS_WITHIN_CALLS));
    });
    this.#repeat('disk full', faults.diskFull, (chance) => this.#fill(chance));
    this.#repeat('disk stall', faults.diskStall, (chance) => this.#stall(chance));
    this.#repeat('disk damage', faults.diskDamage, (chance) => this.#damage(chance));
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
      machine.disk.mend();
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

  /** A program has ended because of its disk: somebody looks into it, and starts it again. */
  #survives(error: DiskError): boolean {
    const { world, machines } = this.#parts;
    const machine = machines.find((one) => one.fail(error));
    if (machine === undefined) return false;
    this.diskFailures++;
    const againMs = this.#repairs.between(AGAIN_MIN_MS, AGAIN_MAX_MS);
    world.after(this.#isOver ? AGAIN_MIN_MS : againMs, () => this.#restart(machine));
    return true;
  }

  #fill(chance: Chance): void {
    const { world, machines } = this.#parts;
    const { disk, name } = chance.pick(machines);
    const durationMs = chance.between(1_000, FULL_MAX_MS);
    if (disk.isFull) return;
    disk.isFull = true;
    world.log.tell(world.now, name, 'disk is full');
    world.after(durationMs, () => {
      disk.isFull = false;
    });
  }

  #stall(chance: Chance): void {
    const { world, machines } = this.#parts;
    const { disk, name } = chance.pick(machines);
    disk.stalledUntil = world.now + chance.between(1_000, STALL_MAX_MS);
    world.log.tell(world.now, name, 'disk stalls');
  }

  /**
   * One record of one disk, and only when another disk has as many blocks: what all have lost,
   * nobody can bring back.
   */
  #damage(chance: Chance): void {
    const { world, machines } = this.#parts;
    const machine = chance.pick(machines);
    const { program, disk } = machine;
    const isAlone = !machines.some((other) => other !== machine && !other.disk.isDamaged
      && storedHeight(other) >= (program?.chain.tip.header.height ?? 0));
    const isSecond = machines.some((other) => other.disk.isDamaged);
    if (program === undefined || isAlone || isSecond) return;
    disk.damage(chance);
    if (!disk.isDamaged) return;
    this.damages++;
    world.log.tell(world.now, machine.name, 'disk flips a bit');
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

/** The height of the chain that a crash would leave. */
function storedHeight({ disk }: Machine): number {
  return readMeta(disk.peek())?.tipHeight ?? -1;
}
