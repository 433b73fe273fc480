/**
 * Goal: what the reading commands say is what the blockchain holds, and they change nothing.
 * Method: a store on disk with real keys and signatures, made here; the built program reads it.
 */
import { createPrivateKey, sign } from 'node:crypto';
import {
  chmodSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openChain } from '../../src/consensus/chain.ts';
import type { Chain } from '../../src/consensus/chain.ts';
import { networkIdOf } from '../../src/consensus/params.ts';
import { heightKey, SPACE } from '../../src/consensus/records.ts';
import { Signatures } from '../../src/consensus/signatures.ts';
import type { Payment } from '../../src/consensus/types.ts';
import { listKeyFiles } from '../../src/platform/key-files.ts';
import { openLmdbStore } from '../../src/platform/lmdb-store.ts';
import type { Signer, Store } from '../../src/ports.ts';
import { addressOf } from '../../src/consensus/encoding.ts';
import { savePayment } from '../../src/wallet/payments.ts';
import { blockOn, mine, START_TIME, TEST_PARAMS, testPayment } from '../support/chain-fixture.ts';
import { Program } from './support.ts';
import type { Finished } from './support.ts';

const COIN = 1_000_000n;
const believing = { verify: () => true, prefetch: () => {} };

let folder: string;
let confirmed: Payment;
let waiting: Payment;
let alice: Signer;
let bob: Signer;

async function mvb(...args: string[]): Promise<Finished> {
  const { PATH, HOME, SystemRoot } = process.env;
  return await new Program(folder, args, { PATH, HOME, SystemRoot }).finished;
}

async function json(...args: string[]): Promise<Record<string, unknown>> {
  const { stdout } = await mvb(...args, '--json');
  return JSON.parse(stdout) as Record<string, unknown>;
}

/** Signs with a key file of the folder. */
async function signerOf(name: string): Promise<Signer> {
  const { keys } = await listKeyFiles(folder);
  const file = keys.find((key) => key.name === name)!;
  const key = createPrivateKey(readFileSync(file.path));
  return { key: file.publicKey, sign: (message) => Uint8Array.from(sign(null, message, key)) };
}

function onStore(name: string, act: (chain: Chain, store: Store) => void): void {
  const store = openLmdbStore(join(folder, name));
  const signatures = new Signatures(believing, networkIdOf(TEST_PARAMS));
  try {
    act(openChain(TEST_PARAMS, store, signatures), store);
  } finally {
    store.close();
  }
}

/** Three blocks with a payment, one beside them, and a payment that waits. */
function fill(chain: Chain, store: Store): void {
  const [from, to] = [addressOf(alice.key), addressOf(bob.key)];
  mine(chain, from);
  const fork = chain.tip;
  confirmed = testPayment(chain, alice, { to, amount: 2_500_000n, fee: COIN / 2n, sequence: 0 });
  mine(chain, from, [confirmed]);
  const side = blockOn(chain, to, [], fork);
  chain.addBlock(side, side.header.time);
  mine(chain, to);
  waiting = testPayment(chain, alice, { to, amount: COIN, fee: 1n, sequence: 1 });
  for (const payment of [confirmed, waiting]) {
    savePayment(store, { payment, savedAt: START_TIME, keyName: 'alice' });
  }
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mvb-reading-'));
  for (const name of ['alice', 'bob']) {
    expect((await mvb('wallet', 'new-address', name, 'key_type=ed25519')).code).toBe(0);
  }
  [alice, bob] = [await signerOf('alice'), await signerOf('bob')];
  onStore('blockchain', fill);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('of a blockchain with payments', () => {
  test('list-addresses shows balances and what is on its way', async () => {
    const { code, stdout, stderr } = await mvb('wallet', 'list-addresses');
    expect(code).toBe(0);
    expect(stdout.split('\n').slice(2)).toEqual([
      `alice                    17.5    -1.000001 ${addressOf(alice.key)}`,
      `bob                      12.5    +1.000000 ${addressOf(bob.key)}`,
      '',
      '',
    ]);
    expect(stderr).toMatch(/^As of block 3, \d+ days ago; newer data: mvb wallet sync\n$/);
  });

  test('history has what waits, then the newest', async () => {
    const { stdout } = await mvb('wallet', 'history', 'alice');
    const rows = stdout.trimEnd().split('\n').slice(1).map((line) => line.trim().split(/ {2,}/));
    expect(rows.map((row) => row.slice(2, 5))).toEqual([
      ['alice', '-1.000001', 'pending'],
      ['alice', '+10.500000', 'reward'],
      ['alice', '-3.000000', 'sent'],
      ['alice', '+10.000000', 'reward'],
    ]);
    const { history } = await json('wallet', 'history', '--limit', '1') as { history: unknown[] };
    expect(history).toHaveLength(1);
    expect((await mvb('wallet', 'history', '--limit', '0')).code).toBe(2);
    expect((await mvb('wallet', 'history', 'alic')).stderr).toContain('Did you mean alice?');
  });

  test('why says when there are too few digits', async () => {
    const { code, stderr } = await mvb('wallet', 'why', '82fe');
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: 'Error: "82fe" is too short: give at least 6 digits of the payment.\n'
        + 'Next: mvb wallet history\n',
    });
  });

  test('status names network, tip and what waits', async () => {
    expect(await json('status')).toMatchObject({
      ok: true, network: 'test', network_id: networkIdOf(TEST_PARAMS), height: 3,
      pending: 1, owner: null,
      params: { block_size: '1', difficulty: '0', block_reward: '10' },
    });
    const { stdout } = await mvb('status');
    expect(stdout).toContain('nobody is mining or syncing here');
    expect(stdout).toMatch(/^kernel +\S/m);
  });

  test('a block is found by height, by id and by the first digits of it', async () => {
    const block = await json('block', '2');
    expect(block).toMatchObject({
      ok: true, height: 2, transactions: [{ id: confirmed.id }, { type: 'reward' }],
    });
    const id = block['id'] as string;
    expect(await json('block', id)).toEqual(block);
    expect(await json('block', id.slice(0, 12).toUpperCase())).toEqual(block);
    expect((await mvb('block', '2')).stdout).toContain('in the main chain, 2 blocks deep');
    expect((await mvb('block', '0')).code).toBe(0);
    for (const [text, code] of [['4', 1], ['ffffffff0000', 1], ['xyz', 2], ['-1', 2]] as const) {
      expect((await mvb('block', '--', text)).code, text).toBe(code);
    }
  });

  test('a payment is found with what became of it', async () => {
    expect(await json('payment', confirmed.id.slice(0, 6))).toMatchObject({
      id: confirmed.id, status: 'confirmed', height: 2, depth: 2, amount: '2.5', fee: '0.5',
      sequence: 0,
    });
    expect(await json('payment', waiting.id)).toMatchObject({
      id: waiting.id, status: 'pending', height: null, depth: null, by: null, hindrance: null,
    });
    const { stdout } = await mvb('payment', waiting.id);
    expect(stdout).toContain('pending, not in a block yet');
    expect(stdout).toContain('(alice)');
    const [, reward] = (await json('block', '2'))['transactions'] as { id: string }[];
    expect(await json('payment', reward!.id))
      .toMatchObject({ type: 'reward', status: 'confirmed' });
    // One form in all commands, and the API's: each field is there, or null.
    const { transactions } = await json('block', '2');
    const [paid] = transactions as Record<string, unknown>[];
    expect(await json('payment', confirmed.id)).toMatchObject(paid!);
    expect(paid).toMatchObject({ from: confirmed.from, bytes: confirmed.bytes.length });
    expect((transactions as unknown[])[1]).toMatchObject({ from: null, sequence: null });
    expect((await mvb('payment', 'ffffff')).code).toBe(1);
    expect((await mvb('payment', 'fffff')).code).toBe(2);
  });

  test('verify finds all of it right', async () => {
    const { code, stdout, stderr } = await mvb('verify');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toBe(
      'All right: 4 blocks (1 more beside the main chain), 1 payment, 2 accounts, 30 coins.\n',
    );
  });

  test('other chain parameters are an error that shows the difference', async () => {
    const { code, stderr } = await mvb('status', 'block_size=3');
    expect(code).toBe(2);
    expect(stderr).toContain('block_size 3 (command line), in the store 1');
    expect((await mvb('status', 'block_size=1', 'network=test')).code).toBe(0);
    const { stdout } = await mvb('config');
    expect(stdout).toMatch(/^block_size +1 +transactions +the blockchain in blockchain$/m);
  });

  test('reading changes no file, and works where nothing may be written', async () => {
    const file = join(folder, 'blockchain/data.mdb');
    const before = readFileSync(file);
    const modes = ['blockchain', '.'].map((name) => join(folder, name));
    for (const path of modes) chmodSync(path, 0o555);
    try {
      for (const args of [['status'], ['verify'], ['wallet', 'list-addresses']]) {
        expect((await mvb(...args)).code, args.join(' ')).toBe(0);
      }
    } finally {
      for (const path of modes) chmodSync(path, 0o755);
    }
    expect(readFileSync(file).equals(before)).toBe(true);
  });
});

describe('of a store of another version', () => {
  const commands = [
    ['wallet', 'list-addresses'], ['wallet', 'history'], ['wallet', 'why', 'abcdef'],
    ['wallet', 'sync'], ['wallet', 'send', 'alice', '1', 'bob'], ['status'],
    ['block', '1'], ['payment', 'abcdef'], ['verify'], ['explorer'], ['miner'],
  ];
  const loopback = ['broadcast_address=127.255.255.255', 'listen_address=127.0.0.1'];
  const anyPort = ['block_server_port=0', 'dashboard_port=0'];

  let ownSchema = 0;

  beforeAll(() => {
    onStore('older', (chain, store) => {
      fill(chain, store);
      const key = Uint8Array.of(SPACE.meta);
      const value = store.get(key)!;
      ownSchema = value[3]!;
      value.set([0, 0, 0, 2]);
      store.commit([{ key, value }]);
    });
  });

  test.each(commands.map((words) => [words.join(' '), words] as const))('%s says so', async (
    _, words,
  ) => {
    const file = join(folder, 'older', 'data.mdb');
    const before = readFileSync(file);
    const places = ['blockchain_store=older', ...loopback, ...anyPort];
    const { code, stderr } = await mvb(...words, ...places);
    expect(stderr).toBe('Error: The store was written by another version of mvb.\n'
      + `It is left as it is: the store has schema 2; this program reads ${ownSchema}.\n`
      + 'Next: use that version, or let the blocks be fetched again: '
      + 'blockchain_store=NEW-FOLDER\n');
    expect(code).toBe(4);
    expect(readFileSync(file).equals(before)).toBe(true);
  });
});

describe('of a damaged blockchain', () => {
  test('verify names the block whose record is wrong', async () => {
    onStore('bent', (chain, store) => {
      fill(chain, store);
      store.commit([{ key: heightKey(SPACE.trail, 2), value: new Uint8Array(24) }]);
    });
    const { code, stderr } = await mvb('verify', 'blockchain_store=bent');
    expect(code).toBe(4);
    expect(stderr).toContain('is damaged at block 2: the index of transactions is wrong.');
    expect(stderr).toContain('Next: move bent away');
  });

  test('verify finds a payment that its payer did not sign', async () => {
    onStore('forged', (chain) => {
      mine(chain, addressOf(alice.key));
      const forger = { key: alice.key, sign: bob.sign };
      const terms = { to: addressOf(bob.key), amount: COIN, sequence: 0 };
      const forged = testPayment(chain, forger, terms);
      mine(chain, addressOf(bob.key), [forged]);
    });
    const { stderr } = await mvb('verify', 'blockchain_store=forged');
    expect(stderr).toContain('damaged at block 2: bad-signature, index 0');
  });

  test.each([
    ['cut', (file: string) => truncateSync(file, 5000)],
    ['noise', (file: string) => writeFileSync(file, Buffer.alloc(statSync(file).size, 0x5a))],
  ])('%s is reported by every reading command, without a crash', async (name, spoil) => {
    onStore(name, fill);
    spoil(join(folder, name, 'data.mdb'));
    for (const args of [['status'], ['verify'], ['block', '1'], ['wallet', 'list-addresses']]) {
      const { code, stderr } = await mvb(...args, `blockchain_store=${name}`);
      expect(code, args.join(' ')).toBe(4);
      expect(stderr).toContain('damaged');
      expect(stderr).toContain('Next: ');
    }
  });

  test('a record with a flipped bit is named', async () => {
    onStore('flipped', fill);
    const file = join(folder, 'flipped/data.mdb');
    const bytes = readFileSync(file);
    const needle = Buffer.from(waiting.bytes);
    // Older copies of the page may still be in the file.
    for (let at = bytes.indexOf(needle); at >= 0; at = bytes.indexOf(needle, at)) {
      bytes[at + 60]! ^= 1;
    }
    writeFileSync(file, bytes);
    const { code, stderr } = await mvb('wallet', 'list-addresses', 'blockchain_store=flipped');
    expect(code).toBe(4);
    expect(stderr).toContain('damaged');
  });
});
