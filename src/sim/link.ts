/**
 * The `Link` door over the simulated network: two ends, and a stream of bytes from each to the
 * other.
 *
 * Owns: where streams are cut and joined, how full they are, and how ends learn that the other is
 * gone. A stream keeps its order and loses nothing until it breaks, as TCP does; what stands in its
 * way makes it wait. Does not own: who may reach whom, and how slow it is (`network.ts`).
 */
import { concatBytes } from '../lib/bytes.ts';
import type { Link } from '../ports.ts';
import type { Life, World } from './world.ts';

/** Bytes that wait in one direction before `send` says 'full'; twice as many break the link. */
const LINK_BYTES_MAX = 512 * 1024;

/** What an end needs to know of the network between it and the other. */
export interface Path {
  /** How long a piece of this many bytes is on its way, in ms. */
  delayMs(byteLength: number): number;
  /** Bytes of a piece, at most this many; less than asked for cuts the stream. */
  pieceLength(byteLength: number): number;
  /** Whether nothing goes through now; `LinkEnd.resume` is called when that may have changed. */
  isBlocked(): boolean;
  /** The world's time until which the stream is clogged. */
  cloggedUntil(): number;
}

/** The computer at this end. */
export interface LinkHost {
  /** Whether any program runs on it now, be it another than the one that has this link. */
  isUp(): boolean;
  /** The link is over. */
  forget(): void;
}

interface Piece {
  readonly bytes: Uint8Array;
  readonly arrivesAt: number;
}

export class LinkEnd implements Link {
  readonly remote: string;
  readonly #world: World;
  readonly #life: Life;
  readonly #path: Path;
  readonly #host: LinkHost;
  #other: LinkEnd | undefined;
  #pieces: Piece[] = [];
  #queuedBytes = 0;
  #lastArrival = 0;
  #isFull = false;
  #isPlanned = false;
  /** `closing`: we closed it, and what was sent before is still on its way. */
  #state: 'open' | 'closing' | 'closed' = 'open';
  /** What came before anybody listened. */
  #early: Uint8Array[] = [];
  #isListening = false;
  #onBytes: ((chunk: Uint8Array) => void) | undefined;
  #onDrain: (() => void) | undefined;
  #onClose: (() => void) | undefined;

  constructor(
    world: World,
    life: Life,
    parts: { readonly remote: string; readonly path: Path } & LinkHost,
  ) {
    this.#world = world;
    this.#life = life;
    this.remote = parts.remote;
    this.#path = parts.path;
    this.#host = parts;
  }

  /** Joins two ends, which are then one link. */
  static join(one: LinkEnd, other: LinkEnd): void {
    one.#other = other;
    other.#other = one;
  }

  onBytes(handler: (chunk: Uint8Array) => void): void {
    this.#onBytes = handler;
    this.#world.after(0, () => {
      this.#isListening = true;
      for (const chunk of this.#early.splice(0)) this.#receive(chunk);
    }, this.#life);
  }

  onDrain(handler: () => void): void {
    this.#onDrain = handler;
  }

  onClose(handler: () => void): void {
    this.#onClose = handler;
    if (this.#state === 'closed') this.#tellClosed();
  }

  send(bytes: Uint8Array): 'sent' | 'full' {
    if (this.#state !== 'open') return 'sent';
    for (let start = 0; start < bytes.length; ) {
      const piece = bytes.subarray(start, start + this.#path.pieceLength(bytes.length - start));
      start += piece.length;
      const soonest = this.#world.now + this.#path.delayMs(piece.length);
      this.#lastArrival = Math.max(this.#lastArrival, soonest);
      this.#pieces.push({ bytes: piece, arrivesAt: this.#lastArrival });
    }
    this.#queuedBytes += bytes.length;
    this.resume();
    if (this.#queuedBytes > 2 * LINK_BYTES_MAX) this.break();
    this.#isFull ||= this.#queuedBytes > LINK_BYTES_MAX;
    return this.#isFull ? 'full' : 'sent';
  }

  close(): void {
    if (this.#state !== 'open') return;
    this.#state = 'closing';
    this.#tellClosed();
    this.resume();
  }

  /** Both ends lose it at once, with everything on its way. */
  break(): void {
    const other = this.#other;
    this.#end();
    if (other !== undefined) other.#end();
  }

  /**
   * The program at this end is gone. A clean end tells the other side; pulling the plug does not.
   */
  abandon(isClean: boolean): void {
    this.#pieces = [];
    this.#queuedBytes = 0;
    if (isClean) this.break();
  }

  /** Delivers what is due, or plans to. */
  resume(): void {
    if (this.#isPlanned || this.#state === 'closed') return;
    const next = this.#pieces[0];
    if (next === undefined && this.#state === 'open') return;
    if (this.#path.isBlocked()) return;
    const due = Math.max(next?.arrivesAt ?? this.#lastArrival, this.#path.cloggedUntil());
    this.#isPlanned = true;
    this.#world.after(due - this.#world.now, () => {
      this.#isPlanned = false;
      this.#deliver();
    });
  }

  #deliver(): void {
    const { now } = this.#world;
    if (this.#state === 'closed' || this.#path.isBlocked()) return;
    if (this.#path.cloggedUntil() > now) return this.resume();
    let count = 0;
    while (count < this.#pieces.length && this.#pieces[count]!.arrivesAt <= now) count++;
    const chunks = this.#pieces.splice(0, count).map((piece) => piece.bytes);
    const chunk = chunks.length === 1 ? chunks[0]! : concatBytes(...chunks);
    this.#queuedBytes -= chunk.length;
    const other = this.#other;
    if (other === undefined) return;
    if (chunk.length > 0) other.#receive(chunk);
    if (this.#pieces.length > 0) return this.resume();
    if (this.#state === 'closing') return other.#endBy(this);
    if (!this.#isFull) return;
    this.#isFull = false;
    this.#world.after(0, () => {
      if (this.#state === 'open') this.#onDrain?.();
    }, this.#life);
  }

  #receive(chunk: Uint8Array): void {
    if (!this.#life.isAlive) {
      // A host that came back knows of no such link and answers with a reset; one that is off is
      // silent.
      if (this.#host.isUp()) this.break();
      return;
    }
    if (this.#state !== 'open') return;
    this.#world.log.mark(this.#world.now, 1, chunk.length);
    if (this.#isListening) this.#onBytes?.(chunk);
    else this.#early.push(chunk);
  }

  /** The other side has closed, and everything that it sent before is here. */
  #endBy(other: LinkEnd): void {
    other.#state = 'closed';
    other.#host.forget();
    this.#end();
  }

  #end(): void {
    if (this.#state === 'closed') return;
    const wasOpen = this.#state === 'open';
    this.#state = 'closed';
    this.#pieces = [];
    this.#queuedBytes = 0;
    this.#host.forget();
    if (wasOpen) this.#tellClosed();
  }

  #tellClosed(): void {
    this.#world.after(0, () => this.#onClose?.(), this.#life);
  }
}
