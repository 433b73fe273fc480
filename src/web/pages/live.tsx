/**
 * The first page: is it alive, and what happens next.
 */
import { hashRate } from '../../lib/words.ts';
import { EmptyState, ErrorNote, Skeleton } from '../components/state.tsx';
import { DataLinks } from '../components/figure.tsx';
import { PageHead } from '../components/page.tsx';
import { Sparkline } from '../components/sparkline.tsx';
import { formatNumber, groupThousands } from '../format.ts';
import { firstFailure, peers, rates, status } from '../live.ts';
import { LIVE } from '../words/live.ts';
import { Happenings } from './live-happenings.tsx';
import { NextBlock } from './live-next.tsx';
import { Strip } from './live-strip.tsx';

export function Page() {
  return (
    <>
      <PageHead title={LIVE.title} />
      <Content />
    </>
  );
}

function Content() {
  if (status.value === undefined) {
    return firstFailure.value === undefined
      ? <Skeleton lines={8} /> : <ErrorNote error={firstFailure.value} />;
  }
  return (
    <div class="stack live">
      <Strip />
      <div class="live-cards">
        <NextBlock />
        <HashRate />
        <Neighbours />
      </div>
      <Happenings />
    </div>
  );
}

function HashRate() {
  const miner = status.value?.miner;
  const points = rates.value.map(({ at_ms, rate }) => [at_ms, rate] as const);
  return (
    <section class="card stack" aria-labelledby="rate">
      <h2 id="rate">{LIVE.rate}</h2>
      {miner === null || miner === undefined ? <EmptyState what={LIVE.noRate} /> : (
        <>
          <p class="big number" title={LIVE.rateNow}>{hashRate(miner.rate)}</p>
          <Sparkline label={LIVE.rateLabel} points={points} />
          <p class="muted row tight">{miner.kernel} <DataLinks json="/api/mining" /></p>
          <p class="muted">
            <a href="/mining">
              {LIVE.earned(formatNumber(miner.blocks_found), groupThousands(miner.earned))}
            </a>
          </p>
        </>
      )}
    </section>
  );
}

/** (policy) Dots that can be told apart; the rest is a number. */
const DOTS_MAX = 60;

function Neighbours() {
  const { tip_id, heard, peers: linked } = status.value!;
  const known = peers.value.filter(({ link, is_miner }) => link !== 'none' && is_miner);
  const same = known.filter((peer) => peer.tip_id === tip_id).length;
  const others = Math.max(0, heard - linked);
  return (
    <section class="card stack" aria-labelledby="neighbours">
      <h2 id="neighbours">{LIVE.peers}</h2>
      {known.length === 0 ? (
        <EmptyState what={LIVE.alone}>
          {LIVE.aloneNext} <span class="command">{LIVE.minerCommand}</span>
        </EmptyState>
      ) : (
        <>
          <p class="big number"><a href="/peers">{known.length}</a></p>
          <ul class="dots" aria-label={LIVE.peersLabel}>
            {known.slice(0, DOTS_MAX).map(({ session, tag, address, height, tip_id: tip }) => {
              const isSame = tip === tip_id;
              const name = tag === '' ? address : tag;
              const words = isSame ? LIVE.sameTip : LIVE.otherTip(String(height));
              return (
                <li key={session} class={isSame ? 'dot same' : 'dot'} title={`${name}: ${words}`}>
                  <span class="unseen">{name}: {words}</span>
                </li>
              );
            })}
          </ul>
          <p class="muted">
            {same === known.length ? LIVE.peersSame : LIVE.peersBehind(same, known.length)}
          </p>
        </>
      )}
      {others === 0 ? null : <p class="muted">{LIVE.heard(others)}</p>}
    </section>
  );
}
