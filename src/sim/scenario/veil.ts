/**
 * What an attacker lets its shipped node say and hear: a network door that reads and makes messages
 * with the node's own codec.
 *
 * Owns: showing a tip that is not the node's newest, as if there were nothing above it; and
 * keeping news from the node. While the veil is up, the node's own statuses and fresh blocks stay
 * inside; what others ask for, they get up to the shown tip.
 * Does not own: what is shown when (`selfish.ts`, `payment-attack.ts`).
 */
import type { HeaderNode } from '../../consensus/records.ts';
import { assert } from '../../lib/assert.ts';
import type { Link, Network } from '../../ports.ts';
import type { Wire } from '../../protocol/framing.ts';
import type { Message, Status } from '../../protocol/messages.ts';

export interface VeilParts {
  readonly wire: Wire;
  /** A height that some other node has, by its status or its block. */
  heard?(height: number): void;
}

export class Veil {
  readonly #parts: VeilParts;
  readonly #links = new Set<VeiledLink>();
  /** The tip that others are shown; undefined while nothing is hidden. */
  shown: HeaderNode | undefined;
  /** Whether news of others stays outside. */
  isDeaf = false;
  /** Whether payments pass, in either direction. */
  hidesPayments = false;

  constructor(parts: VeilParts) {
    this.#parts = parts;
  }

  /** The door that the node gets for the network's. */
  door(network: Network): Network {
    const veiled = (link: Link): Link => {
      const wrapped = new VeiledLink(link, this, this.#parts, () => this.#links.delete(wrapped));
      this.#links.add(wrapped);
      return wrapped;
    };
    return {
      announce: (channel, datagram) => network.announce(channel, datagram),
      dial: (address, done) => network.dial(address, (result) =>
        done(result instanceof Error ? result : veiled(result))),
      listen: (events) => network.listen({
        datagram: (channel, bytes, from) => events.datagram(channel, bytes, from),
        link: (link) => events.link(veiled(link)),
      }),
      blockServerPort: network.blockServerPort,
    };
  }

  /** Shows this tip from now on, and tells those peers (all, if none are named) of it. */
  show(tip: HeaderNode, to?: ReadonlySet<string>): void {
    this.shown = tip;
    for (const link of this.#links) {
      if (to === undefined || to.has(link.host)) link.tell(tip);
    }
  }

  /** Sends a block, unasked, to these hosts. */
  push(bytes: Uint8Array, to: ReadonlySet<string>): void {
    const frame = this.#parts.wire.encode({ kind: 'block', bytes });
    for (const link of this.#links) if (to.has(link.host)) link.push(frame);
  }

  /** Lets everything through, both ways, and first what was missed. */
  lift(tip: HeaderNode): void {
    this.isDeaf = this.hidesPayments = false;
    this.show(tip);
    this.shown = undefined;
    for (const link of this.#links) link.hearMissed();
  }
}

class VeiledLink implements Link {
  readonly remote: string;
  readonly #inner: Link;
  readonly #veil: Veil;
  readonly #parts: VeilParts;
  /** What our node last said of itself, and the newest status that it did not hear. */
  #own: Status | undefined;
  #missed: Uint8Array | undefined;
  #onBytes: ((chunk: Uint8Array) => void) | undefined;

  constructor(inner: Link, veil: Veil, parts: VeilParts, forget: () => void) {
    this.#inner = inner;
    this.#veil = veil;
    this.#parts = parts;
    this.remote = inner.remote;
    this.#forget = forget;
  }

  readonly #forget: () => void;

  get host(): string {
    return this.remote.slice(0, this.remote.lastIndexOf(':'));
  }

  send(bytes: Uint8Array): 'sent' | 'full' {
    const message = this.#parts.wire.known(bytes);
    assert(message !== undefined);
    const said = this.#outward(message, bytes);
    return said === undefined ? 'sent' : this.#inner.send(said);
  }

  onBytes(handler: (chunk: Uint8Array) => void): void {
    this.#onBytes = handler;
    this.#inner.onBytes((chunk) => {
      const message = this.#parts.wire.known(chunk);
      assert(message !== undefined);
      if (this.#letsIn(message, chunk)) handler(chunk);
    });
  }

  onDrain(handler: () => void): void {
    this.#inner.onDrain(handler);
  }

  onClose(handler: () => void): void {
    this.#inner.onClose(() => {
      this.#forget();
      handler();
    });
  }

  close(): void {
    this.#forget();
    this.#inner.close();
  }

  tell(tip: HeaderNode): void {
    if (this.#own === undefined) return;
    const status = shownAs(this.#own, tip);
    this.#inner.send(this.#parts.wire.encode({ kind: 'status', ...status }));
  }

  push(frame: Uint8Array): void {
    this.#inner.send(frame);
  }

  hearMissed(): void {
    const missed = this.#missed;
    this.#missed = undefined;
    if (missed !== undefined) this.#onBytes?.(missed);
  }

  /** What is said in place of this, or undefined for nothing. */
  #outward(message: Message, bytes: Uint8Array): Uint8Array | undefined {
    const { shown, hidesPayments } = this.#veil;
    if (message.kind === 'status' || message.kind === 'hello') this.#own = message;
    if (message.kind === 'payment' && hidesPayments) return undefined;
    if (shown === undefined) return bytes;
    switch (message.kind) {
      case 'hello':
        return this.#parts.wire.encode({ ...message, ...shownAs(message, shown) });
      case 'status':
        return undefined;
      case 'headers': {
        const headers = message.headers.filter(({ height }) => height <= shown.header.height);
        return this.#parts.wire.encode({ kind: 'headers', headers });
      }
      case 'block':
        return heightIn(message.bytes) <= shown.header.height ? bytes : undefined;
      default:
        return bytes;
    }
  }

  #letsIn(message: Message, chunk: Uint8Array): boolean {
    const { isDeaf, hidesPayments } = this.#veil;
    if (message.kind === 'payment') return !hidesPayments;
    if (message.kind === 'status') {
      this.#parts.heard?.(message.height);
      if (isDeaf) this.#missed = chunk;
      return !isDeaf;
    }
    if (message.kind !== 'block') return true;
    this.#parts.heard?.(heightIn(message.bytes));
    return !isDeaf;
  }
}

function shownAs(own: Status, tip: HeaderNode): Status {
  const { session, params, blockServerPort, tag, waiting, time } = own;
  const { id: tipId, work, header: { height } } = tip;
  return { session, params, tipId, height, work, blockServerPort, tag, waiting, time };
}

/** The height in a block's encoding: 8 bytes behind the version. */
function heightIn(bytes: Uint8Array): number {
  return Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(4));
}
