/**
 * The attack that a scenario names.
 *
 * Owns: making it, and the two that need no strategy. Does not own: strategies (`selfish.ts`,
 * `payment-attack.ts`).
 */
import type { Attack, AttackParts } from './attack.ts';
import { planPartition } from './faults.ts';
import { DoubleSpend, Eclipse } from './payment-attack.ts';
import type { AttackResult } from './result.ts';
import type { Partition } from './scenario.ts';
import { SelfishMiner, Withholder } from './selfish.ts';

/** Undefined when the scenario has none. */
export function createAttack(parts: AttackParts): Attack | undefined {
  const { attacker } = parts.scenario;
  switch (attacker.kind) {
    case 'none':
      return undefined;
    case 'doubleSpend': {
      const { confirmations, headStart, giveUp: { behind } } = attacker;
      return new DoubleSpend(parts, { confirmations, headStart, giveUpBehind: behind });
    }
    case 'majority':
      return new DoubleSpend(parts, {
        confirmations: attacker.depth, headStart: 'level', giveUpBehind: Infinity,
      });
    case 'eclipse':
      return new Eclipse(parts, attacker.confirmations);
    case 'selfish':
      return new SelfishMiner(parts, attacker.gamma);
    case 'withholding':
      return new Withholder(parts, attacker.holdSeconds);
    case 'timestamp':
      return timestampAttack(parts, attacker.aheadSeconds * 1_000);
    case 'partition':
      return partitionAttack(parts, attacker.cut);
  }
}

/** A clock that is wrong, and a node that knows no better. */
function timestampAttack(parts: AttackParts, aheadMs: number): Attack {
  return {
    observer: 1,
    isOver: false,
    edges: (edges) => [...edges],
    delayMs: () => undefined,
    begin: () => {
      parts.computers()[0]!.clockAheadMs = aheadMs;
      parts.mining.isOn = true;
    },
    tipChanged: () => {},
    result: () => {
      const { miners, mainBlocks, foundBlocks } = parts.measure.result();
      const { main, share } = miners[0]!;
      return {
        kind: 'revenue', share, mainShare: main / Math.max(1, mainBlocks),
        foundShare: main / Math.max(1, foundBlocks), ties: 0, gamma: 0,
      };
    },
  };
}

function partitionAttack(parts: AttackParts, cut: Partition): Attack {
  return {
    observer: 0,
    isOver: false,
    edges: (edges) => [...edges],
    delayMs: () => undefined,
    begin: () => {
      planPartition(parts, cut);
      parts.mining.isOn = true;
    },
    tipChanged: () => {},
    result: (): AttackResult => {
      const { reorgs, staleBlocks } = parts.measure.result();
      return { kind: 'partition', deepestReorg: reorgs.at(-1)?.depth ?? 0, staleBlocks };
    },
  };
}
