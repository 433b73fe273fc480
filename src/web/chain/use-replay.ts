/**
 * The tree as it was at a moment: a slider's place, and playing on from there.
 */
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { TreeBlock } from '../../api/schema/chain.ts';
import { arrivalOf, byArrival, standingAt } from './replay.ts';
import type { TreeLayout } from './tree-layout.ts';

/** (policy) From one block to the next: slow enough to see a fork, fast enough to stay. */
const STEP_MS = 450;

export interface Replay {
  /** What is to be drawn now. */
  readonly layout: TreeLayout;
  /** How many blocks had come, of how many; the same at the end. */
  readonly count: number;
  readonly of: number;
  /** Of the newest that had come; undefined when there is none. */
  readonly at: number | undefined;
  readonly isPlaying: boolean;
  readonly isPast: boolean;
  setCount(count: number): void;
  toggle(): void;
  end(): void;
}

export function useReplay(
  blocks: readonly TreeBlock[], now: TreeLayout, isSeen: (height: number) => boolean,
): Replay {
  // A time, not a number of blocks: it means the same when other blocks are looked at.
  const [moment, setMoment] = useState<number | undefined>(undefined);
  const [isPlaying, setPlaying] = useState(false);
  const arrived = useMemo(() => byArrival(blocks), [blocks]);
  const count = moment === undefined ? arrived.length
    : arrived.filter((block) => arrivalOf(block) <= moment).length;
  const isPast = moment !== undefined;
  const layout = useMemo(
    () => (isPast ? layoutAt(now, arrived, count) : now), [now, arrived, count, isPast]);
  const setCount = (next: number): void => {
    const last = arrived[next - 1];
    const isEnd = next >= arrived.length;
    setMoment(isEnd ? undefined : last === undefined ? 0 : arrivalOf(last));
    if (isEnd) setPlaying(false);
  };
  useEffect(() => {
    if (!isPlaying) return undefined;
    const timer = window.setTimeout(() => setCount(count + 1), STEP_MS);
    return () => window.clearTimeout(timer);
  }, [isPlaying, count, moment]);
  return {
    layout, count, of: arrived.length, isPlaying, isPast, setCount,
    at: arrived[count - 1] === undefined ? undefined : arrivalOf(arrived[count - 1]!),
    toggle: () => {
      // From the end it begins again where the picture begins.
      if (!isPlaying && moment === undefined) {
        setCount(arrived.findIndex(({ height }) => isSeen(height)) + 1);
      }
      setPlaying(!isPlaying);
    },
    end: () => {
      setPlaying(false);
      setMoment(undefined);
    },
  };
}

/** Blocks keep their lanes while the replay changes which chain counts. */
function layoutAt(now: TreeLayout, arrived: readonly TreeBlock[], count: number): TreeLayout {
  const there = new Map(standingAt(arrived, count).map((block) => [block.id, block]));
  const placed = now.placed.flatMap((one) => {
    const block = there.get(one.block.id);
    return block === undefined ? [] : [{ ...one, block }];
  });
  return { ...now, placed };
}
