/**
 * The doors: every way in which a node touches the world, as interfaces.
 *
 * Owns: the shape of time, chance, storage, network, mining, signatures and logs, as pure code sees
 * them.
 * Does not own: any implementation. `platform/` has the real ones, `sim/` the simulated ones.
 * May import: types of `lib` only.
 *
 * Callbacks are never called from inside the call that takes them: an implementation answers in a
 * later turn of its event loop, so that a handler always runs to completion.
 */

/** Milliseconds since 1970-01-01T00:00:00Z. */
export type UnixMs = number;
/** Milliseconds since a moment that only this process knows. */
export type ElapsedMs = number;
/** Undoes what returned it; calling it twice, or after the event, does nothing. */
export type Cancel = () => void;

export interface Clock {
  /** What the clock on the wall says; it may be wrong, and set back. For blocks and for people. */
  now(): UnixMs;
  /**
   * Milliseconds since some moment: never goes back, whatever is done to the clock. For deadlines.
   */
  elapsed(): ElapsedMs;
  /**
   * Runs `run` once, after `delayMs` (>= 0) milliseconds. An exception in `run` is a bug and ends
   * the process.
   */
  after(delayMs: number, run: () => void): Cancel;
}

export interface Random {
  /** `count` bytes that nobody can predict; fresh memory. */
  bytes(count: number): Uint8Array;
}

/** One change of the store: `value` undefined deletes the key. */
export interface Write {
  readonly key: Uint8Array;
  readonly value: Uint8Array | undefined;
}

export interface ScanOptions {
  /** Start at this key (inclusive) instead of at the first with the prefix; it has the prefix. */
  readonly from?: Uint8Array;
  /** Walk from the last key down; `from` is then the greatest key (inclusive). */
  readonly reverse?: boolean;
}

/**
 * An ordered map of bytes to bytes (keys 1 to 128 bytes, compared as bytes), synchronous on
 * purpose.
 */
export interface Store {
  /**
   * The value in memory of its own, or undefined. Throws a `StoreError` when the record is damaged.
   */
  get(key: Uint8Array): Uint8Array | undefined;
  /** Entries whose key begins with `prefix`, in key order, of one moment. Throws as `get` does. */
  scan(prefix: Uint8Array, options?: ScanOptions): Iterable<readonly [Uint8Array, Uint8Array]>;
  /**
   * All or nothing, visible on return. Throws a `StoreError`, with nothing changed, when it cannot.
   */
  commit(batch: readonly Write[]): void;
  /**
   * Calls `done` once everything committed so far is on disk, or with the reason why that failed.
   */
  flushed(done: (error?: Error) => void): void;
  close(): void;
}

/** The two kinds of datagram, which the LAN carries on ports of their own. */
export type Channel = 'status' | 'payment';

export interface NetworkEvents {
  /** A datagram from anybody: `from` is the sender's host as text, unproved. */
  datagram(channel: Channel, bytes: Uint8Array, from: string): void;
  /** Somebody connected to us. */
  link(link: Link): void;
}

export interface Network {
  /** Sends to everyone in reach, at most 1,200 bytes; may be lost, doubled or reordered. */
  announce(channel: Channel, datagram: Uint8Array): void;
  /** Opens a stream to "host:port". `done` is called once, with a link or the reason. */
  dial(address: string, done: (result: Link | Error) => void): void;
  /** Begins to hear. Called once, before `dial`. */
  listen(events: NetworkEvents): void;
  /** The TCP port that others reach us at, 0 while nobody can. */
  readonly blockServerPort: number;
}

/** A stream of bytes between two nodes, cut wherever the network likes. */
export interface Link {
  /**
   * Queues bytes. 'full' means that they are queued but more than the link's send limit waits: send
   * nothing large until `onDrain`. A link that is overfilled (twice the limit) closes.
   */
  send(bytes: Uint8Array): 'sent' | 'full';
  onBytes(handler: (chunk: Uint8Array) => void): void;
  /** Called each time that the queue has emptied after a 'full'. */
  onDrain(handler: () => void): void;
  /** Called once, whoever closed it. Nothing is delivered afterwards. */
  onClose(handler: () => void): void;
  close(): void;
  /** The other side as "host:port"; for a link that came in, the port is not its block server's. */
  readonly remote: string;
}

/** What to search: a nonce that brings the SHA-256 of the header below the target. */
export interface MiningJob {
  /** The 116 bytes of the header; the last 8 are the nonce, big-endian, and are overwritten. */
  readonly header: Uint8Array;
  /**
   * 32 bytes, big-endian; a hash must be below it. All 0xff stands for "any hash but the greatest".
   */
  readonly target: Uint8Array;
}

export interface Kernel {
  /** What `mvb status` and the miner's screen call it, such as `wasm-simd x 3`. */
  readonly name: string;
  /** Searches this job instead of the one before. `onNonce` may come more than once for a job. */
  start(job: MiningJob, onNonce: (nonce: bigint) => void): void;
  stop(): void;
  /** Hashes tried since the kernel was made. */
  hashCount(): bigint;
}

export type Fields = Readonly<Record<string, string | number | bigint | boolean>>;

export interface Log {
  debug(message: string, fields?: Fields): void;
  info(message: string, fields?: Fields): void;
  warn(message: string, fields?: Fields): void;
  error(message: string, fields?: Fields): void;
}

/**
 * One signature to check. `key` is the algorithm byte and the key's canonical bytes
 * (`crypto/keys.ts`).
 */
export interface Signed {
  readonly key: Uint8Array;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
}

/**
 * Signatures within one piece of memory, such as a block: six offsets in `bytes` for each, where
 * its key, its message and its signature begin and end. What was signed is `prefix` and then the
 * message.
 */
export interface SignedBatch {
  readonly bytes: Uint8Array;
  readonly prefix: Uint8Array;
  readonly spans: Uint32Array;
}

/** The one judge of signatures (consensus): every node uses the same, Node's OpenSSL. */
export interface Verifier {
  /** Never throws: what cannot be a signature is false. */
  verify(signed: Signed): boolean;
  /**
   * Checks many beside the event loop; the verdicts come in the order of the batch, whose memory
   * must not change until then.
   */
  prefetch(batch: SignedBatch, done: (verdicts: readonly boolean[]) => void): void;
}

/** Signs with one private key, which it never shows. */
export interface Signer {
  /** The algorithm byte and the key's canonical bytes. */
  readonly key: Uint8Array;
  sign(message: Uint8Array): Uint8Array;
}

/** One of each door. */
export interface Platform {
  readonly clock: Clock;
  readonly random: Random;
  readonly store: Store;
  readonly network: Network;
  readonly kernel: Kernel;
  readonly verifier: Verifier;
  readonly log: Log;
}
