/**
 * Builds `dist/kernels/search.node` and `verify.node` beside it, when a source is newer, where
 * there is a C compiler and something for it to do. Where not, it says nothing and succeeds: mining
 * uses WebAssembly, and Node's own `crypto.verify` judges signatures, slower.
 *
 * `node kernels/native/build.mjs [--force] [--verbose] [--output=FILE]`, of `search.node`; npm runs
 * it at install too. `CC` names another compiler than `cc`.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const isVerbose = process.argv.includes('--verbose');
const isForced = process.argv.includes('--force');

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = join(root, 'kernels/native');
const elsewhere = process.argv.find((word) => word.startsWith('--output='))?.slice(9);
const searchOutput = elsewhere ?? join(root, 'dist/kernels/search.node');
const VERIFY_SOURCE = 'verify.c';

/** The processors that there are searches for, with the options that these need. */
const ARCHITECTURES = {
  x64: [], // Each function says by itself what it needs.
  arm64: ['-march=armv8-a+crypto'],
};

/** A compiler that takes longer hangs. */
const COMPILER_MS_MAX = 60_000;
const PROBE_MS_MAX = 20_000;

/**
 * Tried one after the other. GCC keeps more in registers when it reorders before it assigns them,
 * with an eye on how many there are; other compilers do not know these options.
 */
const OPTIMISATIONS = [['-O3', '-fschedule-insns', '-fsched-pressure'], ['-O3']];

/**
 * Loads the module, and runs each search once, in a process of its own: whatever a compiler made,
 * it crashes nobody else.
 */
const SEARCH_PROBE = `
  const { prepare, searches, tablesBytes } = require(process.argv[1]);
  const tables = new Uint8Array(new ArrayBuffer(tablesBytes));
  prepare(new Uint8Array(116), tables);
  const found = Object.values(searches).map((search) => search(tables, 0, 65536, 0x00100000));
  process.exitCode = found.length > 0 && found.every((one) => one === found[0]) ? 0 : 1;
`;

/** The same: a good signature, and the same of another message. */
const VERIFY_PROBE = `
  const { generateKeyPairSync, sign } = require('node:crypto');
  const { importKey, verify } = require(process.argv[1]);
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
  const der = new Uint8Array(publicKey.export({ type: 'pkcs1', format: 'der' }));
  const bytes = new Uint8Array([7, 8, 9, ...sign('sha256', Buffer.from([5, 8, 9]), privateKey)]);
  const spans = Uint32Array.of(0, 0, 1, 3, 3, 131, 0, 0, 0, 2, 3, 131);
  const verdicts = new Uint8Array(2).fill(2);
  const key = importKey(der);
  verify([key, key], bytes, Uint8Array.of(5), spans, verdicts);
  process.exitCode = verdicts.join() === '1,0' && importKey(bytes) === undefined ? 0 : 1;
`;

/** Apart, so that one of them is there when the other cannot be. */
const MODULES = [
  {
    output: searchOutput,
    owns: (name) => name !== VERIFY_SOURCE,
    optimisations: OPTIMISATIONS,
    probe: SEARCH_PROBE,
  },
  {
    output: join(dirname(searchOutput), 'verify.node'),
    owns: (name) => name === VERIFY_SOURCE,
    optimisations: [['-O2']],
    probe: VERIFY_PROBE,
  },
];

/** The folder of `node_api.h`; undefined when its package is not installed. */
function includeFolder() {
  try {
    const manifest = createRequire(import.meta.url).resolve('node-api-headers/package.json');
    const include = join(manifest, '../include');
    return existsSync(join(include, 'node_api.h')) ? include : undefined;
  } catch {
    return undefined; // An optional dependency.
  }
}

function isUpToDate({ output }) {
  const builtMs = statSync(output, { throwIfNoEntry: false })?.mtimeMs ?? -Infinity;
  return readdirSync(folder).every((name) => statSync(join(folder, name)).mtimeMs < builtMs);
}

function run(command, args, timeout) {
  const { status, error } = spawnSync(command, args, {
    cwd: root, timeout, stdio: ['ignore', isVerbose ? 'inherit' : 'ignore',
      isVerbose ? 'inherit' : 'ignore'],
  });
  if (isVerbose && error !== undefined) console.error(error.message);
  return status === 0;
}

function build({ output, owns, optimisations, probe }) {
  const include = includeFolder();
  const architecture = ARCHITECTURES[process.arch];
  // Windows has no `cc`, and links in another way.
  const isPossible = architecture !== undefined && process.platform !== 'win32';
  if (!isPossible || include === undefined) return;
  // `CC` may hold options too, as in `CC='ccache gcc'`.
  const [compiler = 'cc', ...options] = (process.env.CC ?? '').split(/\s+/).filter(Boolean);
  const sources = readdirSync(folder).filter((name) => name.endsWith('.c') && owns(name)).sort();
  // Node itself has what the module does not define.
  const linking = process.platform === 'darwin' ? ['-undefined', 'dynamic_lookup'] : [];
  mkdirSync(dirname(output), { recursive: true });
  // Compiled beside and moved over, so that nobody ever loads half a file.
  const partial = `${output}.${process.pid}.node`;
  const args = (optimisation) => [...options, '-std=gnu11', ...architecture, ...optimisation, '-shared', '-fPIC',
    '-fvisibility=hidden', ...linking, '-isystem', include, '-o', partial,
    ...sources.map((name) => join(folder, name))];
  try {
    const isCompiled = optimisations.some((one) => run(compiler, args(one), COMPILER_MS_MAX));
    if (isCompiled && run(process.execPath, ['-e', probe, partial], PROBE_MS_MAX)) {
      renameSync(partial, output);
    }
  } finally {
    rmSync(partial, { force: true });
  }
}

for (const module of MODULES) {
  try {
    if (isForced || !isUpToDate(module)) build(module);
  } catch (error) {
    // Such as a folder that cannot be written. Nothing depends on these modules but speed.
    if (isVerbose) console.error(error);
  }
}
