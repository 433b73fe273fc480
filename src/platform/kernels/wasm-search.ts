/**
 * The WebAssembly kernel: four hashes at a time with SIMD, in Node and in browsers alike.
 *
 * Owns: calling `kernels/wasm`.
 * Does not own: where the bytes of the module come from, threads (`worker-kernel.ts`).
 */
import { SEARCH_HEADER_BYTES } from '../../crypto/sha256-search.ts';
import type { Search } from '../../crypto/sha256-search.ts';
import { searchOn } from './word-search.ts';

/** What `kernels/wasm/assembly/search.ts` exports. */
interface SearchExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  headerAddress(): number;
  prepare(): void;
  search(first: number, count: number, greatestWord: number): number;
}

/** The part of the WebAssembly interface used here: Node's types lack it without the DOM's. */
interface WebAssemblyInterface {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
}

/**
 * A `Search` on the module in `wasmBytes` (`dist/kernels/search.wasm`). Compiles it at once; throws
 * an `Error` where WebAssembly or its SIMD instructions are missing.
 */
export function createWasmSearch(wasmBytes: Uint8Array): Search {
  const { memory, headerAddress, prepare, search } = instantiate(wasmBytes);
  const header = new Uint8Array(memory.buffer, headerAddress(), SEARCH_HEADER_BYTES);
  return searchOn({ header, prepare, search });
}

function instantiate(wasmBytes: Uint8Array): SearchExports {
  const { WebAssembly } = globalThis as unknown as { WebAssembly?: WebAssemblyInterface };
  if (WebAssembly === undefined) throw new Error('WebAssembly is missing');
  const abort = (): never => {
    throw new Error('the WebAssembly kernel aborted');
  };
  const module = new WebAssembly.Module(wasmBytes);
  return new WebAssembly.Instance(module, { env: { abort } }).exports as SearchExports;
}
