/**
 * Goal: the OpenAPI document is true: every route answers what it declares, to good input and to
 * bad, and the shipped client has a method for each; nothing that is sent makes a fault.
 * Method: requests are made from the document itself, against the shipped server over a node with a
 * past, real keys and a real store; answers are held against the document's schemas.
 */
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SECURITY_HEADERS } from '../../src/api/guard.ts';
import {
  BODY_BYTES_MAX, CONNECTIONS_MAX, EVENT_BACKLOG_MAX, HEADER_BYTES_MAX, HOST_CONNECTIONS_MAX,
  HOST_REQUESTS_BURST, HOST_REQUESTS_PER_SECOND, LOCAL_REQUESTS_BURST, LOCAL_REQUESTS_PER_SECOND,
  REQUEST_MS_MAX, STALLED_MS_MAX, STREAMS_MAX, WRONG_TOKENS_BURST,
} from '../../src/api/limits.ts';
import { EVENTS } from '../../src/api/schema/events.ts';
import { Client, connect } from '../../src/client/connect.ts';
import { ApiError } from '../../src/client/problem-error.ts';
import { ALICE, BOB } from '../support/api-scene.ts';
import { OWN_KEY, serveScene, serveWallet, TOKEN } from '../support/api-server.ts';
import type { Served } from '../support/api-server.ts';
import {
  badBodiesFor, badTextsFor, documentOf, operationsOf, referencesIn, requestOf,
} from '../support/api-document.ts';
import type { Document, Given, Operation } from '../support/api-document.ts';
import { faultsOf, resolve } from '../support/json-schema.ts';

const OWNER = { authorization: `Bearer ${TOKEN}` };
const order = { from: OWN_KEY, to: BOB.address, amount: '0.5' };

let served: Served;
let document: Document;
let operations: Operation[];
/** Good input for each route that needs any. */
let good: Readonly<Record<string, Given>>;

beforeAll(async () => {
  served = await serveWallet();
  const { scene } = served;
  const waiting = scene.pay();
  scene.pay({ amount: 10n ** 15n });
  scene.mine();
  scene.pay();
  await scene.reorganise(1);
  await scene.join('neighbour');
  scene.observed.rates.add({ at: scene.clock.now(), rate: 12.5 });
  document = await documentOf(served.url);
  operations = operationsOf(document);
  const { header } = await connect(served.url).block(3);
  const block = { id: '12' };
  good = {
    block: { path: { id: 'tip' } },
    transactions: { path: block },
    payment: { path: { id: waiting.id } },
    address: { path: { address: ALICE.address } },
    history: { path: { address: ALICE.address } },
    search: { query: { q: '12' } },
    checkHeader: { body: { header } },
    signIn: { body: { code: served.server.signInCode()! } },
    signInCode: { body: {} },
    newAddress: { body: { name: 'spare', passphrase: 'a secret that nobody tells' } },
    review: { body: order },
    send: { body: order, headers: { 'idempotency-key': 'once' } },
    controlMining: { body: { paused: false, threads: 1, load: 100 } },
  };
});
afterAll(async () => {
  await served.stop();
});

/** Wrong tokens are few: time passes before each request. */
async function ask(operation: Operation, given: Given): Promise<Response> {
  served.scene.clock.advance(2_000);
  const { url, init } = requestOf(served.url, operation, given);
  return await fetch(url, init);
}

function asOwner(operation: Operation, given: Given): Given {
  return operation.needsToken ? { ...given, headers: { ...OWNER, ...given.headers } } : given;
}

/** Holds an answer that says no against what all of them have, and gives its code. */
async function refusalOf(operation: Operation, response: Response, what: string): Promise<string> {
  const place = `${operation.operationId} ${what}: ${response.status}`;
  expect(response.headers.get('content-type'), place).toBe('application/problem+json');
  const problem = await response.json() as { status: number; code: string };
  expect(Object.keys(operation.responses), place).toContain(String(response.status));
  expect(response.status, place).toBeGreaterThanOrEqual(400);
  expect(response.status, `${place} ${JSON.stringify(problem)}`).toBeLessThan(500);
  expect(problem.status, place).toBe(response.status);
  const schema = document.components.schemas['Problem']!;
  expect(faultsOf(document, schema, problem), place).toEqual([]);
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) {
    expect(response.headers.get(name), `${place} ${name}`).toBe(value);
  }
  expect(response.headers.get('cache-control'), place).toBe('no-store');
  return problem.code;
}

describe('the document', () => {
  it('is of OpenAPI 3.1, and all its references lead somewhere', () => {
    expect(document.openapi).toMatch(/^3\.1\.\d+$/);
    expect(document.info.title).not.toBe('');
    expect(document.info.version).not.toBe('');
    const references = referencesIn(document);
    expect(references.length).toBeGreaterThan(50);
    for (const reference of references) expect(resolve(document, reference)).toBeTypeOf('object');
  });

  it('names every operation once, in a group that it explains', () => {
    const names = operations.map(({ operationId }) => operationId);
    expect(names.length).toBeGreaterThan(25);
    expect(names.filter((name) => name === undefined)).toEqual([]);
    expect(new Set(names).size).toBe(names.length);
    const groups = document.tags.map(({ name }) => name);
    for (const { operationId, tags, summary, responses } of operations) {
      expect(groups, operationId).toEqual(expect.arrayContaining([...tags]));
      expect(tags, operationId).toHaveLength(1);
      expect(summary, operationId).not.toBe('');
      expect(Object.keys(responses).some((status) => status.startsWith('2'))).toBe(true);
      for (const answer of Object.values(responses)) expect(answer.description).not.toBe('');
    }
  });

  it('declares every parameter of every path, and no other', () => {
    for (const { path, parameters, operationId } of operations) {
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const declared = parameters.filter((one) => one.in === 'path').map(({ name }) => name);
      expect(declared, operationId).toEqual(inPath);
      for (const one of parameters) {
        expect(one.in === 'path' ? one.required : true, operationId).toBe(true);
        expect(one.schema, operationId).toBeDefined();
      }
    }
  });

  it('bounds every text and number that it takes', () => {
    for (const { parameters, body, operationId } of operations) {
      const fields = body === undefined ? [] : Object.values(
        (body.$ref === undefined ? body : resolve(document, body.$ref) as typeof body)
          .properties ?? {});
      for (const schema of [...parameters.map((one) => one.schema), ...fields]) {
        const full = schema.$ref === undefined ? schema
          : resolve(document, schema.$ref) as typeof schema;
        const isBounded = full.enum !== undefined || full.pattern !== undefined
          || full.type === 'boolean'
          || (full.type === 'integer' ? full.maximum : full.maxLength) !== undefined;
        // Node bounds all headers together.
        const isHeader = parameters.some((one) => one.in === 'header' && one.schema === schema);
        expect(isBounded || isHeader, `${operationId} ${JSON.stringify(schema)}`).toBe(true);
      }
    }
  });

  it('says which routes need the token: those of the wallet but signing in', () => {
    const open = operations.filter(({ tags }) => tags[0] === 'wallet')
      .filter(({ needsToken }) => !needsToken).map(({ operationId }) => operationId);
    expect(open).toEqual(['signIn']);
    const own = operations.filter(({ tags }) => tags[0] !== 'wallet')
      .filter(({ needsToken }) => needsToken);
    expect(own).toEqual([]);
    expect(document.components.securitySchemes).toHaveProperty('token');
  });

  it('has the routes that the client has, each by its name', () => {
    const methods = Object.getOwnPropertyNames(Client.prototype).filter((name) =>
      !['constructor', 'hasToken', 'setToken', 'csv'].includes(name));
    expect(operations.map(({ operationId }) => operationId).sort()).toEqual(methods.sort());
  });

  it('describes every event', () => {
    for (const kind of Object.keys(EVENTS)) {
      expect(document.components.schemas).toHaveProperty(`Event_${kind}`);
    }
  });
});

describe('every route', () => {
  it('answers good input as it declares', async () => {
    for (const operation of operations.filter(({ operationId }) => operationId !== 'events')) {
      const name = operation.operationId;
      const response = await ask(operation, asOwner(operation, good[name] ?? {}));
      const value: unknown = await response.json();
      expect(response.ok, `${name}: ${JSON.stringify(value)}`).toBe(true);
      const declared = operation.responses[String(response.status)];
      expect(declared, `${name} ${response.status}`).toBeDefined();
      const { schema } = declared!.content!['application/json']!;
      expect(faultsOf(document, schema, value), name).toEqual([]);
      for (const [header, text] of Object.entries(SECURITY_HEADERS)) {
        expect(response.headers.get(header), `${name} ${header}`).toBe(text);
      }
      expect(response.headers.get('cache-control'), name).toBe('no-store');
    }
  });

  it('has something to show in every list, and shows it as CSV, too', async () => {
    const lists = operations.filter(({ parameters }) =>
      parameters.some(({ name }) => name === 'format'));
    expect(lists.length).toBeGreaterThan(8);
    for (const operation of lists) {
      const name = operation.operationId;
      const given = asOwner(operation, good[name] ?? {});
      const page = await (await ask(operation, given)).json() as { items: object[] };
      expect(page.items.length, name).toBeGreaterThan(0);
      const response = await ask(operation, { ...given, query: { format: 'csv' } });
      expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8');
      expect(response.headers.get('content-disposition'))
        .toMatch(/^attachment; filename="\w+\.csv"/);
      const lines = (await response.text()).split('\r\n');
      expect(lines.length, name).toBe(page.items.length + 2);
      const columns = lines[0]!.split(',');
      expect(Object.keys(page.items[0]!), name).toEqual(expect.arrayContaining(columns));
      const one = await ask(operation, { ...given, query: { limit: '1' } });
      const { next } = await one.json() as { next: string | null };
      const csv = await ask(operation, { ...given, query: { limit: '1', format: 'csv' } });
      expect(csv.headers.get('x-next-cursor'), name).toBe(next);
    }
  });

  it('refuses parameters that it does not declare so', async () => {
    let refused = 0;
    for (const operation of operations) {
      for (const parameter of operation.parameters.filter((one) => one.in !== 'header')) {
        for (const text of badTextsFor(parameter)) {
          if (parameter.in === 'path' && text === '') continue;
          const given = asOwner(operation, good[operation.operationId] ?? {});
          const place = parameter.in === 'path' ? 'path' : 'query';
          const bent = { ...given, [place]: { ...given[place], [parameter.name]: text } };
          const response = await ask(operation, bent);
          const what = `${parameter.name}=${text.slice(0, 20)}`;
          expect(await refusalOf(operation, response, what), what).toBe('bad-request');
          refused += 1;
        }
      }
    }
    expect(refused).toBeGreaterThan(100);
  });

  it('refuses a parameter that is given twice', async () => {
    for (const operation of operations) {
      for (const { name, in: place } of operation.parameters) {
        if (place !== 'query') continue;
        const given = asOwner(operation, good[operation.operationId] ?? {});
        const { url, init } = requestOf(served.url, operation, given);
        const twice = `${name}=1&${name}=2`;
        const response = await fetch(`${url}${url.includes('?') ? '&' : '?'}${twice}`, init);
        expect(await refusalOf(operation, response, twice)).toBe('bad-request');
      }
    }
  });

  it('refuses cursors that it did not give', async () => {
    const lists = operations.filter(({ parameters }) =>
      parameters.some(({ name }) => name === 'cursor'));
    for (const operation of lists) {
      const given = asOwner(operation, good[operation.operationId] ?? {});
      const forged = ['', '-1', 'x', '1.1', '1.1.1', '%00', '\u0000', '9'.repeat(30), '../1'];
      for (const cursor of forged) {
        const response = await ask(operation, { ...given, query: { cursor } });
        expect(await refusalOf(operation, response, `cursor=${cursor}`)).toBe('bad-cursor');
      }
    }
  });

  it('knows no thing by a name that nothing has', async () => {
    const names = ['x', '-1', '999999', 'f'.repeat(64), '%00', '../../etc/passwd', '__proto__',
      'constructor', '<script>', '\u0000', 'é', '%'];
    for (const operation of operations) {
      for (const { name } of operation.parameters.filter((one) => one.in === 'path')) {
        for (const text of names) {
          // Nobody knows of 64 digits whether they are somebody's address.
          if (name === 'address' && text.length === 64) continue;
          const given = { ...good[operation.operationId], path: { [name]: text } };
          const code = await refusalOf(operation, await ask(operation, given), text);
          expect(['no-such-block', 'no-such-payment', 'bad-address']).toContain(code);
        }
      }
    }
  });
});

describe('every route that takes a body', () => {
  const posts = (): Operation[] => operations.filter(({ body }) => body !== undefined);

  it('refuses one that is not as it declares', async () => {
    let refused = 0;
    for (const operation of posts()) {
      const name = operation.operationId;
      const given = asOwner(operation, good[name] ?? {});
      const bodies = badBodiesFor(document, operation.body!, given.body as Record<string, unknown>);
      for (const body of bodies) {
        // A field that is not needed may be left out.
        const text = JSON.stringify(body);
        const response = await ask(operation, { ...given, body: text });
        expect(await refusalOf(operation, response, text.slice(0, 90))).toBe('bad-request');
        refused += 1;
      }
    }
    expect(refused).toBeGreaterThan(80);
  });

  it('refuses what is no JSON', async () => {
    for (const operation of posts()) {
      const given = asOwner(operation, good[operation.operationId] ?? {});
      for (const body of ['', '{', '{"a":}', 'nonsense', '\u0000', '{}{}', '\ufeff', '[[[[']) {
        const response = await ask(operation, { ...given, body });
        expect(await refusalOf(operation, response, body)).toBe('bad-request');
      }
    }
  });

  it('refuses another kind of content, which a page may send without asking', async () => {
    const kinds = ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', '',
      'application/jsonx', 'text/plain; application/json', 'application/json, text/plain'];
    for (const operation of posts()) {
      const given = asOwner(operation, good[operation.operationId] ?? {});
      for (const kind of kinds) {
        const headers = { ...given.headers, 'content-type': kind };
        const response = await ask(operation, { ...given, headers });
        expect(await refusalOf(operation, response, kind)).toBe('not-json');
      }
    }
  });

  it('refuses one that is too large, or does not say how long it is', async () => {
    for (const operation of posts()) {
      const given = asOwner(operation, good[operation.operationId] ?? {});
      // One that is on its way still when the answer comes, once: it takes its time.
      const sizes = operation === posts()[0] ? [BODY_BYTES_MAX, 5_000_000] : [BODY_BYTES_MAX];
      for (const size of sizes) {
        const response = await ask(operation, { ...given, body: `{"x":"${'a'.repeat(size)}"}` });
        expect(await refusalOf(operation, response, 'large')).toBe('too-large');
      }
      const { url, init } = requestOf(served.url, operation, given);
      const body = new Blob([init.body as string]).stream();
      const chunked = await fetch(url, { ...init, body, duplex: 'half' } as RequestInit);
      expect(await refusalOf(operation, chunked, 'in chunks')).toBe('length-needed');
    }
  });
});

describe('every route that needs the token', () => {
  it('says nothing else without it, or with another, however wrong the rest is', async () => {
    const own = operations.filter(({ needsToken }) => needsToken);
    expect(own.length).toBeGreaterThan(6);
    for (const operation of own) {
      const plain = good[operation.operationId] ?? {};
      for (const body of [plain.body, 'nonsense']) {
        const without = await ask(operation, { ...plain, body });
        expect(await refusalOf(operation, without, 'no token')).toBe('token-needed');
        for (const authorization of ['Bearer', 'Bearer x', TOKEN, `Basic ${TOKEN}`]) {
          const headers = { ...plain.headers, authorization };
          const wrong = await ask(operation, { ...plain, headers, body });
          expect(await refusalOf(operation, wrong, authorization)).toBe('bad-token');
        }
      }
    }
  });

  it('is refused on any other with a wrong one, too, so that a page learns of it', async () => {
    for (const operation of operations) {
      if (operation.needsToken || ['events', 'health', 'signIn'].includes(operation.operationId)) {
        continue;
      }
      const headers = { authorization: 'Bearer x' };
      const response = await ask(operation, { ...good[operation.operationId], headers });
      expect(await refusalOf(operation, response, 'wrong')).toBe('bad-token');
    }
  });
});

describe('sending', () => {
  const client = (): Client => connect(served.url, { token: TOKEN });

  it('needs a key of one\'s own, of 1 to 64 characters', async () => {
    const send = operations.find(({ operationId }) => operationId === 'send')!;
    for (const key of [undefined, '', 'a'.repeat(65)]) {
      const headers = key === undefined ? {} : { 'idempotency-key': key };
      const response = await ask(send, asOwner(send, { body: order, headers }));
      expect(await refusalOf(send, response, `key ${key}`)).toBe('bad-request');
    }
  });

  it('makes one payment of one key, at once and after, and none of another order', async () => {
    const before = (await client().payments({ limit: 100 })).items.length;
    const all = await Promise.all(Array.from({ length: 8 }, async () =>
      await client().send(order, 'eight')));
    expect(new Set(all.map(({ id }) => id)).size).toBe(1);
    expect((await client().send(order, 'eight')).id).toBe(all[0]!.id);
    const other = await client().send({ ...order, amount: '0.6' }, 'eight')
      .catch((error: unknown) => error);
    expect(other).toMatchObject({ status: 422, code: 'key-used' });
    expect((await client().payments({ limit: 100 })).items.length).toBe(before + 1);
    const second = await client().send(order, 'nine');
    expect(second.id).not.toBe(all[0]!.id);
  });

  it('tells what a rule says no to, and leaves the key free', async () => {
    const refused = await client().send({ ...order, amount: '9999' }, 'much')
      .catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ApiError);
    expect(refused).toMatchObject({ status: 422, code: 'insufficient-funds' });
    expect((await client().send(order, 'much')).status).toBe('pending');
  });

  it('shows the names of keys to their owner alone', async () => {
    const { id } = await client().send(order, 'named');
    expect((await client().payment(id)).key_name).toBe(OWN_KEY);
    expect((await connect(served.url).payment(id)).key_name).toBeNull();
    expect((await connect(served.url).pending({ limit: 100 })).items
      .every(({ key_name: name }) => name === null)).toBe(true);
    expect((await client().search(OWN_KEY)).items).toHaveLength(1);
    expect((await connect(served.url).search(OWN_KEY)).items).toEqual([]);
  });
});

describe('the client', () => {
  it('gives rows as CSV, and takes the token nowhere else', async () => {
    const client = connect(`${served.url}/`, { token: TOKEN });
    expect(await client.csv('/api/blocks?limit=3')).toMatch(/^id,height,(.*\r\n){4}$/);
    expect((await client.csv('/api/wallet/payments')).split('\r\n').length).toBeGreaterThan(2);
    for (const path of ['@127.0.0.1:1/api/blocks', '.evil.example/', 'api/blocks', '']) {
      await expect(client.csv(path)).rejects.toThrow('begins with a slash');
    }
  });

  it('tells why there is no answer, in one kind of error', async () => {
    const nobody = await connect('http://127.0.0.1:1').status().catch((error: unknown) => error);
    expect(nobody).toBeInstanceOf(ApiError);
    expect(nobody).toMatchObject({ code: 'no-answer', status: 0, next: 'start it: mvb miner' });
    const missing = await connect(served.url).block('99999999').catch((error: unknown) => error);
    expect(missing).toMatchObject({ code: 'no-such-block', status: 404, name: 'ApiError' });
    const page = await connect(`${served.url}/chain`).status().catch((error: unknown) => error);
    expect(page).toMatchObject({ code: 'no-such-page', status: 404 });
  });

  it('asks for any name as a name', async () => {
    for (const id of ['../status', '?x=1', '#', '%2e%2e', 'a/b', ' ']) {
      const error = await connect(served.url).payment(id).catch((cause: unknown) => cause);
      expect(error, id).toMatchObject({ code: 'no-such-payment' });
    }
  });
});

describe('/health', () => {
  it('answers 503 when somebody should look, in the declared form', async () => {
    const health = operations.find(({ operationId }) => operationId === 'health')!;
    const { kernel } = served.scene;
    kernel.hashes = 10_000n;
    const response = await ask(health, {});
    const value: unknown = await response.json();
    kernel.hashes = 0n;
    expect([response.status, (value as { ok: boolean }).ok]).toEqual([503, false]);
    const { schema } = health.responses['503']!.content!['application/json']!;
    expect(faultsOf(document, schema, value)).toEqual([]);
  });
});

describe('a server without a wallet', () => {
  it('reads for everybody and refuses the rest, whatever token is brought', async () => {
    const readOnly = await serveScene({ token: undefined });
    try {
      for (const operation of operations.filter(({ operationId }) => operationId !== 'events')) {
        const name = operation.operationId;
        const given = good[name] ?? {};
        for (const headers of [given.headers ?? {}, { ...given.headers, ...OWNER }]) {
          const { url, init } = requestOf(readOnly.url, operation, { ...given, headers });
          const response = await fetch(url, init);
          const isWallet = operation.tags[0] === 'wallet';
          // The payment is another chain's.
          const expected = isWallet ? 403 : name === 'payment' ? 404 : 200;
          expect(response.status, `${name} ${JSON.stringify(headers)}`).toBe(expected);
          await response.arrayBuffer();
        }
      }
    } finally {
      await readOnly.stop();
    }
  });
});

describe('the page of the API', () => {
  const page = readFileSync(new URL('../../docs/api.md', import.meta.url), 'utf8');
  /** The cells of every table row whose first cell looks so. */
  const rows = (first: RegExp): string[][] => page.split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) => line.slice(2, -2).split(' | ').map((cell) => cell.trim().replaceAll('`', '')))
    .filter(([cell]) => first.test(cell!));

  it('has every route', () => {
    const inDocument = operations.map(({ method, path, needsToken, operationId, summary }) =>
      [method.toUpperCase(), path, needsToken ? 'token' : '', operationId, summary]);
    expect(rows(/^(GET|POST)$/)).toEqual(inDocument);
  });

  it('has every code, with its status', () => {
    const root = new URL('../../src/api/', import.meta.url);
    const sources = readdirSync(root, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
      .map((path) => readFileSync(new URL(path, root), 'utf8'));
    const inCode = sources.flatMap((text) =>
      [...text.matchAll(/status: (\d{3}),\s*code: '([\w-]+)'/g)]
        .map(([, status, code]) => `${code} ${status}`));
    const onPage = rows(/^[a-z]+(-[a-z]+)*$/).filter(([, status]) => /^\d{3}$/.test(status!))
      .map(([code, status]) => `${code} ${status}`);
    expect(new Set(onPage).size).toBe(onPage.length);
    expect([...onPage].sort()).toEqual([...new Set(inCode)].sort());
  });

  it('has every event', () => {
    expect(rows(/^(status|block|reorg|payment|hashrate|peer|reset)$/).map(([kind]) => kind))
      .toEqual(Object.keys(EVENTS));
  });

  it('has every figure of our own', async () => {
    const text = await (await fetch(`${served.url}/metrics`)).text();
    const types = [...text.matchAll(/^# TYPE (mvb_\w+) (\w+)$/gm)]
      .map(([, name, type]) => [name, type]);
    expect(rows(/^mvb_/).map(([name, type]) => [name, type])).toEqual(types);
  });

  it('has the limits', () => {
    const shown = (value: number): string => value.toLocaleString('en-US');
    expect(Object.fromEntries(rows(/./).filter((row) => row.length === 2).slice(1))).toMatchObject({
      'connections': `${CONNECTIONS_MAX}, of another host ${HOST_CONNECTIONS_MAX}`,
      'event streams': `${STREAMS_MAX}`,
      'requests of this machine':
        `${shown(LOCAL_REQUESTS_PER_SECOND)} a second, ${shown(LOCAL_REQUESTS_BURST)} at once`,
      'requests of another host':
        `${HOST_REQUESTS_PER_SECOND} a second, ${HOST_REQUESTS_BURST} at once`,
      'a body': `${shown(BODY_BYTES_MAX)} bytes`,
      'headers': `${shown(HEADER_BYTES_MAX)} bytes`,
      'until a request is here': `${REQUEST_MS_MAX / 1000} seconds`,
      'without taking anything of an answer': `${STALLED_MS_MAX / 1000} seconds`,
    });
    expect(page).toContain(`The last ${shown(EVENT_BACKLOG_MAX)} events are kept`);
    expect(WRONG_TOKENS_BURST).toBe(20);
  });

  it('has examples that give what stands there', async () => {
    const examples = [...page.matchAll(/```js\n([^]*?)```\n\n```text\n([^]*?)```/g)];
    expect(examples).toHaveLength(page.match(/```js/g)!.length);
    for (const [, code, output] of examples) {
      const text = code!.replaceAll('http://127.0.0.1:2609', served.url);
      const words = ['--input-type=module', '-e', text];
      const { stdout } = await promisify(execFile)(process.execPath, words);
      expect(stdout).toBe(output);
    }
  });
});
