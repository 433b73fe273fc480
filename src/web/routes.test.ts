/**
 * Goal: each address of the browser names one page, and nonsense names none.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { routeOf } from './routes.ts';

describe('the page of a path', () => {
  test.each([
    ['/', 'live', {}],
    ['', 'live', {}],
    ['/chain', 'chain', {}],
    ['/chain/', 'chain', {}],
    ['/block/12', 'block', { id: '12' }],
    ['/payment/9be1c4d2', 'payment', { id: '9be1c4d2' }],
    ['/address/a%20b', 'address', { id: 'a b' }],
    ['/address/a%2Fb', 'address', { id: 'a/b' }],
  ])('%s', (path, page, params) => {
    expect(routeOf(path)).toEqual({ page, params });
  });

  test.each(['/nothing', '/block', '/block/1/2', '/block/%', '/Chain', '/api/status'])(
    '%s has none', (path) => {
      expect(routeOf(path)).toBeUndefined();
    },
  );

  test('what is written into a link comes back, whatever it is', () => {
    fc.assert(fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), (id) => {
      const route = routeOf(`/block/${encodeURIComponent(id)}`);
      expect(route).toEqual({ page: 'block', params: { id } });
    }));
  });
});
