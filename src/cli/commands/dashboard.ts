/**
 * `mvb dashboard`: where the page of the miner here is, with an address that signs a browser in.
 *
 * Owns: asking the miner for a new sign-in code, and opening the system's browser.
 * Does not own: the files that say where it is and what the token is (`dashboard/`).
 */
import { spawn } from 'node:child_process';
import { connect } from '../../client/connect.ts';
import { ApiError } from '../../client/problem-error.ts';
import type { Config } from '../config.ts';
import type { CommandContext } from '../context.ts';
import { readRunFile } from '../dashboard/run-file.ts';
import type { DashboardPlace } from '../dashboard/run-file.ts';
import { readToken, tokenPath } from '../dashboard/token-file.ts';
import { ownerOf } from '../owner.ts';
import { EXIT, UserError } from '../user-error.ts';

export async function run({ config, options, output }: CommandContext): Promise<void> {
  const place = placeOf(config);
  const address = place.isReadOnly ? `${place.url}/` : await signInAddress(config, place);
  const more = place.isReadOnly ? '   read-only, because other machines may reach it'
    : '\nIt signs one browser in, once.';
  output.result(`${address}${more}`, {
    url: place.url, address, read_only: place.isReadOnly, pid: place.pid,
  });
  if (options['open'] === true) await open(address);
}

/** Where the miner serves it. Throws a `UserError`. */
function placeOf(config: Config): DashboardPlace {
  const place = readRunFile(config.dataDir);
  const owner = ownerOf(config.storeDir);
  // The token goes there: a file that a killed miner left must not send it to somebody else.
  if (place !== undefined && owner?.pid === place.pid) return place;
  throw new UserError({
    exitCode: EXIT.network,
    code: 'no-dashboard',
    what: owner?.role === 'miner' ? `The miner here (pid ${owner.pid}) serves no dashboard.`
      : 'No miner is at work here, so there is no dashboard.',
    next: owner?.role === 'miner' ? 'look at the parameters that begin with dashboard: mvb config'
      : 'start one: mvb miner; or look at the blockchain alone: mvb explorer',
  });
}

/** A new address that signs a browser in. Rejects with a `UserError`. */
async function signInAddress(config: Config, { url }: DashboardPlace): Promise<string> {
  const token = await readToken(config.dataDir);
  try {
    const { code } = await connect(url, token === undefined ? {} : { token }).signInCode();
    return `${url}/#sign-in=${code}`;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    throw error.status === 401 ? otherToken(config, error) : new UserError({
      exitCode: EXIT.network,
      code: error.code,
      what: error.message,
      next: error.next ?? 'try again in a moment',
      cause: error,
    });
  }
}

function otherToken(config: Config, cause: ApiError): UserError {
  return new UserError({
    exitCode: EXIT.files,
    code: 'other-token',
    what: `The miner was started with another token than that in ${tokenPath(config.dataDir)}.`,
    next: 'end the miner, and start it again: mvb miner',
    cause,
  });
}

/** Programs that open an address, and their words before it. */
const OPENERS: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  darwin: ['open'], win32: ['rundll32', 'url.dll,FileProtocolHandler'],
};

/**
 * Rejects with a `UserError`. Others on this machine may see the address in the list of processes:
 * the code in it is worth nothing once the browser has used it.
 */
async function open(address: string): Promise<void> {
  const [program, ...words] = OPENERS[process.platform] ?? ['xdg-open'];
  try {
    await new Promise<void>((resolve, reject) => {
      const child = spawn(program!, [...words, address], { detached: true, stdio: 'ignore' });
      child.once('error', reject);
      child.once('spawn', resolve);
      child.unref();
    });
  } catch (cause) {
    throw new UserError({
      exitCode: EXIT.files,
      code: 'no-browser',
      what: `No browser can be opened: ${(cause as Error).message}.`,
      next: 'copy the address above into one',
      cause,
    });
  }
}
