/**
 * `mvb miner` as a process: it mines, it fills blocks as its network's rules say, and it is alone
 * in its folder. Method: real processes on a network of their own; difficulty 8, so that the search
 * takes no time.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { Network } from './support.ts';

let network: Network | undefined;
afterEach(async () => {
  await network?.close();
});

async function found(parameters: Record<string, string | number>): Promise<Network> {
  network = await Network.create(parameters);
  return network;
}

describe('mvb miner', () => {
  it('founds a network, makes the key for rewards, and mines block 1', async () => {
    const place = (await found({ block_size: 2 })).place('a');
    const miner = place.start('miner');
    await miner.says(/Miner started mining new block height=1\n/);
    await miner.says(/Miner mined new block! height=1 id=[0-9a-f]{64} payments=0 reward=10\n/);
    await miner.says(/WAITING for payments 0\/1 missing=1 next="mvb wallet send mining_rewards/);
    const { balance, address } = await place.funds('mining_rewards');
    expect(balance).toBe('10');
    const { code, stdout } = await miner.stop();
    expect(code).toBe(0);
    expect(stdout).toMatch(`Rewards go to key [mining_rewards] ${address}`);
    expect(stdout).toMatch(/Stopped\. 1 block saved in blockchain\. Earned 10 in /);
    expect(existsSync(join(place.folder, 'mining_rewards.pem'))).toBe(true);
    expect(readFileSync(join(place.folder, 'mvb.toml'), 'utf8')).toMatch(/^block_size = 2$/m);
  });

  it('takes a payment that another process makes in the same folder into block 2', async () => {
    const place = (await found({ block_size: 2 })).place('a');
    const miner = place.start('miner');
    await miner.says(/mined new block! height=1 /);
    await place.ok('wallet', 'new-address', 'alice');
    const sent = await place.ok('wallet', 'send', 'mining_rewards', '2', 'alice');
    expect(sent).toMatch(/^Sent 2 from mining_rewards to alice {3}payment [0-9a-f]{64}\n$/);
    await miner.says(/mined new block! height=2 id=[0-9a-f]{64} payments=1 /);
    await place.settles('alice', '2');
    await place.settles('mining_rewards', '18');
  });

  it('waits until a block of five is full when the wait is switched off', async () => {
    const place = (await found({ block_size: 5, block_wait_seconds: 0 })).place('a');
    const miner = place.start('miner');
    await miner.says(/mined new block! height=1 /);
    await place.ok('wallet', 'new-address', 'alice');
    for (const [count, left] of [[1, 3], [2, 2], [3, 1]]) {
      await place.ok('wallet', 'send', 'mining_rewards', '1', 'alice');
      await miner.says(new RegExp(`WAITING for payments ${count}/4 missing=${left} `));
    }
    expect(miner.output).not.toMatch(/height=2/);
    const [, id] = /payment ([0-9a-f]{64})/.exec(
      await place.ok('wallet', 'send', 'mining_rewards', '1', 'alice'),
    )!;
    await miner.says(/mined new block! height=2 id=[0-9a-f]{64} payments=4 /);
    await place.settles('alice', '4');
    const block = JSON.parse(await place.ok('block', '2', '--json')) as { transactions: unknown[] };
    expect(block.transactions).toHaveLength(5);
    expect(await place.ok('wallet', 'why', id!)).toMatch('Confirmed: it is in block 2');
  });

  it('says why a payment waits', async () => {
    const place = (await found({ block_size: 5, block_wait_seconds: 0 })).place('a');
    const miner = place.start('miner');
    await miner.says(/mined new block! height=1 /);
    await place.ok('wallet', 'new-address', 'alice');
    const [, id] = /payment ([0-9a-f]{64})/.exec(
      await place.ok('wallet', 'send', 'mining_rewards', '1', 'alice'),
    )!;
    await miner.says(/WAITING for payments 1\/4/);
    const why = await place.ok('wallet', 'why', id!.slice(0, 8));
    expect(why).toMatch(/because the block is not full: 1 of 4 payments \(block_size 5\)/);
    expect(why).toMatch(/miners seen: 1 {3}last heard \d s ago {3}your payment is in a list: yes/);
    expect(why).toMatch(/make 3 more payments/);
  });

  it('confirms a lone payment after the wait', async () => {
    const place = (await found({ block_size: 5, block_wait_seconds: 2 })).place('a');
    const miner = place.start('miner');
    await miner.says(/mined new block! height=1 /);
    await place.ok('wallet', 'new-address', 'alice');
    await place.ok('wallet', 'send', 'mining_rewards', '3', 'alice');
    await miner.says(/mined new block! height=2 id=[0-9a-f]{64} payments=1 /);
    await place.settles('alice', '3');
  });

  it('pays rewards to whom it is told, and refuses a name that is no key', async () => {
    const place = (await found({ block_size: 1 })).place('a');
    await place.ok('wallet', 'new-address', 'bob');
    const { code, stderr } = await place.run('miner', '--reward-to', 'bobo');
    expect(code).toBe(2);
    expect(stderr).toMatch('Did you mean bob?');
    const miner = place.start('miner', '--reward-to', 'bob');
    await miner.says(/mined new block! height=1 /);
    await miner.stop();
    expect((await place.funds('bob')).balance).not.toBe('0');
  });

  it('speaks JSON when it is asked to, and nothing else on stdout', async () => {
    const place = (await found({ block_size: 2 })).place('a');
    const miner = place.start('miner', 'log=json');
    await miner.says(/"message":"WAITING for payments 0\/1"/);
    const { code, stdout, stderr } = await miner.stop();
    expect(code).toBe(0);
    const events = stdout.trim().split('\n').map((line) => JSON.parse(line) as { message: string });
    expect(events.map(({ message }) => message).slice(0, 2))
      .toEqual(['Miner started mining new block', 'Miner mined new block!']);
    expect(stderr).toMatch('Stopped. 1 block saved');
  });

  it('refuses a second miner in the folder and names the first', async () => {
    const place = (await found({ block_size: 2 })).place('a');
    const miner = place.start('miner');
    await miner.says(/mined new block! height=1 /);
    const second = await place.run('miner');
    expect(second.code).toBe(4);
    expect(second.stderr).toMatch(`(pid ${miner.pid})`);
    expect(second.stderr).toMatch(/Next: mvb miner --data-dir/);
    const asJson = await place.run('miner', '--json');
    expect(JSON.parse(asJson.stdout)).toMatchObject({
      ok: false, code: 'STORE_OWNED', details: { pid: miner.pid, role: 'miner' },
    });
  });

  it('refuses a block server port that is taken, and says how to take another', async () => {
    const both = await found({ block_size: 2 });
    const first = both.place('a').start('miner', '--verbose');
    await first.says(/mined new block! height=1 /);
    const [, port] = await first.says(/Block server port=(\d+)/);
    const { code, stderr } = await both.place('b').run('miner', `block_server_port=${port}`);
    expect(code).toBe(4);
    expect(stderr).toMatch(`Port ${port} is used by`);
    expect(stderr).toMatch('mvb miner block_server_port=0');
    if (process.platform === 'linux') expect(stderr).toMatch(`pid ${first.pid}`);
  });
});
