/**
 * Peers that are faulty on purpose. They speak with the node's own codec, know everything, and say
 * what they like, from as many hosts as they like.
 *
 * Owns: when and from where they attack, and whom. Does not own: what they say (`false-chain.ts`,
 * `header-flood.ts`, `noise.ts`, which list the kinds), or which are there (`plan.ts`).
 */
import type { Chain } from '../consensus/chain.ts';
import { addressOf } from '../consensus/encoding.ts';
import type { Address, Block } from '../consensus/types.ts';
import type { Network, Signer } from '../ports.ts';
import type { Attack, Target } from './attack.ts';
import { FalseChain } from './false-chain.ts';
import { HeaderFlood } from './header-flood.ts';
import type { HeaderRuns } from './header-flood.ts';
import type { Machine } from './machine.ts';
import { SIM_PORT } from './network.ts';
import type { Lan } from './network.ts';
import { Flooder, Replayer, Tarpit, Vandal } from './noise.ts';
import { LIAR_KINDS } from './plan.ts';
import type { LiarKind } from './plan.ts';
import { Chance } from './random.ts';
import { simSigner } from './signer.ts';
import type { Life, World } from './world.ts';

export interface LiarParts {
  readonly world: World;
  readonly lan: Lan;
  readonly machines: readonly Machine[];
  readonly seed: number;
  readonly kind: LiarKind;
}

const ATTACK_MEAN_MS = 150_000;
/** Headers by the thousand cost a simulation more time than all else. */
const COSTLY_ATTACK_MEAN_MS = 400_000;
/** How long an attack goes on from one host before the liar takes another. */
const ATTACK_MS = 30_000;
/** The same of those that hold on to what they have. */
const LONG_ATTACK_MS = 150_000;
const VICTIMS_MAX = 3;
const HEIGHT_MIN = 4;
/** A siege comes from more hosts than there are honest nodes, with several links from each. */
const SIEGE_HOSTS_MAX = 30;
const SIEGE_LINKS = 3;

/** Where the money goes of a liar of this kind, be it there or not. */
export function liarAddress(seed: number, kind: LiarKind): Address {
  return addressOf(liarSigner(seed, kind).key);
}

function liarSigner(seed: number, kind: LiarKind): Signer {
  return simSigner(`seed ${seed} liar ${kind}`);
}

export class Liar {
  readonly name: LiarKind;
  attacks = 0;
  readonly #parts: LiarParts;
  readonly #chance: Chance;
  readonly #signer: Signer;
  readonly #runs: HeaderRuns = { good: undefined, cheap: undefined };
  #isOver = false;
  #hosts = 0;
  /** From where it attacks now. */
  #stations: { readonly host: string; readonly life: Life }[] = [];

  constructor(parts: LiarParts) {
    const { seed, kind } = parts;
    this.name = kind;
    this.#parts = parts;
    this.#chance = new Chance(seed, `liar ${kind}`);
    this.#signer = liarSigner(seed, kind);
  }

  /** Attacks now and then, until `stop`. */
  start(): void {
    const meanMs = this.name === 'spammer' ? COSTLY_ATTACK_MEAN_MS : ATTACK_MEAN_MS;
    this.#parts.world.after(this.#chance.waitMs(meanMs), () => {
      if (this.#isOver) return;
      this.#attack();
      this.start();
    });
  }

  /** Is gone for good. */
  stop(): void {
    this.#isOver = true;
    this.#leave(true);
  }

  #leave(isClean: boolean): void {
    for (const { host, life } of this.#stations) {
      life.isAlive = false;
      this.#parts.lan.detach(host, isClean);
    }
    this.#stations = [];
  }

  #attack(): void {
    const { world, machines, kind } = this.#parts;
    const up = machines.filter((machine) => machine.program !== undefined);
    if (up.length === 0) return;
    const spied = this.#chance.pick(up);
    // A network that is only liars from its first blocks on is theirs by right.
    if (spied.program!.chain.tip.header.height < HEIGHT_MIN) return;
    this.#leave(true);
    this.attacks++;
    const isSiege = kind === 'besieger';
    const hosts = isSiege ? Math.min(SIEGE_HOSTS_MAX, 2 * machines.length + 2) : 1;
    for (let count = 0; count < hosts; count++) {
      this.#stations.push({ host: this.#nextHost(), life: this.#newLife() });
    }
    const stations = this.#stations;
    const attack = spied.disk.trusted(() => this.#draw(spied));
    world.log.tell(world.now, this.name, 'attacks', () => attack.story);
    const count = isSiege || kind === 'flooder' ? 1 : VICTIMS_MAX;
    const victims = this.#chance.shuffle(up).slice(0, count);
    for (const { host, life } of stations) this.#begin(attack, { host, life, victims });
    const isLong = isSiege || kind === 'tarpit';
    world.after(isLong ? LONG_ATTACK_MS : ATTACK_MS, () => {
      if (this.#stations === stations) this.#leave(this.#chance.happens(0.5));
    }, stations[0]!.life);
  }

  #begin(
    attack: Attack,
    { host, life, victims }: {
      readonly host: string;
      readonly life: Life;
      readonly victims: readonly Machine[];
    },
  ): void {
    const { lan, kind } = this.#parts;
    const network: Network = lan.attach(host, life);
    network.listen({ datagram: () => undefined, link: (link) => attack.meet(link) });
    for (const { channel, bytes } of attack.datagrams()) lan.spray(host, channel, bytes);
    const links = kind === 'besieger' ? SIEGE_LINKS : 1;
    for (const victim of victims) {
      for (let count = 0; count < links; count++) {
        network.dial(`${victim.host}:${SIM_PORT}`, (link) => {
          if (!(link instanceof Error)) attack.meet(link);
        });
      }
    }
  }

  #draw(spied: Machine): Attack {
    const { kind, world, machines } = this.#parts;
    const chance = this.#chance;
    const { chain } = spied.program!;
    const target: Target = {
      world,
      chance,
      chain,
      blocks: blocksOf(chain),
      signer: this.#signer,
      beneficiary: chance.pick(machines).addresses[0]!,
      life: this.#stations[0]!.life,
      quit: () => this.#leave(chance.happens(0.5)),
    };
    switch (kind) {
      case 'vandal': return new Vandal(target);
      case 'flooder': return new Flooder(target);
      case 'replayer': return new Replayer(target);
      case 'tarpit': return new Tarpit(target);
      case 'spammer': return new HeaderFlood(target, this.#runs);
      default: return new FalseChain(target, kind);
    }
  }

  #newLife(): Life {
    return { name: this.name, isAlive: true, planned: 0 };
  }

  #nextHost(): string {
    return `10.1.${LIAR_KINDS.indexOf(this.#parts.kind)}.${1 + (this.#hosts++ % 250)}`;
  }
}

function blocksOf(chain: Chain): Block[] {
  return Array.from({ length: chain.tip.header.height + 1 }, (_, height) =>
    chain.block(chain.headerAt(height)!.id)!);
}
