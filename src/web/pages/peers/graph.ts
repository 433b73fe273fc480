/**
 * Where neighbours stand in the picture of the network. Pure.
 *
 * Owns: parts of the network, angles and distances.
 * Does not own: colours and drawing.
 */
import type { Peer } from '../../../api/schema/network.ts';

/** (policy) Nodes that can be told apart on a circle. */
export const NODES_MAX = 60;

/** Latencies from which, and to which, the distance grows. */
const LATENCY_MS_MIN = 0.5;
const LATENCY_MS_MAX = 500;
/** Of the radius: a neighbour without delay, and one without a known latency. */
const NEAR = 0.42;
const FAR = 0.86;
/** A gap between two parts of the network is as wide as so many neighbours. */
const GAP_NODES = 0.7;

export interface Place {
  readonly peer: Peer;
  readonly x: number;
  readonly y: number;
  /** In radians, from the top, clockwise. */
  readonly angle: number;
}

/** Neighbours of one part of the network, and the angles between which they stand. */
export interface Sector {
  readonly subnet: string;
  readonly from: number;
  readonly to: number;
}

export interface Graph {
  readonly places: readonly Place[];
  readonly sectors: readonly Sector[];
  /** Neighbours that did not fit. */
  readonly left: number;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * The part of the network that an address `host:port` lies in: `192.168.1.0/24`,
 * `2001:db8:1:2::/64`, `loopback`, or the host's own name.
 */
export function subnetOf(address: string): string {
  const host = address.startsWith('[') ? address.slice(1, address.indexOf(']'))
    : address.replace(/:\d+$/, '');
  if (/^127\./.test(host) || host === '::1') return LOOPBACK;
  const parts = /^(\d+\.\d+\.\d+)\.\d+$/.exec(host);
  if (parts !== null) return `${parts[1]}.0/24`;
  if (!host.includes(':')) return host;
  return `${wholeIpv6(host).slice(0, 4).join(':')}::/64`;
}

/** What `subnetOf` says of nodes on the same computer. */
export const LOOPBACK = 'loopback';

/** The eight groups of an address, of which `::` may leave out many. */
function wholeIpv6(host: string): string[] {
  const [head = '', tail] = host.split('::');
  const groups = (text: string): string[] => (text === '' ? [] : text.split(':'));
  if (tail === undefined) return groups(head);
  const missing = Math.max(0, 8 - groups(head).length - groups(tail).length);
  return [...groups(head), ...Array.from({ length: missing }, () => '0'), ...groups(tail)];
}

/**
 * Peers of the picture: not wallets that were only heard, each of which is a command that ran a
 * moment ago.
 */
export function isDrawn({ link, is_miner }: Pick<Peer, 'link' | 'is_miner'>): boolean {
  return link !== 'none' || is_miner;
}

/** Links first; they are what this node knows best. */
export function graphOf(peers: readonly Peer[], { width, height }: Size): Graph {
  const order = [...peers].sort((a, b) => rankOf(a) - rankOf(b)).slice(0, NODES_MAX);
  const groups = new Map<string, Peer[]>();
  for (const peer of order) {
    const subnet = subnetOf(peer.address);
    groups.set(subnet, [...groups.get(subnet) ?? [], peer]);
  }
  const sorted = [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
  const step = (2 * Math.PI) / Math.max(1, order.length + GAP_NODES * sorted.length);
  const places: Place[] = [];
  const sectors: Sector[] = [];
  let angle = 0;
  for (const [subnet, members] of sorted) {
    const from = angle;
    const byAddress = members.sort((a, b) => (a.address < b.address ? -1 : 1));
    for (const peer of byAddress) {
      places.push(placeAt(peer, angle + step / 2, { width, height }));
      angle += step;
    }
    sectors.push({ subnet, from, to: angle });
    angle += GAP_NODES * step;
  }
  return { places, sectors, left: peers.length - order.length };
}

function rankOf({ link, same_network }: Peer): number {
  return (link === 'none' ? 1 : 0) + (same_network ? 0 : 2);
}

function placeAt(peer: Peer, angle: number, { width, height }: Size): Place {
  const far = distanceOf(peer.latency_ms);
  const x = width / 2 + Math.sin(angle) * far * (width / 2);
  const y = height / 2 - Math.cos(angle) * far * (height / 2);
  return { peer, x, y, angle };
}

/** By the logarithm: 1 ms and 10 ms differ as 10 ms and 100 ms do. */
export function distanceOf(latencyMs: number | null): number {
  if (latencyMs === null) return FAR;
  const clamped = Math.min(LATENCY_MS_MAX, Math.max(LATENCY_MS_MIN, latencyMs));
  const share = Math.log(clamped / LATENCY_MS_MIN) / Math.log(LATENCY_MS_MAX / LATENCY_MS_MIN);
  return NEAR + (FAR - NEAR) * share;
}

/** The newest blocks that nodes have: this node's first, then those of most nodes. */
export function tipsOf(
  own: string, peers: readonly Peer[],
): { readonly tipId: string; readonly height: number; readonly count: number }[] {
  const tips = new Map<string, { tipId: string; height: number; count: number }>();
  for (const { tip_id: tipId, height } of peers) {
    const known = tips.get(tipId) ?? { tipId, height, count: 0 };
    known.count += 1;
    tips.set(tipId, known);
  }
  const rank = (tipId: string): number => (tipId === own ? 1 : 0);
  return [...tips.values()].sort((a, b) => rank(b.tipId) - rank(a.tipId) || b.count - a.count
    || b.height - a.height || (a.tipId < b.tipId ? -1 : 1));
}

/** An address and port that somebody typed, as `peer=` takes it; undefined when it is none. */
export function joinAddressOf(text: string): string | undefined {
  const match = /^(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]+):(\d{1,5})$/.exec(text.trim());
  if (match === null || Number(match[2]) > 65_535 || Number(match[2]) === 0) return undefined;
  return match[0];
}
