/**
 * Writes a network's parameters into `mvb.toml`, so that copying the file is joining the network.
 *
 * Owns: adding what is missing; what stands there, comments too, is never changed.
 * Does not own: reading (`config.ts`).
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parse } from 'smol-toml';
import type { ChainParams } from '../consensus/params.ts';
import { paramsInWords } from '../node/difference.ts';
import { EXIT, UserError } from './user-error.ts';

const HEADING = '# The chain parameters of this network: the same on every node of it.';

/**
 * Makes the file, or adds the chain parameters that are not in it; true when it wrote. Throws a
 * `UserError` when it cannot.
 */
export function writeChainParams(file: string, params: ChainParams): boolean {
  try {
    const before = existsSync(file) ? readFileSync(file, 'utf8') : '';
    const known = parse(before);
    const lines = paramsInWords(params)
      .filter(([name]) => !Object.hasOwn(known, name))
      .map(([name, text]) => `${name} = ${tomlOf(name, text)}`);
    if (lines.length === 0) return false;
    const kept = before === '' || before.endsWith('\n') ? before : `${before}\n`;
    mkdirSync(dirname(file), { recursive: true });
    // A reader sees the old file or the new one, never a part.
    const fresh = `${file}.${process.pid}.new`;
    writeFileSync(fresh, `${kept}${HEADING}\n${lines.join('\n')}\n`);
    renameSync(fresh, file);
    return true;
  } catch (cause) {
    throw new UserError({
      exitCode: EXIT.files,
      code: 'config-not-written',
      what: `Cannot write the chain parameters to ${file}.`,
      next: 'check that the folder can be written, or choose another: --data-dir FOLDER',
      cause,
    });
  }
}

/** Whole numbers as numbers; the rest in quotation marks, since a TOML float is not exact. */
function tomlOf(name: string, text: string): string {
  const isNumber = name !== 'network' && /^\d{1,15}$/.test(text);
  // Parameters are printable ASCII: a TOML text is then a JSON text.
  return isNumber ? text : JSON.stringify(text);
}
