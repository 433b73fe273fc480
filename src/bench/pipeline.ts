/**
 * Blocks into a chain as a node does it: signatures are checked ahead while blocks before them
 * connect.
 *
 * Owns: how far ahead. Does not own: where blocks come from, or what is valid.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Chain } from '../consensus/chain.ts';
import type { Signatures } from '../consensus/signatures.ts';
import type { Block, Payment } from '../consensus/types.ts';

/** A node's window (`node/download.ts`) is of this size; far fewer payments than verdicts kept. */
const BLOCKS_AHEAD = 256;
const PAYMENTS_AHEAD = 8_192;
/** Other events get their turn at least this often. */
const BLOCKS_PER_TURN = 256;

interface Ahead {
  readonly block: Block;
  readonly payments: number;
  /** Undefined when there is nothing to wait for. */
  readonly checked: Promise<void> | undefined;
}

/** Adds all blocks to the tip, and commits them; throws when one is refused. */
export async function connectAll(
  { chain, signatures }: { readonly chain: Chain; readonly signatures: Signatures },
  blocks: AsyncIterable<Block> | Iterable<Block>,
  onConnected: (block: Block) => void = () => {},
): Promise<void> {
  const source = Symbol.asyncIterator in blocks
    ? blocks[Symbol.asyncIterator]() : blocks[Symbol.iterator]();
  const ahead: Ahead[] = [];
  let [payments, connected, isOver] = [0, 0, false];
  for (;;) {
    while (!isOver && ahead.length < BLOCKS_AHEAD && payments < PAYMENTS_AHEAD) {
      const next = await source.next();
      isOver = next.done === true;
      if (next.done === true) break;
      const one = check(signatures, next.value);
      payments += one.payments;
      ahead.push(one);
    }
    const first = ahead.shift();
    if (first === undefined) break;
    payments -= first.payments;
    if (first.checked !== undefined) await first.checked;
    else if (++connected % BLOCKS_PER_TURN === 0) await nextTurn();
    add(chain, first.block);
    onConnected(first.block);
  }
  chain.flush();
}

function check(signatures: Signatures, block: Block): Ahead {
  const payments = block.transactions.filter(
    (transaction): transaction is Payment => transaction.type === 'payment',
  );
  const checked = payments.length === 0 ? undefined
    : new Promise<void>((resolve) => signatures.prefetch(payments, resolve));
  return { block, payments: payments.length, checked };
}

/** Adds a block that is valid; throws when it does not become the tip. */
function add(chain: Chain, block: Block): void {
  const result = chain.addBlock(block, Date.now(), 'soon');
  if (result.kind === 'connected') return;
  const why = result.kind === 'rejected' ? result.rejection.code : result.kind;
  throw new Error(`block ${block.header.height} did not connect: ${why}`);
}
