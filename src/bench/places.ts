/**
 * Folders of one run of the bench: each chain is made once, and all is removed at the end.
 *
 * Owns: those folders. Does not own: what is in a chain (`generate-chain.ts`).
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_PARAMS } from '../consensus/params.ts';
import type { ChainParams } from '../consensus/params.ts';
import { paramsInWords } from '../node/difference.ts';
import { openLmdbStore } from '../platform/lmdb-store.ts';
import { generateChain } from './generate-chain.ts';
import type { ChainSpec } from './generate-chain.ts';

/** A data directory with a chain in it. Whoever writes into it spoils it for others. */
export interface ChainPlace {
  readonly dataDir: string;
  readonly storeDir: string;
  readonly params: ChainParams;
}

let root: string | undefined;
let folderCount = 0;
const chains = new Map<string, Promise<ChainPlace>>();

/** A new empty folder. */
export function newFolder(): string {
  if (root === undefined) {
    root = mkdtempSync(join(tmpdir(), 'mvb-bench-'));
    // Whoever ends the process ends the run.
    process.once('exit', removeFolders);
  }
  const folder = join(root, String(++folderCount));
  mkdirSync(folder);
  return folder;
}

/** Deletes all folders of the run. */
export function removeFolders(): void {
  if (root !== undefined) rmSync(root, { recursive: true, force: true });
  process.off('exit', removeFolders);
  chains.clear();
  root = undefined;
}

/** Where the store of a data directory is, unless a parameter says otherwise. */
export function storeDirOf(dataDir: string): string {
  return join(dataDir, 'blockchain');
}

/** The data directory with this chain, which is made if this run has not made it yet. */
export async function placeOf(
  spec: ChainSpec, say: (line: string) => void,
): Promise<ChainPlace> {
  const name = JSON.stringify(spec, (_, value: unknown) =>
    (typeof value === 'bigint' ? String(value) : value));
  const known = chains.get(name) ?? makePlace(spec, say);
  chains.set(name, known);
  return await known;
}

async function makePlace(spec: ChainSpec, say: (line: string) => void): Promise<ChainPlace> {
  say(`making a chain: ${spec.blocks} blocks of ${spec.paymentsPerBlock} ${spec.key} payments`);
  const dataDir = newFolder();
  const storeDir = storeDirOf(dataDir);
  const store = openLmdbStore(storeDir);
  try {
    return { dataDir, storeDir, params: await generateChain(spec, store) };
  } finally {
    store.close();
  }
}

/**
 * What a process of this network finds in its environment, besides the parameters in `more`:
 * everything of ours of before, and loopback only.
 */
export function environmentOf(
  params: ChainParams, more: Readonly<Record<string, string | number>>,
): NodeJS.ProcessEnv {
  const outside = Object.entries(process.env).filter(([name]) => !name.startsWith('MVB_'));
  const usual = new Map(paramsInWords(DEFAULT_PARAMS));
  const all = {
    ...Object.fromEntries(paramsInWords(params).filter(([name, text]) => usual.get(name) !== text)),
    broadcast_address: '127.255.255.255',
    listen_address: '127.0.0.1',
    block_server_port: 0,
    mining_threads: 1,
    log: 'json',
    dashboard: 'no',
    ...more,
  };
  const own = Object.entries(all).map(
    ([name, value]) => [`MVB_${name.toUpperCase()}`, String(value)] as const,
  );
  return { ...Object.fromEntries([...outside, ...own]), NO_COLOR: '1' };
}
