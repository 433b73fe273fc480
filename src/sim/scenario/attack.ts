/**
 * What a run and an attacker know of each other.
 *
 * Owns: that form. Does not own: any attack, or the run.
 */
import type { ChainChange } from '../../consensus/reorg.ts';
import type { Network } from '../../ports.ts';
import type { SharedWork } from '../../node/shared-work.ts';
import type { World } from '../world.ts';
import type { Computer } from './computer.ts';
import type { Measure } from './measure.ts';
import type { Mining } from './mining.ts';
import type { AttackResult } from './result.ts';
import type { Scenario } from './scenario.ts';
import type { Edge } from './topology.ts';
import type { Wan } from './wan.ts';

/** What of the run an attack may use. */
export interface AttackParts {
  readonly scenario: Scenario;
  readonly seed: number;
  readonly world: World;
  readonly wan: Wan;
  readonly mining: Mining;
  readonly measure: Measure;
  readonly shared: SharedWork;
  readonly shares: readonly number[];
  /** About what a message takes through the network, in ms. */
  readonly settleMs: number;
  /** All of them, once they are there. */
  computers(): readonly Computer[];
}

/** The attacker is node 0. */
export interface Attack {
  /** The node whose chain decides what was mined for nothing, and whether it worked. */
  readonly observer: number;
  /** Whether the run may end before its time. */
  readonly isOver: boolean;
  /** The network's links, as the attacker would have them. */
  edges(edges: readonly Edge[]): Edge[];
  /** One-way delay of a link of its own, in ms; undefined for one as any other. */
  delayMs(from: number, to: number): number | undefined;
  /** What stands between its node and the network. */
  door?(network: Network): Network;
  /** Everybody is linked, and nobody mines yet. The attack turns mining on. */
  begin(): void;
  tipChanged(computer: Computer, change: ChainChange, from: 'own' | 'peer'): void;
  result(): AttackResult;
}

/** The attacker is better connected than others: its links have this delay. */
export const ATTACKER_DELAY_MS = 1;
/** It has links to this many others at most. */
const ATTACKER_LINKS_MAX = 60;

/** The links with some of the attacker's own to everybody, which are fast. */
export function withHub(edges: readonly Edge[], nodes: number): Edge[] {
  const others = edges.filter(([from, to]) => from !== 0 && to !== 0);
  const last = Math.min(nodes - 1, ATTACKER_LINKS_MAX);
  return [...others, ...Array.from({ length: last }, (_, index): Edge => [0, index + 1])];
}
