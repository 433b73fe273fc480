/**
 * The promise of the README, clause by clause: three checkers, which count what they looked at.
 *
 * - `ConfirmedStays`: every payment that a wallet reported as confirmed is in every honest node's
 *   chain, or was replaced by more work.
 * - `MoneyIsMinted`: the sum of all balances is the block reward times the height, on every node,
 *   at every new tip and in every commit.
 * - `AllAgree`: after the faults end, all honest nodes have one chain.
 *
 * Owns: these. They look through the wallet's own code and at the bytes that nodes commit, and know
 * nothing of how nodes decide. Does not own: other checks (`checkers.ts`), or how long the nodes
 * may take to agree (`simulation.ts`).
 */
import { decodeAccount, decodeDelta, storedAccounts } from '../consensus/account-records.ts';
import { readMeta, SPACE } from '../consensus/records.ts';
import type { ChainChange } from '../consensus/reorg.ts';
import type {
  Address, Amount, Block, BlockId, Payment, TransactionId, Work,
} from '../consensus/types.ts';
import { bytesToHex } from '../lib/bytes.ts';
import type { Write } from '../ports.ts';
import { paymentStatus } from '../wallet/payments.ts';
import type { Machine } from './machine.ts';
import type { PromisedPayment } from './wallets.ts';
import { EventError } from './world.ts';

/** How often each clause was looked at, and held. */
export interface PromiseCounts {
  /** Payments that were reported as confirmed, once for each block that they were in. */
  readonly confirmed: number;
  /** Of those, the ones that a branch with more work has replaced. */
  readonly replaced: number;
  /** The deepest at which a payment was reported that was replaced later. */
  readonly deepestReplaced: number;
  /** New tips and commits after which all money was added up. */
  readonly money: number;
  /** Nodes whose chain was found to be the one that all have. */
  readonly agreed: number;
}

/** Throws what fails the run, in the name of the machine. */
export function require(
  condition: boolean, machine: Machine, what: string | (() => string),
): asserts condition {
  if (condition) return;
  throw new EventError(machine.name, new Error(typeof what === 'string' ? what : what()));
}

/** Deeper than this a report is not renewed. */
const REPORTED_DEPTH_MAX = 12;

/** What a wallet has said of one payment. */
interface Report {
  readonly payment: Payment;
  readonly machine: Machine;
  readonly generation: number;
  readonly blockId: BlockId;
  /** As it was last said: how deep, and the work of the chain that it was in. */
  depth: number;
  work: Work;
}

export class ConfirmedStays {
  readonly #watched = new Map<Machine, PromisedPayment[]>();
  readonly #reports = new Map<Machine, Map<TransactionId, Report>>();
  /** Reports of blocks that the wallet's own node has left. */
  readonly #left: Report[] = [];
  #replaced = 0;
  #deepestReplaced = 0;
  #voided = 0;

  get counts(): Pick<PromiseCounts, 'confirmed' | 'replaced' | 'deepestReplaced'> {
    const standing = [...this.#reports.values()].reduce((sum, { size }) => sum + size, 0);
    return {
      confirmed: standing + this.#left.length + this.#voided,
      replaced: this.#replaced,
      deepestReplaced: this.#deepestReplaced,
    };
  }

  /** From now on its wallet is asked for this payment at each new tip. */
  watch(promised: PromisedPayment): void {
    const { machine } = promised;
    this.#watched.set(machine, [...(this.#watched.get(machine) ?? []), promised]);
  }

  /** What was left is judged at the end: now other nodes may still have more. The wallet asks. */
  tipChanged(machine: Machine, { disconnected }: ChainChange): void {
    const reports = this.#reportsOf(machine);
    const left = new Set(disconnected.map((block) => block.id));
    for (const [id, report] of left.size === 0 ? [] : reports) {
      if (!left.has(report.blockId)) continue;
      reports.delete(id);
      this.#left.push(report);
    }
    const { program, disk } = machine;
    if (program === undefined) return;
    const { chain, store } = program;
    for (const { payment, generation } of this.#watched.get(machine) ?? []) {
      if (generation !== disk.generation) continue;
      const before = reports.get(payment.id);
      if (before !== undefined && before.depth >= REPORTED_DEPTH_MAX) continue;
      // The wallet reads more for those that wait.
      if (payment.sequence >= chain.account(payment.from).sequence) continue;
      const status = paymentStatus(chain, store, payment);
      if (status.kind !== 'confirmed') continue;
      const { depth, height } = status;
      const blockId = chain.headerAt(height)!.id;
      const isThere = chain.block(blockId)!.transactions.some(({ id }) => id === payment.id);
      require(isThere, machine, `payment ${payment.id} is not in the block that it names`);
      const report = { payment, machine, generation, blockId, depth, work: chain.tip.work };
      reports.set(payment.id, report);
    }
  }

  /**
   * What the wallet said before a crash may be of blocks that were never flushed, which a real disk
   * would not have shown; and a store that was set aside has nothing left to say.
   */
  restarted(machine: Machine): void {
    const reports = this.#reportsOf(machine);
    const { chain } = machine.program!;
    for (const [id, report] of reports) {
      const isKnown = chain.header(report.blockId) !== undefined;
      if (isKnown && report.generation === machine.disk.generation) continue;
      reports.delete(id);
      this.#voided++;
    }
  }

  /** Every report that was ever made, against every chain. */
  atEnd(machines: readonly Machine[]): void {
    const standing = [...this.#reports.values()].flatMap((reports) => [...reports.values()]);
    for (const report of [...standing, ...this.#left]) {
      let isReplaced = false;
      for (const machine of machines) {
        const { chain } = machine.program!;
        const node = chain.header(report.blockId);
        if (node !== undefined && chain.isMain(node)) continue;
        isReplaced = true;
        require(chain.tip.work > report.work, machine, () =>
          `payment ${report.payment.id} was reported by ${report.machine.name} as confirmed`
          + ` ${report.depth} deep, and no more work has replaced it`);
      }
      if (!isReplaced) continue;
      this.#replaced++;
      this.#deepestReplaced = Math.max(this.#deepestReplaced, report.depth);
    }
  }

  #reportsOf(machine: Machine): Map<TransactionId, Report> {
    const reports = this.#reports.get(machine) ?? new Map<TransactionId, Report>();
    this.#reports.set(machine, reports);
    return reports;
  }
}

/** Balances as one side of a machine has them, and their sum, which is kept and not added up. */
class Sum {
  readonly #balances = new Map<string, Amount>();
  total: Amount = 0n;

  set(address: string, balance: Amount): void {
    this.total += balance - (this.#balances.get(address) ?? 0n);
    if (balance === 0n) this.#balances.delete(address);
    else this.#balances.set(address, balance);
  }
}

interface Money {
  /** The program that it is the money of. */
  readonly program: Machine['program'];
  /** At the tip in memory, and in the store. */
  readonly atTip: Sum;
  readonly stored: Sum;
}

export class MoneyIsMinted {
  count = 0;
  readonly #money = new Map<Machine, Money>();

  /** A program has started: everything that its store holds is added up. */
  started(machine: Machine): void {
    const money = { program: machine.program, atTip: new Sum(), stored: new Sum() };
    for (const [address, { balance }] of storedAccounts(machine.program!.store)) {
      money.atTip.set(address, balance);
      money.stored.set(address, balance);
    }
    this.#money.set(machine, money);
    this.#check(machine, money.stored, readMeta(machine.program!.store)!.tipHeight);
  }

  /** The accounts of the new blocks and of those that were left are asked for again. */
  tipChanged(machine: Machine, { tip, connected, disconnected }: ChainChange): void {
    const money = this.#moneyOf(machine);
    if (money === undefined) return;
    const { chain } = money.program!;
    for (const address of touchedBy([...disconnected, ...connected])) {
      money.atTip.set(address, chain.account(address).balance);
    }
    this.#check(machine, money.atTip, tip.header.height);
  }

  /** A program has committed this to its store. */
  committed(machine: Machine, batch: readonly Write[]): void {
    const money = this.#moneyOf(machine);
    // The last write of a key is the one that counts.
    const meta = batch.findLast(({ key }) => key[0] === SPACE.meta)?.value;
    if (money === undefined || meta === undefined) return;
    for (const { key, value } of batch) {
      if (key[0] === SPACE.account) {
        const balance = value === undefined ? 0n : decodeAccount(value).balance;
        money.stored.set(bytesToHex(key, 1), balance);
      }
      // What deltas say of an account is newer than what a record does.
      const changes = key[0] === SPACE.delta && value !== undefined ? decodeDelta(value) : [];
      for (const [address, { balance }] of changes) money.stored.set(address, balance);
    }
    this.#check(machine, money.stored, readMeta({ get: () => meta })!.tipHeight);
  }

  /** The same by adding up all that the store holds now, with no regard to what changed it. */
  checkAll(machine: Machine): void {
    const { store } = machine.program!;
    const sum = new Sum();
    for (const [address, { balance }] of storedAccounts(store)) sum.set(address, balance);
    // The store is held against its own tip: blocks may wait in memory to be committed together.
    this.#check(machine, sum, readMeta(store)!.tipHeight);
  }

  /** Of the program that runs; undefined while one is only about to start. */
  #moneyOf(machine: Machine): Money | undefined {
    const money = this.#money.get(machine);
    return money?.program === machine.program ? money : undefined;
  }

  #check(machine: Machine, { total }: Sum, height: number): void {
    this.count++;
    const minted = machine.settings.params.blockReward * BigInt(height);
    require(total === minted, machine, () =>
      `it has ${total} units of money, and ${minted} were minted`);
  }
}

function touchedBy(blocks: readonly Block[]): Set<Address> {
  const touched = new Set<Address>();
  for (const { transactions } of blocks) {
    for (const transaction of transactions) {
      touched.add(transaction.to);
      if (transaction.type === 'payment') touched.add(transaction.from);
    }
  }
  return touched;
}

export class AllAgree {
  count = 0;

  /** Whether all are on one tip, above this height. */
  isSo(machines: readonly Machine[], height = 0): boolean {
    const tip = machines[0]!.program?.chain.tip;
    return tip !== undefined && tip.header.height > height
      && machines.every(({ program }) => program?.chain.tip.id === tip.id);
  }

  /** Whether nothing waits in their memories to be committed. */
  isStored(machines: readonly Machine[]): boolean {
    return machines.every(({ program, disk }) => disk.trusted(() =>
      program !== undefined && readMeta(program.store)?.tipId === program.chain.tip.id));
  }

  /** They are on one tip: then each has the same block at every height, too. */
  atEnd(machines: readonly Machine[]): void {
    const { chain } = machines[0]!.program!;
    for (const machine of machines) {
      for (let { height } = chain.tip.header; height >= 0; height--) {
        const own = machine.program!.chain.headerAt(height)?.id;
        require(own === chain.headerAt(height)!.id, machine, () =>
          `its block ${height} is ${own}, and others have ${chain.headerAt(height)!.id}`);
      }
      this.count++;
    }
  }
}
