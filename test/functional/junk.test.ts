/**
 * Goal: whatever strangers send, blocks go on, the chain is never shortened, memory stays flat, and
 * a liar's server is not flooded with our connections.
 * Method: two miners and a steady payer; junk of many kinds on both UDP ports and on the block
 * servers.
 */
import { randomBytes } from 'node:crypto';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { concatBytes } from '../../src/lib/bytes.ts';
import { encodeFrame } from '../../src/protocol/framing.ts';
import type { Status } from '../../src/protocol/messages.ts';
import type { BlockId } from '../../src/consensus/types.ts';
import { makePayment } from '../../src/consensus/encoding.ts';
import type { Chance } from '../../src/sim/random.ts';
import { Air } from './air.ts';
import { inMegabytes, memoryOf } from './load.ts';
import { expectSound, StoreWindow } from './measures.ts';
import { Payer } from './payer.ts';
import { chanceFor, delay, scaled, TEST_MS_MAX } from './scale.ts';
import { Network, until } from './support.ts';

const DATAGRAMS = scaled(10_000, 100_000);
/**
 * Datagrams between two pauses of a millisecond: faster than the nodes allow, slower than the
 * kernel.
 */
const BURST = 3;
const TCP_EVERY = 100;
const SILENT_LINKS = 20;
/** Two miners, some minutes at the most, and a backoff that doubles up to a minute. */
const LIAR_LINKS_MAX = scaled(30, 100);
/** What a busy Node may gain by its own caches and by garbage that is not collected yet. */
const MEMORY_GROWTH_BYTES_MAX = 100 * 2 ** 20;
const BLOCKS_MEANWHILE = 3;

let network: Network;
let air: Air;
let payer: Payer;
let stranger: Payer;
let window: StoreWindow | undefined;
const servers: Server[] = [];
const sockets = new Set<Socket>();

afterEach(async () => {
  payer.stop();
  window?.close();
  window = undefined;
  for (const socket of sockets) socket.destroy();
  for (const server of servers.splice(0)) server.close();
  await air.close();
  await network.close();
});

/** A server that takes connections and never says a word; counts them. */
async function silentServer(): Promise<{ port: number; links: () => number }> {
  let count = 0;
  const server = createServer((socket) => {
    count++;
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
  });
  servers.push(server);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return { port: (server.address() as AddressInfo).port, links: () => count };
}

function tcp(port: number, bytes: Uint8Array | string, thenReset: boolean): Socket {
  const socket = connect(port, '127.0.0.1');
  sockets.add(socket);
  socket.on('error', () => {}).on('close', () => sockets.delete(socket));
  socket.resume();
  socket.write(bytes);
  if (thenReset) socket.resetAndDestroy();
  return socket;
}

function lie(honest: Status, port: number): Status {
  return {
    ...honest, session: randomBytes(8).toString('hex'), height: 999_999,
    work: 1n << 200n, tipId: '00'.repeat(32) as BlockId, blockServerPort: port, tag: 'liar',
  };
}

interface Sources {
  readonly chance: Chance;
  readonly honest: Status;
  readonly liarPort: number;
}

/** One junk datagram. */
function junk({ chance, honest, liarPort }: Sources): Uint8Array {
  const status = encodeFrame({ kind: 'status', ...honest });
  const sequence = chance.between(0, 200);
  const kinds: readonly (() => Uint8Array)[] = [
    () => chance.bytes(chance.between(0, 1_400)),
    () => status.subarray(0, chance.between(0, status.length - 1)),
    () => concatBytes(status, chance.bytes(chance.between(1, 100))),
    () => {
      const flipped = status.slice();
      flipped[chance.between(0, flipped.length - 1)]! ^= 1 << chance.between(0, 7);
      return flipped;
    },
    () => encodeFrame({ kind: 'status', ...lie(honest, liarPort) }),
    () => encodeFrame({ kind: 'status', ...lie(honest, chance.between(0, 65_535)) }),
    () => encodeFrame({ kind: 'status', ...lie(honest, honest.blockServerPort) }),
    // Of nobody who has money, rightly signed; and of somebody who has, wrongly signed.
    () => stranger.frame(stranger.payment(sequence)),
    () => payer.frame(makePayment(payer.payment(sequence), chance.bytes(64), payer.networkId)),
    () => encodeFrame({ kind: 'payment', networkId: payer.networkId, bytes: chance.bytes(200) }),
    () => encodeFrame({ kind: 'headers', headers: [] }),
  ];
  return chance.pick(kinds)();
}

function tcpJunk(chance: Chance, port: number): void {
  const endless = concatBytes(encodeFrame({ kind: 'ping', token: 1 }).subarray(0, 6),
    Uint8Array.of(0xff, 0xff, 0xff, 0xff), chance.bytes(100));
  const kinds: readonly (() => Socket)[] = [
    () => tcp(port, chance.bytes(chance.between(1, 5_000)), false),
    () => tcp(port, 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n', false),
    () => tcp(port, Uint8Array.of(0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3), false),
    () => tcp(port, endless, false),
    () => tcp(port, chance.bytes(10), true),
  ];
  chance.pick(kinds)();
}

test(`${DATAGRAMS} junk datagrams and worse do not hold up two miners`, async () => {
  const chance = chanceFor('junk');
  network = await Network.create({ block_size: 2, block_wait_seconds: 1, difficulty: 18 });
  air = await Air.open(network);
  payer = new Payer(network, air);
  stranger = new Payer(network, air);
  const places = [network.place('a'), network.place('b')];
  const tags = ['a', 'b'];
  const miners = places.map((place, index) =>
    place.start('miner', '--reward-to', payer.address, `tag=${tags[index]}`));
  await Promise.all(tags.map((tag) => air.reaches(tag, 1)));
  window = StoreWindow.open(places[0]!)!;
  payer.start(window);
  await Promise.all(tags.map((tag) => air.reaches(tag, 5)));

  const liar = await silentServer();
  const sources = { chance, honest: air.last('a')!, liarPort: liar.port };
  const ports = tags.map((tag) => air.last(tag)!.blockServerPort);
  const shortened: string[] = [];
  const heights = new Map<string, number>();
  air.onStatus(({ tag, height }) => {
    if (!tags.includes(tag)) return;
    if (height < (heights.get(tag) ?? 0)) shortened.push(`${tag} ${height}`);
    heights.set(tag, height);
  });
  const silent = Array.from({ length: SILENT_LINKS }, () => tcp(chance.pick(ports), '', false));
  const heightBefore = window.height;
  const memories = [miners.map(memoryOf)];
  for (let sent = 1; sent <= DATAGRAMS; sent++) {
    await air.send(chance.happens(0.5) ? 'status' : 'payment', junk(sources));
    if (sent % BURST === 0) await delay(1);
    if (sent % TCP_EVERY === 0) for (const port of ports) tcpJunk(chance, port);
    if (sent % (DATAGRAMS / 4) === 0) memories.push(miners.map(memoryOf));
  }
  const during = window.height - heightBefore;
  expect(during, 'blocks during the junk').toBeGreaterThanOrEqual(BLOCKS_MEANWHILE);
  await Promise.all(tags.map((tag) => air.reaches(tag, window!.height + BLOCKS_MEANWHILE)));
  await until('the silent links are closed', () => silent.every(({ closed }) => closed));

  memories.push(miners.map(memoryOf));
  console.log(`junk: ${during} blocks meanwhile, ${liar.links()} links to the liar, memory in MB: `
    + memories.map((one) => one.map(inMegabytes).join(' and ')).join(', then '));
  for (const [index, bytes] of memories.at(-1)!.entries()) {
    expect(bytes - memories[0]![index]!).toBeLessThan(MEMORY_GROWTH_BYTES_MAX);
  }
  expect(shortened).toEqual([]);
  expect(liar.links()).toBeGreaterThan(0);
  expect(liar.links()).toBeLessThanOrEqual(LIAR_LINKS_MAX);
  payer.stop();
  for (const miner of miners) expect((await miner.stop()).code).toBe(0);
  for (const place of places) await expectSound(place);
}, TEST_MS_MAX);
