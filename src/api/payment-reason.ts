/**
 * Why a payment is where it is, as sentences: the answer of `mvb wallet why`.
 *
 * Owns: the words, and which of several reasons is told.
 * Does not own: finding anything out; it is given what the store and the miners say.
 */
import type { ChainParams } from '../consensus/params.ts';
import type { Payment } from '../consensus/types.ts';
import { counted, duration, formatAge, shortId } from '../lib/words.ts';
import type { PaymentReport } from '../protocol/messages.ts';
import { formatCoins } from '../wallet/amount.ts';
import type { PaymentStatus } from '../wallet/payments.ts';

/** What is known of a payment and of the miners around. */
export interface Circumstances {
  readonly status: PaymentStatus;
  readonly payment: Payment;
  /** How long ago it was saved here. */
  readonly ageMs: number;
  readonly params: ChainParams;
  /** Depth at which a payment counts as final. */
  readonly finalDepth: number;
  readonly tip: { readonly height: number; readonly ageMs: number };
  readonly balance: bigint;
  readonly miners: readonly { readonly heardAgoMs: number; readonly height: number }[];
  readonly reports: readonly PaymentReport[];
}

export interface Reason {
  /** Stable, for `--json`. */
  readonly code: string;
  readonly sentence: string;
  /** What to do, or that there is nothing to do. */
  readonly next: string;
}

/** The reason in words. */
export function reasonOf(facts: Circumstances): Reason {
  const { status } = facts;
  switch (status.kind) {
    case 'confirmed':
      return confirmed(facts, status);
    case 'superseded':
      return {
        code: 'superseded',
        sentence: `It is not paid: payment ${shortId(status.by)} of the same address took its `
          + `place in block ${status.height}, ${status.depth} deep.`,
        next: `if it is still wanted, send it again; until that block is ${facts.finalDepth} deep, `
          + 'a fork could bring this one back',
      };
    case 'replaced':
      return {
        code: 'replaced',
        sentence: `Your payment ${shortId(status.by)} stands for it, with a higher fee.`,
        next: `look at that one: mvb wallet why ${shortId(status.by)}`,
      };
    case 'pending':
      return pending(facts, status.hindrance);
  }
}

function confirmed(
  facts: Circumstances, { height, depth }: { height: number; depth: number },
): Reason {
  const isFinal = depth >= facts.finalDepth;
  return {
    code: isFinal ? 'final' : 'confirmed',
    sentence: `Confirmed: it is in block ${height}, ${depth} deep.`,
    next: isFinal ? 'nothing'
      : `nothing; it counts as final at ${facts.finalDepth} deep, and until then a fork could `
        + 'undo it',
  };
}

function pending(facts: Circumstances, hindrance: 'gap' | 'funds' | undefined): Reason {
  const since = `Pending for ${formatAge(facts.ageMs)}`;
  const inBlock = facts.reports.find(({ state }) => state === 'confirmed');
  if (inBlock !== undefined) {
    return {
      code: 'confirmed-elsewhere',
      sentence: `A miner has it in block ${inBlock.height}; the blockchain here is at block `
        + `${facts.tip.height} and does not have that block yet.`,
      next: 'fetch it: mvb wallet sync',
    };
  }
  if (hindrance === 'gap') {
    return {
      code: 'gap',
      sentence: `${since} because an earlier payment of the same address is not known here, and `
        + 'payments of an address are made in order.',
      next: 'send the earlier one from where it was made, with mvb wallet sync there',
    };
  }
  if (hindrance === 'funds') return unfunded(facts, since);
  if (facts.miners.length === 0) {
    return {
      code: 'no-miner',
      sentence: `${since} because no miner was heard.`,
      next: 'start one: mvb miner (or let mvb wallet sync deliver it when there is one)',
    };
  }
  return pendingAtMiners(facts, since);
}

function unfunded(facts: Circumstances, since: string): Reason {
  const { payment, balance, tip } = facts;
  const cost = payment.amount + payment.fee;
  return {
    code: 'not-funded',
    sentence: `${since} because the balance of ${formatCoins(balance)} at block ${tip.height} `
      + `does not cover it and the payments before it (this one costs ${formatCoins(cost)}).`,
    next: 'it is paid as soon as the address has received enough',
  };
}

function pendingAtMiners(facts: Circumstances, since: string): Reason {
  const waiting = facts.reports.filter(({ state }) => state === 'waiting');
  const ready = waiting.find(({ reason }) => reason === 'ready');
  if (ready !== undefined) return inList(facts, since, ready);
  if (waiting.some(({ reason }) => reason === 'gap')) {
    return {
      code: 'gap-at-miner',
      sentence: `${since} because the miner lacks an earlier payment of the same address.`,
      next: 'keep mvb wallet sync running: it sends the earlier one too',
    };
  }
  if (waiting.some(({ reason }) => reason === 'not-funded')) return unfunded(facts, since);
  const lowest = Math.max(...facts.miners.map(({ height }) => height));
  if (lowest < facts.tip.height) {
    return {
      code: 'miner-behind',
      sentence: `${since} because the miners heard are at block ${lowest} and the blockchain `
        + `here is at block ${facts.tip.height}: they are catching up.`,
      next: 'wait',
    };
  }
  if (facts.reports.length === 0) {
    return {
      code: 'no-answer',
      sentence: `${since}: a miner was heard, and did not answer when it was asked.`,
      next: 'ask again in a moment; if it stays so, a firewall may be between',
    };
  }
  return {
    code: 'not-arrived',
    sentence: `${since} because the miner did not have it yet; it was sent again just now.`,
    next: 'keep it on the way: mvb wallet sync',
  };
}

/** A miner has it and could take it. */
function inList(facts: Circumstances, since: string, report: PaymentReport): Reason {
  const { ready, needed } = report;
  if (ready >= needed) {
    return {
      code: 'mining',
      sentence: `${since}: a miner is searching for the block that will have it.`,
      next: 'nothing, wait',
    };
  }
  const { blockSize, blockWaitSeconds } = facts.params;
  const missing = needed - ready;
  const leftMs = blockWaitSeconds * 1000 - facts.tip.ageMs;
  const wait = blockWaitSeconds === 0 ? 'or wait for others'
    : leftMs > 0 ? `or wait ${duration(leftMs)}: then a smaller block is valid`
      : 'or wait: a smaller block is valid by now, and is being searched for';
  return {
    code: 'block-not-full',
    sentence: `${since} because the block is not full: ${Math.max(0, ready - 1)} of `
      + `${needed - 1} payments (block_size ${blockSize}).`,
    next: `nothing is wrong; make ${counted(missing, 'more payment')}, ${wait}`,
  };
}
