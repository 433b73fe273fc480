/**
 * The picture of the chain that one can move in.
 *
 * Owns: what is drawn for what is to be seen, drawn again only when it must be; keys.
 * Does not own: the view itself (`use-view.ts`), symbols (`tree-drawing.tsx`).
 */
import { useEffect, useMemo } from 'preact/hooks';
import type { Flag, Overview } from '../../api/schema/chain.ts';
import { announce } from '../announce.ts';
import { formatNumber } from '../format.ts';
import { navigate } from '../router.ts';
import { CHAIN } from '../words/chain.ts';
import { COMMON } from '../words/common.ts';
import { OVERVIEW_HEIGHT, OverviewDrawing, OverviewScale } from './overview-drawing.tsx';
import { drawingHeight, TreeDrawing } from './tree-drawing.tsx';
import type { TreeLayout } from './tree-layout.ts';
import type { ViewControl } from './use-view.ts';
import { showsBlocks, visibleHeights } from './viewport.ts';
import type { HeightRange, Viewport } from './viewport.ts';
import { nearestTo, pickedAfter, stepFrom } from './walk.ts';
import type { Step } from './walk.ts';

interface TreeViewProps {
  readonly control: ViewControl;
  readonly tip: number;
  readonly layout: TreeLayout;
  /** The heights of `layout`: more than are seen, so that a move draws nothing new. */
  readonly range: HeightRange;
  readonly flags: readonly Flag[];
  readonly spans: Readonly<Overview['spans']>;
  readonly picked: readonly string[];
  readonly onPicked: (picked: readonly string[]) => void;
}

export function TreeView(props: TreeViewProps) {
  const { control: { view, svg }, tip, layout, range, flags, spans, picked, onPicked } = props;
  const isNear = showsBlocks(view);
  const height = isNear ? drawingHeight(layout.lanes) : OVERVIEW_HEIGHT;
  // The same element again is not compared: a move only shifts the group around it.
  const drawn = useMemo(() => (isNear
    ? <TreeDrawing {...{ layout, flags, range, picked }} scale={view.scale} />
    : <OverviewDrawing spans={spans} range={range} view={view} />),
  [isNear, layout, flags, picked, spans, view.scale, range.from, range.to]);
  const shift = (range.from - view.left) * view.scale;
  const onClick = (event: MouseEvent): void => {
    const id = (event.target as Element).closest('[data-id]')?.getAttribute('data-id');
    if (id !== null && id !== undefined) onPicked(pickedAfter(picked, id));
  };
  useAnnouncedPick(layout, picked);
  const seen = visibleHeights(view, tip);
  return (
    <div
      class="tree-frame" tabIndex={0} role="application" onKeyDown={(event) => onKey(event, props)}
      aria-label={CHAIN.label(formatNumber(seen.from), formatNumber(seen.to))}
      aria-describedby="tree-keys"
    >
      <svg
        ref={svg} class={isNear ? 'tree' : 'tree far'} width="100%" height={height}
        onClick={onClick} aria-hidden="true"
      >
        <g transform={`translate(${shift.toFixed(1)} 0)`}>{drawn}</g>
        {isNear ? null : <OverviewScale spans={spans} />}
      </svg>
      <p id="tree-keys" class="unseen">{CHAIN.keys}</p>
    </div>
  );
}

/** Says which block the keys have come to. */
function useAnnouncedPick(layout: TreeLayout, picked: readonly string[]): void {
  const last = picked.at(-1);
  useEffect(() => {
    const block = layout.placed.find((one) => one.block.id === last)?.block;
    if (block === undefined) return;
    const miner = block.tag === '' ? COMMON.nameless : block.tag;
    announce(CHAIN.block(formatNumber(block.height), miner, CHAIN.standing[block.standing]));
  }, [last]);
}

const STEPS: Readonly<Record<string, Step>> = {
  ArrowLeft: 'earlier', ArrowRight: 'later', ArrowUp: 'up', ArrowDown: 'down',
};
const ZOOM_STEP = 1.6;
/** Of the width, for a move by key where there are no blocks to go to. */
const MOVE_SHARE = 0.25;

function onKey(event: KeyboardEvent, props: TreeViewProps): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const { control, picked, onPicked } = props;
  const last = picked.at(-1);
  const step = STEPS[event.key];
  if (step !== undefined) go(step, props);
  else if (event.key === '+' || event.key === '=') control.zoomBy(ZOOM_STEP);
  else if (event.key === '-') control.zoomBy(1 / ZOOM_STEP);
  else if (event.key === 'Home') control.showHeight(0);
  else if (event.key === 'End') control.showTip();
  else if (event.key === 'Escape' && last !== undefined) onPicked([]);
  else if (event.key === 'Enter' && last !== undefined) navigate(`/block/${last}`);
  else if (event.key === ' ' && last !== undefined) onPicked([last, last]);
  else return;
  event.preventDefault();
}

function go(step: Step, { control, layout, picked, onPicked }: TreeViewProps): void {
  const { view } = control;
  if (!showsBlocks(view)) {
    const sign = step === 'earlier' ? -1 : step === 'later' ? 1 : 0;
    control.moveBy(sign * view.width * MOVE_SHARE);
    return;
  }
  const last = picked.at(-1);
  const middle = view.left + view.width / view.scale / 2;
  const isThere = layout.placed.some(({ block }) => block.id === last);
  const next = last === undefined || !isThere ? nearestTo(layout.placed, middle)
    : stepFrom(layout.placed, last, step);
  if (next === undefined) return;
  onPicked([...picked.slice(0, -1), next.id]);
  keepSeen(next.height, control, view);
}

/** Moves just as far as a block needs to be seen. */
function keepSeen(height: number, control: ViewControl, view: Viewport): void {
  const x = (height - view.left) * view.scale;
  const margin = Math.min(view.width / 3, 2 * view.scale);
  if (x < margin) control.moveBy(x - margin);
  else if (x > view.width - margin) control.moveBy(x - view.width + margin);
}
