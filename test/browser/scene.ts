/**
 * Two miners of one network that cannot hear each other until the test lets them: the chain moves
 * only when somebody pays, so that every block and every fork is where the test wants it.
 *
 * Owns: the processes, and what is done from outside the browser.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { freeUdpPort } from '../../src/bench/program.ts';
import { connect } from '../../src/client/connect.ts';
import type { Client } from '../../src/client/connect.ts';
import { Network } from '../functional/support.ts';
import type { Place, Program } from '../functional/support.ts';

export interface Side {
  readonly place: Place;
  readonly miner: Program;
  readonly url: string;
  /** With the token. */
  readonly client: Client;
}

export class Scene {
  readonly network: Network;

  private constructor(network: Network) {
    this.network = network;
  }

  static async open(): Promise<Scene> {
    return new Scene(await Network.create({
      network: 'brave-otter', block_size: 2, difficulty: 16, dashboard: 'yes', mining_load: 20,
      status_broadcast_interval_seconds: 2,
    }));
  }

  /** A miner that is alone, whoever else there is. */
  async startAlone(name: string, ...more: string[]): Promise<Side> {
    return await this.start(name, `status_broadcast_port=${await freeUdpPort()}`, ...more);
  }

  /** A miner that everybody hears who is not alone. */
  async start(name: string, ...more: string[]): Promise<Side> {
    const place = this.network.place(name);
    const miner = place.start('miner', `tag=${name}`, ...more);
    const [, url] = await miner.says(/Dashboard {3}(http:\/\/[\d.]+:\d+)\//);
    const token = readFileSync(join(place.folder, 'dashboard-token'), 'utf8').trim();
    return { place, miner, url: url!, client: connect(url!, { token }) };
  }

  async close(): Promise<void> {
    await this.network.close();
  }
}

/** The address that signs a browser in. */
export async function signInAddress({ place }: Side): Promise<string> {
  const words = await place.ok('dashboard');
  return /http:\S+#sign-in=\S+/.exec(words)![0];
}
