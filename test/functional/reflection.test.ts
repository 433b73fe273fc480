/**
 * Goal: who forges the source of a status cannot make miners attack a victim: at most one
 * connection a minute from each, whatever ports and names are claimed (threats row 68).
 * Method: three computers of a network of their own. The attacker sends statuses from the victim's
 * address; the victim's own system counts who knocks. Loopback is counted by port on purpose
 * (`node/peer-table.ts`), so this needs namespaces. Needs root on Linux.
 */
import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import type { BlockId } from '../../src/consensus/types.ts';
import { encodeFrame } from '../../src/protocol/framing.ts';
import { paramsOf } from './measures.ts';
import { Halves, whyNoNamespaces } from './namespaces.ts';
import { chanceFor, delay, scaled, TEST_MS_MAX } from './scale.ts';
import { Network, until } from './support.ts';

const whyNot = whyNoNamespaces();
if (whyNot !== undefined) console.log(`SKIPPED: the reflection test: ${whyNot}`);

const MINERS = 2;
const SECONDS = scaled(5, 150);
const PER_SECOND = 50;
/** Each frame as hexadecimal on a line of stdin is sent once, as a broadcast from an address. */
const SENDER = `
  const [from, port, to] = process.argv.slice(1);
  const socket = require('node:dgram').createSocket('udp4');
  socket.bind(0, from, () => {
    socket.setBroadcast(true);
    require('node:readline').createInterface({ input: process.stdin })
      .on('line', (hex) => socket.send(Buffer.from(hex, 'hex'), Number(port), to))
      .on('close', () => socket.close());
  });
`;

let network: Network | undefined;
let halves: Halves | undefined;

afterEach(async () => {
  await network?.close();
  halves?.close();
  network = halves = undefined;
});

/** Connections that somebody tried to open to a port of this computer that nobody listens on. */
function knocksAt(host: readonly string[]): number {
  const [file, ...words] = [...host, 'cat', '/proc/net/snmp'];
  const text = execFileSync(file!, words, { encoding: 'utf8' });
  const [names, values] = text.split('\n').filter((line) => line.startsWith('Tcp:'));
  const index = names!.split(' ').indexOf('OutRsts');
  return Number(values!.split(' ')[index]);
}

test.skipIf(whyNot !== undefined)(
  'a forged status makes at most one connection a minute to its victim', async () => {
    const chance = chanceFor('reflection');
    halves = Halves.create();
    network = await Network.create({
      block_size: 1, difficulty: 22, broadcast_address: '', listen_address: '0.0.0.0',
    });
    const [victim, attacker] = [halves.host(0, 'victim'), halves.host(1, 'attacker')];
    const miners = Array.from({ length: MINERS }, (_, index) => {
      const place = network!.place(`m${index}`, halves!.host(index === 0 ? 0 : 1, `m${index}`));
      return place.start('miner', `tag=m${index}`);
    });
    for (const miner of miners) await miner.says(/Rewards go to/);
    await miners[0]!.says(/mined new block!|Received/);

    // The attacker has the victim's address too, where nobody asks for it.
    const forged = halves.addressOf('victim');
    const [ip, ...words] = [...attacker, 'ip', 'address', 'add', `${forged}/32`, 'dev', 'lo'];
    execFileSync(ip!, words);
    const quiet = 'echo 1 > /proc/sys/net/ipv4/conf/all/arp_ignore';
    const [sh, ...script] = [...attacker, 'sh', '-c', quiet];
    execFileSync(sh!, script);
    const port = network.environment['MVB_STATUS_BROADCAST_PORT']!;
    const [file, ...rest] = [
      ...attacker, process.execPath, '-e', SENDER, forged, port, halves.broadcast,
    ];
    const sender = spawn(file!, rest, { stdio: ['pipe', 'inherit', 'inherit'] });
    const params = paramsOf(network);
    const before = knocksAt(victim);
    const send = (): void => {
      const status = encodeFrame({
        kind: 'status', params, session: randomBytes(8).toString('hex'),
        tipId: '00'.repeat(32) as BlockId, height: chance.between(1, 1_000_000), work: 1n << 200n,
        blockServerPort: chance.between(1_024, 65_535), tag: 'forged', waiting: 0,
        time: Date.now(),
      });
      sender.stdin.write(`${Buffer.from(status).toString('hex')}\n`);
    };
    const timer = setInterval(send, 1_000 / PER_SECOND);
    try {
      await until('each hears the forged statuses', () => knocksAt(victim) >= before + MINERS);
      await delay(1_000 * SECONDS);
    } finally {
      clearInterval(timer);
      sender.stdin.end();
      await once(sender, 'close');
    }
    const knocks = knocksAt(victim) - before;
    console.log(`reflection: ${knocks} connections to the victim in ${SECONDS} s`);
    // Waiting for the first takes a part of a minute, too.
    const minutes = Math.ceil((SECONDS + 60) / 60);
    expect(knocks).toBeGreaterThan(0);
    expect(knocks).toBeLessThanOrEqual(MINERS * minutes);
    for (const miner of miners) expect((await miner.stop()).code).toBe(0);
  }, TEST_MS_MAX);
