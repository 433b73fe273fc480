/**
 * The native kernel: searches in C for what a processor has, built where a compiler is.
 *
 * Owns: calling `kernels/native`.
 * Does not own: which search is taken (`kernel-choice.ts`), threads (`worker-kernel.ts`).
 */
import { createRequire } from 'node:module';
import { SEARCH_HEADER_BYTES } from '../../crypto/sha256-search.ts';
import type { Search } from '../../crypto/sha256-search.ts';
import { searchOn } from './word-search.ts';

/** What `kernels/native/module.c` exports. */
interface NativeModule {
  /** Bytes of the memory that `prepare` fills and the searches read. */
  readonly tablesBytes: number;
  readonly searches: Readonly<Record<string, NativeSearch>>;
  prepare(header: Uint8Array, tables: Uint8Array): void;
}

type NativeSearch = (
  tables: Uint8Array, first: number, count: number, greatestWord: number,
) => number;

/**
 * The searches that this processor and system can run, by name, likely faster ones first. `file`
 * is the path of the module (`dist/kernels/search.node`); it is loaded once for all threads, and
 * each call gives searches of their own. Throws an `Error` when it cannot be loaded.
 */
export function createNativeSearches(file: string): ReadonlyMap<string, Search> {
  const native = createRequire(import.meta.url)(file) as NativeModule;
  const entries = Object.entries(native.searches).map(([name, search]): [string, Search] => {
    const header = new Uint8Array(SEARCH_HEADER_BYTES);
    const tables = new Uint8Array(native.tablesBytes);
    return [name, searchOn({
      header,
      prepare: () => native.prepare(header, tables),
      search: (first, count, greatestWord) => search(tables, first, count, greatestWord),
    })];
  });
  return new Map(entries);
}
