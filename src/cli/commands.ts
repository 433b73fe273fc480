/**
 * All commands, a line each: `--help` and the parser are made of this table.
 *
 * Owns: names, arguments, options and summaries.
 * Does not own: what commands do; each is a file that is loaded when it is called, so that a
 * command waits for nothing that it does not need.
 */
import type { CommandContext } from './context.ts';
import { SIMULATE_OPTIONS } from './simulate/options.ts';

export interface CommandModule {
  /** Gives the exit code, 0 when it gives none; throws `UserError`. */
  run(context: CommandContext): Promise<number | undefined | void> | number | undefined | void;
}

export interface CommandEntry {
  /** Such as `wallet new-address`. */
  readonly name: string;
  readonly summary: string;
  /** As commander writes them: `<name>` is needed, `[name]` is not. */
  readonly arguments?: string;
  /** Flags, as commander writes them, and what they do. */
  readonly options?: readonly (readonly [flags: string, meaning: string])[];
  /** Runs until it is stopped, and deals with Ctrl-C by itself. */
  readonly isLasting?: true;
  readonly load: () => Promise<CommandModule>;
}

const PASSPHRASE = [
  '--passphrase-file <file>', 'the first line of this file is the passphrase of the key',
] as const;

export const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'wallet new-address',
    summary: 'make a key, and the address to pay it at',
    arguments: '<name>',
    options: [PASSPHRASE],
    load: () => import('./commands/new-address.ts'),
  },
  {
    name: 'wallet list-addresses',
    summary: 'list your addresses with their balances',
    load: () => import('./commands/list-addresses.ts'),
  },
  {
    name: 'wallet history',
    summary: 'list what came and went, newest first',
    arguments: '[name]',
    options: [['--limit <count>', 'how many lines, 20 when not given']],
    load: () => import('./commands/history.ts'),
  },
  {
    name: 'wallet send',
    summary: 'pay somebody',
    arguments: '<from> <amount> <to>',
    options: [
      ['--fee <amount>', 'coins for the miner, 0 when not given'],
      ['--replace <payment>', 'take the place of a payment that is not confirmed yet'],
      ['--no-wait', 'do not wait until it is confirmed'],
      ['--yes', 'do not ask about an unknown receiver'],
      PASSPHRASE,
    ],
    isLasting: true,
    load: () => import('./commands/send.ts'),
  },
  {
    name: 'wallet sync',
    summary: 'follow the network and deliver your payments, until Ctrl-C',
    options: [['--once', 'end when everything that was heard of is here']],
    isLasting: true,
    load: () => import('./commands/sync.ts'),
  },
  {
    name: 'wallet why',
    summary: 'say why a payment is not confirmed yet',
    arguments: '<payment>',
    load: () => import('./commands/why.ts'),
  },
  {
    name: 'miner',
    summary: 'mine blocks, until Ctrl-C',
    options: [['--reward-to <key>', 'name or address that is paid, mining_rewards when not given']],
    isLasting: true,
    load: () => import('./commands/miner.ts'),
  },
  {
    name: 'start',
    summary: 'mine on a network of its own on this machine, to look around (npm start)',
    isLasting: true,
    load: () => import('./commands/start.ts'),
  },
  {
    name: 'dashboard',
    summary: 'say where the page of the miner here is, with an address that signs a browser in',
    options: [['--open', 'open it in the browser']],
    load: () => import('./commands/dashboard.ts'),
  },
  {
    name: 'explorer',
    summary: 'serve the page of the blockchain here without keys, until Ctrl-C',
    options: [['--read-only', 'as it is anyway']],
    isLasting: true,
    load: () => import('./commands/explorer.ts'),
  },
  {
    name: 'config',
    summary: 'show every parameter, its value and where it comes from',
    load: () => import('./commands/config.ts'),
  },
  {
    name: 'status',
    summary: 'show the blockchain, the network and who is at work here',
    load: () => import('./commands/status.ts'),
  },
  {
    name: 'block',
    summary: 'show a block',
    arguments: '<id-or-height>',
    load: () => import('./commands/block.ts'),
  },
  {
    name: 'payment',
    summary: 'show a payment, of yours or in the blockchain',
    arguments: '<id>',
    load: () => import('./commands/payment.ts'),
  },
  {
    name: 'verify',
    summary: 'check everything in the store again',
    load: () => import('./commands/verify.ts'),
  },
  {
    name: 'simulate',
    summary: 'run a network in virtual time: a scenario for research, or seeds with faults',
    arguments: '[scenario]',
    options: SIMULATE_OPTIONS,
    isLasting: true,
    load: () => import('./commands/simulate.ts'),
  },
  {
    name: 'simulate soak',
    summary: 'run new seeds until the time is over, and make those that fail small',
    options: [
      ['--minutes <minutes>', 'how long, 60 when not given'],
      ['--from <seed>', 'the first seed, one that was never run when not given'],
      ['--jobs <count>', 'runs at the same time, one for each processor when not given'],
    ],
    load: () => import('./commands/simulate-soak.ts'),
  },
  {
    name: 'bench',
    summary: 'measure this program beside what this machine can do at most (npm run bench)',
    arguments: '[parts...]',
    options: [
      ['--tiny', 'prove in seconds that it works; the figures mean nothing'],
      ['--markdown', 'print the table as Markdown'],
      ['--out <folder>', 'where JSON and plots go, bench/results of a checkout when not given'],
    ],
    load: () => import('./commands/bench.ts'),
  },
  {
    name: 'bench generate',
    summary: 'make a long valid blockchain in little time, in an empty data directory',
    options: [
      ['--blocks <count>', '1000 when not given'],
      ['--payments-per-block <count>', '0 when not given'],
      ['--accounts <count>', 'addresses that are paid, 1000 when not given; up to 1024 pay'],
      ['--key <kind>', 'rsa2048 or ed25519, which is the usual one'],
      ['--seed <number>', 'decides who pays whom, 1 when not given'],
    ],
    load: () => import('./commands/bench-generate.ts'),
  },
];
