/**
 * `mvb wallet list-addresses`: every key with its confirmed and its pending money.
 * Owns: the README's table.
 * Does not own: what is pending (`wallet/payments.ts`).
 */
import type { Address } from '../../consensus/types.ts';
import { formatCoins, formatPending } from '../../wallet/amount.ts';
import { fundsOf } from '../../wallet/payments.ts';
import type { Funds } from '../../wallet/payments.ts';
import type { CommandContext } from '../context.ts';
import { listWallet } from '../keys.ts';
import { ownerOf } from '../owner.ts';
import { dataDirHint, tryOpenReader } from '../reader.ts';
import type { Reader } from '../reader.ts';
import { formatAge } from '../../lib/words.ts';

const WIDTHS = [16, 12, 12, 64] as const;

/** A line of the table; a longer cell widens its row and is never cut. */
function row(name: string, balance: string, pending: string, address: string): string {
  const [first, second, third] = WIDTHS;
  return `${name.padEnd(first)} ${balance.padStart(second)} ${pending.padStart(third)} ${address}`;
}

/** The README's first two lines. */
function heading(): string {
  const names = ['Key Name', 'Balance', 'Pending', 'Address'];
  const title = names.map((name, column) => name.padEnd(WIDTHS[column]!)).join(' ');
  return `${title}\n${WIDTHS.map((width) => '-'.repeat(width)).join(' ')}`;
}

export async function run(context: CommandContext): Promise<void> {
  const { config, output } = context;
  const { keys, skipped } = await listWallet(config, output);
  const reader = await tryOpenReader(config);
  const addresses = keys.map((key) => key.address);
  const funds = reader === undefined
    ? new Map<Address, Funds>() : fundsOf(reader.chain, reader.store, addresses);
  const rows = keys.map(({ name, address, file }) => {
    const { balance = 0n, pending = 0n } = funds.get(address) ?? {};
    return { name, address, balance, pending, encrypted: file.isEncrypted };
  });
  const lines = rows.map(({ name, address, balance, pending }) =>
    row(name, formatCoins(balance), formatPending(pending), address));
  // The README's table ends in an empty line.
  output.result([heading(), ...lines, ''].join('\n'), {
    height: reader?.chain.tip.header.height ?? null,
    tip_time_ms: reader?.chain.tip.header.time ?? null,
    addresses: rows.map((one) => ({
      name: one.name,
      address: one.address,
      balance: formatCoins(one.balance),
      pending: formatPending(one.pending),
      encrypted: one.encrypted,
    })),
  });
  if (keys.length === 0 && skipped.length === 0) {
    const hint = dataDirHint(config);
    output.note(`No keys in ${config.keyDir}. Make one: mvb wallet new-address NAME${hint}`);
  }
  noteAge(context, reader);
  reader?.close();
}

/** Says how old the figures are, unless a miner or a `sync` here keeps them fresh. */
function noteAge({ config, output }: CommandContext, reader: Reader | undefined): void {
  const hint = dataDirHint(config);
  if (reader === undefined) {
    output.note(`No blockchain here yet, so balances are 0. Get one: mvb wallet sync${hint}`);
    return;
  }
  if (ownerOf(config.storeDir) !== undefined) return;
  const { height, time } = reader.chain.tip.header;
  const age = height === 0 ? '' : `, ${formatAge(Date.now() - time)} ago`;
  output.note(`As of block ${height}${age}; newer data: mvb wallet sync${hint}`);
}
