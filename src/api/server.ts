/**
 * The HTTP server of the API and the page.
 *
 * Owns: the sockets and their limits, the clock of the event stream, measuring the hash rate.
 * Does not own: routes (`app.ts`), which requests are looked at (`guard.ts`), those that are none
 * (`broken-requests.ts`).
 */
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import type { Clock, Log } from '../ports.ts';
import { createApp } from './app.ts';
import { BAD_EXPECTATION, BrokenRequests } from './broken-requests.ts';
import { EventFeed } from './event-feed.ts';
import { Guard, isLocal } from './guard.ts';
import {
  CONNECTIONS_MAX, HEADER_BYTES_MAX, HOST_CONNECTIONS_MAX, IDLE_MS_MAX, REQUEST_MS_MAX,
  STALLED_MS_MAX,
} from './limits.ts';
import type { Observed } from './observed/observed.ts';
import { Pages } from './pages.ts';
import { ProblemError, problemOf } from './problem.ts';
import type { ProblemWords } from './problem.ts';
import { SignIn } from './sign-in.ts';
import type { ApiSource } from './source.ts';
import { BlockView } from './views/block-view.ts';

export interface ApiOptions {
  /** The address to bind, such as `127.0.0.1`. */
  readonly host: string;
  /** 0 takes any free one. */
  readonly port: number;
  /** Names that browsers may know this server by, besides `localhost` and addresses of numbers. */
  readonly hosts: readonly string[];
  /** What spending and control need; undefined where the API is read-only. */
  readonly token: string | undefined;
  /** The folder of the built page. */
  readonly pages: string;
  readonly clock: Clock;
  /** Where a machine needs others than `limits.ts` has. */
  readonly limits?: Partial<SocketLimits>;
}

/** What no client can exceed. */
export interface SocketLimits {
  /** Open connections of all clients together. */
  readonly connections: number;
  /** A request must have come by then, its head and its body. */
  readonly requestMs: number;
  /** A connection without a request is closed after so long. */
  readonly idleMs: number;
  /** A client that takes nothing of an answer for so long is cut. */
  readonly stalledMs: number;
}

const LIMITS: SocketLimits = {
  connections: CONNECTIONS_MAX, requestMs: REQUEST_MS_MAX, idleMs: IDLE_MS_MAX,
  stalledMs: STALLED_MS_MAX,
};

export interface ApiServer {
  readonly port: number;
  /** Such as `http://127.0.0.1:2609`. */
  readonly url: string;
  /** A code that signs one browser in; undefined where the API is read-only. */
  signInCode(): string | undefined;
  /** Closes the sockets. */
  stop(): Promise<void>;
}

const TICK_MS = 1_000;
/** Node looks so often, while a request may last, for those that have taken too long. */
const LOOKS = 10;
/** (policy) How often peers are asked how far away they are, while somebody looks. */
const MEASURE_TICKS = 10;

/** Rejects with the system's error (`EADDRINUSE`) when it cannot listen. */
export async function startApi(
  source: ApiSource, observed: Observed, options: ApiOptions,
): Promise<ApiServer> {
  const { clock } = options;
  const signIn = new SignIn(options.token, clock);
  const blocks = new BlockView(source, observed);
  const feed = new EventFeed({ source, observed, blocks, clock });
  const app = createApp({ source, observed, blocks, feed, signIn, clock });
  const guard = new Guard(options.hosts, clock);
  const pages = new Pages(options.pages);
  const answer = getRequestListener(app.fetch, { overrideGlobalObjects: false });

  const limits = { ...LIMITS, ...options.limits };
  const broken = new BrokenRequests();
  const server = createServer({
    maxHeaderSize: HEADER_BYTES_MAX,
    // The guard refuses a request without one, in our own words.
    requireHostHeader: false,
    headersTimeout: limits.requestMs,
    requestTimeout: limits.requestMs,
    keepAliveTimeout: limits.idleMs,
    connectionsCheckingInterval: limits.requestMs / LOOKS,
  }, (request, response) => {
    broken.watch(request, response);
    try {
      const refusal = guard.refusalOf(request) ?? route(request, response, { feed, pages, answer });
      if (refusal !== undefined) refuse(response, refusal);
    } catch (error) {
      refuse(response, wordsOf(error, source.log));
    }
  });
  server.on('checkExpectation', (request, response) => {
    broken.watch(request, response);
    refuse(response, BAD_EXPECTATION);
  });
  server.on('clientError', (error, socket) => broken.answer(error, socket as Socket));
  limit(server, limits);
  await listen(server, options);
  const tick = startTicks(source, observed, { feed, clock });
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://${nameOf(options.host)}:${port}`,
    signInCode: () => signIn.newCode(),
    stop: async () => {
      clearInterval(tick);
      feed.stop();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

/** How this machine calls an address that was bound, in a URL. */
function nameOf(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}

interface Rooms {
  readonly feed: EventFeed;
  readonly pages: Pages;
  readonly answer: (request: IncomingMessage, response: ServerResponse) => void;
}

/** Answers, or gives the reason why not. */
function route(
  request: IncomingMessage, response: ServerResponse, { feed, pages, answer }: Rooms,
): ProblemWords | undefined {
  const [path = ''] = (request.url ?? '').split('?', 1);
  if (path === '/api/events') {
    if (request.method === 'POST') {
      return { status: 405, code: 'bad-method', detail: 'The stream is only read.' };
    }
    feed.open(request, response);
    return undefined;
  }
  const isData = path.startsWith('/api/') || path === '/metrics' || path === '/health';
  if (!isData) return pages.serve(request, response);
  answer(request, response);
  return undefined;
}

/** A fault of this program stays here: it must never end a miner. */
function wordsOf(error: unknown, log: Log): ProblemWords {
  if (error instanceof ProblemError) return error.words;
  log.error('The API has a fault', { reason: (error as Error).message });
  return { status: 500, code: 'fault', detail: 'This program has a fault; its log says more.' };
}

function refuse(response: ServerResponse, words: ProblemWords): void {
  // The answer had begun: there is nothing left to say but that it ends.
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const body = JSON.stringify(problemOf(words));
  // What is still to come of the request is not read: the connection ends with the answer.
  response.writeHead(words.status, {
    'content-type': 'application/problem+json', 'cache-control': 'no-store', 'connection': 'close',
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
}

/** No client can hold more than its share, or hold it for ever. */
function limit(server: Server, { connections, stalledMs }: SocketLimits): void {
  server.maxConnections = connections;
  server.setTimeout(stalledMs, (socket) => socket.destroy());
  const counts = new Map<string, number>();
  server.on('connection', (socket: Socket) => {
    const remote = socket.remoteAddress ?? '';
    if (isLocal(remote)) return;
    const count = (counts.get(remote) ?? 0) + 1;
    counts.set(remote, count);
    socket.on('close', () => {
      const left = counts.get(remote)! - 1;
      if (left === 0) counts.delete(remote);
      else counts.set(remote, left);
    });
    if (count > HOST_CONNECTIONS_MAX) socket.destroy();
  });
}

function listen(server: Server, { host, port }: ApiOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, exclusive: true }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** Once a second: the hash rate, what listeners are told, and now and then how far peers are. */
function startTicks(
  { mining, node, log }: ApiSource, observed: Observed,
  { feed, clock }: { readonly feed: EventFeed; readonly clock: Clock },
): NodeJS.Timeout {
  let [hashes, at, count] = [mining?.hashCount() ?? 0n, clock.elapsed(), 0];
  const look = (): void => {
    const now = clock.elapsed();
    if (mining !== undefined && now > at) {
      const total = mining.hashCount();
      const rate = (1000 * Number(total - hashes)) / (now - at);
      observed.rates.add({ at: clock.now(), rate });
      [hashes, at] = [total, now];
    }
    feed.tick();
    count += 1;
    if (feed.streams === 0 || count % MEASURE_TICKS !== 1) return;
    for (const peer of node?.view.peers ?? []) peer.measure();
  };
  return setInterval(() => {
    try {
      look();
    } catch (error) {
      wordsOf(error, log);
    }
  }, TICK_MS).unref();
}
