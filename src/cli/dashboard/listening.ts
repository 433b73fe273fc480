/**
 * Where the page and the API listen.
 *
 * Owns: what is done when the port is taken: the usual port gives way to any free one, a port that
 * somebody chose does not.
 * Does not own: the server (`api/server.ts`), which is loaded here and by nobody else before: it
 * takes longer than a miner takes to start.
 */
import { createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Observed } from '../../api/observed/observed.ts';
import type { ApiServer } from '../../api/server.ts';
import type { ApiSource } from '../../api/source.ts';
import { SystemClock } from '../../platform/system-clock.ts';
import type { Config } from '../config.ts';
import { LOCAL_ADDRESS } from '../parameters.ts';
import { portOwner } from '../port-owner.ts';
import type { PortOwner } from '../port-owner.ts';
import { EXIT, UserError } from '../user-error.ts';

/** The built page. */
const PAGES = fileURLToPath(new URL('../../web/', import.meta.url));
/** (policy) Addresses of this machine that are named. */
const ADDRESSES_MAX = 3;
const EVERYWHERE = '0.0.0.0';

export interface Listening {
  readonly server: ApiServer;
  /** As this machine reaches it, such as `http://127.0.0.1:2609`. */
  readonly url: string;
  /** As other machines reach it, when it answers everywhere. */
  readonly others: readonly string[];
  /** Who has the usual port, when this is another one. */
  readonly takenBy: string | undefined;
}

export interface ListenParts {
  readonly config: Config;
  readonly source: ApiSource;
  readonly observed: Observed;
  /** Undefined: read-only. */
  readonly token: string | undefined;
  /** Instead of the configured port. */
  readonly port?: number;
}

/**
 * Finds out early whether it will be possible to listen: whoever mines shall not learn it later.
 * Rejects with a `UserError`.
 */
export async function checkPort(config: Config): Promise<void> {
  const { dashboard_port: port, dashboard_address: host } = config.values;
  try {
    await new Promise<void>((resolve, reject) => {
      const probe = createServer();
      probe.once('error', reject);
      probe.listen({ port, host }, () => probe.close(() => resolve()));
    });
  } catch (cause) {
    if (!isTaken(cause) || isPortChosen(config)) throw listenError(config, cause);
  }
}

/** Starts the server. Rejects with a `UserError`. */
export async function listen(parts: ListenParts): Promise<Listening> {
  const { config, source, observed, token } = parts;
  const { values } = config;
  const wanted = parts.port ?? values.dashboard_port;
  const { startApi } = await import('../../api/server.ts');
  const at = (port: number): Promise<ApiServer> => startApi(source, observed, {
    host: values.dashboard_address, port, hosts: values.dashboard_host, token,
    pages: PAGES, clock: new SystemClock(),
  });
  let takenBy: string | undefined;
  const server = await at(wanted).catch(async (cause: unknown) => {
    const mayMove = isTaken(cause) && parts.port === undefined && !isPortChosen(config);
    if (!mayMove) throw listenError(config, cause);
    takenBy = wordsOf(portOwner(wanted));
    return await at(0);
  });
  const { dashboard_address: host } = values;
  const url = `http://${host === EVERYWHERE ? LOCAL_ADDRESS : host}:${server.port}`;
  return { server, url, others: otherUrls(host, server.port), takenBy };
}

function otherUrls(host: string, port: number): string[] {
  if (host !== EVERYWHERE) return [];
  return Object.values(networkInterfaces()).flatMap((entries) => entries ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .slice(0, ADDRESSES_MAX).map(({ address }) => `http://${address}:${port}/`);
}

function isTaken(cause: unknown): boolean {
  return (cause as NodeJS.ErrnoException).code === 'EADDRINUSE';
}

/** Whether somebody asked for this very port. */
function isPortChosen({ settings }: Config): boolean {
  return settings.some(({ name, source }) => name === 'dashboard_port' && source !== 'default');
}

function wordsOf(owner: PortOwner | undefined): string {
  return owner === undefined ? 'another program' : `pid ${owner.pid}, ${owner.command}`;
}

function listenError(config: Config, cause: unknown): UserError {
  const { command, values: { dashboard_port: port, dashboard_address: address } } = config;
  if (isTaken(cause)) {
    const owner = portOwner(port);
    return new UserError({
      exitCode: EXIT.files,
      code: 'port-taken',
      what: `Port ${port} is used by ${wordsOf(owner)}.`,
      why: 'The page and the API of each program have a port of their own.',
      next: `take any free one: mvb ${command} dashboard_port=0`,
      cause,
      details: { port, ...(owner === undefined ? {} : { pid: owner.pid }) },
    });
  }
  return new UserError({
    exitCode: EXIT.network,
    code: 'no-dashboard',
    what: `The page cannot be served at ${address}:${port}: ${(cause as Error).message}.`,
    next: 'look at dashboard_address and dashboard_port: mvb config',
    cause,
  });
}
