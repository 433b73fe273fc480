/**
 * A chain, a mempool that follows it, people with money, and a clock that is set by hand.
 * Owns: setting the scene for tests of the node. Does not own: any rule.
 */
import { openChain } from '../../src/consensus/chain.ts';
import type { AddBlockResult, Chain } from '../../src/consensus/chain.ts';
import { addressOf, makeBlock } from '../../src/consensus/encoding.ts';
import { networkIdOf } from '../../src/consensus/params.ts';
import type { ChainParams } from '../../src/consensus/params.ts';
import type { HeaderNode } from '../../src/consensus/records.ts';
import type { ChainChange } from '../../src/consensus/reorg.ts';
import { Signatures } from '../../src/consensus/signatures.ts';
import type { Address, Amount, Block, Payment } from '../../src/consensus/types.ts';
import { Mempool } from '../../src/node/mempool.ts';
import type { AddPaymentResult } from '../../src/node/mempool.ts';
import { buildTemplate } from '../../src/node/template.ts';
import type { Template } from '../../src/node/template.ts';
import type { Signer } from '../../src/ports.ts';
import { blockOn, START_TIME, TEST_PARAMS, testPayment } from './chain-fixture.ts';
import { ManualClock } from './manual-clock.ts';
import { MemoryStore } from './memory-store.ts';
import { toySigner } from './toy-signatures.ts';
import { WideVerifier } from './wide-signatures.ts';

/** Gets the rewards and funds everybody. */
const BANK = toySigner('bank');
export const BANK_ADDRESS = addressOf(BANK.key);
/** Somebody who only receives. */
export const SINK = 'cc'.repeat(32) as Address;

export interface PayTerms {
  readonly sequence: number;
  readonly fee?: Amount;
  readonly amount?: Amount;
  readonly to?: Address;
}

export class NodeScene {
  readonly chain: Chain;
  readonly mempool: Mempool;
  readonly clock: ManualClock;
  readonly verifier = new WideVerifier();

  constructor(params: Partial<ChainParams> = {}) {
    const rich = { ...TEST_PARAMS, blockReward: 1_000_000_000n, blockBytesMax: 8_000_000 };
    const full = { ...rich, ...params };
    const signatures = new Signatures(this.verifier, networkIdOf(full));
    this.chain = openChain(full, new MemoryStore(), signatures);
    // An hour later than the blocks that the scene mines by itself.
    this.clock = new ManualClock(START_TIME + 3_600_000);
    this.mempool = new Mempool({ chain: this.chain, signatures, clock: this.clock });
  }

  /** A payment of 10 to the sink, unless other terms are named. */
  pay(from: Signer, terms: PayTerms): Payment {
    return testPayment(this.chain, from, { to: SINK, amount: 10n, ...terms });
  }

  /** Pays, and offers the payment to the mempool. */
  add(from: Signer, terms: PayTerms): AddPaymentResult {
    return this.mempool.add(this.pay(from, terms));
  }

  /** Puts a block with these payments on the tip, or on another parent. */
  mine(payments: readonly Payment[] = [], parent: HeaderNode = this.chain.tip): AddBlockResult {
    return this.addBlock(blockOn(this.chain, BANK_ADDRESS, payments, parent));
  }

  /** Gives each signer this much, in one block that the mempool does not see coming. */
  fund(amount: Amount, ...signers: readonly Signer[]): void {
    while (this.#bankBalance() < amount * BigInt(signers.length)) this.mine();
    const first = this.chain.account(BANK_ADDRESS).sequence;
    this.mine(signers.map(({ key }, index) =>
      this.pay(BANK, { to: addressOf(key), amount, sequence: first + index })));
  }

  template(rewardTo: Address = BANK_ADDRESS): Template {
    const { chain, mempool, clock } = this;
    return buildTemplate({ chain, mempool, now: clock.now(), rewardTo, tag: 'scene' });
  }

  /** Mines the template as it is, which only difficulty 0 allows. */
  mineTemplate(template: Template): AddBlockResult {
    if (template.kind !== 'mineable') throw new Error(`not mineable: ${template.reason}`);
    return this.addBlock(makeBlock(template.header, template.transactions));
  }

  /** Gives a block to the chain, and what it changes to the mempool. */
  addBlock(block: Block): AddBlockResult {
    return this.#tell(this.chain.addBlock(block, this.clock.now()));
  }

  /** Sets the clock to so long after the tip's time. */
  setClockAfterTip(ms: number): void {
    this.clock.shift(this.chain.tip.header.time + ms - this.clock.now());
  }

  /** Leaves the newest `depth` blocks for `depth + 1` empty ones; the last has the payments. */
  reorganise(depth: number, payments: readonly Payment[] = []): ChainChange {
    let parent = this.chain.headerAt(this.chain.tip.header.height - depth)!;
    for (let left = depth; left >= 0; left--) {
      const to = 'ab'.repeat(32) as Address;
      const block = blockOn(this.chain, to, left === 0 ? payments : [], parent);
      const result = this.addBlock(block);
      if (result.kind === 'connected') return result.change;
      parent = this.chain.header(block.id)!;
    }
    throw new Error('the branch was not taken');
  }

  #bankBalance(): Amount {
    return this.chain.account(BANK_ADDRESS).balance;
  }

  #tell(result: AddBlockResult): AddBlockResult {
    if (result.kind === 'connected') this.mempool.onChainChange(result.change);
    return result;
  }
}

/** The code of a rejected payment, or how it was taken in. */
export function outcomeOf(result: AddPaymentResult): string {
  return result.kind === 'rejected' ? result.rejection.code : result.kind;
}
