/**
 * Which hosts are on a network of this machine: nobody else's status is heard, so that no forged
 * datagram makes us connect to a host far away (threats row 68).
 * Owns: that question, and how long an answer of the system is used. Does not own: sockets.
 */
import { networkInterfaces } from 'node:os';
import { addressToNumber, isLoopback } from './broadcast-addresses.ts';
import type { Interfaces } from './broadcast-addresses.ts';

/** Asking the system for each datagram would be dear; a laptop changes its networks rarely. */
const INTERFACES_AGE_MAX_MS = 2_000;

/**
 * Whether the IPv4 host, as a datagram names it, is this machine or in the network of one of its
 * interfaces. `interfaces` is what `os.networkInterfaces` gives.
 */
export function isOnOwnNetwork(host: string, interfaces: Interfaces): boolean {
  if (isLoopback(host)) return true;
  const number = addressToNumber(host);
  if (number === undefined) return false;
  return Object.values(interfaces).flatMap((entries) => entries ?? []).some((entry) => {
    if (entry.family !== 'IPv4') return false;
    const own = addressToNumber(entry.address);
    const mask = addressToNumber(entry.netmask);
    // A mask of nothing would make the whole world local.
    if (own === undefined || mask === undefined || mask === 0) return false;
    return ((own ^ number) & mask) === 0;
  });
}

/** The networks of this machine, asked for anew when the answer is old. */
export class LocalNetworks {
  #interfaces: Interfaces = {};
  #askedAt = Number.NEGATIVE_INFINITY;

  has(host: string): boolean {
    const now = performance.now();
    if (now - this.#askedAt > INTERFACES_AGE_MAX_MS) {
      this.#askedAt = now;
      this.#interfaces = networkInterfaces();
    }
    return isOnOwnNetwork(host, this.#interfaces);
  }
}
