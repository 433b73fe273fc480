/**
 * The next block as a row of places, and what it still waits for.
 */
import type { Payment } from '../../../api/schema/chain.ts';
import type { Miner } from '../../../api/schema/network.ts';
import { duration } from '../../../lib/words.ts';
import { formatNumber } from '../../format.ts';
import { now, status } from '../../live.ts';
import { PENDING } from '../../words/pending.ts';
import { placesOf } from './next-block.ts';

export function NextBlock({ payments }: { readonly payments: readonly Payment[] }) {
  const known = status.value;
  if (known === undefined) return null;
  const { miner, waiting, height } = known;
  const { taken, unseen, free, later } = placesOf(payments, waiting, miner);
  return (
    <section class="card stack" aria-labelledby="next-block">
      <div class="figure-head">
        <div class="row spread">
          <h2 id="next-block">
            {PENDING.nextTitle}: {PENDING.blockOf(formatNumber(height + 1))}
          </h2>
          {miner === null ? null : (
            <span class="chip number">
              {PENDING.fill(Math.max(0, miner.ready - 1), Math.max(0, miner.needed - 1))}
            </span>
          )}
        </div>
        <p class="figure-seeing">{PENDING.nextSeeing}</p>
      </div>
      <ol class="places">
        <li class="place reward" title={PENDING.reward}>
          <span class="unseen">{PENDING.reward}</span>
        </li>
        {taken.map((payment) => <Taken key={payment.id} payment={payment} look="taken" />)}
        {unseen === 0 ? null : <li class="place-more">{PENDING.more(formatNumber(unseen))}</li>}
        {Array.from({ length: free }, (_, index) => (
          <li key={`free ${index}`} class="place free" title={PENDING.free}>
            <span class="unseen">{PENDING.free}</span>
          </li>
        ))}
      </ol>
      <p>{stateOf(miner)}</p>
      {later.length === 0 ? null : (
        <>
          <h3>{PENDING.later}</h3>
          <ol class="places">
            {later.map((payment) => <Taken key={payment.id} payment={payment} look="later" />)}
          </ol>
        </>
      )}
    </section>
  );
}

interface TakenProps {
  readonly payment: Payment;
  readonly look: 'taken' | 'later';
}

function Taken({ payment: { id, amount, fee }, look }: TakenProps) {
  const text = PENDING.slot(amount, fee ?? '0');
  return (
    <li class={`place ${look}`}>
      <a href={`/payment/${id}`} title={text}><span class="unseen">{text}</span></a>
    </li>
  );
}

function stateOf(miner: Miner | null): string {
  if (miner === null) return PENDING.notMining;
  if (miner.state === 'mining') return PENDING.searching;
  if (miner.state === 'paused') return PENDING.paused;
  const missing = miner.needed - miner.ready;
  if (miner.waits_for !== 'payments' || missing <= 0) return PENDING.otherwise;
  const wait = miner.partial_at_ms === null ? undefined : miner.partial_at_ms - now.value;
  const ending = wait === undefined ? PENDING.noPartial
    : wait > 0 ? PENDING.partial(duration(wait)) : PENDING.partialNow;
  return `${PENDING.missing(missing)}${ending}`;
}
