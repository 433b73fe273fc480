/**
 * Goal: a miner whose reader goes away ends in good order (threats row 130): with code 0, no
 * error, and a store that verifies.
 * Method: real processes, a pipe that the test closes, and a terminal of util-linux's `script`.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { Network, until } from './support.ts';

const PROGRAM = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

const hasTerminals = process.platform === 'linux'
  && spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout?.includes('util-linux');

let network: Network | undefined;
afterEach(async () => {
  await network?.close();
});

describe('a miner without a reader', () => {
  it.each(['--color=never', '--json'])('ends with 0, its store whole: %s', async (option) => {
    network = await Network.create({ block_size: 1, difficulty: 12 });
    const place = network.place('a');
    const child = spawn(process.execPath, [PROGRAM, 'miner', option], {
      cwd: place.folder, env: network.environment, stdio: ['ignore', 'pipe', 'pipe'],
    });
    const ended = once(child, 'close');
    try {
      let stderr = '';
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        stderr += text;
      });
      let stdout = '';
      for await (const text of child.stdout.setEncoding('utf8')) {
        stdout += text;
        // Leaving the loop closes the pipe.
        if (/mined new block! height=3|"height":"?3\b/.test(stdout)) break;
      }
      expect(await ended).toEqual([0, null]);
      expect(stderr).not.toMatch(/error|EPIPE/i);
      await place.ok('verify');
    } finally {
      child.kill('SIGKILL');
    }
  });

  it.skipIf(!hasTerminals)('ends with 0 when its terminal is closed, its store whole', async () => {
    network = await Network.create({ block_size: 1, difficulty: 12 });
    const place = network.place('a');
    const code = join(place.folder, 'code');
    // The shell outlives the terminal, to tell of the end.
    const words = `trap "" HUP; '${process.execPath}' '${PROGRAM}' miner; echo $? > '${code}'`;
    const terminal = spawn('script', ['-qec', words, '/dev/null'], {
      cwd: place.folder, env: { ...network.environment, SHELL: '/bin/sh' },
    });
    try {
      let shown = '';
      for await (const text of terminal.stdout.setEncoding('utf8')) {
        shown += text;
        if (/height=3/.test(shown)) break;
      }
      terminal.kill('SIGKILL');
      await until('the miner has ended', () =>
        existsSync(code) && readFileSync(code, 'utf8').endsWith('\n'));
      expect(readFileSync(code, 'utf8')).toBe('0\n');
      await place.ok('verify');
    } finally {
      terminal.kill('SIGKILL');
    }
  });
});
