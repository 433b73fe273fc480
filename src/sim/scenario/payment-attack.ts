/**
 * Attackers that pay a merchant, and take the money back: a branch mined in private, or a victim
 * that hears nobody else.
 *
 * Owns: when each conflicting payment is given to whom, when the private branch is shown, and when
 * the attack is given up. Whether it worked is read from the merchant's chain.
 * Does not own: hiding (`veil.ts`), cuts (`wan.ts`), who is right (the shipped nodes).
 */
import type { Payment } from '../../consensus/types.ts';
import { assert } from '../../lib/assert.ts';
import type { Network } from '../../ports.ts';
import { ATTACKER_DELAY_MS, withHub } from './attack.ts';
import type { Attack, AttackParts } from './attack.ts';
import type { Computer } from './computer.ts';
import { nextPayment } from './payers.ts';
import type { AttackResult } from './result.ts';
import type { Edge } from './topology.ts';
import { Veil } from './veil.ts';

/** Until the network has settled, and miners have a payment in their jobs. */
const SETTLE_MS = 5_000;
const AMOUNT = 1_000_000n;
const FEE = 1_000n;

type Outcome = Extract<AttackResult, { readonly kind: 'payment' }>['outcome'];

/** What every attack on a payment begins and ends with. */
abstract class PaymentAttack implements Attack {
  abstract readonly observer: number;
  protected readonly parts: AttackParts;
  protected readonly veil: Veil;
  /** Height of the last block that both branches have. */
  protected fork = 0;
  protected startedAt = 0;
  #outcome: Outcome | undefined;
  #honestBlocks = 0;
  #attackerBlocks = 0;
  #endedAt = 0;

  constructor(parts: AttackParts) {
    this.parts = parts;
    this.veil = new Veil({ wire: parts.shared.wire });
  }

  get isOver(): boolean {
    return this.#outcome !== undefined;
  }

  abstract edges(edges: readonly Edge[]): Edge[];
  protected abstract prepare(): void;
  protected abstract step(): void;

  delayMs(from: number, to: number): number | undefined {
    return from === 0 || to === 0 ? ATTACKER_DELAY_MS : undefined;
  }

  door(network: Network): Network {
    return this.veil.door(network);
  }

  /** First the attacker earns something that it can spend twice. */
  begin(): void {
    this.parts.mining.only = 0;
    this.parts.mining.isOn = true;
  }

  tipChanged(computer: Computer): void {
    const { mining, world } = this.parts;
    if (mining.only === undefined) return this.step();
    if (computer.index !== 0 || !mining.isOn) return;
    mining.isOn = false;
    world.post(SETTLE_MS + 10 * this.parts.settleMs, () => {
      mining.only = undefined;
      this.prepare();
    });
  }

  result(): AttackResult {
    const outcome = this.#outcome ?? 'outOfTime';
    const endedAt = this.#outcome === undefined ? this.parts.world.now : this.#endedAt;
    return {
      kind: 'payment', isReversed: outcome === 'reversed', outcome,
      honestBlocks: this.#honestBlocks, attackerBlocks: this.#attackerBlocks,
      seconds: (endedAt - this.startedAt) / 1_000,
    };
  }

  protected computer(index: number): Computer {
    return this.parts.computers()[index]!;
  }

  protected heightOf(index: number): number {
    return this.computer(index).chain?.tip.header.height ?? 0;
  }

  /** Blocks of a node's branch since the fork. */
  protected blocksOf(index: number): number {
    return this.heightOf(index) - this.fork;
  }

  /** Two payments of the same money: one to the merchant, one to somebody else. */
  protected conflicting(merchant: Computer): { honest: Payment; other: Payment } {
    const attacker = this.computer(0);
    const wish = { amount: AMOUNT, fee: FEE, now: this.parts.world.now };
    const honest = nextPayment(attacker, { ...wish, to: merchant.address });
    const other = nextPayment(attacker, { ...wish, to: attacker.address });
    assert(honest !== undefined && other !== undefined, 'the attacker has money');
    return { honest, other };
  }

  protected take(by: Computer, payment: Payment): void {
    const result = by.node!.submit(payment);
    assert(result.kind === 'added', 'a payment that a node takes');
  }

  protected end(outcome: Outcome): void {
    if (this.#outcome !== undefined) return;
    this.#outcome = outcome;
    this.#endedAt = this.parts.world.now;
    this.parts.world.log.tell(this.#endedAt, 'attacker', outcome, () =>
      `after ${this.#honestBlocks} honest blocks and ${this.#attackerBlocks} of its own`);
  }

  protected count(honest: number, attacker: number): void {
    this.#honestBlocks = honest;
    this.#attackerBlocks = attacker;
  }

  /** Miners have their jobs by then. */
  protected afterSettling(run: () => void): void {
    this.parts.world.post(SETTLE_MS + 10 * this.parts.settleMs, run);
  }
}

export interface DoubleSpendOptions {
  readonly confirmations: number;
  /** Blocks behind at which it gives up; Infinity for never. */
  readonly giveUpBehind: number;
  readonly headStart: 'level' | 'preMined';
}

/** The attacker's node mines where nobody sees it, and shows its branch when it is ahead. */
export class DoubleSpend extends PaymentAttack {
  /** The merchant. */
  readonly observer = 1;
  readonly #options: DoubleSpendOptions;
  #phase: 'waiting' | 'preMining' | 'racing' | 'shown' = 'waiting';
  #honest: Payment | undefined;

  constructor(parts: AttackParts, options: DoubleSpendOptions) {
    super(parts);
    this.#options = options;
  }

  edges(edges: readonly Edge[]): Edge[] {
    return withHub(edges, this.parts.scenario.nodes);
  }

  /** The attacker has money: its own payment to itself is in its next block. */
  protected prepare(): void {
    const { honest, other } = this.conflicting(this.computer(1));
    this.#honest = honest;
    this.veil.hidesPayments = true;
    this.veil.shown = this.computer(0).chain!.tip;
    this.take(this.computer(0), other);
    if (this.#options.headStart === 'level') return this.#pay();
    this.afterSettling(() => {
      this.#phase = 'preMining';
      this.parts.mining.isOn = true;
    });
  }

  protected step(): void {
    if (this.#phase === 'preMining') this.#preMine();
    else if (this.#phase === 'racing') this.#race();
    else if (this.#phase === 'shown') this.#look();
  }

  /** Until it has a block of its own that the others do not have, it follows them. */
  #preMine(): void {
    const chain = this.computer(0).chain!;
    if (chain.tip.header.height <= this.heightOf(1)) {
      this.veil.show(chain.tip);
      return;
    }
    if (chain.tip.header.tag !== this.computer(0).name) return;
    this.parts.mining.isOn = false;
    this.#phase = 'waiting';
    // A block of the others may have been on its way, which is as likely as two within a ms.
    this.afterSettling(() => {
      const isAhead = chain.tip.header.previousId === this.computer(1).chain!.tip.id;
      if (isAhead) this.#pay();
      else this.end('gaveUp');
    });
  }

  #pay(): void {
    const merchant = this.computer(1);
    this.fork = merchant.chain!.tip.header.height;
    this.veil.isDeaf = true;
    this.take(merchant, this.#honest!);
    this.afterSettling(() => {
      this.#phase = 'racing';
      this.startedAt = this.parts.world.now;
      this.parts.mining.isOn = true;
      this.#race();
    });
  }

  #race(): void {
    const [honest, own] = [this.blocksOf(1), this.blocksOf(0)];
    this.count(honest, own);
    const { confirmations, giveUpBehind } = this.#options;
    if (honest >= confirmations && own > honest) {
      this.#phase = 'shown';
      this.veil.lift(this.computer(0).chain!.tip);
    } else if (honest - own >= giveUpBehind) this.end('gaveUp');
  }

  /** Done when the merchant's chain is the attacker's, however long the two still race. */
  #look(): void {
    const [merchant, attacker] = [this.computer(1).chain!, this.computer(0).chain!];
    const isReversed =
      merchant.headerAt(this.fork + 1)?.id === attacker.headerAt(this.fork + 1)?.id;
    if (isReversed && attacker.headerAt(this.fork + 1)!.header.tag === this.computer(0).name) {
      return this.end('reversed');
    }
    if (isReversed) this.end('gaveUp');
  }
}

/** The victim's only peer is the attacker, who mines with it, away from all others. */
export class Eclipse extends PaymentAttack {
  /** An honest node that is not the victim. */
  readonly observer = 2;
  readonly #confirmations: number;
  #phase: 'waiting' | 'cut' | 'healed' = 'waiting';
  #promised: Payment | undefined;

  constructor(parts: AttackParts, confirmations: number) {
    super(parts);
    this.#confirmations = confirmations;
  }

  edges(edges: readonly Edge[]): Edge[] {
    const others = edges.filter(([from, to]) => from !== 1 && to !== 1);
    return withHub(others, this.parts.scenario.nodes);
  }

  protected prepare(): void {
    const [victim, other] = [this.computer(1), this.computer(2)];
    const payments = this.conflicting(victim);
    this.#promised = payments.honest;
    this.fork = this.heightOf(2);
    this.parts.wan.cut(this.parts.shares.map((_, node) => (node <= 1 ? 1 : 0)));
    this.take(victim, payments.honest);
    this.take(other, payments.other);
    this.afterSettling(() => {
      this.#phase = 'cut';
      this.startedAt = this.parts.world.now;
      this.parts.mining.isOn = true;
    });
  }

  protected step(): void {
    const [honest, own] = [this.blocksOf(2), this.blocksOf(1)];
    if (this.#phase === 'cut') {
      this.count(honest, own);
      if (own < this.#confirmations) return;
      this.#phase = 'healed';
      this.parts.wan.heal();
    } else if (this.#phase === 'healed') this.#look();
  }

  /** All agree: on whose branch? */
  #look(): void {
    const [victim, other] = [this.computer(1).chain!, this.computer(2).chain!];
    const first = victim.headerAt(this.fork + 1)?.id;
    if (first === undefined || first !== other.headerAt(this.fork + 1)?.id) return;
    const { transactions } = victim.block(first)!;
    const isKept = transactions.some(({ id }) => id === this.#promised!.id);
    this.end(isKept ? 'gaveUp' : 'reversed');
  }
}
