/**
 * The people who pay: payments from real accounts, made and saved with the wallet's own code.
 *
 * Owns: when who pays whom, and what honest but clumsy people do: pay themselves, pay one bill
 * twice from two computers, raise a fee, spend more than they have. Remembers what was promised to
 * be on disk. Does not own: forgery (`liar.ts`), or what became of payments (`checkers.ts`).
 */
import { makePayment, signingBytes } from '../consensus/encoding.ts';
import { isRejection } from '../consensus/rejection.ts';
import type { Address, Payment, PaymentTerms } from '../consensus/types.ts';
import { replacementFeeMin } from '../consensus/waiting.ts';
import type { Signer } from '../ports.ts';
import { buildPayment } from '../wallet/build.ts';
import { savePayment } from '../wallet/payments.ts';
import { DiskError } from './disk.ts';
import type { Machine, Program } from './machine.ts';
import type { Chance } from './random.ts';
import type { World } from './world.ts';

/** Units that an account has more than before it pays: enough for any fee drawn. */
const PAYER_BALANCE_MIN = 10n;

export interface WalletsParts {
  readonly world: World;
  readonly chance: Chance;
  readonly machines: readonly Machine[];
  readonly meanPaymentMs: number;
  /** Where money may go besides to the machines' own addresses. */
  readonly strangers: readonly Address[];
  /** Whether they also do what honest but clumsy people do. */
  readonly isClumsy: boolean;
  /** A payment is on disk, and will be announced. */
  promised(payment: PromisedPayment): void;
}

/** A payment that was on disk before anybody heard of it. */
export interface PromisedPayment {
  readonly payment: Payment;
  readonly machine: Machine;
  /** Which of the machine's disks has it. */
  readonly generation: number;
}

interface Payer {
  readonly machine: Machine;
  readonly program: Program;
  readonly signer: Signer;
  readonly from: Address;
  readonly balance: bigint;
}

export class Wallets {
  /** Every payment that was saved, flushed and then announced. */
  readonly promised: PromisedPayment[] = [];
  /** Attempts that the wallet or the node refused, as they should. */
  refused = 0;
  conflicts = 0;
  isPaused = false;
  readonly #parts: WalletsParts;

  constructor(parts: WalletsParts) {
    this.#parts = parts;
  }

  /** Pays from now on, until `isPaused`. */
  start(): void {
    const { world, chance, meanPaymentMs } = this.#parts;
    world.after(chance.waitMs(meanPaymentMs), () => {
      if (!this.isPaused) this.payOnce();
      this.start();
    });
  }

  /** One payment of whoever can pay now, if anybody can. */
  payOnce(): void {
    try {
      this.#payOnce();
    } catch (error) {
      // Whoever pays is a program of its own: it says that its disk failed, and the node goes on.
      if (!(error instanceof DiskError)) throw error;
      this.refused++;
    }
  }

  #payOnce(): void {
    const { chance, isClumsy } = this.#parts;
    const payer = this.#drawPayer();
    if (payer === undefined) return;
    const kind = isClumsy ? chance.between(0, 99) : 99;
    if (kind < 4) this.#overspend(payer);
    else if (kind < 10) this.#payTwice(payer);
    else if (kind < 16) this.#raiseFee(payer);
    else if (kind < 20) this.#pay(payer, payer.from);
    else this.#pay(payer, this.#drawReceiver());
  }

  /** Whether anybody has money to pay with. */
  get canPay(): boolean {
    return this.#parts.machines.some(({ program, addresses, disk }) => disk.trusted(() =>
      addresses.some((from) => (program?.chain.account(from).balance ?? 0n) > PAYER_BALANCE_MIN)));
  }

  #drawPayer(): Payer | undefined {
    const { chance, machines } = this.#parts;
    for (const machine of chance.shuffle(machines)) {
      const { program } = machine;
      if (program === undefined) continue;
      const index = chance.between(0, machine.signers.length - 1);
      const [signer, from] = [machine.signers[index]!, machine.addresses[index]!];
      const { balance } = program.chain.account(from);
      if (balance > PAYER_BALANCE_MIN) return { machine, program, signer, from, balance };
    }
    return undefined;
  }

  #drawReceiver(): Address {
    const { chance, machines, strangers } = this.#parts;
    if (strangers.length > 0 && chance.happens(0.1)) return chance.pick(strangers);
    return chance.pick(chance.pick(machines).addresses);
  }

  #pay(payer: Payer, to: Address, replace?: Payment): Payment | undefined {
    const { chance } = this.#parts;
    const { machine, program, signer, balance } = payer;
    const { chain, store } = program;
    const amount = 1n + (balance * BigInt(chance.between(0, 25))) / 100n;
    const drawnFee = BigInt(chance.between(0, 3));
    const fee = replace === undefined ? drawnFee : replacementFeeMin(replace.fee) + drawnFee;
    const replacing = replace === undefined ? {} : { replace };
    const now = machine.now();
    const payment = buildPayment({ chain, store, signer, to, amount, fee, now, ...replacing });
    if (isRejection(payment)) {
      this.refused++;
      return undefined;
    }
    savePayment(store, { payment, savedAt: now, keyName: '' });
    const { generation } = machine.disk;
    store.flushed((error) => {
      if (error !== undefined) return;
      const promised = { payment, machine, generation };
      this.promised.push(promised);
      this.#parts.promised(promised);
      program.node.submit(payment);
    });
    this.#tell(machine, payment, replace === undefined ? 'pays' : 'raises a fee');
    return payment;
  }

  /** The same money, signed on a second computer at the same time. */
  #payTwice(payer: Payer): void {
    const { chance, machines } = this.#parts;
    const payment = this.#pay(payer, this.#drawReceiver());
    const other = chance.pick(machines);
    if (payment === undefined || other.program === undefined) return;
    const time = payment.time + 1;
    const rival = this.#sign(payer, { ...payment, to: this.#drawReceiver(), time });
    this.conflicts++;
    this.#submit(other, rival);
    this.#tell(other, rival, 'pays with the same sequence');
  }

  #raiseFee(payer: Payer): void {
    const [replace] = payer.machine.outbox().filter((payment) => payment.from === payer.from);
    this.#pay(payer, this.#drawReceiver(), replace);
  }

  /** Past the wallet's own checks, with money that is not there. */
  #overspend(payer: Payer): void {
    const { sequence } = payer.program.chain.account(payer.from);
    const payment = this.#sign(payer, {
      key: payer.signer.key,
      to: this.#drawReceiver(),
      amount: payer.balance + 1n,
      fee: 0n,
      sequence: sequence + payer.machine.outbox().length,
      time: payer.machine.now(),
    });
    this.refused++;
    this.#submit(payer.machine, payment);
    this.#tell(payer.machine, payment, 'overspends');
  }

  /** Gives it to the node that runs there, past the wallet. */
  #submit({ program }: Machine, payment: Payment): void {
    this.#parts.world.after(0, () => program?.node.submit(payment), program?.life);
  }

  #sign({ program, signer }: Payer, terms: PaymentTerms): Payment {
    const { networkId } = program.chain;
    return makePayment(terms, signer.sign(signingBytes(terms, networkId)), networkId);
  }

  #tell(machine: Machine, payment: Payment, what: string): void {
    const { log, now } = this.#parts.world;
    log.tell(now, machine.name, what, () => {
      const { id, from, to, amount, fee, sequence } = payment;
      const short = (text: string): string => text.slice(0, 8);
      return `${short(id)} ${short(from)} #${sequence} -> ${short(to)} ${amount} fee ${fee}`;
    });
  }
}
