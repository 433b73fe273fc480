/**
 * The native verifier's module, built now if it is not, for tests that need it.
 * Owns: finding it. A machine without a C compiler has none, and those tests have less to do.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Its path, or undefined. */
export function builtNativeVerifier(): string | undefined {
  execFileSync(process.execPath, ['kernels/native/build.mjs'], { cwd: root, stdio: 'pipe' });
  const file = fileURLToPath(new URL('../../dist/kernels/verify.node', import.meta.url));
  return existsSync(file) ? file : undefined;
}
