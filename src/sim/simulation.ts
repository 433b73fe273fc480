/**
 * One run: a network of nodes, an hour of faults, then calm, in which all must come to agree.
 *
 * Owns: the two phases (safety: nothing false is ever believed; liveness: once the faults end, all
 * nodes hold one tip within a bound), and what is counted. Does not own: any fault or check by
 * itself.
 */
import type { ChainChange } from '../consensus/reorg.ts';
import type { BlockId } from '../consensus/types.ts';
import type { Fields, Log } from '../ports.ts';
import { Checkers, waitingPayments } from './checkers.ts';
import { EventLog } from './event-log.ts';
import { Faults } from './faults.ts';
import { Liar, liarAddress } from './liar.ts';
import { hostOfIndex, Machine } from './machine.ts';
import { Lan, SIM_PORT } from './network.ts';
import { drawPlan, LIAR_KINDS } from './plan.ts';
import type { FaultName, Plan } from './plan.ts';
import type { PromiseCounts } from './promise.ts';
import { Chance } from './random.ts';
import { Wallets } from './wallets.ts';
import { EventError, World } from './world.ts';

export interface SimulationOptions {
  /** A whole number, 0 to 2^53 - 1: decides everything. */
  readonly seed: number;
  /** Nodes, 2 to 250. */
  readonly nodes: number;
  /** Virtual time with faults, in hours, above 0. */
  readonly hours: number;
  /** Faults that the seed would have, and that shall not be: for a smaller run that fails. */
  readonly without?: readonly FaultName[];
  /** Gets the log line by line. */
  readonly show?: (line: string) => void;
}

/** What one run came to; `simulate` throws when it came to anything bad. */
export interface SimulationResult {
  readonly seed: number;
  /** 16 digits over every event: equal for equal runs. */
  readonly logHash: string;
  readonly events: number;
  /** Height of the one tip at the end. */
  readonly blocks: number;
  /** Blocks that nodes mined, those of lost branches with them. */
  readonly mined: number;
  /** Times that a node left a branch, and the most blocks that one left at once. */
  readonly reorgs: number;
  readonly deepestReorg: number;
  /** Announced payments, and attempts that were refused. */
  readonly payments: number;
  readonly refused: number;
  readonly conflicts: number;
  readonly crashes: number;
  readonly partitions: number;
  /** Attacks of lying peers, and hosts that nodes refused for a while. */
  readonly attacks: number;
  readonly refusedPeers: number;
  /** Programs that their disk ended, and disks of which a record was damaged. */
  readonly diskFailures: number;
  readonly damages: number;
  /** How often each clause of the promise was looked at (`promise.ts`). */
  readonly checks: PromiseCounts;
  /** Of the hosts, times that a node refused another honest one. */
  readonly refusedHonest: number;
  /** Virtual seconds from the end of the faults until all nodes had one tip that is newer. */
  readonly convergedAfterSeconds: number;
}

/** A run that failed: which seed, when, who, and why. `cause` has what was thrown. */
export class SimulationError extends Error {
  override readonly name = 'SimulationError';
}

const HOUR_MS = 3_600_000;
/** All nodes start within this time. */
const START_MAX_MS = 20_000;
/**
 * After the faults: a ban may last 10 minutes more and a block may wait 5 for the clocks to reach
 * it; the rest is slack. And the same again for the payments that wait.
 */
const AGREE_MAX_MS = 30 * 60_000;
const SETTLE_MAX_MS = 40 * 60_000;
/** While nodes do not agree and payments have ended, one more payment is made this often. */
const PULSE_MS = 60_000;

/** Runs one seed. Throws `SimulationError` when anything that must hold does not. */
export function simulate(options: SimulationOptions): SimulationResult {
  const simulation = new Simulation(options);
  try {
    return simulation.run();
  } catch (error) {
    if (!(error instanceof EventError)) throw error;
    const again = `${commandOf(options)} --trace`;
    const { seed } = options;
    const when = `${(simulation.nowMs / 1000).toFixed(3)} s`;
    throw new SimulationError(
      `seed ${seed}, at ${when}, ${error.who}: ${error.message}\nSee it again: ${again}`,
      { cause: error.cause },
    );
  }
}

/** The command that runs it. */
export function commandOf({ seed, nodes, hours, without = [] }: SimulationOptions): string {
  const run = `npm run sim -- --seed ${seed} --nodes ${nodes} --hours ${hours}`;
  return without.length === 0 ? run : `${run} --without ${without.join(',')}`;
}

class Simulation {
  readonly #options: SimulationOptions;
  readonly #plan: Plan;
  readonly #world: World;
  readonly #checkers: Checkers;
  readonly #machines: readonly Machine[];
  readonly #faults: Faults;
  readonly #liars: readonly Liar[];
  readonly #wallets: Wallets;
  readonly #counts = {
    mined: 0, reorgs: 0, deepestReorg: 0, refusedPeers: 0, refusedHonest: 0,
  };

  constructor(options: SimulationOptions) {
    const { seed, nodes, show } = options;
    this.#options = options;
    this.#plan = drawPlan(seed, nodes, options.without);
    const world = new World(new EventLog(show));
    this.#world = world;
    this.#checkers = new Checkers(seed);
    const lan = new Lan(world, new Chance(seed, 'network'));
    this.#machines = Array.from({ length: nodes }, (_, index) => this.#createMachine(lan, index));
    const machines = this.#machines;
    this.#faults = new Faults({
      world, lan, machines, plan: this.#plan, seed,
      restarted: (machine) => this.#checkers.restarted(machine),
    });
    this.#liars = this.#plan.liars.map((kind) => new Liar({ world, lan, machines, seed, kind }));
    this.#wallets = new Wallets({
      world, machines, chance: new Chance(seed, 'wallets'),
      meanPaymentMs: this.#plan.meanPaymentMs,
      strangers: LIAR_KINDS.map((kind) => liarAddress(seed, kind)),
      isClumsy: this.#plan.hasClumsyPayers,
      promised: (payment) => this.#checkers.confirmed.watch(payment),
    });
  }

  get nowMs(): number {
    return this.#world.now;
  }

  run(): SimulationResult {
    const { seed, hours } = this.#options;
    this.#describe();
    const starts = new Chance(seed, 'starts');
    this.#faults.start();
    for (const machine of this.#machines) {
      machine.disk.committed = (batch) => this.#checkers.committed(machine, batch);
      this.#world.after(starts.between(0, START_MAX_MS), () => {
        machine.start();
        this.#checkers.restarted(machine);
      });
    }
    for (const liar of this.#liars) liar.start();
    this.#wallets.start();
    this.#runUntil(Math.round(hours * HOUR_MS), () => false);

    const calmAt = this.#world.now;
    this.#faults.end();
    for (const liar of this.#liars) liar.stop();
    const heights = this.#machines.map(({ program }) => program?.chain.tip.header.height ?? 0);
    const known = Math.max(...heights);
    // A liar's heavier branch may have left the honest nothing to pay with, and so nothing to mine.
    const haveAgreed = (): boolean => this.#agree(this.#wallets.canPay ? known : undefined);
    this.#runUntil(calmAt + AGREE_MAX_MS, haveAgreed);
    if (!haveAgreed()) {
      this.#fail('world', `the nodes do not come to one tip: ${this.#tips()}`);
    }
    const convergedAfterSeconds = (this.#world.now - calmAt) / 1000;
    this.#settle();
    this.#checkers.atEnd(this.#machines);
    return this.#result(convergedAfterSeconds);
  }

  /** New payments end, and those that were announced come into blocks. */
  #settle(): void {
    this.#wallets.isPaused = true;
    const until = this.#world.now + SETTLE_MAX_MS;
    let waiting = this.#wallets.promised;
    while (this.#world.now < until) {
      this.#runUntil(this.#world.now + PULSE_MS, () => false);
      waiting = waitingPayments(waiting);
      const isSettled = this.#agree() && this.#checkers.agreement.isStored(this.#machines);
      if (isSettled && waiting.length <= this.#leftOver()) return;
      if (!this.#agree() || this.#plan.params.blockWaitSeconds === 0) this.#wallets.payOnce();
    }
    if (!this.#agree()) this.#fail('world', `the nodes do not stay on one tip: ${this.#tips()}`);
    const [first] = waiting;
    const example = first?.payment.id;
    this.#fail('world', `${waiting.length} payments wait without a reason, such as ${example}`);
  }

  /** Payments that may wait for ever, because a block needs more of them. */
  #leftOver(): number {
    const { blockWaitSeconds, blockSize } = this.#plan.params;
    return blockWaitSeconds === 0 ? Math.max(0, blockSize - 2) : 0;
  }

  /** Whether all are on one tip, above this height. */
  #agree(height = 0): boolean {
    return this.#checkers.agreement.isSo(this.#machines, height);
  }

  #tips(): string {
    return this.#machines.map(({ name, program }) => {
      const tip = program?.chain.tip;
      return `${name} ${tip === undefined ? 'off' : `${tip.header.height} ${tip.id.slice(0, 8)}`}`;
    }).join(', ');
  }

  #fail(who: string, what: string): never {
    throw new EventError(who, new Error(what));
  }

  #runUntil(untilMs: number, isDone: () => boolean): void {
    let seen = -1;
    this.#world.run(untilMs, () => {
      this.#checkers.afterEvent();
      // Agreement only comes with a new tip or a start, which are both told to the log.
      if (this.#counted === seen) return 'go on';
      seen = this.#counted;
      return isDone() ? 'stop' : 'go on';
    });
  }

  /** Tip changes and starts so far. */
  #counted = 0;

  #createMachine(lan: Lan, index: number): Machine {
    const plan = this.#plan;
    const share = plan.hashShares[index]!;
    const { nodes, seed } = this.#options;
    const others = [(index + 1) % nodes, (index + 2) % nodes].filter((other) => other !== index);
    return new Machine(this.#world, lan, {
      seed,
      index,
      params: plan.params,
      isMiner: share > 0,
      meanBlockMs: () => plan.meanBlockMs / share,
      disk: plan.disk,
      accounts: plan.accounts,
      statusIntervalMs: plan.statusIntervalMs,
      paymentIntervalMs: plan.paymentIntervalMs,
      peers: plan.hasConfiguredPeers
        ? others.map((other) => `${hostOfIndex(other)}:${SIM_PORT}`) : [],
    }, {
      tipChanged: (machine, change, from) => this.#tipChanged(machine, change, from),
      logged: (machine, level, message, fields) =>
        this.#logged(machine, level, { message, fields }),
    });
  }

  #tipChanged(machine: Machine, change: ChainChange, from: 'own' | 'peer'): void {
    this.#counted++;
    this.#checkers.tipChanged(machine, change);
    if (from === 'own') this.#noteOwn(machine, change.tip.id);
    const depth = change.disconnected.length;
    if (from === 'own') this.#counts.mined++;
    if (depth > 0) this.#counts.reorgs++;
    this.#counts.deepestReorg = Math.max(this.#counts.deepestReorg, depth);
    const { id, header } = change.tip;
    // The id's digits make the hash tell apart runs that differ in nothing but a block.
    this.#world.log.mark(this.#world.now, 3, parseInt(id.slice(-8), 16));
    this.#world.log.tell(this.#world.now, machine.name, from === 'own' ? 'mines' : 'follows', () =>
      `height ${header.height} ${id.slice(-8)} +${change.connected.length} -${depth}`);
  }

  /** The node announces a block of its own as soon as it is on disk. */
  #noteOwn(machine: Machine, id: BlockId): void {
    machine.program?.store.flushed((error) => {
      if (error === undefined) this.#checkers.said(machine, id);
    });
  }

  #logged(
    machine: Machine,
    level: keyof Log,
    { message, fields }: { readonly message: string; readonly fields: Fields },
  ): void {
    if (level === 'debug') return;
    const words = (): string =>
      Object.entries(fields).map(([name, value]) => `${name}=${value}`).join(' ');
    this.#world.log.tell(this.#world.now, machine.name, message, words);
    if (message === 'peer refused') this.#refused(machine, fields);
    // A clock that was set back makes a good block early, and a disk may fail to flush; any other
    // error is a bug of the node.
    const isOfWorld = fields.code === 'time-too-new' || message === 'store not flushed';
    if (level === 'error' && !isOfWorld) this.#fail(machine.name, `${message}, ${words()}`);
  }

  /** An honest peer may be late, when the network is; but it never sends what is wrong. */
  #refused(machine: Machine, { remote, reason }: Fields): void {
    this.#counts.refusedPeers++;
    if (!String(remote).startsWith('10.0.')) return;
    this.#counts.refusedHonest++;
    const isWrong = String(reason).startsWith('sent ');
    if (isWrong) this.#fail(machine.name, `refuses the honest ${remote}, which ${reason}`);
  }

  #describe(): void {
    const { params, faults, liars, weather } = this.#plan;
    const { log, now } = this.#world;
    log.tell(now, 'world', 'network', () =>
      `block_size ${params.blockSize}, wait ${params.blockWaitSeconds} s, a block in`
      + ` ${this.#plan.meanBlockMs / 1000} s, a payment in ${this.#plan.meanPaymentMs / 1000} s`);
    log.tell(now, 'world', 'faults', () => JSON.stringify({ ...faults, ...weather, liars }));
  }

  #result(convergedAfterSeconds: number): SimulationResult {
    const { log } = this.#world;
    return {
      seed: this.#options.seed,
      logHash: log.hash,
      events: log.count,
      blocks: this.#machines[0]!.program!.chain.tip.header.height,
      ...this.#counts,
      payments: this.#wallets.promised.length,
      refused: this.#wallets.refused,
      conflicts: this.#wallets.conflicts,
      crashes: this.#faults.crashes,
      partitions: this.#faults.partitions,
      diskFailures: this.#faults.diskFailures,
      damages: this.#faults.damages,
      checks: this.#checkers.counts,
      attacks: this.#liars.reduce((sum, liar) => sum + liar.attacks, 0),
      convergedAfterSeconds,
    };
  }
}
