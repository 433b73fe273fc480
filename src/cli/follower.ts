/**
 * Follows the chain in a data directory, whoever writes it: this process while the lock is free,
 * else another.
 *
 * Owns: the two ways to follow and the changes between them. As the owner it runs a node that does
 * not mine; it gives the lock away when a miner asks. As a reader it reads what the owner writes,
 * and tells and asks miners by itself.
 * Does not own: the doors of either (`running-node.ts`, `messenger.ts`).
 */
import { Chain } from '../consensus/chain.ts';
import type { ChainParams } from '../consensus/params.ts';
import { networkIdOf } from '../consensus/params.ts';
import { Signatures } from '../consensus/signatures.ts';
import type { Payment, TransactionId } from '../consensus/types.ts';
import type { NodeListener } from '../node/listener.ts';
import type { HeardNode } from '../node/node.ts';
import type { Peer } from '../node/peer.ts';
import type { LanNetwork } from '../platform/lan-network.ts';
import { createOpensslVerifier } from '../platform/openssl-verifier.ts';
import { isAcquired, tryAcquire } from '../platform/owner-lock.ts';
import type { Holder, OwnerLock } from '../platform/owner-lock.ts';
import { SystemClock } from '../platform/system-clock.ts';
import { SystemRandom } from '../platform/system-random.ts';
import type { Cancel, Log } from '../ports.ts';
import type { PaymentReport } from '../protocol/messages.ts';
import { pendingOf } from '../wallet/payments.ts';
import type { Config } from './config.ts';
import { Messenger, minersOf } from './messenger.ts';
import { isNewPlace, paramsOf, writeParams } from './node-place.ts';
import type { NodePlace, Role } from './node-place.ts';
import { openNetwork, RunningNode } from './running-node.ts';

export interface FollowerParts {
  readonly place: NodePlace;
  readonly role: Role;
  readonly log: Log;
  /** Told of a new way to follow. */
  readonly onRole?: (role: 'owner' | 'reader', holder: Holder | undefined) => void;
  readonly onReport?: (report: PaymentReport, peer: Peer) => void;
  /** Something broke that nobody waits for. */
  readonly onError: (error: unknown) => void;
}

/** (policy) How often a reader looks at the store, and tries the lock. */
const READER_INTERVAL_MS = 250;
/** (policy) Who gave the lock away does not take it back at once: the asker must win. */
const AFTER_HANDOVER_MS = 2_000;

interface Owning {
  readonly kind: 'owner';
  readonly lock: OwnerLock;
  readonly running: RunningNode;
  readonly unwatch: Cancel;
}

interface Reading {
  readonly kind: 'reader';
  readonly network: LanNetwork;
  readonly messenger: Messenger;
  readonly chain: Chain;
  readonly timer: NodeJS.Timeout;
}

/** Between two ways, or before the store has a chain. */
interface Resting {
  readonly kind: 'resting';
}

export class Follower {
  readonly #parts: FollowerParts;
  readonly #config: Config;
  #state: Owning | Reading | Resting = { kind: 'resting' };
  #params: ChainParams;
  #isStopped = false;
  #notBefore = 0;
  #retry: NodeJS.Timeout | undefined;
  /** The change that is under way. */
  #change: Promise<void> = Promise.resolve();

  private constructor(parts: FollowerParts) {
    this.#parts = parts;
    this.#config = parts.place.config;
    this.#params = paramsOf(parts.place);
  }

  /**
   * Begins to follow; the lock of the place is the follower's from now on. Rejects with a
   * `UserError`.
   */
  static async start(parts: FollowerParts): Promise<Follower> {
    const { lock } = parts.place;
    let follower: Follower | undefined;
    try {
      follower = new Follower(parts);
      if (isAcquired(lock)) await follower.#own(lock);
      else await follower.#read(lock.heldBy);
      return follower;
    } catch (error) {
      await follower?.stop();
      if (isAcquired(lock)) lock.release();
      throw error;
    }
  }

  get params(): ChainParams {
    return this.#params;
  }

  /** Undefined for a moment while the way changes, and until the owner has founded the chain. */
  get chain(): Chain | undefined {
    if (this.#state.kind === 'owner') return this.#state.running.node.view.chain;
    return this.#state.kind === 'reader' ? this.#state.chain : undefined;
  }

  get isOwner(): boolean {
    return this.#state.kind === 'owner';
  }

  /** The node of an owner. */
  get node(): RunningNode['node'] | undefined {
    return this.#state.kind === 'owner' ? this.#state.running.node : undefined;
  }

  /** Miners heard since the present way of following began. */
  get miners(): readonly HeardNode[] {
    if (this.#state.kind === 'owner') return minersOf(this.#state.running.node.view.heard);
    return this.#state.kind === 'reader' ? minersOf(this.#state.messenger.heard) : [];
  }

  /** Linked miners. */
  get peers(): readonly Peer[] {
    if (this.#state.kind === 'owner') return this.#state.running.node.view.peers;
    return this.#state.kind === 'reader' ? this.#state.messenger.peers : [];
  }

  /** Tells everybody of a saved payment. */
  tell(payment: Payment): void {
    if (this.#state.kind === 'owner') this.#state.running.node.submit(payment);
    if (this.#state.kind === 'reader') this.#state.messenger.tell(payment);
  }

  /** Asks linked miners what they know of a payment; answers come to `onReport`. */
  ask(id: TransactionId): void {
    if (this.#state.kind === 'owner') this.#state.running.node.askForPayment(id);
    if (this.#state.kind === 'reader') this.#state.messenger.ask(id);
  }

  /** Ends following, and gives the lock away. The store stays open. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#retry);
    await this.#change;
    await this.#rest();
  }

  async #own(lock: OwnerLock): Promise<void> {
    const { place, log } = this.#parts;
    try {
      // Another process may have founded the chain since we looked.
      this.#params = paramsOf(place);
      const isNew = isNewPlace(place);
      const running = await RunningNode.start({
        config: this.#config, params: this.#params, store: place.store, log,
        listeners: [this.#listener()],
      });
      if (isNew) writeParams(place, this.#params);
      const unwatch = lock.watchHandover(() => this.#turn(() => this.#handOver()));
      this.#state = { kind: 'owner', lock, running, unwatch };
    } catch (error) {
      lock.release();
      throw error;
    }
    this.#parts.onRole?.('owner', undefined);
  }

  #listener(): NodeListener {
    return { paymentReported: (report, peer) => this.#parts.onReport?.(report, peer) };
  }

  async #read(holder: Holder | undefined): Promise<void> {
    const { place, log } = this.#parts;
    if (isNewPlace(place)) {
      // A miner makes the file first and founds the chain a moment later.
      this.#retry = setTimeout(() => this.#turn(() => this.#again()), READER_INTERVAL_MS);
      return;
    }
    this.#params = paramsOf(place);
    const { store } = place;
    const signatures = new Signatures(createOpensslVerifier(), networkIdOf(this.#params));
    const chain = new Chain(this.#params, store, signatures);
    const network = await openNetwork(this.#config, log, false);
    const { values } = this.#config;
    const messenger = new Messenger({
      params: this.#params, clock: new SystemClock(), random: new SystemRandom(), network, log,
      tag: values.tag, peers: values.peer, tip: () => chain.tip,
      onReport: (report, peer) => this.#parts.onReport?.(report, peer),
    });
    messenger.start();
    let toldAt = 0;
    const timer = setInterval(() => {
      chain.refresh();
      this.#tryLock();
      const now = performance.now();
      // Parsed to milliseconds.
      if (now - toldAt < values.transaction_broadcast_interval_seconds) return;
      toldAt = now;
      for (const { payment } of pendingOf(chain, store)) messenger.tell(payment);
    }, READER_INTERVAL_MS);
    this.#state = { kind: 'reader', network, messenger, chain, timer };
    this.#parts.onRole?.('reader', holder);
  }

  #tryLock(): void {
    if (this.#isStopped || performance.now() < this.#notBefore) return;
    const lock = tryAcquire(this.#config.storeDir, this.#parts.role);
    if (!isAcquired(lock)) return;
    this.#notBefore = Number.POSITIVE_INFINITY;
    this.#turn(async () => {
      await this.#rest();
      this.#notBefore = 0;
      if (this.#isStopped) lock.release();
      else await this.#own(lock);
    });
  }

  async #handOver(): Promise<void> {
    if (this.#state.kind !== 'owner') return;
    await this.#rest();
    this.#notBefore = performance.now() + AFTER_HANDOVER_MS;
    if (!this.#isStopped) await this.#read(undefined);
  }

  /**
   * The store had no chain when we looked: looks again, and takes the lock if its holder gave up.
   */
  async #again(): Promise<void> {
    if (this.#isStopped) return;
    const lock = tryAcquire(this.#config.storeDir, this.#parts.role);
    if (isAcquired(lock)) await this.#own(lock);
    else await this.#read(lock.heldBy);
  }

  /** Ends the present way. */
  async #rest(): Promise<void> {
    const state = this.#state;
    this.#state = { kind: 'resting' };
    if (state.kind === 'owner') {
      state.unwatch();
      try {
        await state.running.stop();
      } finally {
        state.lock.release(); // Whoever waits for it can do better than a node that cannot end.
      }
    } else if (state.kind === 'reader') {
      clearInterval(state.timer);
      state.messenger.stop();
      await state.network.stop();
    }
  }

  /** One change after the other. */
  #turn(change: () => Promise<void>): void {
    this.#change = this.#change.then(change).catch((error: unknown) => this.#parts.onError(error));
  }
}
