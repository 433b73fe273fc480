/**
 * Targets for what comes over HTTP: raw bytes on a socket, requests to the routes of the API, the
 * event stream as the client reads it, and the two files by which commands find a dashboard.
 *
 * Owns: these rows of the list, and the server that they talk to. Does not own: routes.
 */
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApp } from '../../src/api/app.ts';
import { EventFeed } from '../../src/api/event-feed.ts';
import { startApi } from '../../src/api/server.ts';
import type { ApiServer } from '../../src/api/server.ts';
import { SignIn } from '../../src/api/sign-in.ts';
import { readRunFile } from '../../src/cli/dashboard/run-file.ts';
import { readToken } from '../../src/cli/dashboard/token-file.ts';
import { UserError } from '../../src/cli/user-error.ts';
import { eventsIn } from '../../src/client/event-reader.ts';
import { ALICE, ApiScene } from '../support/api-scene.ts';
import { must } from './fuzzer.ts';
import type { Target } from './fuzzer.ts';

const TOKEN = 'a1'.repeat(32);
const latin1 = (text: string): Uint8Array => Uint8Array.from(text, (one) => one.charCodeAt(0));
const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

interface Scene {
  readonly scene: ApiScene;
  readonly app: ReturnType<typeof createApp>;
  readonly folder: string;
  server: ApiServer | undefined;
}

let made: Scene | undefined;

/** Made when it is needed first: whoever fuzzes something else waits for nothing. */
function here(): Scene {
  if (made !== undefined) return made;
  const scene = new ApiScene();
  scene.pay();
  const { source, observed, blocks, clock } = scene;
  const feed = new EventFeed({ source, observed, blocks, clock });
  const signIn = new SignIn(TOKEN, clock);
  const app = createApp({ source, observed, blocks, feed, signIn, clock });
  const folder = mkdtempSync(join(tmpdir(), 'mvb-fuzz-http-'));
  made = { scene, app, folder, server: undefined };
  return made;
}

/** Ends what the targets have started. */
export async function endServer(): Promise<void> {
  const last = made;
  made = undefined;
  await last?.server?.stop();
  if (last !== undefined) rmSync(last.folder, { recursive: true, force: true });
}

/** What comes back on a socket until the server closes it; nothing more is sent after the bytes. */
async function exchange(bytes: Uint8Array): Promise<string> {
  const { scene, folder } = here();
  made!.server ??= await startApi(scene.source, scene.observed, {
    host: '127.0.0.1', port: 0, hosts: [], token: TOKEN, pages: folder, clock: scene.clock,
  });
  scene.clock.advance(10);
  const socket = connect({ port: made!.server.port, host: '127.0.0.1' }).setEncoding('latin1');
  let text = '';
  socket.on('data', (piece: string) => {
    text += piece;
  }).on('error', () => {});
  socket.end(bytes);
  await once(socket, 'close');
  return text;
}

const HOST = 'Host: localhost\r\n';
const REQUESTS = [
  `GET /api/status HTTP/1.1\r\n${HOST}\r\n`,
  `GET /api/blocks?limit=2&cursor=7&format=csv HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n`,
  `GET / HTTP/1.1\r\n${HOST}Accept-Encoding: gzip\r\nSec-Fetch-Site: none\r\n\r\n`,
  `HEAD /api/events HTTP/1.1\r\n${HOST}Last-Event-ID: x-1\r\n\r\n`,
  `POST /api/check HTTP/1.1\r\n${HOST}Content-Type: application/json\r\nContent-Length: 13\r\n\r\n`
    + '{"header":""}',
  `POST /api/session HTTP/1.1\r\n${HOST}Content-Type: application/json\r\n`
    + 'Transfer-Encoding: chunked\r\n\r\nc\r\n{"code":"x"}\r\n0\r\n\r\n',
  `GET /api/wallet HTTP/1.1\r\n${HOST}Authorization: Bearer x\r\nOrigin: http://localhost\r\n\r\n`,
];

const rawTarget: Target = {
  name: 'HTTP bytes',
  weight: 0.2,
  seeds: REQUESTS.map(latin1),
  async check(bytes) {
    const text = await exchange(bytes);
    must(text === '' || /^HTTP\/1\.1 \d{3} /.test(text), 'an answer that is none');
    must(!/^HTTP\/1\.1 500 /m.test(text), 'a fault of the program');
    must(!/^access-control-/im.test(text), 'another site may read this');
    must(!text.includes(TOKEN), 'the token is told');
    return /^HTTP\/1\.1 200 /.test(text);
  },
};

/** A method and a path, headers, an empty line, a body. */
const ROUTES = [
  'GET /api/status\n\n', 'GET /api/blocks?cursor=7&limit=3\n\n', 'GET /api/blocks/tip\n\n',
  'GET /api/blocks/12/transactions?limit=1&cursor=1\n\n', 'GET /api/tree?from=3&to=9\n\n',
  'GET /api/tree/overview?spans=4\n\n', 'GET /api/reorgs\n\n', 'GET /api/pending\n\n',
  'GET /api/refused?format=csv\n\n', `GET /api/addresses/${ALICE.address}\n\n`,
  `GET /api/addresses/${ALICE.address}/history?limit=1&cursor=1.1.1.1.000000000000\n\n`,
  'GET /api/search?q=12\n\n', 'GET /api/mining\n\n', 'GET /api/peers\n\n',
  'GET /api/propagation\n\n', 'GET /api/lessons\n\n', 'GET /api/openapi.json\n\n',
  'GET /health\n\n',
  'POST /api/check\ncontent-type: application/json\n\n'
    + `{"header":"00000001${'00'.repeat(112)}"}`,
  'POST /api/session\ncontent-type: application/json\n\n{"code":"abc"}',
  `POST /api/mining\ncontent-type: application/json\nauthorization: Bearer ${TOKEN}\n\n`
    + '{"paused":true,"threads":2,"load":50}',
  `POST /api/wallet/payments\ncontent-type: application/json\nauthorization: Bearer ${TOKEN}\n`
    + 'idempotency-key: a\n\n{"from":"a","to":"b","amount":"1","fee":"0","passphrase":"x"}',
  'GET /api/wallet\nauthorization: Bearer x\n\n',
];

function requestOf(text: string): Request | undefined {
  const [head = '', ...rest] = text.split('\n\n');
  const [line = '', ...lines] = head.split('\n');
  const [method = '', path = ''] = line.split(' ');
  try {
    const headers = new Headers(lines.map((one): [string, string] => {
      const colon = one.indexOf(':');
      return [one.slice(0, colon), one.slice(colon + 1)];
    }));
    const hasBody = method !== 'GET' && method !== 'HEAD';
    return new Request(`http://localhost${path}`, {
      method, headers, ...(hasBody ? { body: rest.join('\n\n') } : {}),
    });
  } catch {
    return undefined; // Nothing that a socket could have brought here.
  }
}

const routeTarget: Target = {
  name: 'API request',
  weight: 0.5,
  seeds: ROUTES.map(latin1),
  async check(bytes) {
    const text = textOf(bytes);
    const request = requestOf(text);
    if (request === undefined) return false;
    const { app, scene } = here();
    scene.clock.advance(10);
    const response = await app.fetch(request);
    const answer = await response.text();
    must(response.status !== 500, `a fault of the program: ${answer}`);
    must(response.status < 500 || new URL(request.url).pathname === '/health', 'not ready?');
    const kind = response.headers.get('content-type');
    must(response.status < 400 || response.status === 503 || kind === 'application/problem+json',
      `a no of another kind: ${kind}`);
    must(text.includes(TOKEN) || !answer.includes(TOKEN), 'the token is told');
    return response.ok;
  },
};

const STREAM = ': hello\n\nevent: status\nid: a-1\ndata: {"height":7}\n\nevent: block\r\n'
  + 'id: a-2\r\ndata: {"x":\r\ndata: [1]}\r\n\r\nevent: reset\nid: a-3\ndata: {}\n\n';

async function eventsOf(pieces: readonly string[]): Promise<string> {
  const seen: unknown[] = [];
  const source = async function* (): AsyncGenerator<string> {
    yield* pieces;
  };
  try {
    for await (const event of eventsIn(source())) seen.push(event);
  } catch (error) {
    // Data that is no JSON ends the stream, and the client begins another.
    must(error instanceof SyntaxError, 'it fails in another way');
    seen.push('broken');
  }
  return JSON.stringify(seen);
}

const streamTarget: Target = {
  name: 'event stream',
  covers: ['eventsIn'],
  seeds: [latin1(STREAM)],
  async check(bytes) {
    const text = textOf(bytes);
    const whole = await eventsOf([text]);
    must(await eventsOf([...text]) === whole, 'depends on how the stream is cut');
    const cut = text.length >> 1;
    must(await eventsOf([text.slice(0, cut), text.slice(cut)]) === whole, 'depends on the cut');
    return whole.length > 2;
  },
};

const fileTargets: readonly Target[] = [
  {
    name: 'dashboard file',
    covers: ['readRunFile'],
    weight: 0.2,
    seeds: [latin1('{"url":"http://127.0.0.1:2609","pid":7,"read_only":false}\n')],
    check(bytes) {
      const { folder } = here();
      writeFileSync(join(folder, 'dashboard.json'), bytes);
      const place = readRunFile(folder);
      if (place === undefined) return false;
      must(/^http:\/\/[\w.[\]:]+$/.test(place.url), 'another place than ours');
      return true;
    },
  },
  {
    name: 'token file',
    covers: ['readToken'],
    weight: 0.2,
    seeds: [latin1(`${TOKEN}\n`)],
    async check(bytes) {
      const { folder } = here();
      writeFileSync(join(folder, 'dashboard-token'), bytes, { mode: 0o600 });
      try {
        const token = await readToken(folder);
        if (token === undefined) return false;
        must(/^[0-9a-f]{64}$/.test(token), 'a token of another form');
        return true;
      } catch (error) {
        if (error instanceof UserError) return false;
        throw error;
      }
    },
  },
];

export const HTTP_TARGETS: readonly Target[] = [
  rawTarget, routeTarget, streamTarget, ...fileTargets,
];
