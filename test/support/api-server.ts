/**
 * The shipped HTTP server over a scene, on a free port of loopback.
 *
 * Owns: starting and ending it, a page of two files, a wallet with real keys.
 * Does not own: any expectation.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startApi } from '../../src/api/server.ts';
import type { ApiOptions, ApiServer } from '../../src/api/server.ts';
import { addressOf } from '../../src/consensus/encoding.ts';
import { loadConfig } from '../../src/cli/config.ts';
import { KeyWallet } from '../../src/cli/dashboard/wallet-door.ts';
import { createKeyFile } from '../../src/platform/key-files.ts';
import { openLmdbStore } from '../../src/platform/lmdb-store.ts';
import { createOpensslVerifier } from '../../src/platform/openssl-verifier.ts';
import type { Signed } from '../../src/ports.ts';
import { ApiScene } from './api-scene.ts';
import { ToyVerifier } from './toy-signatures.ts';

export const TOKEN = 'a1'.repeat(32);
/** The key with the first reward of the scene's chain. */
export const OWN_KEY = 'savings';

export interface Served {
  readonly scene: ApiScene;
  readonly server: ApiServer;
  readonly url: string;
  /** Of all that is on disk. */
  readonly folder: string;
  stop(): Promise<void>;
}

/** Believes toy signatures and real ones. */
class EveryVerifier extends ToyVerifier {
  readonly #real = createOpensslVerifier();

  override verify(signed: Signed): boolean {
    return super.verify(signed) || this.#real.verify(signed);
  }
}

/** Starts it over the scene; `options` may change anything. */
export async function serve(
  scene: ApiScene, folder: string, options: Partial<ApiOptions> = {},
): Promise<Served> {
  const pages = join(folder, 'web');
  mkdirSync(join(pages, 'assets'), { recursive: true });
  writeFileSync(join(pages, 'index.html'), '<!doctype html><title>page</title>');
  writeFileSync(join(pages, 'assets', 'main-0123abcd.js'), 'export {};\n');
  const server = await startApi(scene.source, scene.observed, {
    host: '127.0.0.1', port: 0, hosts: [], token: TOKEN, pages, clock: scene.clock, ...options,
  });
  const stop = async (): Promise<void> => {
    await server.stop();
    scene.node.stop();
    scene.store.close();
    rmSync(folder, { recursive: true, force: true });
  };
  return { scene, server, url: server.url, folder, stop };
}

/** Starts it over a scene in memory, without a wallet. */
export async function serveScene(options: Partial<ApiOptions> = {}): Promise<Served> {
  return await serve(new ApiScene(), mkdtempSync(join(tmpdir(), 'mvb-api-')), options);
}

/** Starts it over a scene on disk, with real keys; `OWN_KEY` has 10 coins. */
export async function serveWallet(options: Partial<ApiOptions> = {}): Promise<Served> {
  const folder = mkdtempSync(join(tmpdir(), 'mvb-api-'));
  const config = loadConfig({
    dataDir: folder, environment: {}, given: [['key_type', 'ed25519']],
  });
  const { publicKey } = await createKeyFile(config.keyDir, OWN_KEY, { type: 'ed25519', bits: 0 });
  const store = openLmdbStore(config.storeDir);
  const rewardTo = addressOf(publicKey);
  const scene = new ApiScene({ store, verifier: new EveryVerifier(), alsoReward: rewardTo });
  scene.wallet = new KeyWallet({ config, store, node: scene.node, rewardTo });
  return await serve(scene, folder, options);
}
