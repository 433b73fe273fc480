/**
 * The steps of a payment on a terminal, from signed to confirmed.
 * Owns: when each is done, and the words.
 * Does not own: doing them (`commands/send.ts`).
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Payment } from '../consensus/types.ts';
import type { Store } from '../ports.ts';
import type { PaymentReport } from '../protocol/messages.ts';
import { paymentStatus } from '../wallet/payments.ts';
import type { PaymentStatus } from '../wallet/payments.ts';
import type { Config } from './config.ts';
import type { Follower } from './follower.ts';
import type { Lifetime } from './lifetime.ts';
import type { Output } from './output.ts';
import { reasonOf } from '../api/payment-reason.ts';
import { dataDirHint } from './reader.ts';
import { Screen } from './screen.ts';
import { counted, duration, shortId } from '../lib/words.ts';

export interface StepsParts {
  readonly follower: Follower;
  readonly store: Store;
  readonly payment: Payment;
  /** What linked miners said, by who said it. */
  readonly reports: ReadonlyMap<string, PaymentReport>;
  readonly lifetime: Lifetime;
  readonly output: Output;
  readonly config: Config;
}

/** (policy) */
const FRAME_MS = 200;
const ASK_MS = 1_000;

/** Shows the steps until the payment is settled, or the user has seen enough. */
export async function showSteps(parts: StepsParts): Promise<void> {
  const { follower, store, payment, lifetime, output } = parts;
  const screen = new Screen(process.stdout);
  const startedAt = Date.now();
  let askedAt = 0;
  let status: PaymentStatus = { kind: 'pending' };
  let isOver = false;
  const end = lifetime.ended.finally(() => {
    isOver = true;
  });
  try {
    while (!isOver) {
      const { chain } = follower;
      if (chain !== undefined) status = paymentStatus(chain, store, payment);
      if (status.kind !== 'pending') break;
      if (Date.now() - askedAt >= ASK_MS) {
        askedAt = Date.now();
        follower.ask(payment.id);
      }
      screen.show(lines(parts, startedAt));
      await Promise.race([delay(FRAME_MS), end]);
    }
  } finally {
    screen.close();
  }
  for (const line of endLines(parts, status, startedAt)) output.line(line);
}

function lines(parts: StepsParts, startedAt: number): string[] {
  const { follower, payment, config } = parts;
  const { chain } = follower;
  const reports = [...parts.reports.values()].filter(({ id }) => id === payment.id);
  const heard = reports.filter(({ state }) => state !== 'unknown').length;
  const steps = [
    '[x] signed', '[x] saved', '[x] broadcast',
    heard > 0 ? `[x] heard by ${counted(heard, 'miner')}` : '[ ] heard by a miner',
    '[ ] in a block',
  ];
  const now = Date.now();
  const reason = chain === undefined ? undefined : reasonOf({
    status: { kind: 'pending' }, payment, ageMs: now - startedAt, params: chain.params,
    finalDepth: config.values.confirmation_depth, reports,
    tip: { height: chain.tip.header.height, ageMs: now - chain.tip.header.time },
    balance: chain.account(payment.from).balance,
    miners: follower.miners.map(
      ({ at, status }) => ({ heardAgoMs: now - at, height: status.height }),
    ),
  });
  return [
    `  ${steps.join('   ')}   ${duration(now - startedAt)}`,
    ...(reason === undefined ? [] : [`  ${reason.sentence}`, `  ${reason.next}`]),
    `  Ctrl-C leaves it to the network; see it again: `
      + `mvb wallet why ${shortId(payment.id)}${dataDirHint(config)}`,
  ];
}

function endLines(
  { payment, config }: StepsParts, status: PaymentStatus, startedAt: number,
): string[] {
  const id = shortId(payment.id);
  const hint = dataDirHint(config);
  switch (status.kind) {
    case 'confirmed':
      return [
        `  [x] in block ${status.height}  (${duration(Date.now() - startedAt)})   `
          + `${status.depth} deep; it counts as final at ${config.values.confirmation_depth} deep: `
          + 'until then a fork could undo it',
      ];
    case 'pending':
      return [`  Left to the network. See it again: mvb wallet why ${id}${hint}`];
    default:
      return [`  Not paid: another payment took its place. mvb wallet why ${id}${hint}`];
  }
}
