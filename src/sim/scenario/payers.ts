/**
 * The payment load: miners that have money pay other nodes.
 *
 * Owns: who pays whom, when. Does not own: what becomes of a payment.
 */
import { makePayment, signingBytes } from '../../consensus/encoding.ts';
import type { Address, Amount, Payment, PaymentTerms } from '../../consensus/types.ts';
import { ACCOUNT_PAYMENTS_MAX } from '../../consensus/waiting.ts';
import { EPOCH_MS } from '../machine.ts';
import { Chance } from '../random.ts';
import type { World } from '../world.ts';
import type { Computer } from './computer.ts';

const HOUR_MS = 3_600_000;
/** One payer may have so many that wait. */
const WAITING_MAX = ACCOUNT_PAYMENTS_MAX / 2;
const AMOUNT = 1_000n;
const FEE_MAX = 100;

export class Payers {
  readonly #world: World;
  readonly #chance: Chance;
  readonly #computers: readonly Computer[];
  readonly #perHour: number;
  /** Payments that were made and sent. */
  made = 0;

  constructor(
    world: World,
    options: { seed: number; computers: readonly Computer[]; perHour: number },
  ) {
    this.#world = world;
    this.#chance = new Chance(options.seed, 'payments');
    this.#computers = options.computers;
    this.#perHour = options.perHour;
  }

  start(): void {
    if (this.#perHour === 0) return;
    this.#world.post(this.#chance.waitMs(HOUR_MS / this.#perHour), () => {
      this.#payOnce();
      this.start();
    });
  }

  /** Looks for somebody who can pay, from a node that is drawn on. */
  #payOnce(): void {
    const count = this.#computers.length;
    const first = this.#chance.between(0, count - 1);
    const to = this.#chance.pick(this.#computers).address;
    const fee = BigInt(this.#chance.between(1, FEE_MAX));
    for (let step = 0; step < count; step++) {
      const payer = this.#computers[(first + step) % count]!;
      const payment = nextPayment(payer, { to, amount: AMOUNT, fee, now: this.#world.now });
      if (payment === undefined) continue;
      if (payer.node!.submit(payment).kind === 'rejected') continue;
      payer.outbox.push(payment);
      this.made++;
      return;
    }
  }
}

export interface PaymentWish {
  readonly to: Address;
  readonly amount: Amount;
  readonly fee: Amount;
  /** The world's time. */
  readonly now: number;
}

/** The next payment of a computer, signed; undefined when it cannot pay, or has paid enough. */
export function nextPayment(payer: Computer, wish: PaymentWish): Payment | undefined {
  const { chain, outbox, signer, address } = payer;
  if (chain === undefined) return undefined;
  const { balance, sequence: first } = chain.account(address);
  while (outbox.length > 0 && outbox[0]!.sequence < first) outbox.shift();
  const promised = outbox.reduce((sum, { amount, fee }) => sum + amount + fee, 0n);
  const { to, amount, fee, now } = wish;
  if (outbox.length >= WAITING_MAX || promised + amount + fee > balance) return undefined;
  const sequence = (outbox.at(-1)?.sequence ?? first - 1) + 1;
  const terms: PaymentTerms = { key: signer.key, to, amount, fee, sequence, time: EPOCH_MS + now };
  const signature = signer.sign(signingBytes(terms, chain.networkId));
  return makePayment(terms, signature, chain.networkId);
}
