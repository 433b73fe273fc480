/**
 * The doors of a node as the program opens them, so that the bench measures what users run.
 *
 * Owns: the choice of implementations, in one place. Does not own: any of them.
 */
import { openChain } from '../consensus/chain.ts';
import type { Chain } from '../consensus/chain.ts';
import { networkIdOf } from '../consensus/params.ts';
import type { ChainParams } from '../consensus/params.ts';
import { Signatures } from '../consensus/signatures.ts';
import { boundHeapGrowth } from '../platform/heap-growth.ts';
import { openLmdbStore } from '../platform/lmdb-store.ts';
import { useProcessorHash } from '../platform/processor-hash.ts';
import { SILENT_LOG } from '../platform/silent-log.ts';
import { createWorkerVerifier } from '../platform/worker-verifier.ts';
import type { Log, Store } from '../ports.ts';

export interface OpenChain {
  readonly chain: Chain;
  readonly signatures: Signatures;
  /** Waits until what was committed is on disk, and ends all threads. */
  close(): Promise<void>;
}

/** What goes wrong in a door while it is measured makes the figures worthless. */
function fail(message: string): never {
  throw new Error(message);
}

/** Of doors that have something to say. */
const LOG: Log = { ...SILENT_LOG, warn: fail, error: fail };

/** Opens or founds the chain of a store, which stays open. */
export function openChainOn(store: Store, params: ChainParams): OpenChain {
  useProcessorHash();
  boundHeapGrowth();
  const verifier = createWorkerVerifier({ log: LOG });
  const signatures = new Signatures(verifier, networkIdOf(params));
  const chain = openChain(params, store, signatures);
  const close = async (): Promise<void> => {
    await verifier.close();
    await new Promise<void>((resolve, reject) => {
      store.flushed((error) => (error === undefined ? resolve() : reject(error)));
    });
  };
  return { chain, signatures, close };
}

/** Opens or founds a chain in a folder; `watch` may put a store before the store. */
export function openChainIn(
  folder: string, params: ChainParams, watch: (store: Store) => Store = (store) => store,
): OpenChain {
  const store = openLmdbStore(folder);
  const opened = openChainOn(watch(store), params);
  const close = async (): Promise<void> => {
    await opened.close();
    store.close();
  };
  return { ...opened, close };
}
