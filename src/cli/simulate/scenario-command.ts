/**
 * `mvb simulate SCENARIO`: one scenario, its repetitions, its report.
 *
 * Owns: which settings hold, Ctrl-C, and the files of a report.
 * Does not own: the form of a report (`report.ts`, `plots.ts`), running (`runner.ts`).
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { useProcessorHash } from '../../platform/processor-hash.ts';
import { digestOf } from '../../sim/research/digest.ts';
import { measuresOf } from '../../sim/research/measures.ts';
import { runScenario } from '../../sim/scenario/run.ts';
import type { CommandContext } from '../context.ts';
import { counted, duration } from '../../lib/words.ts';
import { EXIT, usageError, UserError } from '../user-error.ts';
import { flagOf, PARAMETER_SETTINGS, settingRow, SETTING_NAMES } from './options.ts';
import type { SettingName } from './options.ts';
import { plotsOf } from './plots.ts';
import { createProgress } from './progress.ts';
import { figuresCsv, findingsJson, findingsTable, repetitionsCsv } from './report.ts';
import type { Finding } from './report.ts';
import { runPoints } from './runner.ts';
import { readPreset, readScenarioFile, scenarioText } from './scenario-file.ts';
import type { ScenarioFile } from './scenario-file.ts';
import { axesOf, pointsOf } from './settings.ts';
import type { Given, Point } from './settings.ts';
import { threadsOf } from './threads.ts';

/** What is to be run: a file with the command line over it. */
interface Task extends ScenarioFile {
  readonly points: readonly Point[];
}

export async function runScenarioCommand(context: CommandContext): Promise<number> {
  const { options, output } = context;
  const task = taskOf(context);
  if (options['print'] === true) {
    output.result(scenarioText(task.comment, task.given).trimEnd(), {
      name: task.name, question: task.question,
      settings: Object.fromEntries(task.given.map(({ name, texts }) => [name, texts])),
    });
    return EXIT.done;
  }
  if (options['replay'] !== undefined) return replay(context, task);
  const threads = threadsOf(options);
  const out = outFolder(context);
  const startedAt = performance.now();
  const { findings, isInterrupted } = await findingsOf(task, threads, context);
  const seconds = (performance.now() - startedAt) / 1_000;
  const paths = out === undefined ? [] : writeReport(out, task, findings);
  tell(context, task, { findings, isInterrupted, seconds, paths });
  return isInterrupted ? EXIT.interrupted : EXIT.done;
}

function taskOf(context: CommandContext): Task {
  const { arguments: [name], options } = context;
  const path = options['scenario'];
  if (name !== undefined && path !== undefined) {
    throw usageError(`A scenario is either named (${name}) or in a file (${String(path)}).`);
  }
  const file = typeof path === 'string' ? readScenarioFile(path) : readPreset(name!);
  const given = overlaid(file.given, givenByFlags(context));
  return { ...file, given, points: pointsOf(given) };
}

/** Later ones take the place of earlier ones, and of what excludes them. */
function overlaid(file: readonly Given[], flags: readonly Given[]): readonly Given[] {
  const merged = new Map(file.map((one) => [one.name, one]));
  for (const one of flags) {
    if (one.name === 'hours') merged.delete('blocks');
    if (one.name === 'blocks') merged.delete('hours');
    merged.set(one.name, one);
  }
  return [...merged.values()];
}

function givenByFlags({ options, config }: CommandContext): readonly Given[] {
  const parameters = config.settings.filter(({ source }) => source === 'command line');
  const alien = parameters.find(({ name }) =>
    !(PARAMETER_SETTINGS as readonly string[]).includes(name));
  if (alien !== undefined) {
    throw usageError(`${alien.name} is no setting of a scenario.`, 'mvb simulate --help');
  }
  return SETTING_NAMES.flatMap((name): Given[] => {
    const flag = flagOf(name);
    const key = flag.slice(2).replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());
    const text = parameters.find((one) => one.name === name)?.text ?? options[key];
    return typeof text === 'string'
      ? [{ name, texts: textsOf(name, text), origin: flag, isFile: false }] : [];
  });
}

/** With commas, numbers are several values. */
function textsOf(name: SettingName, text: string): readonly string[] {
  return settingRow(name).isNumber === true ? text.split(',').map((one) => one.trim()) : [text];
}

/** Made before the work, which may take hours. */
function outFolder({ options }: CommandContext): string | undefined {
  const folder = options['out'];
  if (typeof folder !== 'string') return undefined;
  try {
    mkdirSync(folder, { recursive: true });
    return folder;
  } catch (cause) {
    throw new UserError({
      exitCode: EXIT.files, code: 'no-folder', what: `Cannot make the folder ${folder}.`,
      next: 'check the path after --out', cause,
    });
  }
}

interface Findings {
  readonly findings: readonly Finding[];
  readonly isInterrupted: boolean;
}

/** Runs all of it; the first Ctrl-C ends it with what is there, the second at once. */
async function findingsOf(
  { points }: Task, threads: number, { output }: CommandContext,
): Promise<Findings> {
  const abort = new AbortController();
  const interrupt = (): void => {
    if (abort.signal.aborted) process.exit(EXIT.interrupted);
    abort.abort();
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  const total = points.reduce((sum, { scenario }) => sum + scenario.repetitions, 0);
  const progress = await createProgress(output, counted(total, 'repetition'));
  try {
    const scenarios = points.map(({ scenario }) => scenario);
    const { digests, isInterrupted } = await runPoints(scenarios, {
      threads, signal: abort.signal, onProgress: (done) => progress.show(done),
    });
    const findings = points.map((point, index): Finding => {
      const own = digests[index]!;
      return {
        ...point, digests: own, measures: own.length === 0 ? [] : measuresOf(point.scenario, own),
      };
    });
    return { findings, isInterrupted };
  } finally {
    progress.end();
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  }
}

function tell(
  { output }: CommandContext, { name, question, points }: Task,
  { findings, isInterrupted, seconds, paths }: Findings & {
    readonly seconds: number; readonly paths: readonly string[];
  },
): void {
  const done = findings.reduce((sum, { digests }) => sum + digests.length, 0);
  const total = points.reduce((sum, { scenario }) => sum + scenario.repetitions, 0);
  const { seed, repetitions } = points[0]!.scenario;
  const heading = `${name}: ${question}`.replace(/: $/, '');
  const seeds = repetitions === 1 ? `seed ${seed}` : `seeds ${seed} to ${seed + repetitions - 1}`;
  const tail = `${counted(done, 'repetition')} of ${seeds}, ${duration(1_000 * seconds)}`;
  if (isInterrupted) {
    output.warn(`Interrupted: ${done} of ${total} repetitions are in these figures.`);
  }
  output.result(
    [heading, '', findingsTable(findings), '', tail, ...paths.map((path) => `wrote ${path}`)]
      .join('\n'),
    {
      scenario: name, seed, repetitions, interrupted: isInterrupted,
      seconds: Math.round(10 * seconds) / 10, points: findingsJson(findings), files: paths,
    },
  );
}

/** Gives the paths that were written. */
function writeReport(
  folder: string, { name, question, comment, given }: Task, findings: readonly Finding[],
): readonly string[] {
  const json = { scenario: name, question, points: findingsJson(findings) };
  const files = new Map([
    ['scenario.toml', scenarioText(comment, given)],
    ['figures.csv', figuresCsv(findings)],
    ['repetitions.csv', repetitionsCsv(findings)],
    ['figures.json', `${JSON.stringify(json, undefined, 2)}\n`],
    ...plotsOf(name, findings),
  ]);
  return [...files].map(([file, text]) => {
    const path = join(folder, file);
    writeFileSync(path, text);
    return path;
  });
}

/** One repetition in this thread, told line by line. */
function replay({ options, output }: CommandContext, { points, given, name }: Task): number {
  const seed = Number(options['replay']);
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw usageError('--replay is the seed of a repetition, a whole number.');
  }
  const [point] = points;
  if (points.length > 1) {
    const words = axesOf(given).map((axis) => `${flagOf(axis.name)} ${axis.texts[0]}`).join(' ');
    throw usageError(
      `${name} has ${points.length} points; say which one to replay.`,
      `mvb simulate ${name} ${words} --replay ${seed}`,
    );
  }
  useProcessorHash();
  const { scenario } = point!;
  const say = (line: string): void => (output.isJson ? output.note(line) : output.line(line));
  const result = runScenario(scenario, seed, { line: say });
  const digests = [digestOf(result, scenario.blockSeconds)];
  const finding: Finding = { ...point!, digests, measures: measuresOf(scenario, digests) };
  output.result(
    `\n${findingsTable([finding])}\n\nseed ${seed}, ${counted(result.events, 'event')}, `
      + `log ${result.logHash}`,
    { scenario: name, seed, log: result.logHash, events: result.events,
      points: findingsJson([finding]) },
  );
  return EXIT.done;
}
