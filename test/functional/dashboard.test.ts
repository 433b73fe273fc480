/**
 * Goal: a miner serves its page to whoever may see it, gives wallet and control to whoever has the
 * token, tells nobody else, and lives on whatever becomes of the page (threats C9).
 * Method: real processes, the shipped client, ports that the system chooses, a terminal of
 * util-linux's `script`.
 */
import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connect } from '../../src/client/connect.ts';
import { Network, until } from './support.ts';
import type { Place, Program } from './support.ts';

const PROGRAM = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const hasTerminals = process.platform === 'linux'
  && spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout?.includes('util-linux');

let network: Network;
let place: Place;
beforeEach(async () => {
  network = await Network.create({ block_size: 2, dashboard: 'yes' });
  place = network.place('a');
});
afterEach(async () => {
  await network.close();
});

async function urlOf(miner: Program): Promise<string> {
  const [, url] = await miner.says(/Dashboard {3}(http:\/\/[\d.]+:\d+)\//);
  return url!;
}

function tokenIn({ folder }: Place): string {
  return readFileSync(join(folder, 'dashboard-token'), 'utf8').trim();
}

/** What an answer that says no has to say. */
async function refusalOf(promise: Promise<unknown>): Promise<{ status: number; code: string }> {
  const error = await promise.then(() => ({}), (cause: unknown) => cause as object);
  const { status = 200, code = 'none' } = error as { status?: number; code?: string };
  return { status, code };
}

describe('the dashboard of a miner', () => {
  it('makes one payment of one order, though it is killed between two requests', async () => {
    const first = place.start('miner');
    const before = connect(await urlOf(first), { token: tokenIn(place) });
    await first.says(/mined new block! height=1 /);
    await before.newAddress({ name: 'alice' });
    const order = { from: 'mining_rewards', to: 'alice', amount: '2.5' };
    const { id } = await before.send(order, 'once');
    await first.stop('SIGKILL');

    const second = place.start('miner');
    const after = connect(await urlOf(second), { token: tokenIn(place) });
    expect((await after.send(order, 'once')).id).toBe(id);
    expect((await after.payments()).items.map((one) => one.id)).toEqual([id]);
    await place.settles('alice', '2.5');
    expect((await second.stop()).code).toBe(0);
  });

  it('pays with the token and ends with the miner', async () => {
    const miner = place.start('miner');
    const url = await urlOf(miner);
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:/);
    const token = tokenIn(place);
    expect(token).toMatch(/^[0-9a-f]{64}$/);
    expect(statSync(join(place.folder, 'dashboard-token')).mode & 0o777).toBe(0o600);
    const stranger = connect(url);
    expect(await stranger.status()).toMatchObject({ read_only: false, source: 'node' });
    expect(await refusalOf(stranger.wallet())).toMatchObject({ status: 401 });
    expect(await refusalOf(stranger.newAddress({ name: 'alice' }))).toMatchObject({ status: 401 });

    const client = connect(url, { token });
    const alice = await client.newAddress({ name: 'alice' });
    await miner.says(/mined new block! height=1 /);
    const order = { from: 'mining_rewards', to: 'alice', amount: '2.5' };
    const payment = await client.send(order, 'once');
    expect((await client.send(order, 'once')).id).toBe(payment.id);
    await miner.says(/mined new block! height=2 id=[0-9a-f]{64} payments=1 /);
    await place.settles('alice', '2.5');
    expect((await place.funds('alice')).address).toBe(alice.address);

    const { code, stderr } = await miner.stop();
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(await refusalOf(stranger.status())).toMatchObject({ code: 'no-answer' });
    expect(existsSync(join(place.folder, 'dashboard.json'))).toBe(false);
  });

  it('ends in good order while it comes up, and while somebody listens', async () => {
    const early = place.start('miner', '--verbose');
    await early.says(/Block server/);
    expect(await early.stop()).toMatchObject({ code: 0, stderr: '' });

    const miner = place.start('miner');
    const client = connect(await urlOf(miner));
    const connections: boolean[] = [];
    const end = new AbortController();
    const listening = (async () => {
      const onConnection = (isConnected: boolean): void => {
        connections.push(isConnected);
        if (!isConnected) end.abort();
      };
      for await (const _ of client.events({ signal: end.signal, onConnection })) continue;
    })();
    await until('the event stream is open', () => connections.length === 1);
    expect(await miner.stop()).toMatchObject({ code: 0, stderr: '' });
    await listening;
    expect(connections).toEqual([true, false]);
  });

  it('rules the mining threads', async () => {
    const miner = place.start('miner');
    const client = connect(await urlOf(miner), { token: tokenIn(place) });
    await miner.says(/mined new block! height=1 /);
    expect(await client.controlMining({ paused: true, load: 50 }))
      .toMatchObject({ state: 'paused', load: 50, threads: 1 });
    await place.ok('wallet', 'send', 'mining_rewards', '1', 'ab'.repeat(32));
    await miner.says(/mining new block height=2/);
    expect(await client.status()).toMatchObject({ height: 1, miner: { state: 'paused' } });
    await client.controlMining({ paused: false });
    await miner.says(/mined new block! height=2 /);
    const tooMany = client.controlMining({ threads: 256 });
    expect(await refusalOf(tooMany)).toEqual({ status: 422, code: 'too-many-threads' });
  });

  it('stands in no log with a code that signs in, and in none of its JSON', async () => {
    for (const words of [[], ['log=json']]) {
      const miner = place.start('miner', ...words);
      await urlOf(miner);
      const { stdout, stderr } = await miner.stop();
      expect(stdout + stderr).toContain('To sign a browser in: ');
      expect(stdout + stderr).toContain('mvb dashboard');
      expect(stdout + stderr).not.toContain('sign-in');
      if (words.length > 0) for (const line of stdout.trim().split('\n')) JSON.parse(line || '{}');
    }
  });

  it('keeps its token over restarts, and gets a new one when others could read it', async () => {
    const startAndStop = async (): Promise<string> => {
      const miner = place.start('miner');
      await urlOf(miner);
      return (await miner.stop()).stdout;
    };
    await startAndStop();
    const token = tokenIn(place);
    await startAndStop();
    expect(tokenIn(place)).toBe(token);
    chmodSync(join(place.folder, 'dashboard-token'), 0o644);
    expect(await startAndStop()).toContain('Others could read dashboard-token');
    expect(tokenIn(place)).not.toBe(token);
  });

  it('is not worth a miner: without a token it mines on', async () => {
    mkdirSync(join(place.folder, 'dashboard-token'));
    const miner = place.start('miner');
    await miner.says(/There is no dashboard; mining goes on reason="The file dashboard-token /);
    await miner.says(/mined new block! height=1 /);
    expect((await miner.stop()).code).toBe(0);
  });

  it('can be left out', async () => {
    const miner = place.start('miner', 'dashboard=no');
    await miner.says(/mined new block! height=1 /);
    const { code, stderr } = await place.run('dashboard');
    expect(code).toBe(3);
    expect(stderr).toMatch(`The miner here (pid ${miner.pid}) serves no dashboard.`);
    expect((await miner.stop()).stdout).not.toContain('Dashboard');
    expect(existsSync(join(place.folder, 'dashboard-token'))).toBe(false);
  });
});

describe('a port for the dashboard', () => {
  it('that is taken is refused before anything is made', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    try {
      const { code, stderr } = await place.run('miner', `dashboard_port=${port}`);
      expect(code).toBe(4);
      expect(stderr).toMatch(`Error: Port ${port} is used by pid ${process.pid}, `);
      expect(stderr).toMatch(/Next: take any free one: (npx )?mvb miner dashboard_port=0\n/);
      expect(existsSync(join(place.folder, 'blockchain'))).toBe(false);
    } finally {
      other.close();
    }
  });

  it('at an address of nobody is refused as well', async () => {
    const { code, stderr } = await place.run('miner', 'dashboard_address=192.0.2.1');
    expect(code).toBe(3);
    expect(stderr).toMatch(/The page cannot be served at 192\.0\.2\.1:0: .*EADDRNOTAVAIL/);
  });
});

// Linux has all of 127.0.0.0/8.
describe.skipIf(process.platform !== 'linux')('a dashboard at another address', () => {
  it('is read-only', async () => {
    const miner = place.start('miner', 'dashboard_address=127.0.0.2');
    const url = await urlOf(miner);
    expect(url).toMatch(/^http:\/\/127\.0\.0\.2:/);
    await miner.says(/read-only, because other machines may reach it/);
    const client = connect(url, { token: 'ab'.repeat(32) });
    expect(await client.status()).toMatchObject({ read_only: true, source: 'node' });
    for (const promise of [
      client.wallet(), client.newAddress({ name: 'alice' }), client.signInCode(),
      client.controlMining({ paused: true }),
    ]) {
      expect(await refusalOf(promise)).toEqual({ status: 403, code: 'read-only' });
    }
    expect(await place.ok('dashboard')).toContain(`${url}/   read-only`);
    expect(existsSync(join(place.folder, 'dashboard-token'))).toBe(false);
  });

  it('has a wallet when that is said twice', async () => {
    const twice = ['dashboard_address=127.0.0.2', 'dashboard_wallet=everywhere'];
    const miner = place.start('miner', ...twice);
    const url = await urlOf(miner);
    await miner.says(/not encrypted/);
    expect(await refusalOf(connect(url).wallet())).toMatchObject({ status: 401 });
    const { keys } = await connect(url, { token: tokenIn(place) }).wallet();
    expect(keys.map(({ name }) => name)).toEqual(['mining_rewards']);
  });
});

describe('mvb dashboard', () => {
  it('gives an address that signs a browser in, once', async () => {
    const miner = place.start('miner');
    const url = await urlOf(miner);
    const said = await place.ok('dashboard');
    const code = new RegExp(`^${url}/#sign-in=(\\S+)\n`).exec(said)?.[1];
    const browser = connect(url);
    expect(await browser.signIn(code!)).toEqual({ token: tokenIn(place) });
    expect((await browser.wallet()).keys).toHaveLength(1);
    expect(await refusalOf(connect(url).signIn(code!))).toMatchObject({ status: 403 });
    const json = JSON.parse(await place.ok('dashboard', '--json')) as Record<string, unknown>;
    expect(json).toMatchObject({ ok: true, url, read_only: false, pid: miner.pid });
    expect(json['address']).not.toContain(code);
  });

  it('says so when there is no miner, however the last one ended', async () => {
    const none = await place.run('dashboard');
    expect(none.code).toBe(3);
    expect(none.stderr).toMatch(/No miner is at work here.*\nNext: start one: (npx )?mvb miner/);
    const miner = place.start('miner');
    await urlOf(miner);
    await miner.stop('SIGKILL');
    expect(existsSync(join(place.folder, 'dashboard.json'))).toBe(true);
    expect((await place.run('dashboard')).stderr).toBe(none.stderr);
  });

  it('says so when the miner has another token', async () => {
    const miner = place.start('miner');
    await urlOf(miner);
    writeFileSync(join(place.folder, 'dashboard-token'), `${'ab'.repeat(32)}\n`);
    const other = await place.run('dashboard');
    expect(other).toMatchObject({ code: 4, stdout: '' });
    expect(other.stderr).toMatch(/another token than that in dashboard-token/);
    rmSync(join(place.folder, 'dashboard-token'));
    expect(await place.run('dashboard')).toMatchObject({ code: 4, stdout: '' });
  });
});

describe.skipIf(!hasTerminals)('on a terminal', () => {
  it('the miner says an address that signs in, and another one for each d', async () => {
    // Without a shell around it, which Ctrl-C would end as well.
    const words = `exec '${process.execPath}' '${PROGRAM}' miner`;
    const terminal = spawn('script', ['-qec', words, '/dev/null'], {
      cwd: place.folder, env: { ...network.environment, SHELL: '/bin/sh', COLUMNS: '100' },
    });
    const ended = once(terminal, 'close');
    try {
      const codes = codesOn(terminal);
      await until('it says one', () => codes().length === 1);
      terminal.stdin.write('d');
      await until('it says another', () => codes().length === 2);
      const [[url, first], [, second]] = codes() as [[string, string], [string, string]];
      expect(second).not.toBe(first);
      for (const code of [first, second]) {
        expect(await connect(url).signIn(code)).toEqual({ token: tokenIn(place) });
      }
      terminal.stdin.write('\x03');
      expect(await ended).toEqual([0, null]);
      await expect(fetch(`${url}/health`)).rejects.toThrow();
    } finally {
      terminal.kill('SIGKILL');
    }
  });
});

/** The addresses and codes that it has shown so far. */
function codesOn(terminal: ChildProcess): () => [string, string][] {
  let shown = '';
  terminal.stdout!.setEncoding('utf8').on('data', (text: string) => {
    shown += text;
  });
  return () => [...shown.matchAll(/(http:\/\/[\d.]+:\d+)\/#sign-in=([\w-]+)/g)]
    .map(([, url, code]) => [url!, code!]);
}
