/**
 * Runs one repetition of a scenario.
 *
 * Owns: putting its parts together, and when it is over.
 * Does not own: any of the parts.
 */
import type { ChainChange } from '../../consensus/reorg.ts';
import { assert } from '../../lib/assert.ts';
import type { Network } from '../../ports.ts';
import { EventLog } from '../event-log.ts';
import { Chance } from '../random.ts';
import { simVerifier } from '../signer.ts';
import { World } from '../world.ts';
import type { Attack } from './attack.ts';
import { createAttack } from './attacks.ts';
import { Computer } from './computer.ts';
import type { Site } from './computer.ts';
import { startFaults } from './faults.ts';
import { Measure } from './measure.ts';
import { Mining } from './mining.ts';
import { Payers } from './payers.ts';
import type { ScenarioResult } from './result.ts';
import { paramsOf, scenarioFault } from './scenario.ts';
import type { Scenario } from './scenario.ts';
import { DiskPool } from './shared-disk.ts';
import { createSharedWork } from './shared-work.ts';
import { drawEdges, drawLatencyMs, sharesOf, typicalLatencyMs } from './topology.ts';
import { addressOfIndex, Wan } from './wan.ts';

/** What a run tells while it goes on. */
export interface ScenarioWatch {
  /** How much of the run is done, 0 to 1; called now and then. */
  progress?(done: number): void;
  /** Gets the readable event log line by line. */
  line?(text: string): void;
}

const HOUR_MS = 3_600_000;
/** All nodes are linked by then: configured peers are dialled at once, and again after a second. */
const WARM_UP_MS = 10_000;
/** A network that finds far fewer blocks than it should will never be done. */
const PATIENCE = 20;
const PROGRESS_STEPS = 200;

/**
 * One repetition with this seed: nothing but the two decides what happens. Throws when the scenario
 * cannot be run (`scenarioFault`) or a node breaks one of its assertions.
 */
export function runScenario(
  scenario: Scenario, seed: number, watch: ScenarioWatch = {},
): ScenarioResult {
  assert(scenarioFault(scenario) === undefined, 'a scenario that can be run');
  return new Run(scenario, seed, watch).run();
}

class Run {
  readonly #scenario: Scenario;
  readonly #seed: number;
  readonly #watch: ScenarioWatch;
  readonly #world: World;
  readonly #mining: Mining;
  readonly #measure: Measure;
  readonly #computers: readonly Computer[];
  readonly #observer: Computer;
  readonly #payers: Payers;
  readonly #wan: Wan;
  readonly #shares: readonly number[];
  readonly #attack: Attack | undefined;
  #told = 0;

  constructor(scenario: Scenario, seed: number, watch: ScenarioWatch) {
    this.#scenario = scenario;
    this.#seed = seed;
    this.#watch = watch;
    this.#world = new World(new EventLog(watch.line));
    const shares = sharesOf(scenario);
    this.#shares = shares;
    const meanMs = scenario.blockSeconds * 1_000;
    this.#mining = new Mining(this.#world, { seed, shares, meanMs });
    const isHonest = (node: number): boolean => node > 0 || !('share' in scenario.attacker);
    this.#measure = new Measure(shares, isHonest);
    const latencies = new Chance(seed, 'latencies');
    this.#wan = new Wan(this.#world, {
      bandwidthMbits: scenario.bandwidthMbits,
      delayMs: (from, to) =>
        this.#attack?.delayMs(from, to) ?? drawLatencyMs(scenario.latency, latencies),
    });
    const params = paramsOf(scenario);
    const verifier = simVerifier((run) => this.#world.post(0, run));
    const shared = createSharedWork(params, verifier);
    this.#attack = createAttack({
      scenario, seed, world: this.#world, wan: this.#wan, mining: this.#mining,
      measure: this.#measure, shared, shares, settleMs: typicalLatencyMs(scenario.latency),
      computers: () => this.#computers,
    });
    this.#computers = this.#createComputers({ params, verifier, shared });
    this.#observer = this.#computers[this.#attack?.observer ?? 0]!;
    this.#payers = new Payers(this.#world, {
      seed, computers: this.#computers, perHour: scenario.paymentsPerHour,
    });
  }

  run(): ScenarioResult {
    for (const computer of this.#computers) computer.start();
    this.#world.run(WARM_UP_MS, () => 'go on');
    if (this.#attack === undefined) this.#mining.isOn = true;
    else this.#attack.begin();
    this.#payers.start();
    startFaults({
      world: this.#world, wan: this.#wan, computers: this.#computers, shares: this.#shares,
      seed: this.#seed, faults: this.#scenario.faults, observer: this.#observer,
    });
    this.#world.run(this.#endMs(), () => (this.#isDone() ? 'stop' : 'go on'));
    return this.#result();
  }

  #createComputers(common: Pick<Site, 'params' | 'verifier' | 'shared'>): Computer[] {
    const { nodes, miners, topology } = this.#scenario;
    const attack = this.#attack;
    const drawn = drawEdges(topology, nodes, new Chance(this.#seed, 'topology'));
    const peers: string[][] = Array.from({ length: nodes }, () => []);
    for (const [from, to] of attack?.edges(drawn) ?? drawn) peers[from]!.push(addressOfIndex(to));
    const site: Site = {
      world: this.#world,
      wan: this.#wan,
      mining: this.#mining,
      disks: new DiskPool(),
      ...common,
      seed: this.#seed,
      tipChanged: (computer, change, from) => this.#tipChanged(computer, change, from),
    };
    const door = (network: Network): Network => attack?.door?.(network) ?? network;
    return peers.map((own, index) => {
      const settings = { index, isMiner: index < miners, peers: own };
      return new Computer(site, index === 0 ? { ...settings, door } : settings);
    });
  }

  #tipChanged(computer: Computer, change: ChainChange, from: 'own' | 'peer'): void {
    const world = this.#world;
    this.#measure.tipChanged(computer.index, change, world.now);
    const { id, header } = change.tip;
    // The id's digits make the hash tell apart runs that differ in nothing but a block.
    world.log.mark(world.now, 3, parseInt(id.slice(-8), 16));
    world.log.tell(world.now, computer.name, from === 'own' ? 'mines' : 'follows', () =>
      `height ${header.height} ${id.slice(-8)}`
      + ` +${change.connected.length} -${change.disconnected.length}`);
    this.#attack?.tipChanged(computer, change, from);
    if (computer === this.#observer) this.#measure.settle(computer.chain!, false);
  }

  #endMs(): number {
    const { duration, blockSeconds } = this.#scenario;
    const meantMs = duration.kind === 'hours' ? duration.hours * HOUR_MS
      : duration.blocks * blockSeconds * 1_000 * PATIENCE;
    return WARM_UP_MS + meantMs;
  }

  #isDone(): boolean {
    if (this.#attack?.isOver === true) return true;
    const { duration } = this.#scenario;
    const height = this.#observer.chain?.tip.header.height ?? 0;
    const done = duration.kind === 'blocks' ? height / duration.blocks
      : (this.#world.now - WARM_UP_MS) / (duration.hours * HOUR_MS);
    if (done * PROGRESS_STEPS >= this.#told) {
      this.#told++;
      this.#watch.progress?.(Math.min(1, done));
    }
    return duration.kind === 'blocks' && height >= duration.blocks;
  }

  #result(): ScenarioResult {
    const { log } = this.#world;
    this.#measure.settle(this.#observer.chain!, true);
    return {
      seed: this.#seed,
      logHash: log.hash,
      events: this.#world.ran,
      virtualSeconds: (this.#world.now - WARM_UP_MS) / 1_000,
      ...this.#measure.result(),
      payments: this.#payers.made,
      attack: this.#attack?.result(),
    };
  }
}
