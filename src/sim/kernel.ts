/**
 * The `Kernel` door on virtual time: how long a search takes is drawn, what it finds is real.
 *
 * Owns: the time to a solution, exponential about what the node's share of the hash rate gives. The
 * nonce is then truly searched, at a difficulty that is easy enough, so that consensus needs no
 * bypass. Does not own: the search (`crypto/sha256-search.ts`).
 */
import { assert } from '../lib/assert.ts';
import { searchReference } from '../crypto/sha256-search.ts';
import type { Cancel, Kernel, MiningJob } from '../ports.ts';
import type { Chance } from './random.ts';
import type { Life, World } from './world.ts';

/** Far more than any network that the simulator founds needs. */
const NONCES_MAX = 1 << 20;
/** A real kernel may report a job's nonce again. */
const REPEAT_SHARE = 0.02;

export class SimKernel implements Kernel {
  readonly name = 'simulated';
  readonly #world: World;
  readonly #life: Life;
  readonly #chance: Chance;
  readonly #meanMs: () => number;
  #planned: Cancel | undefined;
  #hashes = 0n;

  /** `meanMs` is how long this node alone needs for a block, on average, from now on. */
  constructor(world: World, life: Life, chance: Chance, meanMs: () => number) {
    this.#world = world;
    this.#life = life;
    this.#chance = chance;
    this.#meanMs = meanMs;
  }

  start(job: MiningJob, onNonce: (nonce: bigint) => void): void {
    this.stop();
    const waitMs = this.#chance.waitMs(this.#meanMs());
    this.#planned = this.#world.after(waitMs, () => {
      const first = BigInt(this.#chance.u32());
      const nonce = searchReference(job.header, job.target, first, NONCES_MAX);
      assert(nonce !== undefined, 'the difficulty is too high for the simulator');
      this.#hashes += nonce - first + 1n;
      if (this.#chance.happens(REPEAT_SHARE)) {
        this.#world.after(0, () => onNonce(nonce), this.#life);
      }
      onNonce(nonce);
    }, this.#life);
  }

  stop(): void {
    this.#planned?.();
    this.#planned = undefined;
  }

  hashCount(): bigint {
    return this.#hashes;
  }
}
