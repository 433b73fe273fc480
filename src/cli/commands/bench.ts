/**
 * `mvb bench`: measures this program on this machine, beside what the machine can do at most.
 *
 * Owns: which parts, where results go, and the table.
 * Does not own: what is measured (`src/bench/`, of which this file and `bench-generate.ts` are the
 * doors).
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { markdownOf, machineOf, tableOf, writeResults } from '../../bench/report.ts';
import { isPartName, PART_NAMES, runBench } from '../../bench/run.ts';
import type { PartName } from '../../bench/run.ts';
import type { Row } from '../../bench/row.ts';
import type { CommandContext } from '../context.ts';
import { nearest } from '../nearest.ts';
import type { Json } from '../output.ts';
import { usageError } from '../user-error.ts';

export async function run({ arguments: words, options, config, output }: CommandContext) {
  const parts = partsOf(words);
  const size = options['tiny'] === true ? 'tiny' : 'full';
  const out = options['out'];
  const folder = typeof out === 'string' ? out : resultsFolder(config.dataDir);
  const say = (line: string): void => output.note(line);
  const rows = await runBench(parts, {
    size, say, onPart: (part, found) => {
      for (const path of writeResults(folder, part, { rows: found, size })) say(`wrote ${path}`);
    },
  });
  const text = options['markdown'] === true ? markdownOf(rows) : tableOf(rows);
  output.result(text, { size, machine: { ...machineOf() }, rows: rows.map(jsonOf) });
}

function partsOf(words: CommandContext['arguments']): readonly PartName[] {
  // Of an argument that may be many, commander gives an array.
  const given = words.flat().flatMap((word) => word ?? []);
  for (const word of given) {
    if (isPartName(word)) continue;
    const near = nearest(word, PART_NAMES);
    throw usageError(
      `There is no part "${word}" of the bench${near === undefined ? '' : `; ${near} is one`}.`,
      'mvb bench --help', `The parts are ${PART_NAMES.join(', ')}.`,
    );
  }
  return given.length === 0 ? PART_NAMES : given.filter(isPartName);
}

/** In a checkout its own folder; else one in the data directory. */
function resultsFolder(dataDir: string): string {
  const root = fileURLToPath(new URL('../../../', import.meta.url));
  const isCheckout = existsSync(join(root, 'src', 'bench'));
  return isCheckout ? join(root, 'bench', 'results') : join(dataDir, 'bench-results');
}

function jsonOf(row: Row): Json {
  return { ...row };
}
