/**
 * From values to places on an axis.
 *
 * Owns: linear and logarithmic scales, and which values an axis is marked at.
 * Does not own: drawing.
 */

export type ScaleKind = 'linear' | 'log';

export interface Scale {
  /** The place of a value: 0 at the beginning of the axis, 1 at its end. */
  at(value: number): number;
  /** Marked values, ascending. */
  readonly ticks: readonly number[];
  /** Whether a value can be shown at all: no logarithm of 0. */
  shows(value: number): boolean;
}

/** (policy) About so many marks on an axis. */
const TICKS_WANTED = 6;
/** Beyond so many decades, not every one is marked. */
const DECADES_MARKED = 8;

/** A scale that has room for all of these values; with none, 0 to 1. */
export function scaleFor(values: readonly number[], kind: ScaleKind): Scale {
  const shown = values.filter(kind === 'log' ? isPositive : isShown);
  return kind === 'log' ? logScale(shown) : linearScale(shown);
}

/** (policy) Beyond this the arithmetic of an axis overflows; below its inverse, it is 0. */
const GREATEST = 1e100;

function isShown(value: number): boolean {
  return Math.abs(value) <= GREATEST;
}

function isPositive(value: number): boolean {
  return value >= 1 / GREATEST && isShown(value);
}

function linearScale(values: readonly number[]): Scale {
  const [least, greatest] = extremes(values, [0, 1]);
  // An axis that nearly reaches 0 begins there: lengths then mean something.
  const isFromZero = least > 0 && (least < greatest / 2 || least === greatest);
  const span = greatest - (isFromZero ? 0 : least);
  const from = greatest - span;
  const step = stepFor(span < 1 / GREATEST ? Math.abs(greatest) || 1 : span);
  const low = Math.floor(from / step + ROUNDING) * step;
  const high = Math.max(low + step, Math.ceil(greatest / step - ROUNDING) * step);
  const count = Math.round((high - low) / step);
  return {
    at: (value) => (value - low) / (high - low),
    ticks: Array.from({ length: count + 1 }, (_, index) => tidy(low + index * step)),
    shows: isShown,
  };
}

function logScale(values: readonly number[]): Scale {
  const [least, greatest] = extremes(values, [0.1, 1]);
  const low = Math.floor(Math.log10(least) + ROUNDING);
  const high = Math.max(low + 1, Math.ceil(Math.log10(greatest) - ROUNDING));
  const every = Math.ceil((high - low) / DECADES_MARKED);
  const decades = Array.from({ length: high - low + 1 }, (_, index) => low + index);
  return {
    at: (value) => (Math.log10(value) - low) / (high - low),
    ticks: decades.filter((decade) => (decade - low) % every === 0).map((one) => tidy(10 ** one)),
    shows: isPositive,
  };
}

/** What floating-point division may be off by, in steps. */
const ROUNDING = 1e-9;

function extremes(
  values: readonly number[], fallback: readonly [number, number],
): readonly [number, number] {
  if (values.length === 0) return fallback;
  return values.reduce<readonly [number, number]>(
    ([least, greatest], value) => [Math.min(least, value), Math.max(greatest, value)],
    [Infinity, -Infinity],
  );
}

/** 1, 2 or 5 times a power of ten. */
function stepFor(span: number): number {
  const rough = span / TICKS_WANTED;
  const power = 10 ** Math.max(-100, Math.floor(Math.log10(rough)));
  const factor = [1, 2, 5, 10].find((one) => one * power >= rough * (1 - ROUNDING)) ?? 10;
  return factor * power;
}

/** Without the last digits, which are the arithmetic's. */
function tidy(value: number): number {
  return Number(value.toPrecision(12));
}

/** A marked value in few letters: `0.05`, `1e-7`, `20,000`. */
export function tickText(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size < 0.001 || size >= 10_000_000)) {
    return value.toExponential().replace('e+', 'e');
  }
  return value.toLocaleString('en', { maximumSignificantDigits: 6 });
}
