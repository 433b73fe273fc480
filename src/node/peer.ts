/**
 * One link to another node: frames in and out, the handshake, and how much it may ask.
 *
 * Owns: the stream's state, what was last said of themselves by both sides, its faults.
 * Does not own: what messages mean (`sync.ts`, `block-server.ts`, `relay.ts`) or whom to link to
 * (`peer-table.ts`).
 */
import type { Rejection } from '../consensus/rejection.ts';
import { severityOf } from '../consensus/rejection.ts';
import type { BlockId } from '../consensus/types.ts';
import { TokenBucket } from '../lib/token-bucket.ts';
import type { Clock, ElapsedMs, Link } from '../ports.ts';
import { FrameReader, PLAIN_WIRE } from '../protocol/framing.ts';
import type { Wire } from '../protocol/framing.ts';
import type { Message, MessageKind, Status } from '../protocol/messages.ts';

/** (policy) A link whose other side has not said hello by then is closed. */
export const HANDSHAKE_MAX_MS = 10_000;
/** (policy) Silence after which a ping is sent, and after twice that the link is closed. */
export const IDLE_MAX_MS = 60_000;
/** (policy) A frame that began must be whole by then: 8 MB at 1 Mbit/s. */
export const FRAME_MAX_MS = 70_000;
/** (policy) A link that was full must be empty by then: the most that waits, at 1 Mbit/s. */
export const FULL_MAX_MS = 140_000;
/** (policy) Faults, in points, at which a peer is closed and kept away. */
export const FAULTS_MAX = 100;

/** (policy) Points that each sweep takes back: what happens now and then is no attack. */
const FAULTS_FORGIVEN = 0.2;

/** (policy) What a peer may ask of us: a sync of small blocks fits, a flood does not. */
const BUDGET_CAPACITY = 5_000;
const BUDGET_PER_SECOND = 2_000;
/** Blocks cost nothing: those that we ask for come as fast as they can, others count as faults. */
const COSTS: Partial<Record<MessageKind, number>> = { getHeaders: 50, block: 0 };

export interface PeerEvents {
  /** Makes and reads frames; each for itself when undefined. */
  readonly wire?: Wire | undefined;
  /** A message after the handshake, or the hello that ends it. */
  message(peer: Peer, message: Message): void;
  /** Called once, whoever closed the link. */
  closed(peer: Peer): void;
}

export class Peer {
  readonly remote: string;
  readonly direction: 'inbound' | 'outbound';
  /** What it last said of itself; undefined until its hello. */
  status: Status | undefined;
  /** What we last said of ourselves to it. */
  told: Status | undefined;
  /** The last block that it sent, good or bad. */
  shownId: BlockId | undefined;
  /** When its last whole message came. */
  heardAt: ElapsedMs;
  /** There and back, as `measure` found last. */
  latencyMs: number | undefined;
  /** Why it was closed by us, in words. */
  closedBecause: string | undefined;
  readonly #openedAt: ElapsedMs;
  readonly #link: Link;
  readonly #clock: Clock;
  readonly #events: PeerEvents;
  readonly #wire: Wire;
  readonly #frames: FrameReader;
  readonly #budget = new TokenBucket(BUDGET_CAPACITY, BUDGET_PER_SECOND);
  #faults = 0;
  #isOpen = true;
  /** Since when it takes no more; pings cost its other side nothing and prove nothing. */
  #fullSince: ElapsedMs | undefined;
  #frameBeganAt: ElapsedMs | undefined;
  #pingedAt: ElapsedMs = Number.NEGATIVE_INFINITY;
  #measuredAt: ElapsedMs = 0;
  /** Of the last `measure`; pings that only ask for a sign of life have 0. */
  #measureToken = 0;
  #onDrain: (() => void) | undefined;

  constructor(link: Link, direction: 'inbound' | 'outbound', clock: Clock, events: PeerEvents) {
    this.remote = link.remote;
    this.direction = direction;
    this.heardAt = this.#openedAt = clock.elapsed();
    this.#link = link;
    this.#clock = clock;
    this.#events = events;
    this.#wire = events.wire ?? PLAIN_WIRE;
    this.#frames = new FrameReader(this.#wire);
    link.onBytes((chunk) => this.#receive(chunk));
    link.onDrain(() => this.#drain());
    link.onClose(() => this.#closed());
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Both sides are known to be on the same network. */
  get isReady(): boolean {
    return this.#isOpen && this.status !== undefined;
  }

  get host(): string {
    return hostOf(this.remote);
  }

  get faults(): number {
    return this.#faults;
  }

  /** False while so much waits to be sent that large messages should wait for `whenDrained`. */
  get canTakeMore(): boolean {
    return this.#isOpen && this.#fullSince === undefined;
  }

  send(message: Message): void {
    if (this.#isOpen) this.sendFrame(this.#wire.encode(message));
  }

  /** Sends what `Wire.encode` made, once for many peers. */
  sendFrame(frame: Uint8Array): void {
    if (!this.#isOpen || this.#link.send(frame) !== 'full') return;
    this.#fullSince ??= this.#clock.elapsed();
  }

  /** Runs `run` once when the link takes more again; a later call replaces it. */
  whenDrained(run: () => void): void {
    this.#onDrain = run;
  }

  /** Takes more of what it may ask, for what costs more than it looks. */
  charge(cost: number): void {
    if (!this.#budget.take(this.#clock.elapsed(), cost)) this.close('asks too much');
  }

  /** Counts a fault; enough of them close the link. `points` of `FAULTS_MAX`. */
  penalise(points: number, reason: string): void {
    this.#faults += points;
    if (this.#faults >= FAULTS_MAX) this.close(reason);
  }

  /** As bad as the rejection of what it sent: only what breaks a rule for ever counts in full. */
  penaliseFor(rejection: Rejection): void {
    const severity = severityOf(rejection);
    if (severity === 'invalid') this.penalise(FAULTS_MAX, `sent ${rejection.code}`);
    if (severity === 'mutated') this.penalise(FAULTS_MAX / 2, `sent ${rejection.code}`);
  }

  /** Asks how long a message takes there and back, for people; the answer comes to `latencyMs`. */
  measure(): void {
    this.#measuredAt = this.#clock.elapsed();
    this.#measureToken += 1;
    this.send({ kind: 'ping', token: this.#measureToken });
  }

  close(reason: string): void {
    if (!this.#isOpen) return;
    this.closedBecause ??= reason;
    this.#link.close();
    this.#closed();
  }

  /** The time from which `sweep` has something to do, if nothing happens before. */
  get quietUntil(): ElapsedMs {
    const isBusy = this.status === undefined || this.#faults > 0
      || this.#frameBeganAt !== undefined;
    if (isBusy) return this.#openedAt;
    const isPinged = this.#pingedAt > this.heardAt;
    return this.heardAt + (isPinged ? 2 : 1) * IDLE_MAX_MS;
  }

  /** Called every second while it is not quiet: closes what is silent, half-open or endless. */
  sweep(now: ElapsedMs): void {
    this.#faults = Math.max(0, this.#faults - FAULTS_FORGIVEN);
    const silentMs = now - this.heardAt;
    const frameMs = this.#frameBeganAt === undefined ? 0 : now - this.#frameBeganAt;
    const fullMs = this.#fullSince === undefined ? 0 : now - this.#fullSince;
    const isLate = this.status === undefined && now - this.#openedAt > HANDSHAKE_MAX_MS;
    if (isLate) this.close('no hello');
    else if (silentMs > 2 * IDLE_MAX_MS) this.close('silent');
    else if (fullMs > FULL_MAX_MS) this.close('does not read');
    else if (frameMs > FRAME_MAX_MS) this.close('a message that does not end');
    else if (silentMs > IDLE_MAX_MS && this.#pingedAt <= this.heardAt) {
      this.#pingedAt = now;
      this.send({ kind: 'ping', token: 0 });
    }
  }

  #receive(chunk: Uint8Array): void {
    const known = this.#isOpen ? this.#frames.known(chunk) : undefined;
    if (known !== undefined) return this.#dispatch(known);
    for (const result of this.#frames.push(chunk)) {
      if (!this.#isOpen) return;
      if (result.kind === 'fault') {
        this.#faults = FAULTS_MAX;
        return this.close(`sent bytes that are no message (${result.fault})`);
      }
      this.#dispatch(result.message);
    }
    this.#noteFrame();
  }

  #noteFrame(): void {
    if (this.#frames.isInFrame) this.#frameBeganAt ??= this.#clock.elapsed();
    else this.#frameBeganAt = undefined;
  }

  #dispatch(message: Message): void {
    this.heardAt = this.#clock.elapsed();
    this.#frameBeganAt = undefined;
    if (!this.#budget.take(this.heardAt, COSTS[message.kind] ?? 1)) {
      return this.close('sends too much');
    }
    if (this.status === undefined && message.kind !== 'hello') return this.close('no hello first');
    if (message.kind === 'ping') return this.send({ kind: 'pong', token: message.token });
    if (message.kind === 'pong') return this.#measured(message.token);
    this.#events.message(this, message);
  }

  #measured(token: number): void {
    const isAnswer = token > 0 && token === this.#measureToken;
    if (isAnswer) this.latencyMs = this.heardAt - this.#measuredAt;
  }

  #drain(): void {
    this.#fullSince = undefined;
    const run = this.#onDrain;
    this.#onDrain = undefined;
    run?.();
  }

  #closed(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#onDrain = undefined;
    this.#events.closed(this);
  }
}

/** The host of "host:port". */
export function hostOf(address: string): string {
  return address.slice(0, address.lastIndexOf(':'));
}

/** An address that only this computer's own processes can have as their source. */
export function isLoopback(host: string): boolean {
  return host.startsWith('127.') || host === '::1';
}
