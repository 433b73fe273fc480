/**
 * The blockchain of a data directory as another process writes it, or nobody.
 *
 * Owns: noticing that the chain changed, and that the store is another file than the one that was
 * opened. No read transaction outlives a turn of the event loop: one that did would keep the writer
 * from using old pages again (threats row 87).
 * Does not own: showing it (`explorer.ts`).
 */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { ChainChange } from '../../consensus/reorg.ts';
import { DATA_FILE } from '../../platform/lmdb-pages.ts';
import type { Config } from '../config.ts';
import { StoreWatch } from '../node-place.ts';
import { tryOpenReader } from '../reader.ts';
import type { Reader } from '../reader.ts';
import { stepsSince } from './chain-steps.ts';

export class FollowedStore {
  readonly reader: Reader;
  readonly #file: string;
  readonly #identity: string;
  readonly #watch: StoreWatch;

  private constructor(reader: Reader, { storeDir }: Config, identity: string) {
    this.reader = reader;
    this.#file = join(storeDir, DATA_FILE);
    this.#identity = identity;
    this.#watch = new StoreWatch(storeDir);
  }

  /** Undefined when there is no blockchain yet. Rejects as `openReader` does. */
  static async open(config: Config): Promise<FollowedStore | undefined> {
    // Before it is opened: a file that takes its place meanwhile is then noticed.
    const identity = identityOf(join(config.storeDir, DATA_FILE));
    const reader = await tryOpenReader(config);
    if (reader === undefined) return undefined;
    return new FollowedStore(reader, config, identity ?? '');
  }

  /** Whether another file, or none, is now where this one was. */
  get isReplaced(): boolean {
    return identityOf(this.#file) !== this.#identity;
  }

  /** Reads the tip again; gives what changed, when that can be told. Throws as the store does. */
  look(): ChainChange | undefined {
    if (!this.#watch.mayHaveChanged()) return undefined;
    const { chain } = this.reader;
    const before = chain.tip;
    chain.refresh();
    return stepsSince(chain, before);
  }

  close(): void {
    this.reader.close();
  }
}

function identityOf(file: string): string | undefined {
  const stats = statSync(file, { throwIfNoEntry: false, bigint: true });
  return stats && `${stats.dev} ${stats.ino}`;
}
