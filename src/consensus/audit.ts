/**
 * Re-checks a whole store: replays the main chain from genesis on fresh accounts and compares every
 * record.
 *
 * Owns: finding the first thing that is wrong, and saying where. Trusts nothing that is stored:
 * ids, work, statuses, accounts and the history index are all computed again. Does not own: repair.
 * The node that writes the store may go on: the audit follows its tip.
 */
import { concatBytes, equalBytes } from '../lib/bytes.ts';
import { WriteOverlay } from '../lib/write-buffer.ts';
import type { Store, UnixMs, Write } from '../ports.ts';
import { checkHeaders, checkIndexes, compareAccounts } from './audit-totals.ts';
import { checkBody, checkHeader } from './checks.ts';
import { decodeBlock, encodeHeader } from './encoding.ts';
import { readHeaderAt, readIdAt } from './header-records.ts';
import { historyWrites } from './history.ts';
import { genesisBlock, MEDIAN_TIME_BLOCKS } from './params.ts';
import type { ChainParams } from './params.ts';
import { workOf } from './pow.ts';
import { blockKey, readMeta, SPACE } from './records.ts';
import type { HeaderNode } from './records.ts';
import { isRejection } from './rejection.ts';
import type { Rejection } from './rejection.ts';
import type { Signatures } from './signatures.ts';
import { connectBlock, isEmptyAccount, StateView } from './state.ts';
import { EMPTY_ACCOUNT } from './types.ts';
import type { AccountRecord, Address, Amount, Block } from './types.ts';

export interface AuditFault {
  /** Of the block that the fault is in; undefined when it is in no block. */
  readonly height?: number;
  readonly what: string;
}

/** How much was found right. */
export interface AuditCounts {
  /** On the main chain, genesis counted. */
  blocks: number;
  /** Blocks beside the main chain; of them only headers are checked. */
  sideBlocks: number;
  payments: number;
  accounts: number;
  /** Of all accounts, in units. */
  money: Amount;
}

export interface AuditReport {
  /** Undefined when everything is right. */
  readonly fault?: AuditFault;
  /** True when the chain changed under the audit, so that it must be begun again. */
  readonly isOvertaken: boolean;
  readonly counts: Readonly<AuditCounts>;
}

export interface AuditProgress {
  readonly height: number;
  readonly tipHeight: number;
}

/**
 * Checks one block at each step, so that the caller can show progress or stop; the last value is
 * the report. Whatever the store throws becomes a fault: telling of damage is what the audit is
 * for.
 */
export function* auditStore(
  store: Store,
  signatures: Signatures,
): Generator<AuditProgress, AuditReport> {
  const meta = readMeta(store);
  if (meta === undefined) throw new Error('the store is empty');
  const audit = new Audit(store, meta.params, signatures);
  let height = 0;
  try {
    for (;; height++) {
      const tip = readTip(store);
      if (tip === undefined) return audit.report({ what: 'the header of the tip is missing' });
      if (height <= tip.header.height) {
        const what = audit.checkBlockAt(height);
        if (what !== undefined) return audit.report({ height, what });
        yield { height, tipHeight: tip.header.height };
        continue;
      }
      const what = audit.checkWhole(tip);
      if (readMeta(store)!.tipId !== tip.id && audit.isFollowed()) {
        height--; // New blocks came while the whole was compared: they are next.
        continue;
      }
      return audit.report(what === undefined ? undefined : { what });
    }
  } catch (error) {
    return audit.report({ height, what: error instanceof Error ? error.message : String(error) });
  }
}

function readTip(store: Store): HeaderNode | undefined {
  const { tipId, tipHeight } = readMeta(store)!;
  const tip = readHeaderAt(store, tipHeight);
  return tip?.id === tipId ? tip : undefined;
}

class Audit {
  readonly #store: Store;
  readonly #params: ChainParams;
  readonly #signatures: Signatures;
  readonly #accounts = new Map<Address, AccountRecord>();
  #counts: AuditCounts = { blocks: 0, sideBlocks: 0, payments: 0, accounts: 0, money: 0n };
  #tip: HeaderNode | undefined;
  #times: UnixMs[] = [];
  /** Of the index of transactions, so far. */
  #runRecords = 0;

  constructor(store: Store, params: ChainParams, signatures: Signatures) {
    this.#store = store;
    this.#params = params;
    this.#signatures = signatures;
  }

  report(fault: AuditFault | undefined): AuditReport {
    const isOvertaken = !this.isFollowed();
    const counts = this.#counts;
    return fault === undefined || isOvertaken
      ? { isOvertaken, counts }
      : { isOvertaken, counts, fault };
  }

  /**
   * Whether what was replayed is still on the main chain. A store that cannot say has not moved.
   */
  isFollowed(): boolean {
    if (this.#tip === undefined) return true;
    try {
      const id = readIdAt(this.#store, this.#tip.header.height);
      return id === this.#tip.id || id === undefined;
    } catch {
      return true; // The damage itself is reported by whoever met it first.
    }
  }

  /** What is wrong with the next block of the main chain, or undefined. */
  checkBlockAt(height: number): string | undefined {
    const node = readHeaderAt(this.#store, height);
    if (node === undefined) return 'the main chain has no block here';
    const { id } = node;
    const body = this.#store.get(blockKey(SPACE.body, { id, height }));
    if (body === undefined) return `the transactions of ${id} are missing`;
    const bytes = concatBytes(encodeHeader(node.header), body);
    const block = decodeBlock(bytes, genesisBlock(this.#params).id);
    if (block === undefined) return `block ${id} does not decode`;
    const what = this.#checkNode(node, block) ?? this.#replay(block);
    if (what !== undefined) return what;
    this.#tip = node;
    this.#times = [...this.#times, node.header.time].slice(-MEDIAN_TIME_BLOCKS);
    this.#counts.blocks++;
    return undefined;
  }

  #checkNode(node: HeaderNode, block: Block): string | undefined {
    const { header } = node;
    if (block.id !== node.id) return `block ${node.id} has the id ${block.id}`;
    if (node.status !== 'valid') return `block ${node.id} is marked ${node.status}`;
    const parent = this.#tip;
    if (node.work !== (parent?.work ?? 0n) + workOf(header.difficulty)) return 'the work is wrong';
    if (parent === undefined) {
      const isRight = node.id === genesisBlock(this.#params).id;
      return isRight ? undefined : 'genesis is of other parameters';
    }
    if (header.previousId !== parent.id) return `the parent is not ${parent.id}`;
    const context = { id: parent.id, header: parent.header, times: this.#times };
    // A block was never too early for the clock that let it in, so its own time is taken for now.
    const rejection = checkHeader(block, context, header.time, this.#params)
      ?? checkBody(block, parent.header.time, this.#params);
    return rejection === undefined ? undefined : wordsOf(rejection);
  }

  /** Applies the block to the fresh accounts, and compares what the chain wrote when it did so. */
  #replay(block: Block): string | undefined {
    if (block.header.height === 0) return undefined;
    const view = new StateView((address) => this.#accounts.get(address) ?? EMPTY_ACCOUNT);
    const trail = connectBlock(view, block, this.#signatures);
    if (isRejection(trail)) return wordsOf(trail);
    const index = historyWrites(new WriteOverlay(this.#store), block, trail);
    if (!this.#holds(index)) return 'the index of transactions is wrong';
    this.#runRecords += index.length - 1;
    for (const [address, account] of view.changes) {
      if (isEmptyAccount(account)) this.#accounts.delete(address);
      else this.#accounts.set(address, account);
    }
    this.#counts.payments += block.transactions.length - 1;
    return undefined;
  }

  #holds(writes: readonly Write[]): boolean {
    return writes.every(({ key, value }) => {
      const stored = this.#store.get(key);
      return stored !== undefined && equalBytes(stored, value!);
    });
  }

  /** What is wrong with the records that belong to no single block, or undefined. */
  checkWhole(tip: HeaderNode): string | undefined {
    if (tip.id !== this.#tip?.id) return `the tip is ${tip.id}, and the main chain ends otherwise`;
    const { blocks } = this.#counts;
    const accounts = compareAccounts(this.#store, this.#accounts);
    if (typeof accounts === 'string') return accounts;
    const minted = this.#params.blockReward * BigInt(tip.header.height);
    if (accounts.money !== minted) return `there are ${accounts.money} units, not ${minted}`;
    const headers = checkHeaders(this.#store, tip);
    if (typeof headers === 'string') return headers;
    this.#counts = { ...this.#counts, ...accounts, sideBlocks: headers.side };
    if (headers.main !== blocks) return `the main chain has ${headers.main} blocks, not ${blocks}`;
    const [runRecords, all] = [this.#runRecords, headers.main + headers.side];
    return checkIndexes(this.#store, { blocks, headers: all, runRecords });
  }
}

function wordsOf({ code, details }: Rejection): string {
  const known = Object.entries(details).map(([name, value]) => `${name} ${value}`);
  return [code, ...known].join(', ');
}
