/**
 * Goal: every kernel finds exactly the nonces that the definition calls valid, and no failure of a
 * kernel goes further than its thread.
 * Method: golden vectors made with OpenSSL alone, and laws over arbitrary headers, on each `Search`
 * that this processor has; the same vectors through the threads of the built kernel; threads and
 * modules that fail on purpose. Without a compiler the native kernel is left out.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once, EventEmitter } from 'node:events';
import {
  existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync,
} from 'node:fs';
import { getPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { hexToBytes } from '../../src/lib/bytes.ts';
import { isValidNonce, searchReference } from '../../src/crypto/sha256-search.ts';
import type { Search } from '../../src/crypto/sha256-search.ts';
import type { Log, MiningJob } from '../../src/ports.ts';
import { selfTest } from '../../src/platform/kernels/kernel-choice.ts';
import { createNativeSearches } from '../../src/platform/kernels/native-search.ts';
import { createWasmSearch } from '../../src/platform/kernels/wasm-search.ts';
import type {
  WorkerKernel,
  WorkerKernelOptions,
} from '../../src/platform/kernels/worker-kernel.ts';

interface Vector {
  readonly name: string;
  readonly header: string;
  readonly target: string;
  readonly firstNonce: string;
  readonly count: number;
  readonly expectedNonce: string | null;
}

interface BuiltKernel {
  createWorkerKernel(options: WorkerKernelOptions): WorkerKernel;
}

const root = new URL('../../', import.meta.url);
const vectors = JSON.parse(
  readFileSync(new URL('test/golden/kernel-vectors.json', root), 'utf8'),
) as readonly Vector[];

const HIGH_HALF = 1n << 32n;
const NONCES = 1n << 64n;
const GREATEST_TARGET = new Uint8Array(32).fill(0xff);

function bytesOf(hex: string): Uint8Array {
  const bytes = hexToBytes(hex);
  if (bytes === undefined) throw new Error(`not hexadecimal: ${hex}`);
  return bytes;
}

/** The definition, from OpenSSL: independent of every kernel. */
function isValidByOpenssl(header: Uint8Array, target: Uint8Array, nonce: bigint): boolean {
  const bytes = Buffer.from(header);
  bytes.writeBigUInt64BE(nonce, 108);
  const digest = createHash('sha256').update(bytes).digest();
  return digest.compare(target) < 0;
}

/** A target of which about one hash in 2^bits is below; its first word is rarely a power of two. */
const targets = fc
  .tuple(fc.integer({ min: 0, max: 10 }), fc.uint8Array({ minLength: 32, maxLength: 32 }))
  .map(([bits, bytes]) => {
    const text = BigInt(`0x01${Buffer.from(bytes).toString('hex')}`) >> BigInt(bits + 1);
    return bytesOf(text.toString(16).padStart(64, '0').slice(-64));
  });
const headers = fc.uint8Array({ minLength: 116, maxLength: 116 });
/** Ranges anywhere, and often across a change of the nonce's high half or at the very end. */
const ranges = fc
  .tuple(
    fc.oneof(
      fc.bigInt({ min: 0n, max: NONCES - 1n }),
      fc.bigInt({ min: 1n, max: HIGH_HALF }).map((high) => high * HIGH_HALF - 100n),
    ),
    fc.integer({ min: 0, max: 300 }),
  )
  .map(([first, count]) => ({
    first,
    count: Math.min(count, Number(NONCES - first)),
  }));

/** Built before the tests: TypeScript cannot start a worker on Node 20. */
function build(): void {
  const run = (...args: string[]): void => {
    execFileSync(process.execPath, args, { cwd: fileURLToPath(root), stdio: 'pipe' });
  };
  run('kernels/wasm/build.mjs');
  run('kernels/native/build.mjs');
  try {
    run('node_modules/typescript/bin/tsc', '-b');
  } catch {
    // Errors in types are the type check's to report; what can be compiled was written.
  }
}

build();
const wasmFile = new URL('dist/kernels/search.wasm', root);
const nativeFile = new URL('dist/kernels/search.node', root);
const { href } = new URL('dist/platform/kernels/worker-kernel.js', root);
const built = (await import(href)) as BuiltKernel;
const nativeSearches = existsSync(nativeFile)
  ? [...createNativeSearches(fileURLToPath(nativeFile))] : [];
const hasNative = nativeSearches.length > 0;

describe.each<{ name: string; search: Search }>([
  { name: 'reference', search: searchReference },
  { name: 'wasm', search: createWasmSearch(readFileSync(wasmFile)) },
  ...nativeSearches.map(([name, search]) => ({ name: `native ${name}`, search })),
])('the $name search', ({ search }) => {
  it('passes the test that threads make before they mine', () => {
    selfTest(search);
  });

  it.each(vectors)('finds the nonce of: $name', (vector) => {
    const [header, target] = [bytesOf(vector.header), bytesOf(vector.target)];
    const found = search(header, target, BigInt(vector.firstNonce), vector.count);
    expect(found === undefined ? null : String(found)).toBe(vector.expectedNonce);
  });

  it('finds the least valid nonce of any range, and none where there is none', () => {
    fc.assert(
      fc.property(headers, targets, ranges, (header, target, { first, count }) => {
        const end = first + BigInt(count);
        let expected: bigint | undefined;
        for (let nonce = first; nonce < end && expected === undefined; nonce++) {
          if (isValidByOpenssl(header, target, nonce)) expected = nonce;
        }
        expect(search(header, target, first, count)).toBe(expected);
      }),
      { numRuns: 300 },
    );
  });

  it('compares the whole hash when its first word equals that of the target', () => {
    fc.assert(
      fc.property(headers, ranges, (header, { first, count }) => {
        fc.pre(count > 0);
        const bytes = Buffer.from(header);
        bytes.writeBigUInt64BE(first, 108);
        const digest = new Uint8Array(createHash('sha256').update(bytes).digest());
        expect(search(header, digest, first, 1)).toBeUndefined();
        const above = digest.slice();
        above[31] = digest[31]! + 1;
        fc.pre(above[31] !== 0);
        expect(search(header, above, first, 1)).toBe(first);
      }),
    );
  });

  it('leaves the header as it was', () => {
    const header = new Uint8Array(116).fill(9);
    search(header, GREATEST_TARGET, 5n, 10);
    expect(header).toEqual(new Uint8Array(116).fill(9));
  });

  it('reads a header and a target that lie within larger memory', () => {
    const memory = new Uint8Array(400).map((_, index) => index);
    const [header, target] = [memory.subarray(3, 119), memory.subarray(151, 183)];
    const found = search(header, target, 0n, 1000);
    expect(found).toBe(searchReference(header.slice(), target.slice(), 0n, 1000));
    expect(found).toBeDefined();
  });

  it('refuses lengths and nonces out of range', () => {
    const header = new Uint8Array(116);
    expect(() => search(new Uint8Array(115), GREATEST_TARGET, 0n, 1)).toThrow('116');
    expect(() => search(header, new Uint8Array(31), 0n, 1)).toThrow('32');
    expect(() => search(header, GREATEST_TARGET, NONCES, 1)).toThrow('64 bits');
    expect(() => search(header, GREATEST_TARGET, -1n, 1)).toThrow('64 bits');
  });
});

describe('the worker kernel', () => {
  const warnings = new EventEmitter();
  const logged: string[] = [];
  /** The kernels of threads that were replaced. */
  const kernels: string[] = [];
  const log: Log = {
    debug: () => {},
    info: () => {},
    warn: (message, fields) => {
      logged.push(`${message}: ${fields?.['reason']}`);
      kernels.push(String(fields?.['kernel']));
      warnings.emit('warning');
    },
    error: () => {},
  };
  const open: WorkerKernel[] = [];
  /** Where no kernel is. */
  const missing = new URL('dist/kernels/missing', root);
  const folders: string[] = [];

  /** A module of these bytes, with a round constant that is wrong. */
  function wrongModule(file: URL, name: string): URL {
    const bytes = readFileSync(file);
    // The last round constant, 0xc67178f2, little-endian; a compiler may write it more than once.
    const constant = Buffer.of(0xf2, 0x78, 0x71, 0xc6);
    expect(bytes.includes(constant)).toBe(true);
    for (let at = 0; (at = bytes.indexOf(constant, at)) >= 0;) bytes[at] = 0xf3;
    const folder = mkdtempSync(join(tmpdir(), 'mvb-kernel-'));
    folders.push(folder);
    writeFileSync(join(folder, name), bytes);
    return pathToFileURL(join(folder, name));
  }

  function create(options: Partial<WorkerKernelOptions> = {}): WorkerKernel {
    logged.length = 0;
    kernels.length = 0;
    const kernel = built.createWorkerKernel({ threads: 2, log, ...options });
    open.push(kernel);
    return kernel;
  }

  afterEach(async () => {
    await Promise.all(open.splice(0).map((kernel) => kernel.close()));
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
  });

  function nonceOf(kernel: WorkerKernel, job: MiningJob): Promise<bigint> {
    return new Promise((resolve) => kernel.start(job, resolve));
  }

  /** A job that takes about 4,000 hashes, other for every `seed`. */
  function easyJob(seed: number): MiningJob {
    const target = new Uint8Array(32);
    target[1] = 0x10;
    return { header: new Uint8Array(116).fill(seed), target };
  }

  /** A job that no thread ever solves. */
  const hopelessJob: MiningJob = { header: new Uint8Array(116), target: new Uint8Array(32) };

  it.each([
    { wish: 'native', name: hasNative ? /^native/ : /^wasm-simd x 2$/ },
    { wish: 'wasm', name: /^wasm-simd x 2$/ },
    { wish: 'reference', name: /^reference x 2$/ },
  ] as const)('($wish) finds a valid nonce for each vector that is easy', async (row) => {
    const kernel = create({ wish: row.wish });
    for (const vector of vectors.filter(({ name }) => /^\d zero bits|fraction/.test(name))) {
      const job = { header: bytesOf(vector.header), target: bytesOf(vector.target) };
      const nonce = await nonceOf(kernel, job);
      expect(isValidByOpenssl(job.header, job.target, nonce), vector.name).toBe(true);
    }
    expect(kernel.name).toMatch(row.name);
    expect(logged).toEqual([]);
  });

  it('goes on after a nonce, and finds no nonce twice', async () => {
    const kernel = create();
    const job = easyJob(1);
    const found = await new Promise<bigint[]>((resolve) => {
      const nonces: bigint[] = [];
      kernel.start(job, (nonce) => {
        nonces.push(nonce);
        if (nonces.length === 200) resolve(nonces);
      });
    });
    expect(new Set(found).size).toBe(found.length);
    for (const nonce of found) expect(isValidNonce(job.header, job.target, nonce)).toBe(true);
  });

  it('reports nothing for a job that was replaced or stopped', async () => {
    const kernel = create();
    let present = 0;
    for (let seed = 1; seed <= 50; seed++) {
      const job = easyJob(seed);
      const nonce = await new Promise<bigint>((resolve) => {
        kernel.start(job, (found) => {
          expect(present).toBe(seed);
          resolve(found);
        });
        present = seed;
      });
      expect(isValidNonce(job.header, job.target, nonce)).toBe(true);
      if (seed % 10 === 0) {
        kernel.stop();
        present = 0;
      }
    }
    kernel.stop();
    expect(await countStands(kernel)).toBe(true);
  });

  it('sleeps once it is stopped or paused, and not while it searches', async () => {
    const kernel = create();
    const isAsleep = async (wanted: boolean): Promise<void> => {
      while (kernel.isAsleep !== wanted) await new Promise((resolve) => setImmediate(resolve));
    };
    kernel.start(hopelessJob, () => {});
    await isAsleep(false);
    kernel.stop();
    await isAsleep(true);
    const hashes = kernel.hashCount();
    expect(await countStands(kernel)).toBe(true);
    expect(kernel.hashCount()).toBe(hashes);
    kernel.start(hopelessJob, () => {});
    await isAsleep(false);
    kernel.setPaused(true);
    await isAsleep(true);
  });

  /** Resolves once the count of hashes has not grown for many turns. */
  async function countStands(kernel: WorkerKernel): Promise<boolean> {
    let same = 0;
    for (let before = kernel.hashCount(); same < 1000; ) {
      await new Promise((resolve) => setImmediate(resolve));
      const now = kernel.hashCount();
      same = now === before ? same + 1 : 0;
      before = now;
    }
    return true;
  }

  it('never calls back from inside `start`', async () => {
    const kernel = create();
    const header = new Uint8Array(116);
    for (let index = 0; index < 20; index++) {
      let isInside = true;
      const isOutside = new Promise<boolean>((resolve) => {
        kernel.start({ header, target: GREATEST_TARGET }, () => resolve(!isInside));
      });
      isInside = false;
      expect(await isOutside).toBe(true);
    }
  });

  it('takes copies: the caller may reuse the memory of a job', async () => {
    const kernel = create({ threads: 1 });
    const job = easyJob(7);
    const found = nonceOf(kernel, job);
    const { header, target } = easyJob(7);
    job.header.fill(0);
    job.target.fill(0);
    expect(isValidNonce(header, target, await found)).toBe(true);
  });

  it('counts every hash, over changes of threads', async () => {
    const kernel = create({ threads: 1 });
    kernel.start(hopelessJob, () => {});
    await grows(kernel);
    kernel.setThreads(3);
    await grows(kernel);
    const before = kernel.hashCount();
    kernel.setThreads(1);
    expect(kernel.hashCount()).toBeGreaterThanOrEqual(before);
    kernel.setLoad(50);
    await grows(kernel);
    expect(kernel.name).toMatch(/ x 1$/);
  });

  it('searches nothing while it is paused, and the job of that time afterwards', async () => {
    const kernel = create();
    kernel.start(hopelessJob, () => {});
    await grows(kernel);
    kernel.setPaused(true);
    expect(kernel.isPaused).toBe(true);
    expect(await countStands(kernel)).toBe(true);
    const job = easyJob(5);
    const found = nonceOf(kernel, job);
    kernel.setThreads(3);
    expect(await countStands(kernel)).toBe(true);
    kernel.setPaused(false);
    expect(isValidNonce(job.header, job.target, await found)).toBe(true);
  });

  async function grows(kernel: WorkerKernel): Promise<void> {
    const before = kernel.hashCount();
    while (kernel.hashCount() === before) await new Promise((resolve) => setImmediate(resolve));
  }

  it.runIf(process.platform === 'linux')('yields to other work', async () => {
    const earlier = new Set(readdirSync('/proc/self/task'));
    const isNice = (task: string): boolean => {
      try {
        const stat = readFileSync(`/proc/self/task/${task}/stat`, 'utf8');
        // Field 19 of proc_pid_stat(5); two are before the bracket.
        return Number(stat.split(') ')[1]!.split(' ')[16]) === 10;
      } catch (cause) {
        // ENOENT or ESRCH: a thread of an earlier test ended between the list and the look.
        if (['ENOENT', 'ESRCH'].includes((cause as NodeJS.ErrnoException).code!)) return false;
        throw cause;
      }
    };
    const before = getPriority(0);
    const kernel = create();
    kernel.start(hopelessJob, () => {});
    await grows(kernel);
    kernel.setThreads(1);
    expect(getPriority(0)).toBe(before);
    const later = readdirSync('/proc/self/task').filter((task) => !earlier.has(task));
    expect(later.filter(isNice)).not.toEqual([]);
  });

  it('uses WebAssembly where no native kernel is built, and says nothing', () => {
    const kernel = create({ nativeFile: missing });
    expect(kernel.name).toBe('wasm-simd x 2');
    expect(logged).toEqual([]);
  });

  it('uses WebAssembly, and says so, where the native kernel cannot be loaded', () => {
    const kernel = create({ nativeFile: new URL('package.json', root) });
    expect(kernel.name).toBe('wasm-simd x 2');
    expect(logged).toEqual([expect.stringMatching(/^the native kernel does not load: /)]);
  });

  it('uses the reference kernel where the module is missing or no WebAssembly', async () => {
    const without = create({ nativeFile: missing, wasmFile: missing });
    expect(without.name).toBe('reference x 2');
    expect(logged).toHaveLength(1);
    const damaged = create({ nativeFile: missing, wasmFile: new URL('package.json', root) });
    expect(damaged.name).toBe('reference x 2');
    expect(logged).toHaveLength(1);
    const job = easyJob(2);
    expect(isValidNonce(job.header, job.target, await nonceOf(damaged, job))).toBe(true);
  });

  describe('when a thread fails', () => {
    const workerFile = new URL('test/contract/kernel-workers/broken.mjs', root);
    /** The kernels that it has here before the reference. */
    const kinds = hasNative ? ['native', 'wasm-simd'] : ['wasm-simd'];

    it.each([
      { way: 1, reason: 'found a wrong nonce, 1', failures: 1 },
      { way: 2, reason: 'crashed: Error: crash on purpose', failures: 3 },
      { way: 3, reason: 'hangs', failures: 3 },
      { way: 4, reason: 'ended with code 3', failures: 3 },
      { way: 5, reason: 'fault on purpose', failures: 1 },
    ])('($reason) its kernels are replaced, at last by the reference', async (row) => {
      const kernel = create({ threads: 1, workerFile, watchIntervalMs: 50 });
      const job = easyJob(3);
      job.header[0] = row.way;
      const nonce = await nonceOf(kernel, job);
      expect(isValidNonce(job.header, job.target, nonce)).toBe(true);
      expect(kernel.name).toBe('reference x 1');
      const expected = `a mining thread failed and is replaced: ${row.reason}`;
      expect(logged).toEqual(new Array(row.failures * kinds.length).fill(expected));
      expect(kernels).toEqual(kinds.flatMap((kind) => new Array(row.failures).fill(kind)));
    });

    it('a WebAssembly module that hashes wrongly is found out before it mines', async () => {
      const wrong = wrongModule(wasmFile, 'wrong.wasm');
      const kernel = create({ threads: 1, nativeFile: missing, wasmFile: wrong });
      const job = easyJob(4);
      expect(isValidNonce(job.header, job.target, await nonceOf(kernel, job))).toBe(true);
      expect(kernel.name).toBe('reference x 1');
      expect(logged).toEqual([expect.stringContaining('self-test found')]);
    });

    it.runIf(hasNative)('a native module that hashes wrongly gives way to the next', async () => {
      const kernel = create({ threads: 1, nativeFile: wrongModule(nativeFile, 'wrong.node') });
      const job = easyJob(4);
      expect(isValidNonce(job.header, job.target, await nonceOf(kernel, job))).toBe(true);
      expect(kernel.name).toBe('wasm-simd x 1');
      expect(logged).toEqual([expect.stringContaining('self-test found')]);
    });

    it('the others mine on', async () => {
      const kernel = create({ threads: 3, workerFile });
      const job = { ...hopelessJob, header: new Uint8Array(116).fill(1) };
      kernel.start(job, () => {});
      while (kernel.name !== 'reference x 3') await once(warnings, 'warning');
      expect(logged).toHaveLength(3 * kinds.length);
      await grows(kernel);
    });
  });

  it('closes while it mines, at rest, and twice; its count stays', async () => {
    const kernel = create();
    kernel.start(hopelessJob, () => {});
    await grows(kernel);
    await kernel.close();
    const count = kernel.hashCount();
    expect(count).toBeGreaterThan(0n);
    await kernel.close();
    expect(kernel.hashCount()).toBe(count);
    expect(() => kernel.start(hopelessJob, () => {})).toThrow('closed');
  });
});

describe('building the native kernel', () => {
  const script = fileURLToPath(new URL('kernels/native/build.mjs', root));

  it.each([
    { what: 'no compiler', env: { PATH: '' } },
    { what: 'a compiler that fails', env: { CC: 'false' } },
    { what: 'something else than a compiler', env: { CC: 'true' } },
  ])('says nothing and succeeds with $what', ({ env }) => {
    const folder = mkdtempSync(join(tmpdir(), 'mvb-kernel-'));
    try {
      const { status, stdout, stderr } = spawnSync(
        process.execPath, [script, `--output=${join(folder, 'search.node')}`],
        { env: { ...process.env, ...env }, encoding: 'utf8' },
      );
      expect([status, stdout, stderr]).toEqual([0, '', '']);
      expect(readdirSync(folder)).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
