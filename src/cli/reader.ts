/**
 * The store, opened to be read, for commands that change nothing.
 *
 * Owns: saying what to do when there is none.
 * Does not own: what is read. Nothing here writes, so that it works beside a miner, and in a folder
 * of somebody else.
 */
import { openChain } from '../consensus/chain.ts';
import type { Chain } from '../consensus/chain.ts';
import { networkIdOf } from '../consensus/params.ts';
import type { ChainParams } from '../consensus/params.ts';
import { readMeta } from '../consensus/records.ts';
import { Signatures } from '../consensus/signatures.ts';
import { StoreError } from '../lib/store-error.ts';
import type { LmdbStore } from '../platform/lmdb-store.ts';
import type { Store } from '../ports.ts';
import { chainParamsOf } from './config.ts';
import type { Config } from './config.ts';
import { ownerOf } from './owner.ts';
import { EXIT, UserError } from './user-error.ts';

export interface Reader {
  readonly chain: Chain;
  readonly store: Store;
  readonly params: ChainParams;
  close(): void;
}

/**
 * Opens the store read-only. Throws a `UserError` when there is none or the given chain parameters
 * differ from its own, and a `StoreError` when it is damaged.
 */
export async function openReader(config: Config): Promise<Reader> {
  const reader = await tryOpenReader(config);
  if (reader !== undefined) return reader;
  throw noBlockchain(config);
}

/** What to do where there is none. */
export function noBlockchain(config: Config): UserError {
  return new UserError({
    exitCode: EXIT.files,
    code: 'no-blockchain',
    what: `There is no blockchain in ${config.storeDir}.`,
    next: `start one, or join one: mvb miner${dataDirHint(config)}`,
  });
}

/** As `openReader`, but undefined when there is no store yet. */
export async function tryOpenReader(config: Config): Promise<Reader | undefined> {
  const [{ openLmdbStore }, { createOpensslVerifier }, { useProcessorHash }] = await Promise.all([
    import('../platform/lmdb-store.ts'), import('../platform/openssl-verifier.ts'),
    import('../platform/processor-hash.ts'),
  ]);
  useProcessorHash();
  let store: LmdbStore;
  try {
    store = openLmdbStore(config.storeDir, { readOnly: true });
  } catch (error) {
    if (error instanceof StoreError && error.code === 'missing') return undefined;
    throw error;
  }
  try {
    // Whoever writes it has checked it, and pages that change meanwhile look like damage.
    if (ownerOf(config.storeDir) === undefined) store.check();
    const meta = readMeta(store);
    // A miner that starts makes the file first and its first record a moment later.
    if (meta === undefined) {
      store.close();
      return undefined;
    }
    const params = chainParamsOf(config, meta.params);
    const signatures = new Signatures(createOpensslVerifier(), networkIdOf(params));
    const chain = openChain(params, store, signatures);
    return { chain, store, params, close: () => store.close() };
  } catch (error) {
    store.close();
    throw error;
  }
}

/** What a hint must say so that it works from here: nothing for the current folder. */
export function dataDirHint(config: Config): string {
  return config.dataDir === '.' ? '' : ` --data-dir ${config.dataDir}`;
}
