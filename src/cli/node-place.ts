/**
 * The store of a data directory, opened by a process that may come to own it.
 *
 * Owns: opening store and lock in the right order, setting a damaged store aside, founding the
 * files of a new network.
 * Does not own: what a holder of the lock does (`running-node.ts`), commands that only read
 * (`reader.ts`).
 *
 * The lock lies beside the store, not in the data directory: `blockchain_store` may be given, and
 * it is the store that must not have two owners.
 */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { ChainParams } from '../consensus/params.ts';
import { networkIdOf } from '../consensus/params.ts';
import { readMeta, SPACE } from '../consensus/records.ts';
import { StoreError } from '../lib/store-error.ts';
import { putBack, setAside } from '../platform/lmdb-file.ts';
import { DATA_FILE } from '../platform/lmdb-pages.ts';
import { salvage } from '../platform/lmdb-salvage.ts';
import { openLmdbStore } from '../platform/lmdb-store.ts';
import type { LmdbStore } from '../platform/lmdb-store.ts';
import { acquireByHandover, isAcquired, tryAcquire } from '../platform/owner-lock.ts';
import type { Holder, OwnerLock } from '../platform/owner-lock.ts';
import { restorePayments } from '../wallet/payments.ts';
import { chainParamsOf, CONFIG_FILE } from './config.ts';
import type { Config } from './config.ts';
import type { Output } from './output.ts';
import { writeChainParams } from './chain-file.ts';
import { dataDirHint } from './reader.ts';
import { explained } from './world-errors.ts';
import { EXIT, UserError } from './user-error.ts';

/** What a process that runs a node calls itself in the lock. */
export type Role = 'miner' | 'sync' | 'send';

/**
 * (policy) A holder that is outranked gives the lock away within a second; a busy machine gets
 * more.
 */
const HANDOVER_MS_MAX = 5_000;

export interface NodePlace {
  readonly config: Config;
  readonly store: LmdbStore;
  /** The lock, or who has it. */
  readonly lock: OwnerLock | { readonly heldBy: Holder };
  /** Where a damaged store was put, when that was needed. */
  readonly setAsideAs: string | undefined;
  /** Payments made here that were found in it. */
  readonly rescued?: number;
}

/** A place whose lock is ours. */
export interface OwnedPlace extends NodePlace {
  readonly lock: OwnerLock;
}

/**
 * Opens the place for a miner, which outranks everybody but another miner. Rejects with a
 * `UserError`.
 */
export async function openForMiner(config: Config): Promise<OwnedPlace> {
  const place = openPlace(config, 'miner');
  let { lock } = place;
  try {
    if (!isAcquired(lock) && lock.heldBy.role !== 'miner') {
      lock = await acquireByHandover(config.storeDir, 'miner', HANDOVER_MS_MAX);
    }
    if (!isAcquired(lock)) throw heldError(config, lock.heldBy);
    return { ...place, lock };
  } catch (error) {
    place.store.close();
    throw error;
  }
}

/**
 * Opens the place, and takes the lock when nobody has it. Throws a `UserError`. A damaged store is
 * set aside, but not by `send`: what it does next would go by an empty blockchain.
 */
export function openPlace(config: Config, role: Role): NodePlace {
  const { storeDir } = config;
  let lock: NodePlace['lock'] | undefined;
  try {
    const opened = openOrError(storeDir);
    lock = tryAcquire(storeDir, role);
    const store = isAcquired(lock) ? checkedOrError(opened) : opened;
    if (!(store instanceof StoreError)) return { config, store, lock, setAsideAs: undefined };
    // With the lock, nobody who writes has it open, and what readers see is damaged anyway.
    if (!isAcquired(lock) || role === 'send') throw store;
    return { config, lock, ...renewed(config) };
  } catch (error) {
    if (lock !== undefined && isAcquired(lock)) lock.release();
    throw explained(error);
  }
}

/** Says where a damaged store went, and what may have gone with it. */
export function warnSetAside({ config, setAsideAs, rescued }: NodePlace, output: Output): void {
  if (setAsideAs === undefined) return;
  output.warn(`the store was damaged. It is kept as ${setAsideAs}; blocks are fetched again. `
    + `Of the payments made here, ${rescued ?? 0} could be read in it and are kept: once `
    + `the blocks are here, look at \`mvb wallet history${dataDirHint(config)}\` and send again `
    + 'what is missing. Keys are files of their own, and were not touched.');
}

/** Sets a damaged store aside, and opens a new one with what the old one has of one's payments. */
function renewed(config: Config): Pick<NodePlace, 'store' | 'setAsideAs' | 'rescued'> {
  const { storeDir } = config;
  const records = salvage(storeDir, Uint8Array.of(SPACE.payment));
  const setAsideAs = setAside(storeDir);
  let store: LmdbStore | undefined;
  try {
    store = openLmdbStore(storeDir);
    const networkId = networkIdOf(chainParamsOf(config, undefined));
    const rescued = restorePayments(store, networkId, records.values());
    return { store, setAsideAs, rescued };
  } catch (error) {
    // Such as a full disk: the next attempt must find the old payments again.
    store?.close();
    putBack(storeDir, setAsideAs);
    throw error;
  }
}

/** The store, or the error that says that it is damaged; throws all others. */
function openOrError(directory: string): LmdbStore | StoreError {
  try {
    return openLmdbStore(directory);
  } catch (error) {
    if (error instanceof StoreError && error.code === 'damaged') return error;
    throw error;
  }
}

/** With the lock, nobody else is at work in it for long. */
function checkedOrError(store: LmdbStore | StoreError): LmdbStore | StoreError {
  if (store instanceof StoreError) return store;
  try {
    store.check();
    return store;
  } catch (error) {
    store.close();
    if (error instanceof StoreError && error.code === 'damaged') return error;
    throw error;
  }
}

/**
 * The parameters of the store's network, or those that its founding would use. Throws a
 * `UserError`.
 */
export function paramsOf({ config, store }: Pick<NodePlace, 'config' | 'store'>): ChainParams {
  try {
    return chainParamsOf(config, readMeta(store)?.params);
  } catch (error) {
    throw explained(error);
  }
}

/** Whether the store has no blockchain yet. */
export function isNewPlace({ store }: Pick<NodePlace, 'store'>): boolean {
  return readMeta(store) === undefined;
}

/**
 * Writes the parameters where joining nodes can copy them from; called by whoever founds the store.
 */
export function writeParams({ config }: Pick<NodePlace, 'config'>, params: ChainParams): void {
  writeChainParams(join(config.dataDir, CONFIG_FILE), params);
}

function heldError(config: Config, holder: Holder): UserError {
  const isMiner = holder.role === 'miner';
  const named = holder.pid === 0 ? 'another process' : `pid ${holder.pid}`;
  return new UserError({
    exitCode: EXIT.files,
    code: 'store-owned',
    what: isMiner
      ? `A miner is at work in ${config.dataDir} already (${named}).`
      : `The blockchain in ${config.storeDir} is in use (${named}, ${holder.role}).`,
    why: 'One blockchain folder has one miner; a second one needs a folder of its own.',
    next: 'mvb miner --data-dir OTHER-FOLDER block_server_port=0',
    details: { pid: holder.pid, role: holder.role },
  });
}

/** Tells cheaply whether somebody, this process included, may have written to the store. */
export class StoreWatch {
  readonly #file: string;
  #modifiedMs = -1;
  #changedAtMs = 0;

  constructor(storeDir: string) {
    this.#file = join(storeDir, DATA_FILE);
  }

  /** True when the file has changed since the last call, or so lately that its time says little. */
  mayHaveChanged(): boolean {
    const { mtimeMs } = statSync(this.#file);
    const now = performance.now();
    if (mtimeMs !== this.#modifiedMs) this.#changedAtMs = now;
    this.#modifiedMs = mtimeMs;
    return now - this.#changedAtMs < FRESH_MS;
  }
}

/** File times step by some milliseconds, two seconds on the coarsest file system (FAT). */
const FRESH_MS = 3_000;
