/**
 * Mining in the page: a new nonce for a spoilt header, at a difficulty that a browser can do, and
 * what it would take at the real one.
 */
import { useState } from 'preact/hooks';
import type { Block } from '../../api/schema/chain.ts';
import { counted, hashRate } from '../../lib/words.ts';
import { formatBits, formatDuration, formatNumber, formatShort } from '../format.ts';
import { status } from '../live.ts';
import { BLOCK } from '../words/block.ts';
import { useNonceSearch } from './nonce-search.ts';
import type { SearchState } from './nonce-search.ts';

const BITS_MIN = 4;
/** (policy) A few seconds in a browser. */
const BITS_MAX = 20;
const BITS_USUAL = 16;

interface SearchPanelProps {
  readonly block: Block;
  readonly bytes: Uint8Array;
  readonly onFound: (bytes: Uint8Array) => void;
}

export function SearchPanel({ block, bytes, onFound }: SearchPanelProps) {
  const [bits, setBits] = useState(Math.max(BITS_MIN, Math.min(BITS_USUAL, block.difficulty | 0)));
  const { state, start, stop } = useNonceSearch(onFound);
  const isRunning = state?.isRunning === true;
  return (
    <div class="stack search-panel">
      <div class="row">
        <button
          type="button" class="button primary"
          onClick={() => (isRunning ? stop() : start(bytes, bits))}
        >
          {isRunning ? BLOCK.searchStop : BLOCK.search}
        </button>
        <label class="row tight">
          {BLOCK.searchBits}
          <input
            type="range" min={BITS_MIN} max={BITS_MAX} value={bits} disabled={isRunning}
            onInput={(event) => setBits(Number(event.currentTarget.value))}
          />
          <output class="number">{bits}</output>
        </label>
        <span class="muted">{BLOCK.searchHint(bits, formatShort(2 ** bits))}</span>
      </div>
      <div role="status">
        {state === undefined ? null : <SearchWords state={state} block={block} />}
      </div>
    </div>
  );
}

function SearchWords({ state, block }: { readonly state: SearchState; readonly block: Block }) {
  const { bits, tried, elapsedMs, found } = state;
  const rate = (tried * 1000) / Math.max(1, elapsedMs);
  if (found === undefined) return <p>{BLOCK.searching(formatNumber(tried), hashRate(rate))}</p>;
  const expected = 2 ** block.difficulty;
  const times = expected / 2 ** bits;
  const wanted = formatBits(block.difficulty);
  const minerRate = status.value?.miner?.rate ?? 0;
  const after = block.depth - 1;
  return (
    <div class="note">
      <p class="note-title">{BLOCK.found(formatNumber(tried), formatDuration(elapsedMs))}</p>
      <p>
        {times <= 1 ? BLOCK.foundEnough(wanted)
          : BLOCK.foundReal(wanted, formatShort(times), formatDuration((expected / rate) * 1000))}
        {minerRate > 0 && times > 1
          ? BLOCK.foundMiner(formatDuration((expected / minerRate) * 1000)) : ''}
        {after > 0 ? BLOCK.foundChain(counted(after, 'block')) : BLOCK.foundTip}
      </p>
    </div>
  );
}
