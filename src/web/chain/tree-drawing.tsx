/**
 * Blocks, branches and flags as SVG.
 *
 * Owns: where things are in pixels and what they look like.
 * Does not own: lanes (`tree-layout.ts`), moving and zooming (`tree-view.tsx`).
 */
import type { Flag } from '../../api/schema/chain.ts';
import { formatNumber } from '../format.ts';
import { markOf, shapePath } from '../palette.ts';
import { COMMON } from '../words/common.ts';
import { CHAIN } from '../words/chain.ts';
import type { PlacedBlock, TreeLayout } from './tree-layout.ts';
import type { HeightRange } from './viewport.ts';

const LANE_HEIGHT = 50;
/** Above the main chain: room for flags. */
const TOP = 74;
const BOTTOM = 26;
const LANES_MIN = 2;
/** Symbols are at most so large; with less room than the least they are bars. */
const RADIUS_MAX = 13;
const RADIUS_SHAPES_MIN = 3;
const FLAG_ROWS = 3;
const FLAG_ROW_HEIGHT = 17;
const FLAG_NAMES_MAX = 2;

export interface TreeDrawingProps {
  readonly layout: TreeLayout;
  readonly flags: readonly Flag[];
  readonly range: HeightRange;
  /** Pixels for each height; x is 0 at `range.from`. */
  readonly scale: number;
  /** Ids of blocks with a ring: A, and B to be compared with it. */
  readonly picked: readonly string[];
}

export function drawingHeight(lanes: number): number {
  return TOP + Math.max(LANES_MIN, lanes) * LANE_HEIGHT + BOTTOM - LANE_HEIGHT / 2;
}

const yOf = (lane: number): number => TOP + lane * LANE_HEIGHT;

export function TreeDrawing(props: TreeDrawingProps) {
  const { layout, range, scale } = props;
  const x = (height: number): number => (height - range.from) * scale;
  const radius = Math.min(RADIUS_MAX, scale * 0.34);
  return (
    <g>
      <HeightTicks range={range} scale={scale} bottom={drawingHeight(layout.lanes)} />
      <Edges layout={layout} x={x} />
      {layout.placed.map((placed) => (
        <BlockMark
          key={placed.block.id} placed={placed} x={x(placed.block.height)} radius={radius}
          scale={scale} pick={props.picked.indexOf(placed.block.id)}
        />
      ))}
      <Flags {...props} x={x} />
    </g>
  );
}

interface EdgesProps {
  readonly layout: TreeLayout;
  readonly x: (height: number) => number;
}

/** Two paths for all edges: hundreds of elements less. */
function Edges({ layout, x }: EdgesProps) {
  const main: string[] = [];
  const side: string[] = [];
  for (const { block, lane, parentLane } of layout.placed) {
    if (block.height === 0) continue;
    const [x0, x1] = [round(x(block.height - 1)), round(x(block.height))];
    const [y0, y1] = [yOf(parentLane), yOf(lane)];
    const middle = round((x0 + x1) / 2);
    const d = y0 === y1 ? `M${x0} ${y0}H${x1}`
      : `M${x0} ${y0}C${middle} ${y0} ${middle} ${y1} ${x1} ${y1}`;
    (block.standing === 'main' ? main : side).push(d);
  }
  return (
    <>
      <path class="edge side" d={side.join('')} />
      <path class="edge" d={main.join('')} />
    </>
  );
}

const round = (value: number): number => Math.round(value * 10) / 10;

interface BlockMarkProps {
  readonly placed: PlacedBlock;
  readonly x: number;
  readonly radius: number;
  readonly scale: number;
  /** 0 for A, 1 for B, -1 for neither. */
  readonly pick: number;
}

function BlockMark({ placed: { block, lane }, x, radius, scale, pick }: BlockMarkProps) {
  const { id, height, tag, standing } = block;
  const y = yOf(lane);
  const { colour, shape } = markOf(tag);
  const isLost = standing !== 'main';
  const title = CHAIN.block(
    formatNumber(height), tag === '' ? COMMON.nameless : tag, CHAIN.standing[standing]);
  const style = isLost ? {} : { fill: colour };
  return (
    <g class={isLost ? 'mark lost' : 'mark'} transform={`translate(${round(x)} ${y})`} data-id={id}>
      <rect x={-scale / 2} y={-LANE_HEIGHT / 2} width={scale} height={LANE_HEIGHT} class="hit" />
      {pick < 0 ? null : <circle r={Math.max(6, radius + 5)} class="ring" />}
      {radius < RADIUS_SHAPES_MIN
        ? <rect x={-radius} y={-9} width={2 * radius} height={18} style={style} class="shape" />
        : <path d={shapePath(shape, radius)} style={style} class="shape" />}
      {isLost && radius >= RADIUS_SHAPES_MIN ? (
        <path class="cross" d={`M${-radius} ${-radius}L${radius} ${radius}M${radius} ${-radius}`
          + `L${-radius} ${radius}`} />
      ) : null}
      {pick < 0 ? null : <text class="ring-name" y={-radius - 9}>{'AB'[pick]}</text>}
      <title>{title}</title>
    </g>
  );
}

interface HeightTicksProps {
  readonly range: HeightRange;
  readonly scale: number;
  readonly bottom: number;
}

/** Pixels between two numbers below the picture. */
const TICK_DISTANCE_MIN = 64;

/** A round number of heights that are at least so many pixels. */
function tickStep(scale: number): number {
  const least = TICK_DISTANCE_MIN / scale;
  const power = 10 ** Math.floor(Math.log10(Math.max(1, least)));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= least) ?? 10 * power;
}

export function HeightTicks({ range, scale, bottom }: HeightTicksProps) {
  const step = tickStep(scale);
  const first = Math.ceil(range.from / step) * step;
  const count = Math.max(0, Math.floor((range.to - first) / step) + 1);
  return (
    <>
      {Array.from({ length: count }, (_, index) => first + index * step).map((height) => {
        const x = round((height - range.from) * scale);
        return (
          <g key={height}>
            <path class="tick" d={`M${x} 0V${bottom - 18}`} />
            <text class="tick-text" x={x} y={bottom - 5}>{formatNumber(height)}</text>
          </g>
        );
      })}
    </>
  );
}

interface FlagsProps extends TreeDrawingProps {
  readonly x: (height: number) => number;
}

/** Nodes with the same newest block share a pole; poles side by side have rows of their own. */
function Flags({ flags, layout, x }: FlagsProps) {
  const lanes = new Map(layout.placed.map(({ block, lane }) => [block.id, lane]));
  const groups = new Map<string, Flag[]>();
  for (const flag of flags) {
    if (lanes.has(flag.tip_id)) groups.set(flag.tip_id, [...groups.get(flag.tip_id) ?? [], flag]);
  }
  const sorted = [...groups.values()].sort((a, b) => b[0]!.height - a[0]!.height);
  return (
    <>
      {sorted.map((group, index) => {
        const { tip_id, height } = group[0]!;
        const top = 12 + (index % FLAG_ROWS) * FLAG_ROW_HEIGHT;
        const isOurs = group.some(({ session }) => session === null);
        return (
          <g
            key={tip_id} class={isOurs ? 'flag ours' : 'flag'}
            transform={`translate(${round(x(height))} 0)`}
          >
            <path d={`M0 ${top - 6}V${yOf(lanes.get(tip_id)!) - 15}`} />
            <circle cx={0} cy={top - 6} r={3} />
            <text x={-7} y={top - 2}>{namesOf(group)}</text>
          </g>
        );
      })}
    </>
  );
}

function namesOf(group: readonly Flag[]): string {
  const sorted = [...group].sort((a, b) => Number(a.session !== null) - Number(b.session !== null));
  const names = sorted.slice(0, FLAG_NAMES_MAX).map(({ name }) => (name === '' ? '?' : name));
  const more = group.length - names.length;
  return more > 0 ? `${names.join(', ')} +${more}` : names.join(', ');
}
