/**
 * The chain and its branches: what is the shape, who won.
 */
import { useEffect, useMemo, useState } from 'preact/hooks';
import { Picked } from '../chain/compare.tsx';
import { ChainTable } from '../chain/chain-table.tsx';
import { Controls, ReplaySlider } from '../chain/controls.tsx';
import { Reorgs } from '../chain/reorgs.tsx';
import { placeBlocks } from '../chain/tree-layout.ts';
import { TreeSource } from '../chain/tree-source.ts';
import { TreeView } from '../chain/tree-view.tsx';
import { useReplay } from '../chain/use-replay.ts';
import { useView } from '../chain/use-view.ts';
import { overviewRequest, showsBlocks, visibleHeights } from '../chain/viewport.ts';
import type { HeightRange, Viewport } from '../chain/viewport.ts';
import { Figure } from '../components/figure.tsx';
import { PageHead } from '../components/page.tsx';
import { EmptyState, ErrorNote, Skeleton } from '../components/state.tsx';
import { MinerMark } from '../components/text.tsx';
import { formatNumber } from '../format.ts';
import { changes, firstFailure, status } from '../live.ts';
import { useLoad } from '../load.ts';
import { node } from '../node.ts';
import { CHAIN } from '../words/chain.ts';
import { LIVE } from '../words/live.ts';

export function Page() {
  const tip = status.value?.height;
  return (
    <>
      <PageHead title={CHAIN.title} about={CHAIN.about} />
      {tip !== undefined ? <div class="stack"><Tree tip={tip} /><Reorgs /></div>
        : firstFailure.value === undefined ? <Skeleton lines={8} />
          : <ErrorNote error={firstFailure.value} />}
    </>
  );
}

/** (policy) A new block may change which of these is the main chain. */
const REFRESH_HEIGHTS = 20;
const LEGEND_MAX = 14;

function Tree({ tip }: { readonly tip: number }) {
  const control = useView(tip);
  const { view } = control;
  const [picked, setPicked] = useState<readonly string[]>([]);
  const isNear = showsBlocks(view);
  const seen = visibleHeights(view, tip);
  const range = useRange(view, tip);
  const source = useSource(range, isNear, tip);
  const blocks = useMemo(() => (isNear ? source.blocks(range) : []),
    [isNear, range, source.version.value]);
  const now = useMemo(() => placeBlocks(blocks), [blocks]);
  const replay = useReplay(blocks, now, (height) => height >= seen.from && height <= seen.to);
  const overview = useSettledOverview(view, tip, !isNear);
  const spans = overview?.spans ?? NO_SPANS;
  const tags = [...new Set(blocks.filter(({ height }) => height >= seen.from && height <= seen.to
    && height > 0).map(({ tag }) => tag))];
  const span = spans[0];
  const size = span === undefined ? '' : formatNumber(span.to - span.from + 1);
  const data = isNear ? `/api/tree?from=${seen.from}&to=${seen.to}`
    : `/api/tree/overview?from=${seen.from}&to=${seen.to}`;
  return (
    <>
      <Figure
        title={isNear ? CHAIN.tree : CHAIN.overviewTitle}
        seeing={isNear ? CHAIN.seeing : CHAIN.overviewSeeing(size)}
        json={data} csv="/api/blocks?limit=100&format=csv"
        table={<ChainTable {...{ blocks, spans, isNear, seen }} flags={source.flags.value} />}
      >
        <Controls control={control} tip={tip} replay={isNear ? replay : undefined} />
        {source.failure.value === undefined ? null : <ErrorNote error={source.failure.value} />}
        <TreeView
          {...{ control, tip, range, spans, picked }} layout={replay.layout}
          flags={replay.isPast ? [] : source.flags.value} onPicked={setPicked}
        />
        {isNear && (replay.isPast || replay.isPlaying) ? <ReplaySlider replay={replay} /> : null}
        <div class="row legend">
          {tags.slice(0, LEGEND_MAX).map((tag) => <MinerMark key={tag} tag={tag} />)}
        </div>
        <p class="figure-seeing">{CHAIN.hint}</p>
        {now.hidden === 0 ? null : <p class="muted">{CHAIN.hidden(formatNumber(now.hidden))}</p>}
        {isNear && source.isCut(range) ? <p class="muted">{CHAIN.cut}</p> : null}
        {tip > 0 ? null : (
          <EmptyState what={CHAIN.empty}>
            {CHAIN.emptyNext} <span class="command">{LIVE.minerCommand}</span>
          </EmptyState>
        )}
      </Figure>
      <Picked picked={picked} source={source} onLetGo={() => setPicked([])} />
    </>
  );
}

const NO_SPANS: readonly never[] = [];

/** What is drawn: more than is seen, and the same while the view moves within it. */
function useRange(view: Viewport, tip: number): HeightRange {
  const { from, to } = rangeOf(view, tip);
  return useMemo(() => ({ from, to }), [from, to]);
}

function rangeOf(view: Viewport, tip: number): HeightRange {
  if (!showsBlocks(view)) return overviewRequest(view, tip);
  const step = Math.max(1, Math.ceil(view.width / view.scale / 2));
  const seen = visibleHeights(view, tip);
  return {
    from: Math.max(0, (Math.floor(seen.from / step) - 1) * step),
    to: Math.min(tip, (Math.ceil(seen.to / step) + 1) * step),
  };
}

function useSource(range: HeightRange, isNear: boolean, tip: number): TreeSource {
  const source = useMemo(() => new TreeSource(), []);
  const count = changes.blocks.value;
  useEffect(() => source.refresh(tip - REFRESH_HEIGHTS), [tip, count]);
  useEffect(() => {
    if (isNear) source.want(range);
  }, [isNear, range, tip, count]);
  return source;
}

/** (policy) A view that moves asks for nothing until it has slowed down. */
const SETTLE_MS = 120;

function useSettledOverview(view: Viewport, tip: number, isWanted: boolean) {
  const { from, to, spans } = overviewRequest(view, tip);
  const wanted = `${from} ${to} ${spans}`;
  const [settled, setSettled] = useState('');
  useEffect(() => {
    if (!isWanted) return undefined;
    const timer = window.setTimeout(() => setSettled(wanted), SETTLE_MS);
    return () => window.clearTimeout(timer);
  }, [wanted, isWanted]);
  const loaded = useLoad('overview', async () => {
    if (settled === '') return undefined;
    const [first = 0, last = 0, count = 1] = settled.split(' ').map(Number);
    return await node.overview({ from: first, to: last, spans: count });
  }, settled);
  return loaded.value;
}
