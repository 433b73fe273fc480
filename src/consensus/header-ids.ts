/**
 * The ids of headers that came in messages, computed once for each header.
 *
 * Owns: remembering them for as long as the header is in use: a header is asked for its id when it
 * is looked for, and when it is checked. Does not own: what an id is (`encoding.ts`).
 */
import { blockIdOf } from './encoding.ts';
import type { BlockHeader, BlockId } from './types.ts';

const ids = new WeakMap<BlockHeader, BlockId>();

/** As `blockIdOf`. Headers do not change. */
export function idOfHeader(header: BlockHeader): BlockId {
  const known = ids.get(header);
  if (known !== undefined) return known;
  const id = blockIdOf(header);
  ids.set(header, id);
  return id;
}
