/**
 * `mvb simulate papers` (`npm run papers`): holds the simulator against what the papers say.
 *
 * Owns: running all claims, and where the page and its pictures go.
 * Does not own: the claims (`sim/research/claims.ts`), the words of the page (`papers-page.ts`).
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { claimsOf, isOff, secondClaim, verdictOn } from '../../sim/research/claims.ts';
import type { Claim, Verdict } from '../../sim/research/claims.ts';
import type { CommandContext } from '../context.ts';
import { counted, duration } from '../../lib/words.ts';
import { EXIT, usageError } from '../user-error.ts';
import { papersPage, papersPlots, tableText } from './papers-page.ts';
import type { PapersRun } from './papers-page.ts';
import { createProgress } from './progress.ts';
import { runPoints } from './runner.ts';
import { threadsOf } from './threads.ts';

const PAGE = 'papers.md';
const PICTURES = 'papers';

export async function runPapers(context: CommandContext): Promise<number> {
  const { options, output } = context;
  const first = Number(options['seed'] ?? 1);
  if (!Number.isSafeInteger(first) || first < 0) throw usageError('--seed is a whole number.');
  const folder = folderOf(options['out']);
  const startedAt = performance.now();
  const claims = claimsOf(first);
  const verdicts = await verdictsOf(claims, context);
  if (verdicts === undefined) {
    output.warn('Interrupted: nothing was written.');
    return EXIT.interrupted;
  }
  const again = verdicts.filter(isOff).map(({ claim }) => secondClaim(claim));
  if (again.length > 0) {
    output.note(`${counted(again.length, 'figure')} more than 3 standard errors off: once more.`);
  }
  const second = again.length === 0 ? [] : await verdictsOf(again, context);
  if (second === undefined) return EXIT.interrupted;
  const run: PapersRun = {
    verdicts, second, first,
    seconds: (performance.now() - startedAt) / 1_000,
    threads: threadsOf(options), cores: availableParallelism(),
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
  };
  const paths = write(folder, run);
  const failed = second.filter(isOff);
  output.result(
    [tableText(run), '', `${counted(claims.length, 'figure')}, ${failed.length} refuted, `
      + duration(1_000 * run.seconds), ...paths.map((path) => `wrote ${path}`)].join('\n'),
    {
      figures: verdicts.map(jsonOf), second: second.map(jsonOf), refuted: failed.length,
      seconds: Math.round(run.seconds), files: paths,
    },
  );
  return failed.length === 0 ? EXIT.done : EXIT.refused;
}

/** The verdicts, or undefined when somebody pressed Ctrl-C. */
async function verdictsOf(
  claims: readonly Claim[], { options, output }: CommandContext,
): Promise<readonly Verdict[] | undefined> {
  const abort = new AbortController();
  const interrupt = (): void => {
    if (abort.signal.aborted) process.exit(EXIT.interrupted);
    abort.abort();
  };
  process.on('SIGINT', interrupt);
  const progress = await createProgress(output, counted(claims.length, 'figure'));
  try {
    const { digests, isInterrupted } = await runPoints(claims.map(({ scenario }) => scenario), {
      threads: threadsOf(options), signal: abort.signal,
      onProgress: (done) => progress.show(done),
    });
    if (isInterrupted) return undefined;
    return claims.map((claim, index) => verdictOn(claim, digests[index]!));
  } finally {
    progress.end();
    process.off('SIGINT', interrupt);
  }
}

/** In a checkout its pages; else a folder here. */
function folderOf(out: unknown): string {
  if (typeof out === 'string') return out;
  const root = fileURLToPath(new URL('../../../', import.meta.url));
  return existsSync(join(root, 'src', 'sim')) ? join(root, 'docs') : 'papers';
}

function write(folder: string, run: PapersRun): readonly string[] {
  const files = new Map([
    [PAGE, papersPage(run, PICTURES)],
    ...[...papersPlots(run)].map(([name, svg]) => [join(PICTURES, name), svg] as const),
  ]);
  return [...files].map(([name, text]) => {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return path;
  });
}

function jsonOf({ claim, ...verdict }: Verdict) {
  const { part, keys, figure } = claim;
  return { part, keys, figure, ...verdict };
}
