/**
 * Whether an input makes our sources do what no input did before, by the blocks of code that V8
 * counts.
 *
 * Owns: V8's counters, through Node's inspector, and what has been seen. Exact, and slow: some
 * milliseconds for each look, so many inputs are tried between two.
 */
import { Session } from 'node:inspector';
import type { Profiler } from 'node:inspector';

export class Coverage {
  readonly #session = new Session();
  readonly #seen = new Set<string>();

  constructor() {
    this.#session.connect();
    this.#session.post('Profiler.enable');
    this.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  }

  /** Looks at what ran since the last look: true when some of it never had. */
  async isNew(): Promise<boolean> {
    const before = this.#seen.size;
    for (const block of await this.#blocks()) this.#seen.add(block);
    return this.#seen.size > before;
  }

  /** The blocks of code that ran since the last look and that had never run before it. */
  async fresh(): Promise<string[]> {
    return (await this.#blocks()).filter((block) => !this.#seen.has(block));
  }

  stop(): void {
    this.#session.disconnect();
  }

  async #blocks(): Promise<string[]> {
    const taken = await new Promise<Profiler.ScriptCoverage[]>((resolve, reject) => {
      this.#session.post('Profiler.takePreciseCoverage', (error, { result }) => {
        if (error === null) resolve(result);
        else reject(error);
      });
    });
    return taken.filter(({ url }) => /\/src\/[^?]*\.ts/.test(url)).flatMap(({ url, functions }) =>
      functions.flatMap(({ ranges }) => ranges.filter(({ count }) => count > 0).map(
        ({ startOffset, endOffset }) => `${url}:${startOffset}:${endOffset}`,
      )));
  }
}
