/**
 * Takes the parameters out of the command line, wherever they stand: `name=value`, `--name value`
 * and `--name=value`. What is left is for the command.
 *
 * Owns: which words are parameters.
 * Does not own: their values (`config.ts`), options of commands (`program.ts`).
 */
import { isParameterName } from './parameters.ts';
import { usageError } from './user-error.ts';

export interface SplitArguments {
  /** What is no parameter, in order. */
  readonly rest: readonly string[];
  /** Names, which may be unknown, and values, in order. */
  readonly given: readonly (readonly [string, string])[];
}

/** A word like this is meant as a parameter; paths with an equals sign can be written `./a=b`. */
const ASSIGNMENT = /^([A-Za-z][A-Za-z0-9_-]*)=([^]*)$/;
const OPTION = /^--([A-Za-z][A-Za-z0-9_-]*)(?:=([^]*))?$/;

/** Throws a usage error when a parameter's value is missing. */
export function splitArguments(words: readonly string[]): SplitArguments {
  const rest: string[] = [];
  const given: (readonly [string, string])[] = [];
  for (let index = 0; index < words.length; index++) {
    const word = words[index]!;
    if (word === '--') {
      rest.push(...words.slice(index));
      break;
    }
    const option = OPTION.exec(word);
    const name = option?.[1]?.replaceAll('-', '_');
    if (name !== undefined && isParameterName(name)) {
      const value = option?.[2] ?? words[++index];
      if (value === undefined) throw usageError(`${word} needs a value.`, 'mvb --help');
      given.push([name, value]);
      continue;
    }
    const assignment = ASSIGNMENT.exec(word);
    if (assignment === null) rest.push(word);
    else given.push([assignment[1]!, assignment[2]!]);
  }
  return { rest, given };
}
