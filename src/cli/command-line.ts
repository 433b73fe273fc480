/**
 * One call of the program: from the words of the command line to an exit code.
 *
 * Owns: running the command that the words name, and showing the error that it ends with.
 * Does not own: the process (`main.ts`), parsing (`program.ts`).
 */
import { Output } from './output.ts';
import { planOf } from './program.ts';
import { EXIT } from './user-error.ts';
import { explained } from './world-errors.ts';

/** Runs what the words ask for; gives the exit code. `version` is the program's own. */
export async function runWords(words: readonly string[], version: string): Promise<number> {
  const output = outputOf(words);
  try {
    const plan = planOf(words, output, version);
    if ('text' in plan) {
      output.line(plan.text);
      return plan.exitCode;
    }
    if (plan.entry.isLasting !== true) process.once('SIGINT', () => process.exit(EXIT.interrupted));
    const command = await plan.entry.load();
    return (await command.run(plan.context)) ?? EXIT.done;
  } catch (error) {
    return output.failure(explained(error));
  }
}

/** What must be known before the command line is parsed, since errors in it are shown so too. */
function outputOf(words: readonly string[]): Output {
  const end = words.indexOf('--');
  const options = end < 0 ? words : words.slice(0, end);
  const when = options.at(options.indexOf('--color') + 1);
  const isWhen = options.includes('--color') && (when === 'always' || when === 'never');
  const joined = options.find((word) => /^--color=(always|never)$/.test(word))?.slice(8);
  return new Output({
    isJson: options.includes('--json'),
    isVerbose: options.includes('--verbose'),
    colour: (joined ?? (isWhen ? when : 'auto')) as 'auto' | 'always' | 'never',
  });
}
