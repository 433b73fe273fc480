/**
 * `mvb wallet send <from> <amount> <to>`: pays, and on a terminal shows what becomes of it.
 *
 * Owns: the order of things: follow the network for a moment, sign, save, tell.
 * Does not own: signing and saving (`payment-order.ts`), following (`follower.ts`).
 */
import { createInterface } from 'node:readline/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { Chain } from '../../consensus/chain.ts';
import { receivedBy, spentBy } from '../../consensus/history.ts';
import type { Address, Payment } from '../../consensus/types.ts';
import { openSigner } from '../../platform/key-files.ts';
import type { Signer } from '../../ports.ts';
import type { PaymentReport } from '../../protocol/messages.ts';
import { formatCoins } from '../../wallet/amount.ts';
import type { CommandContext } from '../context.ts';
import { Follower } from '../follower.ts';
import {
  listWallet, nameOf, readPassphrase, resolveAddress, resolveKey, withKeyErrors,
} from '../keys.ts';
import type { WalletKey, WalletKeys } from '../keys.ts';
import { Lifetime } from '../lifetime.ts';
import { errorLog } from '../live-output.ts';
import { openPlace } from '../node-place.ts';
import type { NodePlace } from '../node-place.ts';
import type { Output } from '../output.ts';
import { parseAmount, signAndSave } from '../payment-order.ts';
import type { PaymentOrder } from '../payment-order.ts';
import { dataDirHint } from '../reader.ts';
import { showSteps } from '../send-steps.ts';
import { bestClaim } from '../sync-progress.ts';
import { EXIT, UserError } from '../user-error.ts';
import { shortId } from '../../lib/words.ts';
import { explained } from '../world-errors.ts';

/** (policy) A live miner is followed for so long, then the store has to do. */
const FOLLOW_MS_MAX = 3_000;
/** (policy) A linked miner answers within this, or it does not. */
const ANSWER_MS_MAX = 2_000;
const POLL_MS = 20;

/** Who says that it has the payment. */
type Reports = Map<string, PaymentReport>;

export async function run(context: CommandContext): Promise<void> {
  const { config, output, options } = context;
  const wallet = await listWallet(config, output);
  const { keys } = wallet;
  const order = orderOf(context, wallet);
  const file = options['passphraseFile'];
  const passphrase = typeof file === 'string' ? readPassphrase(file) : undefined;
  const signer = await withKeyErrors(() => openSigner(order.from.file, passphrase));
  const lifetime = new Lifetime(output);
  lifetime.isUnfinished = true;
  const place = openPlace(config, 'send');
  try {
    await sendFrom(place, { context, lifetime, keys, order, signer });
  } catch (error) {
    throw explained(error);
  } finally {
    place.store.close();
  }
}

interface Sending {
  readonly context: CommandContext;
  readonly lifetime: Lifetime;
  readonly keys: readonly WalletKey[];
  readonly order: PaymentOrder;
  readonly signer: Signer;
}

function orderOf(
  { arguments: words, options }: CommandContext, wallet: WalletKeys,
): PaymentOrder {
  const [from, amount, to] = words as [string, string, string];
  const fee = options['fee'];
  const replace = options['replace'];
  return {
    from: resolveKey(from, wallet),
    amount: parseAmount(amount, 'amount'),
    to: resolveAddress(to, wallet.keys),
    fee: typeof fee === 'string' ? parseAmount(fee, 'fee') : 0n,
    replaces: typeof replace === 'string' ? replace : undefined,
  };
}

async function sendFrom(place: NodePlace, sending: Sending): Promise<void> {
  const { context: { config, output, options }, lifetime, keys, order, signer } = sending;
  const reports: Reports = new Map();
  const follower = await Follower.start({
    place, role: 'send', log: errorLog(sending.context),
    onReport: (report, peer) => reports.set(peer.remote, report),
    onError: (error) => lifetime.fail(error),
  });
  try {
    const { store } = place;
    const chain = await follow(follower);
    const isTerminal = !output.isJson && process.stdin.isTTY === true
      && process.stdout.isTTY === true;
    if (isTerminal && options['yes'] !== true) {
      await confirmReceiver(order.to, { chain, keys, output });
    }
    const payment = await signAndSave(order, { chain, store, signer, config });
    lifetime.isUnfinished = false;
    follower.tell(payment);
    const isWaiting = isTerminal && options['wait'] !== false;
    const shown = isTerminal ? shortId(payment.id) : payment.id;
    const text = `Sent ${formatCoins(order.amount)} from ${order.from.name} to `
      + `${nameOf(order.to, keys)}   payment ${shown}`;
    if (isWaiting) {
      output.line(text);
      await showSteps({ follower, store, payment, reports, lifetime, output, config });
      return;
    }
    const heardBy = await acknowledged(follower, payment, reports);
    output.result(text, {
      id: payment.id, from: payment.from, to: payment.to, amount: formatCoins(payment.amount),
      fee: formatCoins(payment.fee), sequence: payment.sequence, heard_by: heardBy,
      height: chain.tip.header.height,
    });
    if (heardBy === 0 && follower.isOwner) {
      output.warn(`no miner was heard. The payment is saved; deliver it: `
        + `mvb wallet sync${dataDirHint(config)}`);
    }
  } finally {
    await follower.stop();
  }
}

/**
 * Follows the network until what was heard of is here, for a moment at most. Rejects with a
 * `UserError`.
 */
async function follow(follower: Follower): Promise<Chain> {
  const endsAt = performance.now() + FOLLOW_MS_MAX;
  while (performance.now() < endsAt) {
    const { chain } = follower;
    // Who writes the store keeps it fresh.
    if (chain !== undefined && !follower.isOwner) return chain;
    const isHeard = follower.miners.length > 0 && follower.peers.length > 0;
    if (chain !== undefined && isHeard && bestClaim(follower, Date.now()).work <= chain.tip.work) {
      return chain;
    }
    await delay(POLL_MS);
  }
  if (follower.chain !== undefined) return follower.chain;
  throw new UserError({
    exitCode: EXIT.files,
    code: 'no-blockchain',
    what: 'There is no blockchain here yet; the process that makes it has not begun.',
    next: 'try again in a moment',
  });
}

/**
 * How many miners say that they have it. Another process here that owns the store delivers it for
 * sure.
 */
async function acknowledged(
  follower: Follower, payment: Payment, reports: Reports,
): Promise<number> {
  const endsAt = performance.now() + ANSWER_MS_MAX;
  const count = (): number => holdersOf(payment, reports);
  while (count() === 0 && performance.now() < endsAt) {
    if (!follower.isOwner || follower.peers.length === 0) break;
    follower.ask(payment.id);
    await delay(5 * POLL_MS);
  }
  return count();
}

/** Miners that have the payment, waiting or in a block. */
function holdersOf(payment: Payment, reports: Reports): number {
  return [...reports.values()].filter(
    ({ id, state }) => id === payment.id && state !== 'unknown',
  ).length;
}

/**
 * Asks about an address that nobody has used: a wrong digit cannot be undone. Rejects with a
 * `UserError`.
 */
async function confirmReceiver(
  to: Address,
  { chain, keys, output }: {
    chain: Chain; keys: readonly WalletKey[]; output: Output;
  },
): Promise<void> {
  const isKnown = keys.some(({ address }) => address === to)
    || chain.account(to).balance > 0n
    || !isEmpty(receivedBy(chain, to)) || !isEmpty(spentBy(chain, to));
  if (isKnown) return;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  terminal.on('SIGINT', () => {
    output.note('\nNot sent.');
    process.exit(EXIT.interrupted);
  });
  const answer = await terminal.question(
    `Nobody has used ${to} on this chain yet, and a typing error cannot be undone. `
      + 'Send anyway? [y/N] ',
  );
  terminal.close();
  if (/^y(es)?$/i.test(answer.trim())) return;
  throw new UserError({
    exitCode: EXIT.refused, code: 'not-confirmed', what: 'Not sent.', next: 'check the address',
  });
}

function isEmpty(items: Iterable<unknown>): boolean {
  for (const _ of items) return false;
  return true;
}

