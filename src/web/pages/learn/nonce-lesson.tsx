/**
 * Searching for a nonce in the page, with the node's own header code.
 */
import { useState } from 'preact/hooks';
import { sha256Hex } from '../../../crypto/sha256.ts';
import { bytesToHex, hexToBytes } from '../../../lib/bytes.ts';
import { hashRate } from '../../../lib/words.ts';
import { HashView } from '../../block/hash-view.tsx';
import { useNonceSearch } from '../../block/nonce-search.ts';
import type { SearchState } from '../../block/nonce-search.ts';
import { ErrorNote } from '../../components/state.tsx';
import { formatBits, formatDuration, formatNumber, formatShort } from '../../format.ts';
import { status } from '../../live.ts';
import { node } from '../../node.ts';
import { LEARN } from '../../words/learn.ts';
import { withOtherTag } from './header-copy.ts';

/** What ticks the lesson: 4,096 tries on average. */
const BITS = 12;

export function NonceLesson({ onTried }: { readonly onTried: () => void }) {
  const [failure, setFailure] = useState<Error | undefined>(undefined);
  const ask = async (header: Uint8Array): Promise<void> => {
    try {
      await node.checkHeader(bytesToHex(header));
      onTried();
    } catch (error) {
      setFailure(error as Error);
    }
  };
  const { state, start, stop } = useNonceSearch((header) => void ask(header));
  const isRunning = state?.isRunning === true;
  const begin = async (): Promise<void> => {
    try {
      const { header } = await node.block('tip');
      setFailure(undefined);
      // Another tag each time, or the same nonce would be found again.
      start(withOtherTag(hexToBytes(header)!, Date.now()), BITS);
    } catch (error) {
      setFailure(error as Error);
    }
  };
  return (
    <div class="stack">
      <div class="row">
        <button
          type="button" class="button primary" onClick={() => (isRunning ? stop() : void begin())}
        >
          {isRunning ? LEARN.nonceStop : state === undefined ? LEARN.nonceStart : LEARN.nonceAgain}
        </button>
        <span role="status">{state === undefined ? null : wordsOf(state)}</span>
      </div>
      {state?.found === undefined ? null : (
        <>
          <HashView hash={sha256Hex(state.found)} wanted={BITS} />
          <p class="muted">{realOf(status.value?.params.difficulty)}</p>
        </>
      )}
      {failure === undefined ? null : <ErrorNote error={failure} />}
    </div>
  );
}

function wordsOf({ tried, elapsedMs, found }: SearchState): string {
  return found === undefined
    ? LEARN.nonceTried(formatNumber(tried), hashRate((tried * 1000) / Math.max(1, elapsedMs)))
    : LEARN.nonceFound(formatNumber(tried), formatDuration(elapsedMs));
}

function realOf(bits: number | undefined): string {
  if (bits === undefined) return '';
  return bits > BITS ? LEARN.nonceReal(formatBits(bits), formatShort(2 ** (bits - BITS)))
    : LEARN.nonceRealLess(formatBits(bits));
}
