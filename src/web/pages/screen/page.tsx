/**
 * The page for a projector: a few things, large enough for the last row, nothing to press.
 */
import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { formatAge, hashRate } from '../../../lib/words.ts';
import { PageHead } from '../../components/page.tsx';
import { Sparkline } from '../../components/sparkline.tsx';
import { ErrorNote, Skeleton } from '../../components/state.tsx';
import { formatNumber } from '../../format.ts';
import { connection, firstFailure, happenings, now, rates, status } from '../../live.ts';
import { place } from '../../router.ts';
import { COMMON } from '../../words/common.ts';
import { SCREEN } from '../../words/screen.ts';
import { Words } from '../live-happenings.tsx';
import { Strip } from '../live-strip.tsx';
import { PeersPicture } from '../peers/graph-figure.tsx';
import { stayOf, viewAt, viewsOf } from './views.ts';
import type { View } from './views.ts';

export function Page() {
  const { query } = place.value;
  const view = viewAt(viewsOf(query.get('view')), now.value, stayOf(query.get('every')));
  return (
    <div class="screen">
      <div class="unseen"><PageHead title={SCREEN.title} /></div>
      <a class="screen-leave" href="/">{SCREEN.leave}</a>
      {status.value === undefined
        ? firstFailure.value === undefined ? <Skeleton lines={6} />
          : <ErrorNote error={firstFailure.value} />
        : (
          <>
            <Top />
            <Shown view={view} />
            <Last />
          </>
        )}
    </div>
  );
}

function Top() {
  const { network } = status.value!;
  return (
    <header class="screen-top">
      <span>{network}</span>
      {connection.value === 'lost' ? <strong class="warn">{SCREEN.gone}</strong>
        : <span class="muted">{SCREEN.joined}</span>}
    </header>
  );
}

function Shown({ view }: { readonly view: View }) {
  switch (view) {
    case 'live': return <><Numbers /><div class="screen-strip"><Strip /></div></>;
    case 'chain': return <div class="screen-strip large"><Strip /></div>;
    case 'peers': return <Peers />;
    case 'rate': return <Rate />;
  }
}

function Numbers() {
  const { height, miner, peers: linked, waiting } = status.value!;
  return (
    <dl class="screen-numbers">
      <Huge label={SCREEN.block}>{formatNumber(height)}</Huge>
      <Huge label={SCREEN.rate}>{miner === null ? '–' : hashRate(miner.rate)}</Huge>
      <Huge label={SCREEN.peers}>{formatNumber(linked + 1)}</Huge>
      <Huge label={SCREEN.waiting}>{formatNumber(waiting)}</Huge>
    </dl>
  );
}

interface HugeProps {
  readonly label: string;
  readonly children: ComponentChildren;
}

function Huge({ label, children }: HugeProps) {
  return <div><dt>{label}</dt><dd class="number">{children}</dd></div>;
}

/** (policy) What is around the picture on a projector's page. */
const AROUND = 190;
/** As in `.screen-peers` of the style. */
const ZOOM = 1.6;
const PICTURE_MIN = 280;

function Peers() {
  const [height, setHeight] = useState(window.innerHeight);
  useEffect(() => {
    const measure = (): void => setHeight(window.innerHeight);
    window.addEventListener('resize', measure);
    return () => window.removeEventListener('resize', measure);
  }, []);
  return (
    <div class="screen-peers">
      <PeersPicture height={Math.max(PICTURE_MIN, (height - AROUND) / ZOOM)} />
    </div>
  );
}

function Rate() {
  const points = rates.value.map(({ at_ms, rate }) => [at_ms, rate] as const);
  const rate = status.value!.miner?.rate;
  return (
    <div class="screen-rate">
      <p class="screen-huge number">{rate === undefined ? '–' : hashRate(rate)}</p>
      <Sparkline label={SCREEN.rate} points={points} height={220} />
    </div>
  );
}

function Last() {
  const [happening] = happenings.value;
  return (
    <p class="screen-last">
      {happening === undefined ? <span class="muted">{SCREEN.nothing}</span> : (
        <>
          <span class="muted number">{COMMON.ago(formatAge(now.value - happening.at))}</span>
          <span><Words happening={happening} /></span>
        </>
      )}
    </p>
  );
}
