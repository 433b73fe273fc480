/**
 * Where a lasting command speaks: live lines on a terminal, plain ones elsewhere, or JSON.
 * Owns: the choice.
 * Does not own: the words, or drawing (`screen.ts`).
 */
import type { CommandContext } from './context.ts';
import { LineLog } from './line-log.ts';
import { Screen } from './screen.ts';

export interface LiveOutput {
  /** On a terminal only. */
  readonly screen: Screen | undefined;
  readonly log: LineLog;
  /** Says something that is no event: on stdout, or on stderr when stdout is for programs. */
  readonly say: (text: string) => void;
}

/** Chooses by the terminal, `--json` and the parameter `log`. */
export function liveOutput({ config, output }: CommandContext): LiveOutput {
  const isMachine = output.isJson || config.values.log === 'json';
  const isLive = process.stdout.isTTY === true && !isMachine;
  const screen = isLive ? new Screen(process.stdout) : undefined;
  const print = (line: string): void => {
    if (screen === undefined) output.line(line);
    else screen.print(line);
  };
  const log = new LineLog({
    print,
    form: isMachine ? 'json' : isLive ? 'screen' : 'lines',
    isVerbose: output.options.isVerbose,
    colours: output.outColours,
  });
  return { screen, log, say: (text) => (isMachine ? output.note(text) : print(text)) };
}

/** A log on stderr, for commands whose stdout is their result. */
export function errorLog({ config, output }: CommandContext): LineLog {
  return new LineLog({
    print: (line) => output.note(line),
    form: config.values.log === 'json' ? 'json' : 'screen',
    isVerbose: output.options.isVerbose,
    colours: output.errorColours,
  });
}
