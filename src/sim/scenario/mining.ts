/**
 * The `Kernel` door of many miners at once: who finds the next block and when is drawn, what they
 * find is real.
 *
 * Owns: one race for all. Blocks are found at the times of a Poisson process with the rate of all
 * hash power, and each belongs to a miner in proportion to its share: the same as a clock for each
 * miner, and the search has no memory, so a new job changes nothing. Whoever has no job then finds
 * nothing. The nonce is truly searched, at a difficulty that is easy, so that consensus needs no
 * bypass. Does not own: the search (`crypto/sha256-search.ts`).
 */
import { searchReference } from '../../crypto/sha256-search.ts';
import { assert } from '../../lib/assert.ts';
import type { Kernel, MiningJob } from '../../ports.ts';
import { Chance } from '../random.ts';
import type { World } from '../world.ts';
import { WeightedDraw } from './topology.ts';

/** Far more than an easy difficulty needs. */
const NONCES_MAX = 1 << 20;

interface Search {
  readonly job: MiningJob;
  onNonce(nonce: bigint): void;
}

export class Mining {
  readonly #world: World;
  readonly #meanMs: number;
  readonly #times: Chance;
  readonly #finders: Chance;
  readonly #nonces: Chance;
  readonly #draw: WeightedDraw;
  readonly #searches: (Search | undefined)[];
  #hashes = 0n;
  #nextAt = 0;
  /** While false nobody finds anything. */
  isOn = false;
  /** While set nobody else does. */
  only: number | undefined;

  /** `shares` are of all hash power, `meanMs` is what all of it needs for a block. */
  constructor(
    world: World, options: { seed: number; shares: readonly number[]; meanMs: number },
  ) {
    const { seed, shares, meanMs } = options;
    this.#world = world;
    this.#meanMs = meanMs;
    this.#times = new Chance(seed, 'block times');
    this.#finders = new Chance(seed, 'block finders');
    this.#nonces = new Chance(seed, 'nonces');
    this.#draw = new WeightedDraw(shares);
    this.#searches = shares.map(() => undefined);
    this.#plan();
  }

  /** The kernel of the miner with this number. */
  kernel(index: number): Kernel {
    return {
      name: 'simulated',
      start: (job, onNonce) => {
        this.#searches[index] = { job, onNonce };
      },
      stop: () => {
        this.#searches[index] = undefined;
      },
      hashCount: () => this.#hashes,
    };
  }

  #plan(): void {
    // Events come at whole ms; the process does not, or short intervals would come out longer.
    this.#nextAt += -Math.log(1 - this.#times.fraction()) * this.#meanMs;
    this.#world.post(this.#nextAt - this.#world.now, () => {
      this.#plan();
      this.#find(this.#draw.draw(this.#finders));
    });
  }

  #find(index: number): void {
    const search = this.#searches[index];
    if (search === undefined || !this.isOn || (this.only ?? index) !== index) return;
    const { job, onNonce } = search;
    const first = BigInt(this.#nonces.u32());
    const nonce = searchReference(job.header, job.target, first, NONCES_MAX);
    assert(nonce !== undefined, 'the difficulty is too high for the simulator');
    this.#hashes += nonce - first + 1n;
    onNonce(nonce);
  }
}
