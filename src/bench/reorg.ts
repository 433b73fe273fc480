/**
 * How long a deep change of branch takes: all of it in the call that adds the deciding block.
 *
 * Owns: rows `reorg/*`, and that the change is one commit. Does not own: either branch's blocks
 * (`chain-plan.ts`).
 */
import type { Block } from '../consensus/types.ts';
import type { Store } from '../ports.ts';
import { blocksOf } from './chain-plan.ts';
import { planOf } from './generate-chain.ts';
import { connectAll, encoded } from './pipeline.ts';
import { newFolder } from './places.ts';
import { openChainIn } from './product.ts';
import type { OpenChain } from './product.ts';
import type { Bench, BenchSize, Row } from './row.ts';

const DEPTH = { tiny: 10, full: 300 } as const;
const PAYMENTS_OF_BLOCK = 5;
const PAYERS = 100;
/** Blocks that both branches stand on. */
const COMMON_BLOCKS = 50;
const ROUNDS = { tiny: 1, full: 5 } as const;
const TARGET_MS = 500;

export const reorgBench: Bench = {
  name: 'reorg',
  async run(size, say) {
    say(`reorg: ${ROUNDS[size]} times ${DEPTH[size]} blocks`);
    let best = Number.POSITIVE_INFINITY;
    for (let round = 0; round < ROUNDS[size]; round++) {
      best = Math.min(best, await reorganise(size, round));
    }
    const row: Row = {
      name: 'reorg/300-blocks', value: best, unit: 'ms', better: 'lower', target: TARGET_MS,
      note: `${DEPTH[size]} blocks of ${PAYMENTS_OF_BLOCK} payments left, one more joined, `
        + 'in one commit',
    };
    return [row];
  },
};

/** Milliseconds of the call that changes the branch. */
async function reorganise(size: BenchSize, seed: number): Promise<number> {
  const depth = DEPTH[size];
  const { params, plan, signing } = planOf({
    blocks: depth, paymentsPerBlock: PAYMENTS_OF_BLOCK, accounts: PAYERS, key: 'ed25519', seed,
  });
  const commits = new CountedCommits();
  const opened = openChainIn(newFolder(), params, (store) => commits.watch(store));
  try {
    const payments = PAYMENTS_OF_BLOCK;
    await connectAll(opened, encoded(blocksOf(plan, signing, { count: COMMON_BLOCKS, payments })));
    const other = plan.branch(seed + 1_000);
    await connectAll(opened, encoded(blocksOf(plan, signing, { count: depth, payments })));
    const branch: Block[] = [];
    for await (const block of blocksOf(other, signing, { count: depth + 1, payments })) {
      // A node asks ahead, as blocks arrive.
      for (const one of block.transactions) {
        if (one.type === 'payment') opened.signatures.isValid(one);
      }
      branch.push(block);
    }
    return change(opened, branch, commits);
  } finally {
    await opened.close();
  }
}

function change(
  { chain }: OpenChain, branch: readonly Block[], commits: CountedCommits,
): number {
  for (const block of branch.slice(0, -1)) {
    const { kind } = chain.addBlock(block, Date.now());
    if (kind !== 'sideBranch') throw new Error(`a block of the lighter branch is ${kind}`);
  }
  const before = commits.count;
  const startedAt = performance.now();
  const result = chain.addBlock(branch.at(-1)!, Date.now());
  const elapsedMs = performance.now() - startedAt;
  const left = result.kind === 'connected' ? result.change.disconnected.length : 0;
  if (left !== branch.length - 1) throw new Error(`${left} blocks were left`);
  const made = commits.count - before;
  if (made !== 1) throw new Error(`the change took ${made} commits`);
  return elapsedMs;
}

/** Counts what passes through a store. */
class CountedCommits {
  count = 0;

  watch(store: Store): Store {
    return {
      get: (key) => store.get(key),
      scan: (prefix, options) => store.scan(prefix, options),
      commit: (batch) => {
        this.count++;
        store.commit(batch);
      },
      flushed: (done) => store.flushed(done),
      close: () => store.close(),
    };
  }
}
