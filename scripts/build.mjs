/**
 * Builds `dist/`: the kernels, the TypeScript, the page; and removes what lost its source.
 */
import { chmodSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { bundler, compiler, filesBelow, program, root, runNode } from './steps.mjs';

/** Deletes outputs of sources that are gone: the compiler leaves them, and a package holds them. */
function removeStale() {
  const dist = join(root, 'dist');
  for (const path of filesBelow(dist)) {
    // Kernels come from `kernels/`, and the page's bundles are made anew each time.
    if (['kernels', 'web'].some((name) => path.startsWith(join(dist, name)))) continue;
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
await step([bundler, 'build', '--config', join(root, 'vite.config.ts')]);
if (existsSync(program)) chmodSync(program, 0o755);
