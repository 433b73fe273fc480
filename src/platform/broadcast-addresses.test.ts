/**
 * Goal: announcements go to every network of the machine, and to nothing else (dependencies.md §9).
 */
import { describe, expect, it } from 'vitest';
import { broadcastAddresses, isLoopback } from './broadcast-addresses.ts';

const entry = (address: string, netmask: string, internal = false) => ({
  address, netmask, internal, family: 'IPv4' as const, mac: '00:00:00:00:00:00', cidr: null,
});

describe('broadcastAddresses', () => {
  it('gives the directed address of each network once, and that of the machine itself', () => {
    expect(broadcastAddresses({
      lo: [entry('127.0.0.1', '255.0.0.0', true)],
      eth0: [entry('10.77.0.5', '255.255.255.0'), entry('10.77.0.6', '255.255.255.0')],
      wlan0: [entry('192.168.129.3', '255.255.128.0'), entry('172.16.5.5', '255.240.0.0')],
      odd: undefined,
    })).toEqual(['10.77.0.255', '192.168.255.255', '172.31.255.255', '127.255.255.255']);
  });

  it('leaves out point-to-point networks and what is no IPv4', () => {
    expect(broadcastAddresses({
      tun0: [entry('10.8.0.2', '255.255.255.255'), entry('10.9.0.2', '255.255.255.254')],
      eth0: [
        { ...entry('fe80::1', 'ffff:ffff:ffff:ffff::'), family: 'IPv6', scopeid: 1 },
        entry('nonsense', '255.0.0.0'), entry('1.2.3.4', '1.2.3'),
      ],
    })).toEqual(['127.255.255.255']);
  });

  it('has a maximum', () => {
    const many = Array.from({ length: 500 }, (_, index) =>
      entry(`10.${index >> 8}.${index & 255}.1`, '255.255.255.0'));
    expect(broadcastAddresses({ eth0: many }).length).toBe(64);
  });
});

describe('isLoopback', () => {
  it('knows this machine', () => {
    expect(['127.0.0.1', '127.9.9.9', '::1'].every(isLoopback)).toBe(true);
    expect(['128.0.0.1', '10.0.0.1', '::2', ''].some(isLoopback)).toBe(false);
  });
});
