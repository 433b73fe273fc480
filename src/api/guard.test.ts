/**
 * Goal: pages of other sites get nothing, whatever name or trick they use, and nobody asks more
 * than his share (threats 104 to 107, 110).
 * Method: requests as Node gives them, one table for names, one for origins; a clock by hand.
 */
import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../test/support/manual-clock.ts';
import { Guard, isLocal, SECURITY_HEADERS } from './guard.ts';
import {
  BODY_BYTES_MAX, HOST_REQUESTS_BURST, HOST_REQUESTS_PER_SECOND, HOSTS_COUNTED_MAX,
  LOCAL_REQUESTS_BURST,
} from './limits.ts';

const OWN = '127.0.0.1:2609';

function guarded(names: readonly string[] = [], clock = new ManualClock(0)): Guard {
  return new Guard(names, clock);
}

function request(
  headers: Readonly<Record<string, string>> = {},
  { method = 'GET', remote = '127.0.0.1' }: { method?: string; remote?: string } = {},
): IncomingMessage {
  return {
    method, headers: { host: OWN, ...headers }, socket: { remoteAddress: remote },
  } as unknown as IncomingMessage;
}

function codeOf(guard: Guard, one: IncomingMessage): string {
  return guard.refusalOf(one)?.code ?? 'welcome';
}

describe('the name of the server', () => {
  it.each([
    '127.0.0.1', OWN, '127.0.0.1:80', 'localhost', 'localhost:2609', 'LOCALHOST:2609',
    '[::1]', '[::1]:2609', '192.168.1.9:2609', '10.0.0.1', 'mine.lan:2609', 'Mine.LAN',
  ])('%s is known', (host) => {
    expect(codeOf(guarded(['mine.lan']), request({ host }))).toBe('welcome');
  });

  it.each([
    'evil.example', 'evil.example:2609', 'localhost.evil.example', '127.0.0.1.evil.example',
    'xlocalhost', 'localhost.', '', ' ', ':2609', '127.0.0.1:', '127.0.0.1:2609:2609',
    '127.0.0.1:999999', 'localhost/', 'user@localhost', 'localhost@evil.example', '[::1',
    '[::1]x', '[evil.example]', '0x7f.1', '2130706433', '127.1', '127.0.0.1#', '127.0.0.1\\x',
    'localhost, evil.example', 'other.lan',
  ])('%j is foreign, for reading too', (host) => {
    for (const method of ['GET', 'HEAD', 'POST']) {
      const refusal = guarded(['mine.lan']).refusalOf(request({ host }, { method }));
      expect(refusal).toMatchObject({ status: 421, code: 'foreign-host' });
    }
  });

  it('must be there', () => {
    const one = { method: 'GET', headers: {}, socket: { remoteAddress: '127.0.0.1' } };
    expect(codeOf(guarded(), one as unknown as IncomingMessage)).toBe('foreign-host');
  });
});

describe('where a request comes from', () => {
  const visit = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };
  it.each<[string, string, Record<string, string>, string]>([
    ['a program', 'POST', {}, 'welcome'],
    ['its own page', 'POST', { origin: `http://${OWN}` }, 'welcome'],
    ['its own page', 'GET', { 'sec-fetch-site': 'same-origin' }, 'welcome'],
    ['the address bar', 'GET', { 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate' },
      'welcome'],
    ['a link on another page', 'GET', visit, 'welcome'],
    ['a form on another page', 'POST', visit, 'foreign-origin'],
    ['a link with HEAD', 'HEAD', visit, 'foreign-origin'],
    ['an image on another page', 'GET',
      { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }, 'foreign-origin'],
    ['an event stream of another page', 'GET',
      { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors' }, 'foreign-origin'],
    ['another port of this machine', 'GET',
      { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'cors' }, 'foreign-origin'],
    ['another port of this machine', 'POST', { origin: 'http://127.0.0.1:3000' },
      'foreign-origin'],
    ['another name of this machine', 'POST', { origin: 'http://localhost:2609' },
      'foreign-origin'],
    ['another site', 'GET', { origin: 'http://evil.example' }, 'foreign-origin'],
    ['a visit with an origin', 'GET', { ...visit, origin: 'http://evil.example' },
      'foreign-origin'],
    ['a sandbox', 'POST', { origin: 'null' }, 'foreign-origin'],
    ['a file', 'POST', { origin: 'file://' }, 'foreign-origin'],
    ['an empty origin', 'POST', { origin: '' }, 'foreign-origin'],
    ['a longer origin', 'POST', { origin: `http://${OWN}.evil.example` }, 'foreign-origin'],
    ['an origin with a path', 'POST', { origin: `http://${OWN}/x` }, 'foreign-origin'],
    ['an origin with a user', 'POST', { origin: `http://${OWN}@evil.example` }, 'foreign-origin'],
    ['two origins', 'POST', { origin: `http://${OWN}, http://evil.example` }, 'foreign-origin'],
  ])('%s, by %s %j: %s', (_, method, headers, code) => {
    expect(codeOf(guarded(), request(headers, { method }))).toBe(code);
  });
});

describe('a body', () => {
  it.each<[Record<string, string>, string]>([
    [{}, 'welcome'],
    [{ 'content-length': '0' }, 'welcome'],
    [{ 'content-length': String(BODY_BYTES_MAX) }, 'welcome'],
    [{ 'content-length': String(BODY_BYTES_MAX + 1) }, 'too-large'],
    [{ 'content-length': '9'.repeat(30) }, 'too-large'],
    [{ 'transfer-encoding': 'chunked' }, 'length-needed'],
    [{ 'transfer-encoding': 'chunked', 'content-length': '2' }, 'length-needed'],
  ])('of %j: %s', (headers, code) => {
    expect(codeOf(guarded(), request(headers, { method: 'POST' }))).toBe(code);
  });
});

describe('the method', () => {
  it.each(['OPTIONS', 'PUT', 'DELETE', 'PATCH', 'TRACE', 'CONNECT', 'get', ''])(
    '%j is not understood', (method) => {
      expect(guarded().refusalOf(request({}, { method })))
        .toMatchObject({ status: 405, code: 'bad-method' });
    });
});

describe('the budget of a host', () => {
  function welcomed(guard: Guard, count: number, remote: string): number {
    let welcome = 0;
    for (let index = 0; index < count; index++) {
      if (codeOf(guard, request({}, { remote })) === 'welcome') welcome += 1;
    }
    return welcome;
  }

  it('ends, comes back with time, and is its own', () => {
    const clock = new ManualClock(0);
    const guard = guarded([], clock);
    const many = HOST_REQUESTS_BURST + 50;
    expect(welcomed(guard, many, '192.168.1.7')).toBe(HOST_REQUESTS_BURST);
    expect(guard.refusalOf(request({}, { remote: '192.168.1.7' })))
      .toMatchObject({ status: 429, code: 'too-many-requests' });
    expect(welcomed(guard, 10, '192.168.1.8')).toBe(10);
    clock.advance(1_000);
    expect(welcomed(guard, many, '192.168.1.7')).toBe(HOST_REQUESTS_PER_SECOND);
  });

  it('is larger for this machine, and has an end too', () => {
    expect(welcomed(guarded(), LOCAL_REQUESTS_BURST + 1, '::ffff:127.0.0.1'))
      .toBe(LOCAL_REQUESTS_BURST);
  });

  it('is counted before anything else is looked at', () => {
    const guard = guarded();
    for (let index = 0; index < HOST_REQUESTS_BURST; index++) {
      guard.refusalOf(request({ host: 'evil.example' }, { remote: '192.168.1.7' }));
    }
    expect(codeOf(guard, request({}, { remote: '192.168.1.7' }))).toBe('too-many-requests');
  });

  it('is remembered of a bounded number of hosts', () => {
    const guard = guarded();
    welcomed(guard, HOST_REQUESTS_BURST, '192.168.1.7');
    for (let index = 0; index < HOSTS_COUNTED_MAX; index++) {
      codeOf(guard, request({}, { remote: `10.${index >> 8}.${index & 255}.1` }));
    }
    expect(codeOf(guard, request({}, { remote: '192.168.1.7' }))).toBe('welcome');
  });
});

describe('this machine', () => {
  it.each([['127.0.0.1', true], ['127.9.9.9', true], ['::1', true], ['::ffff:127.0.0.1', true],
    ['192.168.1.7', false], ['::ffff:192.168.1.7', false], ['', false], ['1.127.0.0', false],
    ['fe80::1', false]])('%j: %s', (remote, is) => {
    expect(isLocal(remote)).toBe(is);
  });
});

describe('what every answer says', () => {
  it('lets no other site read, frame or run anything', () => {
    const names = Object.keys(SECURITY_HEADERS);
    expect(names.filter((name) => name.startsWith('access-control'))).toEqual([]);
    const policy = SECURITY_HEADERS['content-security-policy'];
    expect(policy).toContain('default-src \'self\'');
    expect(policy).toContain('frame-ancestors \'none\'');
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    expect(SECURITY_HEADERS['x-content-type-options']).toBe('nosniff');
  });
});
