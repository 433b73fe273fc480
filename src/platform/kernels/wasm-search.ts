/**
 * The WebAssembly kernel: four hashes at a time with SIMD, in Node and in browsers alike.
 *
 * Owns: calling `kernels/wasm` and comparing what it finds with the whole target.
 * Does not own: where the bytes of the module come from, threads (`worker-kernel.ts`).
 */
import {
  assertSearchable,
  isValidNonce,
  NONCE_OFFSET,
  SEARCH_HEADER_BYTES,
} from '../../crypto/sha256-search.ts';
import type { Search } from '../../crypto/sha256-search.ts';

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

/** Nonces to a call of the module, whose counter has 31 bits. */
const CALL_COUNT_MAX = 1 << 30;
const LOW_HALF_COUNT = 1n << 32n;

/**
 * A `Search` on the module in `wasmBytes` (`dist/kernels/search.wasm`). Compiles it at once; throws
 * an `Error` where WebAssembly or its SIMD instructions are missing.
 */
export function createWasmSearch(wasmBytes: Uint8Array): Search {
  const exports = instantiate(wasmBytes);
  const headerAddress = exports.headerAddress();
  const headerMemory = new Uint8Array(exports.memory.buffer, headerAddress, SEARCH_HEADER_BYTES);
  const nonceField = new DataView(exports.memory.buffer, headerAddress + NONCE_OFFSET);
  return (header, target, firstNonce, count) => {
    assertSearchable(header, target, firstNonce, count);
    headerMemory.set(header);
    const greatestWord = new DataView(target.buffer, target.byteOffset).getUint32(0);
    const end = firstNonce + BigInt(count);
    let preparedHigh: bigint | undefined;
    let nonce = firstNonce;
    while (nonce < end) {
      const high = nonce / LOW_HALF_COUNT;
      if (high !== preparedHigh) {
        nonceField.setBigUint64(0, nonce);
        exports.prepare();
        preparedHigh = high;
      }
      const low = Number(nonce % LOW_HALF_COUNT);
      const callCount = Math.min(Number(end - nonce), CALL_COUNT_MAX, 2 ** 32 - low);
      const distance = exports.search(low, callCount, greatestWord);
      if (distance < 0) {
        nonce += BigInt(callCount);
        continue;
      }
      nonce += BigInt(distance);
      // The module has compared the first word only.
      if (isValidNonce(header, target, nonce)) return nonce;
      nonce += 1n;
    }
    return undefined;
  };
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
