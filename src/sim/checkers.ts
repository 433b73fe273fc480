/**
 * What must hold whatever happens: the promises of the chain, looked at from outside.
 *
 * Owns: the checks after events, after restarts and at the end. They read the nodes' own stores,
 * and know nothing of how the nodes came there. Does not own: convergence, which is a matter of
 * time (`simulation.ts`).
 */
import { auditStore } from '../consensus/audit.ts';
import type { Chain } from '../consensus/chain.ts';
import { storedAccounts } from '../consensus/account-records.ts';
import type { ChainChange } from '../consensus/reorg.ts';
import { Signatures } from '../consensus/signatures.ts';
import type { Address, BlockId, Work } from '../consensus/types.ts';
import { HEARD_MAX } from '../node/node.ts';
import { MEMPOOL_BYTES_MAX, MEMPOOL_PAYMENTS_MAX } from '../node/mempool.ts';
import { PEERS_MAX } from '../node/peer-table.ts';
import { buildTemplate } from '../node/template.ts';
import type { Store, Write } from '../ports.ts';
import { paymentStatus, readPayment } from '../wallet/payments.ts';
import { Ledger } from './ledger.ts';
import type { Machine, Program } from './machine.ts';
import { AllAgree, ConfirmedStays, MoneyIsMinted, require } from './promise.ts';
import type { PromiseCounts } from './promise.ts';
import { Chance } from './random.ts';
import { isSimSignature } from './signer.ts';
import type { PromisedPayment } from './wallets.ts';

/**
 * Timers and callbacks that one node may wait for: more means that something plans and never ends.
 */
const PLANNED_MAX = 2_000;
/** Share of the new tips after which the costly checks are made. */
const SAMPLED_SHARE = 0.25;

export class Checkers {
  readonly confirmed = new ConfirmedStays();
  readonly money = new MoneyIsMinted();
  readonly agreement = new AllAgree();
  readonly #chance: Chance;
  /** The newest block of its own that each machine has flushed, and so may have announced. */
  readonly #said = new Map<Machine, { readonly id: BlockId; readonly generation: number }>();
  /** The work of each machine's tip, since it last started. */
  readonly #work = new Map<Machine, Work>();
  /** Machines whose tip has changed in the event that runs. */
  readonly #changed = new Set<Machine>();

  constructor(seed: number) {
    this.#chance = new Chance(seed, 'checks');
  }

  /** How often the clauses of the promise were looked at. */
  get counts(): PromiseCounts {
    const { confirmed, money, agreement } = this;
    return { ...confirmed.counts, money: money.count, agreed: agreement.count };
  }

  /** A machine's program has a new tip. */
  tipChanged(machine: Machine, change: ChainChange): void {
    machine.disk.trusted(() => {
      this.#checkTip(machine, change);
      this.money.tipChanged(machine, change);
      this.confirmed.tipChanged(machine, change);
    });
  }

  /** A machine's program has committed. */
  committed(machine: Machine, batch: readonly Write[]): void {
    machine.disk.trusted(() => this.money.committed(machine, batch));
  }

  /** A machine may have told others of a block of its own. */
  said(machine: Machine, id: BlockId): void {
    this.#said.set(machine, { id, generation: machine.disk.generation });
  }

  #checkTip(machine: Machine, { tip, connected, disconnected }: ChainChange): void {
    const before = this.#work.get(machine) ?? 0n;
    require(tip.work > before, machine, `its work fell from ${before} to ${tip.work}`);
    require(connected.length > 0, machine, 'it has a new tip and no new block');
    require(connected.at(-1)!.id === tip.id, machine, 'its tip is not the last block it connected');
    const last = disconnected.at(-1) ?? connected[0]!;
    const forkId = connected[0]!.header.previousId;
    require(last.header.previousId === forkId, machine, 'its fork is torn');
    this.#work.set(machine, tip.work);
    this.#changed.add(machine);
  }

  /** After each event: looks at the machines whose tip has changed in it. */
  afterEvent(): void {
    if (this.#changed.size === 0) return;
    for (const machine of this.#changed) {
      const { program } = machine;
      if (program === undefined) continue;
      this.#checkLimits(machine, program);
      if (!this.#chance.happens(SAMPLED_SHARE)) continue;
      machine.disk.trusted(() => {
        this.money.checkAll(machine);
        this.#checkTemplate(machine, program);
      });
    }
    this.#changed.clear();
  }

  /** A machine has started on what its disk kept: that must be what a replay from genesis gives. */
  restarted(machine: Machine): void {
    const { chain, store } = machine.program!;
    machine.disk.trusted(() => {
      this.#work.set(machine, chain.tip.work);
      this.money.started(machine);
      this.confirmed.restarted(machine);
      checkAccounts(machine, store, replay(machine, chain));
      const said = this.#said.get(machine);
      if (said === undefined || said.generation !== machine.disk.generation) return;
      const isKept = chain.header(said.id) !== undefined;
      require(isKept, machine, `it lost its own block ${said.id}, which it had announced`);
    });
  }

  /** At the end, with all machines on one tip: one replay for all, and the audit of one store. */
  atEnd(machines: readonly Machine[]): void {
    const look = machines.reduceRight(
      (next, { disk }) => () => disk.trusted(next), () => this.#checkEnd(machines),
    );
    look();
  }

  #checkEnd(machines: readonly Machine[]): void {
    const [first] = machines;
    const ledger = replay(first!, first!.program!.chain);
    this.agreement.atEnd(machines);
    this.confirmed.atEnd(machines);
    for (const machine of machines) {
      this.money.checkAll(machine);
      checkAccounts(machine, machine.program!.store, ledger);
    }
    this.#audit(this.#chance.pick(machines));
  }

  #audit(machine: Machine): void {
    const { chain, store } = machine.program!;
    const verifier = { verify: isSimSignature, prefetch: () => undefined };
    const audit = auditStore(store, new Signatures(verifier, chain.networkId));
    for (;;) {
      const step = audit.next();
      if (step.done !== true) continue;
      const { fault } = step.value;
      require(fault === undefined, machine, `the audit finds at ${fault?.height}: ${fault?.what}`);
      return;
    }
  }

  /** What it would mine next, the chain must take. */
  #checkTemplate(machine: Machine, { chain, node }: Program): void {
    const { mempool } = node.view;
    const [rewardTo] = machine.addresses;
    const template = buildTemplate({
      chain, mempool, now: machine.now(), rewardTo: rewardTo!, tag: machine.name,
    });
    if (template.kind !== 'mineable') return;
    const left = new Map<Address, bigint>();
    const next = new Map<Address, number>();
    const balanceOf = (address: Address): bigint =>
      left.get(address) ?? chain.account(address).balance;
    for (const transaction of template.transactions) {
      if (transaction.type === 'payment') {
        const { from, amount, fee, sequence } = transaction;
        const expected = next.get(from) ?? chain.account(from).sequence;
        const rest = balanceOf(from) - amount - fee;
        require(sequence === expected && rest >= 0n, machine, 'it would mine an invalid payment');
        left.set(from, rest);
        next.set(from, sequence + 1);
      }
      left.set(transaction.to, balanceOf(transaction.to) + transaction.amount);
    }
  }

  #checkLimits(machine: Machine, { life, node }: Program): void {
    const { mempool, peers, heard } = node.view;
    require(mempool.size <= MEMPOOL_PAYMENTS_MAX, machine, 'too many payments wait');
    require(mempool.byteLength <= MEMPOOL_BYTES_MAX, machine, 'the mempool is too large');
    require(peers.length <= PEERS_MAX, machine, 'too many peers');
    require(heard.length <= HEARD_MAX, machine, 'too many nodes are remembered');
    require(life.planned <= PLANNED_MAX, machine, `${life.planned} timers are planned`);
  }
}

/**
 * Every payment that was promised is still known to its wallet, and has an end that can be
 * explained: in the chain, or another took its place, or the money for it is gone with a block that
 * was left. Gives those that still wait without such a reason.
 */
export function waitingPayments(promised: readonly PromisedPayment[]): PromisedPayment[] {
  return promised.filter((one) => one.machine.disk.trusted(() => isWaiting(one)));
}

function isWaiting({ payment, machine, generation }: PromisedPayment): boolean {
  const { program, disk } = machine;
  if (program === undefined) return true;
  const { chain, store } = program;
  const saved = readPayment(store, chain.networkId, payment.id);
  // Its record may have been the damaged one of a store that was set aside.
  const isRescued = generation !== disk.generation;
  if (isRescued && saved === undefined) return false;
  require(saved !== undefined, machine, `it forgot its announced payment ${payment.id}`);
  const status = paymentStatus(chain, store, payment);
  if (status.kind !== 'pending') return false;
  const hasGap = status.hindrance === 'gap' && !isRescued;
  require(!hasGap, machine, `payment ${payment.id} waits behind a gap`);
  return status.hindrance === undefined;
}

/** Replays a machine's main chain by the second opinion. */
function replay(machine: Machine, chain: Chain): Ledger {
  const ledger = new Ledger(chain.params, chain.networkId);
  let parentId = chain.networkId;
  for (let height = 1; height <= chain.tip.header.height; height++) {
    const node = chain.headerAt(height);
    const block = node === undefined ? undefined : chain.block(node.id);
    require(block !== undefined, machine, `it has no block at height ${height}`);
    require(block.header.previousId === parentId, machine, `block ${height} has another parent`);
    const fault = ledger.apply(block);
    require(fault === undefined, machine, `its block ${height} breaks a rule: ${fault}`);
    parentId = block.id;
  }
  require(parentId === chain.tip.id, machine, 'its tip is not at the end of its main chain');
  return ledger;
}

function checkAccounts(machine: Machine, store: Store, ledger: Ledger): void {
  let count = 0;
  for (const [address, stored] of storedAccounts(store)) {
    const right = ledger.account(address);
    require(
      stored.balance === right.balance && stored.sequence === right.sequence, machine,
      `account ${address} has ${stored.balance} units after ${stored.sequence} payments, and a`
      + ` replay from genesis gives ${right.balance} after ${right.sequence}`,
    );
    count++;
  }
  const right = [...ledger.accounts.values()].filter(
    ({ balance, sequence }) => balance > 0n || sequence > 0,
  ).length;
  require(count === right, machine, `it has ${count} accounts, and a replay gives ${right}`);
}
