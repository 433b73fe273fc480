/**
 * Goal: nothing that a page of another site, a program of this machine or a host of the network
 * sends to the HTTP server gets what it must not, holds the server up, or makes it fail (threats
 * 104 to 113).
 * Method: bytes on raw sockets, so that nothing corrects them on the way, to the shipped server
 * over a node with a past. Waiting is for a closed socket or an answer; the server's limits are
 * made short so that this comes soon.
 */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { SECURITY_HEADERS } from '../../src/api/guard.ts';
import { BODY_BYTES_MAX, HEADER_BYTES_MAX, STREAMS_MAX } from '../../src/api/limits.ts';
import { connect as connectClient } from '../../src/client/connect.ts';
import { BOB } from '../support/api-scene.ts';
import { OWN_KEY, serveScene, serveWallet, TOKEN } from '../support/api-server.ts';
import type { Served } from '../support/api-server.ts';
import { until } from './support.ts';

const CRLF = '\r\n';
const sockets = new Set<Socket>();
let served: Served;
beforeAll(async () => {
  served = await serveWallet();
});
afterEach(() => {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
});
afterAll(async () => {
  await served.stop();
});

function open(port = served.server.port): Socket {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true }).setEncoding('latin1');
  sockets.add(socket);
  socket.on('error', () => {});
  return socket;
}

/** Sends the bytes; gives all that came until the server closed the connection. */
async function exchange(bytes: string, port = served.server.port): Promise<string> {
  const socket = open(port);
  let text = '';
  socket.on('data', (piece: string) => {
    text += piece;
  });
  socket.write(bytes, 'latin1');
  await once(socket, 'end').catch(() => {});
  socket.destroy();
  return text;
}

/** A request with these headers; `host` is the server's own when there is none. */
function request(
  line: string, headers: Readonly<Record<string, string>> = {}, body = '',
): string {
  const all = {
    host: `127.0.0.1:${served.server.port}`, connection: 'close',
    ...(body === '' ? {} : { 'content-length': String(body.length) }), ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}${CRLF}`).join('');
  return `${line} HTTP/1.1${CRLF}${lines}${CRLF}${body}`;
}

interface Heard {
  readonly status: number;
  readonly head: string;
  readonly body: string;
  /** How many answers came. */
  readonly count: number;
}

/** What came back, held against what every answer must have. */
function heardIn(text: string): Heard {
  const [head = '', body = ''] = text.split(`${CRLF}${CRLF}`, 2);
  const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(head)?.[1]);
  const lower = head.toLowerCase();
  expect(lower, text.slice(0, 200)).not.toContain('access-control-');
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) {
    expect(lower, `${status} without ${name}`).toContain(`${name}: ${value.toLowerCase()}`);
  }
  if (status >= 400) expect(lower).toContain('content-type: application/problem+json');
  expect(text).not.toContain(TOKEN);
  return { status, head: lower, body, count: text.split(/^HTTP\/1\.1 /m).length - 1 };
}

async function say(...parts: Parameters<typeof request>): Promise<Heard> {
  return heardIn(await exchange(request(...parts)));
}

function codeIn({ body }: Heard): unknown {
  return (JSON.parse(body) as { code: string }).code;
}

const OWNER = { authorization: `Bearer ${TOKEN}` };
const JSON_BODY = { 'content-type': 'application/json' };

describe('a page of another site', () => {
  const places = ['/', '/block/3', '/assets/main-0123abcd.js', '/api/status', '/api/wallet',
    '/api/events', '/api/openapi.json', '/metrics', '/health', '/nothing'];

  it('gets nothing by a name of its own, not even by reading', async () => {
    for (const place of places) {
      for (const host of ['evil.example', `evil.example:${served.server.port}`]) {
        const heard = await say(`GET ${place}`, { host, ...OWNER });
        expect([heard.status, codeIn(heard)]).toEqual([421, 'foreign-host']);
      }
    }
  });

  it('gets nothing when its browser says where it comes from', async () => {
    for (const origin of ['http://evil.example', 'null', 'http://127.0.0.1:1']) {
      for (const place of places) {
        const heard = await say(`GET ${place}`, { origin, ...OWNER });
        expect([heard.status, codeIn(heard)]).toEqual([403, 'foreign-origin']);
      }
      const headers = { origin, ...OWNER, ...JSON_BODY };
      const heard = await say('POST /api/wallet/payments', headers, '{}');
      expect(heard.status).toBe(403);
    }
    const site = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors' };
    expect((await say('GET /api/events', site)).status).toBe(403);
  });

  it('is told nothing when it asks what it may send', async () => {
    const heard = await say('OPTIONS /api/wallet/payments', {
      'origin': 'http://evil.example', 'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization, content-type',
    });
    expect(heard.status).toBe(405);
  });

  it('cannot send a form', async () => {
    for (const kind of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
      const heard = await say('POST /api/check', { 'content-type': kind }, '{"header":""}');
      expect([heard.status, codeIn(heard)]).toEqual([415, 'not-json']);
    }
  });

  it('may lead here by a link, which shows the page alone', async () => {
    const visit = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };
    const heard = await say('GET /block/3', visit);
    expect([heard.status, heard.body]).toEqual([200, '<!doctype html><title>page</title>']);
  });
});

describe('the file system', () => {
  it('is not behind any address', async () => {
    const up = '../../../../../../../../etc/passwd';
    const places = [up, `/${up}`, `/assets/${up}`, `//${up}`, '/..%2f..%2f..%2fetc%2fpasswd',
      '/%2e%2e/%2e%2e/etc/passwd', '/assets/..%5c..%5cetc', '/assets/\\..\\..\\etc', '/etc/passwd',
      '//etc/passwd', '//evil.example/', '///', '/./', '/assets/', '/assets', '/index.html/',
      '/index.html%00.js', '/%00', '/assets/main-0123abcd.js/..', '/dashboard-token',
      '/../dashboard-token', '/blockchain/data.mdb', '/savings.pem', '/api/../savings.pem',
      '/api/%2e%2e/dashboard-token', '/api/blocks/..%2f..%2fsavings.pem',
      '/%c0%ae%c0%ae/etc/passwd', 'http://evil.example/', 'http://127.0.0.1/etc/passwd', '*',
      '/\u00e4', '/index.html;x', '/a b'];
    for (const place of places) {
      const heard = await say(`GET ${place}`);
      expect([400, 404], `${place}: ${heard.status}`).toContain(heard.status);
      expect(heard.body, place).not.toMatch(/root:|PRIVATE KEY|at .*\(/);
      expect(heard.body, place).not.toContain(served.folder);
    }
  });
});

describe('the page', () => {
  it('is one document at its own addresses, and at no other', async () => {
    const own = ['/', '/chain', '/pending', '/mining', '/peers', '/propagation', '/wallet',
      '/screen', '/learn', '/api', '/block/7', '/payment/x', '/address/y', '/index.html'];
    for (const place of own) {
      const heard = await say(`GET ${place}?a=b`);
      expect(heard.status, place).toBe(200);
      expect(heard.body, place).toBe('<!doctype html><title>page</title>');
      expect(heard.head).toContain('cache-control: no-cache');
    }
    const others = ['/blocks', '/block', '/block/', '/block/7/8', '/chain/', '/Chain', '/api/',
      `/block/${'a'.repeat(129)}`];
    for (const place of others) {
      expect((await say(`GET ${place}`)).status, place).toBe(404);
    }
  });

  it('is compressed for whoever can read that, and kept by its name', async () => {
    const asset = '/assets/main-0123abcd.js';
    const plain = await say(`GET ${asset}`);
    expect(plain.head).toContain('cache-control: public, max-age=31536000, immutable');
    expect(plain.head).toContain('content-type: text/javascript; charset=utf-8');
    expect(plain.head).not.toContain('content-encoding');
    const small = await say(`GET ${asset}`, { 'accept-encoding': 'br, gzip' });
    expect(small.head).toContain('content-encoding: gzip');
    expect(gunzipSync(Buffer.from(small.body, 'latin1')).toString()).toBe(plain.body);
    expect((await say(`HEAD ${asset}`, { 'accept-encoding': 'gzip' })).body).toBe('');
  });
});

describe('what is hardly HTTP', () => {
  it('is refused, with one answer, and the server lives', async () => {
    const host = `host: 127.0.0.1:${served.server.port}${CRLF}`;
    const second = `GET /api/wallet HTTP/1.1${CRLF}${host}${CRLF}`;
    const post = `POST /api/check HTTP/1.1${CRLF}${host}content-type: application/json${CRLF}`;
    const last = `${CRLF}${CRLF}0${CRLF}${CRLF}${second}`;
    const rows: [string, string][] = [
      ['two lengths', `${post}content-length: 2${CRLF}content-length: 30${CRLF}${CRLF}{}${second}`],
      ['a length and chunks',
        `${post}content-length: 4${CRLF}transfer-encoding: chunked${last}`],
      ['chunks and a length',
        `${post}transfer-encoding: chunked${CRLF}content-length: 4${last}`],
      ['chunks that are not last',
        `${post}transfer-encoding: chunked, identity${last}`],
      ['a coding with a space', `${post}transfer-encoding : chunked${CRLF}${CRLF}0${CRLF}${CRLF}`],
      ['a coding that is none', `${post}transfer-encoding: xchunked${CRLF}${CRLF}0${CRLF}${CRLF}`],
      ['a length below nothing', `${post}content-length: -1${CRLF}${CRLF}${second}`],
      ['a length with a sign', `${post}content-length: +2${CRLF}${CRLF}{}${second}`],
      ['a length that is too long', `${post}content-length: ${'9'.repeat(30)}${CRLF}${CRLF}{}`],
      ['a length in another system', `${post}content-length: 0x2${CRLF}${CRLF}{}${second}`],
      ['a chunk without a size',
        `${post}transfer-encoding: chunked${CRLF}${CRLF}zz${CRLF}${second}`],
      ['a chunk that is too long',
        `${post}transfer-encoding: chunked${CRLF}${CRLF}${'f'.repeat(20)}${CRLF}{}`],
      ['lines that end in half', `GET /api/status HTTP/1.1\n${host}\n`],
      ['a header that goes on', `GET /api/status HTTP/1.1${CRLF}${host} folded${CRLF}${CRLF}`],
      ['a header without a name', `GET /api/status HTTP/1.1${CRLF}${host}: x${CRLF}${CRLF}`],
      ['a NUL in a header', `GET /api/status HTTP/1.1${CRLF}${host}x: a\0b${CRLF}${CRLF}`],
      ['a NUL in the path', `GET /api/\0status HTTP/1.1${CRLF}${host}${CRLF}`],
      ['no host', `GET /api/status HTTP/1.1${CRLF}${CRLF}`],
      ['another version', `GET /api/status HTTP/3.0${CRLF}${host}${CRLF}`],
      ['HTTP/2', `PRI * HTTP/2.0${CRLF}${CRLF}SM${CRLF}${CRLF}`],
      ['TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
      ['a method that is none', `BREW / HTTP/1.1${CRLF}${host}${CRLF}`],
      ['a small letter', `get / HTTP/1.1${CRLF}${host}${CRLF}`],
      ['only noise', '\0\0\0\0\r\n\r\n'],
      ['very long headers',
        `GET / HTTP/1.1${CRLF}${host}x: ${'a'.repeat(HEADER_BYTES_MAX)}${CRLF}${CRLF}`],
      ['a very long path', `GET /${'a'.repeat(HEADER_BYTES_MAX)} HTTP/1.1${CRLF}${host}${CRLF}`],
      ['another expectation', `${post}expect: tea${CRLF}content-length: 2${CRLF}${CRLF}{}`],
      ['HTTP/0.9', `GET /${CRLF}${CRLF}`],
    ];
    for (const [what, bytes] of rows) {
      const heard = heardIn(await exchange(bytes));
      expect(heard.status, what).toBeGreaterThanOrEqual(400);
      expect(heard.status, what).toBeLessThan(500);
      expect(heard.count, what).toBe(1);
      expect(heard.head, what).toContain('connection: close');
    }
    expect((await say('GET /api/status')).status).toBe(200);
  });

  it('with an odd method is refused everywhere', async () => {
    for (const method of ['PUT', 'DELETE', 'PATCH', 'TRACE', 'PROPFIND', 'PURGE', 'MKCOL']) {
      for (const place of ['/', '/api/status', '/api/events', '/metrics', '/api/wallet']) {
        const heard = await say(`${method} ${place}`, OWNER);
        expect([heard.status, codeIn(heard)]).toEqual([405, 'bad-method']);
      }
    }
    for (const place of ['/', '/block/3', '/api/events', '/metrics', '/health', '/api/blocks']) {
      const heard = await say(`POST ${place}`, JSON_BODY, '{}');
      expect([heard.status, codeIn(heard)], place).toEqual([405, 'bad-method']);
    }
    const get = await say('GET /api/check');
    expect([get.status, /allow: post/.test(get.head)]).toEqual([405, true]);
    // Whoever wants a tunnel gets no word.
    expect(await exchange(`CONNECT evil.example:80 HTTP/1.1${CRLF}host: x${CRLF}${CRLF}`)).toBe('');
  });

  it('asks for the head alone and gets it alone', async () => {
    const places = ['/', '/api/status', '/api/nothing', '/nothing', '/api/events', '/metrics'];
    for (const place of places) {
      const heard = await say(`HEAD ${place}`);
      expect([200, 404], place).toContain(heard.status);
      expect(heard.body, place).toBe('');
    }
  });

  it('wants to become something else and stays what it is', async () => {
    const upgrade = { connection: 'upgrade, close', upgrade: 'websocket' };
    expect((await say('GET /api/status', upgrade)).status).toBe(200);
    const h2c = { connection: 'upgrade, http2-settings, close', upgrade: 'h2c' };
    expect((await say('GET /api/status', h2c)).status).toBe(200);
  });
});

describe('a body', () => {
  it('that is announced as too large is not waited for', async () => {
    for (const length of [BODY_BYTES_MAX + 1, 10_000_000_000]) {
      const heard = await say('POST /api/check', {
        ...JSON_BODY, 'content-length': String(length),
      });
      expect([heard.status, codeIn(heard)]).toEqual([413, 'too-large']);
    }
  });

  it('that comes in endless chunks is cut', async () => {
    const socket = open();
    let text = '';
    socket.on('data', (piece: string) => {
      text += piece;
    });
    const chunked = { ...JSON_BODY, 'transfer-encoding': 'chunked' };
    socket.write(request('POST /api/check', chunked));
    const chunk = `1000${CRLF}${'a'.repeat(0x1000)}${CRLF}`;
    const flow = (): void => {
      while (!socket.destroyed && socket.write(chunk));
    };
    socket.on('drain', flow);
    flow();
    await once(socket, 'close').catch(() => {});
    expect(heardIn(text).status).toBe(411);
  });

  it('on a route that takes none changes nothing', async () => {
    const heard = await say('GET /api/status', JSON_BODY, '{"a":1}');
    expect(heard.status).toBe(200);
  });
});

describe('whoever is slow', () => {
  let quick: Served;
  const limits = { requestMs: 200, idleMs: 200, stalledMs: 400, connections: 8 };
  beforeAll(async () => {
    quick = await serveScene({ limits });
  });
  afterAll(async () => {
    await quick.stop();
  });
  const own = (): { host: string; connection: string } =>
    ({ host: `127.0.0.1:${quick.server.port}`, connection: 'keep-alive' });

  it('with a head, a body, or anything at all is cut', async () => {
    const half = request('GET /api/status', own()).slice(0, -10);
    const body = request('POST /api/check', {
      ...own(), ...JSON_BODY, 'content-length': '50',
    });
    const said = await Promise.all(['', 'G', half, body, `${body}{"header`, CRLF].map(
      async (bytes) => await exchange(bytes, quick.server.port)));
    for (const text of said.filter((one) => one !== '')) {
      expect([408, 400]).toContain(heardIn(text).status);
    }
    expect(heardIn(said[2]!).status).toBe(408);
  });

  it('with the next request is cut, after an answer to the first', async () => {
    const text = await exchange(request('GET /api/status', own()), quick.server.port);
    expect(heardIn(text)).toMatchObject({ status: 200, count: 1 });
  });

  it('letter by letter is cut', async () => {
    const socket = open(quick.server.port);
    const letters = request('GET /api/status', own()).repeat(50);
    let sent = 0;
    const timer = setInterval(() => socket.write(letters[sent++]!), 20);
    socket.resume();
    await once(socket, 'end');
    clearInterval(timer);
    expect(sent).toBeLessThan(letters.length);
  });

  it.runIf(process.platform === 'linux')('to take answers is cut', async () => {
    const socket = open(quick.server.port).pause();
    await once(socket, 'connect');
    // Whole requests that come at once: no other limit than this one can end them.
    const line = request('GET /api/openapi.json', own());
    socket.write(line.repeat(Math.floor(60_000 / line.length)));
    const { localPort } = socket;
    await until('the server has let go', () =>
      !connectionsOf(quick.server.port).includes(localPort!));
    await until('others are served', async () => (await fetch(`${quick.url}/health`)).ok);
  });

  it('cannot take all places: there are so many, and then no more', async () => {
    const many = Array.from({ length: 20 }, () => open(quick.server.port));
    const dropped = new Set<Socket>();
    for (const socket of many) {
      socket.resume();
      for (const event of ['end', 'close']) socket.once(event, () => dropped.add(socket));
      socket.write(request('GET /api/events', own()));
    }
    await until('those too many are gone', () => dropped.size >= many.length - limits.connections);
    expect(dropped.size).toBe(many.length - limits.connections);
    for (const socket of many) socket.destroy();
    await until('places are free again', async () =>
      await fetch(`${quick.url}/health`).then(({ ok }) => ok, () => false));
  });
});

/** The ports of the other ends of a server's connections, as Linux has them. */
function connectionsOf(port: number): number[] {
  const local = `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return readFileSync('/proc/net/tcp', 'utf8').split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, own, , state]) => own === local && state === '01')
    .map(([, , remote]) => Number.parseInt(remote!.split(':')[1]!, 16));
}

describe('event streams', () => {
  async function streams(): Promise<number> {
    const text = await (await fetch(`${served.url}/metrics`)).text();
    return Number(/^mvb_event_streams (\d+)$/m.exec(text)?.[1]);
  }

  /** A listener that reads, with all that it heard. */
  function listener(): { heard: () => string; socket: Socket } {
    const socket = open();
    let text = '';
    socket.on('data', (piece: string) => {
      text += piece;
    });
    socket.write(request('GET /api/events', { connection: 'keep-alive' }));
    return { heard: () => text, socket };
  }

  it('have a maximum, and places come back', async () => {
    const all = Array.from({ length: STREAMS_MAX }, listener);
    await until('all listen', async () => await streams() === STREAMS_MAX);
    const heard = await say('GET /api/events');
    expect([heard.status, codeIn(heard)]).toEqual([503, 'too-many-streams']);
    // Some end in good order, some break, some only stop sending.
    all.forEach(({ socket }, index) => {
      if (index % 3 === 0) socket.resetAndDestroy();
      else if (index % 3 === 1) socket.end();
      else socket.destroy();
    });
    await until('all places are free', async () => await streams() === 0);
  });

  it('that nobody reads are cut while the others go on', async () => {
    const reader = listener();
    const lazy = open().pause();
    lazy.write(request('GET /api/events', { connection: 'keep-alive' }));
    await until('both listen', async () => await streams() === 2);
    const { chain, observed } = served.scene;
    const { id } = chain.tip;
    const blocks = Array.from({ length: 50 }, () => ({ id, height: 7, tag: 'x' }));
    const reorg = {
      at: 0, forkHeight: 6, disconnected: blocks, connected: blocks, disconnectedCount: 50,
      connectedCount: 50, returned: 0,
    };
    let told = 0;
    await until('one is left', async () => {
      // The one that reads keeps up.
      if (reader.heard().split('event: reorg').length - 1 < told) return false;
      for (let index = 0; index < 50; index++) observed.onNews({ kind: 'reorg', reorg });
      told += 50;
      return await streams() === 1;
    }, 1);
    await until('the other has heard all', () =>
      reader.heard().split('event: reorg').length - 1 === told);
    expect(heardIn(reader.heard()).status).toBe(200);
  });

  it('take any id to go on after, and begin again with what is not theirs', async () => {
    for (const id of ['x', '', '-1', '0-0', 'a-999999999999999', '9'.repeat(500), '\u00ff']) {
      const socket = open();
      socket.write(request('GET /api/events', { 'last-event-id': id, 'connection': 'keep-alive' }));
      let text = '';
      socket.on('data', (piece: string) => {
        text += piece;
      });
      await until('it began', () => text.includes('event: status'));
      expect(text).toContain('event: reset');
      socket.destroy();
    }
  });

  it('go on where they were, without a gap and without a repetition', async () => {
    const [made, heard]: [string[], string[]] = [[], []];
    const pay = (): void => {
      made.push(served.scene.pay().id);
    };
    const client = connectClient(served.url);
    let after: string | undefined;
    for (let round = 1; round <= 3; round++) {
      const end = new AbortController();
      const options = { signal: end.signal, ...(after === undefined ? {} : { after }) };
      for await (const event of client.events(options)) {
        expect(event.kind).not.toBe('reset');
        after = event.id;
        if (event.kind === 'payment') heard.push(event.data.id);
        if (made.length < 2 * round - 1) pay();
        if (heard.length === made.length) end.abort();
      }
      // Missed, and heard first in the next round.
      pay();
    }
    expect(made).toHaveLength(6);
    expect(heard).toEqual(made.slice(0, -1));
  });
});

describe('the token', () => {
  it('stands in no log and no answer but the one to its code', async () => {
    const client = connectClient(served.url, { token: TOKEN });
    await client.wallet();
    await client.send({ from: OWN_KEY, to: BOB.address, amount: '0.1' }, 'logged');
    const code = served.server.signInCode()!;
    expect((await connectClient(served.url).signIn(code)).token).toBe(TOKEN);
    await say('GET /api/wallet?token=x', OWNER);
    await say(`GET /api/wallet?token=${TOKEN}`);
    await say(`GET /${TOKEN}`, OWNER);
    await say('POST /api/wallet/payments', { ...OWNER, ...JSON_BODY }, '{"from":1}');
    const log = JSON.stringify(served.scene.log.lines, (_, value: unknown) =>
      (typeof value === 'bigint' ? String(value) : value));
    expect(log).not.toContain(TOKEN);
    expect(log).not.toContain(code);
  });

  it('is taken from the header alone', async () => {
    for (const line of [`GET /api/wallet?token=${TOKEN}`, `GET /api/wallet?authorization=${TOKEN}`,
      `GET /api/wallet?access_token=${TOKEN}`]) {
      expect((await say(line)).status).toBe(401);
    }
    const cookie = { cookie: `token=${TOKEN}; authorization=Bearer ${TOKEN}` };
    expect((await say('GET /api/wallet', cookie)).status).toBe(401);
    expect((await say('GET /api/wallet', OWNER)).status).toBe(200);
  });
});

describe.runIf(process.platform === 'linux')('the socket', () => {
  it('listens on loopback alone', () => {
    const port = served.server.port.toString(16).toUpperCase().padStart(4, '0');
    const listening = ['tcp', 'tcp6'].flatMap((kind) =>
      readFileSync(`/proc/net/${kind}`, 'utf8').split('\n')
        .map((line) => line.trim().split(/\s+/))
        .filter(([, local, , state]) => state === '0A' && local!.endsWith(`:${port}`))
        .map(([, local]) => local));
    expect(listening).toEqual([`0100007F:${port}`]);
  });

  it('on another address says so in its URL', async () => {
    const everywhere = await serveScene({ host: '::1', token: undefined }).catch(() => undefined);
    if (everywhere === undefined) return; // There may be no IPv6 here.
    expect(everywhere.url).toMatch(/^http:\/\/\[::1\]:\d+$/);
    expect((await fetch(`${everywhere.url}/health`)).status).toBe(200);
    await everywhere.stop();
  });
});
