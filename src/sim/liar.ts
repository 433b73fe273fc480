/**
 * Peers that are faulty on purpose. They speak with the node's own codec, know everything, and say
 * what they like, from as many hosts as they like.
 *
 * - `boaster` claims work that it has not, and answers with nothing, or with headers that all know.
 * - `withholder` shows headers of a heavier branch, and never gives the bodies.
 * - `mutator` gives bodies that are not their headers'.
 * - `counterfeiter` mines a heavier branch in which one block breaks a rule.
 * - `vandal` sends bytes, frames and datagrams that are no messages, forged payments.
 * - `flooder` sends far more than anybody asked for.
 *
 * Owns: what liars do. Does not own: how often each is there (`plan.ts`); what they mine
 * (`forgery.ts`).
 */
import type { Chain } from '../consensus/chain.ts';
import { addressOf, encodeBlock } from '../consensus/encoding.ts';
import type { Address, BlockHeader, BlockId } from '../consensus/types.ts';
import { blockIdOf } from '../consensus/encoding.ts';
import { workOf } from '../consensus/pow.ts';
import { bytesToHex } from '../lib/bytes.ts';
import type { Link, Signer } from '../ports.ts';
import { encodeFrame, FrameReader } from '../protocol/framing.ts';
import { HEADERS_MAX, PROTOCOL_VERSION } from '../protocol/messages.ts';
import type { Message, Status } from '../protocol/messages.ts';
import { FLAWS, forgeBranch, mutateBody, withJunkSignature } from './forgery.ts';
import type { Branch, Flaw } from './forgery.ts';
import { EPOCH_MS } from './machine.ts';
import type { Machine } from './machine.ts';
import { SIM_PORT } from './network.ts';
import type { Lan } from './network.ts';
import type { LiarKind } from './plan.ts';
import { Chance } from './random.ts';
import { simSigner } from './signer.ts';
import type { Life, World } from './world.ts';

export interface LiarParts {
  readonly world: World;
  readonly lan: Lan;
  readonly machines: readonly Machine[];
  readonly seed: number;
  readonly index: number;
  readonly kind: LiarKind;
}

const ATTACK_MEAN_MS = 150_000;
/** How long an attack goes on from one host before the liar takes another. */
const ATTACK_MS = 30_000;
const FLOOD_MESSAGES = 105;
const FLOOD_HEADERS = 20;
const VICTIMS_MAX = 3;
const DEPTH_MAX = 6;
const HEIGHT_MIN = 4;
/**
 * A good branch makes deep forks, but its rewards are the liar's: with too many, nobody else can
 * pay.
 */
const GOOD_SHARE = 0.05;

export class Liar {
  readonly name: string;
  readonly address: Address;
  attacks = 0;
  readonly #parts: LiarParts;
  readonly #chance: Chance;
  readonly #signer: Signer;
  #isOver = false;
  #lives: Life[] = [];

  constructor(parts: LiarParts) {
    const { seed, index } = parts;
    this.name = `liar ${index}`;
    this.#parts = parts;
    this.#chance = new Chance(seed, this.name);
    this.#signer = simSigner(`seed ${seed} liar ${index}`);
    this.address = addressOf(this.#signer.key);
  }

  /** Attacks now and then, until `stop`. */
  start(): void {
    this.#parts.world.after(this.#chance.waitMs(ATTACK_MEAN_MS), () => {
      if (this.#isOver) return;
      this.#attack();
      this.start();
    });
  }

  /** Is gone for good. */
  stop(): void {
    this.#isOver = true;
    for (const life of this.#lives) life.isAlive = false;
    this.#parts.lan.detach(this.#host(this.attacks), true);
  }

  #host(attack: number): string {
    return `10.1.${this.#parts.index}.${1 + (attack % 250)}`;
  }

  #attack(): void {
    const { world, lan, machines, kind } = this.#parts;
    const up = machines.filter((machine) => machine.program !== undefined);
    if (up.length === 0) return;
    const { chain } = this.#chance.pick(up).program!;
    // A network that is only liars from its first blocks on is theirs by right.
    if (chain.tip.header.height < HEIGHT_MIN) return;
    lan.detach(this.#host(this.attacks), true);
    const host = this.#host(++this.attacks);
    const life: Life = { name: this.name, isAlive: true, planned: 0 };
    this.#lives = [life];
    const network = lan.attach(host, life);
    const beneficiary = this.#chance.pick(machines).addresses[0]!;
    const target = { chain, signer: this.#signer, beneficiary };
    const attack = new Attack(this.#chance, kind, target, this.#parts);
    network.listen({ datagram: () => undefined, link: (link) => attack.meet(link) });
    world.log.tell(world.now, this.name, kind, () => attack.story);
    for (const datagram of attack.datagrams()) lan.spray(host, datagram.channel, datagram.bytes);
    const victims = this.#chance.shuffle(up).slice(0, kind === 'flooder' ? 1 : VICTIMS_MAX);
    for (const victim of victims) {
      network.dial(`${victim.host}:${SIM_PORT}`, (link) => {
        if (!(link instanceof Error)) attack.meet(link);
      });
    }
    world.after(ATTACK_MS, () => {
      life.isAlive = false;
      lan.detach(host, this.#chance.happens(0.5));
    }, life);
  }
}

function drawFlaw(chance: Chance): Flaw {
  const isGood = chance.happens(GOOD_SHARE);
  const flaw = chance.pick(FLAWS);
  return isGood ? 'none' : flaw;
}

/** What a liar knows when it begins. */
interface Target {
  readonly chain: Chain;
  readonly signer: Signer;
  readonly beneficiary: Address;
}

/** One attack: one story, told to everybody who asks. */
class Attack {
  readonly story: string;
  readonly #chance: Chance;
  readonly #kind: LiarKind;
  readonly #chain: Chain;
  readonly #world: World;
  readonly #branch: Branch | undefined;
  readonly #headers: readonly BlockHeader[];
  readonly #session: string;
  /** Work that it claims; with a branch, what the branch really has. */
  readonly #work: bigint;
  readonly #isSilent: boolean;

  constructor(chance: Chance, kind: LiarKind, target: Target, { world }: LiarParts) {
    const { chain } = target;
    this.#chance = chance;
    this.#kind = kind;
    this.#chain = chain;
    this.#world = world;
    const flaw = kind === 'counterfeiter' ? drawFlaw(chance) : 'none';
    const depth = chance.between(0, Math.min(DEPTH_MAX, chain.tip.header.height));
    const lead = chance.between(1, 3);
    const now = EPOCH_MS + world.now;
    this.#branch = forgeBranch({ ...target, chance, now, flaw, depth, lead });
    this.#headers = this.#branch?.headers ?? [];
    this.#session = bytesToHex(chance.bytes(8));
    const perBlock = workOf(chain.params.difficulty);
    const isHonest = this.#branch !== undefined && kind !== 'boaster';
    this.#work = isHonest
      ? perBlock * BigInt(this.#headers.length + 1)
      : chain.tip.work + perBlock * BigInt(chance.between(1, 1_000_000));
    this.#isSilent = chance.happens(0.5);
    this.story = `${flaw} ${depth} below and ${lead} above height ${chain.tip.header.height}`;
  }

  /** A link to a victim, from whichever side. */
  meet(link: Link): void {
    const frames = new FrameReader();
    const send = (message: Message): void => {
      link.send(encodeFrame(message));
    };
    if (this.#kind === 'vandal') return this.#vandalise(link);
    send({ kind: 'hello', versionMin: PROTOCOL_VERSION, versionMax: 255, ...this.#status() });
    // It does not read what it asked for: the victim must not keep that for it.
    if (this.#kind === 'flooder') return this.#flood(link);
    link.onBytes((chunk) => {
      for (const result of frames.push(chunk)) {
        if (result.kind === 'message') this.#answer(result.message, send);
      }
    });
  }

  datagrams(): { channel: 'status' | 'payment'; bytes: Uint8Array }[] {
    const status = encodeFrame({ kind: 'status', ...this.#status() });
    if (this.#kind !== 'vandal') return [{ channel: 'status', bytes: status }];
    const junk = this.#chance.bytes(this.#chance.between(0, 1_200));
    const torn = status.subarray(0, this.#chance.between(0, status.length - 1));
    const params = { ...this.#chain.params, network: 'elsewhere' };
    const stranger = encodeFrame({ kind: 'status', ...this.#status(), params });
    return [
      { channel: 'status', bytes: junk }, { channel: 'payment', bytes: junk },
      { channel: 'status', bytes: torn }, { channel: 'payment', bytes: status },
      { channel: 'status', bytes: stranger }, ...this.#forgedPayments(),
    ];
  }

  /** Payments of the newest block once more, as they were and with junk signatures. */
  #forgedPayments(): { channel: 'payment'; bytes: Uint8Array }[] {
    const { networkId, tip } = this.#chain;
    const transactions = this.#chain.block(tip.id)?.transactions ?? [];
    return transactions.flatMap((transaction) => {
      if (transaction.type !== 'payment') return [];
      return [transaction, withJunkSignature(transaction, networkId)].map(({ bytes }) => ({
        channel: 'payment', bytes: encodeFrame({ kind: 'payment', networkId, bytes }),
      }));
    });
  }

  #status(): Status {
    const last = this.#headers.at(-1);
    return {
      session: this.#session,
      params: this.#chain.params,
      tipId: last === undefined ? ('ab'.repeat(32) as BlockId) : blockIdOf(last),
      height: this.#headers.length,
      work: this.#work,
      blockServerPort: SIM_PORT,
      tag: 'trust me',
      waiting: 0,
      time: EPOCH_MS + this.#world.now,
    };
  }

  #answer(message: Message, send: (message: Message) => void): void {
    if (message.kind === 'ping') return send({ kind: 'pong', token: message.token });
    if (message.kind === 'getHeaders') return this.#answerHeaders(message.locator, send);
    if (message.kind !== 'getBlocks') return;
    for (const id of message.ids) {
      const block = this.#branch?.blocks.find((member) => member.id === id);
      if (block === undefined || (this.#kind !== 'mutator' && this.#kind !== 'counterfeiter')) {
        if (!this.#isSilent) send({ kind: 'notFound', id });
        continue;
      }
      const sent = this.#kind === 'mutator'
        ? mutateBody(block, this.#chance, this.#chain.networkId) : block;
      send({ kind: 'block', bytes: encodeBlock(sent) });
    }
  }

  #answerHeaders(locator: readonly BlockId[], send: (message: Message) => void): void {
    if (this.#kind === 'boaster') {
      const known = this.#headers.slice(0, this.#chain.tip.header.height - DEPTH_MAX);
      const headers = known.slice(-this.#chance.between(0, 3));
      if (!this.#isSilent) send({ kind: 'headers', headers });
      return;
    }
    const ids = this.#headers.map(blockIdOf);
    const start = Math.max(-1, ...locator.map((id) => ids.indexOf(id))) + 1;
    send({ kind: 'headers', headers: this.#headers.slice(start, start + HEADERS_MAX) });
  }

  #vandalise(link: Link): void {
    const hello = encodeFrame({
      kind: 'hello', versionMin: PROTOCOL_VERSION, versionMax: PROTOCOL_VERSION, ...this.#status(),
    });
    const flipped = hello.slice();
    flipped[this.#chance.between(0, hello.length - 1)]! ^= 1 << this.#chance.between(0, 7);
    const half = hello.subarray(0, hello.length - 3);
    const bytes = this.#chance.pick([
      this.#chance.bytes(300), flipped, half, new Uint8Array(0),
      Uint8Array.from([...hello, ...hello]), Uint8Array.from([...hello, ...this.#chance.bytes(40)]),
    ]);
    if (bytes.length > 0) link.send(bytes);
  }

  #flood(link: Link): void {
    const message: Message = this.#chance.pick<Message>([
      { kind: 'headers', headers: this.#headers.slice(-FLOOD_HEADERS) },
      { kind: 'getHeaders', locator: [this.#chain.networkId] },
      { kind: 'status', ...this.#status() },
      { kind: 'getBlocks', ids: [this.#chain.networkId, this.#chain.tip.id] },
    ]);
    const frame = encodeFrame(message);
    for (let count = 0; count < FLOOD_MESSAGES; count++) link.send(frame);
  }
}
