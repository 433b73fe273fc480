/**
 * How miners and `sync` end: on each signal in good order, with the store whole.
 * Method: real processes; what counts is the exit code and that the store verifies, not how long it
 * took.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { Network } from './support.ts';

let network: Network | undefined;
afterEach(async () => {
  await network?.close();
});

describe('the end of a process', () => {
  // Windows has no signals but to kill.
  const signals = process.platform === 'win32' ? [] : ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  it.each(signals)('on %s in the middle of its work a miner ends with 0, its store whole', async (
    signal,
  ) => {
    network = await Network.create({ block_size: 1, difficulty: 10 });
    const place = network.place('a');
    const miner = place.start('miner');
    await miner.says(/mined new block! height=5 /);
    const { code, stdout, stderr } = await miner.stop(signal);
    expect(code).toBe(0);
    expect(stderr).toBe('');
    expect(stdout).toMatch(/Stopped\. \d+ blocks saved in blockchain\. Earned \d+ in /);
    expect(stdout).toMatch(/Start again: mvb miner\n$/);
    await place.ok('verify');
  });

  it('a miner goes on where it was killed', async () => {
    network = await Network.create({ block_size: 1, difficulty: 10 });
    const place = network.place('a');
    const miner = place.start('miner');
    await miner.says(/mined new block! height=5 /);
    await miner.stop('SIGKILL');
    await place.ok('verify');
    const again = place.start('miner');
    const [, height] = await again.says(/started mining new block height=(\d+)/);
    expect(Number(height)).toBeGreaterThan(5);
    expect((await again.stop()).code).toBe(0);
  });

  it('a damaged store is kept beside a new one, and its blocks are fetched again', async () => {
    network = await Network.create({ block_size: 2 });
    const [a, b] = [network.place('a'), network.place('b')];
    const miner = a.start('miner');
    await miner.says(/mined new block! height=1 /);
    await b.ok('wallet', 'sync', '--once');
    const file = join(b.folder, 'blockchain', 'data.mdb');
    writeFileSync(file, 'this was a blockchain');
    const damaged = await b.run('status');
    expect(damaged.code).toBe(4);
    expect(damaged.stderr).toMatch('mvb wallet sync');
    const { code, stdout, stderr } = await b.run('wallet', 'sync', '--once');
    expect(code).toBe(0);
    expect(stderr).toMatch(/the store was damaged\. It is kept as .*data\.mdb\.bad-1; blocks/);
    expect(stderr).toMatch('look at `mvb wallet history');
    expect(stdout).toMatch('Stopped at block 1.');
    expect(readFileSync(`${file}.bad-1`, 'utf8')).toBe('this was a blockchain');
    await b.ok('verify');
  });

  it('a sync ends with 0 on Ctrl-C', async () => {
    network = await Network.create({ block_size: 1 });
    const place = network.place('a');
    const sync = place.start('wallet', 'sync');
    await sync.says(/Sync writes the blockchain here/);
    const { code, stdout } = await sync.stop();
    expect(code).toBe(0);
    expect(stdout).toMatch(/Stopped at block 0\. Go on: mvb wallet sync\n$/);
  });
});
