/**
 * Small doors for tests of one part of a node: links whose other end the test holds, a network that
 * remembers what it was asked, a log that keeps its lines.
 *
 * Owns: delivery in order, in later turns of the clock. Does not own: faults; `src/sim/` has those.
 */
import type {
  Channel, Clock, Fields, Link, Log, Network, NetworkEvents,
} from '../../src/ports.ts';
import { encodeFrame, FrameReader } from '../../src/protocol/framing.ts';
import type { Message, MessageKind } from '../../src/protocol/messages.ts';

/** One end of a stream in memory. */
export class VirtualLink implements Link {
  readonly remote: string;
  other!: VirtualLink;
  isClosed = false;
  /** While true, what is sent says 'full'. */
  isFull = false;
  readonly #clock: Clock;
  #onBytes: (chunk: Uint8Array) => void = () => {};
  #onDrain: () => void = () => {};
  #onClose: () => void = () => {};

  constructor(remote: string, clock: Clock) {
    this.remote = remote;
    this.#clock = clock;
  }

  send(bytes: Uint8Array): 'sent' | 'full' {
    const copy = bytes.slice();
    this.#clock.after(0, () => this.other.deliver(copy));
    return this.isFull ? 'full' : 'sent';
  }

  deliver(chunk: Uint8Array): void {
    if (!this.isClosed) this.#onBytes(chunk);
  }

  /** Says that the queue has emptied. */
  drain(): void {
    this.isFull = false;
    this.#onDrain();
  }

  onBytes(handler: (chunk: Uint8Array) => void): void {
    this.#onBytes = handler;
  }

  onDrain(handler: () => void): void {
    this.#onDrain = handler;
  }

  onClose(handler: () => void): void {
    this.#onClose = handler;
  }

  close(): void {
    for (const end of [this, this.other]) {
      this.#clock.after(0, () => {
        if (end.isClosed) return;
        end.isClosed = true;
        end.#onClose();
      });
    }
  }
}

/** Two ends of one stream; each calls the other side by the name given. */
export function linkPair(clock: Clock, remoteOfA: string, remoteOfB = '10.9.9.9:9'): {
  a: VirtualLink; b: VirtualLink;
} {
  const a = new VirtualLink(remoteOfA, clock);
  const b = new VirtualLink(remoteOfB, clock);
  a.other = b;
  b.other = a;
  return { a, b };
}

/** The far end of a link, in the hands of a test: keeps what it hears and says what it is told. */
export class Stranger {
  readonly link: VirtualLink;
  readonly heard: Message[] = [];
  /** Called for each message heard. */
  onMessage: (message: Message) => void = () => {};
  readonly #frames = new FrameReader();

  constructor(link: VirtualLink) {
    this.link = link;
    link.onBytes((chunk) => {
      for (const result of this.#frames.push(chunk)) {
        if (result.kind !== 'message') throw new Error(`heard no message: ${result.fault}`);
        this.heard.push(result.message);
        this.onMessage(result.message);
      }
    });
  }

  say(...messages: readonly Message[]): void {
    for (const message of messages) this.link.send(encodeFrame(message));
  }

  /** What it heard of this kind. */
  all<Kind extends MessageKind>(kind: Kind): Extract<Message, { readonly kind: Kind }>[] {
    return this.heard.filter((one): one is Extract<Message, { kind: Kind }> => one.kind === kind);
  }
}

/** What was sent to everybody, and when. */
interface Announcement {
  readonly channel: Channel;
  readonly bytes: Uint8Array;
  readonly at: number;
}

interface LogLine {
  readonly level: string;
  readonly message: string;
  readonly fields: Fields;
}

/** Remembers announcements and dials; a dial fails unless the test answers it. */
export class VirtualNetwork implements Network {
  blockServerPort = 2607;
  readonly announced: Announcement[] = [];
  readonly dialled: { readonly address: string; readonly at: number }[] = [];
  /** The link that a dial to the address gets, or undefined for none. */
  answer: (address: string) => Link | undefined = () => undefined;
  events: NetworkEvents | undefined;
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  announce(channel: Channel, bytes: Uint8Array): void {
    this.announced.push({ channel, bytes, at: this.#clock.now() });
  }

  dial(address: string, done: (result: Link | Error) => void): void {
    this.dialled.push({ address, at: this.#clock.now() });
    this.#clock.after(1, () => done(this.answer(address) ?? new Error('nobody is there')));
  }

  listen(events: NetworkEvents): void {
    this.events = events;
  }
}

/** Keeps its lines. */
export class VirtualLog implements Log {
  readonly lines: LogLine[] = [];

  debug(message: string, fields: Fields = {}): void {
    this.lines.push({ level: 'debug', message, fields });
  }

  info(message: string, fields: Fields = {}): void {
    this.lines.push({ level: 'info', message, fields });
  }

  warn(message: string, fields: Fields = {}): void {
    this.lines.push({ level: 'warn', message, fields });
  }

  error(message: string, fields: Fields = {}): void {
    this.lines.push({ level: 'error', message, fields });
  }
}
