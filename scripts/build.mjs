/**
 * Builds `dist/`: the kernels, then the TypeScript, and removes what lost its source.
 */
import { chmodSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { compiler, filesBelow, program, root, runNode } from './steps.mjs';

/** Deletes outputs of sources that are gone: the compiler leaves them, and a package holds them. */
function removeStale() {
  const dist = join(root, 'dist');
  for (const path of filesBelow(dist)) {
    if (path.startsWith(join(dist, 'kernels'))) continue; // Those come from `kernels/`.
    const stem = /^(.*?)(\.d\.ts|\.js|\.js\.map)$/.exec(relative(dist, path))?.[1];
    if (stem !== undefined && !existsSync(join(root, 'src', `${stem}.ts`))) rmSync(path);
  }
}

async function step(args) {
  const code = await runNode(args, { stdout: 'inherit' });
  if (code !== 0) process.exit(code);
}

mkdirSync(join(root, 'dist'), { recursive: true });
await step([join(root, 'kernels/wasm/build.mjs')]);
await step([join(root, 'kernels/native/build.mjs')]);
await step([compiler, '-b']);
removeStale();
if (existsSync(program)) chmodSync(program, 0o755);
