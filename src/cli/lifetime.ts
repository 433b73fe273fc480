/**
 * The life of a command that goes on until it is stopped.
 *
 * Owns: signals (Ctrl-C, SIGTERM, SIGHUP), and faults that nobody caught: they end the program with
 * one line, never with a stack trace.
 * Does not own: what has to be closed at the end.
 */
import type { Output } from './output.ts';
import { explained } from './world-errors.ts';
import { EXIT } from './user-error.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export class Lifetime {
  /** Resolves at the first signal or `end`; rejects with a fault that nobody caught. */
  readonly ended: Promise<void>;
  /**
   * While true, Ctrl-C interrupts what is not done yet (exit code 130) instead of ending it in good
   * order.
   */
  isUnfinished = false;
  readonly #output: Output;
  #isEnding = false;
  #resolve: () => void = () => {};
  #reject: (error: unknown) => void = () => {};

  constructor(output: Output) {
    this.#output = output;
    this.ended = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // Whoever waits for it sees the fault; until then it is nobody's.
    this.ended.catch(() => {});
    for (const name of SIGNALS) process.on(name, () => this.#signal());
    process.on('uncaughtException', (error) => this.fail(error));
    process.on('unhandledRejection', (reason) => this.fail(reason));
  }

  /** Ends it in good order. */
  end(): void {
    this.#isEnding = true;
    this.#resolve();
  }

  /** Ends it because something broke. A second fault, while closing, ends the process at once. */
  fail(error: unknown): void {
    if (this.#isEnding) {
      this.#output.failure(explained(error));
      process.exit(EXIT.files);
    }
    this.#isEnding = true;
    this.#reject(error);
  }

  #signal(): void {
    // The second time at once, whatever still closes: every commit was flushed before it returned.
    if (this.#isEnding || this.isUnfinished) process.exit(EXIT.interrupted);
    this.end();
  }
}
