/**
 * Feeds a row of the rule table to a `Chain` on a store in memory. Owns: what must hold after every
 * step, whatever the row is about: the tip is the row's, the store agrees with it, money is neither
 * made nor lost, and what is refused leaves the accounts as they were.
 */
import { expect } from 'vitest';
import { storedAccounts } from '../../src/consensus/account-records.ts';
import { openChain } from '../../src/consensus/chain.ts';
import type { Chain } from '../../src/consensus/chain.ts';
import { decodeBlock } from '../../src/consensus/encoding.ts';
import { networkIdOf } from '../../src/consensus/params.ts';
import { readMeta, SPACE } from '../../src/consensus/records.ts';
import { Signatures } from '../../src/consensus/signatures.ts';
import type { Verifier } from '../../src/ports.ts';
import { MemoryStore } from '../support/memory-store.ts';
import type { Outcome, RuleRow, RuleStep } from './script.ts';

function outcomeOf(chain: Chain, { bytes, now }: RuleStep): Outcome {
  const block = decodeBlock(bytes, chain.networkId);
  if (block === undefined) return 'malformed';
  const result = chain.addBlock(block, now);
  return result.kind === 'rejected' ? result.rejection.code : result.kind;
}

/** The sum of all balances in the store. */
export function moneyIn(store: MemoryStore): bigint {
  let sum = 0n;
  for (const [, { balance }] of storedAccounts(store)) sum += balance;
  return sum;
}

/** Everything in a store that depends on the main chain alone. */
export function mainState(store: MemoryStore): unknown {
  const { meta, account, trail, run, header } = SPACE;
  const headers = store.dump(header).filter(([key]) => key.length === MAIN_HEADER_DIGITS);
  return [...store.dump(meta, account, trail, run), ...headers];
}

/** Beside the main chain a header's key has an id, too. */
const MAIN_HEADER_DIGITS = 18;

/** Runs the row; the first step that goes another way throws. */
export function runRow(row: RuleRow, verifier: Verifier): void {
  const store = new MemoryStore();
  const open = (): Chain =>
    openChain(row.params, store, new Signatures(verifier, networkIdOf(row.params)));
  let chain = open();
  for (const [index, step] of row.steps.entries()) {
    if (step.isAfterRestart) chain = open();
    const before = mainState(store);
    const label = `step ${index}`;
    expect(outcomeOf(chain, step), label).toBe(step.outcome);
    expect(chain.tip.id, label).toBe(step.tip);
    expect(readMeta(store)?.tipId, label).toBe(step.tip);
    expect(moneyIn(store), label).toBe(row.params.blockReward * BigInt(chain.tip.header.height));
    for (const [address, balance] of step.balances) {
      expect(chain.account(address).balance, label).toBe(balance);
    }
    if (step.outcome === 'connected') continue;
    expect(mainState(store), label).toEqual(before);
  }
}
