/**
 * What the miner does now, how long that takes, and what it waits for.
 */
import type { Miner } from '../../api/schema/network.ts';
import { duration } from '../../lib/words.ts';
import { EmptyState } from '../components/state.tsx';
import { formatNumber, formatPercent } from '../format.ts';
import { now, status } from '../live.ts';
import { LIVE } from '../words/live.ts';

export function NextBlock() {
  const miner = status.value!.miner;
  return (
    <section class="card stack" aria-labelledby="what-next">
      <h2 id="what-next">{LIVE.whatNext}</h2>
      {miner === null ? (
        <EmptyState what={LIVE.notMining}>
          {LIVE.notMiningNext} <span class="command">{LIVE.minerCommand}</span>
        </EmptyState>
      ) : <Doing miner={miner} />}
    </section>
  );
}

function Doing({ miner }: { readonly miner: Miner }) {
  const { state, waits_for } = miner;
  const words = state === 'waiting' && waits_for !== 'payments' ? 'waitingOther' : state;
  return (
    <>
      <p class="big">{LIVE.states[words].replace('{height}', formatNumber(miner.height))}</p>
      {state === 'mining' ? <Luck miner={miner} /> : null}
      {state === 'waiting' && waits_for === 'payments' ? <Missing miner={miner} /> : null}
      {state !== 'paused' ? null : <p><a href="/mining">{LIVE.resume}</a></p>}
    </>
  );
}

/** The chance that a block would have been found by now, if nothing but chance decides. */
function Luck({ miner }: { readonly miner: Miner }) {
  const [tried, expected] = [Number(miner.hashes), Number(miner.expected_hashes)];
  const luck = 1 - Math.exp(-tried / Math.max(1, expected));
  const elapsed = duration(now.value - (miner.started_at_ms ?? now.value));
  // Nothing tried yet is no rate; by zero it is for ever, and so it is said.
  const about = duration((expected / miner.rate) * 1000);
  return (
    <>
      <meter value={luck} min={0} max={1} aria-label={LIVE.luckLabel} />
      <p class="muted number">{LIVE.expected(elapsed, about)}</p>
      <p class="muted">{LIVE.luck(formatPercent(luck))}</p>
    </>
  );
}

function Missing({ miner }: { readonly miner: Miner }) {
  const { partial_at_ms, needed, ready } = miner;
  const wait = partial_at_ms === null ? undefined : partial_at_ms - now.value;
  const ending = wait === undefined ? LIVE.noPartial
    : wait > 0 ? LIVE.partial(duration(wait)) : LIVE.partialNow;
  return (
    <>
      <meter
        value={Math.max(0, ready - 1)} min={0} max={Math.max(1, needed - 1)}
        aria-label={LIVE.payments(ready - 1, needed - 1)}
      />
      <p>{LIVE.missing(Math.max(1, needed - ready))}{ending}</p>
      {status.value!.read_only ? null : (
        <p class="row">
          <a class="button small primary" href="/wallet">{LIVE.makeOne}</a>
          <span class="muted">{LIVE.onTerminal}</span>
          <span class="command">{LIVE.sendCommand}</span>
        </p>
      )}
    </>
  );
}
