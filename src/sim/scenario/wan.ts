/**
 * The simulated wide-area network: links from one computer to another, each with its own delay and
 * bandwidth, and nobody who hears everybody.
 *
 * Owns: which links there may be, how long bytes take, and cuts between parts of the network.
 * Frames are carried whole: what one `send` takes arrives at once, so that a thousand receivers of
 * one frame can share it. Does not own: who dials whom (the node, by its configured peers), LANs
 * and their faults (`../network.ts`).
 */
import { assert } from '../../lib/assert.ts';
import type { Link, Network, NetworkEvents } from '../../ports.ts';
import { hostOfIndex } from '../machine.ts';
import { SIM_PORT } from '../network.ts';
import type { Life, World } from '../world.ts';

/** Bytes that wait in one direction before `send` says 'full'; twice as many break the link. */
const LINK_BYTES_MAX = 512 * 1024;
const DIAL_TIMEOUT_MS = 5_000;
const BITS_PER_BYTE = 8;

/** The address at which a node is dialled. */
export function addressOfIndex(index: number): string {
  return `${hostOfIndex(index)}:${SIM_PORT}`;
}

/** A program on a computer, as the network knows it. */
interface Host {
  readonly index: number;
  readonly life: Life;
  events: NetworkEvents | undefined;
  readonly ends: Set<WanEnd>;
  /** What arrives at one time is one event: the node's memory is near for all of it. */
  readonly due: Moment[];
}

/** What arrives at a host at one time, in a chain: lists would have room for many more. */
interface Moment {
  readonly at: number;
  readonly first: Delivery;
  last: Delivery;
}

interface Delivery {
  readonly to: WanEnd;
  readonly bytes: Uint8Array;
  next: Delivery | undefined;
}

/** As `splice`, which would make a list of what it takes out. */
function forget(due: Moment[], moment: Moment): void {
  for (let index = due.indexOf(moment); index < due.length - 1; index++) {
    due[index] = due[index + 1]!;
  }
  due.pop();
}

/** What a link is made of: two ways, which share nothing. */
interface Cable {
  readonly delayMs: number;
  /** Infinity for as fast as can be. */
  readonly bytesPerMs: number;
}

export interface WanOptions {
  readonly bandwidthMbits: number | undefined;
  /** One-way delay between two nodes, in ms; asked once for each link that is opened. */
  delayMs(from: number, to: number): number;
}

export class Wan {
  readonly #world: World;
  readonly #options: WanOptions;
  readonly #hosts = new Map<string, Host>();
  /** Of each node, while the network is cut: nothing goes from one side to another. */
  #sides: readonly number[] | undefined;

  constructor(world: World, options: WanOptions) {
    this.#world = world;
    this.#options = options;
  }

  /** The network door of a program that starts on this node. */
  attach(index: number, life: Life): Network {
    const address = addressOfIndex(index);
    const own: Host = { index, life, events: undefined, ends: new Set(), due: [] };
    const before = this.#hosts.get(address);
    assert(before === undefined || !before.life.isAlive, 'a host runs one program');
    this.#hosts.set(address, own);
    return {
      // There is no LAN to hear it: linked peers are told over their links.
      announce: () => {},
      dial: (to, done) => this.#dial(own, to, done),
      listen: (events) => {
        own.events = events;
      },
      blockServerPort: SIM_PORT,
    };
  }

  /** The program on this node is gone, and its links with it. */
  detach(index: number): void {
    const address = addressOfIndex(index);
    const gone = this.#hosts.get(address);
    this.#hosts.delete(address);
    for (const end of [...(gone?.ends ?? [])]) end.break();
  }

  /**
   * Cuts the network: nothing goes between nodes whose sides, by their numbers, differ. What is on
   * its way arrives.
   */
  cut(sides: readonly number[]): void {
    this.#sides = sides;
  }

  /** Mends all cuts; what was sent meanwhile goes on. */
  heal(): void {
    this.#sides = undefined;
    for (const { ends } of this.#hosts.values()) for (const end of ends) end.resume();
  }

  isCut(one: number, other: number): boolean {
    return this.#sides !== undefined && this.#sides[one] !== this.#sides[other];
  }

  #dial(own: Host, address: string, done: (result: Link | Error) => void): void {
    const reply = (delayMs: number, result: Link | Error): void =>
      this.#world.post(delayMs, () => done(result), own.life);
    const target = this.#hosts.get(address);
    if (target === undefined || this.isCut(own.index, target.index)) {
      return reply(DIAL_TIMEOUT_MS, new Error('timed out'));
    }
    const delayMs = this.#options.delayMs(own.index, target.index);
    this.#world.post(delayMs, () => {
      const other = this.#hosts.get(address);
      const accept = other?.events;
      if (other?.life.isAlive !== true || accept === undefined) {
        return reply(delayMs, new Error('refused'));
      }
      const mbits = this.#options.bandwidthMbits ?? Infinity;
      const cable: Cable = { delayMs, bytesPerMs: (mbits * 1_000) / BITS_PER_BYTE };
      const [dialled, accepted] = WanEnd.pair(this, this.#world, { cable, from: own, to: other });
      this.#world.post(0, () => accept.link(accepted), other.life);
      reply(delayMs, dialled);
    }, own.life);
  }
}

class WanEnd implements Link {
  readonly remote: string;
  readonly #wan: Wan;
  readonly #world: World;
  readonly #host: Host;
  readonly #cable: Cable;
  #other: WanEnd | undefined;
  /** When the last bit of what was sent has left, and when what was sent last arrives. */
  #busyUntil = 0;
  #lastArrival = 0;
  /** What the other end has sent and is not here yet, and whether that was too much for it. */
  #comingBytes = 0;
  #isFilled = false;
  #isOpen = true;
  /** What a cut holds up, in order. */
  #held: Uint8Array[] = [];
  /** What came before anybody listened. */
  #early: Uint8Array[] | undefined = [];
  #onBytes: ((chunk: Uint8Array) => void) | undefined;
  #onDrain: (() => void) | undefined;
  #onClose: (() => void) | undefined;

  static pair(
    wan: Wan, world: World, link: { cable: Cable; from: Host; to: Host },
  ): [WanEnd, WanEnd] {
    const { cable, from, to } = link;
    const one = new WanEnd(wan, world, { host: from, cable, remote: addressOfIndex(to.index) });
    // Each node dials another at most once, so the source port tells nothing.
    const port = SIM_PORT + 1;
    const remote = `${hostOfIndex(from.index)}:${port}`;
    const other = new WanEnd(wan, world, { host: to, cable, remote });
    one.#other = other;
    other.#other = one;
    return [one, other];
  }

  constructor(wan: Wan, world: World, parts: { host: Host; cable: Cable; remote: string }) {
    this.#wan = wan;
    this.#world = world;
    this.#host = parts.host;
    this.#cable = parts.cable;
    this.remote = parts.remote;
    parts.host.ends.add(this);
  }

  onBytes(handler: (chunk: Uint8Array) => void): void {
    this.#onBytes = handler;
    if (this.#early === undefined || this.#early.length === 0) {
      this.#early = undefined;
      return;
    }
    this.#world.post(0, () => {
      const early = this.#early ?? [];
      this.#early = undefined;
      for (const chunk of early) this.#receive(chunk);
    }, this.#host.life);
  }

  onDrain(handler: () => void): void {
    this.#onDrain = handler;
  }

  onClose(handler: () => void): void {
    this.#onClose = handler;
  }

  send(bytes: Uint8Array): 'sent' | 'full' {
    const other = this.#other;
    if (!this.#isOpen || other === undefined) return 'sent';
    other.#comingBytes += bytes.length;
    if (this.#held.length > 0 || this.#isCut(other)) this.#held.push(bytes);
    else this.#carry(bytes, other);
    if (other.#comingBytes > 2 * LINK_BYTES_MAX) this.break();
    other.#isFilled ||= other.#comingBytes > LINK_BYTES_MAX;
    return other.#isFilled ? 'full' : 'sent';
  }

  /** Closes it once what was sent before has arrived. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#tellClosed();
    const { now } = this.#world;
    const arrivesAt = Math.max(this.#lastArrival, now + this.#cable.delayMs);
    this.#world.post(arrivesAt - now, () => this.#end());
  }

  /** Both ends lose it at once, with everything on its way. */
  break(): void {
    this.#end();
  }

  /** Goes on with what a cut held up. */
  resume(): void {
    const other = this.#other;
    if (other === undefined || this.#held.length === 0 || this.#isCut(other)) return;
    for (const bytes of this.#held.splice(0)) this.#carry(bytes, other);
  }

  #isCut(other: WanEnd): boolean {
    return this.#wan.isCut(this.#host.index, other.#host.index);
  }

  #carry(bytes: Uint8Array, other: WanEnd): void {
    const { now } = this.#world;
    this.#busyUntil = Math.max(this.#busyUntil, now) + bytes.length / this.#cable.bytesPerMs;
    this.#lastArrival = Math.max(this.#lastArrival, this.#busyUntil + this.#cable.delayMs);
    const delayMs = Math.ceil(this.#lastArrival - now);
    const { due } = other.#host;
    const at = now + delayMs;
    const delivery: Delivery = { to: other, bytes, next: undefined };
    // There are a few: the latest, as a rule, or one before it.
    for (let index = due.length - 1; index >= 0; index--) {
      const known = due[index]!;
      if (known.at !== at) continue;
      known.last = known.last.next = delivery;
      return;
    }
    const moment: Moment = { at, first: delivery, last: delivery };
    due.push(moment);
    this.#world.post(delayMs, () => {
      forget(due, moment);
      let next: Delivery | undefined = moment.first;
      for (; next !== undefined; next = next.next) next.to.#arrived(next.bytes);
    });
  }

  #arrived(bytes: Uint8Array): void {
    const sender = this.#other;
    if (sender === undefined) return;
    this.#comingBytes -= bytes.length;
    this.#world.log.mark(this.#world.now, 1, bytes.length);
    this.#receive(bytes);
    if (!this.#isFilled || this.#comingBytes > 0) return;
    this.#isFilled = false;
    this.#world.post(0, () => {
      if (sender.#isOpen) sender.#onDrain?.();
    }, sender.#host.life);
  }

  #receive(chunk: Uint8Array): void {
    if (!this.#host.life.isAlive || !this.#isOpen) return;
    if (this.#early === undefined) this.#onBytes?.(chunk);
    else this.#early.push(chunk);
  }

  #end(): void {
    const other = this.#other;
    if (other === undefined) return;
    for (const end of [this, other]) {
      end.#other = undefined;
      end.#held = [];
      end.#host.ends.delete(end);
      if (end.#isOpen) end.#tellClosed();
      end.#isOpen = false;
    }
  }

  #tellClosed(): void {
    this.#world.post(0, () => this.#onClose?.(), this.#host.life);
  }
}
