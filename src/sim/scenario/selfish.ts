/**
 * Attackers that earn more by what they show when: selfish mining, and blocks that are held back.
 *
 * Owns: the strategies. Eyal and Sirer 2014, algorithm 1: the attacker's node mines on what it
 * knows, keeps its blocks to itself, and shows one when the others find one, and all when their
 * lead is nearly lost. Choosing the heavier branch, and staying on the first seen of two, is the
 * shipped node's own behaviour. Who hears which block first when both sides have one is decided by
 * the network: the attacker's links are fast, and it chooses to whom it sends.
 * Does not own: hiding (`veil.ts`).
 */
import type { ChainChange } from '../../consensus/reorg.ts';
import type { HeaderNode } from '../../consensus/records.ts';
import type { Network } from '../../ports.ts';
import { hostOfIndex } from '../machine.ts';
import { Chance } from '../random.ts';
import { ATTACKER_DELAY_MS, withHub } from './attack.ts';
import type { Attack, AttackParts } from './attack.ts';
import type { Computer } from './computer.ts';
import type { AttackResult } from './result.ts';
import type { Edge } from './topology.ts';
import { Veil } from './veil.ts';

/** What both strategies share: a veiled node with fast links, judged by what it earns. */
abstract class Hider implements Attack {
  readonly observer = 1;
  readonly isOver = false;
  protected readonly parts: AttackParts;
  protected readonly veil: Veil;

  constructor(parts: AttackParts) {
    this.parts = parts;
    this.veil = new Veil({ wire: parts.shared.wire, heard: (height) => this.heard(height) });
  }

  edges(edges: readonly Edge[]): Edge[] {
    return withHub(edges, this.parts.scenario.nodes);
  }

  delayMs(from: number, to: number): number | undefined {
    return from === 0 || to === 0 ? ATTACKER_DELAY_MS : undefined;
  }

  door(network: Network): Network {
    return this.veil.door(network);
  }

  begin(): void {
    this.veil.shown = this.tip;
    this.parts.mining.isOn = true;
  }

  tipChanged(computer: Computer, change: ChainChange, from: 'own' | 'peer'): void {
    if (computer.index !== 0) return;
    if (from === 'own') this.found(change.tip);
    else this.follows(change.tip);
  }

  result(): AttackResult {
    const { miners, mainBlocks, foundBlocks } = this.parts.measure.result();
    const { main, share } = miners[0]!;
    return {
      kind: 'revenue', share, mainShare: main / Math.max(1, mainBlocks),
      foundShare: main / Math.max(1, foundBlocks), ...this.ties(),
    };
  }

  protected get tip(): HeaderNode {
    return this.parts.computers()[0]!.chain!.tip;
  }

  /** The node has left its own branch, or never had one: it is as honest as any. */
  protected follows(tip: HeaderNode): void {
    this.veil.show(tip);
  }

  protected abstract found(tip: HeaderNode): void;
  protected abstract heard(height: number): void;
  protected abstract ties(): { ties: number; gamma: number };
}

export class SelfishMiner extends Hider {
  readonly #gamma: number;
  readonly #chance: Chance;
  /** The greatest height that others know of. */
  #public = 0;
  /** Our block that one of theirs competes with, while nobody has found the next. */
  #rival: HeaderNode | undefined;
  #ties = 0;
  #gammaSum = 0;

  constructor(parts: AttackParts, gamma: number) {
    super(parts);
    this.#gamma = gamma;
    this.#chance = new Chance(parts.seed, 'selfish miner');
  }

  override tipChanged(computer: Computer, change: ChainChange, from: 'own' | 'peer'): void {
    if (from === 'own') this.#countTie(computer, change);
    super.tipChanged(computer, change, from);
  }

  protected found(tip: HeaderNode): void {
    // One of the two blocks that competed is ours, and now there is one above it.
    if (this.#rival !== undefined) this.#showAll(tip);
  }

  protected override follows(tip: HeaderNode): void {
    this.#rival = undefined;
    this.#public = Math.max(this.#public, tip.header.height);
    super.follows(tip);
  }

  protected heard(height: number): void {
    if (height <= this.#public) return;
    this.#public = height;
    const { tip } = this;
    const lead = tip.header.height - height;
    // Below, the node follows by itself. Above, the others gain nothing yet, and Eyal and Sirer's
    // attacker shows as many blocks as they have; it earns the same whether it does or not.
    if (lead === 1) this.#showAll(tip);
    if (lead === 0 && tip.id !== this.veil.shown?.id) this.#compete(tip);
  }

  protected ties(): { ties: number; gamma: number } {
    return { ties: this.#ties, gamma: this.#gammaSum / Math.max(1, this.#ties) };
  }

  #showAll(tip: HeaderNode): void {
    this.#rival = undefined;
    this.#public = Math.max(this.#public, tip.header.height);
    this.veil.show(tip);
  }

  /** Races with a block of theirs that is on its way: to some of them, ours comes first. */
  #compete(tip: HeaderNode): void {
    this.#rival = tip;
    const hosts = this.#first();
    this.veil.shown = tip;
    this.veil.push(this.parts.computers()[0]!.chain!.blockBytes(tip.id)!, hosts);
  }

  /** Hosts with the share of the honest hash power; the finder of theirs is not among them. */
  #first(): Set<string> {
    const { shares } = this.parts;
    const computers = this.parts.computers();
    const honest = shares.flatMap((share, node) => (node > 0 && share > 0 ? [node] : []));
    const total = honest.reduce((sum, node) => sum + shares[node]!, 0);
    const isFree = (node: number): boolean =>
      computers[node]!.chain?.tip.header.height !== this.#public;
    const free = honest.filter(isFree);
    const hosts = new Set<string>();
    let wanted = this.#gamma * total;
    for (const node of this.#chance.shuffle(free)) {
      // The last one is taken so often that the mean is right, though miners cannot be divided.
      const isIn = this.#chance.happens(wanted / shares[node]!);
      if (isIn) hosts.add(hostOfIndex(node));
      wanted -= shares[node]!;
      if (wanted <= 0) break;
    }
    return hosts;
  }

  /** Somebody has found a block while two competed: how many were on ours until then? */
  #countTie(finder: Computer, change: ChainChange): void {
    const rival = this.#rival;
    if (rival === undefined) return;
    const { shares } = this.parts;
    const isOurs = (computer: Computer): boolean =>
      (computer === finder ? change.tip.header.previousId : computer.chain?.tip.id) === rival.id;
    let [power, total] = [0, 0];
    for (const computer of this.parts.computers().slice(1)) {
      total += shares[computer.index]!;
      if (isOurs(computer)) power += shares[computer.index]!;
    }
    this.#ties++;
    this.#gammaSum += power / total;
    if (finder.index !== 0) this.#rival = undefined;
  }
}

/** Keeps each block that it finds for a while, whatever happens meanwhile. */
export class Withholder extends Hider {
  readonly #holdMs: number;

  constructor(parts: AttackParts, holdSeconds: number) {
    super(parts);
    this.#holdMs = holdSeconds * 1_000;
  }

  protected found(tip: HeaderNode): void {
    this.parts.world.post(this.#holdMs, () => {
      const chain = this.parts.computers()[0]!.chain!;
      const isShown = (this.veil.shown?.header.height ?? 0) >= tip.header.height;
      if (chain.isMain(tip) && !isShown) this.veil.show(tip);
    });
  }

  protected heard(): void {
    // It does nothing about it.
  }

  protected ties(): { ties: number; gamma: number } {
    return { ties: 0, gamma: 0 };
  }
}
