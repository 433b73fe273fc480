/**
 * Somebody who has the blocks of one row of the rule table, and offers them to a node over TCP, as
 * any peer does: by a claim, headers, and bodies when it is asked for them.
 *
 * Owns: the other side of a link, in the node's own codec, and seeing when the node has decided.
 * Does not own: how links come about (whoever calls), the node, or any expectation.
 */
import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import {
  blockIdOf, decodeHeader, HEADER_BYTES,
} from '../../src/consensus/encoding.ts';
import type { ChainParams } from '../../src/consensus/params.ts';
import type { BlockHeader, BlockId } from '../../src/consensus/types.ts';
import { encodeFrame, FrameReader } from '../../src/protocol/framing.ts';
import type { Message, Status } from '../../src/protocol/messages.ts';

/** Who waits longer hangs. */
const HANG_MS = 30_000;

/** Opens a link to the node, from somebody who claims this. */
export type Meet = (claim: Status) => Promise<Socket>;

/** One link to the node. */
class Wire {
  readonly #socket: Socket;
  readonly #frames = new FrameReader();
  readonly #heard: Message[] = [];
  readonly #looks = new Set<() => void>();
  /** Called with each message of the node. */
  onMessage: (message: Message) => void = () => {};
  isOpen = true;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk) => {
      for (const result of this.#frames.push(new Uint8Array(chunk))) {
        if (result.kind === 'fault') throw new Error(`the node sent junk: ${result.fault}`);
        this.#heard.push(result.message);
        this.onMessage(result.message);
      }
      this.#look();
    });
    socket.on('error', () => {}).on('close', () => {
      this.isOpen = false;
      this.#look();
    });
  }

  say(message: Message): void {
    if (this.isOpen) this.#socket.write(encodeFrame(message));
  }

  heard(...kinds: readonly Message['kind'][]): Message | undefined {
    return this.#heard.find((message) => kinds.includes(message.kind));
  }

  /** Waits for a message of one of these kinds; undefined when the node closes the link first. */
  async hears(...kinds: readonly Message['kind'][]): Promise<Message | undefined> {
    return await new Promise((resolve, reject) => {
      const end = (): void => {
        clearTimeout(timer);
        this.#looks.delete(look);
      };
      const look = (): void => {
        const message = this.heard(...kinds);
        if (message === undefined && this.isOpen) return;
        end();
        resolve(message);
      };
      const timer = setTimeout(() => {
        end();
        const all = this.#heard.map(({ kind }) => kind).join(' ');
        reject(new Error(`the node never said ${kinds.join(' or ')}, but ${all}`));
      }, HANG_MS);
      this.#looks.add(look);
      look();
    });
  }

  /** Whether the node still talks after all that it was told. */
  async isAnswered(): Promise<boolean> {
    const [{ length }, token] = [this.#heard, this.#heard.length];
    this.say({ kind: 'ping', token });
    await this.hears('pong');
    while (this.isOpen && !this.#heard.slice(length).some(({ kind }) => kind === 'pong')) {
      await new Promise<void>((resolve) => {
        const look = (): void => {
          this.#looks.delete(look);
          resolve();
        };
        this.#looks.add(look);
      });
    }
    return this.isOpen;
  }

  close(): void {
    this.#socket.destroy();
  }

  #look(): void {
    for (const look of [...this.#looks]) look();
  }
}

export interface Offer {
  /** An encoded block, or something like one. */
  readonly bytes: Uint8Array;
  /** Other bytes are what the header promised: these are for this answer alone. */
  readonly isMutated: boolean;
  /** Shows its header without those before it. */
  readonly isAlone: boolean;
}

export class RulePeer {
  readonly #params: ChainParams;
  readonly #meet: Meet;
  readonly #headers = new Map<BlockId, BlockHeader>();
  readonly #blocks = new Map<BlockId, Uint8Array>();
  readonly #open = new Set<Wire>();
  #claims = 0n;

  constructor(params: ChainParams, meet: Meet) {
    this.#params = params;
    this.#meet = meet;
  }

  /** The tip that the node says it has. */
  async tip(): Promise<BlockId> {
    const { wire, tip } = await this.#link();
    this.#close(wire);
    return tip;
  }

  /**
   * Offers a block. Comes back when the node has decided, with the tip that it had before, and
   * whether it has kept the link.
   */
  async offer({ bytes, isMutated, isAlone }: Offer): Promise<{ tip: BlockId; isKept: boolean }> {
    const header = decodeHeader(bytes.subarray(0, HEADER_BYTES));
    const id = header === undefined ? undefined : blockIdOf(header);
    if (header !== undefined && id !== undefined) {
      this.#headers.set(id, header);
      if (!isMutated) this.#blocks.set(id, bytes);
    }
    const { wire, tip } = await this.#link();
    let shown: readonly BlockHeader[] | undefined;
    wire.onMessage = (message) => {
      if (message.kind === 'getHeaders' && header !== undefined) {
        // Asked again, it has no more to show.
        const headers = shown === undefined ? this.#way(header, message.locator) : [];
        shown ??= isAlone ? [header] : headers;
        wire.say({ kind: 'headers', headers: isAlone && headers.length > 0 ? [header] : headers });
      }
      if (message.kind === 'getBlocks') {
        for (const one of message.ids) this.#give(wire, one, one === id ? bytes : undefined);
      }
    };
    this.#sayHello(wire);
    await wire.hears('getHeaders');
    if (header === undefined) wire.say({ kind: 'block', bytes });
    await wire.isAnswered();
    if (wire.heard('getBlocks') !== undefined) await this.#isIdle();
    const isKept = await wire.isAnswered();
    this.#close(wire);
    return { tip, isKept };
  }

  close(): void {
    for (const wire of this.#open) wire.close();
  }

  /** A node that downloads asks nobody else, but for what it did not get. */
  async #isIdle(): Promise<void> {
    const { wire } = await this.#link();
    this.#sayHello(wire);
    await wire.hears('getHeaders', 'getBlocks');
    this.#close(wire);
  }

  async #link(): Promise<{ wire: Wire; tip: BlockId }> {
    const wire = new Wire(await this.#meet(this.#status()));
    this.#open.add(wire);
    const hello = await wire.hears('hello');
    if (hello?.kind !== 'hello') throw new Error('the node does not shake hands');
    return { wire, tip: hello.tipId };
  }

  #sayHello(wire: Wire): void {
    wire.say({ kind: 'hello', versionMin: 1, versionMax: 1, ...this.#status() });
  }

  #close(wire: Wire): void {
    this.#open.delete(wire);
    wire.close();
  }

  /** Somebody new each time, who claims more than anybody before. */
  #status(): Status {
    this.#claims++;
    return {
      session: randomBytes(8).toString('hex'), params: this.#params,
      tipId: 'ff'.repeat(32) as BlockId,
      height: 1_000, work: (1n << 200n) + this.#claims, blockServerPort: 0, tag: 'rules',
      waiting: 0, time: Date.now(),
    };
  }

  /** The headers up to this one that follow what the node has, as far as we know them. */
  #way(header: BlockHeader, locator: readonly BlockId[]): BlockHeader[] {
    const way: BlockHeader[] = [];
    const has = new Set(locator);
    for (let at: BlockHeader | undefined = header; at !== undefined;) {
      way.unshift(at);
      at = has.has(at.previousId) ? undefined : this.#headers.get(at.previousId);
    }
    return way;
  }

  #give(wire: Wire, id: BlockId, instead: Uint8Array | undefined): void {
    const bytes = instead ?? this.#blocks.get(id);
    wire.say(bytes === undefined ? { kind: 'notFound', id } : { kind: 'block', bytes });
  }
}
