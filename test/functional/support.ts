/**
 * Runs the built program as its users do: real processes, a network of their own on loopback,
 * folders that are thrown away.
 *
 * Owns: starting, listening to and ending those processes. Does not own: any expectation.
 * Waiting is always for a line or an answer, never for a time; the limits only end what hangs.
 */
import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { freeUdpPort } from '../../src/bench/program.ts';

/** The built program; `npm test` builds it first. */
const PROGRAM = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
/** Who waits longer hangs. */
const HANG_MS = 60_000;
const POLL_MS = 100;

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** One network of processes: its own ports and parameters, and a folder for everything. */
export class Network {
  readonly folder = mkdtempSync(join(tmpdir(), 'mvb-functional-'));
  readonly #environment: NodeJS.ProcessEnv;
  readonly #programs = new Set<Program>();

  private constructor(environment: Record<string, string>) {
    const { PATH, HOME, SystemRoot } = process.env;
    this.#environment = { PATH, HOME, SystemRoot, NO_COLOR: '1', ...environment };
  }

  /** Parameters by name; each process of the network gets them through its environment. */
  static async create(parameters: Readonly<Record<string, string | number>>): Promise<Network> {
    const [status, payment] = await Promise.all([freeUdpPort(), freeUdpPort()]);
    const all = {
      network: `test-${process.pid}-${status}`,
      difficulty: 8,
      block_wait_seconds: 0,
      key_type: 'ed25519',
      mining_threads: 1,
      status_broadcast_interval_seconds: 0.5,
      transaction_broadcast_interval_seconds: 0.5,
      status_broadcast_port: status,
      transaction_port: payment,
      block_server_port: 0,
      broadcast_address: '127.255.255.255',
      listen_address: '127.0.0.1',
      // Whoever tests it asks for it, at any port.
      dashboard: 'no',
      dashboard_port: 0,
      ...parameters,
    };
    return new Network(Object.fromEntries(
      Object.entries(all).map(([name, value]) => [`MVB_${name.toUpperCase()}`, String(value)]),
    ));
  }

  /** What its processes find in their environment, parameters included. */
  get environment(): NodeJS.ProcessEnv {
    return this.#environment;
  }

  /** A data directory of this network; `prefix` is a program, with arguments, that starts ours. */
  place(name: string, prefix: readonly string[] = []): Place {
    const folder = join(this.folder, name);
    mkdirSync(folder, { recursive: true });
    return new Place(this, folder, prefix);
  }

  /** Starts the program in a folder. */
  start(
    folder: string, args: readonly string[], more: NodeJS.ProcessEnv = {},
    prefix: readonly string[] = [],
  ): Program {
    const program = new Program(folder, args, { ...this.#environment, ...more }, prefix);
    this.#programs.add(program);
    void program.finished.then(() => this.#programs.delete(program));
    return program;
  }

  /** Ends whatever still runs. */
  async endAll(): Promise<void> {
    for (const program of this.#programs) program.signal('SIGKILL');
    await Promise.all([...this.#programs].map((program) => program.finished));
  }

  /** Ends whatever still runs, and deletes the folder. */
  async close(): Promise<void> {
    await this.endAll();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** One data directory; its commands run in it. */
export class Place {
  readonly network: Network;
  readonly folder: string;
  readonly #prefix: readonly string[];

  constructor(network: Network, folder: string, prefix: readonly string[] = []) {
    this.network = network;
    this.folder = folder;
    this.#prefix = prefix;
  }

  /** Starts a command that goes on. */
  start(...args: string[]): Program {
    return this.network.start(this.folder, args, {}, this.#prefix);
  }

  /** Runs a command to its end. */
  async run(...args: string[]): Promise<Finished> {
    return await this.start(...args).finished;
  }

  /** Runs a command that must succeed, and gives what it printed. */
  async ok(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.run(...args);
    if (code !== 0) throw new Error(`mvb ${args.join(' ')} ended with ${code}\n${stdout}${stderr}`);
    return stdout;
  }

  /** The row of `list-addresses` of a key. */
  async funds(key: string): Promise<{ balance: string; pending: string; address: string }> {
    const table = await this.ok('wallet', 'list-addresses');
    const rows = table.split('\n').map((line) => line.trim().split(/ +/));
    const row = rows.find(([name]) => name === key);
    if (row === undefined) throw new Error(`no key ${key} in\n${table}`);
    return { balance: row[1]!, pending: row[2]!, address: row[3]! };
  }

  /** Asks for the row of a key until it has this balance and nothing pending. */
  async settles(key: string, balance: string): Promise<void> {
    await until(`${key} has ${balance} and nothing pending`, async () => {
      const funds = await this.funds(key);
      return funds.balance === balance && funds.pending === '+0.000000';
    });
  }
}

/** A running process and what it has said. */
export class Program {
  /** Its end, with everything that it printed. */
  readonly finished: Promise<Finished>;
  readonly #child: ChildProcessByStdio<null, Readable, Readable>;
  readonly #waiting = new Set<() => void>();
  readonly #words: string;
  #stdout = '';
  #stderr = '';
  #isOver = false;

  constructor(
    folder: string, args: readonly string[], environment: NodeJS.ProcessEnv,
    prefix: readonly string[] = [],
  ) {
    this.#words = `mvb ${args.join(' ')}`;
    const [file, ...words] = [...prefix, process.execPath, PROGRAM, ...args];
    this.#child = spawn(file!, words, {
      cwd: folder, env: environment, stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.#stdout += text;
      this.#look();
    });
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text;
      this.#look();
    });
    this.finished = new Promise((resolve, reject) => {
      this.#child.once('error', reject);
      this.#child.once('close', (code) => {
        this.#isOver = true;
        this.#look();
        resolve({ code, stdout: this.#stdout, stderr: this.#stderr });
      });
    });
  }

  get pid(): number {
    return this.#child.pid!;
  }

  /** Both streams so far. */
  get output(): string {
    return `${this.#stdout}${this.#stderr}`;
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** Asks it to end, as Ctrl-C does, and waits for the end. */
  async stop(name: NodeJS.Signals = 'SIGINT'): Promise<Finished> {
    this.signal(name);
    return await this.finished;
  }

  /** Waits until its output matches; throws when it ends before, or hangs. */
  async says(pattern: RegExp): Promise<RegExpExecArray> {
    return await new Promise((resolve, reject) => {
      const end = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(look);
      };
      const fail = (why: string): void => {
        end();
        reject(new Error(`${this.#words} ${why} before it said ${pattern}:\n${this.output}`));
      };
      const look = (): void => {
        const match = pattern.exec(this.output);
        if (match !== null) {
          end();
          resolve(match);
        } else if (this.#isOver) fail('ended');
      };
      const timer = setTimeout(() => fail('hung'), HANG_MS);
      this.#waiting.add(look);
      look();
    });
  }

  #look(): void {
    for (const look of [...this.#waiting]) look();
  }
}

/** Asks again and again until it is so; throws with the words when it never is. */
export async function until(
  words: string, isSo: () => Promise<boolean> | boolean, pollMs = POLL_MS,
): Promise<void> {
  const limit = performance.now() + HANG_MS;
  while (!await isSo()) {
    if (performance.now() > limit) throw new Error(`never came true: ${words}`);
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}
