/**
 * Goal: a store that is cut, zeroed or has flipped bits is told of in words, set aside and fetched
 * again from a peer; no command dies by a signal or says a wrong balance, and a payment that waits
 * is kept, or said to be missing.
 * Method: a miner with a chain that stands still, and copies of a wallet's store, damaged at places
 * that chance picks.
 */
import {
  closeSync, cpSync, existsSync, fstatSync, ftruncateSync, openSync, readSync, writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { Chance } from '../../src/sim/random.ts';
import { chanceFor, scaled, TEST_MS_MAX, timed } from './scale.ts';
import { Network } from './support.ts';
import type { Finished, Place } from './support.ts';

const ROUNDS = scaled(1, 20);
/** Wallets that are damaged and mended at the same time. */
const LANES = 4;
const BLOCKS = scaled(300, 3_000);
const PAGE_BYTES = 4_096;
const KEY = 'mining_rewards';
const RECEIVER = 'ab'.repeat(32);
const READERS: readonly (readonly string[])[] = [
  ['status', '--json'], ['wallet', 'history'], ['verify'], ['block', '7'],
  ['wallet', 'send', KEY, '1', RECEIVER, '--json'],
];

let network: Network | undefined;

afterEach(async () => {
  await network?.close();
});

/** Damages a file, and says how. */
function damage(path: string, chance: Chance): string {
  const file = openSync(path, 'r+');
  try {
    const { size } = fstatSync(file);
    const at = PAGE_BYTES * chance.between(0, size / PAGE_BYTES - 1);
    const kinds: readonly (() => string)[] = [
      () => {
        const length = chance.between(1, size - 1);
        ftruncateSync(file, length);
        return `cut to ${length} of ${size}`;
      },
      () => {
        const pages = chance.between(1, 20);
        writeSync(file, Buffer.alloc(pages * PAGE_BYTES), 0, pages * PAGE_BYTES, at);
        return `${pages} pages of zeros at ${at}`;
      },
      () => {
        const count = chance.between(1, 300);
        for (let flip = 0; flip < count; flip++) {
          const [byte, place] = [Buffer.alloc(1), chance.between(0, size - 1)];
          readSync(file, byte, 0, 1, place);
          writeSync(file, Buffer.of(byte[0]! ^ (1 << chance.between(0, 7))), 0, 1, place);
        }
        return `${count} bits flipped`;
      },
      () => {
        writeSync(file, chance.bytes(PAGE_BYTES), 0, PAGE_BYTES, at);
        return `a page of noise at ${at}`;
      },
    ];
    return chance.pick(kinds)();
  } finally {
    closeSync(file);
  }
}

/** It did what it should, or said what is damaged and what to type: not a signal, not a stack. */
function expectWords({ code, stdout, stderr }: Finished, words: string): void {
  const said = stdout + stderr;
  expect([0, 4], `${words}: ${said}`).toContain(code);
  expect(said, words).not.toMatch(/\n\s+at |internal error|assertion/i);
  if (code !== 4) return;
  expect(said, words).toMatch(/damaged/);
  expect(said, words).toMatch(/mvb wallet sync/);
}

interface Funds {
  readonly balance: string;
  readonly pending: string;
}

/** The command may refuse, but must not be wrong. */
async function fundsIfSaid(place: Place, words: string): Promise<Funds | undefined> {
  const finished = await place.run('wallet', 'list-addresses', '--json');
  expectWords(finished, words);
  if (finished.code !== 0) return undefined;
  const { addresses } = JSON.parse(finished.stdout) as {
    addresses: readonly (Funds & { name: string })[];
  };
  const { balance, pending } = addresses.find(({ name }) => name === KEY)!;
  return { balance, pending };
}

interface Round {
  readonly pristine: Place;
  readonly truth: Funds;
  readonly number: string;
}

/** One wallet: damaged, asked, mended. Gives whether the damage was noticed. */
async function hurtAndMend({ pristine, truth, number }: Round, chance: Chance): Promise<boolean> {
  const place = network!.place(`hurt-${number}`);
  cpSync(pristine.folder, place.folder, { recursive: true });
  const store = join(place.folder, 'blockchain');
  const words = `round ${number}, ${damage(join(store, 'data.mdb'), chance)}`;

  const reader = chance.pick(READERS);
  const isSend = reader[1] === 'send';
  const asked = await place.run(...reader);
  expectWords(asked, `${words}, ${reader.join(' ')}`);
  const said = await fundsIfSaid(place, words);
  if (said !== undefined && !isSend) expect(said, words).toEqual(truth);

  const { code, stderr } = await place.run('wallet', 'sync', '--once');
  expect(code, `${words}: ${stderr}`).toBe(0);
  const isSetAside = existsSync(join(store, 'data.mdb.bad-1'));
  expect(stderr.includes('It is kept as'), words).toBe(isSetAside);
  if (said === undefined) expect(isSetAside, words).toBe(true);
  const after = (await fundsIfSaid(place, words))!;
  expect(after.balance, words).toBe(truth.balance);
  const rescued = Number(/made here, (\d+) could be read/.exec(stderr)?.[1] ?? 1);
  if (!isSend) expect(Number(after.pending), words).toBe(rescued === 0 ? 0 : -1);
  await place.ok('verify');
  return isSetAside;
}

test('damaged stores are told of and fetched again, with no wrong balance', async () => {
  const chance = chanceFor('damage');
  network = await Network.create({ block_size: 6, difficulty: 2 });
  const server = network.place('server');
  await server.ok('bench', 'generate', '--blocks', String(BLOCKS), '--payments-per-block', '5');
  const miner = server.start('miner');
  await miner.says(/Rewards go to key/);

  const pristine = network.place('wallet');
  cpSync(join(server.folder, `${KEY}.pem`), join(pristine.folder, `${KEY}.pem`));
  await pristine.ok('wallet', 'sync', '--once');
  // It waits for ever: a block is of five.
  await pristine.ok('wallet', 'send', KEY, '1', RECEIVER, '--json');
  const truth = (await fundsIfSaid(pristine, 'before'))!;
  expect(Number(truth.pending)).toBe(-1);

  let noticed = 0;
  await timed(`${ROUNDS * LANES} damages`, async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const lanes = Array.from({ length: LANES }, (_, lane) => {
        // Each its own: they draw while others do.
        const own = new Chance(chance.u32(), `lane ${lane}`);
        return hurtAndMend({ pristine, truth, number: `${round}-${lane}` }, own);
      });
      noticed += (await Promise.all(lanes)).filter(Boolean).length;
    }
  });
  console.log(`damage: ${noticed} of ${ROUNDS * LANES} stores were set aside`);
  expect(noticed).toBeGreaterThan(0);
  expect((await miner.stop()).code).toBe(0);
}, TEST_MS_MAX);
