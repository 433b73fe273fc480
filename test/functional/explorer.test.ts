/**
 * Goal: the explorer shows what the store of a data directory has, as it changes, without keys and
 * without writing anything; and goes on whatever becomes of the store.
 * Method: real processes. Where branches are wanted, this test itself is the process that writes
 * the store, with blocks that cost nothing.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { connect } from '../../src/client/connect.ts';
import type { Client } from '../../src/client/connect.ts';
import { setAside } from '../../src/platform/lmdb-file.ts';
import { openLmdbStore } from '../../src/platform/lmdb-store.ts';
import { blockOn, mine, TEST_PARAMS, testChain, testSigner } from '../support/chain-fixture.ts';
import { Network, until } from './support.ts';
import type { Place, Program } from './support.ts';

const [alice, bob] = [testSigner('alice'), testSigner('bob')];

let network: Network | undefined;
const stores = new Set<{ close(): void }>();
afterEach(async () => {
  for (const store of stores) store.close();
  stores.clear();
  await network?.close();
});

async function clientOf(explorer: Program): Promise<Client> {
  const [, url] = await explorer.says(/Explorer {3}(http:\/\/[\d.]+:\d+)\/ {3}read-only/);
  return connect(url!);
}

async function reaches(client: Client, height: number): Promise<void> {
  await until(`it shows block ${height}`, async () => (await client.status()).height >= height);
}

/** A place whose chain this process writes. */
async function ownPlace(): Promise<{ place: Place; storeDir: string }> {
  const { network: name, difficulty, blockSize, blockWaitSeconds } = TEST_PARAMS;
  network = await Network.create({
    network: name, difficulty, block_size: blockSize, block_wait_seconds: blockWaitSeconds,
  });
  const place = network.place('a');
  return { place, storeDir: join(place.folder, 'blockchain') };
}

function write(storeDir: string) {
  const store = openLmdbStore(storeDir);
  stores.add(store);
  return testChain(TEST_PARAMS, store);
}

describe('mvb explorer', () => {
  it('follows a miner that comes and goes, and has no keys', async () => {
    network = await Network.create({ block_size: 1, difficulty: 12 });
    const place = network.place('a');
    const first = place.start('miner');
    await first.says(/mined new block! height=2 /);
    const explorer = place.start('explorer', '--read-only');
    const client = await clientOf(explorer);
    await reaches(client, 3);
    expect(await client.status())
      .toMatchObject({ read_only: true, source: 'store', miner: null, peers: 0 });
    client.setToken('ab'.repeat(32));
    await expect(client.wallet()).rejects.toMatchObject({ status: 403, code: 'read-only' });
    const [, saved] = /Stopped\. (\d+) blocks saved/.exec((await first.stop()).stdout)!;
    const height = Number(saved);
    await reaches(client, height);
    expect((await client.status()).height).toBe(height);
    expect((await client.block('tip')).height).toBe(height);
    const second = place.start('miner');
    await reaches(client, height + 3);
    expect((await second.stop()).code).toBe(0);
    expect(await explorer.stop()).toMatchObject({ code: 0, stderr: '' });
    await expect(client.status()).rejects.toMatchObject({ code: 'no-answer' });
    expect(readdirSync(place.folder).sort())
      .toEqual(['blockchain', 'mining_rewards.pem', 'mvb.toml']);
    await place.ok('verify');
  });

  it('tells of blocks and of a reorganisation as they are written', async () => {
    const { place, storeDir } = await ownPlace();
    const { chain } = write(storeDir);
    mine(chain, alice.address);
    const fork = chain.tip;
    const client = await clientOf(place.start('explorer'));
    const heard: string[] = [];
    let isOpen = false;
    const listening = (async () => {
      for await (const event of client.events({ onConnection: (isConnected) => {
        isOpen = isConnected;
      } })) {
        if (event.kind === 'block') heard.push(`block ${event.data.block.id}`);
        if (event.kind !== 'reorg') continue;
        heard.push(`reorg ${event.data.fork_height}`);
        return;
      }
    })();
    await until('the event stream is open', () => isOpen);
    mine(chain, alice.address);
    const left = chain.tip.id;
    await until('the block is told', () => heard.includes(`block ${left}`));
    const rival = blockOn(chain, bob.address, [], fork);
    chain.addBlock(rival, rival.header.time);
    mine(chain, bob.address, [], chain.header(rival.id)!);
    await listening;
    expect(heard).toContain('reorg 1');
    await until('it shows the other branch', async () =>
      (await client.status()).tip_id === chain.tip.id);
    expect((await client.block(2)).id).toBe(rival.id);
    expect((await client.reorgs()).items[0])
      .toMatchObject({ fork_height: 1, disconnected_count: 1, connected_count: 2 });
  });

  it('goes on with the store that takes the place of a damaged one', async () => {
    const { place, storeDir } = await ownPlace();
    const { chain, store } = write(storeDir);
    for (let block = 0; block < 5; block++) mine(chain, alice.address);
    const explorer = place.start('explorer');
    const client = await clientOf(explorer);
    await reaches(client, 5);
    store.close();
    setAside(storeDir);
    await explorer.says(/The store was replaced by another; opening that one/);
    const { chain: renewed } = write(storeDir);
    mine(renewed, bob.address);
    await explorer.says(/The blockchain is there again/);
    expect(await client.status()).toMatchObject({ height: 1, tip_id: renewed.tip.id });
    mine(renewed, bob.address);
    await reaches(client, 2);
    expect((await explorer.stop()).code).toBe(0);
  });

  it('says what to do where there is no blockchain', async () => {
    const { place } = await ownPlace();
    const { code, stderr } = await place.run('explorer');
    expect(code).toBe(4);
    expect(stderr).toMatch(/There is no blockchain in blockchain\.\nNext: start one, or join one/);
    expect(readdirSync(place.folder)).toEqual([]);
  });
});
