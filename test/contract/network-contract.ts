/**
 * The laws of the `Network` and `Link` doors, run on every implementation.
 * Goal: a node cannot tell one network from another. Method: two networks that hear each other;
 * each case waits for what it expects with `until`, which a simulated network answers by moving its
 * own time.
 */
import { afterEach, describe, expect, it } from 'vitest';
import { bytesToHex, concatBytes } from '../../src/lib/bytes.ts';
import type { Channel, Link, Network } from '../../src/ports.ts';

/** Two networks in reach of each other, without loss, on which nobody has called `listen`. */
export interface NetworkPair {
  readonly first: Network;
  readonly second: Network;
  /** The address at which `first` dials `second`. */
  readonly secondAddress: string;
  /** An address where nobody listens. */
  readonly deadAddress: string;
  /** Resolves when the condition holds; lets time pass until then. */
  until(condition: () => boolean): Promise<void>;
  close(): Promise<void>;
}

interface Heard {
  readonly channel: Channel;
  readonly bytes: Uint8Array;
  readonly from: string;
}

/** A network that is listened to, and all that it heard. */
function hear(network: Network): { readonly datagrams: Heard[]; readonly links: Recorded[] } {
  const datagrams: Heard[] = [];
  const links: Recorded[] = [];
  network.listen({
    datagram: (channel, bytes, from) => datagrams.push({ channel, bytes: bytes.slice(), from }),
    link: (link) => links.push(new Recorded(link)),
  });
  return { datagrams, links };
}

/** A link and everything that it told. */
class Recorded {
  readonly link: Link;
  readonly #chunks: Uint8Array[] = [];
  drains = 0;
  closes = 0;
  receivedAfterClose = 0;

  constructor(link: Link) {
    this.link = link;
    link.onBytes((chunk) => {
      if (this.closes > 0) this.receivedAfterClose++;
      this.#chunks.push(chunk.slice());
    });
    link.onDrain(() => this.drains++);
    link.onClose(() => this.closes++);
  }

  get count(): number {
    return this.#chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  }

  get bytes(): Uint8Array {
    return concatBytes(...this.#chunks);
  }
}

const b = (...bytes: readonly number[]): Uint8Array => Uint8Array.from(bytes);

function pattern(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (index * 31 + (index >> 8)) & 255);
}

/** Announcements may be lost by law, so they are repeated until they are heard. */
async function announceUntil(
  pair: NetworkPair, announcement: { readonly channel: Channel; readonly bytes: Uint8Array },
  condition: () => boolean,
): Promise<void> {
  let rounds = 0;
  await pair.until(() => {
    if (condition()) return true;
    if (rounds++ % 100 === 0) pair.first.announce(announcement.channel, announcement.bytes);
    return false;
  });
}

/** Dials `second` from `first`: both ends, recorded. */
async function connect(
  pair: NetworkPair, links: readonly Recorded[],
): Promise<{ readonly near: Recorded; readonly far: Recorded }> {
  let near: Recorded | undefined;
  const before = links.length;
  pair.first.dial(pair.secondAddress, (result) => {
    if (result instanceof Error) throw result;
    near = new Recorded(result);
  });
  await pair.until(() => near !== undefined && links.length > before);
  return { near: near!, far: links[before]! };
}

/** `makePair` gives two networks; both serve. The suite closes them. */
export function networkContract(name: string, makePair: () => Promise<NetworkPair>): void {
  describe(`network contract: ${name}`, () => {
    let opened: NetworkPair | undefined;
    const open = async () => {
      opened = await makePair();
      return { pair: opened, heard: hear(opened.second) };
    };
    afterEach(async () => {
      await opened?.close();
      opened = undefined;
    });

    it('carries announcements of up to 1,200 bytes on the channel they were made on', async () => {
      const { pair, heard: { datagrams } } = await open();
      hear(pair.first);
      for (const length of [0, 1, 1_200]) {
        for (const channel of ['status', 'payment'] as const) {
          const bytes = pattern(length);
          const isIt = (heard: Heard): boolean =>
            heard.channel === channel && bytesToHex(heard.bytes) === bytesToHex(bytes);
          await announceUntil(pair, { channel, bytes }, () => datagrams.some(isIt));
        }
      }
      for (const { from } of datagrams) expect(from).not.toBe('');
    });

    it('asserts that an announcement fits', async () => {
      const { pair } = await open();
      hear(pair.first);
      expect(() => pair.first.announce('status', new Uint8Array(1_201))).toThrow();
    });

    it('keeps an announcement as it was when it was made', async () => {
      const { pair, heard: { datagrams } } = await open();
      hear(pair.first);
      let sent = 0;
      await pair.until(() => {
        if (datagrams.length > 0) return true;
        if (sent++ % 100 === 0) {
          const bytes = b(1, 2, 3);
          pair.first.announce('status', bytes);
          bytes.fill(0);
        }
        return false;
      });
      expect(datagrams[0]!.bytes).toEqual(b(1, 2, 3));
    });

    it('tells where it can be reached', async () => {
      const { pair } = await open();
      expect(pair.second.blockServerPort).toBeGreaterThan(0);
      expect(pair.secondAddress.endsWith(`:${pair.second.blockServerPort}`)).toBe(true);
    });

    it('opens a link to an address, in a later turn, and names the other side', async () => {
      const { pair, heard: { links } } = await open();
      hear(pair.first);
      let results = 0;
      pair.first.dial(pair.secondAddress, () => results++);
      expect(results).toBe(0);
      await pair.until(() => results > 0 && links.length > 0);
      const { near, far } = await connect(pair, links);
      expect(near.link.remote).toBe(pair.secondAddress);
      expect(far.link.remote).toMatch(/^.+:\d+$/);
      expect(results).toBe(1);
    });

    it('says once, in a later turn, why a dial failed', async () => {
      const { pair } = await open();
      hear(pair.first);
      const addresses = [pair.deadAddress, '', ':', 'x', 'x:', ':1', '1.2.3.4:0', '1.2.3.4:65536',
        '1.2.3.4:1.5', 'a b:1', 'a\n:1', '[::1:1', `${'a'.repeat(300)}:1`];
      const results: unknown[] = [];
      for (const address of addresses) pair.first.dial(address, (result) => results.push(result));
      expect(results).toEqual([]);
      await pair.until(() => results.length >= addresses.length);
      expect(results.every((result) => result instanceof Error)).toBe(true);
      expect(results.length).toBe(addresses.length);
    });

    it('carries every byte in order, both ways, cut as it likes', async () => {
      const { pair, heard: { links } } = await open();
      hear(pair.first);
      const { near, far } = await connect(pair, links);
      const there = pattern(100_000);
      const back = pattern(70_000).reverse();
      for (let at = 0; at < there.length; at += 997) near.link.send(there.slice(at, at + 997));
      for (let at = 0; at < back.length; at += 10_007) far.link.send(back.slice(at, at + 10_007));
      await pair.until(() => far.count >= there.length && near.count >= back.length);
      expect(bytesToHex(far.bytes)).toBe(bytesToHex(there));
      expect(bytesToHex(near.bytes)).toBe(bytesToHex(back));
    });

    it('accepts 8 MiB at once, says full, and drains', async () => {
      const { pair, heard: { links } } = await open();
      hear(pair.first);
      const { near, far } = await connect(pair, links);
      const large = new Uint8Array(8 * 1024 * 1024).fill(7);
      expect(near.link.send(large)).toBe('full');
      expect(near.link.send(b(1))).toBe('full');
      expect(near.drains).toBe(0);
      await pair.until(() => near.drains === 1 && far.count === large.length + 1);
      expect(near.link.send(b(2))).toBe('sent');
      await pair.until(() => far.count === large.length + 2);
      expect(near.drains).toBe(1);
      expect(near.closes + far.closes).toBe(0);
    });

    it('tells both sides once that a link is closed, and delivers nothing afterwards', async () => {
      const { pair, heard: { links } } = await open();
      hear(pair.first);
      for (const isNearClosing of [true, false]) {
        const { near, far } = await connect(pair, links);
        const [closing, other] = isNearClosing ? [near, far] : [far, near];
        other.link.send(pattern(200_000));
        closing.link.close();
        expect(closing.closes).toBe(0);
        closing.link.close();
        expect(closing.link.send(b(1))).toBe('sent');
        await pair.until(() => near.closes > 0 && far.closes > 0);
        other.link.close();
        other.link.send(b(2));
        const next = await connect(pair, links);
        next.near.link.send(b(3));
        await pair.until(() => next.far.count === 1);
        expect([near.closes, far.closes]).toEqual([1, 1]);
        expect(near.receivedAfterClose + far.receivedAfterClose).toBe(0);
      }
    });

    it('keeps links apart', async () => {
      const { pair, heard: { links } } = await open();
      hear(pair.first);
      const ends: Awaited<ReturnType<typeof connect>>[] = [];
      for (let index = 0; index < 5; index++) ends.push(await connect(pair, links));
      for (const [index, { near }] of ends.entries()) near.link.send(b(index, index));
      await pair.until(() => ends.every(({ far }) => far.count === 2));
      ends[0]!.near.link.close();
      await pair.until(() => ends[0]!.far.closes === 1);
      expect(ends.map(({ far }) => far.bytes[0])).toEqual([0, 1, 2, 3, 4]);
      expect(ends.slice(1).every(({ near, far }) => near.closes + far.closes === 0)).toBe(true);
    });
  });
}
