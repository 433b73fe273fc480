/**
 * Goal: a port that nobody chose gives way, one that somebody chose does not, and who has it is
 * named. Method: real sockets at ports that the system chooses; the configuration says that they
 * are the usual one.
 */
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { testChain } from '../../../test/support/chain-fixture.ts';
import { Observed } from '../../api/observed/observed.ts';
import { SILENT_LOG } from '../../platform/silent-log.ts';
import { SystemClock } from '../../platform/system-clock.ts';
import { loadConfig } from '../config.ts';
import type { Config } from '../config.ts';
import { UserError } from '../user-error.ts';
import { checkPort, listen } from './listening.ts';
import type { Listening } from './listening.ts';

let other: Server;
let taken = 0;
let listening: Listening | undefined;
beforeEach(async () => {
  other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  taken = (other.address() as AddressInfo).port;
});
afterEach(async () => {
  other.close();
  await listening?.server.stop();
  listening = undefined;
});

/** As if this port were the usual one. */
function usual(port: number): Config {
  const config = loadConfig({ dataDir: '.', environment: {}, given: [] });
  return { ...config, values: { ...config.values, dashboard_port: port } };
}

function chosen(port: number): Config {
  const given = [['dashboard_port', String(port)]] as const;
  return loadConfig({ dataDir: '.', environment: {}, given });
}

async function start(config: Config, port?: number): Promise<Listening> {
  const { chain, store } = testChain();
  listening = await listen({
    config, observed: new Observed(new SystemClock()), token: undefined,
    ...(port === undefined ? {} : { port }),
    source: {
      version: '1', chain, store, tag: '', confirmationDepth: 6, log: SILENT_LOG,
      node: undefined, mining: undefined, wallet: undefined,
    },
  });
  return listening;
}

test('the usual port gives way to a free one when it is taken', async () => {
  await checkPort(usual(taken));
  const { url, takenBy, server, others } = await start(usual(taken));
  expect(server.port).not.toBe(taken);
  expect(url).toBe(`http://127.0.0.1:${server.port}`);
  expect((await fetch(`${url}/health`)).status).toBe(200);
  expect(others).toEqual([]);
  if (process.platform === 'linux') expect(takenBy).toContain(`pid ${process.pid}, `);
});

test('a port that was chosen does not', async () => {
  for (const act of [checkPort, start]) {
    const error: unknown = await act(chosen(taken)).then(() => 0, (cause: unknown) => cause);
    expect(error).toBeInstanceOf(UserError);
    expect((error as UserError).what).toMatch(`Port ${taken} is used by `);
    expect((error as UserError).next).toBe('take any free one: mvb miner dashboard_port=0');
  }
});

test('neither does one that was taken before by the same server', async () => {
  await expect(start(usual(0), taken)).rejects.toMatchObject({ code: 'port-taken' });
});

test('a free port is taken as it was asked for', async () => {
  const { server: { port }, takenBy } = await start(chosen(0));
  expect(takenBy).toBeUndefined();
  await listening!.server.stop();
  await checkPort(chosen(port));
  expect((await start(chosen(port))).server.port).toBe(port);
});
