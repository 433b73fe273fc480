/**
 * Blocks as they were stored: a header's record and a body, put together again.
 *
 * Owns: reading them. Does not own: finding a block's header (`tree.ts`), and writing
 * (`header-records.ts`).
 */
import type { BoundedMap } from '../lib/bounded-map.ts';
import { concatBytes } from '../lib/bytes.ts';
import { encodeHeader } from './encoding.ts';
import { blockAt, blockKey, SPACE } from './records.ts';
import type { HeaderNode, RecordReader } from './records.ts';
import type { BlockId } from './types.ts';

/** Blocks that were read, for chains that are read alike. */
export type ReadBlocks = BoundedMap<BlockId, Uint8Array>;

export class StoredBlocks {
  readonly #records: RecordReader;
  readonly #known: ReadBlocks | undefined;

  constructor(records: RecordReader, known?: ReadBlocks) {
    this.#records = records;
    this.#known = known;
  }

  /** The block's encoding, or undefined when its body is missing; it must not be changed. */
  bytesOf(node: HeaderNode): Uint8Array | undefined {
    const known = this.#known?.get(node.id);
    if (known !== undefined) return known;
    const body = this.#records.get(blockKey(SPACE.body, blockAt(node)));
    const bytes = body && concatBytes(encodeHeader(node.header), body);
    if (bytes !== undefined) this.#known?.set(node.id, bytes);
    return bytes;
  }
}
