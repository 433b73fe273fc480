/**
 * A search for a nonce in the page, in slices that leave the browser its time.
 *
 * Owns: when to search and for how long at a time.
 * Does not own: the search (`crypto/sha256-search.ts`, the reference that all kernels are held to).
 */
import { useEffect, useRef, useState } from 'preact/hooks';
import { DIFFICULTY_BIT } from '../../consensus/params.ts';
import { targetOf } from '../../consensus/pow.ts';
import { NONCE_OFFSET, searchReference } from '../../crypto/sha256-search.ts';
import { hexToBytes } from '../../lib/bytes.ts';

/** (policy) A slice takes about so long; a frame has 16 ms. */
const SLICE_MS = 12;
const TRIES_FIRST = 1_000;
const TRIES_MAX = 100_000;

export interface SearchState {
  readonly bits: number;
  readonly isRunning: boolean;
  readonly tried: number;
  readonly elapsedMs: number;
  /** The header that has the nonce, once it is found. */
  readonly found: Uint8Array | undefined;
}

export interface NonceSearch {
  readonly state: SearchState | undefined;
  start(header: Uint8Array, bits: number): void;
  stop(): void;
}

export function useNonceSearch(onFound: (header: Uint8Array) => void): NonceSearch {
  const [state, setState] = useState<SearchState | undefined>(undefined);
  const timer = useRef<number | undefined>(undefined);
  const stop = (): void => {
    window.clearTimeout(timer.current);
    setState((old) => (old === undefined ? undefined : { ...old, isRunning: false }));
  };
  useEffect(() => () => window.clearTimeout(timer.current), []);
  const start = (header: Uint8Array, bits: number): void => {
    window.clearTimeout(timer.current);
    const target = hexToBytes(targetOf(bits * DIFFICULTY_BIT).toString(16).padStart(64, '0'))!;
    const startedAt = performance.now();
    let [tried, tries] = [0, TRIES_FIRST];
    const slice = (): void => {
      const began = performance.now();
      const nonce = searchReference(header, target, BigInt(tried), tries);
      const took = performance.now() - began;
      tried += nonce === undefined ? tries : Number(nonce) - tried + 1;
      const fitting = Math.round((tries * SLICE_MS) / Math.max(took, 0.5));
      tries = Math.min(TRIES_MAX, Math.max(1, fitting));
      const found = nonce === undefined ? undefined : withNonce(header, nonce);
      const elapsedMs = performance.now() - startedAt;
      setState({ bits, isRunning: found === undefined, tried, elapsedMs, found });
      if (found === undefined) timer.current = window.setTimeout(slice);
      else onFound(found);
    };
    slice();
  };
  return { state, start, stop };
}

function withNonce(header: Uint8Array, nonce: bigint): Uint8Array {
  const changed = Uint8Array.from(header);
  new DataView(changed.buffer).setBigUint64(NONCE_OFFSET, nonce);
  return changed;
}
