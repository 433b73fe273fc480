/**
 * Goal: a node that gets the blocks of the rule table from a peer comes to the row's verdict: the
 * tip is the row's after each block, and the link is kept or not, as the rejection says.
 * Method: for each row, a node on real sockets with real signatures, whose wall clock the row sets;
 * and, for rows that show all rejections together, the built program.
 */
import { generateKeyPairSync } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { decodeHeader, HEADER_BYTES } from '../../src/consensus/encoding.ts';
import { DIFFICULTY_BIT, networkIdOf } from '../../src/consensus/params.ts';
import { REJECTION_CODES, severityOf } from '../../src/consensus/rejection.ts';
import { freeUdpPort } from '../../src/bench/program.ts';
import { createNode } from '../../src/node/node.ts';
import type { Node } from '../../src/node/node.ts';
import { openLanNetwork } from '../../src/platform/lan-network.ts';
import type { LanNetwork } from '../../src/platform/lan-network.ts';
import { createOpensslVerifier } from '../../src/platform/openssl-verifier.ts';
import { SILENT_LOG } from '../../src/platform/silent-log.ts';
import { SystemClock } from '../../src/platform/system-clock.ts';
import { SystemRandom } from '../../src/platform/system-random.ts';
import { encodeFrame } from '../../src/protocol/framing.ts';
import type { Status } from '../../src/protocol/messages.ts';
import { formatCoins } from '../../src/wallet/amount.ts';
import { NOW } from '../support/block-factory.ts';
import { MemoryStore } from '../support/memory-store.ts';
import { privateKeyOf, signerOf } from '../support/real-signers.ts';
import { writeRow } from '../rules/script.ts';
import type { RuleRow, RuleStep } from '../rules/script.ts';
import { RULE_DRAFTS } from '../rules/table.ts';
import { paramsOf } from './measures.ts';
import { RulePeer } from './rule-peer.ts';
import { Network } from './support.ts';

const signer = (): ReturnType<typeof signerOf> =>
  signerOf(generateKeyPairSync('ed25519').privateKey);
const CAST = { alice: signerOf(privateKeyOf('ed25519')), bob: signer(), carol: signer() };

/** The clock on the wall is the row's, time itself goes on. */
class RowClock extends SystemClock {
  time = NOW;

  override now(): number {
    return this.time;
  }
}

const verifier = createOpensslVerifier();

/** A node on real sockets, with a store in memory that survives a restart. */
class Host {
  readonly clock = new RowClock();
  readonly #row: RuleRow;
  readonly #ports: { readonly status: number; readonly payment: number };
  readonly #store = new MemoryStore();
  #network: LanNetwork | undefined;
  #node: Node | undefined;

  constructor(row: RuleRow, ports: { status: number; payment: number }) {
    this.#row = row;
    this.#ports = ports;
  }

  get chain(): Node['view']['chain'] {
    return this.#node!.view.chain;
  }

  async start(): Promise<void> {
    const { clock } = this;
    const network = await openLanNetwork({
      statusPort: this.#ports.status, paymentPort: this.#ports.payment, blockServerPort: 0,
      broadcastAddresses: ['127.255.255.255'], listenForPayments: true, serve: true,
      log: SILENT_LOG, host: '127.0.0.1',
    });
    const kernel = { name: 'none', start: () => {}, stop: () => {}, hashCount: () => 0n };
    this.#network = network;
    this.#node = createNode({
      params: this.#row.params,
      options: {
        rewardTo: undefined, tag: 'node', statusIntervalMs: 60_000, paymentIntervalMs: 60_000,
        peers: [], syncQuietMs: 0, isTerse: false,
      },
      platform: {
        clock, random: new SystemRandom(), verifier, store: this.#store, network, kernel,
        log: SILENT_LOG,
      },
      listeners: [],
      outbox: () => [],
    });
    this.#node.start();
  }

  async stop(): Promise<void> {
    this.#node?.stop();
    await this.#network?.stop();
  }

  async meet(): Promise<Socket> {
    const socket = connect(this.#network!.blockServerPort, '127.0.0.1');
    socket.setNoDelay();
    await once(socket, 'connect');
    return socket;
  }
}

/** What a header alone is refused for. */
const HEADER_CODES = new Set<string>([
  'bad-version', 'bad-difficulty', 'bad-proof-of-work', 'time-too-old', 'invalid-ancestor',
]);

/**
 * Whether somebody who offered that to a node with a chain of this height stays linked; undefined
 * where either will do.
 */
function isForgiven({ outcome, bytes }: RuleStep, height: number): boolean | undefined {
  const header = decodeHeader(bytes.subarray(0, HEADER_BYTES));
  switch (outcome) {
    case 'connected': case 'sideBranch': case 'known':
      return true;
    case 'orphan':
      return true; // Headers that hang in the air are half of what closes a link.
    case 'bad-height':
      return undefined; // So they seem to, when the parent is looked for at the wrong height.
    default:
  }
  // Enough for a header, and none: noise. Less than that is no message.
  if (header === undefined) return bytes.length >= HEADER_BYTES;
  if (severityOf({ code: outcome, details: {} }) !== 'invalid') return true;
  // The body of a block that would not be the tip is not even asked for.
  return header.height <= height && !HEADER_CODES.has(outcome);
}

let host: Host | undefined;
let network: Network | undefined;
let peer: RulePeer | undefined;

afterEach(async () => {
  peer?.close();
  await host?.stop();
  await network?.close();
  [host, network] = [undefined, undefined];
});

/** Offers the blocks one after the other; `before` and `after` are called around each. */
async function offerAll(
  { steps }: RuleRow,
  before: (step: RuleStep) => Promise<void>,
  after: (step: RuleStep, label: string) => void,
): Promise<void> {
  let tip = await peer!.tip();
  let height = 0;
  for (const [index, step] of steps.entries()) {
    const label = `step ${index}: ${step.outcome}`;
    await before(step);
    const { bytes, outcome } = step;
    const isMutated = outcome === 'bad-merkle-root' || outcome === 'malformed';
    const result = await peer!.offer({ bytes, isMutated, isAlone: outcome === 'orphan' });
    expect(result.tip, `the tip before ${label}`).toBe(tip);
    expect(result.isKept, label).toBe(isForgiven(step, height) ?? result.isKept);
    after(step, label);
    ({ tip } = step);
    if (outcome === 'connected') ({ height } = decodeHeader(bytes.subarray(0, HEADER_BYTES))!);
  }
  expect(await peer!.tip(), 'the tip in the end').toBe(tip);
}

const ports = { status: await freeUdpPort(), payment: await freeUdpPort() };

describe('over TCP a node comes to the verdict of', () => {
  it.each(RULE_DRAFTS)('row $threat: $name', async (draft) => {
    const row = writeRow(draft, CAST);
    const node = new Host(row, ports);
    host = node;
    await node.start();
    peer = new RulePeer(row.params, () => node.meet());
    await offerAll(row, async (step) => {
      if (step.isAfterRestart) {
        await node.stop();
        await node.start();
      }
      node.clock.time = step.now;
    }, ({ tip, balances }, label) => {
      expect(node.chain.tip.id, label).toBe(tip);
      for (const [address, balance] of balances) {
        expect(node.chain.account(address).balance, label).toBe(balance);
      }
    });
  });
});

/** Codes that a block can be refused with. */
const CODES: ReadonlySet<string> = new Set(
  REJECTION_CODES.filter((code) => severityOf({ code, details: {} }) !== 'policy'),
);

/** A row whose blocks are judged the same by a clock that is right. */
function needsNoClock({ steps }: RuleRow): boolean {
  return steps.every(({ now, isAfterRestart }) => now === NOW && !isAfterRestart);
}

/** Few rows that show every code, each adding at least one. */
function sample(): RuleRow[] {
  const shown = new Set<string>();
  const codesOf = (row: RuleRow): string[] =>
    row.steps.map(({ outcome }) => outcome).filter((code) => CODES.has(code) && !shown.has(code));
  const rest = RULE_DRAFTS.map((draft) => writeRow(draft, CAST)).filter(needsNoClock);
  const rows: RuleRow[] = [];
  for (;;) {
    const [best] = rest.map((row) => ({ row, count: new Set(codesOf(row)).size }))
      .sort((a, b) => b.count - a.count || a.row.steps.length - b.row.steps.length);
    if (best === undefined || best.count === 0) return rows;
    for (const code of codesOf(best.row)) shown.add(code);
    rows.push(best.row);
  }
}

const SAMPLE = sample();

/** A port that somebody else was given at the same moment is seen by nobody coming. */
const SERVERS = 3;
const DIALLED_MS = 10_000;

/** Says what it claims in the air until the node comes to ask, at another port if need be. */
async function beDialled(statusPort: number, claim: Status): Promise<Socket> {
  for (let left = SERVERS; left > 0; left--) {
    const link = await beDialledAtOnePort(statusPort, claim);
    if (link !== undefined) return link;
    console.warn(`no node came within ${DIALLED_MS} ms`);
  }
  throw new Error(`no node came to ${SERVERS} ports`);
}

async function beDialledAtOnePort(statusPort: number, claim: Status): Promise<Socket | undefined> {
  const server = createServer();
  const socket = createSocket('udp4');
  try {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port: blockServerPort } = server.address() as AddressInfo;
    const datagram = encodeFrame({ kind: 'status', ...claim, blockServerPort });
    const say = (): void => socket.send(datagram, statusPort, '127.0.0.1');
    say();
    const timer = setInterval(say, 100);
    const signal = AbortSignal.timeout(DIALLED_MS);
    const [link] = await once(server, 'connection', { signal })
      .catch(() => [undefined])
      .finally(() => clearInterval(timer)) as [Socket | undefined];
    link?.setNoDelay();
    return link;
  } finally {
    socket.close();
    server.close();
  }
}

describe('over TCP the built program comes to the verdict of', () => {
  it('rows that show every code', () => {
    const shown = SAMPLE.flatMap(({ steps }) => steps.map(({ outcome }) => outcome as string));
    expect([...CODES].filter((code) => !shown.includes(code))).toEqual([]);
  });

  it.each(SAMPLE)('row $threat: $name', async (row) => {
    const { params } = row;
    network = await Network.create({
      network: params.network,
      difficulty: params.difficulty / DIFFICULTY_BIT,
      block_size: params.blockSize,
      block_reward: formatCoins(params.blockReward),
      block_wait_seconds: params.blockWaitSeconds,
      max_block_bytes: params.blockBytesMax,
    });
    expect(networkIdOf(paramsOf(network))).toBe(networkIdOf(params));
    const program = network.place('sync').start('wallet', 'sync');
    const statusPort = Number(network.environment['MVB_STATUS_BROADCAST_PORT']);
    peer = new RulePeer(params, (claim) => beDialled(statusPort, claim));
    await offerAll(row, async () => {}, () => {});
    expect((await program.stop()).code).toBe(0);
  });
});
