/**
 * A run of headers from a peer, checked as it comes: what it proves is work, not a claim.
 *
 * Owns: checking headers against each other, and how little of them is kept. However long the run
 * is, only its last message stays in memory, with one id for each message before it; a branch that
 * is proved to have more work is then fetched again, and held to those ids. So a flood of cheap
 * headers costs its sender more than us (threats row 39; the idea is Bitcoin Core's `headerssync`,
 * 2022).
 * Does not own: asking for headers (`sync.ts`).
 */
import type { Chain } from '../consensus/chain.ts';
import { checkHeader } from '../consensus/checks.ts';
import type { HeaderContext } from '../consensus/checks.ts';
import { idOfHeader } from '../consensus/header-ids.ts';
import { MEDIAN_TIME_BLOCKS } from '../consensus/params.ts';
import { workOf } from '../consensus/pow.ts';
import type { HeaderNode } from '../consensus/records.ts';
import type { Rejection } from '../consensus/rejection.ts';
import type { BlockHeader, BlockId, Work } from '../consensus/types.ts';
import type { UnixMs } from '../ports.ts';

/** A header with its id. */
export interface CheckedHeader {
  readonly id: BlockId;
  readonly header: BlockHeader;
}

export type ExtendResult =
  | { readonly kind: 'extended' }
  /** Headers that do not follow from each other: the sender is faulty. */
  | { readonly kind: 'disconnected' }
  | { readonly kind: 'rejected'; readonly rejection: Rejection; readonly header: BlockHeader };

export class HeaderProof {
  /** The last block of ours that the run builds on. */
  readonly fork: HeaderNode;
  /** The headers of the last message. */
  batch: CheckedHeader[] = [];
  /** The last id of each message, in order. */
  readonly milestones: BlockId[] = [];
  readonly #chain: Chain;
  /** What the last header, if there is one since, is checked against. */
  #context: HeaderContext;
  #last: CheckedHeader | undefined;
  #work: Work;

  constructor(chain: Chain, fork: HeaderNode) {
    this.fork = fork;
    this.#chain = chain;
    this.#context = chain.contextOf(fork);
    this.#work = fork.work;
  }

  /** The work of our chain up to the fork and of all headers since. */
  get work(): Work {
    return this.#work;
  }

  /** The id to ask for more from. */
  get lastId(): BlockId {
    return this.#last?.id ?? this.#context.id;
  }

  /**
   * Takes the next message's headers; at least one. After anything but 'extended' the proof is
   * void.
   */
  extend(headers: readonly BlockHeader[], now: UnixMs): ExtendResult {
    return this.extendBy(withIds(headers), now);
  }

  /** The same for whoever has their ids already. */
  extendBy(entries: Iterable<CheckedHeader>, now: UnixMs): ExtendResult {
    const batch: CheckedHeader[] = [];
    for (const entry of entries) {
      const { header } = entry;
      if (header.previousId !== this.lastId) return { kind: 'disconnected' };
      this.#advance();
      const { params } = this.#chain;
      const rejection =
        this.#chain.refusalOf(entry) ?? checkHeader(entry, this.#context, now, params);
      if (rejection !== undefined) {
        this.batch = batch;
        return { kind: 'rejected', rejection, header };
      }
      this.#last = entry;
      this.#work += workOf(header.difficulty);
      batch.push(entry);
    }
    this.batch = batch;
    this.milestones.push(this.lastId);
    return { kind: 'extended' };
  }

  /** Only what has a next one needs a context: most branches are of one block. */
  #advance(): void {
    if (this.#last === undefined) return;
    const times = [this.#last.header.time, ...this.#context.times].slice(0, MEDIAN_TIME_BLOCKS);
    this.#context = { ...this.#last, times };
    this.#last = undefined;
  }
}

/** One after the other: who sends wrong ones shall not have us hash them all. */
function* withIds(headers: readonly BlockHeader[]): Iterable<CheckedHeader> {
  for (const header of headers) yield { id: idOfHeader(header), header };
}

/** Headers after the last whose block we have; one that we refused is no block of ours. */
export function unknownAmong(
  headers: readonly BlockHeader[], chain: Chain,
): readonly BlockHeader[] {
  const first = headers.findIndex((header) => {
    const known = chain.find({ id: idOfHeader(header), header });
    return known === undefined || known.status === 'invalid';
  });
  return first < 0 ? [] : headers.slice(first);
}
