/**
 * How far a simulation is, and how long it still takes: a bar on a terminal, else a line now and
 * then. Owns: the estimate, and its look. Does not own: the work.
 */
import type { Output } from '../output.ts';
import { duration } from '../../lib/words.ts';

/** (policy) Between two lines where there is no terminal. */
const LINE_MS = 10_000;
/** The bar counts thousandths. */
const STEPS = 1_000;

export interface Progress {
  /** 0 to 1. */
  show(done: number): void;
  /** Takes the bar away. */
  end(): void;
}

/** Progress of something that begins now, on stderr. */
export async function createProgress(output: Output, what: string): Promise<Progress> {
  const startedAt = performance.now();
  const left = (done: number): string => {
    const elapsed = performance.now() - startedAt;
    return done > 0 ? duration((elapsed / done) * (1 - done)) : '?';
  };
  if (output.isJson || process.stderr.isTTY !== true) {
    output.note(`Simulating ${what}...`);
    let saidAt = startedAt;
    return {
      show: (done) => {
        if (performance.now() - saidAt < LINE_MS) return;
        saidAt = performance.now();
        output.note(`${Math.floor(100 * done)} % of ${what}, ${left(done)} left`);
      },
      end: () => {},
    };
  }
  const { default: cliProgress } = await import('cli-progress');
  const bar = new cliProgress.SingleBar({
    format: `Simulating [{bar}] {percentage} % of ${what}  {left} left`,
    barCompleteChar: '#',
    barIncompleteChar: '-',
    clearOnComplete: true,
    stream: process.stderr,
  });
  bar.start(STEPS, 0, { left: '?' });
  return {
    show: (done) => bar.update(Math.floor(done * STEPS), { left: left(done) }),
    end: () => bar.stop(),
  };
}
