/**
 * `mvb wallet sync` as a process: it fetches the chain, delivers payments, and gives way to a
 * miner. Method: real processes on a network of their own, in one folder or in several.
 */
import { afterEach, describe, expect, it } from 'vitest';
import { Network } from './support.ts';

let network: Network | undefined;
afterEach(async () => {
  await network?.close();
});

describe('mvb wallet sync', () => {
  it('fetches the whole chain of a miner in another folder', async () => {
    network = await Network.create({ block_size: 1, difficulty: 8 });
    const [a, b] = [network.place('a'), network.place('b')];
    const miner = a.start('miner');
    await miner.says(/mined new block! height=20 /);
    await miner.stop();
    // A miner that waits, so that the chain stands still.
    const resting = a.start('miner', 'mining_load=1');
    await resting.says(/started mining/);
    const { code, stdout } = await b.run('wallet', 'sync', '--once');
    expect(code).toBe(0);
    expect(Number(/Stopped at block (\d+)/.exec(stdout)![1])).toBeGreaterThanOrEqual(20);
    await b.ok('verify');
  });

  it('says so and ends with 3 when --once hears nobody', async () => {
    network = await Network.create({ block_size: 1 });
    const { code, stderr } = await network.place('a').run('wallet', 'sync', '--once');
    expect(code).toBe(3);
    expect(stderr).toMatch('No miner of this network was heard');
  });

  it('gives its lock to a miner, reads on, and takes it back when the miner ends', async () => {
    network = await Network.create({ block_size: 2 });
    const place = network.place('a');
    const sync = place.start('wallet', 'sync');
    await sync.says(/Sync writes the blockchain here/);
    const miner = place.start('miner');
    await miner.says(/mined new block! height=1 /);
    await sync.says(/Sync reads the blockchain that another process writes/);
    await sync.says(/Blockchain is up to date height=1/);
    await miner.stop();
    await sync.says(/Sync reads[^]*Sync writes the blockchain here/);
    expect((await sync.stop()).code).toBe(0);
    await place.ok('verify');
  });

  it('delivers a payment that was made while no miner ran', async () => {
    network = await Network.create({ block_size: 2 });
    const [a, b] = [network.place('miner'), network.place('wallet')];
    // The wallet's money: the miner of the first block pays to its key.
    await b.ok('wallet', 'new-address', 'bob');
    const { address } = await b.funds('bob');
    const first = a.start('miner', '--reward-to', address);
    await first.says(/mined new block! height=1 /);
    await b.ok('wallet', 'sync', '--once');
    await first.stop();

    const alone = await b.run('wallet', 'send', 'bob', '4', 'ab'.repeat(32));
    expect(alone.code).toBe(0);
    expect(alone.stderr).toMatch('no miner was heard. The payment is saved; deliver it: mvb');
    expect((await b.funds('bob')).pending).toBe('-4.000000');

    const second = a.start('miner');
    const sync = b.start('wallet', 'sync');
    await sync.says(/Payments to deliver count=1/);
    await second.says(/mined new block! height=2 id=[0-9a-f]{64} payments=1 /);
    await sync.says(/Payment confirmed payment=[0-9a-f]{8} amount=4 .*height=2/);
    await b.settles('bob', '6');
  });
});
