/**
 * The simulated LAN: hosts, datagrams, and who can reach whom.
 *
 * Owns: loss, doubling, delay and reordering of datagrams; partitions; dialling; clogs and resets
 * of links. Does not own: when any of that happens (`faults.ts`), or streams (`link.ts`).
 */
import { assert } from '../lib/assert.ts';
import type { Channel, Link, Network, NetworkEvents } from '../ports.ts';
import { LinkEnd } from './link.ts';
import type { Path } from './link.ts';
import type { Chance } from './random.ts';
import type { Life, World } from './world.ts';

/** How the network treats what it carries, in ms and shares of 1. */
export interface Weather {
  readonly latencyMinMs: number;
  readonly latencyMaxMs: number;
  readonly lossShare: number;
  readonly doubleShare: number;
  /** This share of datagrams comes late, by up to `strayMs`: other datagrams overtake them. */
  readonly strayShare: number;
  readonly strayMs: number;
  /** This share of what is sent on links is cut, at any byte. */
  readonly cutShare: number;
  readonly bytesPerMs: number;
}

export const FAIR_WEATHER: Weather = {
  latencyMinMs: 1, latencyMaxMs: 5, lossShare: 0, doubleShare: 0, strayShare: 0, strayMs: 0,
  cutShare: 0, bytesPerMs: 10_000,
};

/** The port that every simulated program listens at. */
export const SIM_PORT = 7_557;
const DIAL_TIMEOUT_MS = 5_000;
const EPHEMERAL_PORT_MIN = 40_000;

/** A program on a host, as the network knows it. */
interface Attachment {
  readonly host: string;
  readonly life: Life;
  events: NetworkEvents | undefined;
  readonly ends: Set<LinkEnd>;
}

export class Lan {
  weather: Weather = FAIR_WEATHER;
  readonly #world: World;
  readonly #chance: Chance;
  readonly #attached = new Map<string, Attachment>();
  /** "from to" of hosts between which nothing goes. */
  readonly #blocked = new Set<string>();
  readonly #clogs = new Map<string, number>();
  #ports = EPHEMERAL_PORT_MIN;

  constructor(world: World, chance: Chance) {
    this.#world = world;
    this.#chance = chance;
  }

  /** The network door of a program that starts on this host. */
  attach(host: string, life: Life): Network {
    const own: Attachment = { host, life, events: undefined, ends: new Set() };
    const before = this.#attached.get(host);
    assert(before === undefined || !before.life.isAlive, 'a host runs one program');
    this.#attached.set(host, own);
    // What others still send to the program before it meets the new one, which knows nothing of it.
    this.#resumeAll();
    return {
      announce: (channel, datagram) => this.#announce(own, channel, datagram),
      dial: (address, done) => this.#dial(own, address, done),
      listen: (events) => {
        own.events = events;
      },
      blockServerPort: SIM_PORT,
    };
  }

  /** The program on this host is gone; a clean end closes its links, losing power does not. */
  detach(host: string, isClean: boolean): void {
    const gone = this.#attached.get(host);
    this.#attached.delete(host);
    for (const end of [...(gone?.ends ?? [])]) end.abandon(isClean);
  }

  /** Sends a datagram to everybody in the name of any host, as only liars do. */
  spray(from: string, channel: Channel, datagram: Uint8Array): void {
    for (const to of this.#attached.values()) this.#send({ from, to, channel, datagram });
  }

  /**
   * Lets nothing through from any host of one group to any host of the other; the way back stays.
   */
  block(from: readonly string[], to: readonly string[]): void {
    for (const one of from) for (const other of to) this.#blocked.add(`${one} ${other}`);
  }

  /** Everybody reaches everybody again. */
  heal(): void {
    this.#blocked.clear();
    this.#clogs.clear();
    this.#resumeAll();
  }

  /** Streams between two hosts, both ways, stand still for so long. */
  clog(one: string, other: string, durationMs: number): void {
    this.#clogs.set(`${one} ${other}`, this.#world.now + durationMs);
    this.#clogs.set(`${other} ${one}`, this.#world.now + durationMs);
  }

  /** Breaks one link of this host, if it has any. */
  breakLink(host: string): void {
    const ends = [...(this.#attached.get(host)?.ends ?? [])];
    if (ends.length > 0) this.#chance.pick(ends).break();
  }

  #announce(own: Attachment, channel: Channel, datagram: Uint8Array): void {
    assert(datagram.length <= 1_200, 'a datagram fits into one packet');
    for (const to of this.#attached.values()) {
      this.#send({ from: own.host, to, channel, datagram });
    }
  }

  #send(sent: { from: string; to: Attachment; channel: Channel; datagram: Uint8Array }): void {
    const { from, to, channel, datagram } = sent;
    const { weather } = this;
    const copies = this.#chance.happens(weather.doubleShare) ? 2 : 1;
    const isLost = this.#chance.happens(weather.lossShare) || this.#isBlocked(from, to.host);
    if (isLost || !to.life.isAlive) return;
    for (let copy = 0; copy < copies; copy++) {
      const strayMs = this.#chance.happens(weather.strayShare) ? weather.strayMs : 0;
      const delayMs = this.#latencyMs() + this.#chance.between(0, strayMs);
      this.#world.after(delayMs, () => {
        this.#world.log.mark(this.#world.now, 2, datagram.length);
        to.events?.datagram(channel, datagram, from);
      }, to.life);
    }
  }

  #dial(own: Attachment, address: string, done: (result: Link | Error) => void): void {
    const target = address.slice(0, address.lastIndexOf(':'));
    const reply = (delayMs: number, result: Link | Error): void => {
      this.#world.after(delayMs, () => done(result), own.life);
    };
    this.#world.after(this.#latencyMs(), () => {
      const other = this.#attached.get(target);
      if (this.#isBlocked(own.host, target) || this.#isBlocked(target, own.host)) {
        return reply(DIAL_TIMEOUT_MS, new Error('timed out'));
      }
      const accept = other?.events;
      if (other === undefined || !other.life.isAlive || accept === undefined) {
        return reply(this.#latencyMs(), new Error('refused'));
      }
      if (address !== `${target}:${SIM_PORT}`) return reply(1, new Error('refused'));
      const port = EPHEMERAL_PORT_MIN + (this.#ports++ % 20_000);
      const dialled = this.#end(own, other, address);
      const accepted = this.#end(other, own, `${own.host}:${port}`);
      LinkEnd.join(dialled, accepted);
      this.#world.after(0, () => accept.link(accepted), other.life);
      reply(this.#latencyMs(), dialled);
    }, own.life);
  }

  #end(from: Attachment, to: Attachment, remote: string): LinkEnd {
    const end: LinkEnd = new LinkEnd(this.#world, from.life, {
      remote,
      path: this.#path(from.host, to.host),
      isUp: () => this.#attached.get(from.host)?.life.isAlive === true,
      forget: () => from.ends.delete(end),
    });
    from.ends.add(end);
    return end;
  }

  #path(from: string, to: string): Path {
    const key = `${from} ${to}`;
    return {
      delayMs: (byteLength) => this.#latencyMs() + Math.floor(byteLength / this.weather.bytesPerMs),
      pieceLength: (byteLength) => (byteLength > 1 && this.#chance.happens(this.weather.cutShare)
        ? this.#chance.between(1, byteLength - 1) : byteLength),
      isBlocked: () => this.#isBlocked(from, to),
      cloggedUntil: () => this.#clogs.get(key) ?? 0,
    };
  }

  #latencyMs(): number {
    return this.#chance.between(this.weather.latencyMinMs, this.weather.latencyMaxMs);
  }

  #isBlocked(from: string, to: string): boolean {
    return this.#blocked.size > 0 && this.#blocked.has(`${from} ${to}`);
  }

  #resumeAll(): void {
    for (const { ends } of this.#attached.values()) for (const end of ends) end.resume();
  }
}
