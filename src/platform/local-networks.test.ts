/** Goal: a status is heard from our own networks only (threats row 68). */
import { describe, expect, it } from 'vitest';
import { isOnOwnNetwork, LocalNetworks } from './local-networks.ts';

const entry = (address: string, netmask: string, internal = false) => ({
  address, netmask, internal, family: 'IPv4' as const, mac: '00:00:00:00:00:00', cidr: null,
});

const HOME = {
  lo: [entry('127.0.0.1', '255.0.0.0', true)],
  eth0: [
    entry('192.168.1.5', '255.255.255.0'),
    { ...entry('fe80::1', 'ffff:ffff:ffff:ffff::'), family: 'IPv6' as const, scopeid: 1 },
  ],
  wlan0: [entry('172.16.5.5', '255.240.0.0')],
  tun0: [entry('10.8.0.2', '255.255.255.255')],
  gone: undefined,
};

describe('a host is on our own network', () => {
  it.each([
    '127.0.0.1', '127.9.9.9', '192.168.1.5', '192.168.1.0', '192.168.1.255', '172.16.0.1',
    '172.31.255.254', '10.8.0.2',
  ])('when it is this machine or its neighbour: %s', (host) => {
    expect(isOnOwnNetwork(host, HOME)).toBe(true);
  });

  it.each([
    '192.168.2.5', '192.168.0.255', '172.15.255.255', '172.32.0.0', '10.8.0.1', '10.8.0.3',
    '8.8.8.8', '255.255.255.255', '0.0.0.0', '128.0.0.1', '', 'localhost', '192.168.1', 'fe80::1',
    '192.168.1.256', '192.168.1.5.6',
  ])('and otherwise not: %j', (host) => {
    expect(isOnOwnNetwork(host, HOME)).toBe(false);
  });

  it('never because an interface has no network, or there is no interface', () => {
    const odd = { ppp0: [entry('10.0.0.1', '0.0.0.0'), entry('nonsense', '255.0.0.0')] };
    expect(isOnOwnNetwork('8.8.8.8', odd)).toBe(false);
    expect(isOnOwnNetwork('10.0.0.1', {})).toBe(false);
    expect(isOnOwnNetwork('127.0.0.1', {})).toBe(true);
  });

  it('as far as this machine says', () => {
    const networks = new LocalNetworks();
    expect(networks.has('127.0.0.1')).toBe(true);
    // Reserved (RFC 1112): no interface has it.
    expect(networks.has('240.0.0.1')).toBe(false);
  });
});
