/**
 * `mvb block <id|height>`: a block, on the main chain or beside it.
 * Owns: finding it by what people type, and printing it.
 * Does not own: blocks.
 */
import { headerJson, transactionJson } from '../../api/views/json.ts';
import type { Chain } from '../../consensus/chain.ts';
import { DIFFICULTY_BIT } from '../../consensus/params.ts';
import type { HeaderNode } from '../../consensus/records.ts';
import type { Block, BlockId, Transaction } from '../../consensus/types.ts';
import type { Store } from '../../ports.ts';
import { formatCoins } from '../../wallet/amount.ts';
import { ID_PREFIX_MIN, matchBlocks } from '../../wallet/payments.ts';
import type { CommandContext } from '../context.ts';
import { listKeys, nameOf } from '../keys.ts';
import { openReader } from '../reader.ts';
import { EXIT, usageError, UserError } from '../user-error.ts';
import { counted, shortId } from '../../lib/words.ts';
import { formatTime, pairs, table } from '../words.ts';

export async function run({ arguments: words, config, output }: CommandContext): Promise<void> {
  const keys = await listKeys(config, output);
  const { chain, store, close } = await openReader(config);
  try {
    const node = findBlock(chain, store, words[0]!);
    const block = chain.block(node.id)!;
    const standing = standingOf(chain, node);
    const name = (address: Parameters<typeof nameOf>[0]): string => nameOf(address, keys);
    const { header } = block;
    const text = pairs([
      ['block', block.id],
      ['height', String(header.height)],
      ['standing', standing],
      ['parent', header.previousId],
      ['time', header.height === 0 ? '-' : formatTime(header.time)],
      ['miner', header.tag === '' ? '-' : header.tag],
      ['difficulty', `${header.difficulty / DIFFICULTY_BIT} bits`],
      ['nonce', String(header.nonce)],
      ['merkle root', header.merkleRoot],
      ['size', counted(block.byteLength, 'byte')],
    ]);
    const rows = block.transactions.map((one) => rowOf(one, name));
    const list = rows.length === 0 ? '' : `\n\n${table([
      ['Id', 'Kind', 'Amount', 'Fee', 'From', 'To'], ...rows,
    ], [2, 3])}`;
    output.result(text + list, { ...blockJson(block), standing });
  } finally {
    close();
  }
}

/** Throws a `UserError` when there is none, or more than one. */
function findBlock(chain: Chain, store: Store, text: string): HeaderNode {
  const isHeight = /^(0|[1-9]\d{0,14})$/.test(text);
  const atHeight = isHeight ? chain.headerAt(Number(text)) : undefined;
  if (atHeight !== undefined) return atHeight;
  // The first digits of an id may all be decimal ones: what is no height may still be an id.
  if (isHeight && text.length < ID_PREFIX_MIN) {
    const { height } = chain.tip.header;
    throw notFound(`There is no block ${text} yet: the blockchain ends at ${height}.`);
  }
  if (!/^[0-9a-fA-F]{6,64}$/.test(text)) {
    throw usageError(
      `"${text}" is no block.`,
      'mvb block 1',
      `A block is its height, or at least the first ${ID_PREFIX_MIN} digits of its id.`,
    );
  }
  const found: BlockId[] = [];
  for (const id of matchBlocks(store, text.toLowerCase())) {
    found.push(id as BlockId);
    if (found.length > 1) {
      throw usageError(`More than one block begins with ${text}: give more digits.`);
    }
  }
  const node = found[0] === undefined ? undefined : chain.header(found[0]);
  if (node !== undefined) return node;
  throw notFound(`No block here begins with ${text}.`);
}

function notFound(what: string): UserError {
  return new UserError({
    exitCode: EXIT.refused, code: 'no-such-block', what, next: 'mvb status',
  });
}

function standingOf(chain: Chain, node: HeaderNode): string {
  if (!chain.isMain(node)) {
    return node.status === 'invalid' ? 'refused: it broke a rule' : 'beside the main chain';
  }
  const depth = chain.tip.header.height - node.header.height + 1;
  return `in the main chain, ${counted(depth, 'block')} deep`;
}

function rowOf(
  transaction: Transaction,
  name: (address: Transaction['to']) => string,
): string[] {
  const { id, type, to, amount } = transaction;
  const fee = type === 'payment' ? formatCoins(transaction.fee) : '-';
  const from = type === 'payment' ? name(transaction.from) : '-';
  return [shortId(id), type, formatCoins(amount), fee, from, name(to)];
}

function blockJson(block: Block) {
  const { transactions, byteLength } = block;
  return {
    ...headerJson(block),
    bytes: byteLength,
    transactions: transactions.map(transactionJson),
  };
}
