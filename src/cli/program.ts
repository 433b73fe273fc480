/**
 * From the words of the command line to a command and its context.
 *
 * Owns: parsing, help, and the usage text of the wallet.
 * Does not own: streams and exit (`main.ts`).
 */
import { Command, CommanderError, Option } from 'commander';
import { assert } from '../lib/assert.ts';
import { splitArguments } from './arguments.ts';
import { COMMANDS } from './commands.ts';
import type { CommandEntry } from './commands.ts';
import { loadConfig } from './config.ts';
import type { CommandContext } from './context.ts';
import { nearest } from './nearest.ts';
import type { Output } from './output.ts';
import { PARAMETER_NAMES, parameterOf } from './parameters.ts';
import { EXIT, usageError } from './user-error.ts';
import type { UserError } from './user-error.ts';
import { wrapped } from './words.ts';

/** The README's text, word for word. */
const WALLET_USAGE = `INFO: Usage: mvb wallet \n        ${
  '(new-address <address name> | list-addresses | send <from address> <amount> <to address> | sync)'
}`;

/** What is to be run, or the text that is all there is to say. */
export type Plan =
  | { readonly entry: CommandEntry; readonly context: CommandContext }
  | { readonly text: string; readonly exitCode: number };

interface Call {
  readonly entry: CommandEntry;
  readonly arguments: readonly (string | undefined)[];
  readonly options: Readonly<Record<string, unknown>>;
}

/** Reads the command line. Throws a `UserError`. */
export function planOf(words: readonly string[], output: Output, version: string): Plan {
  const { rest, given } = splitArguments(words);
  const texts: string[] = [];
  let call: Call | undefined;
  const program = programOf({
    version,
    onCall: (made) => {
      call = made;
    },
    onText: (text) => texts.push(text),
  });
  try {
    program.parse(rest, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { text: texts.join('').trimEnd(), exitCode: EXIT.done };
    // What commander does when a command is missing; its own text is the help.
    if (error.code === 'commander.help') return usageOf(program, rest, output);
    throw usageErrorOf(error, program, rest);
  }
  assert(call !== undefined, 'the command line was read, and no command was called');
  const globals = program.opts<{ dataDir: string; config?: string }>();
  if (globals.dataDir === '') throw usageError('--data-dir needs a folder.', 'mvb --help');
  output.dataDir = globals.dataDir;
  const { entry, options } = call;
  const config = loadConfig({
    dataDir: globals.dataDir,
    command: entry.name,
    ...(globals.config === undefined ? {} : { configFile: globals.config }),
    environment: process.env,
    given,
  });
  return { entry, context: { arguments: call.arguments, options, config, version, output } };
}

interface ProgramParts {
  readonly version: string;
  readonly onCall: (call: Call) => void;
  readonly onText: (text: string) => void;
}

function programOf(parts: ProgramParts): Command {
  const program = new Command('mvb')
    .description('A small proof-of-work currency.')
    .exitOverride()
    .configureOutput({ writeOut: parts.onText, writeErr: () => {} })
    .configureHelp({ showGlobalOptions: false })
    .option('--data-dir <dir>', 'folder of keys, blockchain and mvb.toml', '.')
    .option('--config <file>', 'file of parameters (default: mvb.toml in the data directory)')
    .option('--json', 'print one JSON value, errors included')
    .option('--verbose', 'show the causes of errors')
    .addOption(new Option('--color <when>', 'colours').choices(['auto', 'always', 'never']))
    .version(parts.version)
    .addHelpText('after', () => `\n${parametersHelp()}`);
  for (const name of Object.keys(GROUPS)) addGroup(program, name);
  for (const entry of COMMANDS) addCommand(program, entry, parts.onCall);
  return program;
}

/** Commands that only hold commands. */
const GROUPS: Readonly<Record<string, string>> = { wallet: 'your addresses and payments' };

function addGroup(program: Command, name: string): void {
  program.command(name).description(GROUPS[name] ?? '');
}

function addCommand(program: Command, entry: CommandEntry, onCall: ProgramParts['onCall']): void {
  const words = entry.name.split(' ');
  const name = words.at(-1)!;
  const group = words.length === 1
    ? program : program.commands.find((command) => command.name() === words[0]);
  const command = group!.command(name).description(entry.summary);
  if (entry.arguments !== undefined) command.arguments(entry.arguments);
  for (const [flags, meaning] of entry.options ?? []) command.option(flags, meaning);
  command.addHelpText('after', '\nmvb --help lists what goes with every command.');
  command.action(() => {
    const values = command.processedArgs as readonly (string | undefined)[];
    onCall({ entry, arguments: values, options: command.opts() });
  });
}

/** `mvb wallet` has the README's usage; `mvb` alone has its help. Both end as wrong use does. */
function usageOf(program: Command, rest: readonly string[], output: Output): Plan {
  const isWallet = commandOf(program, rest).name() === 'wallet';
  if (output.isJson) {
    throw usageError(`${isWallet ? 'mvb wallet' : 'mvb'} needs a command.`, 'mvb --help');
  }
  const text = isWallet ? WALLET_USAGE : program.helpInformation().trimEnd();
  return { text, exitCode: EXIT.usage };
}

/** Commander's error with a suggestion that knows parameters too. */
function usageErrorOf(
  error: CommanderError,
  program: Command,
  rest: readonly string[],
): UserError {
  const [first = ''] = error.message.split('\n');
  const said = first.replace(/^error: /, '').replace(/\.$/, '');
  const what = `${said.charAt(0).toUpperCase()}${said.slice(1)}.`;
  const command = commandOf(program, rest);
  const unknown = /'(.*)'/.exec(first)?.[1] ?? '';
  let near: string | undefined;
  if (error.code === 'commander.unknownOption') {
    const options = [...program.options, ...command.options];
    const flags = options.flatMap(({ long }) => long ?? []);
    near = nearest(unknown, [...flags, ...PARAMETER_NAMES.map((name) => `--${name}`)]);
  } else if (error.code === 'commander.unknownCommand') {
    near = nearest(unknown, command.commands.map((one) => one.name()));
  }
  const path = command === program ? 'mvb' : `mvb ${pathOf(command).join(' ')}`;
  return usageError(near === undefined ? what : `${what} Did you mean ${near}?`, `${path} --help`);
}

/** The deepest command that the words name. */
function commandOf(program: Command, rest: readonly string[]): Command {
  let command = program;
  for (const word of rest) {
    command = command.commands.find((one) => one.name() === word) ?? command;
  }
  return command;
}

function pathOf(command: Command): string[] {
  return command.parent === null ? [] : [...pathOf(command.parent), command.name()];
}

/** With its indent of six, a meaning fits on a terminal of 80. */
const MEANING_COLUMNS = 74;

/** The table of parameters, as `mvb --help` shows it. */
function parametersHelp(): string {
  const lines = [
    'Parameters: name=value, --name value, MVB_NAME in the environment, or in mvb.toml',
  ];
  for (const kind of ['chain', 'node'] as const) {
    lines.push(kind === 'chain'
      ? '\n the same on every node of a network:' : '\n each node\'s own:');
    for (const name of PARAMETER_NAMES) {
      const { initial, unit, meaning, kind: own } = parameterOf(name);
      if (own !== kind) continue;
      const usual = initial === '' ? '' : ` (${[initial, unit].join(' ').trim()})`;
      const words = wrapped(meaning, MEANING_COLUMNS).map((line) => `      ${line}`);
      lines.push(`  ${name}${usual}`, ...words);
    }
  }
  return lines.join('\n');
}
