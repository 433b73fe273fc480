/**
 * `mvb explorer`: serves the page of the blockchain here without keys, until it is stopped.
 *
 * Owns: starting and ending it, and what it says.
 * Does not own: following the store (`dashboard/explorer.ts`).
 */
import type { CommandContext } from '../context.ts';
import { Explorer } from '../dashboard/explorer.ts';
import { Lifetime } from '../lifetime.ts';
import { errorLog } from '../live-output.ts';
import { explained } from '../world-errors.ts';

export async function run(context: CommandContext): Promise<void> {
  const { config, output } = context;
  const lifetime = new Lifetime(output);
  try {
    const { explorer, listening: { url, others, takenBy } } = await Explorer.start({
      context, log: errorLog(context), onError: (error) => lifetime.fail(error),
    });
    if (takenBy !== undefined) {
      const { dashboard_port: port } = config.values;
      output.note(`Port ${port} is used by ${takenBy}; this is a free one.`);
    }
    const more = others.length === 0 ? '' : `\nFrom other machines: ${others.join('  ')}`;
    output.result(`Explorer   ${url}/   read-only; Ctrl-C ends it${more}`, {
      url, urls_from_elsewhere: others, read_only: true, pid: process.pid,
    });
    await lifetime.ended.finally(() => explorer.stop());
  } catch (error) {
    throw explained(error);
  }
}
