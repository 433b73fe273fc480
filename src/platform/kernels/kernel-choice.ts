/**
 * Which search mines here: native, WebAssembly or the reference, the best one that works.
 *
 * Owns: their order, finding those that can be loaded, testing and measuring them.
 * Does not own: the searches, and what happens when one fails later (`worker-kernel.ts`).
 */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  SEARCH_HEADER_BYTES, SEARCH_TARGET_BYTES, searchReference,
} from '../../crypto/sha256-search.ts';
import type { Search } from '../../crypto/sha256-search.ts';
import type { Log } from '../../ports.ts';
import { createNativeSearches } from './native-search.ts';
import { createWasmSearch } from './wasm-search.ts';

/** A kernel that is not opened yet: what a thread needs to open it, and can be sent to one. */
export type KernelSource =
  | { readonly kind: 'native'; readonly file: string }
  | { readonly kind: 'wasm-simd'; readonly bytes: Uint8Array }
  | { readonly kind: 'reference' };

/** A search that was tested, and what people call it: `native avx512`, `wasm-simd`, `reference`. */
export interface OpenKernel {
  readonly name: string;
  readonly search: Search;
}

/** The best kernel that may be taken; in its place come those after it. */
export type KernelWish = 'native' | 'wasm' | 'reference';

export interface KernelFiles {
  /** The built `search.node`, when it is elsewhere than in this package. */
  readonly nativeFile?: URL;
  /** The built `search.wasm`, when it is elsewhere. */
  readonly wasmFile?: URL;
}

/**
 * The self-test: a range of nonces across a change of their high half, and where in it the valid
 * ones are, as the reference says. Known beforehand, because the reference takes longer for it than
 * all else at the start of a thread.
 */
const SELF_TEST_FIRST = (3n << 32n) - 2048n;
const SELF_TEST_COUNT = 4096;
const SELF_TEST_FOUND: readonly number[] = [
  5, 726, 883, 999, 1106, 1231, 1924, 2471, 2881, 2939, 3130, 3374, 3830, 3858, 3946,
];

/** Nonces of one measurement of a native search: so short that some are not disturbed. */
const MEASURED_COUNT = 4_096;
/** The best of so many counts, because whatever else the machine does only slows down. */
const MEASUREMENTS = 32;
/** Of searches so close to the fastest the first is taken, so that threads agree. */
const EQUAL_RATIO = 1.05;

/**
 * The kernels that load here, best first; the last is the reference, which always works. Logs why
 * one does not, unless it was never built: the native kernel needs a compiler.
 */
export function findKernels(wish: KernelWish, files: KernelFiles, log: Log): KernelSource[] {
  const sources: (KernelSource | undefined)[] = [];
  if (wish === 'native') sources.push(findNative(files.nativeFile, log));
  if (wish !== 'reference') sources.push(findWasm(files.wasmFile, log));
  sources.push({ kind: 'reference' });
  return sources.filter((source) => source !== undefined);
}

function findNative(
  file = new URL('../../kernels/search.node', import.meta.url), log: Log,
): KernelSource | undefined {
  const path = fileURLToPath(file);
  if (!existsSync(path)) return undefined;
  try {
    return createNativeSearches(path).size > 0 ? { kind: 'native', file: path } : undefined;
  } catch (error) {
    log.warn('the native kernel does not load', { reason: String(error) });
    return undefined;
  }
}

function findWasm(
  file = new URL('../../kernels/search.wasm', import.meta.url), log: Log,
): KernelSource | undefined {
  try {
    const bytes = new Uint8Array(readFileSync(file));
    createWasmSearch(bytes);
    return { kind: 'wasm-simd', bytes };
  } catch (error) {
    log.warn('the WebAssembly kernel does not load', { reason: String(error) });
    return undefined;
  }
}

/**
 * Loads a kernel, and tests it against the reference; of several native searches it measures which
 * is the fastest. Takes some milliseconds. Throws an `Error` when it does not load or is wrong.
 */
export function openKernel(source: KernelSource): OpenKernel {
  if (source.kind === 'reference') return { name: source.kind, search: searchReference };
  const searches = source.kind === 'wasm-simd'
    ? new Map([[source.kind, createWasmSearch(source.bytes)]])
    : createNativeSearches(source.file);
  for (const search of searches.values()) selfTest(search);
  const [name, search] = searches.size === 1 ? [...searches][0]! : fastestOf(searches);
  return { name: source.kind === 'native' ? `native ${name}` : name, search };
}

/** Throws when the search does not find in a fixed range just what the reference does. */
export function selfTest(search: Search): void {
  const found = selfTestFound(search);
  if (found.join() === SELF_TEST_FOUND.join()) return;
  throw new Error(`self-test found ${found.join(' ')}, not ${SELF_TEST_FOUND.join(' ')}`);
}

/** What the search finds in the range of the self-test, as distances from its first nonce. */
function selfTestFound(search: Search): number[] {
  const header = Uint8Array.from({ length: SEARCH_HEADER_BYTES }, (_, index) => 7 * index);
  const target = new Uint8Array(SEARCH_TARGET_BYTES).fill(0xff, 1);
  const found: number[] = [];
  // One more than there are shows as well that there are too many.
  for (let from = 0; from < SELF_TEST_COUNT && found.length <= SELF_TEST_FOUND.length;) {
    const nonce = search(header, target, SELF_TEST_FIRST + BigInt(from), SELF_TEST_COUNT - from);
    if (nonce === undefined) break;
    from = Number(nonce - SELF_TEST_FIRST) + 1;
    found.push(from - 1);
  }
  return found;
}

/** The fastest of these, about; they take turns, so that a busy moment is nobody's disadvantage. */
function fastestOf(searches: ReadonlyMap<string, Search>): readonly [string, Search] {
  const header = new Uint8Array(SEARCH_HEADER_BYTES);
  const target = new Uint8Array(SEARCH_TARGET_BYTES); // No hash is below zero.
  const leastMs = new Map<Search, number>();
  for (let turn = 0; turn < MEASUREMENTS; turn++) {
    for (const search of searches.values()) {
      const startedMs = performance.now();
      search(header, target, 0n, MEASURED_COUNT);
      const ms = performance.now() - startedMs;
      leastMs.set(search, Math.min(ms, leastMs.get(search) ?? Infinity));
    }
  }
  const fastestMs = Math.min(...leastMs.values());
  const best = [...searches].find(([, search]) => leastMs.get(search)! <= EQUAL_RATIO * fastestMs);
  if (best === undefined) throw new Error('no search for this processor');
  return best;
}
