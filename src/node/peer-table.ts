/**
 * Whom to link to: hears hints, dials within limits, shakes hands, and keeps faulty peers away.
 *
 * Owns: the set of peers, and every decision to open a connection. A status datagram's source may
 * be forged, so a host is dialled at most once a minute whatever is claimed in its name, but where
 * it served blocks when it shook hands (threats row 68). Loopback is counted by port: no remote
 * machine can send from it.
 * Does not own: what peers talk about after the handshake.
 */
import { equalParams, networkIdOf } from '../consensus/params.ts';
import type { NetworkId } from '../consensus/types.ts';
import { BoundedMap } from '../lib/bounded-map.ts';
import { TokenBucket } from '../lib/token-bucket.ts';
import type { Clock, ElapsedMs, Link, Log, Network } from '../ports.ts';
import { PROTOCOL_VERSION } from '../protocol/messages.ts';
import type { Wire } from '../protocol/framing.ts';
import type { Message, Status } from '../protocol/messages.ts';
import { differencesOf } from './difference.ts';
import { FAULTS_MAX, hostOf, isLoopback, Peer } from './peer.ts';

/** (policy) Links that we open of ourselves, and all that we have. */
const OUTBOUND_TARGET = 8;
export const OUTBOUND_MAX = 16;
export const PEERS_MAX = 80;
/**
 * (policy) Links that others opened: some always stay for ours; and those of one host but our own.
 */
export const INBOUND_MAX = PEERS_MAX - OUTBOUND_MAX;
export const INBOUND_HOST_MAX = 16;
/** (policy) */
export const UNPROVEN_DIAL_MS = 60_000;
const REDIAL_MIN_MS = 1_000;
export const REDIAL_MAX_MS = 60_000;
export const BAN_MS = 600_000;
const HOSTS_MAX = 4_096;
const STRANGERS_NAMED_MS = 60_000;
const DIALS_CAPACITY = 32;
const DIALS_PER_SECOND = 8;
const PORT_MIN = 1_024;

export interface PeerTableParts {
  readonly networkId: NetworkId;
  readonly clock: Clock;
  readonly network: Network;
  readonly log: Log;
  /** Addresses ("host:port") that are always dialled. */
  readonly configured: readonly string[];
  /** As in `PeerEvents`. */
  readonly wire?: Wire | undefined;
  /** What we say of ourselves. */
  status(): Status;
  /** The handshake with this peer is done. */
  ready(peer: Peer): void;
  /** A message after the handshake. */
  message(peer: Peer, message: Message): void;
  closed(peer: Peer): void;
}

interface DialState {
  readonly notBefore: ElapsedMs;
  readonly failures: number;
}

export class PeerTable {
  readonly #parts: PeerTableParts;
  readonly #peers = new Set<Peer>();
  /** Those whose handshake is done; undefined while that may have changed. */
  #ready: readonly Peer[] | undefined;
  /** As `#missing`; undefined while links may have come or gone. */
  #unlinked: readonly string[] | undefined;
  readonly #dialling = new Set<string>();
  readonly #dialStates = new BoundedMap<string, DialState>(HOSTS_MAX);
  /** Where the hosts that shook hands serve blocks, in their own words or because we dialled. */
  readonly #proven = new BoundedMap<string, string>(HOSTS_MAX);
  readonly #banned = new BoundedMap<string, ElapsedMs>(HOSTS_MAX);
  readonly #strangers = new BoundedMap<NetworkId, ElapsedMs>(64);
  readonly #dials = new TokenBucket(DIALS_CAPACITY, DIALS_PER_SECOND);
  #isStopped = false;

  constructor(parts: PeerTableParts) {
    this.#parts = parts;
  }

  /** Peers whose handshake is done. */
  get ready(): readonly Peer[] {
    this.#ready ??= [...this.#peers].filter((peer) => peer.isReady);
    return this.#ready;
  }

  get size(): number {
    return this.#peers.size;
  }

  /**
   * Whether the node of this session and host is linked. A session alone is a claim; on loopback it
   * is one that no other machine can make, so such a link stands for the node's other addresses.
   */
  isLinked(session: string, host: string): boolean {
    return this.#withSession(session).some((peer) => isLoopback(peer.host) || peer.host === host);
  }

  /** Somebody connected to us. */
  accept(link: Link): void {
    const isWanted = !this.#isStopped && !this.#isBanned(link.remote) && this.#hasRoom(link.remote);
    if (!isWanted) return link.close();
    this.#add(link, 'inbound');
  }

  /**
   * A node was heard, claiming `status`. Dials it when another link is wanted, or when it claims
   * more work and is not linked. True when the status is of our network and not our own.
   */
  hear(status: Status, host: string): boolean {
    const own = this.#parts.status();
    if (status.session === own.session || !this.#isOurNetwork(status, own, host)) return false;
    const isLinked = this.isLinked(status.session, host);
    const outbound = [...this.#peers].filter((peer) => peer.direction === 'outbound').length;
    const wanted = outbound + this.#dialling.size;
    const claimsMore = status.work > own.work;
    const room = claimsMore ? OUTBOUND_MAX : OUTBOUND_TARGET;
    if (!isLinked && status.blockServerPort >= PORT_MIN && wanted < room) {
      this.dial(`${host}:${status.blockServerPort}`);
    }
    return true;
  }

  /** Opens a link unless the limits say that it is too soon. */
  dial(address: string): void {
    const now = this.#parts.clock.elapsed();
    const limitedBy = this.#limitKey(address);
    const state = this.#dialStates.get(limitedBy);
    if (this.#isStopped || this.#dialling.has(address) || this.#isBanned(address)) return;
    if (state !== undefined && now < state.notBefore) return;
    const isConfigured = this.#isConfigured(address);
    if (!isConfigured && !this.#dials.take(now)) return;
    const failures = state?.failures ?? 0;
    const isProven = isConfigured || this.#isProven(address);
    const backoffMs = Math.min(REDIAL_MAX_MS, REDIAL_MIN_MS * 2 ** Math.min(failures, 6));
    const notBefore = now + (isProven ? backoffMs : UNPROVEN_DIAL_MS);
    this.#dialStates.set(limitedBy, { notBefore, failures: failures + 1 });
    this.#dialling.add(address);
    this.#parts.network.dial(address, (result) => this.#dialled(address, result));
  }

  /** Called every second. */
  sweep(): void {
    const now = this.#parts.clock.elapsed();
    for (const peer of this.#peers) peer.sweep(now);
    for (const address of this.#missing) this.dial(address);
  }

  /** The time from which `sweep` has something to do, if nothing happens before. */
  get quietUntil(): ElapsedMs {
    const now = this.#parts.clock.elapsed();
    let until = Infinity;
    for (const peer of this.#peers) until = Math.min(until, peer.quietUntil);
    return this.#missing.length === 0 && this.#dialling.size === 0 ? until : now;
  }

  /** Peers that are always dialled and are not linked. */
  get #missing(): readonly string[] {
    if (this.#unlinked !== undefined) return this.#unlinked;
    const linked = new Set([...this.#peers].map((peer) => peer.remote));
    this.#unlinked = this.#parts.configured.filter((address) => !linked.has(address));
    return this.#unlinked;
  }

  /** Links have come or gone, or a handshake is done. */
  #changed(): void {
    this.#ready = undefined;
    this.#unlinked = undefined;
  }

  stop(): void {
    this.#isStopped = true;
    for (const peer of this.#peers) peer.close('stopping');
  }

  #withSession(session: string): Peer[] {
    return this.ready.filter((peer) => peer.status?.session === session);
  }

  /** Whether one more link that somebody opened to us is within the limits. */
  #hasRoom(remote: string): boolean {
    const inbound = [...this.#peers].filter((peer) => peer.direction === 'inbound');
    if (inbound.length >= INBOUND_MAX) return false;
    const host = hostOf(remote);
    const fromHost = inbound.filter((peer) => peer.host === host).length;
    return isLoopback(host) || fromHost < INBOUND_HOST_MAX;
  }

  #dialled(address: string, result: Link | Error): void {
    this.#dialling.delete(address);
    if (result instanceof Error) {
      this.#parts.log.debug('dial failed', { address, reason: result.message });
    } else if (this.#isStopped || this.#peers.size >= PEERS_MAX) {
      result.close();
    } else {
      this.#add(result, 'outbound');
    }
  }

  #add(link: Link, direction: 'inbound' | 'outbound'): void {
    const peer = new Peer(link, direction, this.#parts.clock, {
      wire: this.#parts.wire,
      message: (from, message) => this.#receive(from, message),
      closed: (from) => this.#closed(from),
    });
    this.#peers.add(peer);
    this.#changed();
    const status = this.#parts.status();
    const versions = { versionMin: PROTOCOL_VERSION, versionMax: PROTOCOL_VERSION };
    peer.told = status;
    peer.send({ kind: 'hello', ...versions, ...status });
  }

  #receive(peer: Peer, message: Message): void {
    if (message.kind !== 'hello') return this.#parts.message(peer, message);
    if (peer.status !== undefined) return peer.penalise(FAULTS_MAX, 'said hello twice');
    if (message.versionMin > PROTOCOL_VERSION || message.versionMax < PROTOCOL_VERSION) {
      return peer.close(`speaks protocol ${message.versionMin} to ${message.versionMax}`);
    }
    const own = this.#parts.status();
    if (!this.#isOurNetwork(message, own, peer.host)) return peer.close('another network');
    if (message.session === own.session) return peer.close('ourselves');
    for (const twin of this.#withSession(message.session)) {
      loserOf(peer, twin, own.session < message.session)?.close('linked twice');
      if (!peer.isOpen) return;
    }
    const address = `${peer.host}:${message.blockServerPort}`;
    this.#proven.set(peer.host, peer.direction === 'outbound' ? peer.remote : address);
    if (peer.direction === 'outbound') this.#dialStates.delete(this.#limitKey(peer.remote));
    peer.status = message;
    this.#changed();
    this.#parts.ready(peer);
  }

  #closed(peer: Peer): void {
    this.#peers.delete(peer);
    this.#changed();
    const reason = peer.closedBecause ?? 'closed by the other side';
    this.#parts.log.debug('peer closed', { remote: peer.remote, reason });
    if (peer.faults >= FAULTS_MAX) {
      this.#banned.set(this.#banKey(peer.remote), this.#parts.clock.elapsed() + BAN_MS);
      this.#parts.log.warn('peer refused', { remote: peer.remote, reason });
    }
    this.#parts.closed(peer);
  }

  /** Names a node with other rules, with the difference, at most once a minute for each network. */
  #isOurNetwork(status: Status, own: Status, host: string): boolean {
    if (equalParams(status.params, own.params)) return true;
    const networkId = networkIdOf(status.params);
    const now = this.#parts.clock.elapsed();
    const named = this.#strangers.get(networkId);
    if (named !== undefined && now - named < STRANGERS_NAMED_MS) return false;
    this.#strangers.set(networkId, now);
    const difference = differencesOf(status.params, own.params);
    const { network } = status.params;
    this.#parts.log.warn('another network is here', { host, network, difference });
    return false;
  }

  #isProven(address: string): boolean {
    return this.#proven.get(hostOf(address)) === address;
  }

  #isConfigured(address: string): boolean {
    return this.#parts.configured.includes(address);
  }

  /** What dials are counted by: see the head of this file. */
  #limitKey(address: string): string {
    const host = hostOf(address);
    const byPort = isLoopback(host) || this.#isProven(address) || this.#isConfigured(address);
    return byPort ? address : host;
  }

  /**
   * Many nodes share one loopback, and an inbound port there says nothing, so only hosts are
   * banned.
   */
  #banKey(address: string): string {
    const host = hostOf(address);
    return isLoopback(host) ? address : host;
  }

  #isBanned(address: string): boolean {
    const until = this.#banned.get(this.#banKey(address));
    return until !== undefined && this.#parts.clock.elapsed() < until;
  }
}

/**
 * Which of two links that claim one session has to go, if any. The session is no proof: everybody
 * hears it. So a link from another host never closes one, nor keeps one away (threats row 69).
 */
function loserOf(fresh: Peer, old: Peer, keepOutbound: boolean): Peer | undefined {
  const [isFreshLocal, isOldLocal] = [isLoopback(fresh.host), isLoopback(old.host)];
  // A node of this machine that is linked by a second address; nobody else can be on loopback.
  if (isFreshLocal !== isOldLocal) return isFreshLocal ? old : fresh;
  if (!isFreshLocal && fresh.host !== old.host) return undefined;
  // Both dialled at once: both keep the link that the smaller session opened. Of two that go the
  // same way the first stays.
  const isBetter = (fresh.direction === 'outbound') === keepOutbound;
  return isBetter && fresh.direction !== old.direction ? old : fresh;
}
