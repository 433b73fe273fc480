/**
 * `mvb wallet history [name]`: what came and went, newest first; payments that wait stand above.
 * Owns: choosing and printing.
 * Does not own: the history (`wallet/history.ts`).
 */
import { transactionJson } from '../../api/views/json.ts';
import type { Address } from '../../consensus/types.ts';
import { formatCoins, formatPending } from '../../wallet/amount.ts';
import { historyOf } from '../../wallet/history.ts';
import type { HistoryEntry } from '../../wallet/history.ts';
import { trackPayments } from '../../wallet/payments.ts';
import type { TrackedPayment } from '../../wallet/payments.ts';
import type { CommandContext } from '../context.ts';
import { listKeys, nameOf, resolveAddress } from '../keys.ts';
import type { WalletKey } from '../keys.ts';
import { openReader } from '../reader.ts';
import { usageError } from '../user-error.ts';
import { shortId } from '../../lib/words.ts';
import { formatTime, table } from '../words.ts';

const LIMIT_USUAL = 20;
const LIMIT_MAX = 10_000;

interface Row {
  readonly address: Address;
  readonly entry: HistoryEntry;
}

export async function run({ arguments: words, options, config, output }: CommandContext) {
  const limit = limitOf(options['limit']);
  const keys = await listKeys(config, output);
  const [name] = words;
  const addresses = name === undefined
    ? keys.map((key) => key.address) : [resolveAddress(name, keys)];
  const { chain, store, close } = await openReader(config);
  try {
    const waiting = trackPayments(chain, store)
      .filter(({ payment, status }) => status.kind !== 'confirmed'
        && (addresses.includes(payment.from) || addresses.includes(payment.to)))
      .slice(0, limit);
    const rows = addresses
      .flatMap((address) => historyOf(chain, address, limit)
        .map((entry): Row => ({ address, entry })))
      .sort((a, b) => b.entry.height - a.entry.height)
      .slice(0, limit);
    output.result(textOf(waiting, rows, keys), {
      waiting: waiting.map(waitingJson), history: rows.map(rowJson),
    });
  } finally {
    close();
  }
}

function limitOf(text: unknown): number {
  if (text === undefined) return LIMIT_USUAL;
  const limit = typeof text === 'string' && /^[1-9]\d{0,4}$/.test(text) ? Number(text) : 0;
  if (limit >= 1 && limit <= LIMIT_MAX) return limit;
  throw usageError(`--limit must be a whole number from 1 to ${LIMIT_MAX}, not "${String(text)}".`);
}

function textOf(
  waiting: readonly TrackedPayment[],
  rows: readonly Row[],
  keys: readonly WalletKey[],
): string {
  if (waiting.length + rows.length === 0) return 'Nothing came and nothing went yet.';
  const lines = [['Block', 'Time', 'Key Name', 'Change', 'Kind', 'Id', 'From or to']];
  for (const { payment, savedAt, status } of waiting) {
    const { from, to, amount, fee, id } = payment;
    lines.push([
      '-', formatTime(savedAt), nameOf(from, keys), formatPending(-amount - fee), status.kind,
      shortId(id), nameOf(to, keys),
    ]);
  }
  for (const { address, entry } of rows) {
    lines.push([
      String(entry.height), formatTime(entry.time), nameOf(address, keys),
      formatPending(entry.change), entry.kind, shortId(entry.id),
      entry.other === undefined ? '-' : nameOf(entry.other, keys),
    ]);
  }
  return table(lines, [0, 3]);
}

function waitingJson({ payment, savedAt, status }: TrackedPayment) {
  return { ...transactionJson(payment), status: status.kind, saved_at_ms: savedAt };
}

function rowJson({ address, entry }: Row) {
  return {
    address,
    kind: entry.kind,
    id: entry.id,
    height: entry.height,
    time_ms: entry.time,
    change: formatCoins(entry.change),
    fee: formatCoins(entry.fee),
    other: entry.other ?? null,
  };
}
