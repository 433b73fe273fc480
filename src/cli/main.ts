#!/usr/bin/env node
/**
 * The program `mvb`: starts a command and turns its end into an exit code.
 *
 * Owns: the process (streams, signals, exit code), and loading no more than the words ask for.
 * Does not own: anything about blockchains.
 */
import { closeSync, readFileSync } from 'node:fs';
import { isatty } from 'node:tty';
import { EXIT } from './user-error.ts';

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
  const version = versionOf();
  // Scripts ask this often: the parser, which would answer the same, takes as long as Node itself.
  if (words.length === 1 && (words[0] === '--version' || words[0] === '-V')) {
    process.stdout.write(`${version}\n`);
    return EXIT.done;
  }
  const { runWords } = await import('./command-line.ts');
  return await runWords(words, version);
}

process.exitCode = await main(process.argv.slice(2));
