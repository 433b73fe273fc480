/**
 * `mvb wallet why <payment>`: why a payment is not confirmed yet, in a sentence, and what to do.
 *
 * Owns: finding out: from the store, and from miners when that is not enough.
 * Does not own: the sentences (`api/payment-reason.ts`).
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Payment, TransactionId } from '../../consensus/types.ts';
import { findTransaction } from '../../consensus/history.ts';
import { SystemClock } from '../../platform/system-clock.ts';
import { SystemRandom } from '../../platform/system-random.ts';
import type { PaymentReport } from '../../protocol/messages.ts';
import {
  ID_PREFIX_MIN, matchTransactions, paymentStatus, readPayment,
} from '../../wallet/payments.ts';
import type { SavedPayment } from '../../wallet/payments.ts';
import type { CommandContext } from '../context.ts';
import { errorLog } from '../live-output.ts';
import { Messenger, minersOf } from '../messenger.ts';
import { reasonOf } from '../../api/payment-reason.ts';
import type { Reason } from '../../api/payment-reason.ts';
import { openReader } from '../reader.ts';
import type { Reader } from '../reader.ts';
import { openNetwork } from '../running-node.ts';
import { EXIT, usageError, UserError } from '../user-error.ts';
import { formatAge } from '../../lib/words.ts';

/** (policy) How long miners are waited for. */
const LISTEN_MS_MAX = 3_000;
/** (policy) After the first answer, others get so long. */
const MORE_ANSWERS_MS = 300;
const POLL_MS = 50;
const ASK_MS = 500;

interface Survey {
  readonly miners: readonly { readonly heardAgoMs: number; readonly height: number }[];
  readonly reports: readonly PaymentReport[];
}

const NOBODY: Survey = { miners: [], reports: [] };

export async function run(context: CommandContext): Promise<void> {
  const { arguments: words, config, output } = context;
  const reader = await openReader(config);
  try {
    const id = findId(reader, words[0]!);
    const saved = readPayment(reader.store, reader.chain.networkId, id);
    if (saved === undefined) return await explainOther(context, reader, id);
    const { chain, store, params } = reader;
    const { payment } = saved;
    const isPending = paymentStatus(chain, store, payment).kind === 'pending';
    const survey = isPending ? await surveyOf(context, reader, { id, payment }) : NOBODY;
    chain.refresh();
    const now = Date.now();
    const reason = reasonOf({
      status: paymentStatus(chain, store, payment), payment, ageMs: now - saved.savedAt, params,
      finalDepth: config.values.confirmation_depth,
      tip: { height: chain.tip.header.height, ageMs: now - chain.tip.header.time },
      balance: chain.account(payment.from).balance,
      ...survey,
    });
    output.result(textOf(reason, isPending ? survey : undefined), {
      id, code: reason.code, reason: reason.sentence, next: reason.next,
      ...surveyJson(saved, survey),
    });
  } finally {
    reader.close();
  }
}

/** Throws a `UserError` when the digits stand for nothing, or for more than one. */
function findId({ store }: Reader, text: string): TransactionId {
  const prefix = text.toLowerCase();
  if (prefix.length < ID_PREFIX_MIN && /^[0-9a-f]*$/.test(prefix)) {
    throw usageError(
      `"${text}" is too short: give at least ${ID_PREFIX_MIN} digits of the payment.`,
      'mvb wallet history',
    );
  }
  const [id, second] = matchTransactions(store, prefix);
  if (second !== undefined) {
    throw usageError(`More than one payment begins with ${text}: give more digits.`);
  }
  if (id !== undefined) return id;
  // Somebody else's, perhaps: then only a miner can know it.
  if (/^[0-9a-f]{64}$/.test(prefix)) return prefix as TransactionId;
  throw usageError(
    `"${text}" is no payment that is known here.`, 'mvb wallet history',
    'A payment is its id, or at least the first 6 digits of it; all 64 when it is not yours.',
  );
}

/** A payment that was not made here. */
async function explainOther(
  context: CommandContext, reader: Reader, id: TransactionId,
): Promise<void> {
  const { config, output } = context;
  const { store, chain } = reader;
  const position = findTransaction(store, id);
  if (position !== undefined) {
    const depth = chain.tip.header.height - position.height + 1;
    output.result(`Confirmed: it is in block ${position.height}, ${depth} deep.`, {
      id, code: depth >= config.values.confirmation_depth ? 'final' : 'confirmed',
      height: position.height, depth,
    });
    return;
  }
  const survey = await surveyOf(context, reader, { id, payment: undefined });
  const known = survey.reports.find(({ state }) => state !== 'unknown');
  if (known === undefined) {
    throw new UserError({
      exitCode: survey.miners.length === 0 ? EXIT.network : EXIT.refused,
      code: survey.miners.length === 0 ? 'no-miner' : 'no-such-payment',
      what: survey.miners.length === 0
        ? 'This payment was not made here, and no miner was heard that could know it.'
        : 'Neither the blockchain here nor a miner knows this payment.',
      next: 'ask where it was made: mvb wallet why there',
    });
  }
  const text = known.state === 'confirmed'
    ? `A miner has it in block ${known.height}. Fetch that block: mvb wallet sync`
    : `A miner has it in its list (${known.reason}): ${Math.max(0, known.ready - 1)} of `
      + `${known.needed - 1} payments of the next block.`;
  output.result(text, { id, code: known.state, height: known.height, reason: known.reason });
}

/** Hears who is there and asks them, for three seconds at most. */
async function surveyOf(
  context: CommandContext, { params, chain }: Reader,
  wanted: { readonly id: TransactionId; readonly payment: Payment | undefined },
): Promise<Survey> {
  const { config } = context;
  const log = errorLog(context);
  const reports = new Map<string, PaymentReport>();
  const network = await openNetwork(config, log, false);
  const messenger = new Messenger({
    params, clock: new SystemClock(), random: new SystemRandom(), network, log,
    tag: config.values.tag, peers: config.values.peer, tip: () => chain.tip,
    onReport: (report, peer) => {
      if (report.id === wanted.id) reports.set(peer.remote, report);
    },
    onReady: () => messenger.ask(wanted.id),
  });
  try {
    messenger.start();
    const startedAt = performance.now();
    let [answeredAt, askedAt] = [Number.POSITIVE_INFINITY, startedAt];
    for (;;) {
      const now = performance.now();
      const isKnown = [...reports.values()].some(({ state }) => state !== 'unknown');
      if (isKnown) answeredAt = Math.min(answeredAt, now);
      if (now - startedAt >= LISTEN_MS_MAX || now - answeredAt >= MORE_ANSWERS_MS) break;
      if (now - askedAt >= ASK_MS) {
        askedAt = now;
        // Who does not have it gets it, and is asked again.
        if (wanted.payment !== undefined && !isKnown) messenger.tell(wanted.payment);
        messenger.ask(wanted.id);
      }
      await delay(POLL_MS);
    }
    const now = Date.now();
    return {
      miners: minersOf(messenger.heard).map(
        ({ at, status }) => ({ heardAgoMs: now - at, height: status.height }),
      ),
      reports: [...reports.values()],
    };
  } finally {
    messenger.stop();
    await network.stop();
  }
}

function textOf({ sentence, next }: Reason, survey: Survey | undefined): string {
  const lines = [sentence];
  if (survey !== undefined && survey.miners.length > 0) {
    const latest = Math.min(...survey.miners.map(({ heardAgoMs }) => heardAgoMs));
    const isListed = survey.reports.some(({ state }) => state !== 'unknown');
    lines.push(`  miners seen: ${survey.miners.length}   last heard ${formatAge(latest)} ago   `
      + `your payment is in a list: ${isListed ? 'yes' : 'no'}`);
  }
  lines.push(`  To move on: ${next}.`);
  return lines.join('\n');
}

function surveyJson({ payment, savedAt }: SavedPayment, { miners, reports }: Survey) {
  return {
    saved_ms: savedAt,
    sequence: payment.sequence,
    miners: miners.length,
    reports: reports.map(({ state, reason, height, ready, needed }) => ({
      state, reason, height, ready, needed,
    })),
  };
}
