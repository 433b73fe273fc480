/**
 * Goal: what is published holds the product and nothing private; what is installed is pinned.
 * Method: npm's own list of the package's files, and the manifest and lock file as data.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

interface LockEntry {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly link?: boolean;
  readonly inBundle?: boolean;
}

type Versions = Readonly<Record<string, string>>;

interface Manifest {
  readonly bin: Versions;
  readonly dependencies: Versions;
  readonly devDependencies: Versions;
  readonly optionalDependencies?: Versions;
}

const readJson = (name: string): unknown => JSON.parse(readFileSync(join(root, name), 'utf8'));
const manifest = readJson('package.json') as Manifest;
const lockText = readFileSync(join(root, 'package-lock.json'), 'utf8');
const lock = JSON.parse(lockText) as { readonly packages: Readonly<Record<string, LockEntry>> };

const direct = Object.entries({
  ...manifest.dependencies, ...manifest.devDependencies, ...manifest.optionalDependencies,
});
const entries = Object.entries(lock.packages).filter(([path]) => path !== '');

/** The paths that `npm pack` would put into the tarball. */
function packedFiles(): string[] {
  const args = ['pack', '--dry-run', '--json', '--ignore-scripts'];
  const npm = process.env['npm_execpath']; // Set when npm runs the tests.
  const output = execFileSync(
    npm === undefined ? 'npm' : process.execPath, npm === undefined ? args : [npm, ...args],
    { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const [first] = Object.values(
    JSON.parse(output) as Record<string, { readonly files: readonly { path: string }[] }>,
  );
  return (first?.files ?? []).map((file) => file.path).sort();
}

describe('the published package', () => {
  let files: string[] = [];
  beforeAll(() => {
    files = packedFiles();
  });

  test('holds the program, its types, its kernel and its papers', () => {
    expect(files).toEqual(expect.arrayContaining([
      'CHANGELOG.md', 'LICENSE', 'README.md', 'package.json',
      'dist/kernels/search.wasm', 'scenarios/forks.toml', 'kernels/native/build.mjs',
      'dist/ports.d.ts', 'dist/ports.js', 'dist/web/index.html',
      ...Object.values(manifest.bin),
    ]));
    expect(files.filter((path) => path.startsWith('docs/')).length).toBeGreaterThan(0);
  });

  test('holds nothing else: no tests, keys, stores, sources or settings', () => {
    const known = [
      /^(?:CHANGELOG\.md|LICENSE|README\.md|package\.json)$/,
      /^dist\/(?:[\w-]+\/)*[\w-]+\.(?:js|d\.ts|wasm)$/,
      /^dist\/web\/(?:assets\/)?[\w-]+\.(?:html|css|svg)$/, // The page.
      /^docs\/(?:[\w-]+\/)*[\w-]+\.md$/,
      /^docs\/papers\/[\w-]+\.svg$/,
      /^scenarios\/[\w-]+\.toml$/, // What `mvb simulate --list` lists.
      /^kernels\/README\.md$/, // README leads there.
      /^kernels\/native\/[\w-]+\.(?:c|h|mjs)$/, // Built where it is installed.
    ];
    const strangers = files.filter((path) => !known.some((pattern) => pattern.test(path))
      || /\.test\.|\.pem$|\.mdb$/.test(path));
    expect(strangers).toEqual([]);
  });
});

describe('the manifest', () => {
  test('names one exact version of each package, from the registry', () => {
    const loose = direct.filter(([, version]) => !/^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version));
    expect(loose).toEqual([]);
  });

  test('asks for what the lock file has', () => {
    const other = direct.filter(
      ([name, version]) => lock.packages[`node_modules/${name}`]?.version !== version,
    );
    expect(other).toEqual([]);
  });
});

describe('the lock file', () => {
  test('has a hash for every package', () => {
    expect(entries.length).toBeGreaterThan(direct.length);
    const bare = entries.filter(([, entry]) => !entry.link && !entry.inBundle)
      .filter(([, entry]) => !/^sha512-/.test(entry.integrity ?? '')).map(([path]) => path);
    expect(bare).toEqual([]);
  });

  test('names no address: packages come from whatever registry its reader uses', () => {
    const addressed = entries.filter(([, entry]) => entry.resolved !== undefined && !entry.link);
    expect(addressed.map(([path]) => path)).toEqual([]);
    expect(lockText).not.toMatch(/"(?:git[+:@]|github:|file:|https?:\/\/[^"]*\.(?:git|tgz))/);
  });
});
