/**
 * What a data directory says of itself: through the program as its users ask it, and through a
 * window on its store for tests that cannot wait for a process.
 *
 * Owns: reading. Does not own: any expectation but that money adds up.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { Chain } from '../../src/consensus/chain.ts';
import type { ChainParams } from '../../src/consensus/params.ts';
import { networkIdOf } from '../../src/consensus/params.ts';
import { readMeta } from '../../src/consensus/records.ts';
import { Signatures } from '../../src/consensus/signatures.ts';
import type { Address } from '../../src/consensus/types.ts';
import { chainParamsOf, loadConfig } from '../../src/cli/config.ts';
import { DATA_FILE } from '../../src/platform/lmdb-pages.ts';
import { openLmdbStore } from '../../src/platform/lmdb-store.ts';
import type { LmdbStore } from '../../src/platform/lmdb-store.ts';
import { createOpensslVerifier } from '../../src/platform/openssl-verifier.ts';
import { formatCoins, parseCoins } from '../../src/wallet/amount.ts';
import { delay } from './scale.ts';
import type { Network, Place } from './support.ts';

export interface ChainState {
  readonly height: number;
  readonly tip: string;
  /** Payments made here that wait. */
  readonly pending: number;
}

/** The parameters that this network's processes get, read as they read them. */
export function paramsOf(network: Network): ChainParams {
  const { folder: dataDir, environment } = network;
  return chainParamsOf(loadConfig({ dataDir, environment, given: [] }), undefined);
}

export async function statusOf(place: Place): Promise<ChainState> {
  return JSON.parse(await place.ok('status', '--json')) as ChainState;
}

/** Balances in units by key, and the height that they are of. `keys` is a folder with key files. */
export async function balancesOf(
  place: Place, keys = place.folder,
): Promise<{ height: number; balances: ReadonlyMap<string, bigint> }> {
  const args = ['wallet', 'list-addresses', '--json', `key_store_dir=${keys}`];
  const { height, addresses } = JSON.parse(await place.ok(...args)) as {
    height: number | null; addresses: readonly { name: string; balance: string }[];
  };
  const balances = new Map(addresses.map(({ name, balance }) => [name, parseCoins(balance)!]));
  return { height: height ?? 0, balances };
}

/** The store passes `mvb verify`, and holds one reward for each block: no coin more or less. */
export async function expectSound(place: Place): Promise<{ blocks: number; payments: number }> {
  const args = ['verify', '--json'];
  const { blocks, payments, coins } = JSON.parse(await place.ok(...args)) as {
    blocks: number; payments: number; coins: string;
  };
  const reward = paramsOf(place.network).blockReward;
  // Genesis is counted, and pays nothing.
  expect(coins, `coins after ${blocks - 1} blocks`).toBe(formatCoins(reward * BigInt(blocks - 1)));
  return { blocks, payments };
}

/** (policy) Payments that may be needed to decide between equal branches. */
const NUDGES_MAX = 40;
/** Answers without a change after which nothing moves any more, and the time between two. */
const QUIET_ANSWERS = 3;
const QUIET_MS = 500;

/**
 * Waits until all have one tip, and as many payments that wait as they should (none, by default),
 * which may take some more payments: of two equal branches each node keeps the one that it saw
 * first. Gives the height.
 */
export async function agree(
  places: readonly Place[], nudge: () => Promise<unknown>,
  pending: ReadonlyMap<Place, number> = new Map(),
): Promise<number> {
  for (let nudges = 0; nudges < NUDGES_MAX; nudges++) {
    let [before, quiet] = ['', 0];
    while (quiet < QUIET_ANSWERS) {
      const states = await Promise.all(places.map(statusOf));
      const [first] = states;
      const isOne = states.every((state, index) =>
        state.tip === first!.tip && state.pending === (pending.get(places[index]!) ?? 0));
      if (isOne) return first!.height;
      const now = states.map(({ tip, pending }) => `${tip.slice(-8)} ${pending}`).join(', ');
      quiet = now === before ? quiet + 1 : 0;
      before = now;
      await delay(QUIET_MS);
    }
    console.log(`one more payment, because nothing moves: ${before}`);
    await nudge();
  }
  throw new Error('they never agreed');
}

/** Every node has the same balances, and their sum is one reward for each block. */
export async function expectMoneyRight(places: readonly Place[], height: number): Promise<void> {
  const { network } = places[0]!;
  const keys = join(network.folder, 'all-keys');
  mkdirSync(keys);
  const taken = new Set<string>();
  for (const { folder } of places) {
    for (const file of readdirSync(folder).filter((name) => name.endsWith('.pem'))) {
      const text = readFileSync(join(folder, file), 'utf8');
      if (taken.has(text)) continue;
      taken.add(text);
      writeFileSync(join(keys, `${taken.size}-${file}`), text, { mode: 0o600 });
    }
  }
  const all = await Promise.all(places.map((place) => balancesOf(place, keys)));
  for (const { height: at, balances } of all) {
    expect(at).toBe(height);
    expect([...balances]).toEqual([...all[0]!.balances]);
    const sum = [...balances.values()].reduce((total, balance) => total + balance, 0n);
    expect(sum).toBe(paramsOf(network).blockReward * BigInt(height));
  }
  for (const place of places) expect((await expectSound(place)).blocks).toBe(height + 1);
}

/** A look into a store while another process writes it. */
export class StoreWindow {
  readonly #store: LmdbStore;
  readonly #chain: Chain;

  private constructor(store: LmdbStore, params: ChainParams) {
    const signatures = new Signatures(createOpensslVerifier(), networkIdOf(params));
    this.#store = store;
    this.#chain = new Chain(params, store, signatures);
  }

  /** Undefined while there is no chain yet. */
  static open(place: Place): StoreWindow | undefined {
    const directory = join(place.folder, 'blockchain');
    if (!existsSync(join(directory, DATA_FILE))) return undefined;
    const store = openLmdbStore(directory);
    if (readMeta(store) !== undefined) return new StoreWindow(store, paramsOf(place.network));
    store.close();
    return undefined;
  }

  get height(): number {
    this.#store.refresh();
    return this.#chain.refresh().header.height;
  }

  /** The sequence that the next payment of this address must have. */
  sequenceOf(address: Address): number {
    this.#store.refresh();
    this.#chain.refresh();
    return this.#chain.account(address).sequence;
  }

  close(): void {
    this.#store.close();
  }
}
