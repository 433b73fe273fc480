/**
 * Goal: the page says of each route what its description says, and what it makes of typed values
 * is one safe address and one safe command.
 * Method: a small description with every form that the server's has.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { curlOf, fieldsOf, missingIn, pathWith, routesOf } from './document.ts';
import type { Document } from './document.ts';

const reference = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const json = (schema: object) => ({ content: { 'application/json': { schema } } });

const DOCUMENT: Document = {
  paths: {
    '/api/blocks/{id}': {
      get: {
        summary: 'a block', tags: ['chain'],
        parameters: [
          { name: 'id', in: 'path', required: true, schema: { type: 'string' } },
          {
            name: 'limit', in: 'query', description: 'items at most',
            schema: { type: 'integer', default: 20 },
          },
        ],
        responses: { 200: { description: 'fine', ...json(reference('Page')) }, 404: {} },
      },
    },
    '/api/wallet': {
      post: {
        tags: ['wallet'], security: [{ token: [] }], requestBody: json(reference('Order')),
        responses: { 201: json(reference('Item')) },
      },
    },
    '/api/events': {
      get: { responses: { 200: { content: { 'text/event-stream': {} } } } },
    },
  },
  components: {
    schemas: {
      Item: {
        type: 'object', required: ['id'],
        properties: { id: { type: 'string' }, list: { type: 'array', items: reference('Item') } },
      },
      Page: {
        properties: {
          items: { type: 'array', items: reference('Item') },
          next: { type: ['string', 'null'], description: 'the next page' },
        },
      },
      Order: {
        required: ['to'],
        properties: { to: { type: 'string', example: 'alice' }, kind: { enum: ['a', 'b'] } },
      },
    },
  },
};

const routes = routesOf(DOCUMENT);
const [block, wallet, events] = routes as [typeof routes[0], typeof routes[0], typeof routes[0]];

describe('the description', () => {
  test('is read route by route', () => {
    expect(routes.map(({ method, path, group }) => [method, path, group])).toEqual([
      ['GET', '/api/blocks/{id}', 'chain'], ['POST', '/api/wallet', 'wallet'],
      ['GET', '/api/events', 'other'],
    ]);
    expect(block.parameters[1]).toEqual({
      name: 'limit', where: 'query', isRequired: false, type: 'integer',
      meaning: 'items at most; 20 when not given',
    });
    expect(block.answers.map(({ status }) => status)).toEqual(['200', '404']);
    expect(wallet.body.map(({ name, type, meaning }) => [name, type, meaning]))
      .toEqual([['to', 'string', 'such as alice'], ['kind', 'a | b', '']]);
  });

  test('shows the fields of items, and ends where a schema holds itself', () => {
    expect(block.answer.type).toBe('Page');
    expect(block.answer.fields.map(({ name, type }) => [name, type])).toEqual([
      ['items', 'Item[]'], ['items[].id', 'string'], ['items[].list', 'Item[]'],
      ['next', 'string | null'],
    ]);
    expect(fieldsOf(DOCUMENT, reference('Nothing'))).toEqual([]);
  });

  test('lets only be tried what ends and needs no token', () => {
    expect(routes.map(({ isTryable }) => isTryable)).toEqual([true, false, false]);
    expect(events.answer.type).toBe('text/event-stream');
    expect(wallet.needsToken).toBe(true);
  });
});

describe('an attempt', () => {
  test('needs its required parameters', () => {
    expect(missingIn(block, {})).toBe('id');
    expect(missingIn(block, { id: ' ' })).toBe('id');
    expect(missingIn(block, { id: 'tip' })).toBeUndefined();
  });

  test('asks the server of the page, whatever was typed', () => {
    expect(pathWith(block, { id: 'tip', limit: '3' })).toBe('/api/blocks/tip?limit=3');
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (id, limit) => {
      const url = new URL(pathWith(block, { id, limit }), 'http://127.0.0.1:2609');
      expect(url.origin).toBe('http://127.0.0.1:2609');
      // Dots alone would climb to the folder above, as in every browser, and no farther.
      expect(url.pathname.startsWith('/api/')).toBe(true);
    }));
  });

  test('as a command is one quoted address', () => {
    expect(curlOf(block, 'http://x', { id: 'tip' })).toBe("curl 'http://x/api/blocks/tip'");
    expect(curlOf(block, 'http://x', { id: "'; rm -rf ~" }))
      .toBe("curl 'http://x/api/blocks/'\\''%3B%20rm%20-rf%20~'");
    expect(curlOf(wallet, 'http://x')).toBe('curl -H "Authorization: Bearer $(cat '
      + 'dashboard-token)" -H \'Content-Type: application/json\' -d \'{"to": "…"}\' '
      + "'http://x/api/wallet'");
    expect(curlOf(events, 'http://x')).toBe("curl -N 'http://x/api/events'");
  });
});
