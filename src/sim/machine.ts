/**
 * One simulated computer: its disk, its clock, its place on the network, and the node that runs on
 * it.
 *
 * Owns: starting the shipped node on simulated doors, stopping it, and taking its power away. What
 * is in memory dies with the program; the disk and the wallet's keys stay. Does not own: when that
 * happens (`faults.ts`), what must hold (`checkers.ts`).
 */
import type { AccountsPolicy } from '../consensus/chain-memory.ts';
import type { Chain } from '../consensus/chain.ts';
import { addressOf } from '../consensus/encoding.ts';
import type { ChainParams } from '../consensus/params.ts';
import { SPACE } from '../consensus/records.ts';
import type { ChainChange } from '../consensus/reorg.ts';
import type { Address, Payment } from '../consensus/types.ts';
import { assert } from '../lib/assert.ts';
import { createNode } from '../node/node.ts';
import type { NodeListener } from '../node/listener.ts';
import type { Node } from '../node/node.ts';
import type { Clock, Fields, Log, Platform, Signer, Store, UnixMs } from '../ports.ts';
import { pendingOf } from '../wallet/payments.ts';
import { Disk, DiskError } from './disk.ts';
import type { DiskSpeed } from './disk.ts';
import { SimKernel } from './kernel.ts';
import type { Lan } from './network.ts';
import { Chance } from './random.ts';
import { simSigner, simVerifier } from './signer.ts';
import type { Life, World } from './world.ts';

/** The wall clock of all computers that have the right time, when a simulation begins. */
export const EPOCH_MS: UnixMs = 1_700_000_000_000;
/** Keys of each computer's wallet; the first gets the rewards. */
const KEYS_PER_WALLET = 2;

export interface MachineSettings {
  readonly seed: number;
  readonly index: number;
  readonly params: ChainParams;
  readonly isMiner: boolean;
  /** How long it needs for a block by itself, on average; may change during the run. */
  meanBlockMs(): number;
  readonly disk: DiskSpeed;
  readonly accounts: Partial<AccountsPolicy>;
  readonly statusIntervalMs: number;
  readonly paymentIntervalMs: number;
  /** Addresses that it always dials. */
  readonly peers: readonly string[];
}

/** Who is told what machines do. */
export interface MachineEvents {
  tipChanged(machine: Machine, change: ChainChange, from: 'own' | 'peer'): void;
  logged(machine: Machine, level: keyof Log, message: string, fields: Fields): void;
}

/** A program that runs on a machine now. */
export interface Program {
  readonly life: Life;
  readonly node: Node;
  readonly chain: Chain;
  readonly store: Store;
}

export class Machine {
  readonly name: string;
  readonly host: string;
  readonly signers: readonly Signer[];
  readonly addresses: readonly Address[];
  readonly settings: MachineSettings;
  readonly disk: Disk;
  /** How far its clock is ahead of the right time, in ms. */
  clockAheadMs = 0;
  #program: Program | undefined;
  /** Of the program that runs, or that could not start. */
  #life: Life | undefined;
  #isDiskDamaged = false;
  readonly #world: World;
  readonly #lan: Lan;
  readonly #events: MachineEvents;
  readonly #work: Chance;
  readonly #mining: Chance;

  constructor(world: World, lan: Lan, settings: MachineSettings, events: MachineEvents) {
    const { seed, index } = settings;
    this.name = `node ${index}`;
    this.host = hostOfIndex(index);
    this.settings = settings;
    this.#world = world;
    this.#lan = lan;
    this.#events = events;
    this.#work = new Chance(seed, `work ${index}`);
    this.#mining = new Chance(seed, `mining ${index}`);
    this.disk = new Disk(world, new Chance(seed, `disk ${index}`), settings.disk);
    this.signers = Array.from({ length: KEYS_PER_WALLET }, (_, key) =>
      simSigner(`seed ${seed} node ${index} key ${key}`),
    );
    this.addresses = this.signers.map((signer) => addressOf(signer.key));
  }

  /** What runs on it, or undefined while it is off. */
  get program(): Program | undefined {
    return this.#program;
  }

  /** What its clock shows. */
  now(): UnixMs {
    return Math.max(0, EPOCH_MS + this.#world.now + this.clockAheadMs);
  }

  start(): void {
    assert(this.#program === undefined);
    const life: Life = { name: this.name, isAlive: true, planned: 0 };
    this.#life = life;
    if (this.#isDiskDamaged) this.#setDiskAside();
    const platform = this.#platform(life);
    const { params, isMiner, statusIntervalMs, paymentIntervalMs, peers } = this.settings;
    const listener: NodeListener = {
      chainChanged: (change, from) => this.#events.tipChanged(this, change, from),
    };
    const node = createNode({
      params,
      options: {
        rewardTo: isMiner ? this.addresses[0]! : undefined,
        tag: this.name,
        statusIntervalMs,
        paymentIntervalMs,
        peers,
        syncQuietMs: 2_000,
        // Both kinds in one network.
        isTerse: this.settings.index % 2 === 0,
      },
      platform,
      listeners: [listener],
      outbox: () => this.outbox(),
      memory: { accounts: this.settings.accounts },
    });
    const { chain } = node.view;
    this.#program = { life, node, chain, store: platform.store };
    node.start();
    this.#world.log.tell(this.#world.now, this.name, 'starts', () => tipText(chain));
  }

  /** Ends the program as Ctrl-C does. */
  stop(): void {
    const program = this.#program;
    if (program === undefined) return;
    program.node.stop();
    program.store.close();
    this.#end(program, true);
    this.#world.log.tell(this.#world.now, this.name, 'stops');
  }

  /** Takes its power away, or only kills the program: then the disk loses nothing. */
  crash(how: 'power' | 'kill'): void {
    const program = this.#program;
    if (program === undefined) return;
    this.#end(program, how === 'kill');
    const lost = how === 'power' ? this.disk.crash() : 0;
    this.#world.log.tell(this.#world.now, this.name, 'crashes', () =>
      `${how}, ${lost} commits lost`);
  }

  /**
   * Its disk has failed its program, which ends as the shipped one does: it closes what it has
   * open. A damaged store is set aside when it starts again. False when it is another's program.
   */
  fail(error: DiskError): boolean {
    const life = this.#life;
    if (life === undefined || error.life !== life) return false;
    const program = this.#program;
    this.#isDiskDamaged ||= error.code === 'damaged';
    this.#world.log.tell(this.#world.now, this.name, 'fails', `disk ${error.code}`);
    try {
      program?.node.stop(); // What waits in memory may still be saved.
    } catch (second) {
      if (!(second instanceof DiskError)) throw second;
      this.#isDiskDamaged ||= second.code === 'damaged';
    }
    life.isAlive = false;
    this.#program = this.#life = undefined;
    this.#lan.detach(this.host, true);
    return true;
  }

  /** Its own payments that are not confirmed. */
  outbox(): Payment[] {
    const program = this.#program;
    if (program === undefined) return [];
    return pendingOf(program.chain, program.store).map((saved) => saved.payment);
  }

  /** As the program does, which takes one's own payments out of the damaged store. */
  #setDiskAside(): void {
    this.#isDiskDamaged = false;
    this.disk.setAside((key) => key[0] === SPACE.payment);
    this.#world.log.tell(this.#world.now, this.name, 'sets its store aside');
  }

  #end(program: Program, isClean: boolean): void {
    program.life.isAlive = false;
    this.#program = undefined;
    this.#lan.detach(this.host, isClean);
  }

  #platform(life: Life): Platform {
    const world = this.#world;
    const clock: Clock = {
      now: () => this.now(),
      elapsed: () => world.now,
      after: (delayMs, run) => world.after(delayMs, run, life),
    };
    return {
      clock,
      random: this.#work,
      store: this.disk.open(life),
      network: this.#lan.attach(this.host, life),
      kernel: new SimKernel(world, life, this.#mining, () => this.settings.meanBlockMs()),
      verifier: simVerifier((run) => world.after(this.#work.between(0, 3), run, life)),
      log: this.#log(),
    };
  }

  #log(): Log {
    const logged = (level: keyof Log) => (message: string, fields: Fields = {}): void =>
      this.#events.logged(this, level, message, fields);
    return {
      debug: logged('debug'), info: logged('info'), warn: logged('warn'), error: logged('error'),
    };
  }
}

/** The host of the machine with this number. */
export function hostOfIndex(index: number): string {
  return `10.0.${Math.floor(index / 250)}.${1 + (index % 250)}`;
}

/** Such as "height 12 1f3a5b7c". */
function tipText(chain: Chain): string {
  return `height ${chain.tip.header.height} ${chain.tip.id.slice(0, 8)}`;
}
