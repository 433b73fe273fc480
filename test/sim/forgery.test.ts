/**
 * Goal: no forged block gets into a chain, whatever is wrong with it and wherever in a heavier
 * branch it stands; the good blocks before it count for what they are.
 * Method: each flaw that liars know, at each place of branches that leave the chain at each depth.
 */
import { describe, expect, it } from 'vitest';
import { openChain } from '../../src/consensus/chain.ts';
import type { Chain } from '../../src/consensus/chain.ts';
import { addressOf } from '../../src/consensus/encoding.ts';
import { networkIdOf } from '../../src/consensus/params.ts';
import { Signatures } from '../../src/consensus/signatures.ts';
import { MemoryStore } from '../../src/lib/memory-store.ts';
import { FLAWS, forgeBranch } from '../../src/sim/forgery.ts';
import type { Branch, Flaw, ForgeryParts } from '../../src/sim/forgery.ts';
import { drawPlan } from '../../src/sim/plan.ts';
import { Chance } from '../../src/sim/random.ts';
import { simSigner, simVerifier } from '../../src/sim/signer.ts';

const NOW = 1_700_000_000_000;
const HEIGHT = 6;
const DEPTH_MAX = 4;
const { params: drawn } = drawPlan(1, 2);
const params = { ...drawn, blockSize: 1, blockWaitSeconds: 0, difficulty: 2 * 65_536 };
const [honest, liar] = [simSigner('honest'), simSigner('liar')];

function chainOn(store: MemoryStore): Chain {
  const signatures = new Signatures(simVerifier(() => undefined), networkIdOf(params));
  return openChain(params, store, signatures);
}

function addAll(chain: Chain, { blocks }: Branch): void {
  for (const block of blocks) chain.addBlock(block, NOW);
}

/** A chain in which both have money, and have paid. */
function founded(): MemoryStore {
  const store = new MemoryStore(() => undefined);
  const chain = chainOn(store);
  const chance = new Chance(1, 'founding');
  for (let height = 0; height < HEIGHT; height += 2) {
    for (const signer of [honest, liar]) {
      const beneficiary = addressOf(signer.key);
      const parts = { chain, chance, signer, beneficiary, now: NOW, depth: 0, lead: 1 };
      addAll(chain, forgeBranch({ ...parts, flaw: 'none' })!);
    }
  }
  expect(chain.tip.header.height).toBe(HEIGHT);
  return store;
}

const base = founded();

/** The place of the flaw in a branch, and the branch; undefined when this flaw cannot be there. */
function forge(flaw: Flaw, place: Pick<ForgeryParts, 'depth' | 'lead' | 'flawAt'>) {
  const store = new MemoryStore(() => undefined, base);
  const chain = chainOn(store);
  const beneficiary = addressOf(honest.key);
  const chance = new Chance(2, flaw);
  const branch = forgeBranch({
    chain, chance, signer: liar, beneficiary, now: NOW, flaw, ...place,
  });
  return { chain, branch };
}

describe('a branch with one forged block', () => {
  it.each(FLAWS)('(%s) leads nowhere, at any depth and place', (flaw) => {
    let forged = 0;
    for (let depth = 0; depth <= DEPTH_MAX; depth++) {
      for (let flawAt = 0; flawAt < depth + 2; flawAt++) {
        const { chain, branch } = forge(flaw, { depth, lead: 2, flawAt });
        if (branch === undefined) continue;
        forged++;
        const before = chain.tip;
        addAll(chain, branch);
        const isBetter = flawAt > depth;
        const right = isBetter ? branch.blocks[flawAt - 1]!.id : before.id;
        expect(chain.tip.id, `${depth} deep, block ${flawAt}`).toBe(right);
      }
    }
    expect(forged).toBeGreaterThan(5);
  });

  it('of which none is forged is followed: so the others fail for their flaw alone', () => {
    for (let depth = 0; depth <= DEPTH_MAX; depth++) {
      const { chain, branch } = forge('none', { depth, lead: 1 });
      addAll(chain, branch!);
      expect(chain.tip.id).toBe(branch!.blocks.at(-1)!.id);
    }
  });
});
