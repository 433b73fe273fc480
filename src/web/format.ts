/**
 * Numbers, times and ids as people read them. Pure: the present is an argument.
 *
 * Owns: their form on every page, the same as the program's on a terminal.
 * Does not own: ages, ids and rates (`lib/words.ts`), money (`wallet/amount.ts`).
 */
import { formatAge } from '../lib/words.ts';

const SECOND = 1000;
const DAY = 24 * 60 * 60 * SECOND;

/** How long something takes: parts of a second count. */
export function formatDuration(ms: number): string {
  if (!Number.isFinite(ms)) return 'for ever';
  if (ms < 1) return `${significant(Math.max(0, ms))} ms`;
  if (ms < SECOND) return `${Math.round(ms)} ms`;
  if (ms < 10 * SECOND) return `${(ms / SECOND).toFixed(1)} s`;
  return ms < 400 * DAY ? formatAge(ms) : `${formatNumber(Math.round(ms / (365.25 * DAY)))} years`;
}

/** The latest time that a `Date` can say. */
const DATE_MS_MAX = 8.64e15;

/** Such as `2026-11-23 13:05:10 UTC`: the same for everybody who compares. */
export function formatTime(timeMs: number): string {
  // A stranger chose the number, and what a Date cannot say it throws at.
  if (!(Math.abs(timeMs) <= DATE_MS_MAX)) return `${timeMs} ms`;
  return `${new Date(timeMs).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** Such as `13:05:10`, for an axis. */
export function formatClock(timeMs: number): string {
  return Math.abs(timeMs) <= DATE_MS_MAX ? new Date(timeMs).toISOString().slice(11, 19) : '';
}

/** Thin spaces between thousands: `1 234 567`. */
export function formatNumber(value: number | bigint): string {
  return groupThousands(String(value));
}

/** The whole part of a decimal text in groups of three; what follows the point stays. */
export function groupThousands(text: string): string {
  const [whole = '', fraction] = text.split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+(?!\d))/g, '\u202f');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

const PREFIXES = ['', 'k', 'M', 'G', 'T', 'P', 'E'];

/** Three digits and a prefix: `1.23 M`. */
export function formatShort(value: number): string {
  if (!Number.isFinite(value)) return '–';
  let scaled = value;
  let index = 0;
  while (Math.abs(scaled) >= 999.5 && index < PREFIXES.length - 1) {
    scaled /= 1000;
    index += 1;
  }
  return `${significant(scaled)}${index === 0 ? '' : ` ${PREFIXES[index]}`}`;
}

/** Three digits at most, no zeros behind the point. */
function significant(value: number): string {
  const size = Math.abs(value);
  const decimals = size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2;
  return String(Number(value.toFixed(decimals)));
}

/** `7 %`, `0.4 %`. */
export function formatPercent(share: number): string {
  const percent = share * 100;
  const decimals = percent !== 0 && percent < 1 ? 1 : 0;
  return `${percent.toFixed(decimals)} %`;
}

/** Difficulty in bits; the network's rule counts 1/65,536 of a bit. */
export function formatBits(bits: number): string {
  return String(Number(bits.toFixed(3)));
}

/** A block's id begins with zeros, which are its work and tell nobody which block it is. */
export function shortBlockId(id: string): string {
  return id.replace(/^0+(?=.{8})/, '').slice(0, 8);
}

/** Whether a decimal amount of the API, perhaps with a sign, is nothing. */
export function isZeroAmount(decimal: string): boolean {
  return /^[+-]?0(?:\.0*)?$/.test(decimal);
}
