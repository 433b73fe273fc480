/**
 * Makes a checkout ready to run: installs when the lock file is new, builds when a source is.
 * `npm start` and `npm test` call it first; with nothing to do it takes a fraction of a second.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesBelow, hashOf, program, readIfPresent, root, runNode } from './steps.mjs';

const NODE_MIN = [20, 19];

const installStamp = join(root, 'node_modules/.installed');
const buildStamp = join(root, 'dist/.built');

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > NODE_MIN[0] || (major === NODE_MIN[0] && minor >= NODE_MIN[1])) return;
  fail(`This needs Node ${NODE_MIN.join('.')} or newer, and here is ${process.versions.node}.`,
    'Install a newer Node, then try again.');
}

function fail(what, next) {
  console.error(`ERROR: ${what}\n${next}`);
  process.exit(1);
}

/** What an install depends on; the prebuilt binaries belong to one platform. */
function installHash() {
  const files = ['package.json', 'package-lock.json', '.npmrc'].map((name) => join(root, name));
  return hashOf(files.filter((path) => existsSync(path)), `${process.platform}-${process.arch}`);
}

/** What a build depends on. */
function buildHash() {
  const names = ['src', 'kernels', 'scripts', 'package-lock.json',
    'tsconfig.json', 'tsconfig.base.json', 'tsconfig.pure.json', 'tsconfig.edge.json',
    'tsconfig.web.json', 'vite.config.ts'];
  return hashOf(names.flatMap((name) => filesBelow(join(root, name))));
}

/**
 * `npm install`, not `npm ci`: npm 11 refuses a lock file that lacks packages of other platforms.
 * `--no-save` keeps the lock file as it is.
 */
function install() {
  if (readIfPresent(installStamp) === installHash()) return;
  console.error('Installing packages (once)...');
  const args = ['install', '--no-save', '--no-audit', '--no-fund', '--no-update-notifier',
    '--loglevel=error', '--include=dev', '--include=optional'];
  const npm = process.env.npm_execpath;
  const result = npm
    ? spawnSync(process.execPath, [npm, ...args], { cwd: root, stdio: ['ignore', 2, 2] })
    : spawnSync('npm', args, {
      cwd: root, stdio: ['ignore', 2, 2], shell: process.platform === 'win32',
    });
  if (result.status !== 0) {
    fail(`npm could not install the packages${result.error ? `: ${result.error.message}` : ''}.`,
      'Look at its message above; with no network, try again when there is one.');
  }
  writeFileSync(installStamp, installHash());
}

async function build() {
  const hash = buildHash(); // Before the build: a source changed meanwhile is built next time.
  if (readIfPresent(buildStamp) === hash && existsSync(program)) return;
  console.error('Building...');
  if (await runNode([join(root, 'scripts/build.mjs')]) !== 0) {
    fail('the build failed.', 'Look at the messages above; `npm run build` repeats it.');
  }
  writeFileSync(buildStamp, hash);
}

checkNode();
install();
await build();
