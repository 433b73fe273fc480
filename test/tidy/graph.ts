/**
 * The house rules about how files use each other: which room may import which, no cycles, nothing
 * that nobody uses.
 */
import { posix } from 'node:path';
import { finding, isTest, PURE, roomOf, type Finding, type Source } from './rules.ts';
import { exportsOf, importsOf, stringsOf, type Import } from './scan.ts';

/** What each room may import, of `src` and of packages. */
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  ports: [],
  lib: ['ports'],
  crypto: ['lib', 'ports', '@noble/hashes'],
  consensus: ['lib', 'crypto', 'ports'],
  protocol: ['lib', 'crypto', 'consensus'],
  wallet: ['lib', 'crypto', 'consensus', 'ports'],
  node: ['lib', 'crypto', 'consensus', 'protocol', 'ports'],
  sim: ['lib', 'crypto', 'consensus', 'protocol', 'wallet', 'node', 'ports'],
  plot: [],
  platform: ['lib', 'ports', 'crypto', 'wallet'],
  api: ['lib', 'crypto', 'consensus', 'protocol', 'wallet', 'node', 'ports'],
  client: ['api'],
  web: ['client', 'api', 'lib', 'crypto', 'consensus', 'wallet', 'preact', '@preact/signals',
    'uplot', 'd3-scale', 'd3-selection', 'd3-shape', 'd3-zoom', 'uqr'],
  library: [...PURE, 'platform', 'client', 'api'],
  bench: [...PURE, 'platform'],
  cli: ['lib', 'ports', 'crypto', 'consensus', 'protocol', 'wallet', 'node', 'platform', 'plot',
    'api', 'client'],
};

/** Single files, and folders (with a slash), that may import more than their room. */
const EXCEPTIONS: Readonly<Record<string, readonly string[]>> = {
  // The commands `mvb simulate` are the simulator's only doors.
  'src/cli/commands/simulate.ts': ['sim'],
  'src/cli/commands/simulate-soak.ts': ['sim'],
  'src/cli/simulate/': ['sim'],
  // The commands `mvb bench` are the doors of the bench.
  'src/cli/commands/bench.ts': ['bench'],
  'src/cli/commands/bench-generate.ts': ['bench'],
};

/** Rooms that run in a browser: no package but those in the table, and no Node. */
const IN_BROWSERS: ReadonlySet<string> = new Set(['client', 'web']);

/** What the package promises and depends on, as the rules need it. */
export interface Manifest {
  /** Sources that something outside starts or imports: programs, and exported files by name. */
  readonly entries: readonly string[];
  /** The names of the run-time dependencies. */
  readonly dependencies: readonly string[];
}

interface Use extends Import {
  readonly from: Source;
  /** The path of the file it names, or undefined for a package. */
  readonly target: string | undefined;
}

function usesOf(from: Source): Use[] {
  return importsOf(from.masked).map((one) => ({
    ...one,
    from,
    target: one.specifier.startsWith('.')
      ? posix.join(posix.dirname(from.path), one.specifier) : undefined,
  }));
}

function productOf(sources: readonly Source[]): Source[] {
  return sources.filter((one) => one.path.startsWith('src/') && !isTest(one.path));
}

/** `@noble/hashes/sha2.js` is of the package `@noble/hashes`. */
function packageOf(specifier: string): string {
  return specifier.split('/').slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
}

/** Each room imports only what it may. */
export function checkRooms(sources: readonly Source[], manifest: Manifest): Finding[] {
  return productOf(sources).flatMap((source) => {
    const room = roomOf(source.path);
    const allowed = ROOMS[room];
    if (allowed === undefined) {
      return [finding(source.path, 1, `the room ${room} is not in the table of rooms`)];
    }
    const more = Object.entries(EXCEPTIONS).flatMap(([path, rooms]) =>
      (source.path === path || (path.endsWith('/') && source.path.startsWith(path)) ? rooms : []));
    const all = [...allowed, room, ...more];
    return usesOf(source).flatMap(({ line, specifier, target }) => {
      if (target !== undefined && all.includes(roomOf(target))) return [];
      if (target === undefined && all.includes(packageOf(specifier))) return [];
      const installed = specifier.startsWith('node:')
        || manifest.dependencies.includes(packageOf(specifier));
      const isFree = !PURE.has(room) && !IN_BROWSERS.has(room);
      if (target === undefined && isFree && installed) return [];
      const may = allowed.length > 0 ? allowed.join(', ') : 'nothing';
      return [finding(source.path, line,
        `\`${room}\` imports ${specifier}, and may import ${may}: see the table of rooms`)];
    });
  });
}

/** What runs in a browser takes the API's shapes as types: their code is the server's. */
export function checkShapes(sources: readonly Source[]): Finding[] {
  return productOf(sources).filter(({ path }) => IN_BROWSERS.has(roomOf(path))).flatMap((source) =>
    usesOf(source).filter(({ target, isType }) => target !== undefined && roomOf(target) === 'api'
      && (!isType || !target.startsWith('src/api/schema/'))).map(({ line, specifier }) => finding(
      source.path, line, `${specifier} is code of the server: take types of api/schema alone`)));
}

/** Imports end in `.ts`, and nothing is passed on but to the outside: a name has one home. */
export function checkImportForm(sources: readonly Source[]): Finding[] {
  return sources.flatMap(usesOf).flatMap(({ from, line, specifier, target, reexport }) => [
    ...target === undefined || /\.tsx?$/.test(specifier) ? [] : [finding(from.path, line,
      `${specifier} does not end in .ts: Node and the compiler want the file's own name`)],
    ...!reexport || roomOf(from.path) === 'library' ? [] : [finding(from.path, line,
      `passes on names of ${specifier}: import them from where they are`)],
  ]);
}

/** No file needs itself, in however many steps; types count too. */
export function checkCycles(sources: readonly Source[]): Finding[] {
  const product = productOf(sources);
  const edges = new Map(product.map((one) => [one.path, usesOf(one)]));
  const done = new Set<string>();
  const found: Finding[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    if (done.has(path)) return;
    for (const { target, line } of edges.get(path) ?? []) {
      if (target === undefined || !edges.has(target)) continue;
      const at = [...trail, path].indexOf(target);
      if (at < 0) visit(target, [...trail, path]);
      else {
        const cycle = [...trail.slice(at), path, target].join(' -> ');
        found.push(finding(path, line, `a cycle of imports, ${cycle}: no part can be read first`));
      }
    }
    done.add(path);
  };
  for (const { path } of product) visit(path, []);
  return [...new Set(found)];
}

/**
 * Every exported name is imported somewhere, tests included. A type may instead be named once more
 * in its own file: who calls a function wants the names of its parameters' types.
 */
export function checkExports(sources: readonly Source[], manifest: Manifest): Finding[] {
  const used = new Set(sources.flatMap(usesOf).flatMap(
    ({ target, names }) => names.map((name) => `${target} ${name}`),
  ));
  return productOf(sources).filter((one) => !manifest.entries.includes(one.path)).flatMap(
    (source) => exportsOf(source.masked).filter(({ name, isType }) => {
      if (used.has(`${source.path} ${name}`) || used.has(`${source.path} *`)) return false;
      const mentions = source.masked.code.split(/[^\w$]+/).filter((word) => word === name).length;
      return !isType || mentions < 2;
    }).map(({ name, line }) => finding(source.path, line,
      `nobody imports ${name}: take the word export away, or the whole`)),
  );
}

/** Every file is used by the product; a test of its own does not make a file alive. */
export function checkDeadFiles(sources: readonly Source[], manifest: Manifest): Finding[] {
  const users = sources.filter((one) => !isTest(one.path));
  const imported = new Set(users.flatMap(usesOf).map(({ target }) => target));
  // A worker is started by its name: './search-worker.js'.
  const named = new Set(users.flatMap((one) => stringsOf(one.masked))
    .map((text) => /([\w-]+)\.[jt]sx?$/.exec(text)?.[1]));
  return productOf(sources).filter(({ path }) => !manifest.entries.includes(path)
    && !imported.has(path) && !named.has(posix.basename(path, '.ts')))
    .map(({ path }) => finding(path, 1, 'no other file of the product uses this one: remove it'));
}

/** The rules that look at all files together. */
export const TREE_RULES: Readonly<
  Record<string, (sources: readonly Source[], manifest: Manifest) => Finding[]>
> = {
  'rooms import only what they may': checkRooms,
  'what runs in a browser takes types of the API alone': checkShapes,
  'imports end in .ts and nothing is passed on': checkImportForm,
  'imports make no cycle': checkCycles,
  'every exported name is used': checkExports,
  'every file is used': checkDeadFiles,
};
