/**
 * From block to block by arrow keys. Pure.
 */
import type { TreeBlock } from '../../api/schema/chain.ts';
import type { PlacedBlock } from './tree-layout.ts';

export type Step = 'earlier' | 'later' | 'up' | 'down';

/** The block that a key leads to, or undefined when there is none that way. */
export function stepFrom(
  placed: readonly PlacedBlock[], id: string, step: Step,
): TreeBlock | undefined {
  const here = placed.find(({ block }) => block.id === id);
  if (here === undefined) return undefined;
  const { block, lane } = here;
  if (step === 'earlier') {
    return placed.find((one) => one.block.id === block.previous_id)?.block;
  }
  if (step === 'later') {
    const children = placed.filter((one) => one.block.previous_id === block.id);
    return nearest(children, lane)?.block;
  }
  const beside = placed.filter((one) => one.block.height === block.height
    && (step === 'up' ? one.lane < lane : one.lane > lane));
  return nearest(beside, lane)?.block;
}

function nearest(placed: readonly PlacedBlock[], lane: number): PlacedBlock | undefined {
  return [...placed].sort((a, b) => Math.abs(a.lane - lane) - Math.abs(b.lane - lane))[0];
}

/** The block of the main chain that is nearest to this height. */
export function nearestTo(placed: readonly PlacedBlock[], height: number): TreeBlock | undefined {
  const main = placed.filter(({ lane }) => lane === 0);
  return main.sort(
    (a, b) => Math.abs(a.block.height - height) - Math.abs(b.block.height - height))[0]?.block;
}

/** The picked blocks after a press on one: one alone, then two to be compared. */
export function pickedAfter(picked: readonly string[], id: string): readonly string[] {
  const [first] = picked;
  if (first === id && picked.length === 1) return [];
  return first === undefined || picked.length === 2 || first === id ? [id] : [first, id];
}
