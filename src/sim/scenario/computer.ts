/**
 * One computer of a scenario: the shipped node on simulated doors, light enough for thousands.
 *
 * Owns: starting and stopping the program, its disk and its key. Does not own: who mines when
 * (`mining.ts`), the network (`wan.ts`), faults (`events.ts`).
 */
import type { Chain } from '../../consensus/chain.ts';
import { addressOf } from '../../consensus/encoding.ts';
import type { ChainParams } from '../../consensus/params.ts';
import type { ChainChange } from '../../consensus/reorg.ts';
import type { Address, Payment } from '../../consensus/types.ts';
import { assert } from '../../lib/assert.ts';
import { createNode } from '../../node/node.ts';
import type { Node } from '../../node/node.ts';
import type { SharedWork } from '../../node/shared-work.ts';
import type { Clock, Fields, Log, Network, Signer, Verifier } from '../../ports.ts';
import { EPOCH_MS } from '../machine.ts';
import { Chance } from '../random.ts';
import { simSigner } from '../signer.ts';
import type { Life, World } from '../world.ts';
import type { Mining } from './mining.ts';
import type { Disk, DiskPool } from './shared-disk.ts';
import { SharedStore } from './shared-store.ts';
import type { Wan } from './wan.ts';

/** Nobody on a wide-area network hears announcements, and linked peers are told of each tip. */
const ANNOUNCE_MS = 3_600_000;
/** A payment whose link broke is sent again. */
const PAYMENT_MS = 600_000;
/** Mining begins when all are linked, however soon they are. */
const QUIET_MS = 2_000;

/** What all computers of a run share. */
export interface Site {
  readonly world: World;
  readonly wan: Wan;
  readonly mining: Mining;
  readonly disks: DiskPool;
  readonly shared: SharedWork;
  readonly params: ChainParams;
  readonly verifier: Verifier;
  readonly seed: number;
  tipChanged(computer: Computer, change: ChainChange, from: 'own' | 'peer'): void;
}

export interface ComputerSettings {
  readonly index: number;
  readonly isMiner: boolean;
  /** Addresses that it always dials. */
  readonly peers: readonly string[];
  /** What stands between its node and the network. */
  door?(network: Network): Network;
}

interface Program {
  readonly life: Life;
  readonly node: Node;
  readonly chain: Chain;
  readonly store: SharedStore;
}

export class Computer {
  readonly index: number;
  readonly name: string;
  readonly signer: Signer;
  readonly address: Address;
  /** Payments of its own that may not be confirmed yet. */
  readonly outbox: Payment[] = [];
  /** How far its clock is ahead, in ms. */
  clockAheadMs = 0;
  readonly #site: Site;
  readonly #settings: ComputerSettings;
  readonly #chance: Chance;
  #disk: Disk | undefined;
  #program: Program | undefined;

  constructor(site: Site, settings: ComputerSettings) {
    const { index } = settings;
    this.#site = site;
    this.#settings = settings;
    this.index = index;
    this.name = `node ${index}`;
    this.signer = simSigner(`scenario ${site.seed} node ${index}`);
    this.address = addressOf(this.signer.key);
    this.#chance = new Chance(site.seed, `work ${index}`);
  }

  /** What runs on it, or undefined while it is off. */
  get node(): Node | undefined {
    return this.#program?.node;
  }

  get chain(): Chain | undefined {
    return this.#program?.chain;
  }

  start(): void {
    assert(this.#program === undefined);
    const { world, wan, mining, disks, shared, params } = this.#site;
    const life: Life = { name: this.name, isAlive: true, planned: 0 };
    const store = new SharedStore(disks, (run) => world.post(0, run, life), this.#disk);
    const network = wan.attach(this.index, life);
    const node = createNode({
      params,
      options: {
        rewardTo: this.#settings.isMiner ? this.address : undefined,
        tag: this.name,
        statusIntervalMs: ANNOUNCE_MS,
        paymentIntervalMs: PAYMENT_MS,
        peers: this.#settings.peers,
        syncQuietMs: QUIET_MS,
        isTerse: true,
      },
      platform: {
        clock: this.#clock(life),
        random: this.#chance,
        store,
        network: this.#settings.door?.(network) ?? network,
        kernel: mining.kernel(this.index),
        verifier: this.#site.verifier,
        log: this.#log(),
      },
      listeners: [{
        chainChanged: (change, from) => this.#site.tipChanged(this, change, from),
      }],
      outbox: () => this.outbox,
      shared,
    });
    this.#program = { life, node, chain: node.view.chain, store };
    node.start();
    world.log.tell(world.now, this.name, 'starts');
  }

  /** Ends the program as Ctrl-C does. */
  stop(): void {
    const program = this.#program;
    if (program === undefined) return;
    program.node.stop();
    this.#disk = program.store.disk;
    program.store.close();
    program.life.isAlive = false;
    this.#program = undefined;
    const { world, wan, mining } = this.#site;
    mining.kernel(this.index).stop();
    wan.detach(this.index);
    world.log.tell(world.now, this.name, 'stops');
  }

  #clock(life: Life): Clock {
    const { world } = this.#site;
    return {
      now: () => Math.max(0, EPOCH_MS + world.now + this.clockAheadMs),
      elapsed: () => world.now,
      after: (delayMs, run) => world.after(delayMs, run, life),
    };
  }

  #log(): Log {
    const { world } = this.#site;
    const told = (message: string, fields: Fields = {}): void =>
      world.log.tell(world.now, this.name, message, () =>
        Object.entries(fields).map(([name, value]) => `${name}=${value}`).join(' '));
    // An honest node's error would be a bug; but clocks may differ, and then it is a verdict.
    return { debug: () => {}, info: told, warn: told, error: told };
  }
}
