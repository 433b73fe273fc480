/**
 * The built program as a process of its own, as its users run it.
 *
 * Owns: starting it, waiting for its lines, ending it. Does not own: folders (`places.ts`), what is
 * measured.
 */
import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { createSocket } from 'node:dgram';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../cli/main.js', import.meta.url));
/** Who waits longer hangs. */
const HANG_MS = 600_000;

/** Whatever runs still is ended with the bench. */
const running = new Set<RunningProgram>();
process.once('exit', () => {
  for (const program of running) program.kill();
});

export class RunningProgram {
  readonly #child: ChildProcessByStdio<null, Readable, Readable>;
  readonly #ended: Promise<number | null>;
  readonly #looks = new Set<() => void>();
  readonly #words: string;
  #output = '';
  #isOver = false;

  constructor(dataDir: string, args: readonly string[], environment: NodeJS.ProcessEnv) {
    this.#words = `mvb ${args.join(' ')}`;
    this.#child = spawn(process.execPath, [PROGRAM, ...args], {
      cwd: dataDir, env: environment, stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.add(this);
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.#output += text;
        for (const look of this.#looks) look();
      });
    }
    this.#ended = new Promise((resolve, reject) => {
      this.#child.once('error', reject);
      this.#child.once('close', (code) => {
        this.#isOver = true;
        running.delete(this);
        for (const look of this.#looks) look();
        resolve(code);
      });
    });
  }

  get pid(): number {
    return this.#child.pid!;
  }

  /** Waits until its output matches; rejects when it ends before, or hangs. */
  async says(pattern: RegExp): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const end = (error?: Error): void => {
        clearTimeout(timer);
        this.#looks.delete(look);
        if (error === undefined) resolve();
        else reject(error);
      };
      const fail = (what: string): void =>
        end(new Error(`${this.#words} ${what} before it said ${pattern}:\n${this.#output}`));
      const timer = setTimeout(() => fail('hung'), HANG_MS);
      const look = (): void => {
        if (pattern.test(this.#output)) end();
        else if (this.#isOver) fail('ended');
      };
      this.#looks.add(look);
      look();
    });
  }

  /** Ends it as Ctrl-C does. */
  async stop(): Promise<void> {
    this.#child.kill('SIGINT');
    const code = await this.#ended;
    if (code !== 0) throw new Error(`${this.#words} ended with ${code}:\n${this.#output}`);
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }
}

/** A UDP port of loopback that nobody has right now. */
export async function freeUdpPort(): Promise<number> {
  return await new Promise((resolve, reject) => {
    const socket = createSocket('udp4');
    socket.once('error', reject);
    socket.bind(0, '127.0.0.1', () => {
      const { port } = socket.address();
      socket.close(() => resolve(port));
    });
  });
}
