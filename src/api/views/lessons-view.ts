/**
 * The steps of `/learn`, ticked off by the chain itself.
 *
 * Owns: what proves each step.
 * Does not own: the words of the lessons, which are the page's.
 */
import type { Address } from '../../consensus/types.ts';
import { receivedBy } from '../../consensus/history.ts';
import { trackPayments } from '../../wallet/payments.ts';
import type { TrackedPayment } from '../../wallet/payments.ts';
import type { Observed } from '../observed/observed.ts';
import { LESSON_ZERO_BITS } from '../observed/lessons.ts';
import type { Lesson, Lessons } from '../schema/network.ts';
import type { ApiSource } from '../source.ts';

/** (policy) The newest receipts of an address among which a reward is looked for. */
const RECEIPTS_MAX = 20;

type Proof = { readonly detail: string; readonly path: string | null } | undefined;

export async function lessonsJson(source: ApiSource, observed: Observed): Promise<Lessons> {
  const keys = await source.wallet?.keys() ?? [];
  const addresses = keys.map(({ address }) => address);
  const payments = trackPayments(source.chain, source.store);
  const proofs: Readonly<Record<Lesson['name'], Proof>> = {
    'address': addressProof(source, addresses),
    'reward': rewardProof(source, addresses),
    'payment': paymentProof(payments),
    'block': blockProof(payments),
    'nonce': observed.lessons.zeroBits < LESSON_ZERO_BITS ? undefined : {
      detail: `a nonce was found here that gives ${observed.lessons.zeroBits} zero bits`,
      path: null,
    },
    'tamper': observed.lessons.brokenRule === undefined ? undefined : {
      detail: `a changed header was refused: ${observed.lessons.brokenRule}`, path: null,
    },
    'fork': forkProof(observed),
    'double-spend': doubleSpendProof(observed, payments),
  };
  const lessons = Object.entries(proofs).map(([name, proof]): Lesson => ({
    name: name as Lesson['name'],
    done: proof !== undefined,
    detail: proof?.detail ?? null,
    path: proof?.path ?? null,
  }));
  return { lessons };
}

/** An address besides the one that mining pays. */
function addressProof({ wallet }: ApiSource, addresses: readonly Address[]): Proof {
  const own = addresses.find((address) => address !== wallet?.rewardTo);
  return own && { detail: `the address ${own.slice(0, 8)} was made`, path: `/address/${own}` };
}

function rewardProof({ chain }: ApiSource, addresses: readonly Address[]): Proof {
  for (const address of addresses) {
    let looks = 0;
    for (const { height, index } of receivedBy(chain, address)) {
      if (++looks > RECEIPTS_MAX) break;
      const id = chain.headerAt(height)?.id;
      const transaction = id && chain.block(id)?.transactions[index];
      if (transaction?.type !== 'reward') continue;
      return { detail: `block ${height} paid a reward to this wallet`, path: `/block/${height}` };
    }
  }
  return undefined;
}

function paymentProof([payment]: readonly TrackedPayment[]): Proof {
  return payment && {
    detail: `payment ${payment.payment.id.slice(0, 8)} was signed and sent`,
    path: `/payment/${payment.payment.id}`,
  };
}

function blockProof(payments: readonly TrackedPayment[]): Proof {
  for (const { payment, status } of payments) {
    if (status.kind !== 'confirmed') continue;
    return {
      detail: `payment ${payment.id.slice(0, 8)} is in block ${status.height}`,
      path: `/block/${status.height}`,
    };
  }
  return undefined;
}

function forkProof({ reorgs, staleSeen }: Observed): Proof {
  const [reorg] = reorgs;
  if (reorg !== undefined) {
    return {
      detail: `the chain changed branches after block ${reorg.forkHeight}`,
      path: `/chain?at=${reorg.forkHeight}`,
    };
  }
  return staleSeen === 0 ? undefined
    : { detail: 'two blocks of one height were seen', path: '/chain' };
}

/** Two payments with one number: the network let only one of them count. */
function doubleSpendProof(
  { refusals }: Observed, payments: readonly TrackedPayment[],
): Proof {
  const loser = payments.find(({ status }) => 'by' in status);
  if (loser !== undefined) {
    const { id } = loser.payment;
    return { detail: `payment ${id.slice(0, 8)} gave way to another`, path: `/payment/${id}` };
  }
  const refused = refusals.find(({ rejection: { code } }) =>
    code === 'sequence-used' || code === 'fee-too-low');
  return refused && { detail: 'the second of two rival payments was refused', path: '/pending' };
}
