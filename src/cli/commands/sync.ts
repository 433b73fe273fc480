/**
 * `mvb wallet sync`: follows the network and delivers one's payments, until it is stopped.
 *
 * Owns: starting, showing and ending.
 * Does not own: following (`follower.ts`), the words of the display (`sync-progress.ts`).
 */
import type { CommandContext } from '../context.ts';
import { Follower } from '../follower.ts';
import { listKeys } from '../keys.ts';
import { Lifetime } from '../lifetime.ts';
import { liveOutput } from '../live-output.ts';
import { openPlace, warnSetAside } from '../node-place.ts';
import type { NodePlace } from '../node-place.ts';
import { dataDirHint } from '../reader.ts';
import { OnceWatch, PendingWatch, SyncProgress } from '../sync-progress.ts';
import { EXIT, UserError } from '../user-error.ts';
import { explained } from '../world-errors.ts';

/** (policy) */
const FRAME_MS = 250;

export async function run(context: CommandContext): Promise<void> {
  const { config, output } = context;
  const lifetime = new Lifetime(output);
  const place = openPlace(config, 'sync');
  warnSetAside(place, output);
  try {
    const { height, isUpToDate } = await syncIn(place, context, lifetime);
    const text = isUpToDate && process.stdout.isTTY === true ? `Up to date at block ${height}.`
      : `Stopped at ${height === undefined ? 'no block' : `block ${height}`}. `
        + `Go on: mvb wallet sync${dataDirHint(config)}`;
    if (output.isJson) output.result(text, { height: height ?? null });
    else if (config.values.log === 'json') output.note(text);
    else output.line(text);
  } catch (error) {
    throw explained(error);
  } finally {
    place.store.close();
  }
}

interface SyncEnd {
  readonly height: number | undefined;
  /** It ended since `--once` had what there was to have. */
  readonly isUpToDate: boolean;
}

/** Follows until the end. */
async function syncIn(
  place: NodePlace, context: CommandContext, lifetime: Lifetime,
): Promise<SyncEnd> {
  const { config, options, output } = context;
  const keys = await listKeys(config, output);
  const { screen, log } = liveOutput(context);
  let follower: Follower | undefined;
  let isUpToDate = false;
  try {
    const following = await Follower.start({
      place, role: 'sync', log,
      onRole: (role, holder) => log.event(
        role === 'owner' ? 'Sync writes the blockchain here'
          : 'Sync reads the blockchain that another process writes',
        holder === undefined ? {} : { pid: holder.pid, role: holder.role },
      ),
      onError: (error) => lifetime.fail(error),
    });
    follower = following;
    const pending = new PendingWatch(log, place.store, keys);
    const progress = new SyncProgress(log);
    const once = options['once'] === true ? new OnceWatch() : undefined;
    const look = (): void => {
      const { chain } = following;
      if (chain === undefined) return;
      pending.look(chain);
      if (screen === undefined) progress.look(following, chain);
      else screen.show(progress.lines(following, chain, output.outColours, pending.count));
      const outcome = once?.look(following, chain);
      if (outcome === 'synced') {
        isUpToDate = true;
        lifetime.end();
      } else if (outcome !== undefined) lifetime.fail(onceError(outcome));
    };
    const timer = setInterval(look, FRAME_MS);
    look();
    await lifetime.ended.finally(() => clearInterval(timer));
    return { height: following.chain?.tip.header.height, isUpToDate };
  } finally {
    screen?.close();
    await follower?.stop();
  }
}

function onceError(outcome: 'nobody' | 'stuck'): UserError {
  return outcome === 'nobody'
    ? new UserError({
      exitCode: EXIT.network,
      code: 'nobody-heard',
      what: 'No miner of this network was heard in 10 seconds.',
      why: 'There is none, or broadcasts do not get through here.',
      next: 'start one: mvb miner; or name one: mvb wallet sync peer=HOST:PORT',
    })
    : new UserError({
      exitCode: EXIT.timeout,
      code: 'sync-stuck',
      what: 'A miner claims a longer blockchain, and gave no block of it for a minute.',
      next: 'try again, or name another miner: peer=HOST:PORT',
    });
}

