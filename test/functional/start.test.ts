/**
 * `npm start`, without npm: a network of its own on loopback, and hints that work when they are
 * typed. Method: real processes in an empty folder, with nothing given but the ports, which tests
 * must not share.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Network } from './support.ts';

/** What the environment of other tests gives and that of a user does not. */
const NOT_GIVEN = {
  MVB_NETWORK: undefined,
  MVB_BLOCK_SIZE: undefined,
  MVB_BLOCK_WAIT_SECONDS: undefined,
  MVB_BLOCK_SERVER_PORT: undefined,
  MVB_BROADCAST_ADDRESS: undefined,
  MVB_LISTEN_ADDRESS: undefined,
};

describe('mvb start', () => {
  let network: Network;
  beforeEach(async () => {
    network = await Network.create({ block_size: 2 });
  });
  afterEach(async () => {
    await network.close();
  });

  it('founds a network in ./data whose hints work', async () => {
    const miner = network.start(network.folder, ['start'], NOT_GIVEN);
    await miner.says(/mined new block! height=1 /);
    const parameters = readFileSync(join(network.folder, 'data', 'mvb.toml'), 'utf8');
    expect(parameters).toMatch(/^network = "[a-z]+-[a-z]+-[0-9a-f]{4}"$/m);
    expect(parameters).toMatch(/^block_size = 2$/m);
    expect(parameters).toMatch(/^broadcast_address = "127\.255\.255\.255"$/m);
    expect(parameters).toMatch(/^listen_address = "127\.0\.0\.1"$/m);

    const hints = [...miner.output.matchAll(/^ {2}npx mvb (.*)$/gm)].map(([, words]) => words!);
    expect(hints).toHaveLength(3);
    for (const hint of hints) {
      const { code } = await network.start(network.folder, hint.split(' '), NOT_GIVEN).finished;
      expect(code, hint).toBe(0);
    }
    await miner.says(/mined new block! height=2 id=[0-9a-f]{64} payments=1 /);
    const { code, stdout } = await miner.stop();
    expect(code).toBe(0);
    expect(stdout).toMatch('Start again: npx mvb start');
  });

  it('measures the machine once, and goes on with the same network afterwards', async () => {
    const given = { ...NOT_GIVEN, MVB_DIFFICULTY: undefined };
    const first = network.start(network.folder, ['start'], given);
    await first.says(/Miner started mining new block height=1/);
    expect((await first.stop()).stderr).toMatch(/About .*H\/s: difficulty \d+, a block in about/);
    const file = join(network.folder, 'data', 'mvb.toml');
    const parameters = readFileSync(file, 'utf8');
    const second = network.start(network.folder, ['start'], given);
    await second.says(/Miner started mining new block/);
    expect((await second.stop()).stderr).toBe('');
    expect(readFileSync(file, 'utf8')).toBe(parameters);
  });
});
