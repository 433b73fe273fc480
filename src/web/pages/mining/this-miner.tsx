/**
 * What the miner of this node does, and its switches.
 */
import { useEffect, useState } from 'preact/hooks';
import type { Miner } from '../../../api/schema/network.ts';
import type { MiningControl } from '../../../api/schema/wallet.ts';
import { hashRate } from '../../../lib/words.ts';
import { announce } from '../../announce.ts';
import { Amount } from '../../components/text.tsx';
import { EmptyState, ErrorNote, Skeleton } from '../../components/state.tsx';
import { Sentence } from '../../components/sentence.tsx';
import { formatNumber, formatPercent, formatShort } from '../../format.ts';
import { status } from '../../live.ts';
import { node } from '../../node.ts';
import { isSignedIn, noticeRefusal } from '../../session.ts';
import { MINING } from '../../words/mining.ts';
import { shareFound } from './intervals.ts';

export function ThisMiner() {
  const known = status.value;
  if (known === undefined) return <div class="card"><Skeleton /></div>;
  if (known.miner === null) {
    return (
      <div class="card">
        <EmptyState what={MINING.notMining}>
          {MINING.notMiningNext} <span class="command">{MINING.command}</span>
        </EmptyState>
      </div>
    );
  }
  return (
    <div class="mining-top">
      <Doing miner={known.miner} />
      <Control miner={known.miner} isReadOnly={known.read_only} />
    </div>
  );
}

function Doing({ miner }: { readonly miner: Miner }) {
  const [tried, expected] = [Number(miner.hashes), Number(miner.expected_hashes)];
  const isSearching = miner.state === 'mining';
  const found = shareFound(tried, expected);
  return (
    <section class="card stack" aria-labelledby="this-miner">
      <div class="row spread">
        <h2 id="this-miner">{MINING.here}</h2>
        <span class={isSearching ? 'chip good' : 'chip warn'}>
          {MINING.states[miner.state]} {formatNumber(miner.height)}
        </span>
      </div>
      <p class="mining-rate number">{hashRate(miner.rate)}</p>
      <dl class="facts">
        <dt>{MINING.tried}</dt>
        <dd class="number">{MINING.triedOf(formatShort(tried), formatShort(expected))}</dd>
        <dt>{MINING.luck}</dt>
        <dd title={MINING.luckHint}>
          {isSearching ? (
            <>
              <meter value={found} min={0} max={1} aria-label={MINING.luck} />
              <span class="number">{MINING.luckValue(formatPercent(found))}</span>
            </>
          ) : MINING.luckNone}
        </dd>
        <dt>{MINING.found}</dt>
        <dd>
          {MINING.foundValue(formatNumber(miner.blocks_found))}
          {', '}<Amount value={miner.earned} hasUnit />
        </dd>
        <dt title={MINING.kernelHint}>{MINING.kernel}</dt>
        <dd><code>{miner.kernel}</code></dd>
      </dl>
    </section>
  );
}

interface ControlProps {
  readonly miner: Miner;
  readonly isReadOnly: boolean;
}

function Control({ miner, isReadOnly }: ControlProps) {
  const [failure, setFailure] = useState<Error | undefined>(undefined);
  const [isBusy, setBusy] = useState(false);
  const isAllowed = isSignedIn.value && !isReadOnly;
  const order = async (control: MiningControl): Promise<void> => {
    // Not `disabled` meanwhile: that would take the focus from who presses it by keyboard.
    if (isBusy) return;
    setBusy(true);
    try {
      await node.controlMining(control);
      setFailure(undefined);
      announce(MINING.saved);
    } catch (error) {
      noticeRefusal(error);
      setFailure(error as Error);
    }
    setBusy(false);
  };
  const isPaused = miner.state === 'paused';
  return (
    <section class="card stack" aria-labelledby="control">
      <h2 id="control">{MINING.control}</h2>
      {isAllowed ? null : <Locked isReadOnly={isReadOnly} />}
      <Slider
        label={MINING.threads} value={miner.threads} min={1} max={miner.threads_max}
        text={(value) => MINING.threadsOf(value, miner.threads_max)} isAllowed={isAllowed}
        onChange={(threads) => void order({ threads })}
      />
      <Slider
        label={MINING.load} value={miner.load} min={5} max={100} step={5} isAllowed={isAllowed}
        text={MINING.loadOf} hint={MINING.loadHint} onChange={(load) => void order({ load })}
      />
      <p>
        <button
          type="button" class={isPaused ? 'button primary' : 'button'}
          disabled={!isAllowed} aria-busy={isBusy} onClick={() => void order({ paused: !isPaused })}
        >
          {isPaused ? MINING.resume : MINING.pause}
        </button>
      </p>
      {failure === undefined ? null : <ErrorNote error={failure} />}
    </section>
  );
}

function Locked({ isReadOnly }: { readonly isReadOnly: boolean }) {
  if (isReadOnly) return <p class="muted">{MINING.lockedReadOnly}</p>;
  const wallet = <a href="/wallet">{MINING.wallet}</a>;
  return <p class="muted"><Sentence text={MINING.lockedSignedOut} with={{ wallet }} /></p>;
}

interface SliderProps {
  readonly label: string;
  readonly hint?: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly step?: number;
  readonly text: (value: number) => string;
  readonly isAllowed: boolean;
  readonly onChange: (value: number) => void;
}

/** Follows the miner, except while somebody moves it; the miner is told when it is let go. */
function Slider(props: SliderProps) {
  const { label, hint, value, min, max, step = 1, text, isAllowed, onChange } = props;
  const [shown, setShown] = useState(value);
  useEffect(() => setShown(value), [value]);
  return (
    <label class="slider" title={hint}>
      <span class="row spread">
        <span>{label}</span><span class="number muted">{text(shown)}</span>
      </span>
      <input
        type="range" min={min} max={Math.max(min, max)} step={step} value={shown}
        disabled={!isAllowed} aria-valuetext={text(shown)}
        onInput={(event) => setShown(Number(event.currentTarget.value))}
        onChange={(event) => onChange(Number(event.currentTarget.value))}
      />
    </label>
  );
}
