/**
 * `minimum-viable-blockchain/platform`: the doors that `mvb` itself uses, on Node.js.
 *
 * Owns: the promise: these names stay through minor versions.
 */
export { createKeyFile, listKeyFiles, openSigner } from '../platform/key-files.ts';
export type { KeyFile, NewKeyOptions } from '../platform/key-files.ts';
export { openLanNetwork } from '../platform/lan-network.ts';
export { openLmdbStore } from '../platform/lmdb-store.ts';
export { createOpensslVerifier } from '../platform/openssl-verifier.ts';
export { SystemClock } from '../platform/system-clock.ts';
export { SystemRandom } from '../platform/system-random.ts';
export { createWorkerKernel } from '../platform/kernels/worker-kernel.ts';
