/**
 * What a command is given. Owns: nothing; it is only a shape, so that commands and the table of
 * commands need not know each other.
 */
import type { Config } from './config.ts';
import type { Output } from './output.ts';

export interface CommandContext {
  /** The command's own arguments, in order; those that may be left out are undefined. */
  readonly arguments: readonly (string | undefined)[];
  /** The command's own options, by name: `passphraseFile` for `--passphrase-file`. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly config: Config;
  /** The program's own. */
  readonly version: string;
  readonly output: Output;
}
