/**
 * Goal: neighbours of one part of the network stand together, inside of the picture, and farther
 * away the longer an answer takes.
 * Method: examples of addresses, and laws over drawn lists of peers.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Peer } from '../../../api/schema/network.ts';
import {
  distanceOf, graphOf, isDrawn, joinAddressOf, NODES_MAX, subnetOf, tipsOf,
} from './graph.ts';

const peer = (fields: Partial<Peer>): Peer => ({
  session: '0', tag: '', address: '10.0.0.1:1', link: 'outbound', height: 1, tip_id: 'a', work: '1',
  waiting: 0, is_miner: true, same_network: true, differences: [], latency_ms: 1,
  clock_offset_ms: null, heard_at_ms: 0, ...fields,
});

const peers = fc.array(fc.record({
  net: fc.nat(5), host: fc.nat(255),
  latency: fc.option(fc.double({ min: 0, max: 1e6, noNaN: true })),
  link: fc.constantFrom('outbound', 'inbound', 'none') as fc.Arbitrary<Peer['link']>,
}), { maxLength: 90 }).map((all) => all.map(({ net, host, latency, link }, index) => peer({
  session: String(index), address: `10.0.${net}.${host}:2607`, latency_ms: latency, link,
})));

describe('the picture of the network', () => {
  test('has all places inside and each part in its own sector', () => {
    fc.assert(fc.property(peers, (given) => {
      const { places, sectors, left } = graphOf(given, { width: 600, height: 400 });
      expect(places.length + left).toBe(given.length);
      expect(places.length).toBeLessThanOrEqual(NODES_MAX);
      // Once around, and no more: else the last part would stand on the first.
      expect(sectors.at(-1)?.to ?? 0).toBeLessThanOrEqual(2 * Math.PI);
      for (const { x, y, angle, peer: { address } } of places) {
        expect(x >= 0 && x <= 600 && y >= 0 && y <= 400).toBe(true);
        const around = sectors.filter(({ from, to }) => from <= angle && angle <= to);
        expect(around.map(({ subnet }) => subnet)).toEqual([subnetOf(address)]);
      }
    }));
  });

  test('leaves out those without a link first', () => {
    const heard = Array.from({ length: NODES_MAX },
      (_, index) => peer({ session: `h${index}`, link: 'none' }));
    const { places, left } = graphOf([...heard, peer({ session: 'linked' })],
      { width: 100, height: 100 });
    expect(left).toBe(1);
    expect(places.some((one) => one.peer.session === 'linked')).toBe(true);
  });

  test('draws more latency farther away, never out of sight', () => {
    const distances = [0, 1, 10, 100, 1e9].map(distanceOf);
    expect(distances).toEqual([...distances].sort((a, b) => a - b));
    expect(new Set(distances).size).toBe(5);
    expect(distanceOf(null)).toBe(distances.at(-1));
    expect(distances.at(-1)).toBeLessThan(1);
  });
});

test('addresses of one /24 or /64 are one part of the network', () => {
  expect(subnetOf('192.168.1.20:2607')).toBe('192.168.1.0/24');
  expect(subnetOf('127.0.0.1:50000')).toBe('loopback');
  expect(subnetOf('[::1]:1')).toBe('loopback');
  expect(subnetOf('[2001:db8::5]:2607')).toBe('2001:db8:0:0::/64');
  expect(subnetOf('[2001:db8:1:2:3:4:5:6]:2607')).toBe('2001:db8:1:2::/64');
  expect(subnetOf('node.example:2607')).toBe('node.example');
});

test('a wallet that was only heard is a command that has ended, and is not drawn', () => {
  expect(isDrawn(peer({ link: 'none', is_miner: false }))).toBe(false);
  expect(isDrawn(peer({ link: 'none', is_miner: true }))).toBe(true);
  expect(isDrawn(peer({ link: 'inbound', is_miner: false }))).toBe(true);
});

test('tips: the own one first, then by the number of nodes', () => {
  const given = [peer({ tip_id: 'x', height: 9 }), peer({ tip_id: 'x', height: 9 }),
    peer({ tip_id: 'own', height: 8 }), peer({ tip_id: 'y', height: 7 })];
  expect(tipsOf('own', given).map(({ tipId, count }) => [tipId, count]))
    .toEqual([['own', 1], ['x', 2], ['y', 1]]);
});

test('a typed address is taken only with a port', () => {
  expect(joinAddressOf(' 192.168.1.20:2607 ')).toBe('192.168.1.20:2607');
  expect(joinAddressOf('[fe80::1]:2607')).toBe('[fe80::1]:2607');
  expect(joinAddressOf('otter.local:2607')).toBe('otter.local:2607');
  for (const bad of ['', '192.168.1.20', 'a b:1', ':2607', 'x:0', 'x:70000', 'x:1; rm', '$(x):1']) {
    expect(joinAddressOf(bad)).toBeUndefined();
  }
});
