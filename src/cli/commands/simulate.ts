/**
 * `mvb simulate`: runs networks of the shipped node in virtual time.
 *
 * Owns: which of its uses the words ask for: a scenario for research, the papers, a list of
 * scenarios, or seeds of the harness. Does not own: any of them (`cli/simulate/`).
 */
import type { CommandContext } from '../context.ts';
import { flagOf, PARAMETER_SETTINGS, SETTING_NAMES } from '../simulate/options.ts';
import { EXIT, usageError } from '../user-error.ts';
import { table } from '../words.ts';

/** Flags that the harness of seeds has, too. */
const OF_SEEDS = ['seed', 'nodes', 'hours'];
const ONLY_OF_SEEDS = ['seeds', 'trace', 'without'];
const PAPERS = 'papers';
/** The papers say what is run; what is left to say is where and how. */
const OF_PAPERS = ['seed', 'out', 'threads'];

export async function run(context: CommandContext): Promise<number | void> {
  const { arguments: [name], options } = context;
  if (options['list'] === true) return await list(context);
  if (name === undefined && options['scenario'] === undefined) {
    const stranger = scenarioFlags(context).find((flag) => !OF_SEEDS.includes(flag));
    if (stranger !== undefined) {
      throw usageError(
        `--${stranger} goes with a scenario, and none is named.`,
        'mvb simulate --list',
      );
    }
    endAtOnce();
    const { runSeeds } = await import('../simulate/seeds.ts');
    return await runSeeds(context);
  }
  const alien = ONLY_OF_SEEDS.find((flag) => options[flag] !== undefined);
  if (alien !== undefined) {
    throw usageError(
      `--${alien} goes without a scenario.`,
      alien === 'trace' ? `mvb simulate ${name ?? '...'} --replay SEED`
        : `mvb simulate ${name ?? '...'} --repetitions COUNT`,
    );
  }
  if (name === PAPERS) {
    const stranger = scenarioFlags(context).find((flag) => !OF_PAPERS.includes(flag));
    if (stranger !== undefined) {
      throw usageError(`--${stranger} does not go with the papers.`, 'mvb simulate papers');
    }
    const { runPapers } = await import('../simulate/papers.ts');
    return await runPapers(context);
  }
  const { runScenarioCommand } = await import('../simulate/scenario-command.ts');
  return await runScenarioCommand(context);
}

/** What was given of what a scenario has, by the names of flags without dashes. */
function scenarioFlags({ options, config }: CommandContext): readonly string[] {
  const own = ['out', 'replay', 'threads', 'print'].filter((flag) => options[flag] !== undefined);
  const settings = SETTING_NAMES.map((name) => flagOf(name).slice(2)).filter((flag) =>
    options[flag.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase())] !== undefined);
  const parameters = config.settings.filter(({ name, source }) =>
    source === 'command line' && (PARAMETER_SETTINGS as readonly string[]).includes(name));
  return [...own, ...settings, ...parameters.map((one) => one.name.replaceAll('_', '-'))];
}

async function list({ output }: CommandContext): Promise<void> {
  const { presetNames, readPreset } = await import('../simulate/scenario-file.ts');
  const presets = presetNames().map(readPreset);
  const rows = presets.map(({ name, question }) => [name, question]);
  const more = ['papers', 'Does the simulator come to what the papers say?'];
  output.result(
    `${table([['Scenario', 'Question'], ...rows, more])}\n\n`
      + 'mvb simulate SCENARIO runs one; --print shows its settings, --help all that there are.',
    { scenarios: presets.map(({ name, question }) => ({ name, question })) },
  );
}

/** Nothing is worth keeping of seeds that are not done. */
function endAtOnce(): void {
  process.once('SIGINT', () => process.exit(EXIT.interrupted));
}
