/**
 * The page and the API of a store, without keys and without a node.
 *
 * Owns: following the store through whatever happens to it: a miner that comes and goes, branches,
 * a damaged store that is set aside and made anew.
 * Does not own: the store (`followed-store.ts`), where it listens (`listening.ts`).
 */
import { Observed } from '../../api/observed/observed.ts';
import { StoreError } from '../../lib/store-error.ts';
import { SystemClock } from '../../platform/system-clock.ts';
import type { Log } from '../../ports.ts';
import type { CommandContext } from '../context.ts';
import { noBlockchain } from '../reader.ts';
import { FollowedStore } from './followed-store.ts';
import { listen } from './listening.ts';
import type { Listening } from './listening.ts';

export interface ExplorerParts {
  readonly context: CommandContext;
  readonly log: Log;
  /** Something broke that nobody waits for. */
  readonly onError: (error: unknown) => void;
}

/** (policy) How often it looks at the store. */
const LOOK_MS = 250;
/** (policy) Pauses before a store is opened again: a check of a long one takes time. */
const REOPEN_MS = 1_000;
const REST_FACTOR = 10;

interface Shown {
  readonly followed: FollowedStore;
  readonly observed: Observed;
  readonly listening: Listening;
}

export class Explorer {
  readonly #parts: ExplorerParts;
  /** Undefined while there is nothing that can be shown. */
  #shown: Shown | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;
  /** The look that is under way. */
  #turn: Promise<void> = Promise.resolve();

  private constructor(parts: ExplorerParts) {
    this.#parts = parts;
  }

  /** Rejects with a `UserError` when there is no blockchain, or it cannot listen. */
  static async start(parts: ExplorerParts): Promise<{ explorer: Explorer; listening: Listening }> {
    const explorer = new Explorer(parts);
    const followed = await FollowedStore.open(parts.context.config);
    if (followed === undefined) throw noBlockchain(parts.context.config);
    const { listening } = explorer.#shown = await explorer.#show(followed);
    explorer.#next(LOOK_MS, listening.server.port);
    return { explorer, listening };
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await this.#turn;
    await this.#hide();
  }

  async #show(followed: FollowedStore, port?: number): Promise<Shown> {
    const { context: { config, version }, log } = this.#parts;
    const { chain, store } = followed.reader;
    const { tag, confirmation_depth: confirmationDepth } = config.values;
    const observed = new Observed(new SystemClock());
    try {
      const listening = await listen({
        config, observed, token: undefined, ...(port === undefined ? {} : { port }),
        source: {
          version, chain, store, tag, confirmationDepth, log,
          node: undefined, mining: undefined, wallet: undefined,
        },
      });
      return { followed, observed, listening };
    } catch (error) {
      followed.close();
      throw error;
    }
  }

  async #hide(): Promise<void> {
    const shown = this.#shown;
    this.#shown = undefined;
    if (shown === undefined) return;
    // Whoever is being answered reads the store.
    await shown.listening.server.stop().finally(() => shown.followed.close());
  }

  #next(ms: number, port: number): void {
    if (this.#isStopped) return;
    this.#timer = setTimeout(() => {
      const startedAt = performance.now();
      this.#turn = this.#look(port).then(() => {
        const took = performance.now() - startedAt;
        const isThere = this.#shown !== undefined;
        this.#next(isThere ? LOOK_MS : Math.max(REOPEN_MS, REST_FACTOR * took), port);
      }).catch((error: unknown) => this.#parts.onError(error));
    }, ms);
  }

  async #look(port: number): Promise<void> {
    const { log, context: { config } } = this.#parts;
    try {
      if (this.#shown === undefined) {
        const followed = await FollowedStore.open(config);
        if (followed === undefined) return;
        this.#shown = await this.#show(followed, port);
        log.info('The blockchain is there again');
      } else if (this.#shown.followed.isReplaced) {
        await this.#hide();
        log.warn('The store was replaced by another; opening that one');
      } else {
        const change = this.#shown.followed.look();
        if (change !== undefined) this.#shown.observed.chainChanged(change, 'peer');
      }
    } catch (error) {
      const isGone = (error as NodeJS.ErrnoException).code === 'ENOENT';
      if (!(error instanceof StoreError) && !isGone) throw error;
      // A miner that starts sets a damaged store aside.
      log.warn('The store cannot be read; trying again', { reason: (error as Error).message });
      await this.#hide();
    }
  }
}
