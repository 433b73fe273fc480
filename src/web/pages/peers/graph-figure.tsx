/**
 * The picture of the network around this node.
 */
import { Figure } from '../../components/figure.tsx';
import { EmptyState } from '../../components/state.tsx';
import { Id } from '../../components/text.tsx';
import { useWidth } from '../../components/width.ts';
import { formatDuration, formatNumber } from '../../format.ts';
import { peers, status } from '../../live.ts';
import { SERIES_COUNT, seriesColour, SHAPES, shapePath } from '../../palette.ts';
import type { Mark } from '../../palette.ts';
import { PEERS } from '../../words/peers.ts';
import { graphOf, isDrawn, LOOPBACK, tipsOf } from './graph.ts';
import type { Graph, Place, Sector } from './graph.ts';

export function GraphFigure() {
  const known = peers.value.filter(isDrawn);
  const wallets = peers.value.length - known.length;
  const { tip_id: own = '', height = 0 } = status.value ?? {};
  const tips = tipsOf(own, known);
  const marks = marksOf(own, tips.map(({ tipId }) => tipId));
  const same = tips.find(({ tipId }) => tipId === own);
  const others = tips.filter(({ tipId }) => tipId !== own);
  return (
    <Figure title={PEERS.graphTitle} seeing={PEERS.graphSeeing} json="/api/peers?limit=100">
      <PeersPicture />
      {known.length === 0
        ? <EmptyState what={PEERS.empty}>{PEERS.emptyNext}</EmptyState> : (
          <ul class="tips" aria-label={PEERS.tips}>
            <TipLine
              mark={marks.get(own)!} tipId={own} height={height}
              words={same === undefined ? PEERS.here
                : `${PEERS.tipLine(same.count)} ${PEERS.tipHere}`}
            />
            {others.slice(0, SERIES_COUNT - 1).map(({ tipId, height: at, count }) => (
              <TipLine
                key={tipId} mark={marks.get(tipId)!} tipId={tipId} height={at}
                words={PEERS.tipLine(count)}
              />
            ))}
            {known.some(({ link }) => link === 'none') ? <li>{PEERS.heardOnly}</li> : null}
          </ul>
        )}
      {wallets === 0 ? null : <p class="muted">{PEERS.wallets(wallets)}</p>}
    </Figure>
  );
}

interface TipLineProps {
  readonly mark: Mark;
  readonly tipId: string;
  readonly height: number;
  readonly words: string;
}

function TipLine({ mark, tipId, height, words }: TipLineProps) {
  return (
    <li class="row">
      <svg viewBox="-8 -8 16 16" width="16" height="16" aria-hidden="true">
        <path d={shapePath(mark.shape, 6.5)} style={{ fill: mark.colour }} />
      </svg>
      <span class="number">{formatNumber(height)}</span>
      {tipId === '' ? null : <Id kind="block" id={tipId} isBare />}
      <span class="muted">{words}</span>
    </li>
  );
}

/** The own tip gets the first mark; others get the next, as long as there are any. */
function marksOf(own: string, tipIds: readonly string[]): Map<string, Mark> {
  const all = [own, ...tipIds.filter((one) => one !== own)];
  return new Map(all.map((tipId, index) => [tipId, {
    colour: index < SERIES_COUNT ? seriesColour(index) : 'var(--muted)',
    shape: SHAPES[Math.min(index, SHAPES.length - 1)]!,
  }]));
}

/** (policy) With more nodes than this, names would cover each other. */
const NAMES_MAX = 18;
const WIDTH_USUAL = 900;
const NARROW = 560;
/** Around the circle, for names. */
const MARGIN = { x: 74, y: 34 };

/** The graph alone, as large as its place. */
export function PeersPicture({ height = 420 }: { readonly height?: number }) {
  const [ref, width] = useWidth<HTMLDivElement>(WIDTH_USUAL);
  const known = peers.value.filter(isDrawn);
  const own = status.value?.tip_id ?? '';
  const marks = marksOf(own, tipsOf(own, known).map(({ tipId }) => tipId));
  const tall = width < NARROW ? Math.min(height, 340) : height;
  const inner = { width: width - 2 * MARGIN.x, height: tall - 2 * MARGIN.y };
  const graph = graphOf(known, inner);
  const hasNames = graph.places.length <= (width < NARROW ? NAMES_MAX / 2 : NAMES_MAX);
  const [x, y] = [inner.width / 2, inner.height / 2];
  return (
    <div ref={ref} class="peer-graph">
      <svg
        viewBox={`${-MARGIN.x} ${-MARGIN.y} ${width} ${tall}`} width={width} height={tall}
        role="img" aria-label={PEERS.graphTitle}
      >
        <Sectors graph={graph} rx={x} ry={y} />
        {graph.places.map((place) => (
          <line
            key={place.peer.session} x1={x} y1={y} x2={place.x} y2={place.y}
            class={place.peer.link === 'none' ? 'edge heard' : 'edge'}
          />
        ))}
        {graph.places.map((place) => (
          <Neighbour
            key={place.peer.session} place={place} mark={marks.get(place.peer.tip_id)!}
            hasName={hasNames}
          />
        ))}
        <g transform={`translate(${x} ${y})`}>
          <circle r="24" class="hub" />
          <path d={shapePath(marks.get(own)!.shape, 11)} style={{ fill: marks.get(own)!.colour }} />
          <text y="40" text-anchor="middle" class="peer-name">
            {status.value?.tag || PEERS.here}
          </text>
        </g>
      </svg>
      {graph.left === 0 ? null : <p class="muted">{PEERS.notDrawn(graph.left)}</p>}
    </div>
  );
}

interface NeighbourProps {
  readonly place: Place;
  readonly mark: Mark;
  readonly hasName: boolean;
}

function Neighbour({ place: { peer, x, y, angle }, mark, hasName }: NeighbourProps) {
  const name = peer.tag === '' ? peer.address : peer.tag;
  const latency = peer.latency_ms === null ? PEERS.links[peer.link]
    : formatDuration(peer.latency_ms);
  const words = peer.same_network ? latency : `${PEERS.other}, ${latency}`;
  // Names lie away from the middle, where no line crosses them.
  const isBelow = Math.cos(angle) < 0.2;
  const at = isBelow ? [27, 41] : [-34, -20];
  return (
    <g transform={`translate(${x} ${y})`} class={peer.same_network ? undefined : 'foreign'}>
      <title>{PEERS.label(name, words)}</title>
      <circle r="15" class={peer.link === 'none' ? 'ring heard' : 'ring'} />
      <path d={shapePath(mark.shape, 7.5)} style={{ fill: mark.colour }} />
      {hasName ? (
        <>
          <text y={at[0]} text-anchor="middle" class="peer-name">{cut(name)}</text>
          <text y={at[1]} text-anchor="middle" class="chart-text">{words}</text>
        </>
      ) : null}
    </g>
  );
}

const NAME_CHARACTERS_MAX = 16;
const cut = (name: string): string => (name.length <= NAME_CHARACTERS_MAX ? name
  : `${name.slice(0, NAME_CHARACTERS_MAX - 1)}…`);

interface SectorsProps {
  readonly graph: Graph;
  readonly rx: number;
  readonly ry: number;
}

/** Arcs behind neighbours of one part of the network, when there is more than one part. */
function Sectors({ graph: { sectors }, rx, ry }: SectorsProps) {
  if (sectors.length < 2) return null;
  return (
    <>
      {sectors.map((sector) => {
        const middle = (sector.from + sector.to) / 2;
        const sine = Math.sin(middle);
        const anchor = sine > 0.35 ? 'end' : sine < -0.35 ? 'start' : 'middle';
        return (
          <g key={sector.subnet}>
            <path d={arcOf(sector, rx, ry)} class="sector" />
            <text
              x={rx + sine * (rx + 60)} y={ry - Math.cos(middle) * (ry + 20) + 4}
              text-anchor={anchor} class="chart-text"
            >
              {sector.subnet === LOOPBACK ? PEERS.sameComputer : sector.subnet}
            </text>
          </g>
        );
      })}
    </>
  );
}

const ARC_STEPS = 24;

function arcOf({ from, to }: Sector, rx: number, ry: number): string {
  const points = Array.from({ length: ARC_STEPS + 1 }, (_, index) => {
    const angle = from + ((to - from) * index) / ARC_STEPS;
    return `${(rx + Math.sin(angle) * rx).toFixed(1)} ${(ry - Math.cos(angle) * ry).toFixed(1)}`;
  });
  return `M${points.join('L')}`;
}
