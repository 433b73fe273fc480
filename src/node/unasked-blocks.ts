/**
 * Blocks whose headers nobody has shown before: their finders send them before anybody asks, and a
 * peer that claims one block more than we have is asked for it (`peer-sync.ts`).
 *
 * Owns: telling news from noise before anything but the header is looked at. A block is news when
 * work was done for it, it is not behind our tip, and it is the first of its height from its peer:
 * so what a peer can send us for nothing is bounded.
 * Does not own: what becomes of the block (`sync.ts`), or whether its body is valid.
 */
import type { Chain } from '../consensus/chain.ts';
import { decodeHeader, HEADER_BYTES } from '../consensus/encoding.ts';
import { meetsDifficulty } from '../consensus/pow.ts';
import type { Rejection } from '../consensus/rejection.ts';
import type { BlockHeader, BlockId } from '../consensus/types.ts';
import type { UnixMs } from '../ports.ts';
import { HeaderProof } from './header-proof.ts';
import type { CheckedHeader } from './header-proof.ts';
import type { Peer } from './peer.ts';

export type Unasked =
  | { readonly kind: 'noise' }
  /** Nobody's fault, and of no use: a status follows, and may lead to it in its turn. */
  | { readonly kind: 'useless' }
  | { readonly kind: 'rejected'; readonly rejection: Rejection }
  /** With it we would have more work; its header is right. */
  | { readonly kind: 'better'; readonly batch: CheckedHeader[] };

export class UnaskedBlocks {
  readonly #chain: Chain;
  readonly #headerIn: typeof headerIn;
  /** The greatest height that each peer has sent. */
  readonly #heights = new WeakMap<Peer, number>();

  constructor(chain: Chain, read: typeof headerIn = headerIn) {
    this.#chain = chain;
    this.#headerIn = read;
  }

  /** The peer was asked for the block that comes: it may have sent it before, and too early. */
  expect(peer: Peer): void {
    this.#heights.delete(peer);
  }

  /** Judges a block by its header, which has this id. */
  judge(peer: Peer, bytes: Uint8Array, id: BlockId, now: UnixMs): Unasked {
    const { tip, params } = this.#chain;
    const header = this.#headerIn(bytes);
    if (header === undefined || header.height < tip.header.height) return { kind: 'noise' };
    const isFirst = header.height > (this.#heights.get(peer) ?? 0);
    if (!isFirst || !meetsDifficulty(id, params.difficulty)) return { kind: 'noise' };
    this.#heights.set(peer, header.height);
    const parent = this.#chain.parentOf(header);
    // What comes before it is still on its way, or another peer was faster.
    const isKnown = this.#chain.find({ id, header }) !== undefined;
    if (parent === undefined || isKnown) return { kind: 'useless' };
    const proof = new HeaderProof(this.#chain, parent);
    const result = proof.extendBy([{ id, header }], now);
    if (result.kind === 'rejected') return { kind: 'rejected', rejection: result.rejection };
    const isBetter = result.kind === 'extended' && proof.work > tip.work;
    return isBetter ? { kind: 'better', batch: [{ id, header }] } : { kind: 'useless' };
  }
}

/** The header of a block's encoding, or undefined. */
export function headerIn(bytes: Uint8Array): BlockHeader | undefined {
  return decodeHeader(bytes.subarray(0, HEADER_BYTES));
}
