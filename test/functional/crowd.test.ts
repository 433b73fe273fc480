/**
 * Goal: idle connections, half requests and readers that do not read cost a miner little: it goes
 * on mining, honest peers get their blocks, and memory and descriptors come back.
 * Method: a miner with a generated chain, an honest miner linked to it, a crowd on its block
 * server, and a fresh wallet that syncs in the midst of it.
 */
import type { Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import type { BlockId } from '../../src/consensus/types.ts';
import type { Status } from '../../src/protocol/messages.ts';
import { Air } from './air.ts';
import { dismiss, frame, hello, knock } from './guest.ts';
import { descriptorsOf, inMegabytes, isAtBaseline, isLoadKnown, memoryOf } from './load.ts';
import { expectSound } from './measures.ts';
import { scaled, TEST_MS_MAX, timed } from './scale.ts';
import { Network, until } from './support.ts';
import type { Place, Program } from './support.ts';

const IDLE = 1_000;
const HALVES = 1_000;
/** Of these, what waits for them is bounded by the link: 8 MB each, and what the kernel holds. */
const SLOW_READERS = scaled(6, 40);
/** Headers of a whole message: 230 KB each. */
const ASKED_BY_SLOW = 60;
const BLOCKS = 2_100;
const RECEIVER = 'ab'.repeat(32);
const BLOCKS_MEANWHILE = 2;
/** What a busy Node may gain by its own caches and by garbage that is not collected yet. */
const MEMORY_GROWTH_BYTES_MAX = 100 * 2 ** 20;
const WAITING_BYTES_MAX = 8 * 2 ** 20;

let network: Network | undefined;
let air: Air | undefined;

afterEach(async () => {
  dismiss();
  await air?.close();
  await network?.close();
  network = air = undefined;
});

interface Scene {
  readonly place: Place;
  readonly miner: Program;
  readonly port: number;
  readonly like: Status;
}

async function found(): Promise<Scene> {
  network = await Network.create({ block_size: 2, difficulty: 2 });
  air = await Air.open(network);
  const place = network.place('miner');
  await place.ok('bench', 'generate', '--blocks', String(BLOCKS), '--payments-per-block', '1');
  const miner = place.start('miner', 'tag=m');
  await air.reaches('m', BLOCKS);
  network.place('peer').start('miner', 'tag=p');
  await air.reaches('p', BLOCKS);
  const like = air.last('m')!;
  return { place, miner, port: like.blockServerPort, like };
}

/** Payments come into blocks, and both miners have them. */
async function expectAlive({ place }: Scene): Promise<void> {
  for (let count = 0; count < BLOCKS_MEANWHILE; count++) {
    const height = Math.max(air!.last('m')!.height, air!.last('p')!.height);
    await place.ok('wallet', 'send', 'mining_rewards', '1', RECEIVER, '--json');
    for (const tag of ['m', 'p']) await air!.reaches(tag, height + 1);
  }
}

/** A stranger comes to have all blocks, however many others there are. */
async function expectServed(name: string): Promise<void> {
  const place = network!.place(name);
  await timed(`${name} is served`, () => place.ok('wallet', 'sync', '--once'));
  expect((await expectSound(place)).blocks).toBeGreaterThan(BLOCKS);
}

async function expectBack(program: Program, descriptors: number): Promise<void> {
  await until('its descriptors are back', () => isAtBaseline(program, descriptors));
}

test.skipIf(!isLoadKnown)('a thousand idle connections and half requests do no harm', async () => {
  const scene = await found();
  const { miner, port, like } = scene;
  const before = { memory: memoryOf(miner), descriptors: descriptorsOf(miner) };
  const parts: readonly ((index: number) => Uint8Array)[] = [
    (index) => hello(like).subarray(0, 1 + index % 200),
    () => frame({ kind: 'getHeaders', locator: [like.tipId] }).subarray(0, 20),
    () => Uint8Array.of(0x47, 0x45),
  ];
  const crowd: Socket[] = [];
  for (let count = 0; count < IDLE; count++) crowd.push(await knock(port));
  expect(descriptorsOf(miner) - before.descriptors).toBeLessThan(100);
  await expectAlive(scene);
  for (let count = 0; count < HALVES; count++) {
    const socket = await knock(port);
    crowd.push(socket);
    // Some say who they are first.
    if (count % 2 === 0) socket.write(hello(like));
    socket.write(parts[count % parts.length]!(count));
  }
  const during = { memory: memoryOf(miner), descriptors: descriptorsOf(miner) };
  await expectAlive(scene);
  await expectServed('newcomer');
  dismiss();
  await expectBack(miner, before.descriptors);
  const after = memoryOf(miner);
  console.log(`crowd: memory ${[before.memory, during.memory, after].map(inMegabytes).join(', ')} `
    + `MB, descriptors ${before.descriptors}, ${during.descriptors}, ${descriptorsOf(miner)}`);
  expect(during.descriptors - before.descriptors).toBeLessThan(100);
  expect(Math.max(during.memory, after) - before.memory).toBeLessThan(MEMORY_GROWTH_BYTES_MAX);
  expect((await miner.stop()).code).toBe(0);
}, TEST_MS_MAX);

/** Asks for much, reads a byte a second, and says often that it is there. */
async function readSlowly({ port, like }: Scene): Promise<Socket> {
  const socket = await knock(port);
  socket.write(hello(like));
  const ask = frame({ kind: 'getHeaders', locator: ['00'.repeat(32) as BlockId] });
  for (let count = 0; count < ASKED_BY_SLOW; count++) socket.write(ask);
  const timer = setInterval(() => {
    socket.read(1);
    socket.write(frame({ kind: 'ping', token: 1 }));
  }, 1_000);
  socket.on('close', () => clearInterval(timer));
  return socket;
}

test.skipIf(!isLoadKnown)('readers that do not read are cut, and others are served', async () => {
  const scene = await found();
  const { miner } = scene;
  const before = { memory: memoryOf(miner), descriptors: descriptorsOf(miner) };
  let most = 0;
  const watch = setInterval(() => {
    most = Math.max(most, memoryOf(miner));
  }, 50);
  try {
    for (let count = 0; count < SLOW_READERS; count++) await readSlowly(scene);
    await expectAlive(scene);
    await expectServed('newcomer');
    // They still write and still read a byte now and then; the miner has let go of them.
    await expectBack(miner, before.descriptors);
  } finally {
    clearInterval(watch);
  }
  console.log(`slow readers: memory ${inMegabytes(before.memory)}, `
    + `at most ${inMegabytes(most)} MB`);
  expect(most - before.memory)
    .toBeLessThan(MEMORY_GROWTH_BYTES_MAX + SLOW_READERS * WAITING_BYTES_MAX);
  expect((await miner.stop()).code).toBe(0);
}, TEST_MS_MAX);
