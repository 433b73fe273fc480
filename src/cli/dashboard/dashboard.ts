/**
 * The dashboard of a miner: the API with its doors, and what is said of it.
 *
 * Owns: who gets a wallet, the words, and that nothing of it ever ends a miner.
 * Does not own: the server (`api/`), where it listens (`listening.ts`), the token's file.
 */
import type { Observed } from '../../api/observed/observed.ts';
import type { Address } from '../../consensus/types.ts';
import type { LmdbStore } from '../../platform/lmdb-store.ts';
import type { Log } from '../../ports.ts';
import type { Config } from '../config.ts';
import type { CommandContext } from '../context.ts';
import { commandHere } from '../output.ts';
import { LOCAL_ADDRESS } from '../parameters.ts';
import type { RunningNode } from '../running-node.ts';
import { listen } from './listening.ts';
import type { Listening } from './listening.ts';
import { KernelDoor } from './mining-door.ts';
import { removeRunFile, writeRunFile } from './run-file.ts';
import { keepToken, tokenPath } from './token-file.ts';
import { KeyWallet } from './wallet-door.ts';

export interface DashboardParts {
  readonly context: CommandContext;
  readonly running: RunningNode;
  readonly store: LmdbStore;
  readonly observed: Observed;
  readonly rewardTo: Address;
  readonly log: Log;
  /** Somebody at a terminal reads it and no file keeps it, so that sign-in codes may be in it. */
  readonly isTerminal: boolean;
  readonly say: (text: string) => void;
}

/** The heading of what is said, and what stands below it. */
const HEADING = 'Dashboard   ';
const INDENT = ' '.repeat(HEADING.length);

/** A dashboard that comes up beside a miner. */
export class Dashboard {
  readonly #parts: DashboardParts;
  readonly #config: Config;
  /** Undefined when there is none, which was said. */
  readonly #started: Promise<Listening | undefined>;
  #listening: Listening | undefined;
  #notes: readonly string[] = [];
  #isEnding = false;

  /** Begins to start it, and says where it is. */
  constructor(parts: DashboardParts) {
    this.#parts = parts;
    this.#config = parts.context.config;
    this.#started = this.#start().catch((error: unknown) => {
      parts.log.warn('There is no dashboard; mining goes on', { reason: reasonOf(error) });
      return undefined;
    });
  }

  /** Says where it is, with a new sign-in address at a terminal. */
  tell(): void {
    if (this.#listening !== undefined) this.#parts.say(this.#words(this.#listening));
  }

  /** Ends it; what goes wrong then is said. */
  async stop(): Promise<void> {
    this.#isEnding = true;
    try {
      const listening = await this.#started;
      if (listening === undefined) return;
      removeRunFile(this.#config.dataDir);
      await listening.server.stop();
    } catch (error) {
      this.#parts.log.warn('The dashboard did not end well', { reason: reasonOf(error) });
    }
  }

  async #start(): Promise<Listening> {
    const { context, running, store, observed, rewardTo, log } = this.#parts;
    const { config, version } = context;
    const { dataDir, values } = config;
    const { node, kernel } = running;
    const mayPay = hasWallet(config);
    const kept = mayPay ? await keepToken(dataDir) : undefined;
    const listening = await listen({
      config, observed, token: kept?.token,
      source: {
        version, store, node, log, tag: values.tag,
        chain: node.view.chain,
        confirmationDepth: values.confirmation_depth,
        mining: new KernelDoor(kernel),
        wallet: mayPay ? new KeyWallet({ config, store, node, rewardTo }) : undefined,
      },
    });
    try {
      writeRunFile(dataDir, { url: listening.url, pid: process.pid, isReadOnly: !mayPay });
    } catch (error) {
      await listening.server.stop();
      throw error;
    }
    this.#notes = [
      ...listening.takenBy === undefined ? []
        : [`Port ${values.dashboard_port} is used by ${listening.takenBy}; this is a free one.`],
      ...kept?.isReplaced === true
        ? [`Others could read ${tokenPath(dataDir)}: it is made anew, and browsers sign in again.`]
        : [],
      ...mayPay && values.dashboard_address !== LOCAL_ADDRESS
        ? ['Other machines may spend and control with the token. HTTP is not encrypted: whoever is '
          + 'on the way can read it.']
        : [],
    ];
    this.#listening = listening;
    if (!this.#isEnding) this.tell();
    return listening;
  }

  #words(listening: Listening): string {
    const lines = hasWallet(this.#config) ? this.#signInLines(listening)
      : [`${listening.url}/   read-only, because other machines may reach it`];
    const { others } = listening;
    if (others.length > 0) lines.push(`From other machines: ${others.join('  ')}`);
    lines.push(...this.#notes);
    // Said once.
    this.#notes = [];
    return `${HEADING}${lines.join(`\n${INDENT}`)}`;
  }

  #signInLines({ server, url }: Listening): string[] {
    const code = this.#parts.isTerminal ? server.signInCode() : undefined;
    if (code !== undefined) {
      return [
        `${url}/#sign-in=${code}`, 'This address signs one browser in, once; d makes another.',
      ];
    }
    const { dataDir } = this.#config;
    const command = commandHere('mvb dashboard', { dataDir, environment: process.env });
    return [`${url}/`, `To sign a browser in: ${command}   (token in ${tokenPath(dataDir)})`];
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Whoever binds another address must say twice that others may spend and control. */
function hasWallet({ values }: Config): boolean {
  return values.dashboard_address === LOCAL_ADDRESS || values.dashboard_wallet === 'everywhere';
}
