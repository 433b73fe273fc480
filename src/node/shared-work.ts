/**
 * Work that many nodes of one process would do over and over with the same bytes.
 *
 * Owns: where a node lets somebody else do it. All of it are functions of their arguments, so the
 * result is the same whoever computes it, and when: sharing weakens no check. A node that runs
 * alone shares nothing.
 * Does not own: how the results are remembered (`sim/scenario/`).
 */
import type { ChainOptions } from '../consensus/chain.ts';
import type { blockIdIn, decodeBlock } from '../consensus/encoding.ts';
import type { Signatures } from '../consensus/signatures.ts';
import type { Wire } from '../protocol/framing.ts';
import type { headerIn } from './unasked-blocks.ts';

export interface SharedWork {
  readonly wire: Wire;
  readonly decodeBlock: typeof decodeBlock;
  readonly blockIdIn: typeof blockIdIn;
  readonly headerIn: typeof headerIn;
  /** Verdicts hang on nothing but a payment's bytes. */
  readonly signatures: Signatures;
  readonly chain: ChainOptions;
}
