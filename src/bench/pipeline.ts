/**
 * Blocks into a chain as a node does it: bytes come in, their signatures are checked ahead while
 * blocks before them connect, and each is decoded in its turn (`node/download.ts`).
 *
 * Owns: how far ahead. Does not own: where blocks come from, or what is valid.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Chain } from '../consensus/chain.ts';
import { decodeBlock, encodeBlock } from '../consensus/encoding.ts';
import type { Signatures } from '../consensus/signatures.ts';
import type { Block } from '../consensus/types.ts';

/** A node's window is of this size. */
const BLOCKS_AHEAD = 256;
const BYTES_AHEAD = 8_000_000;
/** Other events get their turn at least this often. */
const BLOCKS_PER_TURN = 256;

type Source<Item> = AsyncIterable<Item> | Iterable<Item>;

interface Ahead {
  readonly bytes: Uint8Array;
  verdicts: readonly boolean[] | undefined;
  /** Resolves once the verdicts are there. */
  readonly checked: Promise<void>;
}

/** Adds the blocks of these encodings to the tip, and commits them; throws when one is refused. */
export async function connectAll(
  { chain, signatures }: { readonly chain: Chain; readonly signatures: Signatures },
  encodings: Source<Uint8Array>,
  onConnected: (block: Block) => void = () => {},
): Promise<void> {
  const source = Symbol.asyncIterator in encodings
    ? encodings[Symbol.asyncIterator]() : encodings[Symbol.iterator]();
  const ahead: Ahead[] = [];
  let [byteCount, connected, isOver] = [0, 0, false];
  for (;;) {
    while (!isOver && ahead.length < BLOCKS_AHEAD && byteCount < BYTES_AHEAD) {
      const next = await source.next();
      isOver = next.done === true;
      if (next.done === true) break;
      byteCount += next.value.length;
      ahead.push(check(signatures, next.value));
    }
    const first = ahead.shift();
    if (first === undefined) break;
    byteCount -= first.bytes.length;
    if (first.verdicts === undefined) await first.checked;
    else if (++connected % BLOCKS_PER_TURN === 0) await nextTurn();
    const block = decodeBlock(first.bytes, chain.networkId)!;
    signatures.remember(block, first.verdicts!);
    add(chain, block);
    onConnected(block);
  }
  chain.flush();
}

/** The encodings of blocks that were made here. */
export async function* encoded(blocks: Source<Block>): AsyncIterable<Uint8Array> {
  for await (const block of blocks) yield encodeBlock(block);
}

function check(signatures: Signatures, bytes: Uint8Array): Ahead {
  let resolve: () => void;
  const checked = new Promise<void>((done) => {
    resolve = done;
  });
  const ahead: Ahead = { bytes, verdicts: undefined, checked };
  signatures.prefetchBlock(bytes, (verdicts) => {
    ahead.verdicts = verdicts;
    resolve();
  });
  return ahead;
}

/** Adds a block that is valid; throws when it does not become the tip. */
function add(chain: Chain, block: Block): void {
  const result = chain.addBlock(block, Date.now(), 'soon');
  if (result.kind === 'connected') return;
  const why = result.kind === 'rejected' ? result.rejection.code : result.kind;
  throw new Error(`block ${block.header.height} did not connect: ${why}`);
}
