/**
 * Goal: `docs/protocol.md` cannot rot: its tables and vectors are what the code has.
 * Method: the page's tables are read as text and compared, row by row.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  HEADER_BYTES, HEADER_VERSION, TAG_BYTES, TRANSACTION_BYTES_MIN,
} from '../src/consensus/encoding.ts';
import {
  BLOCK_BYTES_LIMIT, BLOCK_SIZE_MAX, BLOCK_WAIT_SECONDS_MAX, CLOCK_DRIFT_MAX_MS, DEFAULT_PARAMS,
  DIFFICULTY_BIT, MEDIAN_TIME_BLOCKS, NETWORK_NAME_MAX, paramsFault,
} from '../src/consensus/params.ts';
import { targetOf } from '../src/consensus/pow.ts';
import { REJECTION_CODES, reject, severityOf } from '../src/consensus/rejection.ts';
import type { RejectionCode } from '../src/consensus/rejection.ts';
import { LOCATOR_IDS_MAX } from '../src/consensus/tree.ts';
import { AMOUNT_MAX, UNITS_PER_COIN } from '../src/consensus/types.ts';
import { KEY_BYTES_MAX, publicKeyKind, RSA_BITS, SIGNATURE_BYTES_MAX } from '../src/crypto/keys.ts';
import { domainTag } from '../src/crypto/sha256.ts';
import { bytesToHex, hexToBytes } from '../src/lib/bytes.ts';
import { BLOCKS_OWED_MAX } from '../src/node/block-server.ts';
import { ACCOUNT_PAYMENTS_MAX } from '../src/consensus/waiting.ts';
import { FRAME_MAX_MS, HANDSHAKE_MAX_MS, IDLE_MAX_MS } from '../src/node/peer.ts';
import { BAN_MS, INBOUND_HOST_MAX, INBOUND_MAX, PEERS_MAX } from '../src/node/peer-table.ts';
import { ANSWER_INTERVAL_MS, TIP_INTERVAL_MS } from '../src/node/relay.ts';
import { encodeFrame, FRAME_HEADER_BYTES } from '../src/protocol/framing.ts';
import {
  DATAGRAM_BYTES_MAX, GET_BLOCKS_MAX, HEADERS_MAX, MESSAGE_TYPES, PAYMENT_STATES, PROTOCOL_VERSION,
} from '../src/protocol/messages.ts';

const page = readFileSync(new URL('../docs/protocol.md', import.meta.url), 'utf8');

/** Rows of every table on the page, as cells without the backticks around them. */
const rows: readonly (readonly string[])[] = page.split('\n')
  .filter((line) => line.startsWith('| '))
  .map((line) => line.slice(2, -2).split(' | ').map((cell) => cell.trim().replaceAll('`', '')));

/** The rows of the table that begins with this heading. */
function tableOf(heading: string): readonly (readonly string[])[] {
  const lines = page.split('\n');
  const start = lines.indexOf(heading);
  expect(start, `no table ${heading}`).toBeGreaterThanOrEqual(0);
  const length = lines.slice(start).findIndex((line) => !line.startsWith('|'));
  const count = lines.slice(0, start).filter((line) => line.startsWith('| ')).length;
  const ruled = lines.slice(start, start + length).filter((line) => line.startsWith('| '));
  return rows.slice(count, count + ruled.length).slice(2);
}

function numberOf(text: string): number {
  return Number(text.replaceAll(',', ''));
}

/** A number as the page writes it. */
function shown(value: number | bigint): string {
  return value.toLocaleString('en-US');
}

describe('the tables', () => {
  it('have every message with its number and its greatest body', () => {
    const table = tableOf('| Number | Message | Greatest body | Travels by | Body |');
    const onPage = table.map(([id, kind, bytesMax]) =>
      [kind, { id: Number(id), bytesMax: numberOf(bytesMax!) }] as const);
    expect(Object.fromEntries(onPage)).toEqual(MESSAGE_TYPES);
  });

  it('have every code with its severity', () => {
    const severities = ['invalid', 'mutated', 'early', 'policy'];
    const onPage = rows.filter((row) => row.length === 3 && severities.includes(row[1]!));
    expect(onPage.map(([code]) => code!).sort()).toEqual([...REJECTION_CODES].sort());
    for (const [code, severity] of onPage) {
      expect(severityOf(reject(code as RejectionCode)), code).toBe(severity);
    }
  });

  it('have the factors of targets', () => {
    const table = tableOf('| k | HALVING[k] |');
    const source = readFileSync(new URL('../src/consensus/pow.ts', import.meta.url), 'utf8');
    const inCode = [...source.matchAll(/0x([0-9a-f]{80})n/g)].map(([, digits]) => digits);
    expect(table).toEqual(inCode.map((digits, index) => [`${index + 1}`, digits]));
    // And the procedure on the page makes targets of them.
    for (const difficulty of [0xffff, 0x5555, 26 * DIFFICULTY_BIT + 12_345]) {
      let scaled = 1n << 320n;
      for (const [k, text] of table) {
        const isSet = ((difficulty >> (16 - Number(k))) & 1) === 1;
        if (isSet) scaled = (scaled * BigInt(`0x${text}`)) >> 320n;
      }
      expect(scaled >> BigInt(64 + (difficulty >> 16))).toBe(targetOf(difficulty));
    }
  });

  it('have the prefix and the length of each RSA key', () => {
    const table = tableOf('| RSA bits | Prefix | Modulus | Length of the key |');
    expect(table.map(([bits]) => Number(bits))).toEqual(RSA_BITS);
    for (const [bits, prefix, modulus, length] of table) {
      const hex = `01${prefix}ff${'00'.repeat(Number(bits) / 8 - 2)}010203010001`;
      expect(publicKeyKind(hexToBytes(hex)!)).toEqual({ algorithm: 'rsa', bits: Number(bits) });
      expect(modulus).toBe(`${Number(bits) / 8} bytes`);
      expect(hex).toHaveLength(2 * Number(length));
    }
  });

  it('have the limits of links', () => {
    const limits = Object.fromEntries(
      tableOf('| Limit (policy) | Value |').map(([name, value]) => [name, numberOf(value!)]),
    );
    expect(limits).toMatchObject({
      'until the other\'s hello, ms': HANDSHAKE_MAX_MS,
      'silence until a ping, ms': IDLE_MAX_MS,
      'silence until the link closes, ms': 2 * IDLE_MAX_MS,
      'from the first to the last byte of a frame, ms': FRAME_MAX_MS,
      'blocks asked for and not yet sent': BLOCKS_OWED_MAX,
      'links in all': PEERS_MAX,
      'links opened by others': INBOUND_MAX,
      'links opened by one host, loopback excepted': INBOUND_HOST_MAX,
      'time that a faulty peer is kept away, ms': BAN_MS,
    });
  });

  it('have the default parameters and their limits', () => {
    const table = tableOf('| Field | Bytes | Limits | Default |');
    const cell = new Map(table.map(([name, , limits, initial]) => [name, { limits, initial }]));
    const defaults = DEFAULT_PARAMS;
    expect(cell.get('network')).toEqual({
      limits: `1 to ${NETWORK_NAME_MAX} characters, 21 to 7e`, initial: defaults.network,
    });
    expect(cell.get('difficulty')).toEqual({
      limits: `0 to ${shown(255 * DIFFICULTY_BIT)} (255 bits)`,
      initial: `${shown(defaults.difficulty)} (${defaults.difficulty / DIFFICULTY_BIT} bits)`,
    });
    expect(cell.get('block_size')).toEqual({
      limits: `1 to ${shown(BLOCK_SIZE_MAX)}`, initial: `${defaults.blockSize}`,
    });
    expect(cell.get('block_reward')?.initial).toBe(shown(defaults.blockReward));
    expect(cell.get('block_wait_seconds')).toEqual({
      limits: `0 to ${shown(BLOCK_WAIT_SECONDS_MAX)}`, initial: `${defaults.blockWaitSeconds}`,
    });
    const form = /^169 \+ \(max\(block_size, 2\) - 1\) \* 1,108 to (.*)$/;
    const bytes = cell.get('max_block_bytes')!;
    expect(form.exec(bytes.limits!)?.[1]).toBe(shown(BLOCK_BYTES_LIMIT));
    expect(bytes.initial).toBe(shown(defaults.blockBytesMax));
    for (const blockSize of [1, 2, 5, 900]) {
      const blockBytesMax = 169 + (Math.max(blockSize, 2) - 1) * 1_108;
      expect(paramsFault({ ...defaults, blockSize, blockBytesMax })).toBeUndefined();
      const tooFew = { ...defaults, blockSize, blockBytesMax: blockBytesMax - 1 };
      expect(paramsFault(tooFew)).toBeDefined();
    }
  });
});

describe('the words', () => {
  it.each([
    [`**Header**, ${HEADER_BYTES} bytes`], [`| 0 | version | u32 | ${HEADER_VERSION} |`],
    [`| 88 | tag | ${TAG_BYTES} |`], [`(type 2), ${TRANSACTION_BYTES_MIN} bytes`],
    [`the payer's key, at most ${KEY_BYTES_MAX} bytes`], [`at most ${SIGNATURE_BYTES_MAX} bytes`],
    [`1 coin is ${shown(UNITS_PER_COIN)} units`], [`2^63 - 1 = ${shown(AMOUNT_MAX)}`],
    [`the last ${MEDIAN_TIME_BLOCKS} blocks`], [`more than ${shown(CLOCK_DRIFT_MAX_MS)} ms ahead`],
    [`genesis last; at most ${LOCATOR_IDS_MAX}`], [`count u8 (1 to ${LOCATOR_IDS_MAX})`],
    [`count u16 (0 to ${shown(HEADERS_MAX)})`], [`count u8 (1 to ${GET_BLOCKS_MAX})`],
    [`no datagram is longer than ${shown(DATAGRAM_BYTES_MAX)} bytes`],
    [`| ${FRAME_HEADER_BYTES} | body |`], [`| 4 | version | u8 | ${PROTOCOL_VERSION},`],
    [`then at most every ${TIP_INTERVAL_MS} ms`], [`sequence is ${ACCOUNT_PAYMENTS_MAX} or more`],
    [`state 0 ${PAYMENT_STATES[0]}, 1 ${PAYMENT_STATES[1]}, 2 ${PAYMENT_STATES[2]}`],
    [`\`tag("mvb/address/1")\` is \`${bytesToHex(domainTag('mvb/address/1'))}\``],
    [`| 0 | magic | 4 | \`${bytesToHex(encodeFrame({ kind: 'ping', token: 0 }).slice(0, 4))}\``],
  ])('say: %s', (words) => {
    expect(page).toContain(words);
  });

  it('say how often an answer is sent', () => {
    expect(ANSWER_INTERVAL_MS).toBe(1_000);
    expect(page).toContain('at most once a second');
  });

  it('fit into 500 lines', () => {
    expect(page.split('\n').length).toBeLessThanOrEqual(500);
  });
});

describe('the vectors', () => {
  const read = (name: string): unknown =>
    JSON.parse(readFileSync(new URL(`./golden/${name}.json`, import.meta.url), 'utf8'));
  /** Every text in the golden files, for a vector on the page is one of them. */
  const textsOf = (value: unknown): string[] => typeof value === 'string'
    ? [value]
    : typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
  const golden = new Set([...textsOf(read('chain-vectors')), ...textsOf(read('message-vectors'))]);
  const onPage = [...page.matchAll(/```vector (.+)\n([0-9a-f\n]+)\n```/g)]
    .map(([, name, text]) => [name!, text!.replaceAll('\n', '')] as const);

  it('are there', () => {
    expect(onPage.length).toBeGreaterThan(20);
  });

  it.each(onPage)('%s is a golden one', (_, text) => {
    expect(golden.has(text)).toBe(true);
  });

  it('of targets and roots are golden ones', () => {
    const targets = tableOf('| Difficulty | Target | Work |');
    const roots = tableOf('| n | nth leaf | Root of n leaves |');
    expect([targets.length, roots.length]).toEqual([16, 5]);
    for (const [, first, second] of [...targets, ...roots]) {
      expect(golden.has(first!), first).toBe(true);
      expect(golden.has(second!), second).toBe(true);
    }
  });
});
