#!/usr/bin/env node
/**
 * The program `mvb`: starts a command and turns its end into an exit code.
 *
 * Owns: the process (streams, signals, exit code).
 * Does not own: anything about blockchains.
 */
import { closeSync, readFileSync } from 'node:fs';
import { isatty } from 'node:tty';
import { Output } from './output.ts';
import { planOf } from './program.ts';
import { EXIT } from './user-error.ts';
import { explained } from './world-errors.ts';

/** What must be known before the command line is parsed, since errors in it are shown so too. */
function outputOf(words: readonly string[]): Output {
  const end = words.indexOf('--');
  const options = end < 0 ? words : words.slice(0, end);
  const when = options.at(options.indexOf('--color') + 1);
  const isWhen = options.includes('--color') && (when === 'always' || when === 'never');
  const joined = options.find((word) => /^--color=(always|never)$/.test(word))?.slice(8);
  return new Output({
    isJson: options.includes('--json'),
    isVerbose: options.includes('--verbose'),
    colour: (joined ?? (isWhen ? when : 'auto')) as 'auto' | 'always' | 'never',
  });
}

function versionOf(): string {
  const file = new URL('../../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { readonly version: string }).version;
}

/**
 * A reader that has seen enough, such as `head`, is no fault, and neither is a terminal that was
 * closed, which gives EIO. What was committed is on disk.
 */
function endQuietlyWithoutReader(): void {
  // Asked now: of one that was closed, nobody can tell any more that it was a terminal.
  const terminals = [0, 1, 2].filter((descriptor) => isatty(descriptor));
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      // Or else Node aborts: it resets terminals as it ends (nodejs/node#51519, mended since).
      if (error.code === 'EIO') for (const descriptor of terminals.splice(0)) closeSync(descriptor);
      if (error.code === 'EPIPE' || error.code === 'EIO') process.exit(EXIT.done);
      throw error;
    });
  }
}

async function main(words: readonly string[]): Promise<number> {
  endQuietlyWithoutReader();
  const output = outputOf(words);
  try {
    const plan = planOf(words, output, versionOf());
    if ('text' in plan) {
      output.line(plan.text);
      return plan.exitCode;
    }
    if (plan.entry.isLasting !== true) process.once('SIGINT', () => process.exit(EXIT.interrupted));
    const command = await plan.entry.load();
    return (await command.run(plan.context)) ?? EXIT.done;
  } catch (error) {
    return output.failure(explained(error));
  }
}

process.exitCode = await main(process.argv.slice(2));
