/**
 * Where a datagram to everyone goes: the directed broadcast address of each IPv4 network of this
 * machine. Owns: that list.
 * Does not own: sending. 255.255.255.255 is not in it: it leaves through one interface only, and
 * fails where there is no default route.
 */
import type { NetworkInterfaceInfo } from 'node:os';

/** Reaches the other nodes on this machine, with or without a network. */
const LOOPBACK_BROADCAST = '127.255.255.255';

/** Addresses of one announcement; a machine with more networks announces to the first. */
const ADDRESSES_MAX = 64;
const ALL_ONES = 0xffff_ffff;
/** A network of one or two addresses (RFC 3021) has no broadcast address. */
const HOST_MASKS: ReadonlySet<number> = new Set([ALL_ONES, ALL_ONES - 1]);

/** What `os.networkInterfaces` gives. */
export type Interfaces = Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>;

/**
 * Each once, that of the loopback interface last. `interfaces` is what `os.networkInterfaces`
 * gives.
 */
export function broadcastAddresses(interfaces: Interfaces): readonly string[] {
  const addresses = new Set<string>();
  for (const entries of Object.values(interfaces)) {
    for (const { family, internal, address, netmask } of entries ?? []) {
      if (internal || family !== 'IPv4' || addresses.size >= ADDRESSES_MAX - 1) continue;
      const host = addressToNumber(address);
      const mask = addressToNumber(netmask);
      if (host === undefined || mask === undefined || HOST_MASKS.has(mask)) continue;
      addresses.add(numberToAddress((host | (~mask >>> 0)) >>> 0));
    }
  }
  addresses.add(LOOPBACK_BROADCAST);
  return [...addresses];
}

/** Whether a host, as `remote` names it, is this machine. */
export function isLoopback(host: string): boolean {
  return host === '::1' || host.startsWith('127.');
}

/** An IPv4 address as an integer below 2^32; undefined when the text is none. */
export function addressToNumber(text: string): number | undefined {
  const parts = text.split('.');
  if (parts.length !== 4) return undefined;
  if (!parts.every((part) => /^[0-9]{1,3}$/.test(part) && Number(part) <= 255)) return undefined;
  return parts.reduce((number, part) => number * 256 + Number(part), 0);
}

function numberToAddress(number: number): string {
  return [24, 16, 8, 0].map((shift) => (number >>> shift) & 0xff).join('.');
}
